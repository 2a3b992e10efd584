/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bit-serial matrix-vector product of a subarray.
 *
 * Model    per input bit: for every group of rows that are read together drive the lines; then
 *          for each block and each of the columns that share a converter: select, settle,
 *          convert. Energy of a conversion: v_dd v_read G t_settle, G the
 *          conductance of the driven cells of the column (both columns of a pair, the
 *          reference column of a single cell); the column's own charge C v_dd v_read, because
 *          an unselected column floats to the read level; conveyor and converter.
 *          Crosspoint: rows driven (share k) and rows at ground meet in columns that float:
 *          n v_read min(k i((1-k) v_read), (1-k) i(k v_read)) in each of them.
 *          Pulse widths: for each of the columns that share a converter the pulses of all rows again;
 *          a slot lasts the longest pulse more, cells conduct for the mean width (k_ones)
 *          Shift-and-add runs behind the next conversion; what it takes longer is waited for
 * Source   [Razavi2001] (settling), [ChenYu2015] (sneak paths); composition as in doc/models.md
 * Assumes  what flows at the read level comes from v_dd through the conveyor or a linear
 *          regulator; flip-flops of rows that hold nothing are not clocked; a pair's second column is
 *          driven with the opposite sign in the transposed read, so that rows carry the
 *          difference; in it slices drive one after the other; lines stay driven for the
 *          bit, word lines for the vector; the current flows until the converter has sampled
 * Valid    the heat of the lines' wires is part of the cells' energy when array.ir_drop asks for
 *          them (drop.h), and is left out with the drop otherwise
 * Checked  tests/unit/check_price.c, tests/prop/check_structure_laws.c
 */
#include "arch/read.h"

#include <math.h>

#include "arch/drop.h"
#include "arch/phases.h"
#include "base/whole.h"

struct groups groups_of(int n_lines, int n_blocks, int n_lines_max, int n_together)
{
	int n_full = n_lines / n_lines_max, n_rest = n_lines - n_full * n_lines_max;
	double n_all =
		(double)n_full * div_up(n_lines_max, n_together) + div_up(n_rest, n_together);

	return (struct groups){n_all / n_blocks, div_up(n_lines_max, n_together)};
}

/* One conversion of one slice. */
struct conversion {
	double t_settle, e_bias, e_cells;
};

/* What the lines leave of a block's currents. */
static double left_of(
	const struct subarray *s, int array, const struct vector_read *v, double n_together)
{
	return drop_left(s, array,
		&(struct drop_read){v->transposed, n_together, v->n_out, v->k_ones, v->k_state})
		.k_power;
}

static struct conversion convert_slice(const struct block *b, const struct design *z,
	const struct tech *t, const struct vector_read *v, double n_together, double k_state,
	double k_left)
{
	const struct mux_est *m = v->transposed ? &b->mux_row : &b->mux_column;
	double v_read = b->cell->read.v_read, g = k_left * block_g(b, t, k_state);
	/* transposed: both columns of a slice drive the same row */
	double n_lines = v->transposed || v->one_side ? 1 : b->n_sides;
	double n_cells = v->k_ones * (v->transposed ? b->n_sides : 1);
	struct sensed s = {
		.line = v->transposed ? b->row : b->column,
		.c_load = (v->transposed ? b->c_row : b->c_column) + m->c_in + m->c_out,
		.r_pass = m->r,
		.g_cells = n_cells * n_together * g,
		.i_cells = n_cells * n_together * g * v_read,
	};
	struct est settle = adc_settle(z->converter, t, s);
	double g_reference = b->pair ? 0 : k_left * v->k_ones * n_together * b->g_mid;
	double c_line = s.line.c + s.c_load;

	return (struct conversion){
		.t_settle = settle.latency,
		.e_bias = settle.energy * (settle.latency + v->t_pulse) / settle.latency,
		.e_cells =
			v_read * t->v_dd *
			((n_lines * s.g_cells + g_reference) * (settle.latency + v->t_pulse) +
				n_lines * c_line),
	};
}

/* All slices of a block: the slowest sets the time of a slot, energies are means over them. */
static struct conversion convert_block(const struct subarray *s, int array, const struct design *z,
	const struct tech *t, const struct vector_read *v, double n_together)
{
	const struct block *b = &s->block[array];
	struct conversion all = {0};
	double k_left = left_of(s, array, v, n_together);

	for (int i = 0; i < b->n_slices; i++) {
		struct conversion one = convert_slice(
			b, z, t, v, n_together, v->k_state[b->first_part + i], k_left);
		all.t_settle = fmax(all.t_settle, one.t_settle);
		all.e_bias += one.e_bias / b->n_slices;
		all.e_cells += one.e_cells / b->n_slices;
	}
	return all;
}

/* What flows through one line that floats between driven lines and lines at ground. [W] */
static double p_sneak(const struct block *b, const struct vector_read *v, double n_together)
{
	double (*i)(const struct cell *, double, double) = b->structure->i_unselected;
	double v_read = b->cell->read.v_read, k = v->k_ones;

	if (!i)
		return 0;
	return n_together * v_read *
	       fmin(k * i(b->cell, 0.5, (1 - k) * v_read), (1 - k) * i(b->cell, 0.5, k * v_read));
}

/* Driving the lines of one block for one bit or train of pulses, and its word lines' share. */
static struct phase_cost drive_block(
	const struct block *b, const struct vector_read *v, struct groups n)
{
	double e_zeros = v->transposed ? b->e_scan_column : b->e_scan_row;
	const struct est *ones = v->transposed ? &b->read_column : &b->read_row;
	double n_all = v->transposed ? b->n_cols : b->n_rows;
	double n_driven = v->n_driven * (v->transposed ? b->n_per_weight : 1);

	double k_driven = v->t_pulse > 0 ? v->k_driven : v->k_ones;

	return (struct phase_cost){
		.latency = n.n_max * ones->latency,
		.energy = n_driven / n_all * (e_zeros + k_driven * (ones->energy - e_zeros)) +
			  (v->t_pulse > 0 ? b->pulses.energy : 0),
	};
}

