/* SPDX-License-Identifier: Apache-2.0 */
/* What the resistance of a subarray's lines does to its reads. */
#ifndef MHO_ARCH_DROP_H
#define MHO_ARCH_DROP_H

#include <stdbool.h>

#include "arch/subarray.h"
#include "device/crossbar.h"

/* NULL if the design takes wires as ideal. */
const struct crossbar *drop_crossbar(
	struct arena *, const struct design *, const struct tech *, const struct subarray *);

/* What the lines leave of a read; all of it if the subarray has no room for it
 * (ideal wires). Of a block of n_driven lines and n_out sums, k_ones of them driven. */
struct drop_read {
	bool transposed;
	double n_driven, n_out, k_ones;
	const double *k_state; /* of each part of the synapse; NULL: mid-window */
};
struct crossbar_left drop_left(const struct subarray *, int array, const struct drop_read *);

/* The worst line of a full subarray at mid-window that reads ones, over parts and directions. */
double drop_worst(const struct subarray *, const struct design *);

/* Warn where the lines lose more than half a step of the converter, refuse where hardly anything is
 * left. */
struct diag;
bool drop_check(const struct design *, const struct tech *, const struct subarray *, struct diag *);

#endif
