/* SPDX-License-Identifier: Apache-2.0 */
/* Carry-select adder: faster than a ripple of carries, at about twice its cost. */
#ifndef MHO_CIRCUIT_CARRY_SELECT_H
#define MHO_CIRCUIT_CARRY_SELECT_H

#include "circuit/module.h"

struct carry_select {
	struct module module;
	int n_bits;
	double k_active; /* share of its nodes charged per addition */
};

struct est carry_select_estimate(const struct carry_select *, const struct tech *);

#endif
