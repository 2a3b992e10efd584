/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Subarray geometry and peripheral circuits.
 *
 * Model    lines: wires over the block plus what each cell adds (src/device/structure_*.c);
 *          switches: k_drop of the resistance of the cells that conduct at once: on a row those
 *          of the columns that converters read (unselected columns float) or that are written
 *          through the switch, on a column the rows read together; transposed likewise; rows whose inputs open
 *          word lines: a flip-flop and a driver each, columns prechargers and write drivers;
 *          pump: the simultaneous cells of a row, what flows through cells that are not
 *          selected, and the lines charged in a pulse
 *          circuits around the cells as placed (k_utilization)
 * Source   [WesteHarris2010] (array); composition of blocks: src/circuit
 * Assumes  word line at the write voltage while writing, so an access transistor carries the
 *          write current with its gate overdriven; one reference row (transposed read) for
 *          as many rows as columns share a reference column; slices of a weight stand in
 *          neighbouring columns and have references of their own
 * Valid    planar nodes
 * Checked  tests/unit/check_price.c, tests/prop/check_structure_laws.c
 */
#include "arch/subarray.h"

#include <math.h>

#include "arch/floorplan.h"
#include "arch/ledger.h"
#include "arch/verify.h"
#include "base/diag.h"
#include "base/whole.h"
#include "circuit/capacitor_reset.h"
#include "circuit/charge_pump.h"
#include "circuit/column_switch.h"
#include "circuit/precharger.h"
#include "circuit/pulse_train.h"
#include "circuit/pulse_width.h"
#include "circuit/register.h"
#include "circuit/row_switch.h"
#include "circuit/shift_add.h"
#include "circuit/sram_write.h"
#include "circuit/word_driver.h"
#include "device/update.h"

double block_g(const struct block *b, const struct tech *t, double y)
{
	return b->structure->g_read(b->cell, t, &b->load, y);
}

bool block_is_pumped(const struct block *b, enum polarity p)
{
	if (b->structure->from_supply)
		return false;
	return !b->cell->remanent || p == PULSE_ERASE || p == PULSE_PROGRAM;
}

/* Gates and drains on the lines of one row and one column. */
static void load_lines(struct block *b, const struct design *z, const struct tech *t)
{
	const struct cell *c = b->cell;
	struct line row = line_of(t->local, b->n_cols * c->geometry.k_width_in_f * t->l_feature);

	b->load = b->structure->load(c, t, z->array.k_access);
	if (b->structure->word != WORD_NONE)
		b->word = row;
	if (b->structure->word != WORD_INPUT)
		b->row = row;
	b->column = line_of(t->local, b->n_rows * c->geometry.k_height_in_f * t->l_feature);
	b->c_word = b->n_cols * b->load.c_word;
	b->c_row = b->n_cols * b->load.c_row;
	b->c_column = b->n_rows * b->load.c_column;
	b->c_write = b->n_rows * b->load.c_write;
}

/* Through cells that are not written while n_cells of a row are. [A] */
static double i_unselected(const struct block *b, const struct write_levels *l, double n_cells)
{
	double (*i)(const struct cell *, double, double) = b->structure->i_unselected;

	if (!i)
		return 0;
	return (b->n_cols - n_cells) * i(b->cell, 0.5, l->v_half_row) +
	       n_cells * (b->n_rows - 1) * i(b->cell, 0.5, l->v_half_column) +
	       (b->n_cols - n_cells) * (b->n_rows - 1) * i(b->cell, 0.5, l->v_rest);
}

