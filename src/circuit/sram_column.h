/* SPDX-License-Identifier: Apache-2.0 */
/* One bit-line pair of an SRAM: what its drivers, prechargers and sense amplifiers see. */
#ifndef MHO_CIRCUIT_SRAM_COLUMN_H
#define MHO_CIRCUIT_SRAM_COLUMN_H

#include "circuit/edge.h"
#include "circuit/module.h"
#include "device/sram_cell.h"

struct sram_column {
	struct line wire; /* of one bit line */
	double c;         /* [F] of one bit line, wire and access drains */
	double i_cell;    /* [A] that a selected cell pulls */
};

struct sram_column sram_column(const struct tech *, int n_rows);

/* Current of the weakest of n_cells over that of the mean one. */
double sram_column_k_weak(const struct tech *, double n_cells);

#endif
