/* SPDX-License-Identifier: Apache-2.0 */
/* On-chip memory: an SRAM macro of banks, or a register file where that is smaller. */
#ifndef MHO_CIRCUIT_BUFFER_H
#define MHO_CIRCUIT_BUFFER_H

#include "circuit/module.h"

struct buffer {
	struct module module;
	double n_bits; /* capacity; 0: none, costs nothing */
	int n_word;    /* bits of one access */
};

struct buffer_est {
	double area, leakage;
	double t_access;        /* [s] */
	double e_read, e_write; /* [J] of one word */
	double n_banks;
};

struct buffer_est buffer_estimate(const struct buffer *, const struct tech *);

#endif
