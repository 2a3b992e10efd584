/* SPDX-License-Identifier: Apache-2.0 */
/* Programming, drift, relaxation, read noise: hand values of every published statistic, and how the
 * pieces follow one another. Distributions are in check_stats.c. */
#include <stdbool.h>

#include "aged.h"
#include "cells.h"
#include "device/aging.h"
#include "device/population.h"
#include "device/synapse_array.h"
#include "near.h"

static const struct cell *aged(struct maker *m, const char *keys, double g_max)
{
	struct cell *c = NEW(m->a, struct cell, 1);

	*c = *maker_cell(m, keys);
	c->g_min = 0;
	c->g_max = g_max;
	return c;
}

static double drift_at(const struct cell *c, double g, double t, double z)
{
	return aging_at(c, g, t, 300, &(struct aging_draws){.drift = z});
}

/* uS at 25 uS full scale: 0.26, 0.95 at half, 1.06 at full; 0.8619 at 10 uS; scaled with the window. */
START_TEST(pcm_90nm_has_its_statistics)
{
	struct maker m = maker_new();
	const struct cell *c = aged(&m, AGED_PCM, 25e-6), *half = aged(&m, AGED_PCM, 12.5e-6);

	ck_near(aging_sigma_program(c, 0), 0.26348e-6, 1e-9);
	ck_near(aging_sigma_program(c, 12.5e-6), 0.952705e-6, 1e-9);
	ck_near(aging_sigma_program(c, 10e-6), 0.861784e-6, 1e-9);
	ck_near(aging_sigma_program(half, 5e-6), 0.861784e-6 / 2, 1e-9);
	/* r = 1: mu 0.049 (limit), sigma 0.008 (limit); r = 0.1: mu 0.0600899.., sigma 0.0228823.. */
	ck_near(drift_at(c, 25e-6, 180, 0), 25e-6 * pow(10, -0.049), 1e-9);
	ck_near(drift_at(c, 25e-6, 180, 2), 25e-6 * pow(10, -0.065), 1e-9);
	ck_near(drift_at(c, 2.5e-6, 180, 1),
		2.5e-6 * pow(10, -(0.0155 * 2.302585093 + 0.0244 + 0.0125 * 2.302585093 - 0.0059)), 1e-9);
	ck_near(drift_at(c, 25e-6, 0, 3), 25e-6, 1e-12); /* nothing passed */
	/* |nu|: -7 sigma is 0.007 again */
	ck_near(drift_at(c, 25e-6, 180, -7), 25e-6 * pow(10, -0.007), 1e-9);
	/* Q(1) = 0.0088; programmed 20 s before t = 0 */
	ck_near(aging_sigma_read(c, 25e-6, 25e-6, 1), 25e-6 * 0.0088 * sqrt(log(21.00000025 / 5e-7)), 1e-9);
	ck_near(aging_sigma_read(c, 1e-8, 1e-8, 1), 1e-8 * 0.2 * sqrt(log(21.00000025 / 5e-7)), 1e-9);
	ck_near(aging_sigma_read(c, 25e-6, 25e-6, 0), 25e-6 * 0.0088 * sqrt(log(20.00000025 / 5e-7)), 1e-9);
	arena_free(m.a);
}
END_TEST

START_TEST(pcm_14nm_has_its_statistics)
{
	struct maker m = maker_new();
	const struct cell *c = aged(&m, AGED_HERMES, 20.7e-6);

	ck_near(aging_sigma_program(c, 10.35e-6),
		(0.16603222 + 4.71806468 / 2 - 8.48101252 / 4 + 4.68961419 / 8) * 1e-6, 1e-9);
	ck_near(drift_at(c, 20.7e-6, 2700, 0), 20.7e-6 * pow(10, -(0.0736 - 0.0126 - 0.0436)), 1e-9);
	/* below the threshold, at r = 0.05: 0.0387 ln 20 - 0.0182 = 0.0977.. */
	ck_near(drift_at(c, 1.035e-6, 2700, 0), 1.035e-6 * pow(10, -(0.0387 * 2.995732274 - 0.0182)), 1e-8);
	ck_near(aging_sigma_read(c, 20.7e-6, 20.7e-6, 1),
		20.7e-6 * (0.0123 + 0.0211 - 0.0280 + 0.0069) * sqrt(log((301 + 512e-9) / 1024e-9)), 1e-9);
	arena_free(m.a);
}
END_TEST

