/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mho fit on synthetic cells: parameters within 2 standard errors in 95 % of the trials, the right
 * kind in 90 %. `make check` runs a few trials of each case with seeds that stay; `make fit-trials`
 * runs 200 of each into tests/ref/fit-trials.csv (MHO_TRIALS=200 MHO_TRIALS_CSV=..., CK_RUN_CASE=CASE for one).
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_errno.h>

#include "base/rng.h"
#include "cells.h"
#include "lab/fit.h"
#include "lab/retention.h"
#include "lab/sweep.h"
#include "lab/techfile.h"
#include "near.h"

enum { MOST_TRUTHS = 8, FEW_TRIALS = 2 };

struct truth {
	const char *key;
	double value;
};

static const struct {
	const char *name, *kind, *keys;
	int n_cells, n_cycles;
	int n_pulses; /* of a train; 0: as many as cross the window */
	int n_digits; /* that readings are written with; 0: all */
	struct truth truth[MOST_TRUTHS];
} cases[] = {
	{"exponential", "exponential",
		"response: {kind: exponential, n_up: 97, n_down: 100, label_up: 2.4, label_down: -4.88}, "
		"variation: {k_cycle: 0.005}", 5, 3, 0, 0,
		{{"n_up", 97}, {"n_down", 100}, {"label_up", 2.4}, {"label_down", -4.88}, {"k_cycle", 0.005}}},
	{"exponential, noisy", "exponential",
		"response: {kind: exponential, n_up: 64, n_down: 64, label_up: 1.94, label_down: -0.61}, "
		"variation: {k_cycle: 0.02}", 10, 10, 0, 0,
		{{"n_up", 64}, {"n_down", 64}, {"label_up", 1.94}, {"label_down", -0.61}, {"k_cycle", 0.02}}},
	{"exponential, labels spread", "exponential",
		"response: {kind: exponential, n_up: 60, n_down: 60, label_up: 1.5, label_down: -2.5}, "
		"variation: {k_cycle: 0.003, k_device: 0.3}", 20, 2, 0, 0,
		{{"label_up", 1.5}, {"label_down", -2.5}, {"n_up", 60}, {"n_down", 60}, {"k_cycle", 0.003}, {"k_device", 0.3}}},
	{"ideal", "ideal", "response: {kind: ideal, n_up: 60, n_down: 80}, variation: {k_cycle: 0.01}", 5, 2, 0, 0,
		{{"n_up", 60}, {"n_down", 80}, {"k_cycle", 0.01}}},
	{"linear step", "linear_step",
		"response: {kind: linear_step, n_up: 100, n_down: 90, k_slope_up: 0.5, k_slope_down: 0.7}, "
		"variation: {k_cycle: 0.005}", 6, 3, 0, 0,
		{{"n_up", 100}, {"n_down", 90}, {"k_slope_up", 0.5}, {"k_slope_down", 0.7}, {"k_cycle", 0.005}}},
	{"soft bounds", "soft_bounds",
		"response: {kind: soft_bounds, n_up: 60, n_down: 80}, variation: {k_cycle: 0.005}", 5, 2, 0, 0,
		{{"n_up", 60}, {"n_down", 80}, {"k_cycle", 0.005}, {"g_max", 11e-6}}},
	{"soft bounds, steps spread", "soft_bounds",
		"response: {kind: soft_bounds, n_up: 60, n_down: 60}, variation: {k_cycle: 0.003, k_device: 0.2}", 20, 2, 0, 0,
		{{"n_up", 60}, {"n_down", 60}, {"k_cycle", 0.003}, {"k_device", 0.2}}},
	{"power step", "power_step",
		"response: {kind: power_step, n_steps_up: 40, n_steps_down: 30, k_gamma_up: 2, k_gamma_down: 1.6}, "
		"variation: {k_cycle: 0.003}", 4, 2, 0, 0,
		{{"n_steps_up", 40}, {"n_steps_down", 30}, {"k_gamma_up", 2}, {"k_gamma_down", 1.6}, {"k_cycle", 0.003}}},
	{"table", "jump",
		"response: {kind: jump, up: {g: [1 uS, 3.5 uS, 6 uS, 8.5 uS, 11 uS], dg: [0.1 uS, 0.1 uS, 0.4 uS, 0.08 uS, 0.05 uS], "
		"sigma: [0.03 uS, 0.03 uS, 0.15 uS, 0.03 uS, 0.03 uS]}, down: {g: [1 uS, 3.5 uS, 6 uS, 8.5 uS, 11 uS], dg: [-0.05 uS, "
		"-0.3 uS, -0.1 uS, -0.2 uS, -0.4 uS], sigma: [0.03 uS, 0.03 uS, 0.03 uS, 0.05 uS, 0.12 uS]}}, variation: {k_cycle: 0}",
		10, 3, 150, 0,
		/* not of the nodes at the bound that a train leads to: their errors leave out that of sigma */
		{{"up 0", 0.1e-6}, {"up 4", 0.4e-6}, {"up 6", 0.08e-6}, {"down 8", -0.4e-6}, {"down 2", -0.3e-6}}},
	{"exponential step", "exponential_step",
		"response: {kind: exponential_step, n_steps_up: 200, n_steps_down: 200, k_a: -0.5, k_b: -0.5, "
		"k_gamma_up: 5, k_gamma_down: 5, k_up: -1.18445, k_down: -0.081404}, variation: {k_cycle: 0.003}", 4, 3, 0, 0,
		{{"n_steps_up", 200}, {"n_steps_down", 200}, {"k_gamma_up", 5}, {"k_gamma_down", 5}, {"k_up", -1.18445},
			{"k_down", -0.081404}, {"k_cycle", 0.003}}},
	{"exponential, windows spread", "exponential",
		"response: {kind: exponential, n_up: 64, n_down: 64, label_up: 1.94, label_down: -0.61}, "
		"variation: {k_cycle: 0.01, k_g_min: 0.03, k_g_max: 0.1}", 12, 2, 90, 0,
		{{"n_up", 64}, {"n_down", 64}, {"label_up", 1.94}, {"label_down", -0.61}, {"k_cycle", 0.01}, {"k_g_min", 0.03},
			{"k_g_max", 0.1}}},
	{"linear step, noise of the step", "linear_step",
		"response: {kind: linear_step, n_up: 100, n_down: 90, k_slope_up: 0.5, k_slope_down: 0.7}, "
		"variation: {k_cycle: 0, k_cycle_step: 0.4, k_device: 0.15, k_asymmetry: 0.1}", 12, 2, 0, 0,
		{{"n_up", 100}, {"n_down", 90}, {"k_slope_up", 0.5}, {"k_slope_down", 0.7}, {"k_cycle_step", 0.4}, {"k_device", 0.15},
			{"k_asymmetry", 0.1}}},
	{"soft bounds, 4 digits", "soft_bounds",
		"response: {kind: soft_bounds, n_up: 60, n_down: 80}, variation: {k_cycle: 0.002}", 5, 2, 120, 4,
		{{"n_up", 60}, {"n_down", 80}, {"k_cycle", 0.002}}},
	{"soft bounds, 3 digits", "soft_bounds",
		"response: {kind: soft_bounds, n_up: 60, n_down: 80}, variation: {k_cycle: 0.002}", 5, 2, 120, 3,
		{{"n_up", 60}, {"n_down", 80}, {"k_cycle", 0.002}}},
	{"exponential, 4 digits", "exponential",
		"response: {kind: exponential, n_up: 97, n_down: 100, label_up: 2.4, label_down: -4.88}, "
		"variation: {k_cycle: 0.005}", 5, 3, 0, 4,
		{{"n_up", 97}, {"n_down", 100}, {"label_up", 2.4}, {"label_down", -4.88}, {"k_cycle", 0.005}}},
	{"soft bounds, noise of reading", "soft_bounds",
		"response: {kind: soft_bounds, n_up: 60, n_down: 80}, variation: {k_cycle: 0.003, k_write: 0.01}", 5, 2, 0, 0,
		{{"n_up", 60}, {"n_down", 80}, {"k_cycle", 0.003}, {"k_write", 0.01}}},
	{"phase change", "pcm_accumulation",
		"response: {kind: pcm_accumulation, g_step: 0.892 uS, k_slope: -0.084, g_sigma: 0.1 uS, k_sigma: 0.01}, "
		"write: {one_sided: true, up: {v: 1 V, t: 10 ns}, down: {v: 1 V, t: 10 ns}, erase: {v: 1 V, t: 10 ns}}",
		30, 3, 0, 0, {{"g_step", 0.892e-6}, {"k_slope", -0.084}, {"g_sigma", 0.1e-6}, {"k_sigma", 0.01}}},
};
enum { N_CASES = sizeof cases / sizeof *cases };

