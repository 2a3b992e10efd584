/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Feasibility of a subarray.
 *
 * Model    settling: one cell on the line drives nothing, the conveyor alone (adc.c); noise of the
 *          conveyor's two branches 2 x 4 k T gamma gm over 1/(4 tau), gamma = 2/3; last place at
 *          most the current of all rows over 2^n: n_parallel v_read (g(1) - g(0)), twice that of a
 *          pair; levels of digits: rows (2^b - 1), twice that of a pair, and zero
 * Source   [Razavi2001] (noise of a transistor)
 * Assumes  no flicker noise, no noise of the cells
 * Valid    as a warning: what is named is worse than the least that could be
 * Checked  tests/unit/check_price.c, tests/bad
 */
#include "arch/feasible.h"

#include <math.h>

#include "base/diag.h"
#include "base/physconst.h"

#define K_GAMMA (2.0 / 3)

static struct sensed line_of_block(const struct block *b, bool transposed)
{
	const struct mux_est *m = transposed ? &b->mux_row : &b->mux_column;

	return (struct sensed){
		.line = transposed ? b->row : b->column,
		.c_load = (transposed ? b->c_row : b->c_column) + m->c_in + m->c_out,
		.r_pass = m->r,
	};
}

bool feasible_settling(
	const struct design *z, const struct tech *t, const struct subarray *s, struct diag *d)
{
	double t_most = z->array.t_settle_max;

	for (int i = 0; t_most > 0 && i < s->n_arrays; i++)
		for (int transposed = 0; transposed <= z->training; transposed++) {
			const struct block *b = &s->block[i];
			if (transposed && !b->structure->transposes)
				continue;
			double t_settle = adc_settle(z->converter, t, line_of_block(b, transposed)).latency;
			if (t_settle <= t_most)
				continue;
			diag_error(d, diag_where(d, &z->array.t_settle_max),
				"a %s of %d cells takes %.3g ns to settle to half a step of %d bits, more "
				"than 't_settle_max' (%.3g ns)",
				transposed ? "row" : "column", transposed ? b->n_cols : b->n_rows,
				t_settle * 1e9, z->converter->n_bits, t_most * 1e9);
			return false;
		}
	return true;
}

/* An access transistor lies in its cell with a space of F beside it. */
static void warn_access(const struct block *b, const struct tech *t, struct diag *d)
{
	const struct cell_geometry *g = &b->cell->geometry;
	double k_width = b->load.w_access / t->l_feature;

	if (k_width > fmax(g->k_width_in_f, g->k_height_in_f) - 1)
		diag_warn(d, diag_where(d, &g->k_width_in_f),
			"the cell needs an access transistor of %.1f F, which does not fit "
			"its %g F x %g F",
			k_width, g->k_width_in_f, g->k_height_in_f);
}

static void warn_noise(const struct design *z, const struct tech *t, const struct block *b,
	int n_together, struct diag *d)
{
	const struct adc *a = z->converter;
	double t_settle = adc_settle(a, t, line_of_block(b, false)).latency;
	double tau = t_settle / ((a->n_bits + 1) * K_LN2), g_m = a->k_gm * a->i_bias;
	double i_noise = sqrt(2 * 4 * K_BOLTZMANN * t->temp * K_GAMMA * g_m / (4 * tau));
	double i_window = b->cell->read.v_read * (block_g(b, t, 1) - block_g(b, t, 0));
	double i_last = ldexp(b->n_sides * n_together * i_window, -a->n_bits);

	if (i_last < i_noise)
		diag_warn(d, diag_where(d, &a->n_bits),
			"the last place of the converter is at most %.3g nA of a column's current, below the "
			"%.3g nA noise of its conveyor",
			i_last * 1e9, i_noise * 1e9);
}

static void warn_levels(
	const struct design *z, const struct block *b, int n_bits_digit, int n_together, struct diag *d)
{
	int n_bits = z->converter->n_bits;
	double n_levels = (double)b->n_sides * n_together * (ldexp(1, n_bits_digit) - 1) + 1;
	int n_enough = (int)ceil(log2(n_levels));

	if (n_bits_digit > 0 && n_bits > n_enough)
		diag_warn(d, diag_where(d, &z->converter->n_bits),
			"a converter of %d bits is finer than the current of one level: %d rows of %d-bit "
			"cells make %g levels, %d bits tell them apart",
			n_bits, n_together, n_bits_digit, n_levels, n_enough);
}

void feasible_warn(
	const struct design *z, const struct tech *t, const struct subarray *s, struct diag *d)
{
	struct part part[SYNAPSE_MAX_PARTS];

	synapse_parts(z->synapse, part);
	for (int i = 0; i < s->n_arrays; i++) {
		const struct block *b = &s->block[i];
		warn_access(b, t, d);
		if (b->structure->disturbed && s->n_rows_parallel > 1)
			diag_warn(d, diag_where(d, &z->array.n_rows_parallel),
				"%d rows that pull one bit line through their access transistors may write "
				"each other: read them one by one, or through a port of their own (sram-8t)",
				s->n_rows_parallel);
		warn_noise(z, t, b, s->n_rows_parallel, d);
		warn_levels(z, b, part[b->first_part].n_bits, s->n_rows_parallel, d);
	}
}
