/* SPDX-License-Identifier: Apache-2.0 */
/* Capacitive converters that put a level on a row: inputs of several bits in one step. */
#ifndef MHO_CIRCUIT_ROW_DAC_H
#define MHO_CIRCUIT_ROW_DAC_H

#include "circuit/module.h"

/* One row, without its line; area as placed. n_bits 0: none. */
struct est row_dac_estimate(const struct tech *, int n_bits);

#endif
