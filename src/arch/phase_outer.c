/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Update by outer products on the arrays.
 *
 * Model    time: slots x pulse, and the lines' set-up once per phase of a product; all rows and columns of
 *          all subarrays of a layer at once, so that it does not depend on the size of the array
 *          lines: C v^2 for every pulse on a row (in each of its column blocks) and on a column (in each of
 *          its row blocks): a line goes to its level and back, or leaves the level it is held at.
 *          Crosspoint: half the voltage on the row, half on the column; cells on one of the two see half
 *          cells: their pulse where both meet
 *          number generators: every line of the layer, every slot; probabilities from the chip's buffer over
 *          the trees, scaled on the vector unit by the largest values of the two vectors
 *          defaults: trains of 2 slots in two phases, a row fires in a tenth of them, a column of the phase
 *          in a tenth; a tenth of the slow cells of a transfer get a pulse up, a tenth one down
 * Source   [GokmenVlasov2016]; line levels: src/device/structure_*.c; defaults assumed
 * Assumes  products of an image follow its backward pass, with operands still in the chip's buffer; a pump
 *          that feeds k_simultaneous of a row's cells stretches slots in which more meet on average; one slot of
 *          the mean of the two pulse widths
 * Valid    cells that are moved by pulses; counts of the trainer
 * Checked  tests/unit/check_phase_outer.c
 */
#include "arch/phase_outer.h"

#include <math.h>

#include "arch/traffic.h"
#include "circuit/charge_pump.h"
#include "device/update.h"

enum { DEFAULT_SLOTS = 4 };
static const double k_default = 0.1;

struct work outer_work(const struct chip *c, int i)
{
	const struct placed *p = &c->mapping.layer[i];
	double n = c->design->training && update_outer(c->design->update)
			   ? (double)p->matrix.n_vectors * (p->n_rows + p->n_cols)
			   : 0;

	return (struct work){.n_ops = {[VECTOR_MAX] = n, [VECTOR_SCALE] = n}};
}

void outer_default(struct layer_activity *a, const struct placed *p, const struct update *u, int n_batch)
{
	double n = (double)n_batch * p->matrix.n_vectors * p->matrix.n_groups;

	a->n_products = n;
	a->n_slots = n * DEFAULT_SLOTS;
	a->n_row_pulses = k_default * a->n_slots * p->matrix.n_rows;
	a->n_column_pulses = k_default * a->n_slots / 2 * p->matrix.n_cols;
	a->n_up = a->n_down = a->n_slots / 2 * k_default * k_default / 2 * p->matrix.n_rows * p->matrix.n_cols;
	if (!update_transfer(u))
		return;
	a->n_transfer_reads = a->n_transfer_rows = n / update_transfer(u)->n_every;
	a->n_transfer_longest_up = a->n_transfer_longest_down = a->n_transfer_reads;
	a->n_transfer_up = a->n_transfer_down = k_default * a->n_transfer_reads * p->matrix.n_cols;
	a->k_state[1] = 0.5;
}

/* Pulses on lines, in joules each, and the current of a cell that sees one of them only. */
struct lines {
	double e_row, e_column, p_half;
};

static double most(double a, double b)
{
	return fmax(a, b) * fmax(a, b);
}

static struct lines lines_of(const struct block *b, const struct write_levels *l, double v)
{
	double c_row = b->row.c + b->c_row, c_column = b->column.c + b->c_column, v_half = v / 2;

	if (b->structure->i_unselected)
		return (struct lines){c_row * v_half * v_half, c_column * v_half * v_half,
			v_half * b->structure->i_unselected(b->cell, 0.5, v_half)};
	return (struct lines){
		.e_row = (b->word.c + b->c_word) * most(l->v_word, l->v_word_row) +
			 c_row * most(l->v_row, l->v_others),
		.e_column = c_column * most(l->v_column, l->v_idle) + (b->column.c + b->c_write) * l->v_write * l->v_write,
	};
}

/* What one polarity of the trains costs: its share of the slots, its coincidences. */
struct half {
	enum polarity polarity;
	double n_met; /* coincidences */
	double k;     /* of the pulses on lines */
};

