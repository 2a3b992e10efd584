/* SPDX-License-Identifier: Apache-2.0 */
/* Pieces that digital units share. */
#ifndef MHO_CIRCUIT_LOGIC_H
#define MHO_CIRCUIT_LOGIC_H

#include "circuit/module.h"

/* n two-input gates that switch as often as the node's logic does; no latency. */
struct est logic_nands(const struct tech *, double n);
/* One two-way multiplexer of n bits in a data path. */
struct est logic_select(const struct tech *, int n_bits);
/* Array multiplier. */
struct est logic_multiply(const struct tech *, int n_bits_x, int n_bits_y);
/* Register clocked once, and a latency that fills whole clocks of at least the node's. */
struct est logic_clocked(const struct tech *, struct est stage, int n_bits_out);

#endif
