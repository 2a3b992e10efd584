/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Gradient, update and transfer phase of a layer.
 *
 * Model    gradient: as the gradient unit takes them (gradient_unit.c); operands from the chip's buffer,
 *          sums in the gradient buffer, from the external memory what these do not hold; the vector
 *          unit does the backward of what follows the layer
 *          update: rows of digits read first; sums read, through the update rule's unit and memory, turned into pulse counts at the subarrays (as many at once
 *          as these have converters), sent over the trees, written row by row
 *          transfer: all rows read (every part), counts computed, pulses on the part that
 *          keeps the weight, erases, and pulses that take the amount off the volatile
 *          part, or a reset of its rows: line and switches, and (q_window^2/c_storage) times the sum of the
 *          squares of the cells' ways; verified: a read of the pair after every round that was counted
 * Source   [Luo2020]; doc/models.md
 * Assumes  the first image of a batch overwrites the sums; counts of the next row are
 *          computed while a row is written; a transfer reads one row at a time, so the
 *          conveyor alone sets the settling
 * Valid    pulses and trains from the activity record
 * Checked  tests/unit/check_price.c
 */
#include <math.h>

#include "arch/phase_outer.h"
#include "arch/read.h"
#include "arch/traffic.h"
#include "arch/verify.h"
#include "device/update.h"

/* Outer products go to the cells: what is left is the backward of what follows the layer. */
static void backward_alone(struct run r)
{
	struct beside beside[VECTOR_LEAVES];
	struct work back = r.placed->work;

	back.n_ops[VECTOR_REQUANTISE] = 0;
	book_work(&r, &back, beside);
	wait_for(&r, 0, beside, VECTOR_LEAVES);
}

void phase_gradient(struct run r)
{
	if (update_outer(r.chip->design->update)) {
		backward_alone(r);
		return;
	}

	const struct chip *c = r.chip;
	const struct placed *p = r.placed;
	const struct design *z = c->design;
	struct gradient_work w =
		gradient_unit_work(&c->gradient, z, &p->matrix, r.activity->k_error_ones);
	double n_words = chip_words(c, p->matrix.n_groups * w.n_bits_in), n_sums = p->matrix.n_groups * w.n_words;
	double t_clock = 1 / c->tech->node->f_clock, t_main = p->matrix.n_groups * w.t;
	double n_kept = c->storage.k_spill * (double)shape_size(p->layer->in) * z->input.n_bits;
	double n_spilled = 2 * c->storage.k_spill_gradient * p->n_weights * z->gradient.n_bits;

	bill_add(r.bill, LEAF_GRADIENT_UNIT, t_main, p->matrix.n_groups * w.e);
	bill_add(r.bill, LEAF_GRADIENT_ACCUMULATOR, 0, p->matrix.n_groups * w.e_sum);
	bill_add(r.bill, LEAF_CHIP_BUFFER, 0, n_words * c->chip_buffer.e_read);
	bill_add(r.bill, LEAF_GRADIENT_BUFFER, 0,
		n_sums * (c->gradient_buffer.e_read + c->gradient_buffer.e_write));
	r.bill.ledger->busy[PHASE_GRADIENT][LEAF_GRADIENT_UNIT] += t_main;
	bill_bits(r.bill, LEAF_CHIP_BUFFER, p->matrix.n_groups * w.n_bits_in);
	bill_bits(r.bill, LEAF_GRADIENT_BUFFER, 2 * n_sums * z->gradient.n_side * z->gradient.n_bits);
	book_memory(&r, n_kept + n_spilled);

	struct beside beside[4 + VECTOR_LEAVES] = {
		{LEAF_CHIP_BUFFER, n_words * fmax(c->chip_buffer.t_access, t_clock)},
		{LEAF_GRADIENT_ACCUMULATOR, n_sums * c->gradient.accumulator.latency},
		{LEAF_GRADIENT_BUFFER, 2 * n_sums * fmax(c->gradient_buffer.t_access, t_clock)},
		{LEAF_MEMORY, t_memory(c, n_kept + n_spilled)},
	};
	struct work back = p->work;

	back.n_ops[VECTOR_REQUANTISE] = 0;
	book_work(&r, &back, beside + 4);
	wait_for(&r, t_main, beside, 4 + VECTOR_LEAVES);
}

