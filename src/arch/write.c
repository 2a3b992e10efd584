/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writing, row by row: a row is opened, its cells get up to n pulses each in parallel,
 * all rows of a subarray one after the other, all subarrays at once.
 *
 * Model    time: (sum of the longest trains x pulse + rows x line setup) / row blocks
 *          cells: what the structure says, at the mean state
 *          lines: the structure's levels; C v^2 per row, per period of a row, per pulsed cell,
 *          per column at rest; v i(v) t in cells of a crosspoint that are not written; above
 *          the supply times the charge pump's factor, and level shifters
 * Source   [Luo2020], [ChenYu2015] (crosspoint); doc/models.md
 * Assumes  a pump that feeds k_simultaneous of a row's cells stretches the time when more
 *          are pulsed on average; every row block has its share of the rows; blind pulses
 *          (verify.c adds tries and reads); cells that are not written stand at mid-window
 * Valid    trains counted by the trainer or stated as defaults
 * Checked  tests/unit/check_price.c, tests/prop/check_structure_laws.c
 */
#include "arch/write.h"

#include <math.h>

#include "circuit/charge_pump.h"

/* Line energies: once per row, per period of a row, per pulsed cell, per column at rest. */
struct line_energy {
	double e_row, e_period, e_cell, e_idle;
};

static double e_line(double c, double v, double e_shift)
{
	return v > 0 ? c * v * v + e_shift : 0;
}

static struct line_energy line_energy(
	const struct block *b, const struct write_levels *l, double v, bool pumped)
{
	double c_word = b->word.c + b->c_word, c_row = b->row.c + b->c_row;
	double c_column = b->column.c + b->c_column;
	/* internal charge of the level shifters, given at the block's highest voltage */
	double k_shift = pumped ? v * v / (b->v_write * b->v_write) : 0;
	double e_word = k_shift * b->shift_word.energy, e_row = k_shift * b->shift_row.energy;
	double e_column = k_shift * b->shift_column.energy;

	return (struct line_energy){
		.e_row = e_line(c_word, l->v_word_row, e_word),
		.e_period = e_line(c_word, l->v_word, e_word) + e_line(c_row, l->v_row, e_row) +
			    (b->n_rows - 1) * e_line(c_row, l->v_others, e_row),
		.e_cell = e_line(c_column, l->v_column, e_column) +
			  e_line(b->column.c + b->c_write, l->v_write, 0),
		.e_idle = e_line(c_column, l->v_idle, e_column),
	};
}

/* What flows through cells that are not written while a train of pulses is. [J] */
static double e_unselected(const struct block *b, const struct write_levels *l, const struct pulse_train *w,
	double n_idle, double t_pulse)
{
	double (*i)(const struct cell *, double, double) = b->structure->i_unselected;
	double n_other_rows = b->n_rows - 1;

	if (!i)
		return 0;
	return t_pulse * (n_idle * l->v_half_row * i(b->cell, 0.5, l->v_half_row) +
				 w->n_pulses * n_other_rows * l->v_half_column *
					 i(b->cell, 0.5, l->v_half_column) +
				 n_idle * n_other_rows * l->v_rest * i(b->cell, 0.5, l->v_rest));
}

/* Mean state of the cells of a block. */
static double mean_state(const struct block *b, const struct layer_activity *a)
{
	double sum = 0;

	for (int i = 0; i < b->n_slices; i++)
		sum += a->k_state[b->first_part + i];
	return sum / b->n_slices;
}

double write_train(struct run r, struct pulse_train w)
{
	const struct placed *p = r.placed;
	const struct tech *t = r.chip->tech;
	const struct design_write *how = &r.chip->design->write;
	const struct block *b = &r.chip->subarray.block[w.array];
	struct cell_pulse pulse = cell_pulse(b->cell, w.polarity);
	struct write_levels level =
		b->structure->levels(b->cell, t, w.polarity, (enum write_bias)how->bias);
	bool pumped = pulse.v > t->v_dd && block_is_pumped(b, w.polarity);
	struct line_energy line = line_energy(b, &level, pulse.v, pumped);
	double n_copies = p->n_copies, n_columns = (double)p->n_cols_row * b->n_per_weight;
	double n_idle = fmax(0, w.n_longest * n_columns - w.n_pulses);
	/* rows, periods and idle columns: once per column block */
	double e_lines = p->n_col_blocks * (w.n_rows * line.e_row + w.n_longest * line.e_period) +
			 w.n_pulses * line.e_cell + n_idle * line.e_idle;
	double e_cells = w.n_pulses * b->structure->e_pulse(b->cell, t, w.polarity,
					      mean_state(b, r.activity)) +
			 e_unselected(b, &level, &w, n_idle, pulse.t);
	double e_written = n_copies * (e_lines + e_cells);
	double k_pump = charge_pump_k_energy(t, pulse.v);
	double t_setup = b->read_row.latency + b->t_write_column +
			 (pumped ? b->shift_word.latency + b->shift_column.latency : 0);
	/* a pump feeds so many cells at once; more of them wait for another period */
	double n_fed = how->k_simultaneous * n_columns;
	double k_wait = pumped && w.n_longest > 0 ? fmax(1, w.n_pulses / w.n_longest / n_fed) : 1;
	/* subarrays write side by side, each row after row: the fullest sets the time */
	double k_fullest = p->n_rows_max / p->n_rows;
	double t_pulses = k_wait * w.n_longest * pulse.t * k_fullest;
	double t_lines = w.n_rows * t_setup * k_fullest;

	if (w.n_pulses <= 0)
		return 0;
	bill_add(r.bill, leaf_of_part(w.array, PART_CELLS), t_pulses, e_written);
	bill_add(r.bill, leaf_of_part(w.array, PART_ROW_SWITCH), t_lines,
		n_copies * p->n_col_blocks * w.n_rows * b->e_scan_row);
	bill_add(r.bill, leaf_of_part(w.array, PART_COLUMN_SWITCH), 0,
		n_copies * p->n_col_blocks * w.n_rows * b->e_scan_column);
	if (pumped)
		bill_add(r.bill, leaf_of_part(w.array, PART_CHARGE_PUMP), 0,
			(k_pump - 1) * e_written);
	/* every period steps the counters of the row's columns */
	bill_add(r.bill, LEAF_WRITE_LOGIC, 0,
		n_copies * p->n_col_blocks * w.n_longest * r.chip->subarray.count_pulse.energy);
	return t_pulses + t_lines;
}
