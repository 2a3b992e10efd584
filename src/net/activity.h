/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Activity: what a training counted, layer by layer; the small record between training and price.
 * It is also a file (JSON), so that mho estimate prices a training done elsewhere.
 */
#ifndef MHO_NET_ACTIVITY_H
#define MHO_NET_ACTIVITY_H

#include <stdbool.h>

struct arena;
struct diag;
struct network;

#define ACTIVITY_MAX_PARTS 16 /* of a synapse */

struct layer_activity {
	const char *name;            /* of the layer */
	double n_passes;             /* of a vector: 2 where inputs have either sign, one after the other */
	double k_input_ones;         /* share of ones among the input bits of the forward read */
	double k_clipped;            /* share of conversions beyond the converter's range: of all, */
	double k_clipped_part[ACTIVITY_MAX_PARTS]; /* and of each part of the synapse */
	double k_error_ones;         /* share of ones among the error bits of the transposed read */
	double k_state[ACTIVITY_MAX_PARTS]; /* mean state (0..1 of the window) of the cells of each part */
	/* per batch: */
	double n_up, n_down;         /* pulses on the part that takes updates */
	double n_cells;              /* cells addressed */
	double n_rows;               /* rows that saw a pulse */
	double n_longest_up;         /* sum over rows of the longest train */
	double n_longest_down;
	double n_erase, n_rows_erase; /* erases of digits that get smaller in one-sided cells */
	/* outer products: their number, slots of their trains, pulses on rows and on columns; n_up and
	 * n_down are their coincidences */
	double n_products, n_slots, n_row_pulses, n_column_pulses;
	/* per transfer (or refresh) event: */
	double n_transfer_up, n_transfer_down, n_transfer_erase, n_transfer_cells;
	double n_transfer_rows, n_transfer_longest_up, n_transfer_longest_down, n_transfer_rows_erase;
	double n_transfer_reads; /* rows of a fast array that were read */
	/* pulses taking the moved amount off the volatile cells */
	double n_transfer_back_up, n_transfer_back_down;
	double n_transfer_longest_back_up, n_transfer_longest_back_down;
	double n_transfer_verify_rows; /* rows read after a round of pulses, where pulses are verified */
	/* rows of volatile cells reset, and the sum over their cells of the square of the way, in windows */
	double n_transfer_reset_rows, n_transfer_reset_squares;
	/* random feedback, per image: */
	double n_feedback;     /* values of the output's error that enter behind the layer; 0: none */
	double n_feedback_own; /* those of them with random weights of their own, not another layer's */
	/* whole run */
	double n_writes_mean, n_writes_max; /* pulses per non-volatile cell (of a fast and a slow one, the fast) */
	double n_writes_max_slow;           /* of the slow one where both are non-volatile */
};

struct activity {
	int n_layers;                 /* with weights */
	int n_parts;                  /* of the synapse: of k_state and k_clipped_part */
	struct layer_activity *layer;
	int n_batch;                  /* images per batch it was counted with */
	double n_batches;             /* batches counted */
	double n_events;              /* transfers or refreshes */
	/* upkeep of random feedback, per batch: */
	double n_feedback_references; /* reads of reference cells */
	double n_feedback_programs;   /* programmings of all its cells */
	double n_feedback_squares;    /* per image and value, for its norm */
	bool measured;                /* false: stated defaults */
	const char *cells, *update, *dataset; /* what it was counted with and on; NULL: not known */
	/* the run it was counted in, for lifetimes */
	double n_images_per_epoch, n_epochs;
	double n_writes_p999; /* 99.9 % of the network's non-volatile cells took no more pulses */
};

/* Defaults for a network when no training was done; documented in doc/models.md. Images are of values
 * >= 0. */
struct activity *activity_default(struct arena *, const struct network *, int n_batch);

/* Text of the JSON file. */
char *activity_to_json(struct arena *, const struct activity *);
/* NULL after reported errors; layers must match the network by name and order. */
struct activity *activity_read(struct arena *, const char *path, const struct network *, struct diag *);

#endif