/* Turn n values of the layer into counts; the time until the fullest subarray has done a row. */
static double compute_counts(struct run r, double n_values)
{
	const struct subarray *s = &r.chip->subarray;
	struct est one = transfer_logic_estimate(&s->logic, r.chip->tech);

	bill_add(r.bill, LEAF_WRITE_LOGIC, 0, n_values / s->n_adders * one.energy);
	return ceil((double)r.placed->n_outs_row_max / s->n_adders) * one.latency;
}

/* A share of the rows of the layer, each alone through the converters: every part, and the sides of
 * a pair one after the other, because what room is left shows in each side alone. */
static double read_rows(struct run r, double k_rows)
{
	const struct placed *p = r.placed;
	const struct subarray *s = &r.chip->subarray;
	double n_rows = k_rows * p->n_rows, t = 0;

	for (int i = 0; i < s->n_arrays; i++) {
		struct vector_cost v = read_row(&r, i, true);
		read_book(r.bill, &v, s->n_arrays, n_rows * p->n_col_blocks * p->n_copies,
			k_rows * p->n_rows_max);
		t += k_rows * p->n_rows_max * v.t;
	}
	return t;
}

void phase_update(struct run r)
{
	if (update_outer(r.chip->design->update)) {
		phase_outer(r);
		return;
	}

	const struct chip *c = r.chip;
	const struct placed *p = r.placed;
	const struct layer_activity *a = r.activity;
	double t_clock = 1 / c->tech->node->f_clock;
	double n_weights = p->n_weights, n_bits = n_weights * c->design->gradient.n_bits;
	double n_sums = p->n_rows * ceil((double)p->matrix.n_cols / c->design->gradient.n_side);
	struct update_work rule =
		update_unit_work(&c->update, c->design, c->tech, p->n_rows, p->matrix.n_cols);
	double n_words = chip_words(c, n_bits);
	double n_memory = c->storage.k_spill_gradient * n_bits + rule.n_spilled;
	double t_row = compute_counts(r, n_weights * p->n_copies);

	book_wake(&r);

	/* digits are read, changed and written again */
	double k_rows = fmin(1, a->n_rows / p->n_rows);
	double t_write = c->design->synapse->kind->rewrites ? read_rows(r, k_rows) : 0;

	t_write += write_verified(r, (struct pulse_train){0, PULSE_ERASE, a->n_erase, a->n_rows_erase,
						a->n_rows_erase});
	t_write += write_verified(r, (struct pulse_train){0, PULSE_UP, a->n_up, a->n_longest_up,
						a->n_up > 0 ? a->n_rows : 0});

	t_write += write_verified(r, (struct pulse_train){0, PULSE_DOWN, a->n_down, a->n_longest_down,
					  a->n_down > 0 ? a->n_rows : 0});
	bill_add(r.bill, LEAF_GRADIENT_BUFFER, 0, n_sums * c->gradient_buffer.e_read);
	bill_add(r.bill, LEAF_UPDATE_UNIT, 0, rule.e_unit);
	bill_add(r.bill, LEAF_UPDATE_MEMORY, 0, rule.e_memory);
	book_words(&r, n_words * p->n_copies, c->mapping.n_tiles > 1 ? n_words * p->n_copies : 0);
	bill_bits(r.bill, LEAF_GRADIENT_BUFFER, n_bits);
	book_memory(&r, n_memory);

	const struct beside beside[] = {
		{LEAF_WRITE_LOGIC, t_row * p->n_rows_max},
		{LEAF_GRADIENT_BUFFER, n_sums * fmax(c->gradient_buffer.t_access, t_clock)},
		{c->leaf_noc, noc_t_words(&c->noc, c->tech, c->mapping.n_tiles > 1 ? n_words : 0)},
		{LEAF_TILE_HTREE, htree_t_words(&c->tile_htree, c->tech, n_words / p->n_tiles)},
		{LEAF_UPDATE_UNIT, rule.t_unit},
		{LEAF_UPDATE_MEMORY, rule.t_memory},
		{LEAF_MEMORY, t_memory(c, n_memory)},
	};

	wait_for(&r, t_write, beside, sizeof beside / sizeof *beside);
	if (p->n_feedback_own > 0)
		projection_keep(r);
}