static const struct estimate *find(const struct fit_result *r, const char *key)
{
	const struct fit_variation *v = &r->variation;

	for (int i = 0; i < r->n_keys; i++)
		if (strcmp(r->key[i], key) == 0)
			return &r->of[i];
	const struct {
		const char *key;
		const struct estimate *of;
	} others[] = {{"k_cycle", &v->k_cycle}, {"k_cycle_step", &v->k_cycle_step}, {"k_write", &v->k_write},
		{"k_device", &v->k_device}, {"k_asymmetry", &v->k_asymmetry}, {"k_g_min", &v->k_g_min}, {"k_g_max", &v->k_g_max},
		{"g_min", &r->g_min}, {"g_max", &r->g_max}};
	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		if (strcmp(key, others[i].key) == 0)
			return others[i].of;
	if (r->n_table && strncmp(key, "up ", 3) == 0)
		return &r->table[1][atoi(key + 3)].dg;
	return r->n_table && strncmp(key, "down ", 5) == 0 ? &r->table[0][atoi(key + 5)].dg : NULL;
}

/* The techfile of a result is a cell. */
static bool is_cell(struct maker *m, const struct fit *f, const struct fit_result *r)
{
	struct loader l;
	struct cell *c = NEW(m->a, struct cell, 1);
	const char *text = techfile_template;
	bool good = true;

	for (int pass = 0; pass < 2 && good; pass++) {
		struct yaml *y = yaml_read_text(m->a, "cell", text, strlen(text), true, m->d);
		loader_init(&l, m->a, m->d);
		good = y && loader_bind(&l, cell_fields, y, "", c) && (pass == 0 || cell_file.check(c, m->a, m->d));
		struct techfile base = {l.setting, l.n_setting};
		if (good && pass == 0)
			text = techfile_of_fit(m->a, &base, f, r, "x", "data.csv");
	}
	return good;
}

