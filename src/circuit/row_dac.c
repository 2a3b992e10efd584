/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Row converter: a ladder of capacitors, C-2C.
 *
 * Model    energy C_BIT v_dd^2 per bit; three unit capacitors per bit, in a square with a ring of
 *          idle ones around it, each square and l_border from the next; a bit's switch is an
 *          inverter that settles C_BIT to half a step; the value waits in flip-flops
 * Source   [Houshmand2023] (energy, fitted to published macros); [Wang2022] (ladder),
 *          [Hastings2006] (idle units)
 * Assumes  the ladder drives its line without a buffer
 * Valid    up to 10 bits
 * Checked  tests/unit/check_sram_macros.c
 */
#include "circuit/row_dac.h"

#include <math.h>

#include "base/physconst.h"
#include "circuit/gate.h"
#include "circuit/register.h"

#define C_BIT    50e-15 /* [F] */
#define N_UNITS  3      /* C and 2C */
#define K_SWITCH 16     /* minimum inverters */

struct est row_dac_estimate(const struct tech *t, int n_bits)
{
	if (n_bits == 0)
		return (struct est){0};

	const struct node_capacitor *c = &t->node->capacitor;
	struct est value = reg_bits(t, n_bits);
	struct gate out = gate_inverter(t, K_SWITCH);
	double l_unit = sqrt(c->c_unit_min / c->c_metal_per_a) + c->l_border;
	double l_side = (sqrt(N_UNITS * n_bits) + 2) * l_unit;

	return (struct est){
		.area = l_side * l_side + tech_placed(t, n_bits * out.a + value.area),
		.latency = value.latency + (n_bits + 1) * K_LN2 * (out.r_n + out.r_p) / 2 * C_BIT,
		.energy = n_bits * C_BIT * t->v_dd * t->v_dd + value.energy,
		.leakage = n_bits * out.p_leak + value.leakage,
	};
}
