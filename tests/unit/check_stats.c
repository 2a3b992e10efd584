/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every stochastic model of a cell against its formula: what it draws, put back through the formula, must
 * be a standard normal. Mean, variance, skewness and kurtosis within 4.5 standard errors; the counts
 * beyond 1, 2, 3, 4 and 5 sigma within 4.5 standard errors or the same tail of a Poisson law; no
 * correlation between neighbours, steps, seeds and populations beyond 4.5/sqrt(n).
 * MHO_DRAWS sets the number of draws per model: 4e5, where a variance wrong by 1 % is seen, and 1e7 in
 * make check-all, where 0.2 % and a distribution cut at 5 sigma are.
 */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "aged.h"
#include "cells.h"
#include "device/aging.h"
#include "device/population.h"
#include "device/soft_bounds.h"
#include "near.h"

static size_t n_draws(void)
{
	const char *text = getenv("MHO_DRAWS");
	double n = text ? strtod(text, NULL) : 0;

	return n >= 1000 ? (size_t)n : 400000;
}

/* Standardised draws of a model for n cells: z[i] of cell i. step and seed name the draw. */
struct model {
	const char *name, *keys;
	double g_max; /* 0: as the text says */
	void (*draw)(const struct cell *, size_t n, uint64_t seed, uint64_t step, float *z);
};

/* A population of its own arena, its cells at y. */
struct tile {
	struct arena *a;
	struct population p;
};

static struct tile tile_new(const struct cell *c, size_t n, uint64_t seed, float y)
{
	struct tile t = {.a = arena_new()};

	population_init(&t.p, t.a, c, n, seed, 0);
	for (size_t i = 0; i < n; i++)
		population_set(&t.p, i, y);
	return t;
}

static void pulse_tile(struct tile *t, int k, uint64_t seed, uint64_t step)
{
	int32_t *train = NEW(t->a, int32_t, t->p.n);

	for (size_t i = 0; i < t->p.n; i++)
		train[i] = k;
	population_pulse(&t->p, 0, t->p.n, train, rng_stream(seed, RNG_WRITE_NOISE, 0), step);
}

/* k pulses from mid-window: z = (y - mean)/sigma, both from the double-precision response. */
static void draw_pulses(const struct cell *c, size_t n, uint64_t seed, uint64_t step, int k, double sigma, float *z)
{
	struct tile t = tile_new(c, n, seed, 0.5f);
	double mean = response_move(c->response, &own_nominal, 0.5, k);

	pulse_tile(&t, k, seed, step);
	for (size_t i = 0; i < n; i++)
		z[i] = (float)(((double)t.p.y[i] - mean) / sigma);
	arena_free(t.a);
}

static void draw_cycle(const struct cell *c, size_t n, uint64_t seed, uint64_t step, float *z)
{
	draw_pulses(c, n, seed, step, 3, c->variation.k_cycle * sqrt(3), z);
}

/* Each of 4 pulses scatters by its share: sigma of the sum is the whole way over sqrt(4). */
static void draw_step(const struct cell *c, size_t n, uint64_t seed, uint64_t step, float *z)
{
	double way = response_move(c->response, &own_nominal, 0.5, -4) - 0.5;

	draw_pulses(c, n, seed, step, -4, c->variation.k_cycle_step * fabs(way) / 2, z);
}

/* One SET pulse at 6 uS: mean 0.388 uS, sigma 1.115 uS, in a window of 10 mS so that nothing clips. */
static void draw_pcm(const struct cell *c, size_t n, uint64_t seed, uint64_t step, float *z)
{
	draw_pulses(c, n, seed, step, 1, c->response->kind->sigma(c->response, true, 0.5), z);
}

static void draw_write_noise(const struct cell *c, size_t n, uint64_t seed, uint64_t step, float *z)
{
	draw_pulses(c, n, seed, step, 2, c->variation.k_write, z);
}

static void draw_gain(const struct cell *c, size_t n, uint64_t seed, uint64_t step, float *z)
{
	double shift;

	for (size_t i = 0; i < n; i++) {
		double k = population_own(c, seed, (uint32_t)step, i, &shift).k_up;
		z[i] = (float)((c->variation.log_normal ? log(k) : k - 1) / c->variation.k_device);
	}
}

