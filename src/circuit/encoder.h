/* SPDX-License-Identifier: Apache-2.0 */
/* Thermometer code to binary code, behind the comparators of a flash converter. */
#ifndef MHO_CIRCUIT_ENCODER_H
#define MHO_CIRCUIT_ENCODER_H

#include "circuit/module.h"

struct encoder {
	struct module module;
	int n_bits; /* of the code; 2^n_bits - 1 inputs */
};

/* One code, the mean over all codes. */
struct est encoder_estimate(const struct encoder *, const struct tech *);

#endif
