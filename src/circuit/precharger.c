/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SRAM bit-line precharger.
 *
 * Model    per pair two p transistors of K_W minimum widths and an equaliser of one; restored
 *          from v_dd - v_swing to within v_swing/K_REST: tau ln K_REST; a pair draws C v_swing
 *          from v_dd, not the full swing of both lines; the gates' line runs over all columns
 * Source   [CACTI] (circuit), [Elmore1948]
 * Assumes  one line of a pair discharges per access; the other stays up
 * Valid    v_swing up to v_dd
 * Checked  tests/unit/check_blocks.c
 */
#include "circuit/precharger.h"

#include <math.h>
#include <stddef.h>

#include "circuit/driver.h"
#include "circuit/gate.h"
#include "circuit/sram_column.h"

#define K_W    3
#define K_REST 10

struct est precharger_estimate(const struct precharger *p, const struct tech *t)
{
	const struct node_sram *s = &t->node->sram;
	double v = fmin(p->v_swing, t->v_dd);
	double w = K_W * t->k_beta * t->w_min, w_equal = t->k_beta * t->w_min;
	struct sram_column col = sram_column(t, p->n_rows);
	double c_drains = transistor_c_drain(t, w) + transistor_c_drain(t, w_equal);
	double c_gates = transistor_c_gate(t, 2 * w + w_equal);
	struct line control = line_of(t->local, p->n_columns * s->k_width_in_f * t->l_feature);
	struct driver_est d = driver_estimate(&(struct driver){control, p->n_columns * c_gates}, t);
	double tau = line_tau(transistor_r_p(t, w), c_drains, col.wire, col.c - col.wire.c);
	struct gate leg = gate_make(t, (struct gate_shape){GATE_INVERTER, 1, w, w});
	struct gate equal = gate_make(t, (struct gate_shape){GATE_INVERTER, 1, w_equal, w_equal});

	return (struct est){
		/* the two legs have the area of a gate of two such transistors */
		.area = p->n_columns * (leg.a + equal.a / 2) + d.est.area,
		.latency = d.est.latency + tau * log(K_REST),
		.energy = p->n_columns * (col.c + c_drains) * v * t->v_dd + d.est.energy,
		/* in the mean half of the lines stand low enough for a leg to leak */
		.leakage = p->n_columns * w * t->i_off_p_per_w * v + d.est.leakage,
	};
}

static const struct field fields[] = {
	INT(precharger, n_columns, 1, 100000, "128", "bit-line pairs"),
	INT(precharger, n_rows, 1, 1024, "128", "cells on a bit line"),
	REAL(precharger, v_swing, DIM_VOLT, 0, 5, "0.1 V", "what one line of a pair has lost"),
	FIELD_END,
};

static struct est estimate(const struct module *m, const struct tech *t)
{
	return precharger_estimate((const struct precharger *)m, t);
}

const struct module_kind module_precharger = {
	.head = {"precharger", "SRAM bit-line prechargers, all pairs restored", "CACTI",
		sizeof(struct precharger), fields},
	.estimate = estimate,
};