static void draw_label(const struct cell *c, size_t n, uint64_t seed, uint64_t step, float *z)
{
	double shift;

	for (size_t i = 0; i < n; i++)
		z[i] = (float)(population_own(c, seed, (uint32_t)step, i, &shift).label_down / c->variation.k_device);
}

static void draw_window(const struct cell *c, size_t n, uint64_t seed, uint64_t step, float *z)
{
	double shift;

	for (size_t i = 0; i < n; i++)
		z[i] = (float)((population_own(c, seed, (uint32_t)step, i, &shift).high - 1) / c->variation.k_g_max);
}

/* What a cell has of its own, over its sigma. */
#define DRAW_OWN(name, value)                                                                              \
	static void name(const struct cell *c, size_t n, uint64_t seed, uint64_t step, float *z)           \
	{                                                                                                  \
		double shift;                                                                              \
		for (size_t i = 0; i < n; i++) {                                                           \
			struct own own = population_own(c, seed, (uint32_t)step, i, &shift);               \
			z[i] = (float)(value);                                                             \
		}                                                                                          \
	}
DRAW_OWN(draw_asymmetry, (own.k_up - own.k_down) / 2 / c->variation.k_asymmetry)
DRAW_OWN(draw_slope, own.slope_down / c->variation.k_slope)
DRAW_OWN(draw_bottom, own.low / c->variation.k_g_min)
DRAW_OWN(draw_reference, (shift - soft_bounds_shift(c->response, &own, 0)) / 0.03)

/* Half of a normal: its other half by the toss of a coin. */
static void draw_erase(const struct cell *c, size_t n, uint64_t seed, uint64_t step, float *z)
{
	struct tile t = tile_new(c, n, seed, 0.5f);
	struct rng noise = rng_stream(seed, RNG_WRITE_NOISE, 0), coin = rng_stream(seed, RNG_TEST, 0);

	for (size_t i = 0; i < n; i++) {
		population_erase(&t.p, i, noise, step);
		z[i] = t.p.y[i] / (float)c->variation.k_erase * (rng_uniform(coin, i, step) < 0.5f ? -1 : 1);
	}
	arena_free(t.a);
}

/* The pulse count at which a cell fails, by halving: a failed cell cannot be set. */
static void draw_failure(const struct cell *c, size_t n, uint64_t seed, uint64_t step, float *z)
{
	struct tile t = {.a = arena_new()};

	population_init(&t.p, t.a, c, n, seed, (uint32_t)step);
	for (size_t i = 0; i < n; i++) {
		double low = -8, high = 8;
		for (int k = 0; k < 18; k++) {
			double mid = (low + high) / 2;
			float to = (float)(k + 1) / 32; /* not the state it is in */
			t.p.n_pulses[i] = (uint32_t)(c->wear->n_fail * exp(c->wear->k_spread * mid));
			population_set(&t.p, i, to);
			*(t.p.y[i] == to ? &low : &high) = mid;
		}
		z[i] = (float)((low + high) / 2);
	}
	arena_free(t.a);
}

static void read_tile(const struct cell *c, size_t n, uint64_t seed, struct reading r, float *y)
{
	struct tile t = tile_new(c, n, seed, 0.6f);

	population_read(&t.p, 0, n, NULL, &r, y);
	arena_free(t.a);
}

static void draw_programming(const struct cell *c, size_t n, uint64_t seed, uint64_t step, float *z)
{
	double g = (double)0.6f * c->g_max, sigma = aging_sigma_program(c, g);
	struct cell quiet = *c;

	quiet.read_noise = NULL;
	read_tile(&quiet, n, seed, (struct reading){.programming = step}, z);
	for (size_t i = 0; i < n; i++)
		z[i] = (float)(((double)z[i] * c->g_max - g) / sigma);
}

/* The exponent from two reads of the same programming. */
static void draw_exponent(const struct cell *c, size_t n, uint64_t seed, uint64_t step, float *z)
{
	float *late = malloc(n * sizeof *late);
	const double t_0 = 20, t = 2e7;

	read_tile(c, n, seed, (struct reading){.programming = step}, z);
	read_tile(c, n, seed, (struct reading){.programming = step, .t = t}, late);
	for (size_t i = 0; i < n; i++) {
		double nu = -log((double)late[i] / (double)z[i]) / log((t + t_0) / t_0);
		z[i] = (float)((nu - 0.049) / 0.006);
	}
	free(late);
}

