/* SPDX-License-Identifier: Apache-2.0 */
/* Populations and their kernels: the same bits from every table and any cut into calls; the float
 * kernels against the double-precision response of each cell; spread, stuck cells, wear, write noise. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/rng.h"
#include "cells.h"
#include "device/population.h"
#include "device/pulse_code.h"
#include "device/pulse_kern.h"
#include "device/response.h"
#include "near.h"

START_TEST(codes_keep_their_precision)
{
	for (double x = 0x1p-25; x < 127; x *= 1.0137) {
		double back = (double)pulse_decode(pulse_encode(x));
		ck_near(back, x, 0x1p-12 * 1.001);
	}
	ck_assert(pulse_decode(pulse_encode(0)) <= 0x1p-25f);
	ck_assert(pulse_decode(pulse_encode(1e9)) >= 127);
	for (double y = -1.99; y < 1.99; y += 0.00137)
		ck_assert(fabs((double)pulse_end(pulse_end_code(y)) - y) <= 0x1p-15);
	ck_assert(pulse_end(pulse_end_code(0)) == 0 && pulse_end(pulse_end_code(1)) == 1);
}
END_TEST

enum { CELLS = 3001 };

/* Commands: dense or rare, of up to `most` pulses. */
static void some_commands(int32_t *k, size_t n, int most, bool rare, uint32_t seed)
{
	struct rng r = rng_stream(seed, RNG_TEST, 1);

	for (size_t i = 0; i < n; i++) {
		int train = (int)rng_below(r, i, 0, (uint32_t)(2 * most + 1)) - most;
		k[i] = rare && rng_below(r, i, 1, 50) ? 0 : train;
	}
}

static const char *const features[] = {
	"variation: {}",
	"variation: {k_cycle: 0.02}",
	"variation: {k_cycle_step: 0.5, k_cycle: 0.001}",
	"variation: {k_device: 0.3, k_cycle: 0.01}",
	"variation: {k_g_min: 0.05, k_g_max: 0.1, k_cycle: 0.01}",
	"variation: {k_device: 0.2, k_g_min: 0.05, k_g_max: 0.1, k_write: 0.02}, stuck: {k_low: 0.1, k_value: 0.1}",
	"variation: {k_cycle: 0.03}, wear: {n_half: 100, n_fail: 200, k_spread: 0.5, fails: low}",
};
enum { N_FEATURES = sizeof features / sizeof *features };

static struct population run_history(struct maker *m, const char *text, const char *isa, size_t n_cut)
{
	struct population p;
	int32_t *k = NEW(m->a, int32_t, CELLS);
	struct rng noise = rng_stream(5, RNG_WRITE_NOISE, 7);

	population_init(&p, m->a, maker_cell(m, text), CELLS, 11, 3);
	population_isa(&p, isa);
	for (size_t i = 0; i < CELLS; i++)
		population_set(&p, i, (float)i / CELLS);
	for (uint32_t step = 0; step < 6; step++) {
		some_commands(k, CELLS, 1 << step, step % 2, step);
		for (size_t from = 0; from < CELLS; from += n_cut)
			population_pulse(&p, from, CELLS - from < n_cut ? CELLS - from : n_cut, k + from, noise, step);
	}
	return p;
}

/* All kinds x features x kernel tables x cuts: not a bit differs. */
START_TEST(kernels_and_cuts_give_the_same_bits)
{
	struct maker m = maker_new();
	const char *response = response_texts[_i / N_FEATURES];
	const char *text = arena_printf(m.a, "%s, %s", response, features[_i % N_FEATURES]);
	struct population want = run_history(&m, text, "scalar", CELLS);
	const size_t cuts[] = {CELLS, 1000, 77};

	for (int t = 0; pulse_kern_table[t]; t++) {
		if (!pulse_kern_table[t]->usable())
			continue;
		for (int cut = 0; cut < 3; cut++) {
			struct population got = run_history(&m, text, pulse_kern_table[t]->name, cuts[cut]);
			ck_assert_msg(memcmp(got.y, want.y, CELLS * sizeof *got.y) == 0 &&
				memcmp(got.inner, want.inner, CELLS * sizeof *got.y) == 0 &&
				memcmp(got.n_pulses, want.n_pulses, CELLS * sizeof *got.n_pulses) == 0,
				"%s differs, cut %zu: %s", pulse_kern_table[t]->name, cuts[cut], text);
		}
	}
	arena_free(m.a);
}
END_TEST

