/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The cells of a subarray as its reads meet them: which lines conduct at once, and what their wires
 * leave of the weights. Forward, a group of rows is driven and one column of every converter is read;
 * transposed, a group of weights in one row drives its columns and one row of every converter is
 * read.
 *
 * Input comes over the row (column) lines, high for a one and held at the sense level for a zero,
 * while the word lines of the group stay on: the network is the same for all inputs, and its
 * effective weights are exact for every bit plane. Where word lines carry the input instead, cells
 * of zeros are off, the network changes with the input, and no matrix of weights describes it.
 */
#ifndef MHO_DEVICE_CROSSBAR_H
#define MHO_DEVICE_CROSSBAR_H

#include <stdbool.h>

#include "device/ladder.h"
#include "device/synapse.h"

enum ir_drop { IR_DROP_NONE, IR_DROP_FIRST_ORDER, IR_DROP_FULL };

/* [Ohm] of the switches at the ends of the lines, the driven and the sensed one. */
struct crossbar_ends {
	double r_drive, r_sense;
};

/* One array of a synapse: its parts are slices, side by side in neighbouring columns. */
struct crossbar_array {
	int first_part, n_slices;
	bool pair;              /* two columns per slice; else one and a shared reference */
	double g_low, g_high;   /* [S] of a cell and its transistor at the ends of its window */
	double r_row, r_column; /* [Ohm] of a row and a column line from cell to cell */
	struct crossbar_ends forward, transposed;
};

struct crossbar {
	enum ir_drop how;
	int n_rows, n_outputs;       /* of weights in a subarray */
	int n_together;              /* rows driven at once; transposed, weights of a row */
	int n_converters;
	int n_outputs_per_reference; /* columns per reference column, rows per reference row */
	int n_arrays;
	struct crossbar_array array[SYNAPSE_MAX_ARRAYS];
	double k_weight[SYNAPSE_MAX_PARTS];
};

/* Weights of one subarray that are driven together: n_rows x n_cols of them, from first_row and
 * first_col of the subarray on. y[slice][side] are their cells' states, rows n_stride apart; where
 * y[0][0] is NULL, all cells of a slice are at y_all. */
struct crossbar_cells {
	const float *y[SYNAPSE_MAX_PARTS][2];
	double y_all[SYNAPSE_MAX_PARTS];
	int n_stride, n_rows, n_cols, first_row, first_col;
};

/* One settling of the converters. */
struct crossbar_read {
	int array;
	bool transposed;
	int slice; /* that drives, transposed */
	int slot;
};

/* Room for one read at a time. */
struct crossbar_room;
struct crossbar_room *crossbar_room_new(
	struct arena *, const struct crossbar *, const struct ladder_kern *);

/* Slots that a vector takes, of each slice when transposed: columns (rows) over converters. */
int crossbar_slots(const struct crossbar *, int array, const struct crossbar_cells *, bool transposed);

/* Effective values of the weights of one read, where ideal ones would be k_weight (y+ - y-) or
 * k_weight (2 y - 1): into w[part][n_rows][n_cols], rows n_stride apart. */
void crossbar_weights(struct crossbar_room *, const struct crossbar_read *,
	const struct crossbar_cells *, float *const *w);

/* What is left of one read's currents when every line is driven, the columns of a pair against each
 * other. k_ones scales what lines across share: the mean over inputs with that share of ones. */
struct crossbar_left {
	double k_power; /* of the power that the drivers give */
	double k_worst; /* of the current of the line that loses most: a sensed one, or a driven one
	                 * where the columns of a pair cancel on the sensed ones */
};
struct crossbar_left crossbar_read_ones(struct crossbar_room *, const struct crossbar_read *,
	const struct crossbar_cells *, double k_ones);

#endif
