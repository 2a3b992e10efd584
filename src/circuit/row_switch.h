/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Row side of an array: per row a scan flip-flop that holds the input bit, two transmission gates
 * that put the row line on v_line or on ground, and a driver of the word line (the access gates).
 */
#ifndef MHO_CIRCUIT_ROW_SWITCH_H
#define MHO_CIRCUIT_ROW_SWITCH_H

#include "circuit/edge.h"
#include "circuit/module.h"

struct row_switch {
	struct module module;
	int n_rows;
	double r_drive;   /* [Ohm] at most, of the gates that drive a row line */
	double v_line;    /* [V] level of a driven row line */
	struct line line; /* a row line, wires only */
	double c_line;    /* [F] of what hangs on it */
	struct line word; /* a word line, wires only; c 0: there is none */
	double c_word;    /* [F] of the gates on it */
	double k_ones;    /* share of the rows driven */
};

/* One input vector of bits: latency to the settled row lines. */
struct est row_switch_estimate(const struct row_switch *, const struct tech *);

/* Opening and closing the word lines of n rows. Area and leakage are those of the estimate above.
 */
struct est row_switch_open(const struct row_switch *, const struct tech *, double n_rows);

#endif