/* Without noise every cell does what its own constants say, in double precision. */
START_TEST(kernels_follow_the_response_of_each_cell)
{
	static const char *const spread[] = {"variation: {}", "variation: {k_device: 0.3, k_g_min: 0.1, k_g_max: 0.1}"};
	struct maker m = maker_new();
	const struct cell *c = maker_cell(&m, arena_printf(m.a, "%s, %s", response_texts[_i / 2], spread[_i % 2]));
	struct population p;
	/* constants of 16 bits; nodes of the tables */
	population_init(&p, m.a, c, CELLS, 2, 5);

	double rel = _i % 2 ? 0x1p-12 : 2e-6;
	double slack = p.low ? 1e-4 : c->response->kind->step ? 1e-5 : 1e-6;

	for (int k = -60; k <= 60; k += 7) {
		int32_t *train = NEW(m.a, int32_t, CELLS);
		for (size_t i = 0; i < CELLS; i++) {
			population_set(&p, i, (float)i / CELLS);
			train[i] = k;
		}
		population_pulse(&p, 0, CELLS, train, rng_stream(1, RNG_TEST, 0), 1);
		for (size_t i = 0; i < CELLS; i++) {
			double shift, from = (double)((float)i / CELLS);
			struct own own = population_own(c, 2, 5, i, &shift);
			from = fmin(fmax(from + shift, own.low), own.high);
			double want = response_move(c->response, &own, from, k) - shift;
			ck_assert_msg(fabs((double)p.y[i] - want) < slack + rel * fabs(want - from + shift),
				"%s, cell %zu from %g, %d pulses: %.9g, want %.9g", c->response->kind->head.name, i, from, k,
				(double)p.y[i], want);
		}
	}
	arena_free(m.a);
}
END_TEST

/* Slopes of linear steps: their spread, and kernels that follow each cell's own. */
START_TEST(slopes_differ_from_cell_to_cell)
{
	enum { N = 20000 };
	struct maker m = maker_new();
	const struct cell *c = maker_cell(&m, "response: {kind: linear_step, n_up: 400, n_down: 300, k_slope_up: 0.4, "
		"k_slope_down: 0.5}, variation: {k_slope: 0.1, k_device: 0.1}");
	struct population p;
	int32_t *k = NEW(m.a, int32_t, N);
	double up = 0, down = 0, both = 0;

	population_init(&p, m.a, c, N, 2, 5);
	for (size_t i = 0; i < N; i++) {
		population_set(&p, i, 0.8f);
		k[i] = i % 2 ? 30 : -30;
	}
	population_pulse(&p, 0, N, k, rng_stream(1, RNG_TEST, 0), 1);
	for (size_t i = 0; i < N; i++) {
		double shift;
		struct own own = population_own(c, 2, 5, i, &shift);
		double want = response_move(c->response, &own, (double)0.8f, i % 2 ? 30 : -30);
		ck_assert(fabs((double)p.y[i] - want) < 1e-4);
		up += own.slope_up * own.slope_up;
		down += own.slope_down * own.slope_down;
		both += own.slope_up * own.slope_down;
	}
	ck_near(sqrt(up / N), 0.1, 4.5 / sqrt(2.0 * N));
	ck_near(sqrt(down / N), 0.1, 4.5 / sqrt(2.0 * N));
	ck_assert(fabs(both / N) < 4.5 * 0.01 / sqrt(N));
	arena_free(m.a);
}
END_TEST

