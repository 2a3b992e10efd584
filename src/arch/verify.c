/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Write-verify on the chip.
 *
 * Model    each pulse of a train is tried until the cell is where it should be: as many pulses as
 *          write_driver.c counts for a mean cell, periods of a row as for the slowest of the cells that are
 *          pulsed together; after every period the row is read alone, both sides of a pair, and
 *          compared by the columns' converters
 *          area: a comparator per converter, a flag per column
 * Source   [Alibart2012] [Papandreou2011]; write_driver.c, read.c
 * Assumes  cells that forget are written blindly, and so are erases; the read takes all columns' time,
 *          energy only of those that were pulsed
 * Valid    as write_driver.c
 * Checked  tests/unit/check_schedule.c
 */
#include "arch/verify.h"

#include <math.h>

#include "arch/read.h"
#include "circuit/adder.h"
#include "circuit/register.h"
#include "circuit/write_driver.h"

struct est verify_logic(const struct design *z, const struct tech *t, int n_converters, int n_columns)
{
	const struct synapse_transfer *how = synapse_transfer(z->synapse);

	if (!z->write.verify && (!how || how->n_tries == 1))
		return (struct est){0};
	return est_then(est_copies(adder_bits(t, z->converter->n_bits), n_converters),
		reg_bits(t, n_columns));
}

/* n_reads periods, each followed by a read of its row; n_pulses columns were pulsed in all of them. */
double verify_reads(struct run r, int array, double n_reads, double n_pulses)
{
	if (n_reads <= 0)
		return 0;

	const struct chip *c = r.chip;
	const struct placed *p = r.placed;
	const struct subarray *s = &c->subarray;
	const struct block *b = &s->block[array];
	struct vector_cost v = read_row(&r, array, true);
	struct est logic = verify_logic(c->design, c->tech, s->n_converters, b->n_cols);
	double k_pulsed = fmin(1, n_pulses / (n_reads * p->n_cols_row * b->n_per_weight));
	double n_serial = n_reads * p->n_rows_max / p->n_rows;
	double n_slots = ceil((double)b->n_cols / s->n_converters);

	read_book(r.bill, &v, s->n_arrays, k_pulsed * n_reads * p->n_col_blocks * p->n_copies, n_serial);
	bill_add(r.bill, LEAF_WRITE_LOGIC, n_serial * n_slots * logic.latency,
		k_pulsed * n_reads * p->n_col_blocks * p->n_copies * n_slots * logic.energy);
	return n_serial * (v.t + n_slots * logic.latency);
}

double write_verified(struct run r, struct pulse_train w)
{
	const struct design_verify *v = r.chip->design->write.verify;

	if (!v || w.polarity == PULSE_ERASE || r.chip->subarray.block[w.array].cell->hold ||
		w.n_pulses <= 0 || w.n_longest <= 0)
		return write_train(r, w);

	double n_together = fmax(1, w.n_pulses / w.n_longest);
	struct tries n = write_tries(n_together, v->k_tolerance / v->k_sigma, v->n_max);

	w.n_pulses *= n.n_mean;
	w.n_longest *= n.n_row;

	double t = write_train(r, w);

	return t + verify_reads(r, w.array, w.n_longest, w.n_pulses);
}
