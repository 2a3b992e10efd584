/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Gradient unit.
 *
 * Model    mac: outer products on n_side x n_side multiply-accumulators, ceil(rows/side)
 *          ceil(columns/side) n_vectors clocks; their accumulators sum over the positions of an image,
 *          so every weight's sum is read and written once per image
 *          sram_cim: activations of up to bank.n_rows positions stand in the rows of a bank, the bits
 *          of a value side by side; the errors of one output channel at these positions are the input
 *          vector, whose products are one sum for every value column. ceil(positions/n_rows)
 *          ceil(rows bits/columns) loads, each written row by row, then read once per output; loads go to
 *          the banks in turns; every load adds to the sums, so a weight's sum is read and written
 *          ceil(positions/n_rows) times; unused rows and columns of a load take their share of time, not
 *          of energy
 * Source   [Jiang2020] (banks); mac_array.c, sram_cim.c
 * Assumes  magnitude bits one after the other, the sign in the polarity of the sum; what the bank's
 *          converter rounds is not part of a training's accuracy; activations are written once for all
 *          outputs
 * Valid    any layer
 * Checked  tests/unit/check_chip.c
 */
#include "arch/gradient_unit.h"

#include <math.h>

#include "circuit/adder.h"
#include "device/update.h"
#include "circuit/mac_array.h"
#include "circuit/register.h"
#include "circuit/sram_cim.h"

static struct sram_cim bank_of(const struct design *z, double k_ones)
{
	const struct design_bank *b = &z->gradient.bank;

	return (struct sram_cim){.n_rows = b->n_rows,
		.n_converters = b->n_converters,
		.n_columns_per_converter = b->n_columns_per_converter,
		.n_bits_in = z->error.n_bits - 1,
		.n_bits_converter = b->n_bits_converter,
		.n_bits_value = z->input.n_bits,
		.k_ones = k_ones};
}

struct gradient_unit gradient_unit_make(const struct design *z, const struct tech *t)
{
	const struct design_gradient *g = &z->gradient;

	if (!z->training || update_outer(z->update))
		return (struct gradient_unit){0};
	if (g->kind == GRADIENT_MAC)
		return (struct gradient_unit){.n_units = 1,
			.unit = mac_array_estimate(&(struct mac_array){.n_side = g->n_side,
							   .n_bits_x = z->input.n_bits,
							   .n_bits_y = z->error.n_bits,
							   .n_bits_sum = g->n_bits},
				t)};

	struct sram_cim all = bank_of(z, 1), none = bank_of(z, 0);
	struct est lane = est_then(adder_bits(t, g->n_bits), reg_bits(t, g->n_bits));

	return (struct gradient_unit){.n_units = g->bank.n_banks,
		.unit = sram_cim_estimate(&all, t),
		.e_zeros = sram_cim_estimate(&none, t).energy,
		.write = sram_cim_write(&all, t),
		.accumulator = est_copies(lane, g->n_side)};
}

static struct gradient_work outer_products(
	const struct gradient_unit *u, const struct design *z, const struct matrix *m)
{
	double n_side = z->gradient.n_side;
	double n_row_steps = ceil(m->n_rows / n_side), n_col_steps = ceil(m->n_cols / n_side);
	double n_macs = (double)m->n_rows * m->n_cols * m->n_vectors;

	return (struct gradient_work){
		.t = n_row_steps * n_col_steps * m->n_vectors * u->unit.latency,
		.e = n_macs / (n_side * n_side) * u->unit.energy,
		/* each side is fetched again for every step along the other */
		.n_bits_in = m->n_vectors * ((double)m->n_rows * n_col_steps * z->input.n_bits +
						    (double)m->n_cols * n_row_steps * z->error.n_bits),
		.n_words = m->n_rows * n_col_steps,
	};
}

static struct gradient_work bank_loads(const struct gradient_unit *u, const struct design *z,
	const struct matrix *m, double k_ones)
{
	const struct design_bank *b = &z->gradient.bank;
	double n_columns = (double)b->n_converters * b->n_columns_per_converter;
	double n_values = floor(n_columns / z->input.n_bits); /* of a row */
	double n_row_loads = ceil((double)m->n_vectors / b->n_rows);
	double n_col_loads = ceil(m->n_rows / n_values), n_loads = n_row_loads * n_col_loads;
	double n_rows_used = fmin(m->n_vectors, b->n_rows); /* of the fullest load */
	/* shares of rows and columns in use */
	double k_rows = m->n_vectors / (n_row_loads * b->n_rows);
	double k_cols = (double)m->n_rows * z->input.n_bits / (n_col_loads * n_columns);
	double n_sums = n_row_loads * (double)m->n_rows * m->n_cols;
	double e_read = u->e_zeros + k_rows * k_ones * (u->unit.energy - u->e_zeros);

	return (struct gradient_work){
		.t = ceil(n_loads / u->n_units) *
		     (n_rows_used * u->write.latency + m->n_cols * u->unit.latency),
		.e = k_cols * n_col_loads *
		     (m->n_vectors * u->write.energy + n_row_loads * m->n_cols * e_read),
		.e_sum = n_sums / z->gradient.n_side * u->accumulator.energy,
		.n_bits_in = (double)m->n_vectors * m->n_rows * z->input.n_bits +
			     n_col_loads * m->n_vectors * m->n_cols * z->error.n_bits,
		.n_words = ceil(n_sums / z->gradient.n_side),
	};
}

struct gradient_work gradient_unit_work(const struct gradient_unit *u, const struct design *z,
	const struct matrix *m, double k_ones)
{
	if (z->gradient.kind == GRADIENT_MAC)
		return outer_products(u, z, m);
	return bank_loads(u, z, m, k_ones);
}
