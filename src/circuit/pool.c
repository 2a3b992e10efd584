/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pooling units: the largest or the mean of a window, all of its values at once.
 *
 * Model    max: n_window - 1 comparisons (an adder's carry chain each) and selections in a tree of
 *          ceil(log2 n_window) levels
 *          average: adder tree over n_window values, then a multiplication by 1/n_window with as
 *          many bits as a value
 *          both: result register, one element per lane and clock or slower
 * Source   [WesteHarris2010] (adders); [Ranzato2007] (max pooling)
 * Assumes  windows arrive from a buffer outside
 * Valid    any window
 * Checked  tests/unit/check_blocks.c
 */
#include "circuit/pool.h"

#include <stddef.h>

#include "circuit/adder.h"
#include "circuit/adder_tree.h"
#include "circuit/decoder.h"
#include "circuit/logic.h"

struct est pool_max_estimate(const struct pool *p, const struct tech *t)
{
	struct est node = est_then(adder_bits(t, p->n_bits), logic_select(t, p->n_bits));
	struct est tree = est_copies(node, p->n_window - 1);

	tree.latency = decoder_bits(p->n_window) * node.latency;
	return est_copies(logic_clocked(t, tree, p->n_bits), p->n_lanes);
}

struct est pool_average_estimate(const struct pool *p, const struct tech *t)
{
	int n_bits_sum = p->n_bits + decoder_bits(p->n_window);
	struct est sum = adder_tree_estimate(
		&(struct adder_tree){.n_in = p->n_window, .n_bits = p->n_bits}, t);
	struct est mean = est_then(sum, logic_multiply(t, n_bits_sum, p->n_bits));

	return est_copies(logic_clocked(t, mean, p->n_bits), p->n_lanes);
}

static const struct field fields[] = {
	INT(pool, n_lanes, 1, 4096, "16", "windows handled at once"),
	INT(pool, n_window, 1, 4096, "4", "values in a window"),
	INT(pool, n_bits, 1, 32, "8", "width of a value"),
	FIELD_END,
};

static struct est estimate_max(const struct module *m, const struct tech *t)
{
	return pool_max_estimate((const struct pool *)m, t);
}

static struct est estimate_average(const struct module *m, const struct tech *t)
{
	return pool_average_estimate((const struct pool *)m, t);
}

const struct module_kind module_pool_max = {
	.head = {"pool_max", "largest of a window", "Ranzato2007", sizeof(struct pool), fields},
	.estimate = estimate_max,
};
const struct module_kind module_pool_average = {
	.head = {"pool_average", "mean of a window", "WesteHarris2010", sizeof(struct pool),
		fields},
	.estimate = estimate_average,
};