struct tally {
	int unfit; /* techfiles that are none */
	int n[MOST_TRUTHS], inside[MOST_TRUTHS], right, failed;
	double sum[MOST_TRUTHS], square[MOST_TRUTHS]; /* of errors in standard errors */
	double worst;
	const char *worst_key;
};

static void trial(int c, uint64_t seed, struct tally *tally)
{
	struct maker m = maker_new();
	const struct cell *cell = maker_cell(&m, cases[c].keys);
	struct sweep_options o = {.n_cells = cases[c].n_cells, .n_cycles = cases[c].n_cycles,
		.n_pulses = cases[c].n_pulses, .seed = seed};
	struct trace *t = sweep_trace(m.a, cell, (struct span){cell->g_min, cell->g_max}, &o);
	struct fit_options best = {.g_min = (double)NAN, .g_max = (double)NAN, .one_sided = cell->write.one_sided};
	const char **names = NEW(m.a, const char *, t->n_cells);

	for (int i = 0; i < t->n_cells; i++)
		names[i] = "cell";
	t->cell = names;
	t->file = "synthetic";
	for (int i = 0; i < t->n && cases[c].n_digits; i++)
		t->sample[i].g = strtod(arena_printf(m.a, "%.*e", cases[c].n_digits - 1, t->sample[i].g), NULL);

	struct fit *f = fit_pulses(m.a, t, &best, m.d);
	const struct fit_result *own = NULL;
	int unfit = 0;

	for (int i = 0; f && i < f->n_results; i++)
		unfit += !f->result[i].trouble && !is_cell(&m, f, &f->result[i]);
	for (int i = 0; f && i < f->n_results; i++)
		if (strcmp(f->result[i].kind->head.name, cases[c].kind) == 0 && !f->result[i].trouble)
			own = &f->result[i];
#pragma omp critical
	{
		tally->right += f && strcmp(f->result[0].kind->head.name, cases[c].kind) == 0;
		tally->failed += own == NULL;
		tally->unfit += unfit;
		for (int k = 0; own && k < MOST_TRUTHS && cases[c].truth[k].key; k++) {
			const struct estimate *e = find(own, cases[c].truth[k].key);
			double z = (e->value - cases[c].truth[k].value) / e->se;
			tally->n[k]++;
			tally->inside[k] += fabs(z) <= 2;
			tally->sum[k] += z;
			tally->square[k] += z * z;
			if (!(fabs(z) <= tally->worst)) {
				tally->worst = fabs(z);
				tally->worst_key = cases[c].truth[k].key;
			}
		}
	}
	arena_free(m.a);
}

