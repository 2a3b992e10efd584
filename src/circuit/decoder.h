/* SPDX-License-Identifier: Apache-2.0 */
/* Address decoder: one of 2^n_bits outputs. */
#ifndef MHO_CIRCUIT_DECODER_H
#define MHO_CIRCUIT_DECODER_H

#include "circuit/edge.h"
#include "circuit/module.h"

struct decoder {
	struct module module;
	int n_bits;       /* 0: nothing to decode, costs nothing */
	struct line line; /* each output drives this line */
	double c_load;    /* [F] and this at its end */
};

struct est decoder_estimate(const struct decoder *, const struct tech *);

/* Address bits of n places. */
int decoder_bits(int n);

#endif
