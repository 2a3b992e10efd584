/* SPDX-License-Identifier: Apache-2.0 */
/* Requantisation of sums: bias, scale, saturation. */
#ifndef MHO_CIRCUIT_VECTOR_UNIT_H
#define MHO_CIRCUIT_VECTOR_UNIT_H

#include "circuit/module.h"

struct vector_unit {
	struct module module;
	int n_lanes;
	int n_bits_in, n_bits_out;
};

/* One element in each lane. */
struct est vector_unit_estimate(const struct vector_unit *, const struct tech *);

#endif
