/* SPDX-License-Identifier: Apache-2.0 */
/* The chip: subarrays in processing elements in tiles, and what stands between and beside them. */
#ifndef MHO_ARCH_CHIP_H
#define MHO_ARCH_CHIP_H

#include "arch/ledger.h"
#include "arch/mapping.h"
#include "circuit/buffer.h"
#include "circuit/htree.h"

struct chip {
	const struct design *design;
	const struct tech *tech;
	struct subarray subarray;
	struct mapping mapping;
	int n_bits_sum;                           /* of a sum over all blocks of a layer */
	struct est pe_tree, tile_tree, chip_tree; /* one lane; no inputs: zero */
	struct buffer_est tile_buffer, chip_buffer, gradient_buffer;
	struct htree_est tile_htree, chip_htree;
	struct est vector_unit, mac_array;
	int n_vector_lanes;
};

struct chip chip_make(const struct design *, const struct tech *, const struct subarray *,
	const struct mapping *, struct ledger *);

/* Words of the bus for so many bits. */
double chip_words(const struct chip *, double n_bits);

#endif
