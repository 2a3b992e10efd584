/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Arrays of random feedback (direct feedback alignment).
 *
 * Model    a matrix of C classes x n values: the C errors of the output drive rows, floor(rows/C) stretches
 *          of values stand above each other in a subarray and are read one after the other; more
 *          classes than rows: partial sums over row blocks. Bits of the error one at a time. A layer
 *          whose values have no cells of their own takes them from another layer's read
 *          subarrays: those of the weights without transposed read, pulse counters and trains; of a synapse of
 *          two arrays the last one alone
 *          layers in front of an entry propagate no errors: their subarrays have no transposed read
 *          upkeep: a read of reference cells (all rows, one column) of every matrix; programming anew:
 *          an erase (cells without: pulses down the whole window) and one pulse up for every cell; the
 *          norm: a square per value
 * Source   [Lu2020] (random states of phase-change cells, merged matrix); [Nokland2016]; circuits: src/arch/read.c
 * Assumes  cells at mid-window in the mean; reads without loss on the wires; what lies between a layer and the
 *          entry of its feedback (pooling, activation) is booked as ever; the errors of the output are read from
 *          the chip's buffer for every matrix; the first programming is not part of a training's bill
 * Valid    chains of layers
 * Checked  tests/unit/check_projection.c
 */
#include "arch/projection.h"

#include <math.h>

#include "arch/read.h"
#include "arch/traffic.h"
#include "arch/write.h"
#include "net/activity.h"

/* How a matrix lies in subarrays. */
struct fold {
	int n_row_blocks, n_rows_max; /* of the classes; rows of the fullest block */
	double n_stretches;           /* of values that one read gives */
	double n_serial;              /* reads of a subarray */
	double n_subarrays;
};

static struct fold fold_of(const struct subarray *s, int n_classes, double n_values)
{
	struct fold f = {.n_rows_max = n_classes < s->n_rows ? n_classes : s->n_rows};

	f.n_row_blocks = (int)ceil((double)n_classes / s->n_rows);
	f.n_stretches = ceil(n_values / s->n_outputs);
	double n_columns = ceil(f.n_stretches / floor((double)s->n_rows / f.n_rows_max));
	f.n_serial = ceil(f.n_stretches / n_columns);
	f.n_subarrays = n_columns * f.n_row_blocks;
	return f;
}

static struct subarray array_of(const struct design *z, const struct tech *t, const struct subarray *s)
{
	struct subarray one = *s;

	one.block[0] = s->block[s->n_arrays - 1];
	one.n_arrays = 1;
	one.n_logic = 0;
	one.train = (struct est){.area = 0};
	one.wires = NULL;
	subarray_set_transposed(&one, z, t, 0);
	return one;
}

/* Subarrays of layers that propagate errors, over all. */
static double share_transposed(const struct mapping *m)
{
	double n = 0, n_all = 0;

	for (int i = 0; i < m->n_layers; i++) {
		n += m->layer[i].answers ? m->layer[i].n_subarrays : 0;
		n_all += m->layer[i].n_subarrays;
	}
	return n / n_all;
}

void projection_place(struct placed *p, int n_layers, const struct activity *act)
{
	for (int i = 0; i < n_layers; i++) {
		p[i].n_feedback = act->layer[i].n_feedback;
		p[i].n_feedback_own = act->layer[i].n_feedback_own;
		p[i].answers &= i == 0 || p[i - 1].n_feedback <= 0;
	}
}

struct projection projection_make(const struct design *z, const struct tech *t, struct subarray *s,
	struct mapping *m, const struct activity *act)
{
	struct projection f = {.n_references = act->n_feedback_references,
		.n_programs = act->n_feedback_programs,
		.n_squares = act->n_feedback_squares};
	double n = 0;

	if (!z->training)
		return (struct projection){.n_squares = 0};
	projection_place(m->layer, m->n_layers, act);
	for (int i = 0; i < m->n_layers; i++)
		if (m->layer[i].n_feedback_own > 0)
			n += fold_of(s, m->n_classes, m->layer[i].n_feedback_own).n_subarrays;
	if (n <= 0)
		return f;
	f.k_ones = act->layer[m->n_layers - 1].k_error_ones;
	f.subarray = array_of(z, t, s);
	mapping_add_feedback(m, z, (int)n);
	subarray_set_transposed(s, z, t, share_transposed(m));
	return f;
}

/* One read of a stretch of n_out values. */
static struct vector_cost read_stretch(const struct run *r, struct fold w, struct vector_read v)
{
	const struct chip *c = r->chip;
	double k_state[SYNAPSE_MAX_PARTS];

	for (int i = 0; i < SYNAPSE_MAX_PARTS; i++)
		k_state[i] = 0.5;
	v.k_state = k_state;
	v.n_driven = (double)c->mapping.n_classes / w.n_row_blocks;
	v.groups = groups_of(
		c->mapping.n_classes, w.n_row_blocks, w.n_rows_max, c->subarray.n_rows_parallel);
	return read_vector(&c->projection.subarray, c->design, c->tech, &v);
}