static void draw_relaxation(const struct cell *c, size_t n, uint64_t seed, uint64_t step, float *z)
{
	double g = (double)0.6f * c->g_max, t = 3600;
	double sigma = aging_at(c, g, t, 300, &(struct aging_draws){.program = 1}) - g;

	read_tile(c, n, seed, (struct reading){.programming = step, .t = t}, z);
	for (size_t i = 0; i < n; i++)
		z[i] = (float)(((double)z[i] * c->g_max - g) / sigma);
}

static void draw_logarithmic(const struct cell *c, size_t n, uint64_t seed, uint64_t step, float *z)
{
	double g = (double)0.6f * c->g_max, t = 86400, x = log(t);

	read_tile(c, n, seed, (struct reading){.programming = step, .t = t}, z);
	for (size_t i = 0; i < n; i++)
		z[i] = (float)((((double)z[i] * c->g_max - g) * 1e6 + 0.08900206 * x) / (0.04201137 * x + 0.41183342));
}

static void draw_read(const struct cell *c, size_t n, uint64_t seed, uint64_t step, float *z)
{
	double g = (double)0.6f * c->g_max;

	read_tile(c, n, seed, (struct reading){.t = 1, .read = step}, z);
	for (size_t i = 0; i < n; i++)
		z[i] = (float)(((double)z[i] * c->g_max - g) / aging_sigma_read(c, g, g, 1));
}

static void draw_retention(const struct cell *c, size_t n, uint64_t seed, uint64_t step, float *z)
{
	struct tile t = {.a = arena_new()};

	population_init(&t.p, t.a, c, n, seed, (uint32_t)step);
	for (size_t i = 0; i < n; i++)
		z[i] = (float)(log((double)t.p.tau_factor[i]) / c->hold->k_spread);
	arena_free(t.a);
}

#define CURVE1(v) "{kind: constant, value: " v "}"
static const struct model models[] = {
	{"cycle noise, closed form", "response: {kind: soft_bounds, n_up: 500, n_down: 500}, variation: {k_cycle: 0.01}",
		0, draw_cycle},
	{"cycle noise of the step", "response: {kind: ideal, n_up: 200, n_down: 200}, variation: {k_cycle_step: 2}",
		0, draw_step},
	{"cycle noise, table", "response: {kind: power_step, n_steps_up: 1e5, n_steps_down: 1e5, k_gamma_up: 0, "
		"k_gamma_down: 0}, variation: {k_cycle: 0.01}", 0, draw_cycle},
	{"accumulation of SET pulses", "response: {kind: pcm_accumulation, g_step: 0.1 uS, k_slope: -0.01, g_sigma: "
		"0.2 uS, k_sigma: 0.03}", 0, draw_pcm},
	{"write noise", "response: {kind: ideal, n_up: 200, n_down: 200}, variation: {k_write: 0.02}", 0,
		draw_write_noise},
	{"spread of steps", "response: {kind: ideal, n_up: 200, n_down: 200}, variation: {k_device: 0.1}", 0, draw_gain},
	{"log-normal spread of steps",
		"response: {kind: ideal, n_up: 200, n_down: 200}, variation: {k_device: 0.7, log_normal: true}", 0, draw_gain},
	{"spread of labels", "response: {kind: exponential, n_up: 97, n_down: 100, label_up: 2.4, label_down: -4.88}, "
		"variation: {k_device: 0.5}", 0, draw_label},
	{"spread of windows", "response: {kind: ideal, n_up: 200, n_down: 200}, variation: {k_g_max: 0.1}", 0, draw_window},
	{"spread of bottoms", "response: {kind: ideal, n_up: 200, n_down: 200}, variation: {k_g_min: 0.1}", 0, draw_bottom},
	{"spread of imbalances", "response: {kind: ideal, n_up: 200, n_down: 200}, variation: {k_asymmetry: 0.1}", 0, draw_asymmetry},
	{"spread of slopes", "response: {kind: linear_step, n_up: 100, n_down: 90, k_slope_up: 0.5, k_slope_down: 0.7}, "
		"variation: {k_slope: 0.05}", 0, draw_slope},
	{"errors of references", "response: {kind: soft_bounds_reference, n_up: 60, n_down: 60, k_reference: 0.03}", 0, draw_reference},
	{"scatter of a table", "response: {kind: jump, up: {g: [1 uS, 11 uS], dg: [20 nS, 20 nS], sigma: [50 nS, 150 nS]}, "
		"down: {g: [1 uS, 11 uS], dg: [-20 nS, -20 nS], sigma: [50 nS, 150 nS]}}", 0, draw_pcm},
	{"erased states", "response: {kind: ideal, n_up: 200, n_down: 200}, variation: {k_erase: 0.05}", 0, draw_erase},
	{"failures", "response: {kind: ideal, n_up: 200, n_down: 200}, wear: {n_fail: 1e7, k_spread: 0.5}", 0, draw_failure},
	{"programming, 90 nm phase change", AGED_PCM, 25e-6, draw_programming},
	{"programming, 14 nm phase change", AGED_HERMES, 20.7e-6, draw_programming},
	{"drift exponent", IDEAL_RESPONSE ", drift: {kind: power_law, t_0: 20 s, both_ways: true, nu: " CURVE1("0.049")
		", nu_sigma: " CURVE1("0.006") "}", 25e-6, draw_exponent},
	{"relaxation of RRAM", AGED_WAN, 40e-6, draw_relaxation},
	{"logarithmic drift", IDEAL_RESPONSE ", drift: {kind: logarithmic, g_unit: 1 uS, k_mean: -0.08900206, "
		"k_sigma: 0.04201137, k_sigma_offset: 0.41183342}", 88.2e-6, draw_logarithmic},
	{"read noise", IDEAL_RESPONSE ", read_noise: {flicker: " CURVE1("0.0088") ", k_white: 0.003, g_white: 0.1 uS, "
		"k_slope: 0.01}", 25e-6, draw_read},
	{"spread of retention", IDEAL_RESPONSE ", hold: {t_retention: 1 s, k_spread: 0.3}", 0, draw_retention},
};
enum { N_MODELS = sizeof models / sizeof *models };

