/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Gradient, update and transfer phase of a layer.
 *
 * Model    gradient: outer products on the digital engine, ceil(rows/side)
 *          ceil(columns/side) n_vectors clocks; operands from the chip's buffer, every
 *          weight's sum read and written once per image
 *          update: sums read, turned into pulse counts at the subarrays (as many at once
 *          as these have converters), sent over the trees, written row by row
 *          transfer: all rows read (every part), counts computed, pulses on the part that
 *          keeps the weight, erases, and pulses that take the amount off the volatile
 *          part
 * Source   [Luo2020]; doc/models.md
 * Assumes  the first image of a batch overwrites the sums; counts of the next row are
 *          computed while a row is written; a transfer reads one row at a time, so the
 *          conveyor alone sets the settling
 * Valid    pulses and trains from the activity record
 * Checked  tests/unit/check_price.c
 */
#include <math.h>

#include "arch/phases.h"
#include "arch/read.h"
#include "arch/write.h"

void phase_gradient(struct run r)
{
	const struct chip *c = r.chip;
	const struct matrix *m = &r.placed->matrix;
	const struct design *z = c->design;
	double n_side = z->gradient.n_side, t_clock = 1 / c->tech->node->f_clock;
	double n_row_steps = ceil(m->n_rows / n_side), n_col_steps = ceil(m->n_cols / n_side);
	double n_clocks = n_row_steps * n_col_steps * m->n_vectors * m->n_groups;
	double n_macs = matrix_macs(*m);
	/* operands: each side is fetched again for every step along the other */
	double n_bits = (double)m->n_vectors * m->n_groups *
			((double)m->n_rows * n_col_steps * z->input.n_bits +
				(double)m->n_cols * n_row_steps * z->error.n_bits);
	double n_words = chip_words(c, n_bits), n_sums = (double)m->n_rows * m->n_groups * n_col_steps;
	double t_main = n_clocks * c->mac_array.latency;

	bill_add(r.bill, LEAF_GRADIENT_UNIT, t_main,
		n_macs / (n_side * n_side) * c->mac_array.energy);
	bill_add(r.bill, LEAF_CHIP_BUFFER, 0, n_words * c->chip_buffer.e_read);
	bill_add(r.bill, LEAF_GRADIENT_BUFFER, 0,
		n_sums * (c->gradient_buffer.e_read + c->gradient_buffer.e_write));

	const struct behind behind[] = {
		{LEAF_CHIP_BUFFER, n_words * fmax(c->chip_buffer.t_access, t_clock)},
		{LEAF_GRADIENT_BUFFER, 2 * n_sums * fmax(c->gradient_buffer.t_access, t_clock)},
	};

	wait_for(r.bill, t_main, behind, sizeof behind / sizeof *behind);
}

/* Turn n values of the layer into counts; the time until the fullest subarray has done a row. */
static double compute_counts(struct run r, double n_values)
{
	const struct subarray *s = &r.chip->subarray;
	struct est one = transfer_logic_estimate(&s->logic, r.chip->tech);
	int n_out = r.placed->matrix.n_cols < s->n_outputs ? r.placed->matrix.n_cols : s->n_outputs;

	bill_add(r.bill, LEAF_WRITE_LOGIC, 0, n_values / s->n_converters * one.energy);
	return ceil((double)n_out / s->n_converters) * one.latency;
}

