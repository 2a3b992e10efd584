/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Line switch.
 *
 * Model    gate of 1/(g_n + g_p) <= r_drive and at least 1 F wide; latency: flip-flop,
 *          gate inverter, then line_tau to the far end; energy: flip-flops of all lines;
 *          per driven line (c_line + 3 c_drain) v_line v_dd and both control gates' charge
 *          at v_dd
 * Source   [WesteHarris2010]
 * Assumes  v_line comes from v_dd through a linear regulator; a driven line is charged and discharged once per bit
 * Valid    v_line within the supply (above it: level_shifter.h)
 * Checked  tests/prop/check_module_laws.c
 */
#include "circuit/line_switch.h"

#include <math.h>

#include "circuit/driver.h"
#include "circuit/gate.h"
#include "circuit/register.h"

struct est line_switch_estimate(const struct line_switch *s, const struct tech *t)
{
	struct pass_gate p = pass_gate_for(t, s->r_drive, s->v_line);
	struct driver_est control =
		driver_estimate(&(struct driver){.c_load = 2 * (p.c_gate_n + p.c_gate_p)}, t);
	struct est scan = reg_bits(t, s->n_lines);
	struct edge e = control.out;
	double c_line = s->line.c + s->c_line + 3 * p.c_drain;

	e = edge_through(e, line_tau(p.r, 3 * p.c_drain, s->line, s->c_line));
	return (struct est){
		.area = scan.area + s->n_lines * (2 * p.a + control.est.area),
		.latency = scan.latency + e.t,
		.energy =
			scan.energy + s->n_lines * s->k_ones *
					      (control.est.energy +
						      c_line * s->v_line * fmax(s->v_line, t->v_dd)),
		.leakage = scan.leakage + s->n_lines * control.est.leakage,
	};
}