static const struct cell *cell_of(struct maker *m, const struct model *q)
{
	struct cell *c = NEW(m->a, struct cell, 1);

	*c = *maker_cell(m, q->keys);
	if (q->g_max > 0) {
		c->g_min = 0;
		c->g_max = q->g_max;
	}
	return c;
}

static void check_moments(const char *name, const float *z, size_t n)
{
	double sum[5] = {0}, root = sqrt((double)n);
	long beyond[6] = {0};

	for (size_t i = 0; i < n; i++) {
		double x = (double)z[i];
		sum[1] += x;
		sum[2] += x * x;
		sum[3] += x * x * x;
		sum[4] += x * x * x * x;
		for (int k = 1; k < 6; k++)
			beyond[k] += fabs(x) > k;
	}

	double mean = sum[1] / (double)n, var = sum[2] / (double)n, skew = sum[3] / (double)n, kurt = sum[4] / (double)n;

	/* standard errors of the raw moments of a normal: 1, sqrt 2, sqrt 15, sqrt 96 over sqrt n */
	ck_assert_msg(fabs(mean) < 4.5 / root, "%s: mean %g", name, mean);
	ck_assert_msg(fabs(var - 1) < 4.5 * sqrt(2) / root, "%s: variance %g", name, var);
	ck_assert_msg(fabs(skew) < 4.5 * sqrt(15) / root, "%s: third moment %g", name, skew);
	ck_assert_msg(fabs(kurt - 3) < 4.5 * sqrt(96) / root, "%s: fourth moment %g", name, kurt);
	for (int k = 1; k < 6; k++) {
		double want = (double)n * erfc(k / sqrt(2));
		/* 4.5 standard errors, and the longer upper tail of small counts */
		ck_assert_msg(fabs((double)beyond[k] - want) < 4.5 * sqrt(want) + 3, "%s: %ld beyond %d sigma, want %g",
			name, beyond[k], k, want);
	}
	if (n >= 10000000)
		ck_assert_msg(beyond[5] > 0, "%s: nothing beyond 5 sigma in 1e7", name); /* e^-5.7 = 0.3 % */
}

static double correlation(const float *a, const float *b, size_t n)
{
	double sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += (double)a[i] * (double)b[i];
	return sum / (double)n;
}

