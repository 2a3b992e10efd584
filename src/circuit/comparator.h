/* SPDX-License-Identifier: Apache-2.0 */
/* Clocked comparator: decides which of two levels is higher, once per clock. */
#ifndef MHO_CIRCUIT_COMPARATOR_H
#define MHO_CIRCUIT_COMPARATOR_H

#include "circuit/module.h"

struct comparator {
	double v_offset; /* [V] sigma of the offset it is sized for */
	double v_decide; /* [V] difference it must resolve */
};

struct comparator_est {
	struct est est; /* one decision */
	double c_in;    /* [F] of each input */
};

struct comparator_est comparator_estimate(const struct comparator *, const struct tech *);

#endif
