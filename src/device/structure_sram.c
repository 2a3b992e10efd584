/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SRAM cells: one bit. 6T is read through its access transistor; 8T through a stack of two
 * transistors of its own, so that many rows may be read together without disturbing a cell.
 *
 * Model    read: access (read) transistor and pull-down in series: the lower of i_on/(1/w_a + 1/w_d)
 *          and v_read over both triode resistances; flip: both nodes, 2 C v_dd^2, C = drains of
 *          access, pull-down and pull-up, gates of the other inverter; leakage: one off transistor
 *          of each inverter and an access transistor; 8T: the stack's as well
 *          write: word line, and one bit line of every pair of the row, at v_dd
 * Source   [CACTI] (cell); [Jiang2020] (compute in memory)
 * Assumes  widths of the node's SRAM cell; bit lines rest near the supply: only cells that hold a
 *          one pull; an 8T cell's two word lines are loaded alike; a row is written as a whole
 * Valid    v_read up to the supply
 * Checked  tests/unit/check_structures.c, tests/prop/check_structure_laws.c
 */
#include <math.h>
#include <stddef.h>

#include "device/cell.h"
#include "device/sram_cell.h"

double sram_cell_i_read(const struct tech *t)
{
	const struct node_sram *s = &t->node->sram;

	return t->i_on_n_per_w * t->l_feature / (1 / s->k_w_access + 1 / s->k_w_pull_down);
}

double sram_cell_leakage(const struct tech *t)
{
	const struct node_sram *s = &t->node->sram;

	return t->v_dd *
	       (t->i_off_n_per_w * s->k_w_pull_down + t->i_off_p_per_w * s->k_w_pull_up +
		       t->i_off_n_per_w * s->k_w_access) *
	       t->l_feature;
}

double sram_cell_e_flip(const struct tech *t)
{
	const struct node_sram *s = &t->node->sram;
	double f = t->l_feature;
	double c_node = transistor_c_drain(t, s->k_w_access * f) +
			transistor_c_drain(t, s->k_w_pull_down * f) +
			transistor_c_drain(t, s->k_w_pull_up * f) +
			transistor_c_gate(t, s->k_w_pull_down * f) +
			transistor_c_gate(t, s->k_w_pull_up * f);

	return 2 * c_node * t->v_dd * t->v_dd;
}

static struct cell_load load(const struct cell *c, const struct tech *t, double k_access)
{
	double w = t->node->sram.k_w_access * t->l_feature;

	(void)c;
	(void)k_access;
	return (struct cell_load){
		.c_word = 2 * transistor_c_gate(t, w), .c_column = transistor_c_drain(t, w)};
}

static double g_read(
	const struct cell *c, const struct tech *t, const struct cell_load *l, double y)
{
	const struct node_sram *s = &t->node->sram;
	double f = t->l_feature, v_drive = t->v_dd - t->node->v_th;
	double g = 1 / (1 / transistor_g_triode_n(t, s->k_w_access * f, v_drive) +
			       1 / transistor_g_triode_n(t, s->k_w_pull_down * f, v_drive));

	(void)l;
	return y * fmin(g, sram_cell_i_read(t) / c->read.v_read);
}

static double e_pulse(const struct cell *c, const struct tech *t, enum polarity p, double y)
{
	(void)c;
	(void)p;
	(void)y;
	return sram_cell_e_flip(t);
}

static struct write_levels levels(
	const struct cell *c, const struct tech *t, enum polarity p, enum write_bias bias)
{
	(void)c;
	(void)p;
	(void)bias;
	return (struct write_levels){
		.v_word_row = t->v_dd, .v_column = t->v_dd, .v_idle = t->v_dd};
}

static double p_leak_6t(const struct cell *c, const struct tech *t)
{
	(void)c;
	return sram_cell_leakage(t);
}

static double p_leak_8t(const struct cell *c, const struct tech *t)
{
	const struct node *n = t->node;
	double w = n->sram.k_w_access * t->l_feature;

	(void)c;
	return sram_cell_leakage(t) + t->v_dd * t->i_off_n_per_w * w * n->current.k_stack;
}

#define SRAM(its_name, its_summary, its_leakage, k)                                                \
	{                                                                                          \
		.name = its_name, .summary = its_summary, .source = "CACTI", .word = WORD_INPUT,   \
		.from_supply = true, .one_write = true, .binary = true, .g_of_node = true,         \
		.load = load, .g_read = g_read, .e_pulse = e_pulse, .levels = levels,              \
		.p_leak = its_leakage, .disturbed = k                                              \
	}

extern const struct cell_structure structure_sram_6t;
const struct cell_structure structure_sram_6t =
	SRAM("sram-6t", "one bit in two inverters, read through its access transistor", p_leak_6t, true);

extern const struct cell_structure structure_sram_8t;
const struct cell_structure structure_sram_8t =
	SRAM("sram-8t", "one bit in two inverters with a read port of two transistors", p_leak_8t,
		false);