START_TEST(draws_follow_their_formula)
{
	const struct model *q = &models[_i];
	struct maker m = maker_new();
	const struct cell *c = cell_of(&m, q);
	size_t n = n_draws();
	float *z = malloc(n * sizeof *z), *other = malloc(n * sizeof *other);
	double bound = 4.5 / sqrt((double)n);

	ck_assert(z && other);
	q->draw(c, n, 1, 0, z);
	check_moments(q->name, z, n);
	for (size_t lag = 1; lag <= 8; lag++)
		ck_assert_msg(fabs(correlation(z, z + lag, n - lag)) < bound * 1.0001, "%s: cells %zu apart", q->name, lag);
	q->draw(c, n, 1, 1, other);
	ck_assert_msg(fabs(correlation(z, other, n)) < bound, "%s: steps", q->name);
	q->draw(c, n, 2, 0, other);
	ck_assert_msg(fabs(correlation(z, other, n)) < bound, "%s: seeds", q->name);
	free(z);
	free(other);
	arena_free(m.a);
}
END_TEST

static const struct model *model_named(const char *name)
{
	for (int i = 0; i < N_MODELS; i++)
		if (strcmp(models[i].name, name) == 0)
			return &models[i];
	ck_abort_msg("no model '%s'", name);
	return NULL;
}

/* Different purposes at the same cell, step and seed: error, exponent and read of one population. */
START_TEST(purposes_are_independent)
{
	struct maker m = maker_new();
	size_t n = n_draws() / 10;
	static const char *const of[] = {"programming, 90 nm phase change", "drift exponent", "relaxation of RRAM", "read noise",
		"cycle noise, closed form", "write noise", "spread of retention", "spread of steps", "spread of windows", "spread of bottoms",
		"spread of slopes", "spread of imbalances", "errors of references", "erased states", "failures"};
	enum { N_OF = sizeof of / sizeof *of };
	float *z[N_OF];

	for (int i = 0; i < N_OF; i++) {
		const struct model *q = model_named(of[i]);
		z[i] = malloc(n * sizeof **z);
		q->draw(cell_of(&m, q), n, 1, 0, z[i]);
	}
	for (int i = 0; i < N_OF; i++)
		for (int j = 0; j < i; j++) {
			/* programming and relaxation are the same draw of the cell, on purpose */
			bool same = strcmp(of[i], "relaxation of RRAM") == 0 && strcmp(of[j], "programming, 90 nm phase change") == 0;
			double r = correlation(z[i], z[j], n);
			ck_assert_msg(same ? r > 0.95 : fabs(r) < 4.5 / sqrt((double)n), "%s and %s: %g", of[i], of[j], r);
		}
	for (int i = 0; i < N_OF; i++)
		free(z[i]);
	arena_free(m.a);
}
END_TEST

/* A measured distribution: the share of the jumps below each of its quantiles. */
START_TEST(jumps_have_the_measured_quantiles)
{
	static const double p[] = {0.1, 0.5, 0.9}, dg[] = {0.02, 0.03, 0.05}; /* at mid-window */
	struct maker m = maker_new();
	const struct cell *c = maker_cell(&m,
		"response: {kind: jump, up: {g: [1 uS, 11 uS], p: [0.1, 0.5, 0.9], dg: [300 nS, 400 nS, 800 nS, 100 nS, "
		"200 nS, 200 nS]}, down: {g: [1 uS, 11 uS], p: [0.1, 0.9], dg: [0 nS, -100 nS, -100 nS, -300 nS]}}");
	size_t n = n_draws();
	struct tile t = tile_new(c, n, 1, 0.5f);

	pulse_tile(&t, 1, 1, 0);
	for (int q = 0; q < 3; q++) {
		double below = 0;
		/* the outer quantiles hold everything beyond them: count up to them with their atoms */
		for (size_t i = 0; i < n; i++)
			below += (double)t.p.y[i] - 0.5 < dg[q] + (q == 0 ? 1e-6 : -1e-6);
		ck_assert_msg(fabs(below / (double)n - p[q]) < 4.5 * sqrt(p[q] * (1 - p[q]) / (double)n) + 1.0 / PULSE_QUANTILES,
			"%g of the jumps below the quantile %g", below / (double)n, p[q]);
	}
	arena_free(t.a);
	arena_free(m.a);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("stats");
	TCase *t = tcase_create("stats");

	tcase_set_timeout(t, 600);
	tcase_add_loop_test(t, draws_follow_their_formula, 0, N_MODELS);
	tcase_add_test(t, purposes_are_independent);
	tcase_add_test(t, jumps_have_the_measured_quantiles);
	suite_add_tcase(s, t);
	return run_suite(s);
}
