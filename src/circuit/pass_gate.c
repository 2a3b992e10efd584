/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Transmission gate that charges a line.
 *
 * Model    control: inverter for the complement drives both gates; then tau = r (2 c_drain +
 *          C + c_load) + R (C/2 + c_load); energy: gates and inverter at v_dd, line and drains
 *          from 0 to v_line and back; both transistors leak v_line when off
 * Source   [WesteHarris2010] (circuit, Elmore delay)
 * Assumes  equal widths; resistance at v_line as gate.c has it
 * Valid    v_line up to v_dd
 * Checked  tests/unit/check_blocks.c
 */
#include <math.h>
#include <stddef.h>

#include "circuit/edge.h"
#include "circuit/gate.h"

/* mho module pass_gate */
struct pass_gate_module {
	struct module module;
	double w, v_line, c_load, l_wire;
};

static const struct field fields[] = {
	REAL(pass_gate_module, w, DIM_METRE, 0, 1e-3, "0 m", "width of both; 0: minimum"),
	REAL(pass_gate_module, v_line, DIM_VOLT, 0.01, 5, "0.2 V", "level that it passes"),
	REAL(pass_gate_module, l_wire, DIM_METRE, 0, 0.01, "10 um", "line in the local layer"),
	REAL(pass_gate_module, c_load, DIM_FARAD, 0, 1e-9, "1 fF", "load at its end"),
	FIELD_END,
};

static struct est estimate(const struct module *module, const struct tech *t)
{
	const struct pass_gate_module *m = (const struct pass_gate_module *)module;
	double w = m->w > 0 ? m->w : t->w_min, v = fmin(m->v_line, t->v_dd);
	struct pass_gate p = pass_gate_make(t, w, v);
	struct line line = line_of(t->local, m->l_wire);
	struct gate inverter = gate_inverter(t, 1);
	double c_control = p.c_gate_n + p.c_gate_p + inverter.c_in + inverter.c_out;
	double c_line = 2 * p.c_drain + line.c + m->c_load;
	struct edge e = edge_through((struct edge){0, 0}, gate_tau(&inverter, p.c_gate_p));

	e = edge_through(e, line_tau(p.r, 2 * p.c_drain, line, m->c_load));
	return (struct est){
		.area = p.a + inverter.a,
		.latency = e.t,
		.energy = c_control * t->v_dd * t->v_dd + c_line * v * v,
		.leakage = inverter.p_leak + w * (t->i_off_n_per_w + t->i_off_p_per_w) * v,
	};
}

const struct module_kind module_pass_gate = {
	.head = {"pass_gate", "transmission gate that charges a line", "WesteHarris2010",
		sizeof(struct pass_gate_module), fields},
	.estimate = estimate,
};
