/* SPDX-License-Identifier: Apache-2.0 */
/* Softmax unit. */
#ifndef MHO_CIRCUIT_SOFTMAX_H
#define MHO_CIRCUIT_SOFTMAX_H

#include "circuit/module.h"

struct softmax {
	struct module module;
	int n_lanes, n_per_lane, n_bits;
};

/* One vector of n_lanes n_per_lane elements. */
struct est softmax_estimate(const struct softmax *, const struct tech *);

#endif
