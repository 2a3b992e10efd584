/* SPDX-License-Identifier: Apache-2.0 */
/* Every shipped cell: it loads, says how far it can be trusted, and does under pulses and in time what a
 * cell can do. */
#include <glob.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>

#include "cells.h"
#include "device/aging.h"
#include "device/population.h"
#include "near.h"

static bool says(const char *path, const char *key)
{
	FILE *f = fopen(path, "r");
	char line[512];
	bool found = false;

	ck_assert_ptr_nonnull(f);
	while (fgets(line, sizeof line, f))
		found |= strncmp(line, key, strlen(key)) == 0;
	fclose(f);
	return found;
}

static double mean_state(const struct population *p)
{
	double sum = 0;

	for (size_t i = 0; i < p->n; i++) {
		ck_assert(isfinite(p->y[i]));
		sum += (double)p->y[i];
	}
	return sum / (double)p->n;
}

/* A full train up and one down move a population by at least a third of the window each. */
static void check_pulses(struct maker *m, const struct cell *c, const char *path)
{
	enum { N = 400 };
	struct population p;
	int32_t k[N];
	double at[3];

	population_init(&p, m->a, c, N, 1, 0);
	at[0] = mean_state(&p);
	for (int up = 1; up >= 0; up--) {
		double n = up ? c->response->n_up : c->response->n_down;
		for (int i = 0; i < N; i++)
			k[i] = (int)ceil(n) * (up ? 2 : -2);
		population_pulse(&p, 0, N, k, rng_stream(1, RNG_WRITE_NOISE, 0), (uint64_t)up);
		at[2 - up] = mean_state(&p);
	}
	ck_assert_msg(at[1] - at[0] > 0.3 && at[1] - at[2] > 0.3, "%s: %g, up to %g, down to %g", path, at[0], at[1],
		at[2]);
}

/* A year changes a conductance by no more than its window, and not upwards by much. */
static void check_time(struct maker *m, const struct cell *c, const char *path)
{
	enum { N = 400 };
	const double times[] = {0, 25, 3600, 86400, 31557600};
	struct population p;
	float y[N];

	if (cell_structure(c)->g_of_node)
		return;
	population_init(&p, m->a, c, N, 1, 0);
	for (size_t i = 0; i < N; i++)
		population_set(&p, i, 0.8f);
	double programmed = mean_state(&p);
	for (int t = 0; t < 5; t++) {
		double sum = 0;
		population_read(&p, 0, N, NULL, &(struct reading){.t = times[t], .temp = 300}, y);
		for (int i = 0; i < N; i++) {
			ck_assert(isfinite(y[i]));
			sum += (double)y[i];
		}
		ck_assert_msg(sum / N > -0.1 && sum / N < programmed + 0.05, "%s: %g after %g s", path, sum / N, times[t]);
	}
}

START_TEST(shipped_cells_are_cells)
{
	glob_t files;

	ck_assert(glob("techfiles/cell-*.yaml", 0, NULL, &files) == 0);
	ck_assert(files.gl_pathc >= 40);
	for (size_t i = 0; i < files.gl_pathc; i++) {
		const char *path = files.gl_pathv[i];
		struct maker m = maker_new();
		const struct cell *c = loader_file(&m.l, &cell_file, path, "cell");
		ck_assert_msg(c && diag_errors(m.d) == 0, "%s", path);
		ck_assert_msg(says(path, "trust:"), "%s does not say how far it can be trusted", path);
		for (int k = 0; k < m.l.n_setting; k++)
			ck_assert_msg(m.l.setting[k].source || m.l.setting[k].is_default ||
				strstr(m.l.setting[k].path, ".name") || strstr(m.l.setting[k].path, ".trust") ||
				strstr(m.l.setting[k].path, ".kind"),
				"%s: %s has no source", path, m.l.setting[k].path);

		struct tech t = tech_at(loader_file(&m.l, &node_file, "node-40nm-lp", "node"), 300);
		double e = cell_structure(c)->e_pulse(c, &t, PULSE_UP, 0.5);
		ck_assert_msg(e > 1e-18 && e < 1e-6, "%s: %g J per pulse", path, e);
		check_pulses(&m, c, path);
		check_time(&m, c, path);
		arena_free(m.a);
	}
	globfree(&files);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("cells");
	TCase *t = tcase_create("cells");

	tcase_set_timeout(t, 60);
	tcase_add_test(t, shipped_cells_are_cells);
	suite_add_tcase(s, t);
	return run_suite(s);
}
