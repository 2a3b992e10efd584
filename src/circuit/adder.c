/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ripple-carry adder of nine NAND2 per bit.
 *
 * Model    carry: per bit two NAND2, the first loaded by three inputs, the second by two;
 *          per bit all nodes together 13 c_in + 7 c_out
 * Source   [WesteHarris2010]
 * Assumes  minimum gates; nets loaded by k_wiring
 * Valid    1..64 bits
 * Checked  tests/unit/check_circuit.c: 5.31 fJ/bit and 32.4 ps/bit at 45 nm with activity
 *          1, no wiring
 */
#include "circuit/adder.h"

#include <stddef.h>

#include "circuit/edge.h"
#include "circuit/gate.h"

#define K_NANDS 9

struct est adder_estimate(const struct adder *a, const struct tech *t)
{
	struct gate g = gate_nand(t, 2, 1);
	double k_wiring = t->node->layout.k_wiring;
	/* the edge of the carry falls through a stack and rises through one transistor */
	double tau_sum = k_wiring * g.r_n * (g.c_out + 3 * g.c_in);
	double tau_carry = k_wiring * g.r_p * (g.c_out + 2 * g.c_in);
	double c_bit = 13 * g.c_in + 7 * g.c_out;
	struct edge e = {0, 0};

	for (int i = 0; i < a->n_bits; i++) {
		e = edge_through(e, tau_sum);
		e = edge_through(e, tau_carry);
	}
	e = edge_through(e, tau_sum); /* last sum bit */
	return (struct est){
		.area = a->n_bits * K_NANDS * g.a,
		.latency = e.t,
		.energy = a->n_bits * a->k_active * k_wiring * c_bit * t->v_dd * t->v_dd,
		.leakage = a->n_bits * K_NANDS * g.p_leak,
	};
}

struct est adder_bits(const struct tech *t, int n_bits)
{
	return adder_estimate(
		&(struct adder){.n_bits = n_bits, .k_active = t->node->activity.k_adder}, t);
}

double adder_t_carry(const struct tech *t)
{
	/* the slope has settled after a few bits */
	return adder_bits(t, 16).latency - adder_bits(t, 15).latency;
}

static const struct field fields[] = {
	INT(adder, n_bits, 1, 64, "8", "operand width"),
	REAL(adder, k_active, DIM_NONE, 0, 1, "0.15", "share of its nodes charged per addition"),
	FIELD_END,
};

static struct est estimate(const struct module *m, const struct tech *t)
{
	return adder_estimate((const struct adder *)m, t);
}

const struct module_kind module_adder = {
	.head = {"adder", "ripple-carry adder", "WesteHarris2010", sizeof(struct adder), fields},
	.estimate = estimate,
};
