/* SPDX-License-Identifier: Apache-2.0 */
/*
 * FeFET: one transistor whose channel conductance is the weight, written through its gate.
 *
 * Model    pulse v q_switched a_film / n (one of n pulses across the window); an erase moves what a
 *          whole train down moves
 *          write: the word line per period at the write voltage, columns not pulsed at half of it
 * Source   [Jerry2017] (polarisation charge), [ChenPeng2018] (inhibition)
 * Assumes  gate on the word line, channel between row and column line; the film is as wide as the
 *          channel over one feature size
 * Valid    any window
 * Checked  tests/unit/check_device.c, tests/prop/check_structure_laws.c
 */
#include <stddef.h>

#include "device/cell.h"

static struct cell_load load(const struct cell *c, const struct tech *t, double k_access)
{
	double w_channel = c->write.k_gate_area_in_f2 * t->l_feature;
	double c_drain = transistor_c_drain(t, w_channel);

	(void)k_access;
	return (struct cell_load){
		.c_word = transistor_c_gate(t, w_channel), .c_row = c_drain, .c_column = c_drain};
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
	double a_film = c->write.k_gate_area_in_f2 * t->l_feature * t->l_feature;
	double e_full = cell_pulse_at(c, p, y).v * c->write.q_switched_per_a * a_film;

	return p == PULSE_UP     ? e_full / c->response->n_up
	       : p == PULSE_DOWN ? e_full / c->response->n_down
				 : e_full;
}

static struct write_levels levels(
	const struct cell *c, const struct tech *t, enum polarity p, enum write_bias bias)
{
	double v = cell_pulse(c, p).v;

	(void)t;
	(void)bias;
	return (struct write_levels){.v_word = v, .v_idle = v / 2};
}

extern const struct cell_structure structure_fefet;
const struct cell_structure structure_fefet = {
	.name = "fefet",
	.summary = "one transistor with a ferroelectric gate; the weight is its channel conductance",
	.source = "Jerry2017",
	.word = WORD_READ,
	.transposes = true,
	.needs_charge = true,
	.load = load,
	.g_read = g_read,
	.e_pulse = e_pulse,
	.levels = levels,
};
