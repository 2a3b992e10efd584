/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Subarray geometry and peripheral circuits.
 *
 * Model    access transistor: wide enough for k_access / g_max in triode and for the
 *          largest write current in saturation, at least 1 F; lines: wires over the block
 *          plus one gate (word line) or drain (row and column line) per cell; switches:
 *          k_drop of the resistance of the cells that conduct at once: on a row those of the
 *          columns that converters read (unselected columns float) or that are written through
 *          the switch, on a column the rows read at once; transposed likewise
 * Source   [WesteHarris2010] (array); composition of blocks: src/circuit
 * Assumes  1T1R: gate on the word line, drain side on the column (seen through the
 *          element), source on the row line; word line at the write voltage while
 *          writing, so the transistor carries the write current with its gate overdriven;
 *          FeFET: gates on the word line, channel between row and column line; capacitor:
 *          read transistor between row and column line, write-select transistors' gates
 *          on a word line and a column write line, which runs beside the column; one
 *          reference row (transposed read) for as many rows as columns share a reference
 *          column
 * Valid    planar nodes
 * Checked  tests/unit/check_price.c
 */
#include "arch/subarray.h"

#include <math.h>

#include "arch/ledger.h"
#include "base/diag.h"
#include "circuit/charge_pump.h"
#include "circuit/register.h"
#include "circuit/shift_add.h"

static double access_width(const struct design *z, const struct tech *t, const struct cell *c)
{
	double v_drive = t->v_dd - c->read.v_read - t->node->v_th;
	double g_needed = c->g_max / z->array.k_access;
	double w_read = g_needed / transistor_g_triode_n(t, 1, v_drive);
	double v_up = c->write.up.v, v_down = c->write.erase ? c->write.erase->v : c->write.down.v;
	double v_write = fmax(v_up, v_down);
	/* the on-current grows with the overdriven gate at least linearly */
	double w_write = v_write * c->g_max / (t->i_on_n_per_w * fmax(v_write / t->v_dd, 1));

	return fmax(fmax(w_read, w_write), t->l_feature);
}

double block_g(const struct block *b, const struct tech *t, double y)
{
	const struct cell *c = b->part.cell;
	double g = c->g_min + y * (c->g_max - c->g_min);

	if (b->w_access <= 0)
		return g;
	return 1 / (1 / g + 1 / transistor_g_triode_n(
					t, b->w_access, t->v_dd - c->read.v_read - t->node->v_th));
}

/* Gates and drains on the lines of one row and one column. */
static void load_lines(struct block *b, const struct design *z, const struct tech *t)
{
	const struct cell *c = b->part.cell;
	double c_gate = 0, c_drain = 0;

	switch ((enum cell_structure)c->structure) {
	case CELL_1T1R:
		b->w_access = access_width(z, t, c);
		c_gate = transistor_c_gate(t, b->w_access);
		c_drain = transistor_c_drain(t, b->w_access);
		break;
	case CELL_FEFET: {
		double w_channel = c->write.k_gate_area_in_f2 * t->l_feature;
		c_gate = transistor_c_gate(t, w_channel);
		c_drain = transistor_c_drain(t, w_channel);
		break;
	}
	case CELL_CAPACITOR:
		c_gate = 2 * transistor_c_gate(t, c->capacitor->k_width_source_in_f * t->l_feature);
		c_drain = transistor_c_drain(t, c->capacitor->k_width_read_in_f * t->l_feature);
		break;
	}
	b->word = line_of(t->local, b->n_cols * c->geometry.k_width_in_f * t->l_feature);
	b->row = b->word;
	b->column = line_of(t->local, b->n_rows * c->geometry.k_height_in_f * t->l_feature);
	b->c_word = b->n_cols * c_gate;
	b->c_row = b->n_cols * c_drain;
	b->c_column = b->n_rows * c_drain;
}

