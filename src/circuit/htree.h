/* SPDX-License-Identifier: Apache-2.0 */
/* H-tree: a bus from the centre of a square to all of its leaves. */
#ifndef MHO_CIRCUIT_HTREE_H
#define MHO_CIRCUIT_HTREE_H

#include "circuit/module.h"

struct htree {
	struct module module;
	double l_side;  /* [m] of the square */
	int n_leaves;   /* 1: no tree, costs nothing */
	int n_bits;     /* of the bus */
	bool on_global; /* layer: global, else intermediate */
};

struct htree_est {
	struct est est; /* of one word from the root to one leaf */
	double l_path;  /* [m] root to leaf */
};

struct htree_est htree_estimate(const struct htree *, const struct tech *);

/* Time for words sent one after the other: they follow each other in a clock's distance. */
double htree_t_words(const struct htree_est *, const struct tech *, double n_words);

#endif
