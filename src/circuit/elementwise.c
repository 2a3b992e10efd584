/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Elementwise units: rectifier, residual addition, batch normalisation.
 *
 * Model    rectifier: the sign bit gates every bit (NAND2 and inverter, counted as two gates)
 *          residual: shifter of ceil(log2 n_bits) stages (scales of the two operands), adder,
 *          saturation (one multiplexer)
 *          normalisation: a x + b with a and b of the channel: multiplier, adder over its product,
 *          a register file of n_channels pairs read once per element
 *          all: result register, one element per lane and clock or slower
 * Source   [Glorot2011] (rectifier), [He2016] (residual), [Ioffe2015] (normalisation);
 *          [WesteHarris2010] (adders)
 * Assumes  at inference the statistics of a channel are folded into a and b
 * Valid    values up to 32 bits
 * Checked  tests/unit/check_blocks.c
 */
#include "circuit/elementwise.h"

#include <stddef.h>

#include "circuit/adder.h"
#include "circuit/decoder.h"
#include "circuit/edge.h"
#include "circuit/gate.h"
#include "circuit/logic.h"
#include "circuit/register_file.h"

struct est relu_estimate(const struct elementwise *v, const struct tech *t)
{
	struct gate nand = gate_nand(t, 2, 1);
	struct est mask = logic_nands(t, 2.0 * v->n_bits);
	double tau = t->node->layout.k_wiring * gate_tau(&nand, nand.c_in);

	/* the sign drives all gates, then NAND2 and inverter */
	mask.latency = edge_through(edge_through((struct edge){0, 0}, v->n_bits * tau), tau).t;
	return est_copies(logic_clocked(t, mask, v->n_bits), v->n_lanes);
}

struct est residual_estimate(const struct elementwise *v, const struct tech *t)
{
	struct est shift = logic_select(t, v->n_bits);
	int n_stages = decoder_bits(v->n_bits);
	struct est shifter = est_copies(shift, n_stages);

	shifter.latency = n_stages * shift.latency;

	struct est sum = est_then(shifter, adder_bits(t, v->n_bits + 1));

	sum = est_then(sum, logic_select(t, v->n_bits));
	return est_copies(logic_clocked(t, sum, v->n_bits), v->n_lanes);
}

struct est norm_estimate(const struct elementwise *v, const struct tech *t)
{
	struct est sum =
		est_then(logic_multiply(t, v->n_bits, v->n_bits), adder_bits(t, 2 * v->n_bits));
	/* the pair of the next channel is read while this one is used */
	struct est pairs = register_file_estimate(
		&(struct register_file){.n_words = v->n_channels, .n_bits = 2 * v->n_bits}, t)
				   .read;

	return est_copies(logic_clocked(t, est_beside(sum, pairs), v->n_bits), v->n_lanes);
}

static const struct field fields[] = {
	INT(elementwise, n_lanes, 1, 4096, "16", "elements handled at once"),
	INT(elementwise, n_bits, 1, 32, "8", "width of a value"),
	FIELD_END,
};

static const struct field norm_fields[] = {
	INT(elementwise, n_lanes, 1, 4096, "16", "elements handled at once"),
	INT(elementwise, n_bits, 1, 32, "8", "width of a value and of a coefficient"),
	INT(elementwise, n_channels, 1, 4096, "16", "channels that a lane serves"),
	FIELD_END,
};

static struct est estimate_relu(const struct module *m, const struct tech *t)
{
	return relu_estimate((const struct elementwise *)m, t);
}

static struct est estimate_residual(const struct module *m, const struct tech *t)
{
	return residual_estimate((const struct elementwise *)m, t);
}

static struct est estimate_norm(const struct module *m, const struct tech *t)
{
	return norm_estimate((const struct elementwise *)m, t);
}

const struct module_kind module_relu = {
	.head = {"relu", "rectifier", "Glorot2011", sizeof(struct elementwise), fields},
	.estimate = estimate_relu,
};
const struct module_kind module_residual_add = {
	.head = {"residual_add", "sum of two values of different scale", "He2016",
		sizeof(struct elementwise), fields},
	.estimate = estimate_residual,
};
const struct module_kind module_batch_norm = {
	.head = {"batch_norm", "one channel's scale and offset applied", "Ioffe2015",
		sizeof(struct elementwise), norm_fields},
	.estimate = estimate_norm,
};
