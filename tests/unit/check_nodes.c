/* SPDX-License-Identifier: Apache-2.0 */
/* Laws over all nodes: they load, follow the roadmap from node to node, and behave with temperature. */
#include <check.h>
#include <math.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/diag.h"
#include "circuit/gate.h"
#include "device/node_between.h"
#include "fixture.h"
#include "near.h"

static const int sizes[] = {130, 90, 65, 45, 40, 32, 28, 22, 14, 10, 7}; /* nm */

enum { N_SIZES = sizeof sizes / sizeof sizes[0], N_PLANAR = 8 };

static const char *const types[] = {"hp", "lp"};
static const struct node *node(int size, const char *type)
{
	struct loader l;

	loader_init(&l, arena, diag_new(arena, stderr));

	const struct node *n = loader_file(
		&l, &node_file, arena_printf(arena, "node-%dnm-%s", sizes[size], type), "");

	ck_assert_msg(n, "%d nm %s", sizes[size], type);
	return n;
}

START_TEST(test_all_load)
{
	for (int i = 0; i < N_SIZES; i++) {
		const struct node *n = node(i, types[_i]);
		ck_near(n->l_feature, sizes[i] * 1e-9, 1e-12);
		ck_assert_int_eq(n->fin != NULL, i >= N_PLANAR);
		ck_assert(tech_covers(n, 233) && tech_covers(n, 423));
		struct tech t = tech_at(n, 300);
		double t_fo4 = gate_t_fo4(&t);
		ck_assert_msg(t_fo4 > 1e-12 && t_fo4 < 500e-12, "%d nm %s: %g s", sizes[i], types[_i],
			t_fo4);
	}
}
END_TEST

static void falls(int i, const char *type, const char *what, double older, double newer)
{
	ck_assert_msg(newer <= older * (1 + 1e-9), "%s of %d nm %s is %g, of %d nm %g", what,
		sizes[i - 1], type, older, sizes[i], newer);
}

/* Every step down brings no more supply, wire width, gate area; between transistors of one kind less
 * gate capacitance and switched charge; while planar, more n current per width. (The p current of
 * the 32 nm card is an outlier.) */
START_TEST(test_roadmap)
{
	for (int i = 1; i < N_SIZES; i++) {
		const struct node *a = node(i - 1, types[_i]), *b = node(i, types[_i]);
		struct tech s = tech_at(a, 300), t = tech_at(b, 300);
		struct gate g = gate_inverter(&s, 1), h = gate_inverter(&t, 1);
		falls(i, types[_i], "v_dd", a->v_dd, b->v_dd);
		falls(i, types[_i], "local wire width", a->metal.local.w_wire,
			b->metal.local.w_wire);
		falls(i, types[_i], "inverter area", g.a, h.a);
		if (i == N_PLANAR) /* another kind of transistor */
			continue;
		falls(i, types[_i], "c_gate_per_w", s.c_gate_per_w, t.c_gate_per_w);
		falls(i, types[_i], "input charge of an inverter", g.c_in * s.v_dd, h.c_in * t.v_dd);
		if (i < N_PLANAR)
			falls(i, types[_i], "n resistance per width", 1 / s.i_on_n_per_w,
				1 / t.i_on_n_per_w);
	}
}
END_TEST

/* Warmer: less on-current, more off-current, more wire resistance; no jumps. */
START_TEST(test_temperature)
{
	for (int i = 0; i < N_SIZES; i++) {
		const struct node *n = node(i, types[_i]);
		struct tech a = tech_at(n, 233);
		for (int temp = 234; temp <= 423; temp++) {
			struct tech b = tech_at(n, temp);
			ck_assert_double_lt(b.i_on_n_per_w, a.i_on_n_per_w);
			ck_assert_double_lt(b.i_on_p_per_w, a.i_on_p_per_w);
			ck_assert_double_gt(b.i_off_n_per_w, a.i_off_n_per_w);
			ck_assert_double_gt(b.i_off_p_per_w, a.i_off_p_per_w);
			ck_assert_double_gt(b.local.r_per_l, a.local.r_per_l);
			ck_near(b.i_on_n_per_w, a.i_on_n_per_w, 0.03);
			ck_near(b.i_off_n_per_w, a.i_off_n_per_w, 0.15);
			ck_near(b.i_off_p_per_w, a.i_off_p_per_w, 0.15);
			ck_near(b.k_beta, a.k_beta, 0); /* drawn once */
			a = b;
		}
	}
}
END_TEST