/* The highest write voltage and the current that the pump must deliver at it. */
static void size_pump(struct block *b, const struct design *z, const struct tech *t)
{
	const struct cell *c = b->cell;
	double n_cells = ceil(z->write.k_simultaneous * b->n_cols);
	double c_row = b->structure->word == WORD_NONE ? b->row.c + b->c_row : b->word.c + b->c_word;

	for (int i = PULSE_UP; i <= PULSE_PROGRAM; i++) {
		enum polarity p = (enum polarity)i;
		struct cell_pulse pulse = cell_pulse_last(c, p), usual = cell_pulse(c, p);
		struct write_levels l = b->structure->levels(c, t, p, z->write.bias);
		if (!block_is_pumped(b, p) || !cell_has_pulse(c, p))
			continue;
		b->v_write = fmax(b->v_write, pulse.v);
		if (pulse.v <= t->v_dd)
			continue;
		double i_cell = b->structure->e_pulse(c, t, p, 0.5) / (usual.v * usual.t);
		double c_lines = c_row + n_cells * (b->column.c + b->c_column);
		b->i_pump = fmax(b->i_pump, n_cells * i_cell + i_unselected(b, &l, n_cells) +
						    c_lines * pulse.v / pulse.t);
	}
}

static struct est shifter(const struct tech *t, double v, double c_load)
{
	if (c_load <= 0)
		return (struct est){0};

	struct est sized =
		level_shifter_estimate(&(struct level_shifter){.v_out = v, .c_load = c_load}, t);

	sized.energy -= c_load * v * v; /* lines are booked where they are pulsed */
	return sized;
}

/* Inputs on row lines, columns driven in the transposed read. */
static void drive_lines(
	struct block *b, const struct design *z, const struct tech *t, int n_converters)
{
	double n_cells_row = fmin((double)n_converters * b->n_sides, b->n_cols);
	double n_cells_column = z->training ? fmin(n_converters, b->n_rows) : 1;
	double k_drop = z->array.k_drop, v_read = b->cell->read.v_read;

	if (b->v_write <= t->v_dd)
		n_cells_row = fmax(n_cells_row, ceil(z->write.k_simultaneous * b->n_cols));

	bool opens = b->structure->word != WORD_NONE;
	struct row_switch row = {.n_rows = b->n_rows,
		.r_drive = k_drop / (n_cells_row * b->g_mid),
		.v_line = v_read,
		.line = b->row,
		.c_line = b->c_row,
		.word = b->word,
		.c_word = opens ? b->c_word : 0,
		.k_ones = 1};
	struct column_switch column = {.n_columns = b->n_cols,
		.r_drive = k_drop / (n_cells_column * b->g_mid),
		.v_line = v_read,
		.line = b->column,
		.c_line = b->c_column,
		.k_ones = 1};

	b->read_row = row_switch_estimate(&row, t);
	b->open_row = row_switch_open(&row, t, 1);
	b->read_column = column_switch_estimate(&column, t);
	column.r_drive = k_drop / b->g_mid;
	b->write_column = column_switch_estimate(&column, t);
	b->e_scan_row = reg_bits(t, b->n_rows).energy;
	b->e_scan_column = reg_bits(t, b->n_cols).energy;
}

/* Inputs on word lines; columns are precharged, and driven to write. */
static void drive_words(struct block *b, const struct tech *t)
{
	double l_cell = b->cell->geometry.k_width_in_f * t->l_feature;
	struct est scan = reg_bits(t, b->n_rows), data = reg_bits(t, b->n_cols);
	struct est word = word_driver_estimate(&(struct word_driver){.n_rows = b->n_rows,
						       .n_columns = b->n_cols,
						       .l_cell = l_cell,
						       .c_cell = b->load.c_word},
		t);
	struct est write = sram_write_estimate(
		&(struct sram_write){.n_bits = b->n_cols, .n_rows = b->n_rows}, t);
	struct est restore = precharger_estimate(
		&(struct precharger){
			.n_columns = b->n_cols, .n_rows = b->n_rows, .v_swing = t->v_dd},
		t);

	b->read_row = (struct est){
		.area = scan.area + word.area,
		.latency = scan.latency + word.latency,
		.energy = scan.energy + b->n_rows * word.energy,
		.leakage = scan.leakage + word.leakage,
	};
	b->read_column = (struct est){
		.area = data.area + write.area + restore.area,
		.latency = write.latency + restore.latency,
		.energy = data.energy + write.energy,
		.leakage = data.leakage + write.leakage + restore.leakage,
	};
	b->write_column = b->read_column;
	b->t_write_column = write.latency + restore.latency;
	b->e_scan_row = scan.energy;
	b->e_scan_column = data.energy + write.energy;
}

