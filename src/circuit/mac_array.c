/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Multiply-accumulate array.
 *
 * Model    array multiplier (logic.c);
 *          accumulator: adder and register; the product in as many pipeline stages as the
 *          node's clock asks for, then the sum; a clock of the node's, or as long as the
 *          slowest stage
 * Source   [WesteHarris2010]
 * Assumes  carry-save rows, n_x + n_y full adders in the longest path
 * Valid    operands up to 32 bits
 * Checked  tests/prop/check_module_laws.c
 */
#include "circuit/mac_array.h"

#include <math.h>
#include <stddef.h>

#include "circuit/adder.h"
#include "circuit/logic.h"
#include "circuit/register.h"

struct est mac_array_estimate(const struct mac_array *m, const struct tech *t)
{
	double n_macs = (double)m->n_side * m->n_side;
	struct est product = logic_multiply(t, m->n_bits_x, m->n_bits_y);
	struct est sum = adder_bits(t, m->n_bits_sum);
	/* the product between the stages and the sum */
	struct est hold = reg_bits(t, m->n_bits_x + m->n_bits_y + m->n_bits_sum);
	struct est operands = reg_bits(t, m->n_side * (m->n_bits_x + m->n_bits_y));
	double t_clock = 1 / t->node->f_clock, t_logic = fmax(t_clock - hold.latency, sum.latency);
	double n_stages = fmax(1, ceil(product.latency / t_logic));
	double t_stage = fmax(product.latency / n_stages, sum.latency) + hold.latency;

	hold = reg_bits(t, m->n_bits_x + m->n_bits_y + m->n_bits_sum +
				   ((int)n_stages - 1) * (m->n_bits_x + m->n_bits_y));

	return (struct est){
		.area = n_macs * (product.area + sum.area + hold.area) + operands.area,
		.latency = fmax(t_stage, t_clock),
		.energy = n_macs * (product.energy + sum.energy + hold.energy) + operands.energy,
		.leakage =
			n_macs * (product.leakage + sum.leakage + hold.leakage) + operands.leakage,
	};
}

static const struct field fields[] = {
	INT(mac_array, n_side, 1, 256, "16", "rows and columns of multiply-accumulators"),
	INT(mac_array, n_bits_x, 1, 32, "4", "width of one operand"),
	INT(mac_array, n_bits_y, 1, 32, "8", "width of the other"),
	INT(mac_array, n_bits_sum, 1, 64, "20", "width of the accumulators"),
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
