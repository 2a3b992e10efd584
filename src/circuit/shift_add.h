/* SPDX-License-Identifier: Apache-2.0 */
/* Shift-and-add behind a converter: adds codes of successive input bits and of the synapse's parts.
 */
#ifndef MHO_CIRCUIT_SHIFT_ADD_H
#define MHO_CIRCUIT_SHIFT_ADD_H

#include "circuit/module.h"

struct shift_add {
	struct module module;
	int n_bits;    /* width of the sum */
	int n_columns; /* sums kept, one per column that shares the converter */
};

/* One code added to one sum. */
struct est shift_add_estimate(const struct shift_add *, const struct tech *);

#endif