/* The highest write voltage and the current that the pump must deliver at it. */
static void size_pump(struct block *b, const struct design *z, const struct tech *t)
{
	const struct cell *c = b->part.cell;
	const struct cell_pulse *pulse[] = {&c->write.up, &c->write.down, c->write.erase};
	double n_cells = ceil(z->write.k_simultaneous * b->n_cols);

	if (c->structure == CELL_CAPACITOR)
		return; /* the supply feeds its current sources, whatever the capacitor swings */
	for (int i = 0; i < 3; i++) {
		if (!pulse[i])
			continue;
		b->v_write = fmax(b->v_write, pulse[i]->v);
		if (pulse[i]->v <= t->v_dd)
			continue;
		/* FeFETs switch charge, resistive cells conduct; both charge a line per pulse */
		double i_cell = c->structure == CELL_FEFET
					? cell_pulse_energy(c, i == 0, b->g_mid, t->l_feature) /
						  (pulse[i]->v * pulse[i]->t)
					: pulse[i]->v * b->g_mid;
		double c_lines = b->word.c + b->c_word + n_cells * (b->column.c + b->c_column);
		b->i_pump = fmax(b->i_pump, n_cells * i_cell + c_lines * pulse[i]->v / pulse[i]->t);
	}
}

static struct est shifter(const struct tech *t, double v, double c_load)
{
	struct est sized =
		level_shifter_estimate(&(struct level_shifter){.v_out = v, .c_load = c_load}, t);

	sized.energy -= c_load * v * v; /* lines are booked where they are pulsed */
	return sized;
}