void phase_update(struct run r)
{
	const struct chip *c = r.chip;
	const struct placed *p = r.placed;
	const struct layer_activity *a = r.activity;
	double t_clock = 1 / c->tech->node->f_clock;
	double n_weights = matrix_weights(p->matrix);
	double n_sums =
		(double)p->matrix.n_rows * p->matrix.n_groups * ceil((double)p->matrix.n_cols / c->design->gradient.n_side);
	double n_words = chip_words(c, n_weights * c->design->gradient.n_bits);
	double t_row = compute_counts(r, n_weights * p->n_copies);
	double t_write = write_train(r, (struct pulse_train){0, PULSE_UP, a->n_up, a->n_longest_up,
						a->n_up > 0 ? a->n_rows : 0});

	t_write += write_train(r, (struct pulse_train){0, PULSE_DOWN, a->n_down, a->n_longest_down,
					  a->n_down > 0 ? a->n_rows : 0});
	bill_add(r.bill, LEAF_GRADIENT_BUFFER, 0, n_sums * c->gradient_buffer.e_read);
	book_htree(&r, n_words * p->n_copies, n_words * p->n_copies);

	const struct behind behind[] = {
		{LEAF_WRITE_LOGIC, t_row * p->n_rows_max},
		{LEAF_GRADIENT_BUFFER, n_sums * fmax(c->gradient_buffer.t_access, t_clock)},
		{LEAF_CHIP_HTREE, htree_t_words(&c->chip_htree, c->tech, n_words)},
		{LEAF_TILE_HTREE, htree_t_words(&c->tile_htree, c->tech, n_words / p->n_tiles)},
	};

	wait_for(r.bill, t_write, behind, sizeof behind / sizeof *behind);
}

/* Every row of the layer alone through the converters: every part, and the sides of a pair one
 * after the other, because what room is left shows in each side alone. */
static void read_rows(struct run r)
{
	const struct chip *c = r.chip;
	const struct placed *p = r.placed;
	const struct subarray *s = &c->subarray;
	double n_rows = (double)p->matrix.n_rows * p->matrix.n_groups;

	for (int i = 0; i < s->n_arrays; i++) {
		struct vector_cost v = read_vector(s, c->design, c->tech,
			&(struct vector_read){
				.first_array = i,
				.n_arrays = 1,
				.n_bits = s->block[i].n_sides, /* its sides, one by one */
				.one_side = true,
				.k_ones = 1,
				.k_state = r.activity->k_state,
				.n_driven = 1,
				.n_out = (double)p->matrix.n_cols / p->n_col_blocks,
				.n_out_max = p->matrix.n_cols < s->n_outputs ? p->matrix.n_cols
									     : s->n_outputs,
			});
		read_book(r.bill, &v, s->n_arrays, n_rows * p->n_col_blocks * p->n_copies,
			p->n_rows_max);
	}
}

void phase_transfer(struct run r)
{
	const struct placed *p = r.placed;
	const struct layer_activity *a = r.activity;
	int keeper = r.chip->subarray.n_arrays - 1;
	double n_weights = matrix_weights(p->matrix);
	double n_all_rows = (double)p->matrix.n_rows * p->matrix.n_groups;
	double n_rows = a->n_transfer_rows;

	if (synapse_interval(r.chip->design->synapse) == 0)
		return;
	read_rows(r);

	double t_row = compute_counts(r, n_weights * p->n_copies);

	bill_add(r.bill, LEAF_WRITE_LOGIC, t_row * p->n_rows_max, 0);
	write_train(r, (struct pulse_train){keeper, PULSE_ERASE, a->n_transfer_erase,
			       a->n_transfer_rows_erase, a->n_transfer_rows_erase});
	write_train(r, (struct pulse_train){keeper, PULSE_UP, a->n_transfer_up,
			       a->n_transfer_longest_up, a->n_transfer_up > 0 ? n_rows : 0});
	write_train(r, (struct pulse_train){keeper, PULSE_DOWN, a->n_transfer_down,
			       a->n_transfer_longest_down, a->n_transfer_down > 0 ? n_rows : 0});
	write_train(r, (struct pulse_train){0, PULSE_UP, a->n_transfer_back_up,
			       a->n_transfer_longest_back_up,
			       a->n_transfer_back_up > 0 ? n_all_rows : 0});
	write_train(r, (struct pulse_train){0, PULSE_DOWN, a->n_transfer_back_down,
			       a->n_transfer_longest_back_down,
			       a->n_transfer_back_down > 0 ? n_all_rows : 0});
}