/* One row per parameter. */
static void tell(int c, int n, const struct tally *t)
{
	const char *path = getenv("MHO_TRIALS_CSV");
	FILE *out = path ? fopen(path, "a") : stdout;

	ck_assert(out != NULL);
	fseek(out, 0, SEEK_END);
	if (ftell(out) <= 0)
		fputs("case,kind,cells,cycles,trials,right_kind_percent,parameter,truth,within_2_se_percent,mean_z,rms_z\n", out);
	for (int k = 0; k < MOST_TRUTHS && cases[c].truth[k].key; k++)
		fprintf(out, "\"%s\",%s,%d,%d,%d,%.1f,%s,%g,%.1f,%.2f,%.2f\n", cases[c].name, cases[c].kind,
			cases[c].n_cells, cases[c].n_cycles, n, 100.0 * t->right / n, cases[c].truth[k].key,
			cases[c].truth[k].value, 100.0 * t->inside[k] / n, t->sum[k] / n, sqrt(t->square[k] / n));
	fflush(out);
	if (path)
		fclose(out);
}

START_TEST(trials)
{
	const char *asked = getenv("MHO_TRIALS");
	int n = asked ? atoi(asked) : cases[_i].n_cells < 20 ? FEW_TRIALS : 1;
	struct tally t = {0};

#pragma omp parallel for schedule(dynamic)
	for (int i = 0; i < n; i++)
		trial(_i, (uint64_t)i + 1, &t);
	ck_assert_int_eq(t.failed, 0);
	ck_assert_int_eq(t.unfit, 0);
	if (asked) {
		tell(_i, n, &t);
		ck_assert_int_ge(10 * t.right, 9 * n);
		/* 95 % over the parameters of the case; each alone within 3 sigma of the count */
		int all = 0, inside = 0;
		for (int k = 0; k < MOST_TRUTHS && cases[_i].truth[k].key; k++) {
			double least = 0.95 * n - 3 * sqrt(0.95 * 0.05 * n);
			all += n;
			inside += t.inside[k];
			ck_assert_msg(t.inside[k] >= least, "%s: %d of %d", cases[_i].truth[k].key, t.inside[k], n);
		}
		ck_assert_int_ge(100 * inside, 95 * all);
		return;
	}
	/* a few trials: nothing beyond 4 standard errors (chance 6e-5 each), at most one wrong kind */
	ck_assert_int_ge(t.right, n - 1);
	ck_assert_msg(t.worst < 4, "%s: %s is %g standard errors off", cases[_i].name, t.worst_key, t.worst);
}
END_TEST

/* Without noise the curves are the truth itself. */
START_TEST(exact)
{
	struct maker m = maker_new();
	const struct cell *cell = maker_cell(&m,
		"response: {kind: exponential, n_up: 97, n_down: 100, label_up: 2.4, label_down: -4.88}");
	struct sweep_options o = {.n_cells = 1, .n_cycles = 1, .ideal = true};
	struct trace *t = sweep_trace(m.a, cell, (struct span){cell->g_min, cell->g_max}, &o);
	struct fit_options all = {.g_min = (double)NAN, .g_max = (double)NAN};
	const char *name = "0";

	t->cell = &name;
	t->file = "synthetic";

	struct fit *f = fit_pulses(m.a, t, &all, m.d);

	ck_assert(f != NULL);
	ck_assert_str_eq(f->result[0].kind->head.name, "exponential");
	ck_near(find(&f->result[0], "n_up")->value, 97, 1e-4);
	ck_near(find(&f->result[0], "n_down")->value, 100, 1e-4);
	ck_near(find(&f->result[0], "label_up")->value, 2.4, 1e-4);
	ck_near(find(&f->result[0], "label_down")->value, -4.88, 1e-4);
	arena_free(m.a);
}
END_TEST

