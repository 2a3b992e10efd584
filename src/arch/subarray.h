/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A subarray: for every part of the synapse a block of cells with its own switches, side by side;
 * the blocks share converters, which convert one part after the other.
 */
#ifndef MHO_ARCH_SUBARRAY_H
#define MHO_ARCH_SUBARRAY_H

#include "arch/design.h"
#include "circuit/column_switch.h"
#include "circuit/level_shifter.h"
#include "circuit/mux.h"
#include "circuit/row_switch.h"
#include "circuit/transfer_logic.h"

/* The cells of one part. Columns are physical: two per weight for a pair, references included. */
struct block {
	struct part part;
	int n_per_weight;               /* columns per weight */
	int n_rows, n_cols;             /* reference lines included */
	double a_cells;                 /* [m^2] */
	double g_mid;                   /* [S] cell at mid-window, access transistor in series */
	double w_access;                /* [m] 0: none */
	struct line word, row, column;  /* wires */
	double c_word, c_row, c_column; /* [F] gates and drains that hang on them */
	struct row_switch row_switch;
	struct column_switch column_switch;
	double v_write;                   /* [V] highest write voltage */
	double i_pump;                    /* [A] at v_write; 0: no pump */
	struct est read_row, open_row;    /* a vector of ones; one row opened */
	struct est read_column;           /* a vector of ones in the transposed read */
	double e_scan_row, e_scan_column; /* [J] of a vector of zeros */
	struct mux_est mux_column, mux_row;
	struct est shift_word, shift_row,
		shift_column; /* level shifters, without load; area 0: none */
};

struct subarray {
	int n_parts;
	struct block block[SYNAPSE_MAX_PARTS];
	int n_rows, n_outputs; /* weights it holds: n_rows x n_outputs */
	int n_converters;
	int n_bits_sum; /* of a sum that leaves it */
	struct est adc, shift_add;
	int n_logic; /* 0: inference alone */
	struct transfer_logic logic;
	struct est count_pulse; /* all pulse counters of the subarray step once */
	double area, leakage;
};

struct subarray subarray_make(const struct design *, const struct tech *);

struct ledger;
/* Book the area and leakage of n subarrays. */
void subarray_build(const struct subarray *, const struct tech *, double n, struct ledger *);

/* Conductance of a cell and its access transistor at a state of its window. */
double block_g(const struct block *, const struct tech *, double y);

#endif
