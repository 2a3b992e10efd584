/* SPDX-License-Identifier: Apache-2.0 */
/* Elementwise units: rectifier, residual addition, batch normalisation. */
#ifndef MHO_CIRCUIT_ELEMENTWISE_H
#define MHO_CIRCUIT_ELEMENTWISE_H

#include "circuit/module.h"

struct elementwise {
	struct module module;
	int n_lanes, n_bits;
	int n_channels; /* normalisation only */
};

/* One element in each lane. */
struct est relu_estimate(const struct elementwise *, const struct tech *);
struct est residual_estimate(const struct elementwise *, const struct tech *);
struct est norm_estimate(const struct elementwise *, const struct tech *);

#endif
