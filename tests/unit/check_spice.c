/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Transistors and gates against SPICE with the public model cards. The numbers in tests/ref were
 * made by tools/spice/run.sh, which says under which conditions; here the circuit models compute
 * every row.
 */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bare.h"
#include "base/arena.h"
#include "base/diag.h"
#include "circuit/edge.h"
#include "circuit/gate.h"
#include "circuit/register.h"
#include "circuit/wire.h"
#include "near.h"

#define K_EACH 0.25 /* largest error of a row */
#define K_ALL  0.12 /* geometric mean of all errors */

static double fo4(const struct gate *g)
{
	return edge_t_rise_steady(gate_tau(g, 4 * g->c_in)) / 2;
}

static double e_fo4(const struct tech *t, const struct gate *g)
{
	return (g->c_out + 4 * g->c_in) * t->v_dd * t->v_dd;
}

static double line_t(const struct tech *t, bool full)
{
	struct pass_gate p = pass_gate_make(t, 20 * t->l_feature, 0.2 * t->v_dd);
	struct line l = {1e3, 100e-15};
	double tau = line_tau(full ? p.r_swing : p.r, p.c_drain + p.c_channel, l, 0);

	return edge_through((struct edge){0, 0}, tau).t;
}

struct named {
	const char *name;
	double x;
};

static double pick(const struct named *list, const char *name)
{
	for (; list->name; list++)
		if (strcmp(list->name, name) == 0)
			return list->x;
	ck_abort_msg("nothing of ours is called '%s'", name);
	return 0;
}

static double estimate(const struct tech *t, const char *what)
{
	struct gate inverter = gate_inverter(t, 2), nand = gate_nand(t, 2, 2);
	struct est idle = reg_estimate(&(struct reg){.n_bits = 1, .k_active = 0}, t);
	struct est active = reg_estimate(&(struct reg){.n_bits = 1, .k_active = 1}, t);
	struct repeated r = wire_repeated_with(t, (struct wire){200, 0.9e-6 * t->l_feature}, 40, 1);
	const struct named list[] = {
		{"inverter_t_fo4", fo4(&inverter)},
		{"nand2_t_fo4", fo4(&nand)},
		{"inverter_e_fo4", e_fo4(t, &inverter)},
		{"nand2_e_fo4", e_fo4(t, &nand)},
		{"flipflop_t", active.latency},
		{"flipflop_e_active", active.energy},
		{"flipflop_e_idle", idle.energy},
		{"line_t_low", line_t(t, false)},
		{"line_t_full", line_t(t, true)},
		{"repeater_t", r.t_per_l * r.l_spacing},
		{"repeater_e", r.e_per_l * r.l_spacing},
		{NULL, 0},
	};

	return pick(list, what);
}

/* The next row of a reference table, cut at the commas; false at the end. */
static bool row(FILE *f, char *line, int size, char **field, int n)
{
	while (fgets(line, size, f)) {
		if (line[0] == '#' || strncmp(line, "node,", 5) == 0)
			continue;
		line[strcspn(line, "\n")] = '\0';
		for (int i = 0; i < n; i++) {
			field[i] = line;
			line += strcspn(line, ",");
			if (*line)
				*line++ = '\0';
		}
		return true;
	}
	return false;
}

START_TEST(test_gates)
{
	FILE *f = fopen("tests/ref/spice-gates.csv", "r");
	char line[256], *field[3];
	double sum = 0;
	int n = 0, n_bad = 0;

	ck_assert_ptr_nonnull(f);
	printf("%-14s %-18s %12s %12s %8s\n", "node", "quantity", "SPICE", "ours", "error");
	while (row(f, line, sizeof line, field, 3)) {
		struct node bare = bare_node(field[0]);
		struct tech t = tech_at(&bare, 300);
		double want = strtod(field[2], NULL), got = estimate(&t, field[1]);
		bool bad = fabs(got / want - 1) > K_EACH;
		printf("%-14s %-18s %12.4g %12.4g %+7.1f%%%s\n", field[0], field[1], want, got,
			100 * (got / want - 1), bad ? " !" : "");
		sum += fabs(log(got / want));
		n_bad += bad;
		n++;
	}
	fclose(f);
	printf("%d rows, geometric mean error %.1f %%\n", n, 100 * expm1(sum / n));
	fflush(stdout);
	ck_assert_int_eq(n, 6 * 11);
	ck_assert_int_eq(n_bad, 0);
	ck_assert_double_le(expm1(sum / n), K_ALL);
}
END_TEST

static double at(const struct node *n, const struct field_reals *list, double temp)
{
	for (int i = 0; i < n->current.temp.n; i++)
		if (fabs(n->current.temp.value[i] - temp) < 0.5)
			return list->value[i];
	ck_abort_msg("no %g K", temp);
	return 0;
}

/* The techfiles say what SPICE said. */
START_TEST(test_transistors)
{
	FILE *f = fopen("tests/ref/spice-transistors.csv", "r");
	char line[256], *field[4];
	int n_rows = 0;

	ck_assert_ptr_nonnull(f);
	while (row(f, line, sizeof line, field, 4)) {
		struct node n = bare_node(field[0]);
		double temp = strtod(field[2], NULL), want = strtod(field[3], NULL);
		const struct node_current *c = &n.current;
		const struct named list[] = {
			{"v_th", n.v_th},
			{"i_gm_n", c->i_gm_n},
			{"i_gm_p", c->i_gm_p},
			{"k_resistance", c->k_resistance},
			{"k_v_sat", c->k_v_sat},
			{"k_alpha", c->k_alpha},
			{"k_stack", c->k_stack},
			{"k_dibl", c->k_dibl},
			{"c_ideal_per_w", n.gate.c_ideal_per_w},
			{"c_fringe_per_w", n.gate.c_fringe_per_w},
			{"c_per_a", n.junction.c_per_a},
			{"c_side_per_l", n.junction.c_side_per_l},
			{"c_channel_per_l", n.junction.c_channel_per_l},
			{"i_on_n", at(&n, &c->i_on_n, temp)},
			{"i_on_p", at(&n, &c->i_on_p, temp)},
			{"i_off_n", at(&n, &c->i_off_n, temp)},
			{"i_off_p", at(&n, &c->i_off_p, temp)},
			{NULL, 0},
		};
		ck_near(pick(list, field[1]), want, 1e-4);
		n_rows++;
	}
	fclose(f);
	ck_assert_int_eq(n_rows, 6 * (13 + 4 * 10));
}
END_TEST

int main(void)
{
	Suite *s = suite_create("spice");
	TCase *c = tcase_create("cards");

	tcase_add_checked_fixture(c, setup, teardown);
	tcase_add_test(c, test_gates);
	tcase_add_test(c, test_transistors);
	suite_add_tcase(s, c);
	return run_suite(s);
}
