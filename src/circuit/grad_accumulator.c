/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Gradient accumulator: a sum per weight in SRAM, read, added to and written back.
 *
 * Model    SRAM macro (buffer.c) of n_weights n_bits; n_lanes adders and registers; one access of
 *          n_lanes sums: read, add, write, of which the next access overlaps the add
 * Source   [CACTI] (macro), [WesteHarris2010] (adder)
 * Assumes  one port: read and write follow each other
 * Valid    n_bits of the batch's sum: product bits + log2(batch)
 * Checked  tests/unit/check_blocks.c
 */
#include <math.h>
#include <stddef.h>

#include "circuit/adder.h"
#include "circuit/buffer.h"
#include "circuit/logic.h"
#include "circuit/register.h"

/* mho module grad_accumulator: n_lanes sums increased once. */
struct grad_accumulator {
	struct module module;
	double n_weights;
	int n_lanes;
	int n_bits;
};

static struct est estimate(const struct module *module, const struct tech *t)
{
	const struct grad_accumulator *g = (const struct grad_accumulator *)module;
	struct buffer_est b = buffer_estimate(&(struct buffer){.n_bits = g->n_weights * g->n_bits,
						      .n_word = g->n_lanes * g->n_bits},
		t);
	struct est lane = est_then(adder_bits(t, g->n_bits), reg_bits(t, g->n_bits));
	double t_clock = 1 / t->node->f_clock;
	struct est memory = {
		b.area, 2 * fmax(b.t_access, t_clock), b.e_read + b.e_write, b.leakage};

	lane.latency = fmax(lane.latency, t_clock);
	return est_then(memory, est_copies(lane, g->n_lanes));
}

static const struct field fields[] = {
	REAL(grad_accumulator, n_weights, DIM_NONE, 1, 1e9, "16384", "sums held"),
	{"n_word", FIELD_INT, DIM_NONE, offsetof(struct grad_accumulator, n_lanes), 1, 256, "8",
		NULL, "sums increased at once", 0},
	{"n_bits", FIELD_INT, DIM_NONE, offsetof(struct grad_accumulator, n_bits), 1, 64, "20",
		NULL, "width of a sum", 0},
	FIELD_END,
};

const struct module_kind module_grad_accumulator = {
	.head = {"grad_accumulator", "sums of gradients in SRAM, one word increased", "CACTI",
		sizeof(struct grad_accumulator), fields},
	.estimate = estimate,
};
