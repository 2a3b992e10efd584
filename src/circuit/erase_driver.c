/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Erase driver.
 *
 * Model    per line a select flip-flop, NAND2 with the erase pulse and a level shifter (an inverter
 *          chain up to v_dd); energy: lines C v^2, cells v^2 g t + q v, from the supply times the
 *          pump's factor above it; flip-flops once; time: select, shifter, pulse
 * Source   [Palumbo2010] (pump); level_shifter.c, driver.c
 * Assumes  all lines of the block at once; the pump is sized for that elsewhere (charge_pump.c)
 * Valid    v_erase up to io.v_max
 * Checked  tests/unit/check_blocks.c
 */
#include "circuit/erase_driver.h"

#include <stddef.h>

#include "circuit/charge_pump.h"
#include "circuit/driver.h"
#include "circuit/gate.h"
#include "circuit/level_shifter.h"
#include "circuit/register.h"

struct est erase_driver_estimate(const struct erase_driver *d, const struct tech *t)
{
	double v = d->v_erase;
	struct est out =
		v > t->v_dd ? level_shifter_estimate(
				      &(struct level_shifter){.v_out = v, .c_load = d->c_line}, t)
			    : driver_estimate(&(struct driver){.c_load = d->c_line}, t).est;
	struct est select = reg_bits(t, d->n_lines);
	struct gate nand = gate_nand(t, 2, 1);
	double e_cell = v * v * d->g_cell * d->t_pulse + d->q_cell * v;
	double e_nand = t->node->layout.k_wiring * (nand.c_in + nand.c_out) * t->v_dd * t->v_dd;
	struct edge e = edge_through((struct edge){0, 0},
		t->node->layout.k_wiring * gate_tau(&nand, gate_inverter(t, 1).c_in));

	return (struct est){
		.area = select.area + d->n_lines * (nand.a + out.area),
		.latency = select.latency + e.t + out.latency + d->t_pulse,
		.energy = select.energy +
			  d->n_lines * (e_nand + charge_pump_k_energy(t, v) *
							 (out.energy + d->n_cells * e_cell)),
		.leakage = select.leakage + d->n_lines * (nand.p_leak + out.leakage),
	};
}

static const struct field fields[] = {
	INT(erase_driver, n_lines, 1, 100000, "128", "lines of the block"),
	INT(erase_driver, n_cells, 1, 100000, "128", "cells on a line"),
	REAL(erase_driver, v_erase, DIM_VOLT, 0.1, 20, "3 V", "amplitude of the pulse"),
	REAL(erase_driver, t_pulse, DIM_SECOND, 1e-12, 1, "100 ns", "its width"),
	REAL(erase_driver, g_cell, DIM_SIEMENS, 0, 1, "20 uS",
		"conductance of a cell during it; 0: no current"),
	REAL(erase_driver, q_cell, DIM_COULOMB, 0, 1e-9, "0 C", "charge that a cell switches"),
	REAL(erase_driver, c_line, DIM_FARAD, 0, 1e-9, "50 fF", "one line"),
	FIELD_END,
};

static struct est estimate(const struct module *m, const struct tech *t)
{
	return erase_driver_estimate((const struct erase_driver *)m, t);
}

const struct module_kind module_erase_driver = {
	.head = {"erase_driver", "one erase pulse on a block of lines", "Palumbo2010",
		sizeof(struct erase_driver), fields},
	.estimate = estimate,
};
