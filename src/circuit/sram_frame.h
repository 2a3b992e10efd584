/* SPDX-License-Identifier: Apache-2.0 */
/* What an SRAM compute macro has besides its sums: the port that writes and reads it back, clock and
 * phases. */
#ifndef MHO_CIRCUIT_SRAM_FRAME_H
#define MHO_CIRCUIT_SRAM_FRAME_H

#include "circuit/module.h"

#define SRAM_MARGIN_FO4 1.8 /* set-up, skew and jitter of a step of the clock */

struct sram_frame {
	int n_rows, n_columns; /* of cells */
	double k_cell;         /* area of a cell over that of the node's 6T cell */
	bool has_words;        /* the inputs' drivers open the word lines: the port needs none of its own */
	bool has_precharge;    /* the sums restore the bit lines themselves */
	double n_row_pins;     /* gates that a phase along the rows opens, */
	double n_row_phases;   /* so often per input bit */
	double n_column_pins;  /* and each of the phases along the columns */
	double n_flops;        /* clocked per input bit */
};

struct sram_frame_est {
	struct est est;           /* one input bit; area 0 */
	double a_rows, a_columns; /* [m^2] cells of its parts beside the rows and below the columns */
};

struct sram_frame_est sram_frame_estimate(const struct sram_frame *, const struct tech *);

/* Where strips beside the rows and below the columns of an array meet. [m^2] */
double sram_corner(double a_cells, double a_rows, double a_columns);

/* The whole macro: array, a_rows beside it and a_columns below it as placed, and the corner where they
 * meet. */
double sram_frame_area(const struct sram_frame *, const struct tech *, double a_rows, double a_columns);

/* Width of the sum behind a converter: as given, else what the input bits of an access need; 0: none, the
 * code of a single bit is the result. */
int sram_frame_bits(int n_bits_sum, int n_bits_converter, int n_bits_in);

/* A shift-and-add of that width. */
struct est sram_frame_sum(int n_bits, const struct tech *);

#endif
