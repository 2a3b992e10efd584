/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Nodes at another supply: nothing moves at the node's own, delays and energies follow SPICE below it
 * (tests/ref/spice-supplies.csv, made by tools/spice/run.sh), and the current is exponential far
 * below the threshold.
 */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bare.h"
#include "base/arena.h"
#include "base/diag.h"
#include "base/field.h"
#include "circuit/edge.h"
#include "circuit/gate.h"
#include "device/supply.h"
#include "near.h"

/* Largest factor of a row from 0.8 of the supply on, and below: there a 22 nm transistor (0.48 V) is
 * 2.5 times slower in SPICE. */
#define K_NEAR 1.45
#define K_FAR  2.5
#define K_ALL  0.15 /* geometric mean of all errors */

static double estimate(const struct tech *t, const char *what)
{
	struct gate g = what[0] == 'i' ? gate_inverter(t, 2) : gate_nand(t, 2, 2);

	if (strstr(what, "_t_"))
		return edge_t_rise_steady(gate_tau(&g, 4 * g.c_in)) / 2;
	return (g.c_out + 4 * g.c_in) * t->v_dd * t->v_dd;
}

START_TEST(test_spice)
{
	FILE *f = fopen("tests/ref/spice-supplies.csv", "r");
	char line[256], name[64], what[64];
	double k, want, sum = 0;
	int n = 0, n_bad = 0;

	ck_assert_ptr_nonnull(f);
	printf("%-14s %5s %-16s %12s %12s %8s\n", "node", "v/v_0", "quantity", "SPICE", "ours", "error");
	while (fgets(line, sizeof line, f)) {
		if (sscanf(line, "%63[^,],%lf,%63[^,],%lf", name, &k, what, &want) != 4)
			continue;
		struct node node = bare_node(name);
		struct tech t = tech_at(node_at_supply(arena, &node, k * node.v_dd), 300);
		double got = estimate(&t, what);
		bool bad = fabs(log(got / want)) > log(k > 0.79 ? K_NEAR : K_FAR);
		printf("%-14s %5.2f %-16s %12.4g %12.4g %+7.1f%%%s\n", name, k, what, want, got,
			100 * (got / want - 1), bad ? " !" : "");
		sum += fabs(log(got / want));
		n_bad += bad;
		n++;
	}
	fclose(f);
	printf("%d rows, geometric mean error %.1f %%\n", n, 100 * expm1(sum / n));
	fflush(stdout);
	ck_assert_int_eq(n, 6 * 4 * 4);
	ck_assert_int_eq(n_bad, 0);
	ck_assert_double_lt(expm1(sum / n), K_ALL);
}
END_TEST

START_TEST(test_own_supply)
{
	struct node n = bare_node("node-40nm-lp");

	ck_assert_ptr_eq(node_at_supply(arena, &n, 0), &n);
	ck_assert_ptr_eq(node_at_supply(arena, &n, n.v_dd), &n);

	/* continuous there */
	struct tech at = tech_at(&n, 300), near = tech_at(node_at_supply(arena, &n, n.v_dd * 1.000001), 300);

	ck_near(transistor_r_n(&near, 1e-6), transistor_r_n(&at, 1e-6), 1e-5);
	ck_near(transistor_gm_n(&near, 1e-6), transistor_gm_n(&at, 1e-6), 1e-5);
	ck_near(transistor_g_triode_n(&near, 1e-6, 0.3), transistor_g_triode_n(&at, 1e-6, 0.3), 1e-4);
}
END_TEST

/* v_s ln(1 + e^(v/v_s)): by hand at the threshold, v far above it, e-fold per slope far below. */
START_TEST(test_drive)
{
	struct node n = bare_node("node-40nm-lp");
	double v_slope = 1.5 * 1.380649e-23 * 300 / 1.602176634e-19;
	double v_s = n.current.k_alpha * v_slope;

	ck_near(transistor_v_slope(300), v_slope, 1e-12);
	ck_near(transistor_drive(&n, 300, 0), v_s * log(2), 1e-12);
	ck_near(transistor_drive(&n, 300, 0.5), 0.5, 1e-4);

	double below = transistor_drive(&n, 300, -0.4), e_fold = transistor_drive(&n, 300, -0.4 - v_slope);

	ck_near(pow(below / e_fold, n.current.k_alpha), exp(1), 1e-3);
}
END_TEST

START_TEST(test_monotone)
{
	struct node n = bare_node("node-28nm-lp");
	double t_last = INFINITY, e_last = 0, p_last = 0;

	for (double v = 0.4; v < 1.05; v += 0.05) {
		struct tech t = tech_at(node_at_supply(arena, &n, v), 300);
		struct gate g = gate_inverter(&t, 1);
		ck_assert_double_lt(gate_t_fo4(&t), t_last);
		ck_assert_double_gt((g.c_in + g.c_out) * v * v, e_last);
		ck_assert_double_gt(g.p_leak, p_last);
		t_last = gate_t_fo4(&t);
		e_last = (g.c_in + g.c_out) * v * v;
		p_last = g.p_leak;
	}
}
END_TEST

int main(void)
{
	Suite *s = suite_create("supply");
	TCase *c = tcase_create("supply");
	SRunner *r = srunner_create(s);

	tcase_add_checked_fixture(c, setup, teardown);
	tcase_add_test(c, test_spice);
	tcase_add_test(c, test_own_supply);
	tcase_add_test(c, test_drive);
	tcase_add_test(c, test_monotone);
	suite_add_tcase(s, c);
	srunner_run_all(r, CK_ENV);

	int n_failed = srunner_ntests_failed(r);

	srunner_free(r);
	return n_failed != 0;
}
