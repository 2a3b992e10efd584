/* SPDX-License-Identifier: Apache-2.0 */
/* Reading a subarray: one vector of bit-serial inputs, in either direction. */
#ifndef MHO_ARCH_READ_H
#define MHO_ARCH_READ_H

#include <stdbool.h>

#include "arch/ledger.h"
#include "arch/subarray.h"

/* Lines that cannot all be driven together are driven group after group. */
struct groups {
	double n;  /* mean over subarrays */
	int n_max; /* of the fullest */
};

/* n_lines dealt to n_blocks subarrays, n_lines_max in the fullest, n_together at once. */
struct groups groups_of(int n_lines, int n_blocks, int n_lines_max, int n_together);

struct vector_read {
	bool transposed; /* columns drive, rows are converted */
	bool one_side;   /* the sides of a pair are converted one by one, not their difference */
	int n_bits;      /* applied one at a time */
	double t_pulse;  /* [s] of the longest pulse, where inputs are pulse widths: one "bit" */
	double k_driven; /* share of lines with a pulse, then; k_ones is the mean width */
	int n_adds;      /* of one conversion; 0: one */
	double k_ones;   /* share of ones among the bits */
	const double *k_state;       /* of each part of the synapse */
	double n_driven, n_out;      /* lines driven and sums converted, in weights; means over subarrays */
	int n_out_max;               /* of the fullest subarray: it sets the time */
	struct groups groups;        /* of the driven lines; nothing given: one */
	int n_arrays, first_array;   /* arrays to read; 0: all */
};

struct vector_cost {
	struct phase_cost part[SYNAPSE_MAX_ARRAYS][PART_LEAVES];
	struct phase_cost adc, shift_add;
	double t;       /* [s] all latencies together */
	double t_flush; /* [s] of the last shift-and-add, once per run of vectors */
};

/* One vector through one subarray. */
struct vector_cost read_vector(const struct subarray *, const struct design *, const struct tech *,
	const struct vector_read *);

struct run;

/* A row of one array of a layer alone: every column, or the sides of each pair one by one. */
struct vector_cost read_row(const struct run *, int array, bool one_side);

/* Book n_vectors of it: energy on n_subarrays, latency of n_serial vectors after each other. */
void read_book(
	struct bill, const struct vector_cost *, int n_arrays, double n_energy, double n_serial);

#endif