static struct block block_make(const struct design *z, const struct tech *t, const struct part *part,
	int first_part, int n_slices, int n_outputs, int n_converters)
{
	const struct design_array *s = &z->array;
	const struct cell *c = part[first_part].cell;
	double f = t->l_feature, v_read = c->read.v_read;
	int n_columns = n_outputs * n_slices;
	struct block b = {.cell = c,
		.structure = cell_structure(c),
		.pair = part_columns(&part[first_part]) == 2,
		.first_part = first_part,
		.n_slices = n_slices,
		.n_rows = s->n_rows};

	b.n_sides = b.pair ? 2 : 1;
	b.n_per_weight = b.n_sides * n_slices;
	b.n_cols = n_outputs * b.n_per_weight;
	if (!b.pair) {
		b.n_cols += div_up(n_columns, s->n_outputs_per_reference);
		if (b.structure->transposes)
			b.n_rows += div_up(s->n_rows, s->n_outputs_per_reference);
	}
	b.a_cells =
		b.n_rows * b.n_cols * c->geometry.k_width_in_f * c->geometry.k_height_in_f * f * f;
	load_lines(&b, z, t);
	b.g_mid = block_g(&b, t, 0.5);
	size_pump(&b, z, t);
	if (b.structure->word == WORD_INPUT)
		drive_words(&b, t);
	else
		drive_lines(&b, z, t, n_converters);
	if (z->input.encoding == ENCODING_WIDTH)
		b.pulses = pulse_width_logic(t, b.n_rows, z->input.n_bits, z->input.t_step);
	/* a pair closes two switches per output */
	b.mux_column = mux_estimate(&(struct mux){.n_out = n_converters * b.n_sides,
					    .n_in = div_up(n_columns, n_converters),
					    .r_pass = s->k_drop / (design_rows_parallel(z) * b.g_mid),
					    .v_line = v_read},
		t);
	if (z->training && b.structure->transposes)
		b.mux_row = mux_estimate(&(struct mux){.n_out = n_converters,
						 .n_in = div_up(s->n_rows, n_converters),
						 .r_pass = s->k_drop / (b.n_cols * b.g_mid),
						 .v_line = v_read},
			t);
	if (b.v_write > t->v_dd) {
		b.shift_word = shifter(t, b.v_write, b.word.c + b.c_word);
		b.shift_row = shifter(t, b.v_write, b.row.c + b.c_row);
		b.shift_column = shifter(t, b.v_write, b.column.c + b.c_column);
	}
	return b;
}

/* Bits that a sum grows by when parts of different significance are added. */
static int bits_of_parts(const struct part *part, int n_parts)
{
	double k_all = 0, k_least = INFINITY;

	for (int i = 0; i < n_parts; i++) {
		k_all += part[i].k_weight;
		k_least = fmin(k_least, part[i].k_weight);
	}
	return (int)ceil(log2(k_all / k_least));
}

/* Where transfers drop what is left on the volatile cells. */
static struct est make_reset(const struct design *z, const struct tech *t, const struct block *b)
{
	enum { K_W_SWITCH_IN_F = 2 };
	const struct synapse_transfer *how = synapse_transfer(z->synapse);

	if (!how || how->remainder != REMAINDER_DROPPED)
		return (struct est){0};
	return capacitor_reset_estimate(
		&(struct capacitor_reset){.n_rows = b->n_rows,
			.n_cells = b->n_cols,
			.c_storage = b->cell->capacitor ? b->cell->capacitor->c_storage : 0,
			.k_w_switch_in_f = K_W_SWITCH_IN_F,
			.l_cell = b->cell->geometry.k_width_in_f * t->l_feature},
		t);
}

struct subarray subarray_make(const struct design *z, const struct tech *t)
{
	struct part part[SYNAPSE_MAX_PARTS];
	int n_parts = synapse_parts(z->synapse, part);
	struct subarray s = {.n_arrays = part[n_parts - 1].array + 1,
		.n_arrays_read = part[synapse_read_parts(z->synapse) - 1].array + 1,
		.n_rows = z->array.n_rows};
	int n_slices[SYNAPSE_MAX_ARRAYS] = {0}, n_per_weight = 1, n_slices_most = 1;