static struct block block_make(const struct design *z, const struct tech *t, struct part part,
	int n_outputs, int n_converters)
{
	const struct design_array *s = &z->array;
	const struct cell *c = part.cell;
	double f = t->l_feature, v_read = c->read.v_read;
	struct block b = {.part = part, .n_per_weight = part.pair ? 2 : 1};
	int n_outs_row = (s->n_rows + n_converters - 1) / n_converters;

	b.n_rows = s->n_rows;
	b.n_cols = n_outputs * b.n_per_weight;
	if (!part.pair) {
		int n_per = s->n_outputs_per_reference;
		b.n_cols += (n_outputs + n_per - 1) / n_per;
		b.n_rows += (s->n_rows + n_per - 1) / n_per;
	}
	b.a_cells =
		b.n_rows * b.n_cols * c->geometry.k_width_in_f * c->geometry.k_height_in_f * f * f;
	load_lines(&b, z, t);
	b.g_mid = block_g(&b, t, 0.5);
	size_pump(&b, z, t);

	/* Cells that conduct at once on a line: of the columns that converters read, which alone do
	 * not float, or of a row that is written through the switch. */
	double n_cells_row = n_converters * b.n_per_weight, n_cells_column = z->training ? n_converters : 1;

	if (b.v_write <= t->v_dd)
		n_cells_row = fmax(n_cells_row, ceil(z->write.k_simultaneous * b.n_cols));
	b.row_switch = (struct row_switch){.n_rows = b.n_rows,
		.r_drive = s->k_drop / (n_cells_row * b.g_mid),
		.v_line = v_read,
		.line = b.row,
		.c_line = b.c_row,
		.word = b.word,
		.c_word = b.c_word,
		.k_ones = 1};
	b.column_switch = (struct column_switch){.n_columns = b.n_cols,
		.r_drive = s->k_drop / (n_cells_column * b.g_mid),
		.v_line = v_read,
		.line = b.column,
		.c_line = b.c_column,
		.k_ones = 1};
	b.read_row = row_switch_estimate(&b.row_switch, t);
	b.open_row = row_switch_open(&b.row_switch, t, 1);
	b.read_column = column_switch_estimate(&b.column_switch, t);
	b.e_scan_row = reg_bits(t, b.n_rows).energy;
	b.e_scan_column = reg_bits(t, b.n_cols).energy;
	/* a pair closes two switches per output */
	b.mux_column = mux_estimate(&(struct mux){.n_out = n_converters * b.n_per_weight,
					    .n_in = (n_outputs + n_converters - 1) / n_converters,
					    .r_pass = s->k_drop / (design_rows_read(z) * b.g_mid),
					    .v_line = v_read},
		t);
	if (z->training)
		b.mux_row = mux_estimate(&(struct mux){.n_out = n_converters,
					 .n_in = n_outs_row,
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

struct subarray subarray_make(const struct design *z, const struct tech *t)
{
	struct part part[SYNAPSE_MAX_PARTS];
	struct subarray s = {.n_parts = synapse_parts(z->synapse, part), .n_rows = z->array.n_rows};
	int n_per_weight = 1;

	for (int i = 0; i < s.n_parts; i++)
		if (part[i].pair)
			n_per_weight = 2;
	s.n_converters = z->array.n_cols / z->array.n_columns_per_converter;
	s.n_outputs = z->array.n_cols / n_per_weight;
	if (s.n_converters > s.n_outputs)
		s.n_converters = s.n_outputs;
	for (int i = 0; i < s.n_parts; i++)
		s.block[i] = block_make(z, t, part[i], s.n_outputs, s.n_converters);

	int n_bits_error = z->training ? z->error.n_bits : 0;
	int n_bits_vector = z->input.n_bits > n_bits_error ? z->input.n_bits : n_bits_error;
	int n_bits_parts =
		s.n_parts > 1 ? (int)ceil(log2(1 + part[1].k_weight / part[0].k_weight)) : 0;
	int n_lines = z->training && s.n_rows > s.n_outputs ? s.n_rows : s.n_outputs;
	int n_sums = (n_lines + s.n_converters - 1) / s.n_converters;

	s.n_bits_sum = z->converter->n_bits + n_bits_vector + n_bits_parts;
	s.adc = adc_convert(z->converter, t);
	s.shift_add = shift_add_estimate(
		&(struct shift_add){.n_bits = s.n_bits_sum, .n_columns = n_sums}, t);
	s.n_logic = z->training;
	s.logic = (struct transfer_logic){.n_channels = s.n_converters,
		.n_bits = z->write.n_bits_transfer,
		.n_bits_count = z->write.n_bits_count,
		.n_columns = s.n_outputs};
	s.count_pulse = transfer_logic_pulse(&s.logic, t);

	struct ledger one = {0};

	subarray_build(&s, t, 1, &one);
	s.area = ledger_area(&one);
	s.leakage = ledger_leakage(&one);
	return s;
}

void subarray_build(const struct subarray *s, const struct tech *t, double n, struct ledger *l)
{
	for (int i = 0; i < s->n_parts; i++) {
		const struct block *b = &s->block[i];
		struct est pump = charge_pump_estimate(
			&(struct charge_pump){.v_out = b->v_write, .i_out = b->i_pump}, t);
		double n_rows = n * b->n_rows, n_cols = n * b->n_cols;

		ledger_build(l, leaf_of_part(i, PART_CELLS), n, b->a_cells, 0);
		ledger_build(l, leaf_of_part(i, PART_ROW_SWITCH), n, b->read_row.area,
			b->read_row.leakage);
		ledger_build(l, leaf_of_part(i, PART_COLUMN_SWITCH), n, b->read_column.area,
			b->read_column.leakage);
		ledger_build(l, leaf_of_part(i, PART_MUX), n,
			b->mux_column.est.area + b->mux_row.est.area,
			b->mux_column.est.leakage + b->mux_row.est.leakage);
		if (b->v_write <= t->v_dd)
			continue;
		ledger_build(l, leaf_of_part(i, PART_LEVEL_SHIFTER), n_rows, b->shift_word.area,
			b->shift_word.leakage);
		ledger_build(l, leaf_of_part(i, PART_LEVEL_SHIFTER), n_rows, b->shift_row.area,
			b->shift_row.leakage);
		ledger_build(l, leaf_of_part(i, PART_LEVEL_SHIFTER), n_cols, b->shift_column.area,
			b->shift_column.leakage);
		ledger_build(l, leaf_of_part(i, PART_CHARGE_PUMP), n, pump.area, pump.leakage);
	}
	ledger_build(l, LEAF_ADC, n * s->n_converters, s->adc.area, s->adc.leakage);
	ledger_build(
		l, LEAF_SHIFT_ADD, n * s->n_converters, s->shift_add.area, s->shift_add.leakage);

	struct est logic = transfer_logic_estimate(&s->logic, t);

	ledger_build(l, LEAF_WRITE_LOGIC, n * s->n_logic, logic.area, logic.leakage);
}
