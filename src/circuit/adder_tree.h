/* SPDX-License-Identifier: Apache-2.0 */
/* Tree of adders: the sum of n_in operands. */
#ifndef MHO_CIRCUIT_ADDER_TREE_H
#define MHO_CIRCUIT_ADDER_TREE_H

#include "circuit/module.h"

struct adder_tree {
	struct module module;
	int n_in, n_bits; /* operands and their width; 1 operand: nothing to add, costs nothing */
};

struct est adder_tree_estimate(const struct adder_tree *, const struct tech *);

#endif
