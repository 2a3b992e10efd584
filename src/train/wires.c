/* SPDX-License-Identifier: Apache-2.0 */
/* Effective weights of a layer, subarray by subarray. Model and limits: device/crossbar.h. */
#include "train/wires.h"

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/whole.h"
#include "device/crossbar.h"
#include "device/synapse_array.h"

/* Reads that follow each other, of weights that are driven together. */
struct run {
	struct crossbar_read read;   /* slot 0 */
	struct crossbar_cells cells; /* without the states */
	ptrdiff_t at;                /* of their first weight */
	int first_unit;
};

struct wires {
	const struct crossbar *crossbar;
	int n_rows, n_cols, n_parts;
	int n_runs, n_units;
	struct run *run;
	float *part[SYNAPSE_MAX_PARTS];      /* [n_rows][n_cols] */
	float *back_part[SYNAPSE_MAX_PARTS]; /* the same, transposed read */
	float *back;
};

static void add_run(struct wires *w, const struct crossbar_read *read,
	const struct crossbar_cells *cells, int row, int col)
{
	if (w->run)
		w->run[w->n_runs] = (struct run){
			*read, *cells, (ptrdiff_t)row * w->n_cols + col, w->n_units};
	w->n_runs++;
	w->n_units += crossbar_slots(w->crossbar, read->array, cells, read->transposed);
}

/* Groups of rows of all subarrays, each driving all its columns' converters. */
static void add_forward(struct wires *w, int array)
{
	const struct crossbar *c = w->crossbar;
	struct crossbar_read read = {.array = array};

	for (int row = 0; row < w->n_rows; row += c->n_together)
		for (int col = 0; col < w->n_cols; col += c->n_outputs)
			add_run(w, &read,
				&(struct crossbar_cells){
					.n_stride = w->n_cols,
					.n_rows = least(c->n_together, w->n_rows - row),
					.n_cols = least(c->n_outputs, w->n_cols - col),
					.first_row = row % c->n_rows,
				},
				row, col);
}

/* Groups of columns of all subarrays, slice by slice, each driving all its rows' converters. */
static void add_transposed(struct wires *w, int array, int slice)
{
	const struct crossbar *c = w->crossbar;
	struct crossbar_read read = {.array = array, .transposed = true, .slice = slice};

	for (int row = 0; row < w->n_rows; row += c->n_rows)
		for (int col = 0, n; col < w->n_cols; col += n) {
			int first = col % c->n_outputs;
			n = least(least(c->n_together, c->n_outputs - first), w->n_cols - col);
			add_run(w, &read,
				&(struct crossbar_cells){
					.n_stride = w->n_cols,
					.n_rows = least(c->n_rows, w->n_rows - row),
					.n_cols = n,
					.first_col = first,
				},
				row, col);
		}
}

static void add_runs(struct wires *w)
{
	w->n_runs = w->n_units = 0;
	/* arrays that products read */
	for (int array = 0; array < w->crossbar->n_arrays && w->crossbar->array[array].first_part < w->n_parts; array++) {
		add_forward(w, array);
		for (int slice = 0; slice < w->crossbar->array[array].n_slices; slice++)
			add_transposed(w, array, slice);
	}
}

struct wires *wires_new(
	struct arena *a, const struct crossbar *c, int n_rows, int n_cols, int n_parts)
{
	struct wires *w = NEW(a, struct wires, 1);
	size_t n = (size_t)n_rows * (size_t)n_cols;

	w->crossbar = c;
	w->n_rows = n_rows;
	w->n_cols = n_cols;
	w->n_parts = n_parts;
	add_runs(w); /* counts them */
	w->run = NEW(a, struct run, w->n_runs);
	add_runs(w);
	for (int p = 0; p < n_parts; p++) {
		w->part[p] = NEW(a, float, n);
		w->back_part[p] = NEW(a, float, n);
	}
	w->back = NEW(a, float, n);
	return w;
}

int wires_units(const struct wires *w)
{
	return w->n_units;
}

void wires_solve(
	struct wires *w, int unit, const struct synapse_array *cells, struct crossbar_room *room)
{
	int k = w->n_runs - 1;

	while (w->run[k].first_unit > unit)
		k--;

	const struct run *r = &w->run[k];
	const struct crossbar_array *q = &w->crossbar->array[r->read.array];
	struct crossbar_cells block = r->cells;
	struct crossbar_read read = r->read;
	float *to[SYNAPSE_MAX_PARTS];

	read.slot = unit - r->first_unit;
	for (int slice = 0; slice < q->n_slices; slice++)
		for (int side = 0; side <= q->pair; side++)
			block.y[slice][side] =
				synapse_array_states(cells, q->first_part + slice, side) + r->at;
	for (int p = 0; p < w->n_parts; p++)
		to[p] = (read.transposed ? w->back_part : w->part)[p] + r->at;
	crossbar_weights(room, &read, &block, to);
}

const float *wires_part(const struct wires *w, int part)
{
	return w->part[part];
}

void wires_sum_back(struct wires *w, float scale)
{
	size_t n = (size_t)w->n_rows * (size_t)w->n_cols;

	for (size_t i = 0; i < n; i++) {
		float sum = w->back_part[0][i];
		for (int p = 1; p < w->n_parts; p++)
			sum += w->back_part[p][i];
		w->back[i] = sum * scale;
	}
}

const float *wires_back(const struct wires *w)
{
	return w->back;
}
