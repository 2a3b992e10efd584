/* SPDX-License-Identifier: Apache-2.0 */
/* Wires of one metal layer: resistance and capacitance per length from geometry. */
#ifndef MHO_DEVICE_METAL_H
#define MHO_DEVICE_METAL_H

#include "base/field.h"

/* The metal itself, the same for all layers of a node. */
struct conductor {
	double rho_bulk;         /* [Ohm m] at TEMP_REFERENCE */
	double l_mean_free_path; /* [m] of the electrons */
	double k_specular;       /* share of electrons reflected specularly at the surface */
	double k_reflect;        /* reflection coefficient of a grain boundary */
	double k_per_kelvin;     /* [1/K] temperature coefficient of rho_bulk */
};

/* Drawn geometry; neighbours at w_space on both sides, a plane at h_dielectric below. */
struct metal_layer {
	double w_wire, w_space; /* [m] */
	double k_aspect;        /* height over width */
	double l_barrier;       /* [m] liner on both sides and the bottom */
	double h_dielectric;    /* [m] to the plane below */
	double k_permittivity;  /* relative, of the dielectric */
};

struct metal {
	struct conductor conductor;
	struct metal_layer local, intermediate, global;
};

extern const struct field metal_fields[];

/* What circuits use. */
struct wire {
	double r_per_l; /* [Ohm/m] */
	double c_per_l; /* [F/m] */
};

struct wire metal_wire(const struct metal *, const struct metal_layer *, double temp);
double metal_resistivity(
	const struct conductor *, double w, double k_aspect, double temp); /* [Ohm m] */

#endif
