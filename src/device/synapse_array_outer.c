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
#include "base/arena.h"
#include "device/pulse_kern.h"
#include "device/synapse_array_priv.h"
#include "device/trains.h"
#include "device/update.h"

/* Products whose trains are made together, rows that share a list of commands, columns that meet a row
 * together, commands of a list. */
enum { TOGETHER = 16, BAND = 16, MEET = 512, LIST = 2048 };

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

	l.from = l.number = (size_t)from * (size_t)s->n_cols;
	l.n = 0;
	for (int row = from; row < to; row++) {
		if (!t->row[row])
			continue;
		for (int at = 0; at < t->n_columns; at += MEET) {
			int n = t->n_columns - at < MEET ? t->n_columns - at : MEET;
			if (l.n + n > LIST)
				flush(ps, &l, number, c);
			l.n += kern->meet(t->row[row], (row - from) * s->n_cols, t->column + at, t->at + at,
				t->sign + at, n, l.cell + l.n, l.k + l.n);
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

/* Change of a weight by a coincidence. */
static void steps_of(const struct part_state *ps, float g[2])
{
	double down = part_step(&ps->part, false), up = part_step(&ps->part, true);

	g[0] = (float)(moves_both(ps) ? (up + down) / 2 : down);
	g[1] = (float)(moves_both(ps) ? (up + down) / 2 : up);
}

/* Columns of the two signs fire one after the other, rows with both; the sides of a pair, which take
 * opposite polarities, too. */
static void count_trains(const struct part_state *ps, const struct trains *t, struct write_counts *c)
{
	int n_sides = moves_both(ps) ? SIDES : 1, n_phases = n_sides * (t->has[0] + t->has[1]);

	c->n_products++;
	c->n_slots += n_phases * t->n_slots;
	c->n_row_pulses += n_phases * t->n_row_pulses;
	c->n_column_pulses += n_sides * t->n_column_pulses;
}

void synapse_array_outer(struct synapse_array *s, const struct update_outer *rule,
	const struct outer_products *o, struct write_counts *counts)
{
	struct arena *a = arena_new();
	struct part_state *ps = &s->part[0];
	struct trains_source source = {ps->side[0].kern, s->row_trains, s->column_trains};
	struct trains *t = trains_new(a, TOGETHER, s->n_rows, s->n_cols);
	int n_bands = (s->n_rows + BAND - 1) / BAND;
	struct row_counts *bands = synapse_rows_new(n_bands);
	float g[2];

	steps_of(ps, g);
	for (int done = 0; done < o->n; done += TOGETHER) {
		int n = o->n - done < TOGETHER ? o->n - done : TOGETHER;
		const float *x = o->x + (size_t)done * (size_t)s->n_rows;
		const float *d = o->d + (size_t)done * (size_t)s->n_cols;
		uint64_t number = o->number + (uint64_t)done;
#pragma omp parallel
		{
#pragma omp for schedule(dynamic)
			for (int i = 0; i < n; i++)
				trains_make(&t[i], &rule->trains, &source, x + (size_t)i * (size_t)s->n_rows, s->n_rows,
					d + (size_t)i * (size_t)s->n_cols, s->n_cols, o->rate, g, number + (uint64_t)i);
#pragma omp for schedule(dynamic)
			for (int band = 0; band < n_bands; band++) {
				int from = band * BAND, to = from + BAND < s->n_rows ? from + BAND : s->n_rows;
				for (int i = 0; i < n; i++)
					meet(s, ps, &t[i], from, to, number + (uint64_t)i, &bands[band]);
			}
		}
		for (int i = 0; i < n; i++)
			count_trains(ps, &t[i], counts);
	}
	synapse_rows_fold(counts, bands, n_bands);
	arena_free(a);
}
