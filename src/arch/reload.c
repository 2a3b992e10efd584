/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reloading of weights at inference.
 *
 * Model    a layer of n_blocks subarrays' worth takes n_rounds = ceil(n_blocks/region) turns in the subarrays
 *          kept free for such layers, all rows of a subarray one after the other in each
 *          a cell of n steps that moves both ways goes from any of its states to any other: n (n + 2)/
 *          (3 (n + 1)) steps in the mean, half of them up; a row waits for the whole window each way
 *          a cell that has to be erased is, and then climbs n/2 steps, one side of a pair alone
 *          the weights come with n_bits_transfer bits each
 * Source   [Alibart2012] (programming); steps: mean distance of two even draws
 * Assumes  every image needs every weight anew; what forgets holds no weight at inference
 * Valid    layer by layer, without training
 * Checked  tests/unit/check_schedule.c
 */
#include "arch/reload.h"

#include <math.h>

#include "arch/verify.h"

/* Bring all cells of an array to new states; the time with all subarrays at once. */
static double program(const struct run *r, int array)
{
	const struct block *b = &r->chip->subarray.block[array];
	const struct placed *p = r->placed;
	const struct cell *c = b->cell;
	double n_cells = p->n_weights * b->n_per_weight, n_rows = p->n_rows;
	double n = c->remanent ? c->remanent->n_levels : fmax(1, c->response->n_up);

	if (!c->write.one_sided && !c->remanent) {
		double n_steps = n_cells * n * (n + 2) / (6 * (n + 1));
		double t = write_verified(*r, (struct pulse_train){array, PULSE_UP, n_steps, n * n_rows, n_rows});
		double n_back = fmax(1, c->response->n_down);
		n_steps = n_cells * n_back * (n_back + 2) / (6 * (n_back + 1));
		return t + write_verified(*r, (struct pulse_train){
						      array, PULSE_DOWN, n_steps, n_back * n_rows, n_rows});
	}
	return write_verified(*r, (struct pulse_train){array, PULSE_ERASE, n_cells, n_rows, n_rows}) +
	       write_verified(*r, (struct pulse_train){array, PULSE_UP, n_cells * n / 2 / b->n_sides,
					  n * n_rows, n_rows});
}

double book_reload(const struct run *r)
{
	const struct subarray *s = &r->chip->subarray;
	double n_rounds = r->placed->n_rounds;

	if (n_rounds == 0)
		return 0;
	for (int i = 0; i < s->n_arrays; i++) {
		if (s->block[i].cell->hold)
			continue;
		/* the turns after the first */
		bill_add(r->bill, leaf_of_part(i, PART_CELLS), (n_rounds - 1) * program(r, i), 0);
	}
	return r->placed->n_weights * r->chip->design->write.n_bits_transfer;
}
