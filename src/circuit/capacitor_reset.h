/* SPDX-License-Identifier: Apache-2.0 */
/* Reset of a row of capacitor cells to their rest level. */
#ifndef MHO_CIRCUIT_CAPACITOR_RESET_H
#define MHO_CIRCUIT_CAPACITOR_RESET_H

#include "circuit/module.h"

struct capacitor_reset {
	struct module module;
	int n_rows, n_cells;    /* rows, one of them reset; cells of a row */
	double c_storage;       /* [F] of a cell */
	double v_step;          /* [V] root of the mean square distance from the rest level */
	double k_w_switch_in_f; /* width of the switch */
	double l_cell;          /* [m] pitch along the row */
};

/* One row. */
struct est capacitor_reset_estimate(const struct capacitor_reset *, const struct tech *);

#endif
