/* SPDX-License-Identifier: Apache-2.0 */
/* The chip's gradient unit: outer products of activations and errors, summed over a batch. */
#ifndef MHO_ARCH_GRADIENT_UNIT_H
#define MHO_ARCH_GRADIENT_UNIT_H

#include "arch/design.h"
#include "circuit/est.h"
#include "net/network.h"

struct gradient_unit {
	int n_units;            /* engines, or banks */
	struct est unit;        /* one step of one of them, all inputs ones */
	double e_zeros;         /* [J] banks: the same, all inputs zeros */
	struct est write;       /* banks: one row of activations */
	struct est accumulator; /* banks: adders of one word of sums; area 0: none */
};

struct gradient_unit gradient_unit_make(const struct design *, const struct tech *);

/* One image of a layer. */
struct gradient_work {
	double t, e;      /* of the units */
	double e_sum;     /* of the accumulator */
	double n_bits_in; /* of operands fetched */
	double n_words;   /* of n_side sums, each read and written once */
};
struct gradient_work gradient_unit_work(
	const struct gradient_unit *, const struct design *, const struct matrix *, double k_ones);

#endif