/* Total sigma at 1 s, 1 d, 2 d; in between by the logarithm of time. */
START_TEST(rram_relaxes_as_measured)
{
	struct maker m = maker_new();
	const struct cell *c = aged(&m, AGED_WAN, 40e-6);
	double at_1s = 0.348 + 16.030 / 2 - 43.853 / 4 + 45.393 / 8 - 16.815 / 16;
	double at_1d = 0.701 + 22.086 / 2 - 50.773 / 4 + 47.095 / 8 - 16.458 / 16;
	struct aging_draws up = {.program = 1};

	ck_near(aging_at(c, 20e-6, 1, 300, &up) - 20e-6, at_1s * 1e-6, 1e-9);
	ck_near(aging_at(c, 20e-6, 0, 300, &up) - 20e-6, at_1s * 1e-6, 1e-9);
	ck_near(aging_at(c, 20e-6, 86400, 300, &up) - 20e-6, at_1d * 1e-6, 1e-9);
	ck_near(aging_at(c, 20e-6, sqrt(86400), 300, &up) - 20e-6, (at_1s + at_1d) / 2 * 1e-6, 1e-9);
	ck_near(aging_at(c, 20e-6, 1e9, 300, &up), aging_at(c, 20e-6, 2 * 86400, 300, &up), 1e-12);
	arena_free(m.a);
}
END_TEST

START_TEST(logarithmic_and_plain_drift_have_their_values)
{
	struct maker m = maker_new();
	const struct cell *c = aged(&m, AGED_CMO, 88.2e-6), *p = aged(&m, AGED_PLAIN, 25e-6);
	double x = log(3600);

	ck_near(drift_at(c, 50e-6, 3600, 0), 50e-6 - 0.08900206e-6 * x, 1e-9);
	ck_near(drift_at(c, 50e-6, 3600, 2), 50e-6 + (-0.08900206 * x + 2 * (0.04201137 * x + 0.41183342)) * 1e-6, 1e-9);
	ck_assert(drift_at(c, 0.1e-6, 3600, -10) == 0);
	ck_near(aging_sigma_program(p, 1e-6), 0.2e-6, 1e-9);
	ck_near(drift_at(p, 10e-6, 180, 1), 10e-6 * pow(10, -0.15), 1e-9);
	arena_free(m.a);
}
END_TEST

/* Half-way to rest at tau ln 2; an activation energy of 1 eV shifts 300 K to 400 K by e^9.67. */
START_TEST(retention_is_stretched_and_thermally_activated)
{
	struct maker m = maker_new();
	const struct cell *c = aged(&m, IDEAL_RESPONSE ", drift: {kind: stretched, t_retention: 1 y, k_beta: 0.5, "
		"y_rest: 0.4, k_spread: 0.7, e_activation: 1 eV}", 10e-6);
	double year = 31557600, fold = exp(1.602176634e-19 / 1.380649e-23 * (1 / 300.0 - 1 / 400.0));

	ck_near(drift_at(c, 10e-6, year, 0), 4e-6 + 6e-6 * exp(-1), 1e-9);
	ck_near(drift_at(c, 10e-6, year / 4, 0), 4e-6 + 6e-6 * exp(-0.5), 1e-9);
	ck_near(drift_at(c, 10e-6, year, 1), 4e-6 + 6e-6 * exp(-exp(-0.35)), 1e-9);
	ck_near(fold, 15853, 2e-2);
	ck_near(aging_at(c, 10e-6, year / fold, 400, &(struct aging_draws){0}), drift_at(c, 10e-6, year, 0), 1e-9);
	arena_free(m.a);
}
END_TEST

/* Both laws of leakage: halfway values, and no overshoot beyond the state of rest. */
START_TEST(capacitors_leak_by_their_law)
{
	static const struct {
		const char *law;
		float y, want;
		double t;
	} cases[] = {
		{"exponential", 1, 0.5f + 0.5f * 0.36787944f, 2},
		{"exponential", 0.2f, 0.5f - 0.3f * 0.36787944f, 2},
		{"constant_current", 1, 0.75f, 0.5},
		{"constant_current", 0.2f, 0.45f, 0.5},
		{"constant_current", 1, 0.5f, 5},
		{"constant_current", 0.2f, 0.5f, 5},
	};
	struct maker m = maker_new();
	struct population p;
	const char *text = arena_printf(m.a, IDEAL_RESPONSE ", hold: {law: %s, t_retention: 2 s, e_activation: 0.5 eV}",
		cases[_i].law);

	population_init(&p, m.a, maker_cell(&m, text), 1, 1, 0);
	population_set(&p, 0, cases[_i].y);
	population_decay(&p, cases[_i].t, 300, 0, 1);
	ck_near((double)p.y[0], (double)cases[_i].want, 1e-6);
	population_set(&p, 0, cases[_i].y);
	population_decay(&p, cases[_i].t / aging_arrhenius(0.5 * 1.602176634e-19, 300, 350), 350, 0, 1);
	ck_near((double)p.y[0], (double)cases[_i].want, 1e-6);
	arena_free(m.a);
}
END_TEST

