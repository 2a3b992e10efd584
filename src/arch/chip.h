/* SPDX-License-Identifier: Apache-2.0 */
/* The chip: subarrays in processing elements in tiles, and what stands between and beside them. */
#ifndef MHO_ARCH_CHIP_H
#define MHO_ARCH_CHIP_H

#include "arch/projection.h"
#include "arch/floorplan.h"
#include "arch/gradient_unit.h"
#include "arch/ledger.h"
#include "arch/mapping.h"
#include "arch/noc.h"
#include "arch/storage.h"
#include "arch/update_unit.h"
#include "circuit/buffer.h"
#include "circuit/htree.h"

struct chip {
	const struct design *design;
	const struct tech *tech;
	struct subarray subarray;
	struct mapping mapping;
	struct projection projection;
	int n_bits_sum;                           /* of a sum over all blocks of a layer */
	struct est pe_tree, tile_tree, chip_tree; /* one lane; no inputs: zero */
	struct est overlap; /* one lane that adds overlapping sums in a tile; area 0: none */
	struct storage storage;
	struct buffer_est tile_buffer, chip_buffer, gradient_buffer;
	struct plan subarray_plan, pe_plan, tile_plan, chip_plan;
	struct htree_est tile_htree;
	struct noc noc;
	int leaf_noc;
	struct est hand_on; /* one value to the next kernel position */
	struct vector_set vector;
	struct gradient_unit gradient;
	struct update_unit update;
	const struct memory_dram *memory; /* NULL: none */
};

struct chip chip_make(const struct design *, const struct tech *, const struct subarray *,
	const struct mapping *, const struct projection *, struct ledger *);

/* Words of the bus for so many bits. */
double chip_words(const struct chip *, double n_bits);

#endif
