/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Transfers from a fast array to a slow one, of one batch.
 *
 * Model    every transfer: a row of the fast array read through the converters, what the rule keeps of the row's
 *          weights read, computed and written (update unit and memory), counts computed at the subarrays, pulses
 *          on the row of the slow array; rows one after the other
 * Source   [GokmenHaensch2020], [Rasch2024]; read.c, write.c, update_unit.c
 * Assumes  copies of a layer do it side by side; the digital work of a row goes on while the next is read
 * Valid    counts of the trainer, or the defaults of phase_outer.c
 * Checked  tests/unit/check_transfer.c
 */
#include <math.h>

#include "arch/phase_outer.h"
#include "arch/read.h"
#include "arch/traffic.h"
#include "arch/write.h"
#include "device/update.h"

enum { SLOW, FAST };

static double read_rows(struct run r)
{
	const struct placed *p = r.placed;
	double n = r.activity->n_transfer_reads;
	struct vector_cost v = read_row(&r, FAST, false);

	read_book(r.bill, &v, r.chip->subarray.n_arrays, n * p->n_col_blocks * p->n_copies, n);
	return n * v.t;
}

void phase_fast_slow(struct run r)
{
	const struct chip *c = r.chip;
	const struct layer_activity *a = r.activity;
	const struct subarray *s = &c->subarray;
	struct est logic = transfer_logic_estimate(&s->logic, c->tech);
	struct update_work kept =
		update_unit_work(&c->update, c->design, c->tech, a->n_transfer_reads, r.placed->matrix.n_cols);
	/* a single row at a time, wherever it lies */
	struct placed one_by_one = *r.placed;

	book_wake(&r);
	one_by_one.n_rows_max = (int)one_by_one.n_rows;

	double t = read_rows(r);

	bill_add(r.bill, LEAF_WRITE_LOGIC, 0,
		a->n_transfer_reads * r.placed->matrix.n_cols * r.placed->n_copies / s->n_adders * logic.energy);
	r.placed = &one_by_one;
	t += write_train(r, (struct pulse_train){SLOW, PULSE_UP, a->n_transfer_up, a->n_transfer_longest_up,
				    a->n_transfer_up > 0 ? a->n_transfer_rows : 0});
	t += write_train(r, (struct pulse_train){SLOW, PULSE_DOWN, a->n_transfer_down, a->n_transfer_longest_down,
				    a->n_transfer_down > 0 ? a->n_transfer_rows : 0});
	bill_add(r.bill, LEAF_UPDATE_UNIT, 0, kept.e_unit);
	bill_add(r.bill, LEAF_UPDATE_MEMORY, 0, kept.e_memory);
	book_memory(&r, kept.n_spilled);

	const struct beside beside[] = {
		{LEAF_WRITE_LOGIC,
			a->n_transfer_reads * ceil((double)r.placed->n_outs_row_max / s->n_adders) * logic.latency},
		{LEAF_UPDATE_UNIT, kept.t_unit},
		{LEAF_UPDATE_MEMORY, kept.t_memory},
		{LEAF_MEMORY, t_memory(c, kept.n_spilled)},
	};

	wait_for(&r, t, beside, sizeof beside / sizeof *beside);
}
