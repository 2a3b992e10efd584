/* SPDX-License-Identifier: Apache-2.0 */
/* Ripple-carry adder of full-adder cells. */
#ifndef MHO_CIRCUIT_MIRROR_ADDER_H
#define MHO_CIRCUIT_MIRROR_ADDER_H

#include "circuit/module.h"

struct mirror_adder {
	struct module module;
	int n_bits;
	double k_active; /* share of its nodes charged per addition */
};

struct est mirror_adder_estimate(const struct mirror_adder *, const struct tech *);
/* The carry from bit to bit, once its slope is steady. [s] */
double mirror_adder_t_carry(const struct tech *);

#endif
