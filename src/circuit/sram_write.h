/* SPDX-License-Identifier: Apache-2.0 */
/* Write drivers of an SRAM: pull one bit line of each pair to ground. */
#ifndef MHO_CIRCUIT_SRAM_WRITE_H
#define MHO_CIRCUIT_SRAM_WRITE_H

#include "circuit/module.h"

struct sram_write {
	struct module module;
	int n_bits, n_rows;
};

/* One word; the precharger restores the lines (C v_dd^2 per bit) and is not included. */
struct est sram_write_estimate(const struct sram_write *, const struct tech *);

#endif
