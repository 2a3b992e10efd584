/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Adder tree.
 *
 * Model    stage s adds floor(n/2) pairs of n_bits + s bits and passes an odd operand on: n_in - 1
 *          adders in all; carries of a stage follow those of the one before by one bit
 * Source   [WesteHarris2010]
 * Assumes  ripple carries
 * Valid    any n_in
 * Checked  tests/unit/check_circuit.c: 9 operands take 8 adders
 */
#include "circuit/adder_tree.h"

#include <stddef.h>

#include "circuit/adder.h"

struct est adder_tree_estimate(const struct adder_tree *a, const struct tech *t)
{
	struct est sum = {0};
	int n_bits = a->n_bits, n_stages = 0;

	for (int n = a->n_in; n > 1; n = (n + 1) / 2, n_bits++, n_stages++) {
		struct est stage = est_copies(adder_bits(t, n_bits), n / 2);
		sum = est_beside(sum, stage);
	}
	if (n_stages > 1)
		sum.latency += (n_stages - 1) * adder_t_carry(t);
	return sum;
}

static const struct field fields[] = {
	INT(adder_tree, n_in, 1, 65536, "4", "operands"),
	INT(adder_tree, n_bits, 1, 40, "8", "operand width"),
	FIELD_END,
};

static struct est estimate(const struct module *m, const struct tech *t)
{
	return adder_tree_estimate((const struct adder_tree *)m, t);
}

const struct module_kind module_adder_tree = {
	.head = {"adder_tree", "sum of many operands", "WesteHarris2010", sizeof(struct adder_tree),
		fields},
	.estimate = estimate,
};