/* One cell keeps its error and its exponent from read to read; another programming draws new ones. */
START_TEST(a_cell_keeps_its_drift_until_programmed_again)
{
	enum { N = 100 };
	struct maker m = maker_new();
	struct population p;
	float early[N], late[N], again[N], fresh[N];
	struct reading r = {.t = 1, .temp = 300};

	population_init(&p, m.a, aged(&m, AGED_PCM, 25e-6), N, 1, 0);
	for (size_t i = 0; i < N; i++)
		population_set(&p, i, 0.5f);
	population_read(&p, 0, N, NULL, &r, early);
	population_read(&p, 0, N, NULL, &r, again);
	r.t = 1e6;
	population_read(&p, 0, N, NULL, &r, late);
	ck_assert(memcmp(early, again, sizeof early) == 0);
	r.t = 1;
	r.programming = 1;
	population_read(&p, 0, N, NULL, &r, fresh);

	double same = 0, other = 0, spread = 0;

	for (int i = 0; i < N; i++) {
		ck_assert(late[i] < early[i]);
		ck_assert(early[i] != fresh[i]);
		double e = (double)early[i] - 0.5, l = (double)late[i] - 0.5 * pow(1e6 / 20, -0.049), f = (double)fresh[i] - 0.5;
		same += e * l;
		other += e * f;
		spread += e * e;
	}
	ck_assert(same > 0.3 * spread);
	ck_assert(fabs(other) < 0.45 * spread); /* 4.5 standard errors of 100 cells */
	arena_free(m.a);
}
END_TEST

struct one_synapse {
	const struct synapse *synapse;
};

/* An array as read is its populations as read; any cut and thread count; refreshing undoes it. */
START_TEST(arrays_read_what_their_cells_show)
{
	static const struct field fields[] = {
		KIND(one_synapse, synapse, synapse_kinds, NULL, "a synapse"),
		FIELD_END,
	};
	enum { ROWS = 5, COLS = 600, N = ROWS * COLS };
	struct maker m = maker_new();
	struct one_synapse h = {0};
	const char *text = arena_printf(m.a, "synapse: {kind: pair, cell: {name: pcm, structure: 1t1r, geometry: "
		"{k_width_in_f: 4, k_height_in_f: 4}, g_min: 0 S, g_max: 25 uS, read: {v_read: 0.2 V}, write: {up: {v: 1 V, "
		"t: 10 ns}, down: {v: 1 V, t: 10 ns}, erase: {v: 1 V, t: 10 ns}, one_sided: true}, variation: {}, %s}}",
		AGED_PCM);
	struct yaml *y = yaml_read_text(m.a, "synapse", text, strlen(text), false, m.d);
	float *w = NEW(m.a, float, N), *now = NEW(m.a, float, N), *u = NEW(m.a, float, N);
	struct reading r = {.t = 3600, .temp = 300};
	double shift = 0, shrink = 0, squares = 0;

	ck_assert(y && loader_bind(&m.l, fields, y, "", &h));
	struct synapse_array *a = synapse_array_new(m.a, h.synapse, ROWS, COLS, 1, 0);

	for (int i = 0; i < N; i++)
		w[i] = i % 2 ? 0.6f : -0.6f;
	synapse_array_program(a, w);
	synapse_array_read(a, &r);
	synapse_array_weights(a, now);
	synapse_array_read(a, &r);
	synapse_array_weights(a, u);
	ck_assert(memcmp(now, u, N * sizeof *u) == 0);
	for (int i = 0; i < N; i++) {
		shift += (double)now[i];
		shrink += (double)(now[i] / w[i]);
		squares += pow((double)(now[i] - w[i]), 2);
	}
	/* mean exponent 0.049 at r = 0.6, programming 4 % of full scale on both sides */
	ck_near(shrink / N, pow(3620.0 / 20, -0.049), 0.01);
	ck_assert(fabs(shift / N) < 4.5 * sqrt(squares / N / N));
	synapse_array_refresh_parts(a);
	synapse_array_weights(a, now);
	for (int i = 0; i < N; i++)
		ck_assert(fabsf(now[i] - w[i]) < 1e-6f);
	arena_free(m.a);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("aging");
	TCase *t = tcase_create("aging");

	tcase_add_test(t, pcm_90nm_has_its_statistics);
	tcase_add_test(t, pcm_14nm_has_its_statistics);
	tcase_add_test(t, rram_relaxes_as_measured);
	tcase_add_test(t, logarithmic_and_plain_drift_have_their_values);
	tcase_add_test(t, retention_is_stretched_and_thermally_activated);
	tcase_add_loop_test(t, capacitors_leak_by_their_law, 0, 6);
	tcase_add_test(t, a_cell_keeps_its_drift_until_programmed_again);
	tcase_add_test(t, arrays_read_what_their_cells_show);
	suite_add_tcase(s, t);
	return run_suite(s);
}
