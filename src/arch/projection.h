/* SPDX-License-Identifier: Apache-2.0 */
/* Arrays of random feedback: how many a chip has, what they look like, and what a read and their upkeep cost. */
#ifndef MHO_ARCH_PROJECTION_H
#define MHO_ARCH_PROJECTION_H

#include "arch/mapping.h"

struct activity;
struct run;

struct projection {
	struct subarray subarray; /* one of them */
	double k_ones;            /* share of ones among the bits of the output's error */
	/* upkeep: reads of reference cells and programmings per batch, squares per value */
	double n_references, n_programs, n_squares;
};

/* What the record says of each layer, for any chip. */
void projection_place(struct placed *, int n_layers, const struct activity *);

/* As the record says; tells the mapping how many there are and which layers still propagate errors, and the
 * subarrays of the weights how many of them are read transposed. */
struct projection projection_make(const struct design *, const struct tech *, struct subarray *, struct mapping *,
	const struct activity *);

/* The output's error enters behind a layer: per image. */
void projection_enter(struct run);
/* Reference cells and programming of the layer's own matrix: per batch. */
void projection_keep(struct run);

#endif