	for (int i = 0; i < n_parts; i++) {
		int *n = &n_slices[part[i].array];
		++*n;
		if (*n > n_slices_most)
			n_slices_most = *n;
		if (*n * part_columns(&part[i]) > n_per_weight)
			n_per_weight = *n * part_columns(&part[i]);
	}
	s.n_rows_parallel = design_rows_parallel(z);
	s.n_converters = z->array.n_cols / z->array.n_columns_per_converter;
	s.n_outputs = z->array.n_cols / n_per_weight;
	if (s.n_converters > s.n_outputs * n_slices_most)
		s.n_converters = s.n_outputs * n_slices_most;
	s.n_adders = design_reads_digits(z) ? div_up(s.n_converters, n_slices_most) : s.n_converters;
	for (int i = 0, first = 0; i < s.n_arrays; first += n_slices[i++])
		s.block[i] = block_make(z, t, part, first, n_slices[i], s.n_outputs, s.n_converters);

	s.adc = adc_convert(z->converter, t);
	/* weights that are reloaded are written, too */
	bool outer = z->training && update_outer(z->update);

	bool counts = !outer || update_transfer(z->update) || synapse_interval(z->synapse) > 0;

	s.i_taker = part[n_parts - 1].fast ? s.n_arrays - 1 : 0;
	s.n_logic = (z->training && counts) || z->mapping.n_subarrays_max > 0;
	if (outer)
		s.train = pulse_train_estimate(
			&(struct pulse_train_source){
				.n_bits = z->input.n_bits > z->error.n_bits ? z->input.n_bits : z->error.n_bits},
			t);
	s.logic = (struct transfer_logic){.n_channels = s.n_adders,
		.n_bits = z->write.n_bits_transfer,
		.n_bits_count = z->write.n_bits_count,
		.n_columns = s.n_outputs};
	s.reset = make_reset(z, t, &s.block[0]);
	s.verify = verify_logic(z, t, s.n_converters, z->array.n_cols);
	s.count_pulse = transfer_logic_pulse(&s.logic, t);

	s.k_area = design_factors(z).k_area;

	subarray_set_transposed(&s, z, t, z->training);
	return s;
}

void subarray_set_transposed(struct subarray *s, const struct design *z, const struct tech *t, double k)
{
	struct part part[SYNAPSE_MAX_PARTS];
	int n_bits_error = k > 0 ? z->error.n_bits : 0;
	int n_bits_input = z->input.encoding == ENCODING_SERIAL ? z->input.n_bits : 0;
	int n_bits_vector = n_bits_input > n_bits_error ? n_bits_input : n_bits_error;
	int n_bits_groups = (int)ceil(log2((double)s->n_rows / s->n_rows_parallel));
	int n_lines = k > 0 && s->n_rows > s->n_outputs ? s->n_rows : s->n_outputs;
	struct ledger one = {0};

	synapse_parts(z->synapse, part);
	s->k_transposed = k;
	s->n_bits_sum = z->converter->n_bits + n_bits_vector +
			bits_of_parts(part, synapse_read_parts(z->synapse)) + n_bits_groups;
	s->shift_add = shift_add_estimate(
		&(struct shift_add){.n_bits = s->n_bits_sum, .n_columns = div_up(n_lines, s->n_adders)}, t);
	subarray_build(s, t, 1, &one);
	s->area = ledger_area(&one);
	s->leakage = ledger_leakage(&one, true);
}

/* Of circuits that some subarrays have instead of others. */
static struct est mean(struct est some, struct est others, double k)
{
	return (struct est){.area = k * some.area + (1 - k) * others.area,
		.leakage = k * some.leakage + (1 - k) * others.leakage};
}

static double block_p_cells(const struct block *b, const struct tech *t)
{
	return b->structure->p_leak ? b->n_rows * b->n_cols * b->structure->p_leak(b->cell, t) : 0;
}

