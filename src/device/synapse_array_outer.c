/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Outer products on the cells: a cell takes a pulse wherever the trains of its row and its column meet.
 *
 * Model    pulses of a cell by one product: the slots in which its row and its column fire; trains are shared by the
 *          cells of a line, as in the array. One cell moves by the pulses; of a two-way pair the
 *          other side moves against it; of a one-sided pair the side that the sign names
 * Source   [GokmenVlasov2016]
 * Assumes  half-selected cells stay where they are
 * Valid    cells that are moved by pulses
 * Checked  tests/unit/check_outer.c
 */
#include "base/whole.h"
#include "device/pulse_kern.h"
#include "device/synapse_array_fast_slow.h"

/* Products whose trains are made together, rows that share a list of commands, columns that meet a row
 * together, commands of a list. */
enum { TOGETHER = 64, BAND = 16, MEET = 512, LIST = 2048 };

/* Cells that are worth more than one thread. */
#define MANY 8192

/* Commands to cells of a band, by one product. */
struct list {
	size_t from;   /* first cell of the band */
	size_t number; /* of the next draw */
	int n;
	int32_t cell[LIST], k[LIST];
};

static void count(struct row_counts *c, const int32_t *k, int n)
{
	long up = 0, down = 0;

	for (int j = 0; j < n; j++) {
		up += k[j] > 0 ? k[j] : 0;
		down += k[j] < 0 ? -k[j] : 0;
	}
	c->n_up += (double)up;
	c->n_down += (double)down;
	c->n_cells += n;
}

static void give(struct part_state *ps, int side, const struct list *l, const int32_t *cell, int32_t *k, int n,
	uint64_t number, struct row_counts *c)
{
	count(c, k, n);
	population_pulse_listed(&ps->side[side], l->from, (size_t)n, cell, k, ps->noise[side], l->number, number);
}

/* Cells of one side only go up: each takes the commands of its own sign. */
static void give_one_sided(struct part_state *ps, const struct list *l, uint64_t number, struct row_counts *c)
{
	int32_t cell[LIST], k[LIST];

	for (int side = 0; side < SIDES; side++) {
		int n = 0;
		for (int j = 0; j < l->n; j++) {
			int32_t up = side ? -l->k[j] : l->k[j];
			cell[n] = l->cell[j];
			k[n] = up;
			n += up > 0;
		}
		give(ps, side, l, cell, k, n, number, c);
	}
}

static void flush(struct part_state *ps, struct list *l, uint64_t number, struct row_counts *c)
{
	int32_t k[LIST];

	for (int j = 0; j < l->n && ps->sign < 0; j++)
		l->k[j] = -l->k[j];
	if (ps->one_sided) {
		give_one_sided(ps, l, number, c);
	} else {
		for (int j = 0; j < l->n && ps->n_sides == SIDES; j++)
			k[j] = -l->k[j];
		give(ps, 0, l, l->cell, l->k, l->n, number, c);
		if (ps->n_sides == SIDES)
			give(ps, 1, l, l->cell, k, l->n, number, c);
	}
	l->number += (size_t)l->n;
	l->n = 0;
}

/* One product on the rows from .. to - 1. */
static void meet(const struct synapse_array *s, struct part_state *ps, const struct trains *t, int from, int to,
	uint64_t number, struct row_counts *c)
{
	const struct pulse_kern *kern = ps->side[0].kern;
	struct list l;

	if (t->n_columns == 0)
		return;
	l.from = l.number = (size_t)from * (size_t)s->n_cols;
	l.n = 0;
	for (int row = from; row < to; row++) {
		if (!t->row[row])
			continue;
		for (int at = 0; at < t->n_columns; at += MEET) {
			int n = t->n_columns - at < MEET ? t->n_columns - at : MEET;
			if (l.n + n > LIST)
				flush(ps, &l, number, c);
			int n_met = kern->meet(t->row[row], (row - from) * s->n_cols, t->column + at,
				t->at + at, t->sign + at, n, l.cell + l.n, l.k + l.n);
			bool against = (t->row_sign[row] < 0) != (s->sign && s->sign[row] < 0);
			for (int j = l.n; against && j < l.n + n_met; j++)
				l.k[j] = -l.k[j];
			l.n += n_met;
		}
	}
	if (l.n > 0)
		flush(ps, &l, number, c);
}

/* Both sides of a pair that moves both ways take every coincidence, one against the other. */
static bool moves_both(const struct part_state *ps)
{
	return ps->n_sides == SIDES && !ps->one_sided;
}

/* Change of a weight by a coincidence; of a fast array in half windows. Where rows have two signs, one
 * column's coincidences go both ways. */