static double energy_of(const struct vector_cost *v)
{
	double e = v->adc.energy + v->shift_add.energy;

	for (int k = 0; k < PART_LEAVES; k++)
		e += v->part[0][k].energy;
	return e;
}

void projection_enter(struct run r)
{
	const struct chip *c = r.chip;
	const struct projection *f = &c->projection;
	const struct placed *p = r.placed;
	int n_per_tile = c->design->mapping.n_subarrays_per_pe * c->design->mapping.n_pes_per_tile;
	double n_bits = c->design->error.n_bits, n_own = p->n_feedback_own, t_main = 0;
	double n_errors = n_own > 0 ? c->mapping.n_classes * n_bits : 0;
	struct fold w = fold_of(&f->subarray, c->mapping.n_classes, n_own);
	struct placed here = *p;
	struct run to = r;

	here.n_tiles = (int)fmax(1, ceil(w.n_subarrays / n_per_tile));
	to.placed = &here;
	if (n_own > 0) {
		struct vector_cost v = read_stretch(&r, w,
			(struct vector_read){
				.n_bits = c->design->error.n_bits - 1,
				.k_ones = f->k_ones,
				.n_out = n_own / w.n_stretches,
				.n_out_max = (int)fmin(n_own, f->subarray.n_outputs),
			});
		t_main = w.n_serial * v.t + v.t_flush;
		book_wake(&to);
		bill_add(r.bill, LEAF_PE_FEEDBACK, t_main, w.n_stretches * w.n_row_blocks * energy_of(&v));
		t_main += book_trees(&r, n_own, w.n_row_blocks);
	}
	book_traffic(&to,
		(struct traffic){
			.n_tile_write = n_errors * here.n_tiles,
			.n_tile_read = n_errors * w.n_subarrays,
			.n_chip_read = n_errors,
			.n_chip_write = p->n_feedback * n_bits,
			.n_tile_net = n_errors * w.n_subarrays + n_own * w.n_row_blocks * c->n_bits_sum,
			.n_chip_net = n_errors * here.n_tiles + n_own * c->n_bits_sum,
			.n_memory = c->storage.k_spill * p->n_feedback * n_bits,
			.work = {.n_ops = {[VECTOR_REQUANTISE] = p->n_feedback,
					 [VECTOR_SCALE] = f->n_squares * p->n_feedback}},
		},
		t_main);
}

/* An erase and a pulse for every cell of the matrix, on a bill of their own. */
static struct phase_cost program(const struct run *r, struct fold w)
{
	const struct chip *c = r->chip;
	const struct subarray *s = &c->subarray;
	const struct cell *cell = s->block[s->n_arrays - 1].cell;
	int array = s->n_arrays - 1, n_per_weight = s->block[array].n_per_weight;
	double n_rows = c->mapping.n_classes * w.n_stretches;
	double n_cells = c->mapping.n_classes * r->placed->n_feedback_own * n_per_weight;
	enum polarity low = cell_has_pulse(cell, PULSE_ERASE) ? PULSE_ERASE : PULSE_DOWN;
	double n_low = low == PULSE_ERASE ? 1 : cell->response->n_down;
	struct ledger scratch = {0};
	struct layer_cost layer = {0};
	struct layer_activity state = {0};
	/* stretches are rows of one long column of subarrays */
	struct placed matrix = {.n_rows = n_rows,
		.n_rows_max = (int)ceil(n_rows / w.n_subarrays),
		.n_cols_row = s->n_outputs,
		.n_col_blocks = 1,
		.n_copies = 1};
	struct run alone = {c, &matrix, &state, {&scratch, &layer, r->bill.phase}};
	struct phase_cost cost = {0, 0};

	for (int i = 0; i < ACTIVITY_MAX_PARTS; i++)
		state.k_state[i] = 0.5;
	cost.latency = write_train(alone, (struct pulse_train){array, low, n_low * n_cells, n_low * n_rows, n_rows}) +
		       write_train(alone, (struct pulse_train){array, cell->remanent ? PULSE_PROGRAM : PULSE_UP,
							  n_cells, n_rows, n_rows});
	cost.energy = layer.phase[r->bill.phase].energy;
	return cost;
}

void projection_keep(struct run r)
{
	const struct projection *f = &r.chip->projection;
	struct fold w = fold_of(&f->subarray, r.chip->mapping.n_classes, r.placed->n_feedback_own);

	if (f->n_references > 0) {
		struct vector_cost v = read_stretch(
			&r, w, (struct vector_read){.n_bits = 1, .k_ones = 1, .n_out = 1, .n_out_max = 1});
		bill_add(r.bill, LEAF_PE_FEEDBACK, f->n_references * (v.t + v.t_flush),
			f->n_references * w.n_row_blocks * energy_of(&v));
	}
	if (f->n_programs > 0) {
		struct phase_cost anew = program(&r, w);
		bill_add(r.bill, LEAF_PE_FEEDBACK, f->n_programs * anew.latency,
			f->n_programs * anew.energy);
	}
}
