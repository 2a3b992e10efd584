/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Multiply-accumulate array.
 *
 * Model    array multiplier: n_x n_y full adders and AND gates (NAND2 and inverter);
 *          accumulator: adder and register; multiply and accumulate in two pipeline
 *          stages; a clock of the node's, or as long as the slower stage
 * Source   [WesteHarris2010]
 * Assumes  carry-save rows, n_x + n_y full adders in the longest path
 * Valid    operands up to 16 bits
 * Checked  tests/prop/check_module_laws.c
 */
#include "circuit/mac_array.h"

#include <math.h>
#include <stddef.h>

#include "circuit/adder.h"
#include "circuit/gate.h"
#include "circuit/register.h"

struct est mac_array_estimate(const struct mac_array *m, const struct tech *t)
{
	double n_macs = (double)m->n_side * m->n_side, n_cells = (double)m->n_bits_x * m->n_bits_y;
	struct est full_adder = adder_bits(t, 1), sum = adder_bits(t, m->n_bits_sum);
	/* the product between the stages and the sum */
	struct est hold = reg_bits(t, m->n_bits_x + m->n_bits_y + m->n_bits_sum);
	struct est operands = reg_bits(t, m->n_side * (m->n_bits_x + m->n_bits_y));
	struct gate nand = gate_nand(t, 2, 1), inverter = gate_inverter(t, 1);
	double e_and = t->node->activity.k_adder * t->node->layout.k_wiring * t->v_dd * t->v_dd *
		       (2 * nand.c_in + nand.c_out + inverter.c_in + inverter.c_out);
	double t_multiply = adder_bits(t, m->n_bits_x + m->n_bits_y).latency;
	double t_stage = fmax(t_multiply, sum.latency) + hold.latency;

	return (struct est){
		.area = n_macs * (n_cells * (full_adder.area + nand.a + inverter.a) + sum.area +
					 hold.area) +
			operands.area,
		.latency = fmax(t_stage, 1 / t->node->f_clock),
		.energy = n_macs * (n_cells * (full_adder.energy + e_and) + sum.energy +
					   hold.energy) +
			  operands.energy,
		.leakage =
			n_macs * (n_cells * (full_adder.leakage + nand.p_leak + inverter.p_leak) +
					 sum.leakage + hold.leakage) +
			operands.leakage,
	};
}

static const struct field fields[] = {
	INT(mac_array, n_side, 1, 256, "16", "rows and columns of multiply-accumulators"),
	INT(mac_array, n_bits_x, 1, 16, "4", "width of one operand"),
	INT(mac_array, n_bits_y, 1, 16, "8", "width of the other"),
	INT(mac_array, n_bits_sum, 1, 48, "20", "width of the accumulators"),
	FIELD_END,
};

static struct est estimate(const struct module *m, const struct tech *t)
{
	return mac_array_estimate((const struct mac_array *)m, t);
}

const struct module_kind module_mac_array = {
	.head = {"mac_array", "digital outer-product engine, one clock", "WesteHarris2010",
		sizeof(struct mac_array), fields},
	.estimate = estimate,
};
