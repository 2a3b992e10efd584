/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A subarray: for every array of the synapse a block of cells with its own switches, side by side;
 * the blocks share converters, which convert one block after the other. The parts of an array (slices
 * of a weight) stand in neighbouring columns of its block.
 */
#ifndef MHO_ARCH_SUBARRAY_H
#define MHO_ARCH_SUBARRAY_H

#include "arch/design.h"
#include "circuit/edge.h"
#include "circuit/level_shifter.h"
#include "circuit/mux.h"
#include "circuit/transfer_logic.h"

/* The cells of one array. Columns are physical: slices and sides of a weight, references included. */
struct block {
	const struct cell *cell;
	const struct cell_structure *structure;
	bool pair;
	int first_part, n_slices;       /* parts of the synapse that stand in it */
	int n_sides, n_per_weight;      /* columns per slice; per weight */
	int n_rows, n_cols;             /* reference lines included */
	double a_cells;                 /* [m^2] */
	double g_mid;                   /* [S] cell at mid-window, access device in series */
	struct cell_load load;
	struct line word, row, column;  /* wires; a write line runs beside a column */
	double c_word, c_row, c_column, c_write; /* [F] gates and drains that hang on them */
	double v_write;                   /* [V] highest write voltage */
	double i_pump;                    /* [A] at v_write; 0: no pump */
	struct est read_row, open_row;    /* a vector of ones; one row opened */
	struct est read_column;           /* a vector of ones in the transposed read */
	struct est write_column;          /* the same switch where columns never drive a read */
	double t_write_column;            /* [s] beyond the row's, until columns are set to write */
	struct est pulses; /* what makes inputs pulse widths; one vector; area 0: inputs are bits */
	double e_scan_row, e_scan_column; /* [J] of a vector of zeros */
	struct mux_est mux_column, mux_row;
	struct est shift_word, shift_row,
		shift_column; /* level shifters, without load; area 0: none */
};

struct crossbar_room;

struct subarray {
	int n_arrays, n_arrays_read; /* in products: the first so many */
	struct block block[SYNAPSE_MAX_ARRAYS];
	int i_taker; /* array that takes updates */
	int n_rows, n_outputs; /* weights it holds: n_rows x n_outputs */
	int n_rows_parallel;   /* read together; the others of a subarray after them */
	int n_converters;
	int n_adders; /* behind the converters: one each; of digits read one by one, one per weight */
	int n_bits_sum; /* of a sum that leaves it */
	struct est adc, shift_add;
	int n_logic; /* 0: inference alone */
	struct transfer_logic logic;
	struct est reset;       /* of a row of volatile cells, without what moves their charge; zero: none */
	struct est train; /* outer products: number generator of a line, one slot; area 0: none */
	struct est verify; /* comparators and flags; area 0: written blindly */
	struct est count_pulse; /* all pulse counters of the subarray step once */
	double k_transposed; /* share of the chip's subarrays that have a transposed read: area and leakage
	                      * are means over them */
	double k_area; /* of the calibration */
	double area, leakage;
	struct crossbar_room *wires; /* to solve its reads with; NULL: wires are ideal (drop.h) */
};

/* Of a chip for training all are read transposed, of one for inference none. */
struct subarray subarray_make(const struct design *, const struct tech *);
void subarray_set_transposed(struct subarray *, const struct design *, const struct tech *, double k);

struct plan;
/* Where its blocks lie: cells, circuits of the rows beside them, of the columns below them. */
struct plan subarray_plan(const struct subarray *, const struct tech *);

struct ledger;
/* Book the area and leakage of n subarrays. */
void subarray_build(const struct subarray *, const struct tech *, double n, struct ledger *);

/* Pulses of this polarity ride on a voltage that a pump has to make when the supply is lower. */
bool block_is_pumped(const struct block *, enum polarity);

/* Conductance of a cell and its access device at a state of its window. */
double block_g(const struct block *, const struct tech *, double y);

#endif
