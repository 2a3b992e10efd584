/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ripple-carry adder of mirror full adders: 28 minimum transistors a bit.
 *
 * Model    carry stage of 5 transistor pairs, sum stage of 7, an inverter behind each; per bit all
 *          nodes together 14 c_in + 6 c_out of the minimum inverter; carry: a stack of two into
 *          two inputs and the stage's own two diffusions, then an inverter into the three of the
 *          next bit; last sum bit through a stack of three; area 17 gate pitches
 * Source   [WesteHarris2010]
 * Assumes  minimum transistors in the stacks too; nets loaded by k_wiring
 * Valid    1..64 bits
 * Checked  tests/unit/check_sram_macros.c
 */
#include "circuit/mirror_adder.h"

#include <stddef.h>

#include "circuit/edge.h"
#include "circuit/gate.h"

#define K_PAIRS   14
#define K_DRAINS  6
#define K_PITCHES 17

struct est mirror_adder_estimate(const struct mirror_adder *a, const struct tech *t)
{
	struct gate g = gate_inverter(t, 1);
	const struct node_layout *l = &t->node->layout;
	double k_wiring = l->k_wiring, r = (g.r_n + g.r_p) / 2;
	double tau_stack = k_wiring * transistor_k_stack(t, 2) * r * (2 * g.c_out + 2 * g.c_in);
	double tau_carry = k_wiring * r * (g.c_out + 3 * g.c_in);
	double tau_sum = k_wiring * transistor_k_stack(t, 3) * r * (2 * g.c_out + g.c_in);
	double l_pitch = (l->k_gate_width + l->k_gate_gap) * t->l_feature;
	double c_bit = K_PAIRS * g.c_in + K_DRAINS * g.c_out;
	struct edge e = {0, 0};

	for (int i = 0; i < a->n_bits; i++) {
		e = edge_through(e, tau_stack);
		e = edge_through(e, tau_carry);
	}
	e = edge_through(e, tau_sum);
	return (struct est){
		.area = a->n_bits * K_PITCHES * l_pitch * l->k_cell_height * t->l_feature,
		.latency = e.t,
		.energy = a->n_bits * a->k_active * k_wiring * c_bit * t->v_dd * t->v_dd,
		/* of 14 pairs one side is off, half of them in stacks */
		.leakage = a->n_bits * K_PAIRS * (1 + t->node->current.k_stack) / 2 * g.p_leak,
	};
}

double mirror_adder_t_carry(const struct tech *t)
{
	return mirror_adder_estimate(&(struct mirror_adder){.n_bits = 16}, t).latency -
	       mirror_adder_estimate(&(struct mirror_adder){.n_bits = 15}, t).latency;
}

static const struct field fields[] = {
	INT(mirror_adder, n_bits, 1, 64, "8", "operand width"),
	REAL(mirror_adder, k_active, DIM_NONE, 0, 1, "0.15", "share of its nodes charged per addition"),
	FIELD_END,
};

static struct est estimate(const struct module *m, const struct tech *t)
{
	return mirror_adder_estimate((const struct mirror_adder *)m, t);
}

const struct module_kind module_mirror_adder = {
	.head = {"mirror_adder", "ripple-carry adder of full-adder cells", "WesteHarris2010",
		sizeof(struct mirror_adder), fields},
	.estimate = estimate,
};
