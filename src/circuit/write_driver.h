/* SPDX-License-Identifier: Apache-2.0 */
/* Write drivers of a row of cells: pulses, read after each, until every cell is close enough. */
#ifndef MHO_CIRCUIT_WRITE_DRIVER_H
#define MHO_CIRCUIT_WRITE_DRIVER_H

#include "circuit/module.h"

struct write_driver {
	struct module module;
	int n_cells;            /* written at once */
	double v_write;         /* [V] amplitude of a pulse */
	double t_pulse, g_cell; /* [s] [S] its width and the cell's conductance meanwhile */
	double c_line;          /* [F] charged per pulse */
	double k_sigma;         /* scatter of what a pulse leaves, in windows; 0: no verify */
	double k_tolerance;     /* accepted error, in windows */
	int n_max;              /* pulses at most */
	double t_verify;        /* [s] of one read */
	double e_verify;        /* [J] of one read of one cell */
};

struct write_driver_est {
	struct est
		est; /* all cells written once; energy from the supply, the pump's loss included */
	double n_mean, n_row; /* pulses of a cell in the mean, of the slowest of the row */
};

/* Tries of a cell in the mean, and of the slowest of n_cells; k_tolerance in standard deviations of what a
 * pulse leaves. */
struct tries {
	double n_mean, n_row;
};
struct tries write_tries(double n_cells, double k_tolerance, int n_max);

struct write_driver_est write_driver_estimate(const struct write_driver *, const struct tech *);

#endif
