/* SPDX-License-Identifier: Apache-2.0 */
/* Long wires with repeaters. */
#ifndef MHO_CIRCUIT_WIRE_H
#define MHO_CIRCUIT_WIRE_H

#include "circuit/module.h"

/* Everything per metre and wire. */
struct repeated {
	double k_size;    /* repeater over the minimum inverter */
	double l_spacing; /* [m] between repeaters */
	double t_per_l;   /* [s/m] */
	double e_per_l;   /* [J/m] per charged and discharged wire */
	double p_per_l;   /* [W/m] leakage */
	double a_per_l;   /* [m^2/m] repeaters; the wires lie above */
};

struct repeated wire_repeated(const struct tech *, struct wire);
/* The same with repeaters of k_size minimum inverters every l. */
struct repeated wire_repeated_with(const struct tech *, struct wire, double k_size, double l);

/* mho module wire: n_bits wires of one length. */
struct wire_module {
	struct module module;
	int n_bits, layer;
	double l_wire, k_active;
};

#endif