/* Rows of volatile cells to their middle. */
static void book_reset(struct run r)
{
	const struct subarray *s = &r.chip->subarray;
	const struct layer_activity *a = r.activity;
	const struct cell *c = s->block[0].cell;
	const struct placed *p = r.placed;

	if (s->reset.latency <= 0)
		return;

	const struct cell_capacitor *store = c->capacitor;
	double q_window = store ? store->i_write * c->write.up.t * c->response->n_up : 0;
	double e_cells = store ? q_window * q_window / store->c_storage * a->n_transfer_reset_squares : 0;

	bill_add(r.bill, leaf_of_part(0, PART_ROW_SWITCH),
		a->n_transfer_reset_rows * p->n_rows_max / p->n_rows * s->reset.latency,
		a->n_transfer_reset_rows * p->n_col_blocks * p->n_copies * s->reset.energy);
	bill_add(r.bill, leaf_of_part(0, PART_CELLS), 0, p->n_copies * e_cells);
}

/* Into what keeps the weight: trains that were verified are counted with all their rounds. */
static void book_kept(struct run r, struct pulse_train w)
{
	const struct synapse_transfer *how = synapse_transfer(r.chip->design->synapse);

	if (how && how->n_tries > 1)
		write_train(r, w);
	else
		write_verified(r, w);
}

void phase_transfer(struct run r)
{
	const struct placed *p = r.placed;
	const struct layer_activity *a = r.activity;
	int keeper = r.chip->subarray.n_arrays - 1;
	/* a film takes a level, everything else pulses */
	enum polarity to_keeper =
		r.chip->subarray.block[keeper].cell->remanent ? PULSE_PROGRAM : PULSE_UP;
	double n_weights = p->n_weights, n_rows = a->n_transfer_rows;

	if (update_transfer(r.chip->design->update)) {
		phase_fast_slow(r);
		return;
	}
	if (synapse_interval(r.chip->design->synapse) == 0)
		return;
	book_wake(&r);
	read_rows(r, 1);

	double t_row = compute_counts(r, n_weights * p->n_copies);

	bill_add(r.bill, LEAF_WRITE_LOGIC, t_row * p->n_rows_max, 0);
	write_verified(r, (struct pulse_train){keeper, PULSE_ERASE, a->n_transfer_erase,
			       a->n_transfer_rows_erase, a->n_transfer_rows_erase});
	book_kept(r, (struct pulse_train){keeper, to_keeper, a->n_transfer_up,
			       a->n_transfer_longest_up, a->n_transfer_up > 0 ? n_rows : 0});
	book_kept(r, (struct pulse_train){keeper, PULSE_DOWN, a->n_transfer_down,
			       a->n_transfer_longest_down, a->n_transfer_down > 0 ? n_rows : 0});
	verify_reads(r, keeper, a->n_transfer_verify_rows, a->n_transfer_up + a->n_transfer_down);
	book_reset(r);
	write_verified(r, (struct pulse_train){0, PULSE_UP, a->n_transfer_back_up,
			       a->n_transfer_longest_back_up,
			       a->n_transfer_back_up > 0 ? p->n_rows : 0});
	write_verified(r, (struct pulse_train){0, PULSE_DOWN, a->n_transfer_back_down,
			       a->n_transfer_longest_back_down,
			       a->n_transfer_back_down > 0 ? p->n_rows : 0});
}
