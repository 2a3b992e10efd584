/* SPDX-License-Identifier: Apache-2.0 */
/* Effective weights of a layer, subarray by subarray. Model and limits: device/crossbar.h. */
#include "train/wires.h"

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/diag.h"
#include "device/crossbar.h"
#include "device/synapse_array.h"

/* Reads of one direction that follow each other in one subarray. */
struct run {
	int part, row, col; /* first weight of its block */
	bool transposed;
	struct crossbar_cells cells; /* without the states */
	int first_unit;
};

struct wires {
	struct wires_shape shape;
	int n_runs, n_units;
	struct run *run;
	float *part[SYNAPSE_MAX_PARTS];      /* [n_rows][n_cols] */
	float *back_part[SYNAPSE_MAX_PARTS]; /* the same, transposed read */
	float *back;
};

static int ceil_div(int a, int b)
{
	return (a + b - 1) / b;
}

static int min_int(int a, int b)
{
	return a < b ? a : b;
}

/* Blocks of rows lie below each other in a subarray as long as they fit. */
static int place_of(const struct crossbar *c, int row, int n_rows)
{
	int first = row % c->n_rows;

	return first + n_rows <= c->n_rows ? first : 0;
}

static void add_runs(struct wires *w, const struct crossbar *c, int row, int col)
{
	const struct wires_shape *s = &w->shape;
	struct crossbar_cells cells = {
		.n_stride = s->n_cols,
		.n_rows = min_int(s->n_block_rows, s->n_rows - row),
		.n_cols = min_int(c->n_outputs, s->n_cols - col),
	};

	cells.first_row = place_of(c, row, cells.n_rows);
	for (int part = 0; part < s->n_parts; part++)
		for (int transposed = 0; transposed < 2; transposed++) {
			w->run[w->n_runs++] = (struct run){
				part, row, col, transposed == 1, cells, w->n_units};
			w->n_units += crossbar_slots(c, &cells, transposed == 1);
		}
}

struct wires *wires_new(struct arena *a, const struct crossbar *c, const struct wires_shape *shape)
{
	struct wires *w = NEW(a, struct wires, 1);
	size_t n = (size_t)shape->n_rows * (size_t)shape->n_cols;
	int n_row_blocks = ceil_div(shape->n_rows, shape->n_block_rows);
	int n_col_blocks = ceil_div(shape->n_cols, c->n_outputs);

	if (shape->n_block_rows > c->n_rows)
		BUG("more rows read together than a subarray has");
	w->shape = *shape;
	w->run = NEW(a, struct run, 2 * shape->n_parts * n_row_blocks * n_col_blocks);
	for (int i = 0; i < n_row_blocks; i++)
		for (int k = 0; k < n_col_blocks; k++)
			add_runs(w, c, i * shape->n_block_rows, k * c->n_outputs);
	for (int p = 0; p < shape->n_parts; p++) {
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
	ptrdiff_t at = (ptrdiff_t)r->row * w->shape.n_cols + r->col;
	struct crossbar_cells block = r->cells;

	for (int side = 0; side < 2; side++) {
		const float *y = synapse_array_states(cells, r->part, side);
		block.y[side] = y ? y + at : NULL;
	}
	crossbar_weights(room, r->part, &block, r->transposed, unit - r->first_unit,
		(r->transposed ? w->back_part : w->part)[r->part] + at);
}

const float *wires_part(const struct wires *w, int part)
{
	return w->part[part];
}

void wires_sum_back(struct wires *w, float scale)
{
	size_t n = (size_t)w->shape.n_rows * (size_t)w->shape.n_cols;

	for (size_t i = 0; i < n; i++) {
		float sum = w->back_part[0][i];
		for (int p = 1; p < w->shape.n_parts; p++)
			sum += w->back_part[p][i];
		w->back[i] = sum * scale;
	}
}

const float *wires_back(const struct wires *w)
{
	return w->back;
}
