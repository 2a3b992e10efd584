/* SPDX-License-Identifier: Apache-2.0 */
/* Sweeps, derived figures, the reader of traces. */
#include <math.h>
#include <string.h>

#include "cells.h"
#include "device/node.h"
#include "device/transistor.h"
#include "lab/sweep.h"
#include "lab/trace.h"
#include "near.h"

#define AG "response: {kind: exponential, n_up: 97, n_down: 100, label_up: 2.4, label_down: -4.88}"

static struct merits merits_of(struct maker *m, const struct cell *c)
{
	const struct node *node = loader_file(&m->l, &node_file, "node-40nm-lp", "node");
	struct tech t = tech_at(node, 300);

	return sweep_merits(c, &t);
}

START_TEST(golden_curve)
{
	struct maker m = maker_new();
	const struct cell *c = maker_cell(&m, AG);
	struct sweep_options o = {.n_cells = 1, .n_cycles = 2, .ideal = true};
	struct trace *t = sweep_trace(m.a, c, (struct span){0, 1}, &o);

	ck_assert_int_eq(t->n, 2 * (1 + 97 + 100));
	ck_near(t->sample[1].g, 0.023628, 3e-5);
	ck_near(t->sample[48].g, 0.726974, 1e-6);
	ck_near(t->sample[97].g, 1, 1e-12);
	ck_near(t->sample[98].g, 0.950969, 1e-6);
	ck_near(t->sample[147].g, 0.076124, 1e-5);
	ck_assert(fabs(t->sample[197].g) < 1e-12);
	ck_assert_int_eq(t->sample[198].polarity, STEP_START);
	arena_free(m.a);
}
END_TEST

/* What a cell shows is seen against its reference, with noise and without. */
START_TEST(seen_against_a_reference)
{
	struct maker m = maker_new();
	const struct cell *c = maker_cell(&m, "response: {kind: soft_bounds_reference, n_up: 60, n_down: 30}");
	struct sweep_options o = {.n_cells = 1, .n_cycles = 1, .n_pulses = 50}, ideal = o;

	ideal.ideal = true;

	struct trace *t = sweep_trace(m.a, c, (struct span){1, 2}, &o), *u = sweep_trace(m.a, c, (struct span){1, 2}, &ideal);

	for (int i = 0; i < t->n; i++)
		ck_assert_msg(fabs(t->sample[i].g - u->sample[i].g) < 1e-3, "%d: %g, %g", i, t->sample[i].g, u->sample[i].g);
	ck_near(merits_of(&m, c).y_symmetry, 0.5, 1e-9);
	arena_free(m.a);
}
END_TEST

START_TEST(figures)
{
	struct maker m = maker_new();
	struct merits f = merits_of(&m, maker_cell(&m, AG));

	/* the curve is scaled to its own ends at whole pulses: labels come back to a part in a thousand */
	ck_near(f.label_up, 2.4, 1e-3);
	ck_near(f.label_down, -4.88, 1e-3);
	ck_near(f.k_pair, -0.011928, 1e-4);
	ck_near(f.k_range, 11, 1e-12);
	ck_near(f.t_up, 97 * 10e-9, 1e-12);
	ck_near(f.e_up, 1 * 6e-6 * 10e-9, 1e-9);
	f = merits_of(&m, maker_cell(&m, "response: {kind: soft_bounds, n_up: 60, n_down: 30}"));
	/* 1/60 (1 - y) = 1/30 y */
	ck_near(f.y_symmetry, 1 / 3.0, 1e-9);
	f = merits_of(&m, maker_cell(&m, "response: {kind: ideal, n_up: 10, n_down: 10}, variation: {k_cycle: 0.03, k_cycle_step: 0.4}"));
	ck_near(f.k_noise, 0.05, 1e-9);
	ck_near(f.k_noise_step, 0.5, 1e-9);
	arena_free(m.a);
}
END_TEST

/* One-sided cells are erased, and the erase is told. */
START_TEST(erase)
{
	struct maker m = maker_new();
	const struct cell *c = maker_cell(&m, "response: {kind: ideal, n_up: 10, n_down: 10}, write: {one_sided: true, up: "
		"{v: 1 V, t: 10 ns}, down: {v: 1 V, t: 10 ns}, erase: {v: 2 V, t: 50 ns}}");
	struct sweep_options o = {.n_cells = 3, .n_cycles = 1, .seed = 1};
	struct trace *t = sweep_trace(m.a, c, (struct span){c->g_min, c->g_max}, &o);

	ck_assert_int_eq(t->n, 3 * 12);
	ck_assert_int_eq(t->sample[11].polarity, STEP_ERASE);
	ck_near(t->sample[11].g, 1e-6, 1e-9);
	ck_near(t->sample[10].g, 11e-6, 1e-6);
	ck_near(merits_of(&m, c).t_down, 50e-9, 1e-12);
	arena_free(m.a);
}
END_TEST

/* The same trace however it is written down. */
START_TEST(ways_to_write)
{
	static const char *const texts[] = {
		"pulse,polarity,conductance_uS\n0,start,1\n1,up,2\n2,down,1.5\n",
		"\xef\xbb\xbfpulse,polarity,conductance_uS\r\n0,start,1\r\n1,up,2\r\n2,down,1.5\r\n",
		"\"polarity\",\"conductance_nS\",\"pulse\"\n\"\",1000,0\n\"+\",2000,1\n\"-\",1500,2",
		"# from a bench\n\ncell,cycle,pulse,polarity,conductance_S\n0,0,0,0,1e-6\n0,0,1,1,2e-6\n# half\n0,0,2,-1,1.5e-6\n",
		" pulse , polarity , conductance_mS \n 0 , start , 0.001 \n 1 , LTP , 0.002 \n 2 , LTD , 0.0015\n",
	};
	struct maker m = maker_new();
	struct trace *t = trace_read_text(m.a, "test", texts[_i], strlen(texts[_i]), m.d);

	ck_assert(t != NULL);
	ck_assert_int_eq(t->n, 3);
	ck_assert_int_eq(t->sample[0].polarity, STEP_START);
	ck_assert_int_eq(t->sample[1].polarity, STEP_UP);
	ck_assert_int_eq(t->sample[2].polarity, STEP_DOWN);
	ck_near(t->sample[0].g, 1e-6, 1e-12);
	ck_near(t->sample[1].g, 2e-6, 1e-12);
	ck_near(t->sample[2].g, 1.5e-6, 1e-12);
	arena_free(m.a);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("lab");
	TCase *tc = tcase_create("lab");

	tcase_add_test(tc, golden_curve);
	tcase_add_test(tc, seen_against_a_reference);
	tcase_add_test(tc, figures);
	tcase_add_test(tc, erase);
	tcase_add_loop_test(tc, ways_to_write, 0, 5);
	suite_add_tcase(s, tc);
	return run_suite(s);
}