/* Cells and lines; returns the time of its slots. */
static double book_half(struct run r, int array, struct half h)
{
	const struct placed *p = r.placed;
	const struct layer_activity *a = r.activity;
	const struct tech *t = r.chip->tech;
	const struct design_write *how = &r.chip->design->write;
	const struct block *b = &r.chip->subarray.block[array];
	struct cell_pulse pulse = cell_pulse(b->cell, h.polarity);
	struct write_levels level = b->structure->levels(b->cell, t, h.polarity, (enum write_bias)how->bias);
	struct lines line = lines_of(b, &level, pulse.v);
	bool pumped = pulse.v > t->v_dd && block_is_pumped(b, h.polarity);
	double n_slots = h.k * a->n_slots, n_rows = h.k * a->n_row_pulses * p->n_col_blocks;
	double n_columns = h.k * a->n_column_pulses * p->n_row_blocks;
	double n_half = fmax(0, h.k * (a->n_row_pulses * p->matrix.n_cols * b->n_sides +
					      a->n_column_pulses * p->matrix.n_rows) -
					2 * h.n_met);
	double e = n_rows * line.e_row + n_columns * line.e_column + n_half * line.p_half * pulse.t +
		   h.n_met * b->structure->e_pulse(b->cell, t, h.polarity, r.activity->k_state[b->first_part]);
	double n_fed = how->k_simultaneous * b->n_cols * p->n_blocks;
	double k_wait = pumped && n_slots > 0 ? fmax(1, h.n_met / n_slots / n_fed) : 1;
	double e_all = p->n_copies * e, t_pulses = k_wait * n_slots * pulse.t;

	if (n_slots <= 0)
		return 0;
	bill_add(r.bill, leaf_of_part(array, PART_CELLS), t_pulses, e_all);
	if (pumped)
		bill_add(r.bill, leaf_of_part(array, PART_CHARGE_PUMP), 0,
			(charge_pump_k_energy(t, pulse.v) - 1) * e_all);
	return t_pulses;
}

/* Every line of the layer steps its generator in every slot. */
static void book_generators(struct run r, const struct block *b)
{
	const struct placed *p = r.placed;
	double n_lines = (double)p->n_col_blocks * p->matrix.n_rows +
			 (double)p->n_row_blocks * p->matrix.n_cols * b->n_sides;

	bill_add(r.bill, LEAF_WRITE_LOGIC, 0,
		p->n_copies * r.activity->n_slots * n_lines * r.chip->subarray.train.energy);
}

void phase_outer(struct run r)
{
	const struct chip *c = r.chip;
	const struct placed *p = r.placed;
	const struct layer_activity *a = r.activity;
	int array = c->subarray.i_taker;
	const struct block *b = &c->subarray.block[array];
	double n_met = a->n_up + a->n_down, k_up = n_met > 0 ? a->n_up / n_met : 0.5;
	bool one_sided = b->cell->write.one_sided;
	double t_setup = b->read_row.latency + b->t_write_column;

	book_wake(&r);
	if (one_sided)
		k_up = 1;

	double t = book_half(r, array, (struct half){PULSE_UP, one_sided ? n_met : a->n_up, k_up}) +
		   book_half(r, array, (struct half){PULSE_DOWN, one_sided ? 0 : a->n_down, 1 - k_up});
	double t_lines = 2 * a->n_products * t_setup;
	double n_in = a->n_products * p->matrix.n_rows * c->design->input.n_bits * p->n_col_blocks;
	double n_back = a->n_products * p->matrix.n_cols * c->design->error.n_bits * p->n_row_blocks;
	struct work work = outer_work(c, (int)(p - c->mapping.layer));

	for (int i = 0; i < VECTOR_LEAVES; i++)
		work.n_ops[i] *= a->n_products / p->matrix.n_vectors;
	bill_add(r.bill, leaf_of_part(array, PART_ROW_SWITCH), t_lines, 0);
	book_generators(r, b);
	book_traffic(&r,
		(struct traffic){
			.n_chip_read = n_in / p->n_col_blocks + n_back / p->n_row_blocks,
			.n_tile_net = (n_in + n_back) * p->n_copies,
			.n_chip_net = (n_in + n_back) * p->n_copies,
			.work = work,
		},
		t + t_lines);
}
