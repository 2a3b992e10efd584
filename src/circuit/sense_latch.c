/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Voltage-mode sense amplifier: clocked latch on a line pair, set-reset latch behind it.
 *
 * Model    comparator.c on v_swing, then two NAND2 that hold the result
 * Source   [Razavi2015]
 * Assumes  the lines are isolated while the latch regenerates
 * Valid    v_offset well below v_swing
 * Checked  tests/unit/check_blocks.c
 */
#include <math.h>
#include <stddef.h>

#include "circuit/comparator.h"
#include "circuit/edge.h"
#include "circuit/gate.h"

/* mho module sense_latch: every column senses once. */
struct sense_latch {
	struct module module;
	int n_columns;
	double v_swing, v_offset;
};

static struct est estimate(const struct module *m, const struct tech *t)
{
	const struct sense_latch *s = (const struct sense_latch *)m;
	struct est cmp = comparator_estimate(&(struct comparator){s->v_offset, s->v_swing}, t).est;
	struct gate nand = gate_nand(t, 2, 1);
	double k_wiring = t->node->layout.k_wiring;
	struct edge e = {0, 0};
	struct est hold = {.area = 2 * nand.a, .leakage = 2 * nand.p_leak};

	/* one of the two rises, then the other falls */
	e = edge_through(e, k_wiring * gate_tau(&nand, nand.c_in));
	e = edge_through(e, k_wiring * gate_tau(&nand, nand.c_in));
	hold.latency = e.t;
	hold.energy = k_wiring * (2 * nand.c_in + nand.c_out) * t->v_dd * t->v_dd;
	return est_copies(est_then(cmp, hold), s->n_columns);
}

static const struct field fields[] = {
	INT(sense_latch, n_columns, 1, 100000, "64", "columns sensed at once"),
	REAL(sense_latch, v_swing, DIM_VOLT, 1e-4, 5, "0.1 V", "difference of the lines"),
	REAL(sense_latch, v_offset, DIM_VOLT, 1e-4, 1, "20 mV",
		"sigma of the offset it is sized for"),
	FIELD_END,
};

const struct module_kind module_sense_latch = {
	.head = {"sense_latch", "voltage-mode sense amplifiers, one decision each", "Razavi2015",
		sizeof(struct sense_latch), fields},
	.estimate = estimate,
};
