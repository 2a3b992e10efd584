/* SPDX-License-Identifier: Apache-2.0 */
/*
 * IR drop on the lines of a subarray.
 *
 * Model    crossbar.h with the resistance of the lines' wires and switches; the price takes the
 *          network of equal cells at their mean state, with all lines driven and what they share
 *          carrying the mean current of k_ones of them; cells whose word lines carry the input are
 *          read without loss
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

static double r_switch(const struct block *b, const struct tech *t, double r_most)
{
	return pass_gate_for(t, r_most, b->cell->read.v_read).r;
}

static struct crossbar_array array_of(
	const struct block *b, const struct design *z, const struct tech *t)
{
	double k_drop = z->array.k_drop;

	if (b->structure->word == WORD_INPUT)
		return (struct crossbar_array){b->first_part, b->n_slices, b->pair,
			block_g(b, t, 0), block_g(b, t, 1), 0, 0, {0, 0}, {0, 0}};
	return (struct crossbar_array){
		.first_part = b->first_part,
		.n_slices = b->n_slices,
		.pair = b->pair,
		.g_low = block_g(b, t, 0),
		.g_high = block_g(b, t, 1),
		.r_row = b->row.r / b->n_cols,
		.r_column = b->column.r / b->n_rows,
		.forward = {r_switch(b, t, k_drop / (b->n_cols * b->g_mid)), b->mux_column.r},
		.transposed = {r_switch(b, t, k_drop / (b->n_rows * b->g_mid)), b->mux_row.r},
	};
}

static struct crossbar crossbar_of(
	const struct design *z, const struct tech *t, const struct subarray *s)
{
	struct part part[SYNAPSE_MAX_PARTS];
	int n_parts = synapse_parts(z->synapse, part);
	struct crossbar c = {
		.how = (enum ir_drop)z->array.ir_drop,
		.n_rows = s->n_rows,
		.n_outputs = s->n_outputs,
		.n_together = s->n_rows_parallel,
		.n_converters = s->n_converters,
		.n_outputs_per_reference = z->array.n_outputs_per_reference,
		.n_arrays = s->n_arrays,
	};

	for (int i = 0; i < s->n_arrays; i++)
		c.array[i] = array_of(&s->block[i], z, t);
	for (int p = 0; p < n_parts; p++)
		c.k_weight[p] = part[p].k_weight;
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

struct crossbar_left drop_left(const struct subarray *s, int array, const struct drop_read *r)
{
	const struct block *b = &s->block[array];
	struct crossbar_cells cells = {
		.n_rows = whole(r->transposed ? r->n_out : r->n_driven, s->n_rows),
		.n_cols = whole(r->transposed ? r->n_driven : r->n_out, s->n_outputs),
	};
	struct crossbar_left left = {1, 1};

	if (!s->wires)
		return left;
	for (int i = 0; i < b->n_slices; i++)
		cells.y_all[i] = r->k_state ? r->k_state[b->first_part + i] : 0.5;
	return crossbar_read_ones(s->wires,
		&(struct crossbar_read){.array = array, .transposed = r->transposed}, &cells,
		r->k_ones);
}

double drop_worst(const struct subarray *s, const struct design *z)
{
	double worst = 1;

	for (int i = 0; i < s->n_arrays; i++)
		for (int transposed = 0; transposed <= z->training; transposed++) {
			struct drop_read full = {
				.transposed = transposed,
				.n_driven = fmin(s->n_rows_parallel,
					transposed ? s->n_outputs : s->n_rows),
				.n_out = transposed ? s->n_rows : s->n_outputs,
				.k_ones = 1,
			};
			worst = fmin(worst, drop_left(s, i, &full).k_worst);
		}
	return 1 - worst;
}

bool drop_check(const struct design *z, const struct tech *t, const struct subarray *sub, struct diag *d)
{
	for (int i = 0; i < sub->n_arrays && z->array.ir_drop != IR_DROP_NONE; i++)
		if (sub->block[i].structure->word == WORD_INPUT)
			diag_warn(d, diag_where(d, &z->array.ir_drop),
				"the word lines of '%s' carry the inputs: what its lines lose changes with "
				"every input and is left out",
				sub->block[i].cell->name);

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
