/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Capacitor cells: a storage capacitor on the gate of a read transistor. 2T1C: write-select
 * transistors between the capacitor and current sources at the end of the write line; 3T1C: both
 * current sources stand in the cell.
 *
 * Model    pulse v i t, drawn from the supply; write: select line per row and period, write line of
 *          each pulsed cell, both at v_dd; a 3T1C cell's sources, both off, leak from the supply
 *          through each other
 * Source   [Luo2020], [Li2018]
 * Assumes  read transistor between row and column line; the p source is twice as wide as the n
 *          source; the select line carries two gates in either cell
 * Valid    any swing the supply can make
 * Checked  tests/unit/check_device.c, tests/prop/check_structure_laws.c
 */
#include <math.h>
#include <stddef.h>

#include "device/cell.h"

static double source_width(const struct cell *c, const struct tech *t)
{
	return c->capacitor->k_width_source_in_f * t->l_feature;
}

static struct cell_load load_2t1c(const struct cell *c, const struct tech *t, double k_access)
{
	double c_gate = 2 * transistor_c_gate(t, source_width(c, t));
	double c_drain = transistor_c_drain(t, c->capacitor->k_width_read_in_f * t->l_feature);

	(void)k_access;
	return (struct cell_load){
		.c_word = c_gate, .c_row = c_drain, .c_column = c_drain, .c_write = c_gate};
}

static struct cell_load load_3t1c(const struct cell *c, const struct tech *t, double k_access)
{
	struct cell_load l = load_2t1c(c, t, k_access);
	double w = source_width(c, t);

	/* both gates of the sources: one on the select line's side, one on the write line's */
	l.c_word = l.c_write = transistor_c_gate(t, w) + transistor_c_gate(t, 2 * w);
	return l;
}

static double g_read(
	const struct cell *c, const struct tech *t, const struct cell_load *l, double y)
{
	(void)t;
	(void)l;
	return cell_g(c, y);
}

static double e_pulse(const struct cell *c, const struct tech *t, enum polarity p, double y)
{
	struct cell_pulse pulse = cell_pulse_at(c, p, y);
	double n = p == PULSE_ERASE ? c->response->n_down : 1;

	(void)t;
	return n * pulse.v * c->capacitor->i_write * pulse.t;
}

static struct write_levels levels(
	const struct cell *c, const struct tech *t, enum polarity p, enum write_bias bias)
{
	(void)c;
	(void)p;
	(void)bias;
	return (struct write_levels){.v_word = t->v_dd, .v_write = t->v_dd};
}

static double p_leak_3t1c(const struct cell *c, const struct tech *t)
{
	double w = source_width(c, t);

	return t->v_dd * fmin(t->i_off_n_per_w * w, t->i_off_p_per_w * 2 * w);
}

extern const struct cell_structure structure_2t1c;
const struct cell_structure structure_2t1c = {
	.name = "capacitor",
	.summary = "2T1C: storage capacitor on the gate of a read transistor, sources at the write line",
	.source = "Li2018",
	.word = WORD_WRITE,
	.transposes = true,
	.from_supply = true,
	.needs_capacitor = true,
	.load = load_2t1c,
	.g_read = g_read,
	.e_pulse = e_pulse,
	.levels = levels,
};

extern const struct cell_structure structure_3t1c;
const struct cell_structure structure_3t1c = {
	.name = "3t1c",
	.summary = "storage capacitor on the gate of a read transistor, with two current sources of its own",
	.source = "Luo2020",
	.word = WORD_WRITE,
	.transposes = true,
	.from_supply = true,
	.needs_capacitor = true,
	.load = load_3t1c,
	.g_read = g_read,
	.e_pulse = e_pulse,
	.levels = levels,
	.p_leak = p_leak_3t1c,
};