/* Noise of reading beside that of pulses: told apart, and the steps are not bent by it. */
START_TEST(reading_noise)
{
	struct maker m = maker_new();
	const struct cell *cell = maker_cell(&m,
		"response: {kind: soft_bounds, n_up: 80, n_down: 80}, variation: {k_cycle: 0.002, k_write: 0.01}");
	struct sweep_options o = {.n_cells = 6, .n_cycles = 4, .seed = 3};
	struct trace *t = sweep_trace(m.a, cell, (struct span){cell->g_min, cell->g_max}, &o);
	struct fit_options kind = {.kind = "soft_bounds", .g_min = 1e-6, .g_max = 11e-6};
	const char *names[6] = {"0", "1", "2", "3", "4", "5"};

	t->cell = names;
	t->file = "synthetic";

	struct fit *f = fit_pulses(m.a, t, &kind, m.d);

	ck_assert(f != NULL);
	const struct fit_result *r = &f->result[0];
	ck_assert(fabs(find(r, "n_up")->value - 80) < 3 * find(r, "n_up")->se);
	ck_assert(fabs(find(r, "n_down")->value - 80) < 3 * find(r, "n_down")->se);
	ck_assert(fabs(r->variation.k_write.value - 0.01) < 3 * r->variation.k_write.se);
	ck_assert(fabs(r->variation.k_cycle.value - 0.002) < 3 * r->variation.k_cycle.se);
	arena_free(m.a);
}
END_TEST

static struct trace *pulsed(struct maker *m, const struct cell *cell, int n_cells, int n_pulses)
{
	struct sweep_options o = {.n_cells = n_cells, .n_cycles = 2, .n_pulses = n_pulses, .seed = 5};
	struct trace *t = sweep_trace(m->a, cell, (struct span){cell->g_min, cell->g_max}, &o);

	t->cell = NEW(m->a, const char *, n_cells);
	for (int c = 0; c < n_cells; c++)
		t->cell[c] = arena_printf(m->a, "%d", c);
	t->file = "synthetic";
	return t;
}

/* Readings after every 7th pulse tell the steps as well as those after each; pauses may be long. */
START_TEST(gaps)
{
	struct maker m = maker_new();
	const struct cell *cell = maker_cell(&m,
		"response: {kind: linear_step, n_up: 60, n_down: 80, k_slope_up: 0.7, k_slope_down: 0.7}, variation: {k_cycle: 0.003}");
	struct trace *t = pulsed(&m, cell, 4, 70);
	struct fit_options kind = {.kind = "linear_step", .g_min = 1e-6, .g_max = 11e-6};
	int n = 0;

	for (int i = 0; i < t->n; i++)
		if (t->sample[i].polarity == STEP_START || t->sample[i].pulse % 7 == 0)
			t->sample[n++] = t->sample[i];
	t->n = n;
	for (int i = 1; i < n; i++) { /* the last pause of a train up ends at the bound */
		struct sample *x = &t->sample[i];
		bool last = x->polarity == STEP_UP && x[1].polarity == STEP_DOWN;
		x->g = last ? 11e-6 : x->g;
		x->pulse += last || x->polarity == STEP_DOWN ? 900000000 : 0;
	}

	struct fit *f = fit_pulses(m.a, t, &kind, m.d);

	ck_assert(f != NULL);
	for (int k = 0; k < 4; k++) {
		static const struct truth truth[] = {{"n_up", 60}, {"n_down", 80}, {"k_slope_up", 0.7}, {"k_slope_down", 0.7}};
		const struct estimate *e = find(&f->result[0], truth[k].key);
		ck_assert_msg(fabs(e->value - truth[k].value) < 4 * e->se && e->se < 0.2 * truth[k].value, "%s: %g +- %g",
			truth[k].key, e->value, e->se);
	}
	arena_free(m.a);
}
END_TEST

