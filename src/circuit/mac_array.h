/* SPDX-License-Identifier: Apache-2.0 */
/* Digital outer-product engine: n_side x n_side multiply-accumulators, two vectors per clock. */
#ifndef MHO_CIRCUIT_MAC_ARRAY_H
#define MHO_CIRCUIT_MAC_ARRAY_H

#include "circuit/module.h"

struct mac_array {
	struct module module;
	int n_side;
	int n_bits_x, n_bits_y; /* operands */
	int n_bits_sum;         /* accumulator */
};

/* One clock: n_side^2 multiply-accumulates. */
struct est mac_array_estimate(const struct mac_array *, const struct tech *);

#endif
