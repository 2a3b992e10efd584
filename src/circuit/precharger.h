/* SPDX-License-Identifier: Apache-2.0 */
/* Bit-line prechargers of an SRAM. */
#ifndef MHO_CIRCUIT_PRECHARGER_H
#define MHO_CIRCUIT_PRECHARGER_H

#include "circuit/module.h"

struct precharger {
	struct module module;
	int n_columns, n_rows;
	double v_swing; /* [V] that one line of each pair has lost */
};

/* All pairs restored once. */
struct est precharger_estimate(const struct precharger *, const struct tech *);

#endif
