/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reset of a row of capacitor cells to their rest level.
 *
 * Model    a reset transistor of k_w_switch_in_f F per cell on a line of its own; line and
 *          gates driven from an inverter chain; the cells follow within K_SETTLE time
 *          constants R c_storage
 *          energy: line and gates at v_dd, c_storage v_step^2 of the cells' mean square
 *          distance to the rest level
 * Source   [WesteHarris2010] (driver, switch), [Li2018] (cell)
 * Assumes  the rest level is supplied without cost beyond the charge moved; the
 *          transistors lie in the cells' area
 * Valid    any row
 * Checked  tests/unit/check_blocks.c
 */
#include "circuit/capacitor_reset.h"

#include <math.h>
#include <stddef.h>

#include "circuit/driver.h"
#include "circuit/gate.h"

#define K_SETTLE 7 /* time constants: a thousandth is left */

struct est capacitor_reset_estimate(const struct capacitor_reset *r, const struct tech *t)
{
	double w = r->k_w_switch_in_f * t->l_feature;
	struct line line = line_of(t->local, r->n_cells * r->l_cell);
	struct est d =
		driver_estimate(&(struct driver){line, r->n_cells * transistor_c_gate(t, w)}, t)
			.est;

	return (struct est){
		.area = r->n_rows * d.area,
		.latency = d.latency + K_SETTLE * transistor_r_n(t, w) *
					       (r->c_storage + transistor_c_drain(t, w)),
		.energy = d.energy + r->n_cells * r->c_storage * r->v_step * r->v_step,
		.leakage = r->n_rows * d.leakage,
	};
}

static struct est estimate(const struct module *m, const struct tech *t)
{
	return capacitor_reset_estimate((const struct capacitor_reset *)m, t);
}

static const struct field fields[] = {
	INT(capacitor_reset, n_rows, 1, 100000, "128", "rows, one of them reset"),
	INT(capacitor_reset, n_cells, 1, 100000, "128", "cells of a row"),
	REAL(capacitor_reset, c_storage, DIM_FARAD, 0, 1e-9, "50 fF", "capacitor of a cell"),
	REAL(capacitor_reset, v_step, DIM_VOLT, 0, 5, "0.3 V",
		"root of the mean square distance from the rest level"),
	REAL(capacitor_reset, k_w_switch_in_f, DIM_NONE, 1, 1000, "2", "width of the switch, in F"),
	REAL(capacitor_reset, l_cell, DIM_METRE, 0, 1e-4, "1 um", "pitch of the cells"),
	FIELD_END,
};

const struct module_kind module_capacitor_reset = {
	.head = {"capacitor_reset", "reset of a row of capacitor cells", "WesteHarris2010",
		sizeof(struct capacitor_reset), fields},
	.estimate = estimate,
};