/* Area as calibrated. */
static void book(const struct subarray *s, struct ledger *l, int leaf, double n, double area, double leakage)
{
	ledger_build(l, leaf, n, s->k_area * area, leakage);
}

void subarray_build(const struct subarray *s, const struct tech *t, double n, struct ledger *l)
{
	for (int i = 0; i < s->n_arrays; i++) {
		const struct block *b = &s->block[i];
		struct est pump = charge_pump_estimate(
			&(struct charge_pump){.v_out = b->v_write, .i_out = b->i_pump}, t);
		double n_rows = n * b->n_rows, n_cols = n * b->n_cols;
		struct est column = mean(b->read_column, b->write_column, s->k_transposed);
		struct est mux_row = mean(b->mux_row.est, (struct est){0}, s->k_transposed);

		book(s, l, leaf_of_part(i, PART_CELLS), n, b->a_cells, block_p_cells(b, t));
		struct est rows = est_beside(b->read_row, i == 0 ? s->reset : (struct est){0});
		book(s, l, leaf_of_part(i, PART_ROW_SWITCH), n, tech_placed(t, rows.area + b->pulses.area),
			rows.leakage + b->pulses.leakage);
		book(s, l, leaf_of_part(i, PART_COLUMN_SWITCH), n, tech_placed(t, column.area), column.leakage);
		book(s, l, leaf_of_part(i, PART_MUX), n,
			tech_placed(t, b->mux_column.est.area + mux_row.area),
			b->mux_column.est.leakage + mux_row.leakage);
		if (b->v_write <= t->v_dd)
			continue;
		book(s, l, leaf_of_part(i, PART_LEVEL_SHIFTER), n_rows, tech_placed(t, b->shift_word.area),
			b->shift_word.leakage);
		book(s, l, leaf_of_part(i, PART_LEVEL_SHIFTER), n_rows, tech_placed(t, b->shift_row.area),
			b->shift_row.leakage);
		book(s, l, leaf_of_part(i, PART_LEVEL_SHIFTER), n_cols, tech_placed(t, b->shift_column.area),
			b->shift_column.leakage);
		book(s, l, leaf_of_part(i, PART_CHARGE_PUMP), n, pump.area, pump.leakage);
	}
	book(s, l, LEAF_ADC, n * s->n_converters, s->adc.area, s->adc.leakage);
	book(s, l, LEAF_SHIFT_ADD, n * s->n_adders, tech_placed(t, s->shift_add.area), s->shift_add.leakage);

	struct est logic = est_beside(transfer_logic_estimate(&s->logic, t), s->verify);

	if (s->train.area > 0)
		book(s, l, LEAF_WRITE_LOGIC, n * (s->block[s->i_taker].n_rows + s->block[s->i_taker].n_cols),
			tech_placed(t, s->train.area), s->train.leakage);
	book(s, l, LEAF_WRITE_LOGIC, n * s->n_logic, tech_placed(t, logic.area), logic.leakage);
}

struct plan subarray_plan(const struct subarray *s, const struct tech *t)
{
	struct ledger one = {0};
	double w = 0, h = 0, a_cells = 0, a_rows = 0;

	subarray_build(s, t, 1, &one);
	for (int i = 0; i < s->n_arrays; i++) {
		const struct block *b = &s->block[i];
		const struct cell_geometry *g = &b->cell->geometry;
		double a_shift = one.leaf[leaf_of_part(i, PART_LEVEL_SHIFTER)].area;
		a_rows += one.leaf[leaf_of_part(i, PART_ROW_SWITCH)].area + s->k_transposed * b->mux_row.est.area +
			  (a_shift > 0 ? a_shift - b->n_cols * b->shift_column.area : 0);
		w += b->n_cols * g->k_width_in_f * t->l_feature;
		h = fmax(h, b->n_rows * g->k_height_in_f * t->l_feature);
		a_cells += b->a_cells;
	}
	return plan_array(w, h, a_cells, a_rows, s->area - a_cells - a_rows);
}
