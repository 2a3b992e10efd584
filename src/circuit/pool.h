/* SPDX-License-Identifier: Apache-2.0 */
/* Pooling units: the largest or the mean of a window. */
#ifndef MHO_CIRCUIT_POOL_H
#define MHO_CIRCUIT_POOL_H

#include "circuit/module.h"

struct pool {
	struct module module;
	int n_lanes, n_window, n_bits;
};

/* One window in each lane. */
struct est pool_max_estimate(const struct pool *, const struct tech *);
struct est pool_average_estimate(const struct pool *, const struct tech *);

#endif
