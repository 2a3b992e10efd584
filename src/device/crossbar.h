/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The cells of a subarray as its reads meet them: which lines conduct at once, and what their wires
 * leave of the weights. Forward, all rows of a block are driven and one output of every converter is
 * read; transposed, all columns are driven and one row of every converter is read.
 *
 * Input comes over the row (column) lines, high for a one and held at the sense level for a zero,
 * while the word lines of the block stay on: the network is the same for all inputs, and its
 * effective weights are exact for every bit plane. Where word lines carry the input instead, cells
 * of zeros are off and the network changes with the input: the columns' part of the loss then
 * shrinks with the ones among the inputs, which this does not describe.
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

struct crossbar_part {
	bool pair;              /* two columns per weight; else one and a shared reference */
	double k_weight;        /* share of the weight */
	double g_low, g_high;   /* [S] of a cell and its transistor at the ends of its window */
	double r_row, r_column; /* [Ohm] of a row and a column line from cell to cell */
	struct crossbar_ends forward, transposed;
};

struct crossbar {
	enum ir_drop how;
	int n_rows, n_outputs;       /* of weights in a subarray */
	int n_converters;
	int n_outputs_per_reference; /* also rows per reference row */
	struct crossbar_part part[SYNAPSE_MAX_PARTS];
};

/* Weights that lie in one subarray and are read together; y[0] and y[1] (pair) are the states of
 * their cells, n_stride apart from row to row; y[0] NULL: all cells at y_all. */
struct crossbar_cells {
	const float *y[2];
	double y_all;
	int n_stride, n_rows, n_cols;
	int first_row; /* of the subarray */
};

/* Room for one read at a time. */
struct crossbar_room;
struct crossbar_room *crossbar_room_new(
	struct arena *, const struct crossbar *, const struct ladder_kern *);

/* Reads, one after the other, that a vector takes: outputs (transposed: rows) over converters. */
int crossbar_slots(const struct crossbar *, const struct crossbar_cells *, bool transposed);

/* Effective values of the part's weights that are read in one slot, where ideal ones would be
 * k_weight (y+ - y-) or k_weight (2 y - 1): into w[n_rows][n_cols], rows n_stride apart. */
void crossbar_weights(struct crossbar_room *, int part, const struct crossbar_cells *,
	bool transposed, int slot, float *w);

/* What is left of one slot's currents when every line is driven, the columns of a pair against each
 * other. k_ones scales what lines across share: the mean over inputs with that share of ones. */
struct crossbar_left {
	double k_power; /* of the power that the drivers give */
	double k_worst; /* of the current of the line that loses most: a sensed one, or a driven one
	                 * where the columns of a pair cancel on the sensed ones */
};
struct crossbar_left crossbar_read_ones(struct crossbar_room *, int part,
	const struct crossbar_cells *, bool transposed, int slot, double k_ones);

#endif