static void steps_of(const struct synapse_array *s, const struct part_state *ps, bool is_signed, float g[2])
{
	struct part part = ps->part;

	if (part.fast)
		part.k_weight = 1;

	double down = part_step(&part, false), up = part_step(&part, true);
	bool alike = moves_both(ps) || s->sign || is_signed;

	g[0] = (float)(alike ? (up + down) / 2 : down);
	g[1] = (float)(alike ? (up + down) / 2 : up);
}

/* Columns of the two signs fire one after the other, rows with both; the sides of a pair, which take
 * opposite polarities, too. */
static void count_trains(const struct synapse_array *s, const struct part_state *ps, const struct trains *t,
	struct write_counts *c)
{
	/* rows of the two signs fire one after the other, too */
	int n_rows = s->sign || t->has_row[0] + t->has_row[1] == 2 ? 2 : 1, n_sides = moves_both(ps) ? SIDES : 1;
	int n_columns = t->has[0] + t->has[1];

	c->n_products++;
	c->n_slots += n_sides * n_rows * n_columns * t->n_slots;
	c->n_row_pulses += n_sides * n_columns * t->n_row_pulses;
	c->n_column_pulses += n_sides * n_rows * t->n_column_pulses;
}

/* Products first .. first + n - 1 on a band of rows, and the transfers between them. */
struct work {
	struct synapse_array *s;
	struct part_state *taker;
	const struct update_transfer *transfer; /* NULL: none */
	const struct outer_products *o;
	const struct trains *t;
	uint64_t first;
	int n;
};

static void work_band(const struct work *w, int band, const struct transfer_room *room, struct row_counts *update,
	struct row_counts *transfer)
{
	struct synapse_array *s = w->s;
	int from = band * BAND, to = from + BAND < s->n_rows ? from + BAND : s->n_rows;

	if (w->transfer)
		fast_slow_signs(s, w->transfer, w->first, from, to);
	for (int i = 0; i < w->n; i++) {
		uint64_t number = w->first + (uint64_t)i;
		meet(s, w->taker, &w->t[i], from, to, number, update);

		int row = w->transfer ? fast_slow_row(s, w->transfer, number) : -1;

		if (row < from || row >= to)
			continue;
		fast_slow_transfer(s, w->transfer, w->o, number, room, transfer);
		fast_slow_signs(s, w->transfer, number + 1, row, row + 1);
	}
}

static int n_bands(const struct synapse_array *s)
{
	return div_up(s->n_rows, BAND);
}

bool synapse_array_is_wide(const struct synapse_array *s)
{
	return s->n_rows * s->n_cols >= MANY;
}

void synapse_array_outer_room(struct synapse_array *s, const struct update_outer *rule)
{
	if (s->trains)
		return;
	s->trains = trains_new(s->arena, TOGETHER, s->n_rows, s->n_cols);
	if (update_transfer(&rule->update))
		s->transfer_room = transfer_room_new(s->arena, n_bands(s), s->n_cols);
}

void synapse_array_outer(struct synapse_array *s, const struct update_outer *rule, const struct outer_products *o,
	struct write_counts *update, struct write_counts *transfer)
{
	struct part_state *taker = &s->part[s->part[s->n_parts - 1].part.fast ? s->n_parts - 1 : 0];
	struct trains_source source = {taker->side[0].kern, s->row_trains, s->column_trains};
	struct work w = {.s = s, .taker = taker, .transfer = update_transfer(&rule->update), .o = o};
	struct row_counts *updates = synapse_rows_new(n_bands(s)), *transfers = synapse_rows_new(n_bands(s));
	float g[2];

	synapse_array_outer_room(s, rule);
	w.t = s->trains;
	steps_of(s, taker, o->is_signed, g);
	for (int done = 0; done < o->n; done += TOGETHER) {
		const float *x = o->x + (size_t)done * (size_t)s->n_rows;
		const float *d = o->d + (size_t)done * (size_t)s->n_cols;
		w.n = least(TOGETHER, o->n - done);
		w.first = o->number + (uint64_t)done;
#pragma omp parallel if (synapse_array_is_wide(s))
		{
#pragma omp for schedule(dynamic)
			for (int i = 0; i < w.n; i++)
				trains_make(&s->trains[i], &rule->trains, &source, x + (size_t)i * (size_t)s->n_rows,
					s->n_rows, d + (size_t)i * (size_t)s->n_cols, s->n_cols, o->rate, g,
					w.first + (uint64_t)i);
#pragma omp for schedule(dynamic)
			for (int band = 0; band < n_bands(s); band++)
				work_band(&w, band, w.transfer ? &s->transfer_room[band] : NULL, &updates[band], &transfers[band]);
		}
		for (int i = 0; i < w.n; i++)
			count_trains(s, taker, &s->trains[i], update);
	}
	synapse_rows_fold(update, updates, n_bands(s));
	synapse_rows_fold(transfer, transfers, n_bands(s));
}
