/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pieces of digital units.
 *
 * Model    gates: k_logic of n (c_in + c_out) v_dd^2; multiplexer: three NAND2 per bit, two deep;
 *          multiplier: n_x n_y full adders and AND gates (NAND2 and inverter), n_x + n_y full
 *          adders deep; a clocked stage lasts as long as its logic and register, at least a clock
 * Source   [WesteHarris2010]
 * Assumes  minimum gates; nets loaded by k_wiring; carry-save rows in the multiplier
 * Valid    operands up to 32 bits
 * Checked  tests/unit/check_blocks.c
 */
#include "circuit/logic.h"

#include <math.h>

#include "circuit/adder.h"
#include "circuit/edge.h"
#include "circuit/gate.h"
#include "circuit/register.h"

struct est logic_nands(const struct tech *t, double n)
{
	struct gate nand = gate_nand(t, 2, 1);

	return (struct est){
		.area = n * nand.a,
		.energy = n * t->node->activity.k_logic * t->node->layout.k_wiring *
			  (nand.c_in + nand.c_out) * t->v_dd * t->v_dd,
		.leakage = n * nand.p_leak,
	};
}

struct est logic_select(const struct tech *t, int n_bits)
{
	struct gate nand = gate_nand(t, 2, 1);
	double tau = t->node->layout.k_wiring * gate_tau(&nand, nand.c_in);
	struct est e = logic_nands(t, 3.0 * n_bits);

	e.latency = edge_through(edge_through((struct edge){0, 0}, tau), tau).t;
	return e;
}

struct est logic_multiply(const struct tech *t, int n_bits_x, int n_bits_y)
{
	double n_cells = (double)n_bits_x * n_bits_y;
	struct est full_adder = adder_bits(t, 1);
	struct gate nand = gate_nand(t, 2, 1), inverter = gate_inverter(t, 1);
	double e_and = t->node->activity.k_adder * t->node->layout.k_wiring * t->v_dd * t->v_dd *
		       (2 * nand.c_in + nand.c_out + inverter.c_in + inverter.c_out);

	return (struct est){
		.area = n_cells * (full_adder.area + nand.a + inverter.a),
		.latency = adder_bits(t, n_bits_x + n_bits_y).latency,
		.energy = n_cells * (full_adder.energy + e_and),
		.leakage = n_cells * (full_adder.leakage + nand.p_leak + inverter.p_leak),
	};
}

struct est logic_clocked(const struct tech *t, struct est stage, int n_bits_out)
{
	struct est e = est_then(stage, reg_bits(t, n_bits_out));

	e.latency = fmax(e.latency, 1 / t->node->f_clock);
	return e;
}
