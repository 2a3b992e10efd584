/* SPDX-License-Identifier: Apache-2.0 */
/* Which subarrays hold which layer. */
#ifndef MHO_ARCH_MAPPING_H
#define MHO_ARCH_MAPPING_H

#include "arch/subarray.h"
#include "net/network.h"

struct arena;

struct placed {
	const struct layer *layer;
	struct matrix matrix; /* of one group */
	int n_row_blocks, n_col_blocks; /* of one group */
	int n_rows_max; /* rows in the fullest subarray: it sets the time of what goes row by row */
	int n_copies;
	int n_subarrays; /* copies included */
	int n_tiles;     /* that it touches at least */
	bool first;      /* nobody asks for its error: it reads the network's input */
	/* with the layers without weights that follow it: */
	double n_out;    /* elements that others read */
	double n_vector; /* operations on activations beyond the rectification of its sums */
};

struct mapping {
	int n_layers;
	struct placed *layer;
	int n_subarrays, n_pes, n_tiles; /* on the chip */
};

/* t_layer[i]: time of layer i with one copy, for balancing; may be NULL without. */
struct mapping mapping_make(struct arena *, const struct design *, const struct subarray *,
	const struct network *, const double *t_layer);

#endif
