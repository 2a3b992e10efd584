/* SPDX-License-Identifier: Apache-2.0 */
/* What an update rule needs on the chip beside the pulses: its memory and its arithmetic. */
#ifndef MHO_ARCH_UPDATE_UNIT_H
#define MHO_ARCH_UPDATE_UNIT_H

#include "arch/design.h"
#include "arch/mapping.h"
#include "circuit/buffer.h"

struct update_unit {
	int n_lanes, n_bits; /* weights handled at once; kept of each */
	struct buffer_est memory; /* a word holds what is kept of n_lanes weights */
	struct est unit;          /* one operation in each lane */
	double k_spill;           /* share of the memory outside the chip */
};

struct update_unit update_unit_make(const struct design *, const struct tech *, const struct mapping *);

struct update_work {
	double t_memory, t_unit;
	double e_memory, e_unit;
	double n_spilled; /* bits to and from the external memory */
};
/* One batch's work for a layer of n_rows x n_cols weights. */
struct update_work update_unit_work(
	const struct update_unit *, const struct design *, const struct tech *, double n_rows, double n_cols);

#endif
