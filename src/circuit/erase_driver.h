/* SPDX-License-Identifier: Apache-2.0 */
/* Erase driver: one pulse on a block of lines brings their cells to the bottom of the window. */
#ifndef MHO_CIRCUIT_ERASE_DRIVER_H
#define MHO_CIRCUIT_ERASE_DRIVER_H

#include "circuit/module.h"

struct erase_driver {
	struct module module;
	int n_lines, n_cells;    /* lines of the block, cells on each */
	double v_erase, t_pulse; /* [V] [s] */
	double g_cell;           /* [S] during the pulse; 0: charge alone (FeFET) */
	double q_cell;           /* [C] that a cell switches */
	double c_line;           /* [F] of one line */
};

/* The whole block once; energy from the supply, the pump's loss included. */
struct est erase_driver_estimate(const struct erase_driver *, const struct tech *);

#endif
