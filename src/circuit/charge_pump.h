/* SPDX-License-Identifier: Apache-2.0 */
/* Charge pump: makes a write voltage above the supply. */
#ifndef MHO_CIRCUIT_CHARGE_PUMP_H
#define MHO_CIRCUIT_CHARGE_PUMP_H

#include "circuit/module.h"

struct charge_pump {
	struct module module;
	double v_out;   /* [V] */
	double i_out;   /* [A] */
	double t_pulse; /* [s] of one operation */
};

/* Deliver i_out for t_pulse; energy is what the supply gives. */
struct est charge_pump_estimate(const struct charge_pump *, const struct tech *);

/* Energy from the supply per energy delivered at v_out; 1 for v_out <= v_dd. */
double charge_pump_k_energy(const struct tech *, double v_out);

#endif
