/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Wire resistance and capacitance of a metal layer.
 *
 * Model    rho = rho_0 (1 / (3 (1/3 - a/2 + a^2 - a^3 ln(1 + 1/a)))
 *                         + 3/8 (1 - p) (1 + A)/A l/w),  a = l/w R/(1 - R);
 *          conductor cross-section (w - 2 t)(A w - t);
 *          C' = eps (1.15 w/h + 2.80 (t/h)^0.222
 *                    + 2 (0.03 w/h + 0.83 t/h - 0.07 (t/h)^0.222) (s/h)^-1.34)
 * Source   [Steinhoegl2002] (size effect), [Sakurai1983] (capacitance, line with two
 *          neighbours)
 * Assumes  surface scattering does not change with temperature, bulk scattering linearly;
 *          neighbours are quiet (no Miller factor)
 * Valid    20 nm <= w <= 1 um; 0.3 < w/h, t/h, s/h < 10 for the capacitance (5-10 %)
 * Checked  tests/unit/check_circuit.c
 */
#include "device/metal.h"

#include <math.h>

#include "base/physconst.h"

static const struct field conductor_fields[] = {
	REAL(conductor, rho_bulk, DIM_OHM_METRE, 1e-9, 1e-6, NULL, "bulk resistivity at 300 K"),
	REAL(conductor, l_mean_free_path, DIM_METRE, 1e-9, 1e-6, NULL, "electron mean free path"),
	REAL(conductor, k_specular, DIM_NONE, 0, 1, NULL, "specularity of the surface"),
	REAL(conductor, k_reflect, DIM_NONE, 0, 0.95, NULL,
		"reflection coefficient of a grain boundary"),
	REAL(conductor, k_per_kelvin, DIM_NONE, 0, 0.1, NULL,
		"change of the bulk resistivity per kelvin, as a share"),
	FIELD_END,
};

static const struct field layer_fields[] = {
	REAL(metal_layer, w_wire, DIM_METRE, 5e-9, 1e-4, NULL, "drawn width"),
	REAL(metal_layer, w_space, DIM_METRE, 5e-9, 1e-4, NULL, "space to the neighbours"),
	REAL(metal_layer, k_aspect, DIM_NONE, 0.3, 5, NULL, "height over width"),
	REAL(metal_layer, l_barrier, DIM_METRE, 0, 5e-8, NULL, "thickness of the liner"),
	REAL(metal_layer, h_dielectric, DIM_METRE, 5e-9, 1e-4, NULL, "distance to the plane below"),
	REAL(metal_layer, k_permittivity, DIM_NONE, 1, 10, NULL, "relative permittivity around it"),
	FIELD_END,
};

const struct field metal_fields[] = {
	MAP(metal, conductor, conductor_fields, "the metal"),
	MAP(metal, local, layer_fields, "layer of the lines of an array"),
	MAP(metal, intermediate, layer_fields, "layer of wires inside a tile"),
	MAP(metal, global, layer_fields, "layer of wires between tiles"),
	FIELD_END,
};

double metal_resistivity(const struct conductor *m, double w, double k_aspect, double temp)
{
	double k_grain = m->l_mean_free_path / w * m->k_reflect / (1 - m->k_reflect);
	double k_boundary = 1;

	if (k_grain > 0)
		k_boundary = 1 / (3 * (1. / 3 - k_grain / 2 + k_grain * k_grain -
					      pow(k_grain, 3) * log1p(1 / k_grain)));

	double k_surface =
		0.375 * (1 - m->k_specular) * (1 + k_aspect) / k_aspect * m->l_mean_free_path / w;
	double k_bulk = m->k_per_kelvin * (temp - TEMP_REFERENCE);

	return m->rho_bulk * (k_boundary + k_surface + k_bulk);
}

struct wire metal_wire(const struct metal *m, const struct metal_layer *l, double temp)
{
	double w = l->w_wire, t = l->k_aspect * w, h = l->h_dielectric;
	double w_metal = w - 2 * l->l_barrier, t_metal = t - l->l_barrier;
	double rho = metal_resistivity(&m->conductor, w_metal, t_metal / w_metal, temp);
	double k_fringe = pow(t / h, 0.222);
	double k_plane = 1.15 * w / h + 2.80 * k_fringe;
	double k_coupling =
		2 * (0.03 * w / h + 0.83 * t / h - 0.07 * k_fringe) * pow(l->w_space / h, -1.34);

	return (struct wire){
		.r_per_l = rho / (w_metal * t_metal),
		.c_per_l = EPSILON_0 * l->k_permittivity * (k_plane + k_coupling),
	};
}
