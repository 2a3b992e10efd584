/* SPDX-License-Identifier: Apache-2.0 */
/* The chip's vector unit: what layers do that is no product with weights. */
#ifndef MHO_ARCH_VECTOR_H
#define MHO_ARCH_VECTOR_H

#include "arch/design.h"
#include "arch/ledger.h"
#include "net/network.h"

/* Operations per image. */
struct work {
	double n_ops[VECTOR_LEAVES];
};
void work_add(struct work *, const struct layer *);

struct vector_set {
	int n_lanes;
	struct est unit[VECTOR_LEAVES]; /* one operation in each lane; area 0: the network needs none */
	double n_per_step[VECTOR_LEAVES]; /* operations of one latency */
};

/* Units for the work of a whole network; sums have n_bits_sum bits. */
struct vector_set vector_make(const struct design *, const struct tech *, const struct work *total,
	int n_bits_sum);

#endif
