/* SPDX-License-Identifier: Apache-2.0 */
/* Analog multiplexer with its decoder: n_out groups of n_in lines, one line of each group selected.
 */
#ifndef MHO_CIRCUIT_MUX_H
#define MHO_CIRCUIT_MUX_H

#include "circuit/module.h"

struct mux {
	struct module module;
	int n_out, n_in;
	double r_pass; /* [Ohm] at most, of a closed switch */
	double v_line; /* [V] level of the lines */
};

struct mux_est {
	struct est est; /* of one selection */
	double r;       /* [Ohm] of a closed switch */
	double c_out;   /* [F] of the common node of a group */
	double c_in;    /* [F] at each line */
};

struct mux_est mux_estimate(const struct mux *, const struct tech *);

#endif
