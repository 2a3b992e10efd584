/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Softmax unit: n_lanes elements per clock, three passes over a vector.
 *
 * Model    pass 1: largest element (comparison and selection per lane, a tree over the
 *          lanes)
 *          pass 2: subtraction, multiplication by log2 e, 2^fraction from a table of
 *          2^K_SEGMENT segments with slope and offset (multiplier, adder), shift by the
 *          integer part, sum
 *          pass 3: multiplication by the reciprocal of the sum, which the hardware of
 *          pass 2 gives after normalisation
 *          elements wait in a register file of n_per_lane words, written and read twice;
 *          n_per_lane clocks per pass
 * Source   [Bridle1990]; [Wang2018] (base two, piecewise linear)
 * Assumes  the table is wired logic of one gate per segment and bit; vectors are not
 *          overlapped
 * Valid    n_lanes n_per_lane elements, 8 bits and more
 * Checked  tests/unit/check_blocks.c
 */
#include "circuit/softmax.h"

#include <math.h>
#include <stddef.h>

#include "circuit/adder.h"
#include "circuit/adder_tree.h"
#include "circuit/decoder.h"
#include "circuit/logic.h"
#include "circuit/register.h"
#include "circuit/register_file.h"

#define K_SEGMENT 4 /* 16 segments: relative error below 1e-3 */

static struct est shifter(const struct tech *t, int n_bits)
{
	struct est stage = logic_select(t, n_bits);
	int n_stages = decoder_bits(n_bits);
	struct est all = est_copies(stage, n_stages);

	all.latency = n_stages * stage.latency;
	return all;
}

struct est softmax_estimate(const struct softmax *s, const struct tech *t)
{
	int b = s->n_bits, n_elements = s->n_lanes * s->n_per_lane;
	int n_sum = b + decoder_bits(n_elements);
	struct est compare = est_then(adder_bits(t, b), logic_select(t, b));
	struct est multiply = logic_multiply(t, b, b), add = adder_bits(t, b);
	struct est table = logic_nands(t, ldexp(2.0 * b, K_SEGMENT));
	/* each stage ends in registers: subtract and scale; segment; shift */
	struct est scale = logic_clocked(t, est_then(add, multiply), b);
	struct est segment = logic_clocked(t, est_then(est_then(table, multiply), add), b);
	struct est shift = logic_clocked(t, shifter(t, b), b);
	struct est lane_exp = est_then(est_then(scale, segment), shift);
	struct est lane_out = logic_clocked(t, multiply, b);
	struct est lane_max = logic_clocked(t, compare, b);
	struct est sum = est_then(
		adder_tree_estimate(&(struct adder_tree){.n_in = s->n_lanes, .n_bits = b}, t),
		est_then(adder_bits(t, n_sum), reg_bits(t, n_sum)));
	struct est tree_max = est_copies(compare, s->n_lanes - 1);
	struct register_file_est store = register_file_estimate(
		&(struct register_file){.n_words = s->n_per_lane, .n_bits = b * s->n_lanes}, t);
	double n_clocks = s->n_per_lane;
	double t_max = fmax(lane_max.latency + decoder_bits(s->n_lanes) * compare.latency,
		fmax(store.read.latency, 1 / t->node->f_clock));
	double t_exp = fmax(fmax(scale.latency, segment.latency),
		fmax(shift.latency, fmax(sum.latency, store.read.latency)));
	double t_out = fmax(lane_out.latency, store.read.latency);
	double e_lanes = n_elements * (lane_max.energy + lane_exp.energy + lane_out.energy);
	double e_clock =
		tree_max.energy + sum.energy + 2 * (store.read.energy + store.write.energy);

	return (struct est){
		.area = s->n_lanes * (lane_max.area + lane_exp.area + lane_out.area) +
			tree_max.area + sum.area + store.read.area,
		/* two clocks more fill the pipeline of the second pass, one gives the reciprocal */
		.latency = n_clocks * (t_max + t_exp + t_out) + 3 * t_exp,
		/* the reciprocal uses a lane once */
		.energy = e_lanes + n_clocks * e_clock + lane_exp.energy,
		.leakage = s->n_lanes * (lane_max.leakage + lane_exp.leakage + lane_out.leakage) +
			   tree_max.leakage + sum.leakage + store.read.leakage,
	};
}

static const struct field fields[] = {
	INT(softmax, n_lanes, 1, 1024, "8", "elements handled at once"),
	INT(softmax, n_per_lane, 1, 65536, "125", "elements of a vector per lane"),
	INT(softmax, n_bits, 1, 32, "16", "width of a value"),
	FIELD_END,
};

static struct est estimate(const struct module *m, const struct tech *t)
{
	return softmax_estimate((const struct softmax *)m, t);
}

const struct module_kind module_softmax = {
	.head = {"softmax", "softmax of a vector", "Wang2018", sizeof(struct softmax), fields},
	.estimate = estimate,
};
