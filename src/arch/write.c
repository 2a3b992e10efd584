/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writing, row by row: a row is opened, its cells get up to n pulses each in parallel,
 * all rows of a subarray one after the other, all subarrays at once.
 *
 * Model    time: (sum of the longest trains x pulse + rows x line setup) / row blocks
 *          cells: src/device (v^2 g t, switched polarisation, i v t), at the mean state
 *          1T1R: word line once per row; up: the column of each pulsed cell; down and
 *          erase: the row line per period and the columns that are not pulsed, held at
 *          its level
 *          FeFET: the word line per period at the write voltage, columns not pulsed at
 *          half of it
 *          capacitor: select line per row and period, column write line of each pulsed
 *          cell, at v_dd
 *          lines: C v^2 per pulse; above the supply times the charge pump's factor, and
 *          level shifters
 * Source   [Luo2020]; doc/models.md
 * Assumes  a pump that feeds k_simultaneous of a row's cells stretches the time when more
 *          are pulsed on average; every row block has its share of the rows; no verify
 *          reads; unselected word lines keep half-selected cells of other rows from
 *          conducting
 * Valid    trains counted by the trainer or stated as defaults
 * Checked  tests/unit/check_price.c
 */
#include "arch/write.h"

#include <math.h>

#include "base/diag.h"
#include "circuit/charge_pump.h"

static struct cell_pulse pulse_of(const struct cell *c, enum polarity p)
{
	switch (p) {
	case PULSE_UP:
		return c->write.up;
	case PULSE_DOWN:
		return c->write.down;
	case PULSE_ERASE:
		return c->write.erase ? *c->write.erase : c->write.down;
	}
	BUG("unknown polarity");
}

/* One cell, one pulse. An erase moves as much charge as a whole train down; a resistive cell's is
 * one pulse of its own. */
static double cell_energy(
	const struct block *b, const struct tech *t, enum polarity p, double k_state)
{
	const struct cell *c = b->part.cell;
	struct cell_pulse pulse = pulse_of(c, p);
	double g = c->g_min + k_state * (c->g_max - c->g_min);

	if (p != PULSE_ERASE)
		return cell_pulse_energy(c, p == PULSE_UP, g, t->l_feature);
	if (c->structure == CELL_1T1R)
		return pulse.v * pulse.v * g * pulse.t;
	return cell_pulse_energy(c, false, g, t->l_feature) * c->response->n_down;
}

/* Line energies at voltage v: once per row, per period of a row, per pulsed cell, per column at
 * rest. */
struct line_energy {
	double e_row, e_period, e_cell, e_idle;
};

static struct line_energy line_energy(
	const struct block *b, const struct tech *t, enum polarity p, double v)
{
	double c_word = b->word.c + b->c_word, c_row = b->row.c + b->c_row;
	double c_column = b->column.c + b->c_column, v_2 = v * v;
	/* internal charge of the level shifters, given at the block's highest voltage */
	double k_shift = b->v_write > 0 ? v_2 / (b->v_write * b->v_write) : 0;
	double e_word = k_shift * b->shift_word.energy, e_row = k_shift * b->shift_row.energy;
	double e_column = k_shift * b->shift_column.energy;

	if (v <= t->v_dd)
		e_word = e_row = e_column = 0;
	switch ((enum cell_structure)b->part.cell->structure) {
	case CELL_1T1R: {
		double v_word = fmax(v, t->v_dd);
		struct line_energy e = {.e_row = c_word * v_word * v_word + e_word};
		if (p == PULSE_UP) {
			e.e_cell = c_column * v_2 + e_column;
		} else {
			e.e_period = c_row * v_2 + e_row;
			e.e_idle = c_column * v_2 + e_column;
		}
		return e;
	}
	case CELL_FEFET:
		return (struct line_energy){
			.e_period = c_word * v_2 + e_word,
			.e_idle = c_column * v_2 / 4 + e_column,
		};
	case CELL_CAPACITOR: {
		/* the write line runs beside the column, with one select gate per cell */
		double c_gates = b->c_word * b->n_rows / b->n_cols;
		double v_dd_2 = t->v_dd * t->v_dd;
		return (struct line_energy){
			.e_period = c_word * v_dd_2,
			.e_cell = (b->column.c + c_gates) * v_dd_2,
		};
	}
	}
	BUG("unknown cell structure");
}

double write_train(struct run r, struct pulse_train w)
{
	const struct placed *p = r.placed;
	const struct tech *t = r.chip->tech;
	const struct block *b = &r.chip->subarray.block[w.part];
	struct cell_pulse pulse = pulse_of(b->part.cell, w.polarity);
	struct line_energy line = line_energy(b, t, w.polarity, pulse.v);
	double n_copies = p->n_copies, n_columns = (double)p->n_cols_row * b->n_per_weight;
	double n_idle = fmax(0, w.n_longest * n_columns - w.n_pulses);
	/* rows, periods and idle columns: once per column block */
	double e_lines = p->n_col_blocks * (w.n_rows * line.e_row + w.n_longest * line.e_period) +
			 w.n_pulses * line.e_cell + n_idle * line.e_idle;
	double e_cells = w.n_pulses * cell_energy(b, t, w.polarity, r.activity->k_state[w.part]);
	double e_written = n_copies * (e_lines + e_cells);
	double k_pump = charge_pump_k_energy(t, pulse.v);
	bool pumped = pulse.v > t->v_dd && b->v_write > 0;
	double t_setup = b->read_row.latency +
			 (pumped ? b->shift_word.latency + b->shift_column.latency : 0);
	/* a pump feeds so many cells at once; more of them wait for another period */
	double n_fed = r.chip->design->write.k_simultaneous * n_columns;
	double k_wait = pumped && w.n_longest > 0 ? fmax(1, w.n_pulses / w.n_longest / n_fed) : 1;
	/* subarrays write side by side, each row after row: the fullest sets the time */
	double k_fullest = p->n_rows_max / p->n_rows;
	double t_pulses = k_wait * w.n_longest * pulse.t * k_fullest;
	double t_lines = w.n_rows * t_setup * k_fullest;

	if (w.n_pulses <= 0)
		return 0;
	bill_add(r.bill, leaf_of_part(w.part, PART_CELLS), t_pulses, e_written);
	bill_add(r.bill, leaf_of_part(w.part, PART_ROW_SWITCH), t_lines,
		n_copies * p->n_col_blocks * w.n_rows * b->e_scan_row);
	bill_add(r.bill, leaf_of_part(w.part, PART_COLUMN_SWITCH), 0,
		n_copies * p->n_col_blocks * w.n_rows * b->e_scan_column);
	if (pumped)
		bill_add(r.bill, leaf_of_part(w.part, PART_CHARGE_PUMP), 0,
			(k_pump - 1) * e_written);
	/* every period steps the counters of the row's columns */
	bill_add(r.bill, LEAF_WRITE_LOGIC, 0,
		n_copies * p->n_col_blocks * w.n_longest * r.chip->subarray.count_pulse.energy);
	return t_pulses + t_lines;
}
