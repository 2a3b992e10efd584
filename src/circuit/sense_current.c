/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Current-mode sense amplifier: clamped bit line, reference halfway between the states' currents,
 * latch.
 *
 * Model    clamp input 1/(k_gm i_bias): the line settles until the error is below half of the
 *          difference dI = v_read (g_on - g_off)/2: tau ln(2 v_read g_on/dI), tau = (1/(k_gm
 *          i_bias) + R/2) C; dI charges the latch's inputs to K_SIGMA v_offset; comparator.c
 *          decides that
 *          energy: line charged to v_read from v_dd; both branches' bias and the mean of cell
 *          and reference current from v_dd while it lasts; latch
 * Source   [Blalock1991] (clamped bit line), [Razavi2015] (latch), [Razavi2001]
 * Assumes  the reference branch is shared by nobody
 * Valid    k_on_off above 1.01
 * Checked  tests/unit/check_blocks.c
 */
#include <math.h>
#include <stddef.h>

#include "circuit/comparator.h"
#include "circuit/edge.h"

#define K_SIGMA 3.0

/* mho module sense_current: every column senses once. */
struct sense_current {
	struct module module;
	int n_columns;
	double g_on, k_on_off, v_read, c_line, r_line, i_bias, k_gm, v_offset;
};

static struct est estimate(const struct module *m, const struct tech *t)
{
	const struct sense_current *s = (const struct sense_current *)m;
	double g_off = s->g_on / s->k_on_off, i_on = s->v_read * s->g_on;
	double i_delta = s->v_read * (s->g_on - g_off) / 2;
	/* cell and reference, the mean of both states */
	double i_cells = s->v_read * (s->g_on + g_off);
	double v_needed = fmin(K_SIGMA * s->v_offset, t->v_dd);
	struct comparator_est cmp =
		comparator_estimate(&(struct comparator){s->v_offset, v_needed}, t);
	double tau = (1 / (s->k_gm * s->i_bias) + s->r_line / 2) * s->c_line;
	double t_settle = tau * log(2 * i_on / i_delta);
	double t_integrate = cmp.c_in * v_needed / i_delta;
	struct est one = cmp.est;

	one.latency += t_settle + t_integrate;
	one.energy += s->c_line * s->v_read * t->v_dd +
		      (2 * s->i_bias + i_cells) * t->v_dd * (t_settle + t_integrate);
	/* clamps and mirrors: four transistors like the input pair's */
	one.area *= 2;
	one.leakage *= 2;
	return est_copies(one, s->n_columns);
}

static const struct field fields[] = {
	INT(sense_current, n_columns, 1, 100000, "64", "columns sensed at once"),
	REAL(sense_current, g_on, DIM_SIEMENS, 1e-12, 1, "20 uS",
		"conductance of a cell that is on"),
	REAL(sense_current, k_on_off, DIM_NONE, 1.01, 1e9, "10", "on over off conductance"),
	REAL(sense_current, v_read, DIM_VOLT, 1e-3, 5, "0.2 V", "level of the clamped line"),
	REAL(sense_current, c_line, DIM_FARAD, 0, 1e-9, "50 fF", "line and what hangs on it"),
	REAL(sense_current, r_line, DIM_OHM, 0, 1e9, "300 Ohm", "line from end to end"),
	REAL(sense_current, i_bias, DIM_AMPERE, 1e-9, 0.01, "10 uA", "bias of each branch"),
	REAL(sense_current, k_gm, DIM_NONE, 1, 30, "15",
		"transconductance of the clamp per bias current, in 1/V"),
	REAL(sense_current, v_offset, DIM_VOLT, 1e-4, 1, "20 mV",
		"sigma of the latch's offset it is sized for"),
	FIELD_END,
};

const struct module_kind module_sense_current = {
	.head = {"sense_current", "current-mode sense amplifiers, one decision each", "Blalock1991",
		sizeof(struct sense_current), fields},
	.estimate = estimate,
};