/* Widths are whole fins, at least one, and resistance and capacitances count the same ones. */
START_TEST(test_fins)
{
	for (int i = N_PLANAR; i < N_SIZES; i++) {
		const struct node *n = node(i, types[_i]);
		struct tech t = tech_at(n, 300);
		double l = n->fin->l_pitch, w_fin = 2 * n->fin->h_fin + n->fin->w_fin;
		ck_near(transistor_w_channel(&t, 1e-9), w_fin, 1e-9);
		ck_near(transistor_w_channel(&t, l), w_fin, 1e-9);
		ck_near(transistor_w_channel(&t, 1.01 * l), 2 * w_fin, 1e-9);
		ck_near(transistor_w_drawn(&t, 2.5 * l), 3 * l, 1e-9);
		ck_near(transistor_w_channel(&t, 0), 0, 0);
		ck_near(transistor_w_channel(&t, t.w_min), w_fin, 1e-9); /* a minimum gate: one */
		ck_assert(t.k_beta == round(t.k_beta) && t.k_beta >= 1);
		for (double w = 0.3 * l; w < 20 * l; w *= 1.3) {
			double n_fins = transistor_w_channel(&t, w) / w_fin;
			ck_near(n_fins, round(n_fins), 1e-9);
			ck_near(transistor_r_n(&t, w) * n_fins, transistor_r_n(&t, l), 1e-9);
			ck_near(transistor_c_gate(&t, w) / n_fins, transistor_c_gate(&t, l), 1e-9);
			ck_near(transistor_gm_n(&t, w) / n_fins, transistor_gm_n(&t, l), 1e-9);
			ck_near(transistor_g_triode_n(&t, w, 0.1) / n_fins,
				transistor_g_triode_n(&t, l, 0.1), 1e-9);
		}
		struct gate g = gate_inverter(&t, 1);
		ck_near(g.r_n, transistor_r_n(&t, l), 1e-9);
		ck_near(g.c_in, 2 * (transistor_c_gate(&t, l) + transistor_c_edge(&t, l)), 1e-9);
	}
}
END_TEST

/* 40 and 28 nm lie between their neighbours by the stated rule. */
START_TEST(test_interpolated)
{
	static const int between[] = {4, 6};

	for (int k = 0; k < 2; k++) {
		int i = between[k];
		const struct node *a = node(i - 1, types[_i]), *n = node(i, types[_i]),
				  *b = node(i + 1, types[_i]);
		double x = log(a->l_feature / n->l_feature) / log(a->l_feature / b->l_feature);
		ck_near(n->v_dd, (1 - x) * a->v_dd + x * b->v_dd, 1e-4);
		ck_near(n->v_th, (1 - x) * a->v_th + x * b->v_th, 1e-4);
		ck_near(n->gate.c_ideal_per_w,
			pow(a->gate.c_ideal_per_w, 1 - x) * pow(b->gate.c_ideal_per_w, x), 1e-4);
		for (int j = 0; j < n->current.temp.n; j++)
			ck_near(n->current.i_on_n.value[j],
				pow(a->current.i_on_n.value[j], 1 - x) *
					pow(b->current.i_on_n.value[j], x),
				1e-4);
	}
}
END_TEST

/* A node without a file, as mho --interpolate makes it. */
static const struct node *between(const char *name)
{
	struct loader l;

	loader_init(&l, arena, diag_new(arena, fopen("/dev/null", "w")));
	l.missing = node_between;
	ck_assert(loader_set(&l, "node.layout.k_wiring=1.5"));
	return loader_file(&l, &node_file, name, "node");
}

START_TEST(test_between)
{
	const struct node *n = between("node-55nm-hp"), *a = node(2, "hp"), *b = node(3, "hp");
	const struct node *fin = between("node-12nm-lp");
	double x = log(65 / 55.) / log(65 / 45.);

	ck_assert_ptr_nonnull(n);
	ck_near(n->l_feature, 55e-9, 1e-9);
	ck_near(n->v_dd, (1 - x) * a->v_dd + x * b->v_dd, 1e-12);
	ck_near(n->current.i_off_p.value[9],
		pow(a->current.i_off_p.value[9], 1 - x) * pow(b->current.i_off_p.value[9], x), 1e-9);
	ck_near(n->metal.local.w_wire,
		pow(a->metal.local.w_wire, 1 - x) * pow(b->metal.local.w_wire, x), 1e-9);
	ck_near(n->current.temp.value[9], 423, 1e-12);
	ck_near(n->layout.k_wiring, 1.5, 0); /* settings apply */
	ck_assert_ptr_null(n->fin);
	ck_assert_ptr_nonnull(fin);
	ck_near(fin->fin->l_pitch, sqrt(48e-9 * 36e-9), 0.02);
	ck_assert_ptr_null(between("node-18nm-hp")); /* neither planar nor FinFET */
	ck_assert_ptr_null(between("node-180nm-hp"));
	ck_assert_ptr_null(between("node-5nm-lp"));
	ck_assert_ptr_null(between("node-55nm-xp"));
	ck_assert_ptr_null(between("node-nm-hp"));
}
END_TEST

int main(void)
{
	Suite *s = suite_create("nodes");
	TCase *c = tcase_create("laws");

	tcase_add_checked_fixture(c, setup, teardown);
	tcase_add_loop_test(c, test_all_load, 0, 2);
	tcase_add_loop_test(c, test_roadmap, 0, 2);
	tcase_add_loop_test(c, test_temperature, 0, 2);
	tcase_add_loop_test(c, test_fins, 0, 2);
	tcase_add_loop_test(c, test_interpolated, 0, 2);
	tcase_add_test(c, test_between);
	suite_add_tcase(s, c);
	return run_suite(s);
}
