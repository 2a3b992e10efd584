/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SRAM compute-in-memory bank: the gradient unit that is an array. Activations are written into its
 * columns, error vectors are applied bit by bit to its rows.
 */
#ifndef MHO_CIRCUIT_SRAM_CIM_H
#define MHO_CIRCUIT_SRAM_CIM_H

#include "circuit/module.h"

struct sram_cim {
	struct module module;
	int n_rows;
	int n_converters, n_columns_per_converter; /* their product is the width of the array */
	int n_bits_in;                             /* of an error, applied one after the other */
	int n_bits_converter;
	int n_bits_value; /* of an activation: its bits stand in neighbouring columns */
	double k_ones;    /* share of the rows driven per bit */
};

/* One error vector through all columns; area and leakage of the bank. */
struct est sram_cim_estimate(const struct sram_cim *, const struct tech *);
/* One row of activations written; area 0, leakage 0: they are counted above. */
struct est sram_cim_write(const struct sram_cim *, const struct tech *);

#endif
