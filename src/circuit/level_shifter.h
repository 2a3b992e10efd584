/* SPDX-License-Identifier: Apache-2.0 */
/* Level shifter from v_dd to a write voltage above it. */
#ifndef MHO_CIRCUIT_LEVEL_SHIFTER_H
#define MHO_CIRCUIT_LEVEL_SHIFTER_H

#include "circuit/module.h"

struct level_shifter {
	struct module module;
	double v_out;  /* [V] */
	double c_load; /* [F] */
};

/* One full cycle of the output; energy is drawn at v_out, the load's included. */
struct est level_shifter_estimate(const struct level_shifter *, const struct tech *);

#endif