static void read_block(struct vector_cost *c, int i, const struct subarray *s,
	const struct design *z, const struct tech *t, const struct vector_read *v)
{
	const struct block *b = &s->block[i];
	struct phase_cost *part = c->part[i];
	struct groups n = v->groups.n_max > 0 ? v->groups : (struct groups){1, 1};
	double n_together = v->n_driven / n.n;
	struct conversion one = convert_block(s, i, z, t, v, n_together);
	const struct mux_est *m = v->transposed ? &b->mux_row : &b->mux_column;
	struct phase_cost drive = drive_block(b, v, n);
	/* slices are columns of their own; in the transposed read they drive one after the other */
	double n_passes = v->transposed ? b->n_slices : 1;
	double n_columns = v->transposed ? v->n_out_max : (double)v->n_out_max * b->n_slices;
	double n_slots = v->n_bits * n_passes * n.n_max * ceil(n_columns / s->n_converters);
	double n_conversions = v->n_bits * n.n * v->n_out * b->n_slices;
	double n_adds = v->n_adds > 0 ? v->n_adds : 1;
	/* digits that are read one by one are a number as they stand */
	double n_sums = s->n_adders < s->n_converters ? n_conversions / b->n_slices : n_conversions;
	double t_slot = m->est.latency + one.t_settle + v->t_pulse + s->adc.latency;
	/* pulses are over when a column is converted, bits are not */
	double n_drives = v->t_pulse > 0 ? n_slots / n.n_max : v->n_bits * n_passes;
	double t_wait = fmax(0, n_adds * s->shift_add.latency - t_slot);
	double n_lines = v->transposed ? b->n_rows : b->n_cols;
	double n_floating = fmax(0, n_lines - s->n_converters);
	enum part_leaf driver = v->transposed ? PART_COLUMN_SWITCH : PART_ROW_SWITCH;

	part[driver].latency += n_drives * drive.latency;
	part[driver].energy += n_drives / n_passes * drive.energy;
	if (b->structure->word == WORD_READ) {
		double n_rows = v->transposed ? v->n_out : v->n_driven;
		part[PART_ROW_SWITCH].latency += b->open_row.latency;
		part[PART_ROW_SWITCH].energy += n_rows * b->open_row.energy;
	}
	part[PART_MUX].latency += n_slots * m->est.latency;
	part[PART_MUX].energy += n_slots * m->est.energy;
	part[PART_CELLS].latency += n_slots * (one.t_settle + v->t_pulse);
	part[PART_CELLS].energy +=
		n_conversions * one.e_cells +
		n_slots * n_floating * p_sneak(b, v, n_together) *
			(one.t_settle + v->t_pulse + s->adc.latency);
	c->adc.latency += n_slots * s->adc.latency;
	c->adc.energy += n_conversions * (s->adc.energy + one.e_bias);
	c->shift_add.latency += n_slots * t_wait;
	c->shift_add.energy += n_sums * n_adds * s->shift_add.energy;
}

static void scale(struct phase_cost *c, struct factors f)
{
	c->latency *= f.k_time;
	c->energy *= f.k_energy;
}

static void calibrate(struct vector_cost *c, int n_arrays, struct factors f)
{
	for (int i = 0; i < n_arrays; i++)
		for (int k = 0; k < PART_LEAVES; k++)
			scale(&c->part[i][k], f);
	scale(&c->adc, f);
	scale(&c->shift_add, f);
	c->t_flush *= f.k_time;
}

struct vector_cost read_vector(const struct subarray *s, const struct design *z,
	const struct tech *t, const struct vector_read *v)
{
	struct vector_cost c = {.t_flush = s->shift_add.latency};
	int n_arrays = v->n_arrays > 0 ? v->n_arrays : s->n_arrays_read;

	for (int i = 0; i < n_arrays; i++)
		read_block(&c, v->first_array + i, s, z, t, v);
	calibrate(&c, s->n_arrays, design_factors(z));
	for (int i = 0; i < s->n_arrays; i++)
		for (int k = 0; k < PART_LEAVES; k++)
			c.t += c.part[i][k].latency;
	c.t += c.adc.latency + c.shift_add.latency;
	return c;
}

struct vector_cost read_row(const struct run *r, int array, bool one_side)
{
	const struct chip *c = r->chip;
	const struct subarray *s = &c->subarray;

	return read_vector(s, c->design, c->tech,
		&(struct vector_read){
			.first_array = array,
			.n_arrays = 1,
			.n_bits = one_side ? s->block[array].n_sides : 1,
			.one_side = one_side,
			.k_ones = 1,
			.k_state = r->activity->k_state,
			.n_driven = 1,
			.n_out = r->placed->n_outs_row,
			.n_out_max = r->placed->n_outs_row_max,
		});
}

void read_book(struct bill bill, const struct vector_cost *c, int n_arrays, double n_energy,
	double n_serial)
{
	for (int i = 0; i < n_arrays; i++)
		for (int k = 0; k < PART_LEAVES; k++)
			bill_add(bill, leaf_of_part(i, (enum part_leaf)k),
				n_serial * c->part[i][k].latency, n_energy * c->part[i][k].energy);
	bill_add(bill, LEAF_ADC, n_serial * c->adc.latency, n_energy * c->adc.energy);
	bill_add(bill, LEAF_SHIFT_ADD, n_serial * c->shift_add.latency,
		n_energy * c->shift_add.energy);
}
