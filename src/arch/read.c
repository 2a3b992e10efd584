/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bit-serial matrix-vector product of a subarray.
 *
 * Model    rows beyond those read at once follow in groups, whose sums are added up digitally
 *          per input bit and group: drive the lines; then for each part and each of the columns
 *          that share a converter: select, settle, convert. Energy of a conversion:
 *          v_dd v_read G t_settle, G the conductance of the driven cells of the
 *          column (both columns of a pair, the reference column of a single cell); the
 *          column's own charge C v_dd v_read, because an unselected column floats to the
 *          read level; conveyor and converter. Shift-and-add runs behind the next
 *          conversion; what it takes longer is waited for
 * Source   [Razavi2001] (settling); composition as in doc/models.md
 * Assumes  what flows at the read level comes from v_dd through the conveyor or a linear
 *          regulator; a pair's second column is
 *          driven with the opposite sign in the transposed read, so that rows carry the
 *          difference; lines stay driven for the bit, word lines for the vector; the
 *          current flows until the converter has sampled
 * Valid    IR drop on the lines is not part of the energy
 * Checked  tests/unit/check_price.c
 */
#include "arch/read.h"

#include <math.h>

/* One conversion of one part. */
struct conversion {
	double t_settle, e_bias, e_cells;
};

/* Groups of rows that are read one after the other. */
static double groups(const struct design *z, const struct vector_read *v)
{
	double n = v->n_driven_max > 0 ? v->n_driven_max : v->n_driven;

	return v->transposed ? 1 : fmax(ceil(n / design_rows_read(z)), 1);
}

static struct conversion convert_part(const struct block *b, const struct design *z,
	const struct tech *t, const struct vector_read *v, double k_state)
{
	const struct mux_est *m = v->transposed ? &b->mux_row : &b->mux_column;
	double n_driven = v->n_driven / groups(z, v);
	double v_read = b->part.cell->read.v_read, g = block_g(b, t, k_state);
	/* transposed: all columns of a weight drive the same row */
	double n_lines = v->transposed || v->one_side ? 1 : b->n_per_weight;
	double n_cells = v->k_ones * (v->transposed ? b->n_per_weight : 1);
	struct sensed s = {
		.line = v->transposed ? b->row : b->column,
		.c_load = (v->transposed ? b->c_row : b->c_column) + m->c_in + m->c_out,
		.r_pass = m->r,
		.g_cells = n_cells * n_driven * g,
	};
	struct est settle = adc_settle(z->converter, t, s);
	double g_reference = b->part.pair ? 0 : v->k_ones * n_driven * b->g_mid;
	double c_line = s.line.c + s.c_load;

	return (struct conversion){
		.t_settle = settle.latency,
		.e_bias = settle.energy,
		.e_cells =
			v_read * t->v_dd *
			((n_lines * s.g_cells + g_reference) * settle.latency + n_lines * c_line),
	};
}

/* Driving the lines of one part for one bit, and its word lines' share. */
static struct phase_cost drive_part(
	const struct block *b, const struct design *z, const struct vector_read *v)
{
	double n_groups = groups(z, v);
	double e_zeros = v->transposed ? b->e_scan_column : b->e_scan_row;
	const struct est *ones = v->transposed ? &b->read_column : &b->read_row;
	double n_all = v->transposed ? b->n_cols : b->n_rows;
	double n_driven = v->n_driven * (v->transposed ? b->n_per_weight : 1);

	return (struct phase_cost){
		.latency = n_groups * ones->latency,
		.energy = n_groups * e_zeros + v->k_ones * n_driven / n_all * (ones->energy - e_zeros),
	};
}

static void read_part(struct vector_cost *c, int i, const struct subarray *s,
	const struct design *z, const struct tech *t, const struct vector_read *v)
{
	const struct block *b = &s->block[i];
	struct phase_cost *part = c->part[i];
	struct conversion one = convert_part(b, z, t, v, v->k_state[i]);
	const struct mux_est *m = v->transposed ? &b->mux_row : &b->mux_column;
	struct phase_cost drive = drive_part(b, z, v);
	double n_passes = v->n_bits * groups(z, v);
	double n_slots = n_passes * ceil((double)v->n_out_max / s->n_converters);
	double n_conversions = n_passes * v->n_out;
	double t_slot = m->est.latency + one.t_settle + s->adc.latency;
	double t_wait = fmax(0, s->shift_add.latency - t_slot);
	enum part_leaf driver = v->transposed ? PART_COLUMN_SWITCH : PART_ROW_SWITCH;

	part[driver].latency += v->n_bits * drive.latency;
	part[driver].energy += v->n_bits * drive.energy;
	if (b->part.cell->structure != CELL_CAPACITOR) {
		double n_rows = v->transposed ? v->n_out : v->n_driven;
		part[PART_ROW_SWITCH].latency += b->open_row.latency;
		part[PART_ROW_SWITCH].energy += n_rows * b->open_row.energy;
	}
	part[PART_MUX].latency += n_slots * m->est.latency;
	part[PART_MUX].energy += n_slots * m->est.energy;
	part[PART_CELLS].latency += n_slots * one.t_settle;
	part[PART_CELLS].energy += n_conversions * one.e_cells;
	c->adc.latency += n_slots * s->adc.latency;
	c->adc.energy += n_conversions * (s->adc.energy + one.e_bias);
	c->shift_add.latency += n_slots * t_wait;
	c->shift_add.energy += n_conversions * s->shift_add.energy;
}

struct vector_cost read_vector(const struct subarray *s, const struct design *z,
	const struct tech *t, const struct vector_read *v)
{
	struct vector_cost c = {.t_flush = s->shift_add.latency};
	int n_parts = v->n_parts > 0 ? v->n_parts : s->n_parts;

	for (int i = 0; i < n_parts; i++)
		read_part(&c, v->first_part + i, s, z, t, v);
	for (int i = 0; i < s->n_parts; i++)
		for (int k = 0; k < PART_LEAVES; k++)
			c.t += c.part[i][k].latency;
	c.t += c.adc.latency + c.shift_add.latency;
	return c;
}

void read_book(struct bill bill, const struct vector_cost *c, int n_parts, double n_energy,
	double n_serial)
{
	for (int i = 0; i < n_parts; i++)
		for (int k = 0; k < PART_LEAVES; k++)
			bill_add(bill, leaf_of_part(i, (enum part_leaf)k),
				n_serial * c->part[i][k].latency, n_energy * c->part[i][k].energy);
	bill_add(bill, LEAF_ADC, n_serial * c->adc.latency, n_energy * c->adc.energy);
	bill_add(bill, LEAF_SHIFT_ADD, n_serial * c->shift_add.latency,
		n_energy * c->shift_add.energy);
}
