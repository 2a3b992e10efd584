/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Three-terminal magnetic cell, one bit: a current through a track below the element writes it (spin
 * Hall effect; a skyrmion moved under the element or away), the element's conductance is read.
 *
 * Model    pulse v i_write t, whatever the state; two access transistors on the word line, both as
 *          wide as the write current needs in saturation and k_access / g_max in triode, at least
 *          1 F; write: word line at the supply or the write voltage, column (down: row) at v
 * Source   [Miriyala2020] (principle)
 * Assumes  the track lies between row and column line while the word line is open; read and write
 *          transistor are alike
 * Valid    two states
 * Checked  tests/unit/check_structures.c, tests/prop/check_structure_laws.c
 */
#include <math.h>
#include <stddef.h>

#include "device/cell.h"

static struct cell_load load(const struct cell *c, const struct tech *t, double k_access)
{
	double w_read = c->g_max / k_access / transistor_g_triode_n(t, 1, access_drive(c, t));
	double w_write = c->track->i_write / t->i_on_n_per_w;
	double w = fmax(fmax(w_read, w_write), t->l_feature);

	return (struct cell_load){
		.w_access = w,
		.c_word = 2 * transistor_c_gate(t, w),
		.c_row = transistor_c_drain(t, w),
		.c_column = 2 * transistor_c_drain(t, w),
	};
}

static double e_pulse(const struct cell *c, const struct tech *t, enum polarity p, double y)
{
	struct cell_pulse pulse = cell_pulse_at(c, p, y);

	(void)t;
	return pulse.v * c->track->i_write * pulse.t;
}

static struct write_levels levels(
	const struct cell *c, const struct tech *t, enum polarity p, enum write_bias bias)
{
	double v = cell_pulse(c, p).v, v_word = fmax(v, t->v_dd);

	(void)bias;
	if (p == PULSE_UP)
		return (struct write_levels){.v_word_row = v_word, .v_column = v};
	return (struct write_levels){.v_word_row = v_word, .v_row = v, .v_idle = v};
}

extern const struct cell_structure structure_skyrmion;
const struct cell_structure structure_skyrmion = {
	.name = "skyrmion",
	.summary = "magnetic bit written by a current in a track, read through the element above it",
	.source = "Miriyala2020",
	.word = WORD_READ,
	.has_access = true,
	.transposes = true,
	.binary = true,
	.needs_track = true,
	.load = load,
	.g_read = access_g_read,
	.e_pulse = e_pulse,
	.levels = levels,
};
