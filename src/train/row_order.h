/* SPDX-License-Identifier: Apache-2.0 */
/*
 * In which order the rows of a layer's matrix lie in arrays, and so which of them meet in a partial sum.
 *
 * Model    unrolled: as in the matrix, [channel][kernel position]; by kernel position: the channels of a
 *          position beside each other, as many positions to an array as fit, or each in as many arrays as
 *          it needs, evenly (net/row_blocks.h); what an array has more is left empty
 * Source   [Peng2019] (kernel positions); doc/models.md
 * Checked  tests/unit/check_mvm.c
 */
#ifndef MHO_TRAIN_ROW_ORDER_H
#define MHO_TRAIN_ROW_ORDER_H

struct arena;
struct layer;

struct row_order {
	int n_rows;       /* of all arrays up to the last row used */
	int n_block_rows; /* read together */
	const int *of;    /* [n_rows] row of the matrix, -1: empty; NULL: as they are */
};

/* n_array: rows of an array by kernel position, 0: unrolled; n_together of its rows are read at once. */
struct row_order row_order(struct arena *, const struct layer *, int n_array, int n_together);

#endif
