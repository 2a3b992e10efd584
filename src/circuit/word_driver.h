/* SPDX-License-Identifier: Apache-2.0 */
/* Word-line drivers of an array: decoder output and enable to a line of gates. */
#ifndef MHO_CIRCUIT_WORD_DRIVER_H
#define MHO_CIRCUIT_WORD_DRIVER_H

#include "circuit/edge.h"
#include "circuit/module.h"

struct word_driver {
	struct module module;
	int n_rows, n_columns;
	double l_cell; /* [m] pitch along the line */
	double c_cell; /* [F] of the gates of one cell */
	double v_word; /* [V] level; up to v_dd: v_dd */
};

/* One line opened and closed; area and leakage of all rows. */
struct est word_driver_estimate(const struct word_driver *, const struct tech *);

#endif
