/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Master-slave flip-flop of eight inverters and four transmission gates, all minimum.
 *
 * Model    clock, every bit: pin, two inverters, four gates of half a channel on each phase
 *          (c_gate/2 + c_edge: one transistor of a pair has a channel, the other none); data, per
 *          change half of the charge of: seven inverter inputs (the load's among them), six
 *          outputs, eight ends of transmission gates and the channels of the two that conduct;
 *          area of 12 minimum inverters, leakage of 8; latency: two clock inverters, slave
 *          transmission gate, then two inverters
 * Source   [WesteHarris2010]
 * Assumes  minimum transistors; nets loaded by k_wiring; drives one inverter
 * Valid    any n_bits
 * Checked  tests/unit/check_spice.c: latency, energy with and without a change of the data
 */
#include "circuit/register.h"

#include <stddef.h>

#include "circuit/edge.h"
#include "circuit/gate.h"

#define K_INVERTERS_AREA    12
#define K_INVERTERS_LEAKAGE 8

struct est reg_estimate(const struct reg *r, const struct tech *t)
{
	struct gate g = gate_inverter(t, 1);
	struct pass_gate p = pass_gate_make(t, t->w_min, t->v_dd / 2);
	double k_wiring = t->node->layout.k_wiring;
	double c_phase = 4 * (transistor_c_gate(t, t->w_min) / 2 + transistor_c_edge(t, t->w_min));
	double c_clock = 2 * (g.c_in + g.c_out + c_phase);
	double c_data = (7 * g.c_in + 6 * g.c_out + 8 * p.c_drain + 4 * p.c_channel) / 2;
	/* master's node, its inverter and the slave's two: the master holds while the slave opens */
	double c_slave = 2 * p.c_drain + 2 * p.c_channel + g.c_in;
	double r_inverter = (g.r_n + g.r_p) / 2;
	struct edge e = {0, 0};

	e = edge_through(e, k_wiring * gate_tau(&g, g.c_in + c_phase));
	e = edge_through(e, k_wiring * gate_tau(&g, c_phase));
	e = edge_through(e, k_wiring * ((r_inverter + p.r_swing) * c_slave));
	e = edge_through(e, k_wiring * gate_tau(&g, 2 * g.c_in));
	e = edge_through(e, k_wiring * gate_tau(&g, g.c_in));
	return (struct est){
		.area = r->n_bits * K_INVERTERS_AREA * g.a,
		.latency = e.t,
		.energy =
			r->n_bits * k_wiring * (c_clock + r->k_active * c_data) * t->v_dd * t->v_dd,
		.leakage = r->n_bits * K_INVERTERS_LEAKAGE * g.p_leak,
	};
}

struct est reg_bits(const struct tech *t, int n_bits)
{
	return reg_estimate(
		&(struct reg){.n_bits = n_bits, .k_active = t->node->activity.k_register}, t);
}

static const struct field fields[] = {
	INT(reg, n_bits, 1, 1000000, "1", "flip-flops"),
	REAL(reg, k_active, DIM_NONE, 0, 1, "0.5", "share of the bits that change per clock"),
	FIELD_END,
};

static struct est estimate(const struct module *m, const struct tech *t)
{
	return reg_estimate((const struct reg *)m, t);
}

const struct module_kind module_register = {
	.head = {"register", "D flip-flops", "WesteHarris2010", sizeof(struct reg), fields},
	.estimate = estimate,
};
