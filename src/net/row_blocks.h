/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How the rows of a layer's matrix are cut into arrays: one after the other, or in bundles that keep
 * together, such as the channels of a kernel position. Price and training cut alike.
 */
#ifndef MHO_NET_ROW_BLOCKS_H
#define MHO_NET_ROW_BLOCKS_H

#include "net/layer.h"

/* A convolution whose positions may hand inputs on: they are used again along a kernel row, by one group. */
bool layer_hands_on(const struct layer *);

struct row_blocks {
	int n;       /* arrays below each other */
	int n_fit;   /* bundles in an array; 0: less than one, */
	int n_split; /* each takes so many */
	int n_most;  /* rows used of an array, at most */
};

/* n_rows rows in bundles of n_bundle, arrays of n_array rows. */
struct row_blocks row_blocks(int n_rows, int n_bundle, int n_array);

#endif