/* tests/ref/golden_update_vectors.csv through the kernels, in single precision. */
START_TEST(kernels_match_the_golden_vectors)
{
	FILE *f = fopen("tests/ref/golden_update_vectors.csv", "r");
	struct maker m = maker_new();
	char line[256];
	double worst = 0;

	ck_assert_ptr_nonnull(f);
	ck_assert_ptr_nonnull(fgets(line, sizeof line, f));
	while (fgets(line, sizeof line, f)) {
		double up, down, n_up, n_down, y, k, want;
		struct population p;
		ck_assert_int_eq(sscanf(line, "%*[^,],%lf,%lf,%lf,%lf,%lf,%lf,%lf", &up, &down, &n_up, &n_down,
			&y, &k, &want), 7);
		int32_t train = (int32_t)k;
		population_init(&p, m.a, maker_cell(&m, arena_printf(m.a,
			"response: {kind: exponential, n_up: %g, n_down: %g, label_up: %g, label_down: %g}", n_up,
			n_down, up, down)), 1, 1, 0);
		population_set(&p, 0, (float)y);
		population_pulse(&p, 0, 1, &train, rng_stream(1, RNG_TEST, 0), 0);
		worst = fmax(worst, fabs((double)p.y[0] - want));
	}
	fclose(f);
	ck_assert_msg(worst < 1e-6, "%g", worst);
	arena_free(m.a);
}
END_TEST

START_TEST(kernel_draws_are_those_of_the_generator)
{
	struct rng r = rng_stream(3, RNG_TEST, 4);
	float z[1500], x[1500];
	int32_t k[1500];

	for (int t = 0; pulse_kern_table[t]; t++) {
		if (!pulse_kern_table[t]->usable())
			continue;
		for (size_t from = 0; from < 9; from++) {
			size_t at = from + (from == 8 ? ((size_t)1 << 34) - 10 : 0), n = 1500 - 13 * from;
			pulse_kern_table[t]->normal(r, at, n, 77, z);
			for (size_t i = 0; i < n; i++)
				ck_assert(z[i] == rng_normal(r, at + i, 77));
		}
		for (int i = 0; i < 1500; i++)
			x[i] = (float)(i - 700) / 4;
		x[3] = NAN;
		x[4] = INFINITY;
		pulse_kern_table[t]->round(x, 0, 1500, false, r, 0, k);
		for (int i = 5; i < 1500; i++)
			ck_assert_int_eq(k[i], (int)roundf(x[i]));
		ck_assert(k[3] == 0 && k[4] == 1000000);
	}
}
END_TEST

/* The bytes that population.h promises. */
static size_t bytes_per_cell(const struct population *p)
{
	size_t n = sizeof *p->y + sizeof *p->n_pulses;

	for (int up = 0; up < 2; up++)
		n += (p->way[up].near ? sizeof *p->way[up].near : 0) + (p->way[up].far ? sizeof *p->way[up].far : 0);
	return n + (p->low ? sizeof *p->low : 0) + (p->high ? sizeof *p->high : 0) +
		(p->inner != p->y ? sizeof *p->inner : 0) +
		(p->tau_factor ? sizeof *p->tau_factor : 0);
}

START_TEST(memory_is_what_the_header_says)
{
	static const struct {
		int text;
		const char *features;
		size_t bytes;
	} cases[] = {
		{4, "variation: {k_cycle: 0.01}", 8},
		{4, "variation: {k_device: 0.3}", 12},
		{4, "variation: {k_device: 0.3, k_g_min: 0.1, k_g_max: 0.1, k_cycle: 0.01}", 16},
		{0, "variation: {k_device: 0.3}", 16},
		{9, "variation: {k_device: 0.3, k_g_min: 0.1}", 16},
		{2, "variation: {k_write: 0.1}", 12},
		{3, "variation: {k_slope: 0.1, k_device: 0.1}", 16},
	};
	struct maker m = maker_new();
	struct population p;

	population_init(&p, m.a, maker_cell(&m, arena_printf(m.a, "%s, %s", response_texts[cases[_i].text],
		cases[_i].features)), 100, 1, 0);
	ck_assert_uint_eq(bytes_per_cell(&p), cases[_i].bytes);
	arena_free(m.a);
}
END_TEST