/* A cell that does not move says nothing of the window of the others. */
START_TEST(stuck_cells)
{
	struct maker m = maker_new();
	const struct cell *cell = maker_cell(&m,
		"response: {kind: soft_bounds, n_up: 40, n_down: 40}, variation: {k_cycle: 0.005}");
	struct trace *t = pulsed(&m, cell, 6, 60);
	struct fit_options all = {.g_min = (double)NAN, .g_max = (double)NAN};

	for (int i = 0; i < t->n; i++)
		if (t->sample[i].cell == 2)
			t->sample[i].g = _i ? 1.02e-6 : 6e-6;

	struct fit *f = fit_pulses(m.a, t, &all, m.d);

	ck_assert(f != NULL);
	ck_assert_str_eq(f->result[0].kind->head.name, "soft_bounds");
	ck_assert(fabs(find(&f->result[0], "n_up")->value - 40) < 3 * find(&f->result[0], "n_up")->se);
	ck_assert_int_eq(f->trace->n_cells, 5);
	ck_assert_str_eq(f->trace->cell[2], "3");
	ck_assert_int_eq(f->n_still, 1);
	ck_assert_int_eq(f->n_cells, 6);
	ck_near(f->g_still[0], _i ? 1.02e-6 : 6e-6, 1e-12);
	ck_assert(is_cell(&m, f, &f->result[0]));
	arena_free(m.a);
}
END_TEST

/* Steps that fall along a straight line, seen as soft bounds, would end far below conductance 0. */
START_TEST(below_zero)
{
	struct maker m = maker_new();
	const struct cell *cell = maker_cell(&m,
		"response: {kind: linear_step, n_up: 80, n_down: 120, k_slope_up: 0.5, k_slope_down: 0.5}, variation: {k_cycle: 0.003}");
	struct trace *t = pulsed(&m, cell, 4, 60);
	struct fit_options soft = {.kind = "soft_bounds", .g_min = (double)NAN, .g_max = (double)NAN};

	for (int i = 0; i < t->n; i++)
		t->sample[i].g += 5e-8 * (double)rng_normal(rng_stream(5, RNG_TEST, 0), (uint64_t)i, 0) - 0.7e-6;
	ck_assert(fit_pulses(m.a, t, &soft, m.d) == NULL);
	ck_assert(strstr(diag_first(m.d), "below 0: give --g-min") != NULL);
	arena_free(m.a);
}
END_TEST

static struct trace *forget(struct maker *m, const struct cell *cell, int n_cells, double first, double last, uint64_t seed)
{
	enum { N = 25 };
	double times[N];
	struct sweep_options o = {.n_cells = n_cells, .n_cycles = 1, .seed = seed};
	struct trace *t = NEW(m->a, struct trace, 1);
	const char **names = NEW(m->a, const char *, n_cells);

	for (int k = 0; k < N; k++)
		times[k] = first * pow(last / first, k / (N - 1.0));

	double *y = sweep_retention(m->a, cell, &o, times, N, 1);

	*t = (struct trace){.file = "synthetic", .retention = true, .n = N * n_cells, .n_cells = n_cells, .cell = names};
	t->sample = NEW(m->a, struct sample, t->n);
	for (int i = 0; i < n_cells; i++) {
		names[i] = "cell";
		for (int k = 0; k < N; k++)
			t->sample[i * N + k] = (struct sample){.cell = i, .t = times[k],
				.g = cell->g_min + y[k * n_cells + i] * (cell->g_max - cell->g_min), .line = 1};
	}
	return t;
}

