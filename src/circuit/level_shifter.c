/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Cross-coupled level shifter of thick-oxide transistors with a sized output.
 *
 * Model    input pair and latch of K_LATCH minimum inverters, output inverter of fan-out
 *          K_FANOUT; gate capacitance per width as the core's times (gate length / oxide
 *          thickness, taken to cancel); resistance times the gate length ratio; energy
 *          (c_load + c_internal) v_out^2
 * Source   [WesteHarris2010] (circuit); sizes assumed
 * Assumes  thick oxide and long gate leave the capacitance per width unchanged
 * Valid    v_dd < v_out <= io.v_max
 * Checked  tests/prop/check_module_laws.c
 */
#include "circuit/level_shifter.h"

#include <math.h>
#include <stddef.h>

#include "circuit/edge.h"
#include "circuit/gate.h"

#define K_LATCH  4
#define K_FANOUT 4

struct est level_shifter_estimate(const struct level_shifter *s, const struct tech *t)
{
	const struct node_io *io = &t->node->io;
	double k_out = fmax(s->c_load / (K_FANOUT * gate_inverter(t, 1).c_in), 1);
	struct gate latch = gate_inverter(t, K_LATCH), out = gate_inverter(t, k_out);
	double c_internal = 2 * (latch.c_in + latch.c_out) + out.c_in + out.c_out;
	struct edge e = {0, 0};

	e = edge_through(e, io->k_length * gate_tau(&latch, latch.c_in + out.c_in));
	e = edge_through(e, io->k_length * gate_tau(&out, s->c_load));
	return (struct est){
		.area = io->k_area * (2 * latch.a + out.a),
		.latency = e.t,
		.energy = (c_internal + s->c_load) * s->v_out * s->v_out,
		.leakage = (2 * latch.p_leak + out.p_leak) * s->v_out / t->v_dd / io->k_length,
	};
}

static const struct field fields[] = {
	REAL(level_shifter, v_out, DIM_VOLT, 0.1, 20, "2 V", "output level"),
	REAL(level_shifter, c_load, DIM_FARAD, 0, 1e-9, "20 fF", "load"),
	FIELD_END,
};

static struct est estimate(const struct module *m, const struct tech *t)
{
	return level_shifter_estimate((const struct level_shifter *)m, t);
}

const struct module_kind module_level_shifter = {
	.head = {"level_shifter", "driver at a voltage above the supply", "WesteHarris2010",
		sizeof(struct level_shifter), fields},
	.estimate = estimate,
};
