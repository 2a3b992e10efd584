/* SPDX-License-Identifier: Apache-2.0 */
/* Which subarrays hold which layer. */
#ifndef MHO_ARCH_MAPPING_H
#define MHO_ARCH_MAPPING_H

#include "arch/subarray.h"
#include "arch/vector.h"
#include "net/network.h"

struct arena;

struct placed {
	const struct layer *layer;
	struct matrix matrix;             /* of one group */
	double n_rows, n_cols, n_weights; /* of all groups */
	bool by_position;                 /* kernel positions in subarrays of their own */
	int n_row_blocks, n_col_blocks;   /* of a group */
	int n_blocks;                     /* subarrays of one copy */
	int n_rows_max, n_outs_max; /* in the fullest subarray: they set the time */
	double n_rows_mean, n_outs_mean;
	double n_outs_row;  /* outputs of a row of the mean subarray, without those of other groups */
	int n_outs_row_max; /* in the fullest */
	int n_cols_row; /* columns along a row, over its column blocks */
	int n_rounds; /* turns in which it is loaded for every image; 0: it stays on the chip */
	int n_copies;
	int n_subarrays; /* that it touches, copies included */
	int n_tiles;     /* that it touches at least */
	/* values per image: */
	double n_loads;  /* read from the tile's buffer for the rows of one column block */
	double n_shifts; /* handed on from one kernel position to the next */
	bool first;      /* it reads the network's input */
	bool answers;    /* it is asked for the error of its inputs */
	/* random feedback that enters behind it: values, and those with cells of their own */
	double n_feedback, n_feedback_own;
	/* with the layers without weights that follow it: */
	double n_out; /* elements that others read */
	struct work work;
};

/* Blocks of layers that lie together in a subarray: never two of the same layer. */
struct sharing {
	int n, n_bins; /* blocks, and subarrays that hold them */
	struct share {
		int i_layer, i_bin;
		int row, out; /* its first in the subarray */
		int n_rows, n_outs;
	} *share;
};

struct mapping {
	int n_layers;
	struct placed *layer;
	struct sharing sharing;
	int n_needed;                     /* subarrays that would hold everything */
	int n_used;                       /* that hold something */
	int n_feedback;                   /* more of them, with random feedback */
	int n_classes;                    /* values of the network's output */
	int n_subarrays, n_pes, n_tiles;  /* on the chip */
};

/* What every layer with weights asks of any chip: matrices, values in and out, digital work. */
struct placed *mapping_layers(struct arena *, const struct network *);

/* A layer without its costs; utilization is left to the chip. */
struct layer_cost mapping_describe(const struct placed *);

/* t_layer[i]: time of layer i with one copy, for balancing; may be NULL without. */
struct mapping mapping_make(struct arena *, const struct design *, const struct subarray *,
	const struct network *, const double *t_layer);

/* n subarrays of random feedback beside those of the weights. */
void mapping_add_feedback(struct mapping *, const struct design *, int n);

/* Put the blocks that do not fill a subarray into as few as possible. */
struct sharing pack_blocks(struct arena *, const struct subarray *, const struct placed *, int n_layers);
/* Blocks of one copy that fill their subarray. */
int pack_full(const struct subarray *, const struct placed *);

#endif
