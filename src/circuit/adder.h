/* SPDX-License-Identifier: Apache-2.0 */
/* Ripple-carry adder. */
#ifndef MHO_CIRCUIT_ADDER_H
#define MHO_CIRCUIT_ADDER_H

#include "circuit/module.h"

struct adder {
	struct module module;
	int n_bits;
	double k_active; /* share of its nodes charged per addition */
};

struct est adder_estimate(const struct adder *, const struct tech *);
/* With the node's usual activity. */
struct est adder_bits(const struct tech *, int n_bits);
double adder_t_carry(const struct tech *); /* [s] per bit */

#endif
