/* SPDX-License-Identifier: Apache-2.0 */
/* Column side of an array: what drives the columns in the transposed read and while writing. */
#ifndef MHO_CIRCUIT_COLUMN_SWITCH_H
#define MHO_CIRCUIT_COLUMN_SWITCH_H

#include "circuit/edge.h"
#include "circuit/module.h"

struct column_switch {
	struct module module;
	int n_columns;
	double r_drive, v_line; /* as in row_switch.h */
	struct line line;
	double c_line;
	double k_ones;
};

/* One vector of bits to all columns. */
struct est column_switch_estimate(const struct column_switch *, const struct tech *);

#endif