/* Shares of stuck cells and their places: 1e5 cells, 4.5 standard errors. */
START_TEST(stuck_cells_have_their_shares_and_do_not_move)
{
	enum { N = 100000 };
	struct maker m = maker_new();
	const struct cell *c = maker_cell(&m, arena_printf(m.a, "%s, stuck: {k_low: 0.02, k_high: 0.01, k_value: 0.05, "
		"y_from: 0.2, y_to: 0.6}, variation: {k_cycle: 0.1}", response_texts[4]));
	struct population p;
	int32_t *k = NEW(m.a, int32_t, N);
	float *before = NEW(m.a, float, N);
	double low = 0, high = 0, value = 0, sum = 0;

	population_init(&p, m.a, c, N, 1, 0);
	for (size_t i = 0; i < N; i++) {
		population_set(&p, i, 0.5f);
		before[i] = p.y[i];
		k[i] = i % 2 ? 5 : -5;
	}
	population_pulse(&p, 0, N, k, rng_stream(1, RNG_TEST, 0), 0);
	for (size_t i = 0; i < N; i++) {
		if (p.y[i] != before[i])
			continue;
		low += p.y[i] == 0;
		high += p.y[i] == 1;
		if (p.y[i] > 0 && p.y[i] < 1) {
			value++;
			sum += (double)p.y[i];
			ck_assert(p.y[i] >= 0.2f - 1e-4f && p.y[i] <= 0.6f + 1e-4f);
		}
	}
	ck_assert(fabs(low / N - 0.02) < 4.5 * sqrt(0.02 * 0.98 / N));
	ck_assert(fabs(high / N - 0.01) < 4.5 * sqrt(0.01 * 0.99 / N));
	ck_assert(fabs(value / N - 0.05) < 4.5 * sqrt(0.05 * 0.95 / N));
	ck_assert(fabs(sum / value - 0.4) < 4.5 * 0.4 / sqrt(12 * value));
	arena_free(m.a);
}
END_TEST

/* Spread of steps and windows as drawn: 2e4 cells, 4.5 standard errors. */
START_TEST(spread_is_what_the_keys_say)
{
	enum { N = 20000 };
	struct maker m = maker_new();
	const struct cell *c = maker_cell(&m, arena_printf(m.a, "%s, variation: {k_device: 0.2, k_asymmetry: 0.05, "
		"k_g_min: 0.03, k_g_max: 0.1}", response_texts[2]));
	const struct cell *l = maker_cell(&m, arena_printf(m.a, "%s, variation: {k_device: 0.5, log_normal: true}",
		response_texts[4]));
	double gain = 0, tilt = 0, low = 0, high = 0, mean_log = 0, logs = 0;

	for (size_t i = 0; i < N; i++) {
		double shift;
		struct own o = population_own(c, 1, 2, i, &shift), q = population_own(l, 1, 2, i, &shift);
		gain += pow((o.k_up + o.k_down) / 2 - 1, 2);
		tilt += pow((o.k_up - o.k_down) / 2, 2);
		low += o.low * o.low;
		high += pow(o.high - 1, 2);
		mean_log += log(q.k_up);
		logs += pow(log(q.k_up), 2);
		ck_assert(q.k_up == q.k_down);
	}

	double bound = 4.5 / sqrt(2.0 * N);

	ck_near(sqrt(gain / N), 0.2, bound);
	ck_near(sqrt(tilt / N), 0.05, bound);
	ck_near(sqrt(low / N), 0.03, bound);
	ck_near(sqrt(high / N), 0.1, bound);
	ck_near(sqrt(logs / N), 0.5, bound);
	ck_assert(fabs(mean_log / N) < 4.5 * 0.5 / sqrt(N));
	arena_free(m.a);
}
END_TEST

