/* SPDX-License-Identifier: Apache-2.0 */
/*
 * IR drop on the lines of a subarray.
 *
 * Model    crossbar.h with the resistance of the lines' wires and switches; the price takes the
 *          network of equal cells at their mean state, with all lines driven and what they share
 *          carrying the mean current of k_ones of them
 * Source   [Hestenes1952] (solver); [Saad2003] (bound)
 * Assumes  the loss of a mean read is the mean loss; peripheral circuits of a row on one side, of a
 *          column behind the last row, for either direction
 * Valid    as crossbar.c
 * Checked  tests/unit/check_crossbar.c, tests/unit/check_price.c
 */
#include "arch/drop.h"

#include <math.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/diag.h"
#include "circuit/gate.h"

/* A read of which less than this share of the current is left is none. */
#define K_LEAST 0.1

static struct crossbar_part part_of(const struct block *b, const struct tech *t)
{
	double v_read = b->part.cell->read.v_read;

	return (struct crossbar_part){
		.pair = b->part.pair,
		.k_weight = b->part.k_weight,
		.g_low = block_g(b, t, 0),
		.g_high = block_g(b, t, 1),
		.r_row = b->row.r / b->n_cols,
		.r_column = b->column.r / b->n_rows,
		.forward = {pass_gate_for(t, b->row_switch.r_drive, v_read).r, b->mux_column.r},
		.transposed = {pass_gate_for(t, b->column_switch.r_drive, v_read).r, b->mux_row.r},
	};
}

static struct crossbar crossbar_of(
	const struct design *z, const struct tech *t, const struct subarray *s)
{
	struct crossbar c = {
		.how = (enum ir_drop)z->array.ir_drop,
		.n_rows = s->n_rows,
		.n_outputs = s->n_outputs,
		.n_converters = s->n_converters,
		.n_outputs_per_reference = z->array.n_outputs_per_reference,
	};
	for (int p = 0; p < s->n_parts; p++)
		c.part[p] = part_of(&s->block[p], t);
	return c;
}

const struct crossbar *drop_crossbar(struct arena *a, const struct design *z, const struct tech *t,
	const struct subarray *s)
{
	if (z->array.ir_drop == IR_DROP_NONE)
		return NULL;

	struct crossbar *c = NEW(a, struct crossbar, 1);

	*c = crossbar_of(z, t, s);
	return c;
}

static int whole(double n, int most)
{
	return (int)fmin(fmax(round(n), 1), most);
}

struct crossbar_left drop_left(const struct subarray *s, int part, const struct drop_read *r)
{
	struct crossbar_cells cells = {
		.y_all = r->y,
		.n_rows = whole(r->transposed ? r->n_out : r->n_driven, s->n_rows),
		.n_cols = whole(r->transposed ? r->n_driven : r->n_out, s->n_outputs),
	};

	if (!s->wires)
		return (struct crossbar_left){1, 1};
	return crossbar_read_ones(s->wires, part, &cells, r->transposed, 0, r->k_ones);
}

double drop_worst(const struct subarray *s, const struct design *z)
{
	double worst = 1;

	for (int p = 0; p < s->n_parts; p++)
		for (int transposed = 0; transposed <= z->training; transposed++) {
			struct drop_read full = {
				.transposed = transposed,
				.n_driven = transposed ? s->n_outputs : s->n_rows,
				.n_out = transposed ? s->n_rows : s->n_outputs,
				.y = 0.5,
				.k_ones = 1,
			};
			worst = fmin(worst, drop_left(s, p, &full).k_worst);
		}
	return 1 - worst;
}

bool drop_check(const struct design *z, const struct tech *t, const struct subarray *sub, struct diag *d)
{
	double k_half_step = ldexp(1, -z->converter->n_bits - 1), k_loss;
	struct subarray s = *sub;

	if (z->array.ir_drop == IR_DROP_NONE)
		return true;

	struct arena *a = arena_new();
	struct crossbar c = crossbar_of(z, t, &s);

	c.how = IR_DROP_FIRST_ORDER; /* quick however large the array is */
	s.wires = crossbar_room_new(a, &c, NULL);
	k_loss = drop_worst(&s, z);
	arena_free(a);
	if (k_loss > 1 - K_LEAST) {
		diag_error(d, diag_where(d, &z->array.n_rows),
			"the lines lose about %.2g %% of the current of a read of ones: use fewer rows and "
			"columns, a lower 'k_drop' or cells of a higher resistance",
			100 * k_loss);
		return false;
	}
	if (k_loss > k_half_step)
		diag_warn(d, diag_where(d, &z->array.ir_drop),
			"the lines lose up to about %.2g %% of the current of a read of ones, half a step of the "
			"converter is %.2g %%",
			100 * k_loss, 100 * k_half_step);
	return true;
}
