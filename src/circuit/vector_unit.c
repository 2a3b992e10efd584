/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Vector unit.
 *
 * Model    per lane an adder (bias, rounding), a comparator (an adder's carry chain;
 *          saturation), a shifter of log2(n_bits_in) stages of NAND2 pairs, input and output registers
 * Source   [WesteHarris2010]
 * Assumes  one element per lane and clock
 * Valid    any width
 * Checked  tests/prop/check_module_laws.c
 */
#include "circuit/vector_unit.h"

#include <math.h>
#include <stddef.h>

#include "circuit/adder.h"
#include "circuit/decoder.h"
#include "circuit/gate.h"
#include "circuit/register.h"

struct est vector_unit_estimate(const struct vector_unit *v, const struct tech *t)
{
	struct est add = adder_bits(t, v->n_bits_in);
	struct est hold = reg_bits(t, v->n_bits_in + v->n_bits_out);
	struct gate nand = gate_nand(t, 2, 1);
	double n_nands = 3.0 * v->n_bits_in * decoder_bits(v->n_bits_in);
	double e_shift = n_nands * t->node->activity.k_logic * t->node->layout.k_wiring *
			 (nand.c_in + nand.c_out) * t->v_dd * t->v_dd;

	return (struct est){
		.area = v->n_lanes * (2 * add.area + hold.area + n_nands * nand.a),
		.latency = fmax(2 * add.latency + hold.latency, 1 / t->node->f_clock),
		.energy = v->n_lanes * (2 * add.energy + hold.energy + e_shift),
		.leakage = v->n_lanes * (2 * add.leakage + hold.leakage + n_nands * nand.p_leak),
	};
}

static const struct field fields[] = {
	INT(vector_unit, n_lanes, 1, 4096, "16", "elements handled at once"),
	INT(vector_unit, n_bits_in, 1, 48, "16", "width of an input"),
	INT(vector_unit, n_bits_out, 1, 32, "8", "width of an output"),
	FIELD_END,
};

static struct est estimate(const struct module *m, const struct tech *t)
{
	return vector_unit_estimate((const struct vector_unit *)m, t);
}

const struct module_kind module_vector_unit = {
	.head = {"vector_unit", "bias, requantisation, saturation", "WesteHarris2010",
		sizeof(struct vector_unit), fields},
	.estimate = estimate,
};
