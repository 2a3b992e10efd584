/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Word-line driver.
 *
 * Model    NAND2 of decoder output and enable, then an inverter chain sized for line and gates;
 *          above the supply the chain ends in a level shifter whose energy is given at v_word
 * Source   [Sutherland1999] (sizing), [Elmore1948] (line); level_shifter.c
 * Assumes  one line at a time; a pump's loss belongs to the pump (charge_pump.c)
 * Valid    v_word up to io.v_max
 * Checked  tests/unit/check_blocks.c
 */
#include "circuit/word_driver.h"

#include <stddef.h>

#include "circuit/driver.h"
#include "circuit/gate.h"
#include "circuit/level_shifter.h"

struct est word_driver_estimate(const struct word_driver *w, const struct tech *t)
{
	struct line line = line_of(t->local, w->n_columns * w->l_cell);
	double c_cells = w->n_columns * w->c_cell;
	struct gate nand = gate_nand(t, 2, 1);
	struct est chain;
	double c_first;

	if (w->v_word > t->v_dd) {
		chain = level_shifter_estimate(
			&(struct level_shifter){.v_out = w->v_word, .c_load = line.c + c_cells}, t);
		/* the line's own resistance delays its far end */
		chain.latency += line.r * (line.c / 2 + c_cells);
		c_first = gate_inverter(t, 4).c_in;
	} else {
		struct driver_est d = driver_estimate(&(struct driver){line, c_cells}, t);
		chain = d.est;
		c_first = d.c_in;
	}

	struct edge e = edge_through((struct edge){0, 0}, gate_tau(&nand, c_first));

	return (struct est){
		.area = w->n_rows * (nand.a + chain.area),
		.latency = e.t + chain.latency,
		.energy = (nand.c_in + nand.c_out + c_first) * t->v_dd * t->v_dd + chain.energy,
		.leakage = w->n_rows * (nand.p_leak + chain.leakage),
	};
}

static const struct field fields[] = {
	INT(word_driver, n_rows, 1, 100000, "128", "lines, one of them driven"),
	INT(word_driver, n_columns, 1, 100000, "128", "cells on a line"),
	REAL(word_driver, l_cell, DIM_METRE, 0, 1e-4, "0.4 um", "pitch of the cells"),
	REAL(word_driver, c_cell, DIM_FARAD, 0, 1e-12, "0.1 fF", "gates of one cell"),
	REAL(word_driver, v_word, DIM_VOLT, 0, 20, "0 V", "level; 0: the supply"),
	FIELD_END,
};

static struct est estimate(const struct module *m, const struct tech *t)
{
	return word_driver_estimate((const struct word_driver *)m, t);
}

const struct module_kind module_word_driver = {
	.head = {"word_driver", "word-line drivers, one line opened and closed", "Sutherland1999",
		sizeof(struct word_driver), fields},
	.estimate = estimate,
};
