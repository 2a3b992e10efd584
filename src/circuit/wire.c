/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Repeated wire.
 *
 * Model    size sqrt(R_0 C'/(C_i R')), spacing sqrt(2 R_0 (C_o + C_i)/(R' C')), R_0 mean
 *          resistance of the minimum inverter; delay per spacing: steady edge through R_z (C_i
 *          + C_o + C' l) + R' l (C' l/2 + C_i)
 * Source   [Bakoglu1990]
 * Assumes  delay-optimal repeaters, shrunk to K_RELAX of the optimum size, which costs a
 *          few percent of delay and saves their energy and area
 * Valid    wires longer than the spacing
 * Checked  tests/unit/check_spice.c, tests/prop/check_module_laws.c
 */
#include "circuit/wire.h"

#include <math.h>
#include <stddef.h>

#include "circuit/edge.h"
#include "circuit/gate.h"

#define K_RELAX 0.5

struct repeated wire_repeated_with(const struct tech *t, struct wire w, double k_size, double l)
{
	struct gate z = gate_inverter(t, k_size);
	struct line line = line_of(w, l);
	double tau = line_tau((z.r_n + z.r_p) / 2, z.c_out, line, z.c_in);

	return (struct repeated){
		.k_size = k_size,
		.l_spacing = l,
		.t_per_l = edge_t_rise_steady(tau) / 2 / l,
		.e_per_l = (z.c_in + z.c_out + line.c) * t->v_dd * t->v_dd / l,
		.p_per_l = z.p_leak / l,
		.a_per_l = z.a / l,
	};
}

struct repeated wire_repeated(const struct tech *t, struct wire w)
{
	struct gate g = gate_inverter(t, 1);
	double r_0 = (g.r_n + g.r_p) / 2;
	double k_size = fmax(K_RELAX * sqrt(r_0 * w.c_per_l / (g.c_in * w.r_per_l)), 1);
	double l = sqrt(2 * r_0 * (g.c_out + g.c_in) / (w.r_per_l * w.c_per_l));

	return wire_repeated_with(t, w, k_size, l);
}

static const char *const layers[] = {"local", "intermediate", "global", NULL};

static const struct field fields[] = {
	INT(wire_module, n_bits, 1, 100000, "1", "wires side by side"),
	WORD(wire_module, layer, layers, "global", "metal layer"),
	REAL(wire_module, l_wire, DIM_METRE, 0, 1, "1 mm", "length"),
	REAL(wire_module, k_active, DIM_NONE, 0, 1, "0.25", "share of the wires charged per word"),
	FIELD_END,
};

static struct est estimate(const struct module *m, const struct tech *t)
{
	const struct wire_module *w = (const struct wire_module *)m;
	const struct wire layer[] = {t->local, t->intermediate, t->global};
	struct repeated r = wire_repeated(t, layer[w->layer]);
	double l_all = w->n_bits * w->l_wire;

	return (struct est){l_all * r.a_per_l, w->l_wire * r.t_per_l,
		w->k_active * l_all * r.e_per_l, l_all * r.p_per_l};
}

const struct module_kind module_wire = {
	.head = {"wire", "wires with repeaters", "Bakoglu1990", sizeof(struct wire_module), fields},
	.estimate = estimate,
};
