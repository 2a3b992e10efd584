/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Master-slave flip-flop of transmission gates and inverters.
 *
 * Model    clock, every bit: 4 inverters and 2 transmission-gate pairs of load; data,
 *          bits that change: (3 c_d + c_i) + (c_d + c_o) + (c_i + c_o); area of 12
 *          minimum inverters, leakage of 8; latency: slave transmission gate, then two
 *          inverters
 * Source   [WesteHarris2010]
 * Assumes  minimum transistors; nets loaded by k_wiring
 * Valid    any n_bits
 * Checked  tests/unit/check_circuit.c: 3.16 fJ per bit at 45 nm, all active, without
 *          wiring
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
	double c_clock = 4 * (g.c_in + g.c_out) + 2 * g.c_in;
	double c_data = (3 * g.c_out + g.c_in) + (g.c_out + g.c_out) + (g.c_in + g.c_out);
	struct edge e = {0, 0};

	e = edge_through(e, p.r * k_wiring * (p.c_drain + g.c_in));
	e = edge_through(e, k_wiring * gate_tau(&g, g.c_in));
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
