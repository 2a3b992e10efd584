/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SRAM write driver.
 *
 * Model    per bit two NAND2 (data, complement; enable) and for each bit line an inverter
 *          chain's last stage of K_SIZE minimum inverters; the line falls to v_dd/K_REST: tau ln
 *          K_REST; energy: gates, of which one side of each pair moves, and the drains; the
 *          line's own charge is drawn by the precharger when it restores it
 * Source   [CACTI] (circuit), [Elmore1948]
 * Assumes  the cell flips while the line falls
 * Valid    up to 1024 rows
 * Checked  tests/unit/check_blocks.c
 */
#include "circuit/sram_write.h"

#include <math.h>
#include <stddef.h>

#include "circuit/gate.h"
#include "circuit/sram_column.h"

#define K_SIZE 4
#define K_REST 10

struct est sram_write_estimate(const struct sram_write *w, const struct tech *t)
{
	struct gate nand = gate_nand(t, 2, 1), out = gate_inverter(t, K_SIZE);
	struct sram_column col = sram_column(t, w->n_rows);
	double k_wiring = t->node->layout.k_wiring;
	double tau = line_tau(out.r_n, out.c_out, col.wire, col.c - col.wire.c);
	struct edge e = edge_through((struct edge){0, 0}, k_wiring * gate_tau(&nand, out.c_in));

	return (struct est){
		.area = w->n_bits * 2 * (nand.a + out.a),
		.latency = e.t + tau * log(K_REST),
		.energy = w->n_bits * k_wiring *
			  (2 * nand.c_in + nand.c_out + out.c_in + out.c_out) * t->v_dd * t->v_dd,
		.leakage = w->n_bits * 2 * (nand.p_leak + out.p_leak),
	};
}

static const struct field fields[] = {
	INT(sram_write, n_bits, 1, 4096, "64", "bits written at once"),
	INT(sram_write, n_rows, 1, 1024, "128", "cells on a bit line"),
	FIELD_END,
};

static struct est estimate(const struct module *m, const struct tech *t)
{
	return sram_write_estimate((const struct sram_write *)m, t);
}

const struct module_kind module_sram_write = {
	.head = {"sram_write", "SRAM write drivers, one word", "CACTI", sizeof(struct sram_write),
		fields},
	.estimate = estimate,
};
