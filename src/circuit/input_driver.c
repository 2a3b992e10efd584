/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Binary input drivers: one bit per row, rail to rail.
 *
 * Model    per row a flip-flop, NAND2 with the read pulse, inverter chain sized for the line;
 *          energy: every flip-flop is clocked, rows with a one charge gate, chain and line once
 * Source   [Sutherland1999] (chain); register.c
 * Assumes  the line returns to ground after every bit
 * Valid    lines at v_dd; at another level: row_switch.c
 * Checked  tests/unit/check_blocks.c
 */
#include <stddef.h>

#include "circuit/driver.h"
#include "circuit/gate.h"
#include "circuit/register.h"

/* mho module input_driver: one vector of bits. */
struct input_driver {
	struct module module;
	int n_rows;
	double c_line, l_wire, k_ones;
};

static struct est estimate(const struct module *m, const struct tech *t)
{
	const struct input_driver *d = (const struct input_driver *)m;
	struct driver_est out =
		driver_estimate(&(struct driver){line_of(t->local, d->l_wire), d->c_line}, t);
	struct est bit = reg_bits(t, d->n_rows);
	struct gate nand = gate_nand(t, 2, 1);
	double k_wiring = t->node->layout.k_wiring;
	struct edge e = edge_through((struct edge){0, 0}, k_wiring * gate_tau(&nand, out.c_in));
	double c_gate = k_wiring * (nand.c_in + nand.c_out + out.c_in);

	return (struct est){
		.area = bit.area + d->n_rows * (nand.a + out.est.area),
		.latency = bit.latency + e.t + out.est.latency,
		.energy = bit.energy +
			  d->n_rows * d->k_ones * (c_gate * t->v_dd * t->v_dd + out.est.energy),
		.leakage = bit.leakage + d->n_rows * (nand.p_leak + out.est.leakage),
	};
}

static const struct field fields[] = {
	INT(input_driver, n_rows, 1, 100000, "128", "rows"),
	REAL(input_driver, l_wire, DIM_METRE, 0, 0.01, "50 um", "length of a row line"),
	REAL(input_driver, c_line, DIM_FARAD, 0, 1e-9, "10 fF", "what hangs on it"),
	REAL(input_driver, k_ones, DIM_NONE, 0, 1, "0.5", "share of the rows driven"),
	FIELD_END,
};

const struct module_kind module_input_driver = {
	.head = {"input_driver", "binary input drivers, one vector of bits", "Sutherland1999",
		sizeof(struct input_driver), fields},
	.estimate = estimate,
};