/* A reference at the symmetry point: there the shown state is weight zero, and pairs of pulses end there. */
START_TEST(reference_puts_the_symmetry_point_at_zero)
{
	struct maker m = maker_new();
	const struct cell *c = maker_cell(&m,
		"response: {kind: soft_bounds_reference, n_up: 500, n_down: 400, y_zero: 0.5}, "
		"variation: {k_device: 0.2, k_asymmetry: 0.1, k_g_min: 0.1, k_g_max: 0.1}");
	struct population p;
	int32_t k[50];

	population_init(&p, m.a, c, 50, 1, 0);
	for (int pair = 0; pair < 20000; pair++) {
		for (int i = 0; i < 50; i++)
			k[i] = pair % 2 ? 1 : -1;
		population_pulse(&p, 0, 50, k, rng_stream(1, RNG_TEST, 0), (uint64_t)pair);
	}
	for (int i = 0; i < 50; i++)
		ck_assert_msg(fabs((double)p.y[i] - 0.5) < 3e-3, "cell %d ends at %g", i, (double)p.y[i]);
	arena_free(m.a);
}
END_TEST

/* A command has at most 1e6 pulses, however the cells are named. */
START_TEST(listed_commands_are_as_long_as_others)
{
	struct maker m = maker_new();
	const struct cell *c = maker_cell(&m, "response: {kind: soft_bounds, n_up: 1e5, n_down: 1e5}, variation: {k_cycle: 1e-4}");
	struct population p, q;
	int32_t k[4] = {2000000, -2000000, 2000000, -2000000}, cell[4] = {0, 1, 2, 3};

	population_init(&p, m.a, c, 4, 1, 0);
	population_init(&q, m.a, c, 4, 1, 0);
	population_pulse(&p, 0, 4, k, rng_stream(1, RNG_TEST, 0), 0);
	population_pulse_listed(&q, 0, 4, cell, k, rng_stream(1, RNG_TEST, 0), 0, 0);
	for (int i = 0; i < 4; i++)
		ck_assert(p.y[i] == q.y[i]);
	arena_free(m.a);
}
END_TEST

/* Half the window after n_half pulses; failure at n_fail, median over cells. */
START_TEST(wear_closes_the_window_and_cells_fail)
{
	enum { N = 4000 };
	struct maker m = maker_new();
	const struct cell *c = maker_cell(&m, arena_printf(m.a, "%s, wear: {n_half: 1000, k_slope: 2}", response_texts[2]));
	const struct cell *q = maker_cell(&m,
		arena_printf(m.a, "%s, wear: {n_fail: 1000, k_spread: 0.5, fails: high}", response_texts[2]));
	struct population p;
	int32_t k[N];
	int failed = 0;

	population_init(&p, m.a, c, 1, 1, 0);
	for (int i = 0; i < 10; i++) {
		k[0] = i % 2 ? 150 : -50;
		population_pulse(&p, 0, 1, k, rng_stream(1, RNG_TEST, 0), 0);
	}
	ck_near((double)p.y[0], 0.75, 1e-6);
	population_erase(&p, 0, rng_stream(1, RNG_TEST, 0), 0);
	ck_near((double)p.y[0], 0.25, 1e-3);
	population_set(&p, 0, 1);
	ck_near((double)p.y[0], 0.75, 1e-3);
	population_init(&p, m.a, q, N, 1, 0);
	for (int i = 0; i < 10; i++) {
		for (int j = 0; j < N; j++)
			k[j] = -100;
		population_pulse(&p, 0, N, k, rng_stream(1, RNG_TEST, 0), 0);
	}
	for (int i = 0; i < N; i++)
		failed += p.y[i] == 1;
	ck_assert(abs(failed - N / 2) < 4.5 * sqrt(N) / 2);
	/* a failed cell takes neither an erase nor a state */
	for (int i = 0; i < N; i++) {
		bool fails = p.y[i] == 1;
		population_set(&p, (size_t)i, 0.5f);
		ck_assert(p.y[i] == (fails ? 1 : 0.5f));
		population_erase(&p, (size_t)i, rng_stream(1, RNG_TEST, 0), 0);
		ck_assert(!fails || p.y[i] == 1);
	}
	/* erases and writes with verification wear too */
	for (int verified = 0; verified < 2; verified++) {
		enum { FEW = N / 5 };
		population_init(&p, m.a, q, FEW, 1, 0);
		for (int i = 0; i < 1000 * FEW; i++)
			if (verified)
				population_write(&p, (size_t)(i % FEW), 1, 0.5f);
			else
				population_erase(&p, (size_t)(i % FEW), rng_stream(1, RNG_TEST, 0), 0);
		failed = 0;
		for (int i = 0; i < FEW; i++)
			failed += p.y[i] == 1;
		ck_assert(abs(failed - FEW / 2) < 4.5 * sqrt(FEW) / 2);
	}
	/* 8 pulses are within 10, 16 are not, and a shorter command does not bring the cell back */
	population_init(&p, m.a, maker_cell(&m, arena_printf(m.a, "%s, wear: {n_fail: 10, fails: high}", response_texts[2])), 1, 1, 0);
	for (int i = 0; i < 3; i++) {
		k[0] = i < 2 ? 8 : -1;
		population_pulse(&p, 0, 1, k, rng_stream(1, RNG_TEST, 0), 0);
		ck_assert((p.y[0] == 1) == (i > 0));
	}
	arena_free(m.a);
}
END_TEST

