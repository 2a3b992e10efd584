/* SPDX-License-Identifier: Apache-2.0 */
/* D flip-flops, as registers of n bits. */
#ifndef MHO_CIRCUIT_REGISTER_H
#define MHO_CIRCUIT_REGISTER_H

#include "circuit/module.h"

struct reg {
	struct module module;
	int n_bits;
	double k_active; /* share of the bits that change per clock */
};

/* One clock: latency from the edge to the output. */
struct est reg_estimate(const struct reg *, const struct tech *);

/* n bits with the node's usual activity. */
struct est reg_bits(const struct tech *, int n_bits);

#endif
