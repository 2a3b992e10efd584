/* SPDX-License-Identifier: Apache-2.0 */
/* Reading a subarray: one vector of bit-serial inputs, in either direction. */
#ifndef MHO_ARCH_READ_H
#define MHO_ARCH_READ_H

#include <stdbool.h>

#include "arch/ledger.h"
#include "arch/subarray.h"

struct vector_read {
	bool transposed; /* columns drive, rows are converted */
	int n_bits;      /* applied one at a time */
	double k_ones;   /* share of ones among them */
	double k_state[SYNAPSE_MAX_PARTS];
	bool one_side;   /* the sides of a pair are converted one by one, not their difference */
	double n_driven, n_out; /* lines driven and sums converted, in weights; means over subarrays */
	int n_out_max;          /* of the fullest subarray: it sets the time */
	int n_driven_max;       /* likewise; 0: n_driven */
	int n_parts, first_part;     /* parts to read; 0: all */
};

struct vector_cost {
	struct phase_cost part[SYNAPSE_MAX_PARTS][PART_LEAVES];
	struct phase_cost adc, shift_add;
	double t;       /* [s] all latencies together */
	double t_flush; /* [s] of the last shift-and-add, once per run of vectors */
};

/* One vector through one subarray. */
struct vector_cost read_vector(const struct subarray *, const struct design *, const struct tech *,
	const struct vector_read *);

/* Book n_vectors of it: energy on n_subarrays, latency of n_serial vectors after each other. */
void read_book(
	struct bill, const struct vector_cost *, int n_parts, double n_energy, double n_serial);

#endif