/* What is shown scatters around what the pulses add to, which itself does not. */
START_TEST(write_noise_does_not_add_up)
{
	enum { N = 20000 };
	struct maker m = maker_new();
	const struct cell *c = maker_cell(&m, arena_printf(m.a, "%s, variation: {k_write: 0.05}", response_texts[2]));
	struct population p;
	int32_t *k = NEW(m.a, int32_t, N);
	double sum = 0, squares = 0;

	population_init(&p, m.a, c, N, 1, 0);
	for (size_t i = 0; i < N; i++)
		population_set(&p, i, 0.5f);
	for (int step = 0; step < 100; step++) {
		for (size_t i = 0; i < N; i++)
			k[i] = step % 2 ? 2 : -1;
		population_pulse(&p, 0, N, k, rng_stream(1, RNG_TEST, 0), (uint64_t)step);
	}
	for (size_t i = 0; i < N; i++) {
		ck_assert(fabsf(p.inner[i] - 0.5f) < 1e-4f);
		double off = (double)(p.y[i] - p.inner[i]);
		sum += off;
		squares += off * off;
	}
	ck_assert(fabs(sum / N) < 4.5 * 0.05 / sqrt(N));
	ck_near(sqrt(squares / N), 0.05, 4.5 / sqrt(2.0 * N));
	arena_free(m.a);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("population");
	TCase *t = tcase_create("population");

	tcase_set_timeout(t, 60);
	tcase_add_test(t, codes_keep_their_precision);
	tcase_add_loop_test(t, kernels_and_cuts_give_the_same_bits, 0, N_RESPONSES * N_FEATURES);
	tcase_add_loop_test(t, kernels_follow_the_response_of_each_cell, 0, N_RESPONSES * 2);
	tcase_add_test(t, slopes_differ_from_cell_to_cell);
	tcase_add_test(t, kernels_match_the_golden_vectors);
	tcase_add_test(t, kernel_draws_are_those_of_the_generator);
	tcase_add_loop_test(t, memory_is_what_the_header_says, 0, 7);
	tcase_add_test(t, stuck_cells_have_their_shares_and_do_not_move);
	tcase_add_test(t, spread_is_what_the_keys_say);
	tcase_add_test(t, reference_puts_the_symmetry_point_at_zero);
	tcase_add_test(t, listed_commands_are_as_long_as_others);
	tcase_add_test(t, wear_closes_the_window_and_cells_fail);
	tcase_add_test(t, write_noise_does_not_add_up);
	suite_add_tcase(s, t);
	return run_suite(s);
}