/* Cells that forget by each law, from the time on at which it sets in: law and values come back. */
static const struct {
	const char *keys;
	enum retention_kind kind;
	double first, last, mean, spread, y_rest, noise; /* noise of a reading, S */
} laws[] = {
	{"drift: {kind: power_law, t_0: 1 s, nu: {kind: constant, value: 0.05}, nu_sigma: {kind: constant, value: 0.01}}, "
	 "read_noise: {k_white: 0.01}", RETENTION_POWER_LAW, 100, 1e7, 0.05, 0.01, (double)NAN, 0},
	{"drift: {kind: power_law, t_0: 20 s, nu: {kind: constant, value: 0.05}, nu_sigma: {kind: constant, value: 0.01}}, "
	 "read_noise: {k_white: 0.001}", RETENTION_POWER_LAW, 20, 2e5, 0.05, 0.01, (double)NAN, 0},
	{"hold: {t_retention: 2 s, k_spread: 0.3, y_rest: 0.4}", RETENTION_DECAY, 0.02, 20, 2, 0.3, 0.4, 1e-7},
	{"drift: {kind: stretched, t_retention: 2 s, k_spread: 0.3, k_beta: 0.5, y_rest: 0.4}", RETENTION_STRETCHED, 0.02, 200, 2,
		0.3, 0.4, 2e-8},
	{"hold: {law: constant_current, t_retention: 2 s, k_spread: 0.3, y_rest: 0.4}", RETENTION_CURRENT, 0.02, 5, 2, 0.3, 0.4, 1e-7},
	{"drift: {kind: logarithmic, g_unit: 1 uS, k_mean: -0.3, k_sigma: 0.05, k_sigma_offset: 0}", RETENTION_LOGARITHMIC, 1, 1e5,
		-0.3e-6, 0.05e-6, (double)NAN, 5e-8},
};

START_TEST(forgetting)
{
	struct maker m = maker_new();
	const struct cell *cell =
		maker_cell(&m, arena_printf(m.a, "response: {kind: ideal, n_up: 10, n_down: 10}, %s", laws[_i].keys));
	struct trace *t = forget(&m, cell, 30, laws[_i].first, laws[_i].last, 7);

	for (int i = 0; i < t->n; i++)
		t->sample[i].g += laws[_i].noise * (double)rng_normal(rng_stream(5, RNG_TEST, 0), (uint64_t)i, 0);

	struct retention *r = fit_retention(m.a, t, cell, NULL, m.d);

	ck_assert(r != NULL);
	ck_assert_str_eq(retention_words[r->best], retention_words[laws[_i].kind]);
	const struct retention_law *law = &r->law[r->best];
	ck_assert_msg(fabs(law->mean.value - laws[_i].mean) < 3 * law->mean.se, "%g +- %g", law->mean.value, law->mean.se);
	ck_assert_msg(fabs(law->spread.value - laws[_i].spread) < 3 * law->spread.se, "%g +- %g", law->spread.value, law->spread.se);
	ck_assert(law->mean.se < 0.15 * fabs(laws[_i].mean));
	if (!isnan(laws[_i].y_rest))
		ck_assert(fabs(law->y_rest.value - laws[_i].y_rest) < 3 * law->y_rest.se && law->y_rest.se < 0.02);
	arena_free(m.a);
}
END_TEST

/* Four readings, one of them 0, tell no time constant; the power law names the row. */
START_TEST(forgetting_untold)
{
	struct maker m = maker_new();
	const struct cell *cell = maker_cell(&m, "response: {kind: ideal, n_up: 10, n_down: 10}");
	struct sample rows[] = {{.t = 1, .g = 10e-6, .line = 2}, {.t = 10, .g = 9e-6, .line = 3}, {.t = 100, .line = 4},
		{.t = 1000, .g = 6e-6, .line = 5}};
	const char *name = "0";
	struct trace t = {.file = "synthetic", .retention = true, .n = 4, .sample = rows, .n_cells = 1, .cell = &name};

	ck_assert(fit_retention(m.a, &t, cell, "exponential_decay", m.d) == NULL);
	ck_assert(fit_retention(m.a, &t, cell, "power_law", m.d) == NULL);
	arena_free(m.a);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("fit");
	gsl_set_error_handler_off();
	for (int c = 0; c < N_CASES; c++) {
		TCase *tc = tcase_create(cases[c].name);
		tcase_set_timeout(tc, getenv("MHO_TRIALS") ? 3600 : 240);
		tcase_add_loop_test(tc, trials, c, c + 1);
		suite_add_tcase(s, tc);
	}

	TCase *tc = tcase_create("fit");

	tcase_set_timeout(tc, 240);
	tcase_add_test(tc, exact);
	tcase_add_test(tc, reading_noise);
	tcase_add_test(tc, gaps);
	tcase_add_loop_test(tc, stuck_cells, 0, 2);
	tcase_add_test(tc, below_zero);
	tcase_add_loop_test(tc, forgetting, 0, sizeof laws / sizeof *laws);
	tcase_add_test(tc, forgetting_untold);
	suite_add_tcase(s, tc);
	return run_suite(s);
}
