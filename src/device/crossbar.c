/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads of a subarray with resistive lines.
 *
 * Model    slice k of weight j is column c = j n_slices + k, a row is row c of the subarray; c is
 *          converted in slot c / n_converters and stands at place (c mod n_converters) n_slots +
 *          c / n_converters; a pair takes two columns there, single cells a reference line after
 *          every n_outputs_per_reference. Rows are driven before column 0, columns sensed behind the
 *          last row; transposed, the other way round. What a converter gets is the difference of the
 *          currents of a pair, or of a cell's column and its reference at mid-window, over the
 *          window; a network per slot (ladder.h)
 * Source   [Hestenes1952] (solver); the arrangement is that of src/arch/subarray.c
 * Assumes  lines that wait for their converter conduct nothing, as in the price of a read: they
 *          float to the level of the driven lines; cells between the ends of their window follow
 *          its line; sense nodes are held by feedback, so only switches and wires are in the way
 * Valid    linear cells
 * Checked  tests/unit/check_crossbar.c
 */
#include "device/crossbar.h"

#include <math.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/whole.h"

#define K_RESIDUAL  1e-8
#define K_ERROR     1e-6 /* of effective weights: their rms error is less than a float's rounding */
#define Y_REFERENCE 0.5

enum side { PLUS, MINUS, REFERENCE };

/* One line of the network. */
struct line {
	int at;    /* place along the lines across, from row 0 or column 0 */
	int index; /* of the weight */
	int slice;
	enum side side;
};

struct axis {
	struct line *line;
	int n, total; /* lines of the network; places of the subarray */
};

struct crossbar_room {
	const struct crossbar *crossbar;
	struct ladder_solver *solver; /* NULL: first order */
	struct axis rows, columns;
	int n_cells;
	double *r_in, *r_out;
	double *g; /* [2][n_cells] conductances; room for currents */
	double *w; /* [n_cells] effective ones; voltages lost */
	double *v, *i_in, *i_out; /* lanes of lines */
	struct ladder ladder;
};

static int max_int(int a, int b)
{
	return a > b ? a : b;
}

struct crossbar_room *crossbar_room_new(
	struct arena *a, const struct crossbar *c, const struct ladder_kern *kern)
{
	struct crossbar_room *r = NEW(a, struct crossbar_room, 1);
	/* of pairs both columns are driven or read; a reference per line is the most */
	int n_read = 2 * c->n_converters, n_driven = 2 * c->n_together;
	int n_lines = max_int(n_driven, n_read) + 1, n_cells = n_driven * n_read;

	r->crossbar = c;
	if (c->how == IR_DROP_FULL)
		r->solver = ladder_new(a, n_cells, n_lines, kern);
	r->rows.line = NEW(a, struct line, n_lines);
	r->columns.line = NEW(a, struct line, n_lines);
	r->r_in = NEW(a, double, n_lines);
	r->r_out = NEW(a, double, n_lines);
	r->v = NEW(a, double, n_lines *LADDER_LANES);
	r->i_in = NEW(a, double, n_lines *LADDER_LANES);
	r->i_out = NEW(a, double, n_lines *LADDER_LANES);
	r->n_cells = n_cells;
	r->g = NEW(a, double, 2 * n_cells);
	r->w = NEW(a, double, n_cells);
	return r;
}

int crossbar_slots(const struct crossbar *c, int array, const struct crossbar_cells *b, bool transposed)
{
	int n_slices = transposed ? 1 : c->array[array].n_slices;
	int first = (transposed ? b->first_row : b->first_col) * n_slices;
	int last = first + (transposed ? b->n_rows : b->n_cols) * n_slices - 1;

	return last / c->n_converters - first / c->n_converters + 1;
}

/* How the weights of a subarray stand along one of its sides. */
struct side_by_side {
	int n_all, n_converters, n_slices; /* weights; slices of each */
	int n_per_reference;               /* 0: no references */
	bool pair;
	int first, n; /* weights that take part */
};

static void add_line(struct axis *a, int at, int index, int slice, enum side side)
{
	a->line[a->n++] = (struct line){at, index, slice, side};
}

/* The lines of one slot (-1: of all) and one slice (-1: of all) in the order of their places; lines
 * of a slot, which are sensed, with their references. */
static void lay_lines(struct axis *a, const struct side_by_side *s, int slot, int slice)
{
	int n_slots = div_up(s->n_all * s->n_slices, s->n_converters);
	int n_places = n_slots * s->n_converters, n_per = s->n_per_reference, group = -1;
	int slot_wanted = s->first * s->n_slices / s->n_converters + slot;

	a->n = 0;
	a->total = s->pair ? 2 * n_places : n_places + (n_per > 0 ? div_up(n_places, n_per) : 0);
	for (int p = 0; p <= n_places; p++) {
		bool end = p == n_places;
		int c = p % n_slots * s->n_converters + p / n_slots - s->first * s->n_slices;
		if (!end && (c < 0 || c >= s->n * s->n_slices ||
				    (slot >= 0 && p % n_slots != slot_wanted) ||
				    (slice >= 0 && c % s->n_slices != slice)))
			continue;
		if (n_per > 0 && slot >= 0 && group >= 0 && (end || p / n_per != group)) {
			int last = (group + 1) * n_per < n_places ? (group + 1) * n_per : n_places;
			add_line(a, last + group, 0, 0, REFERENCE);
		}
		if (end)
			break;
		group = n_per > 0 ? p / n_per : -1;
		if (s->pair) {
			add_line(a, 2 * p, c / s->n_slices, c % s->n_slices, PLUS);
			add_line(a, 2 * p + 1, c / s->n_slices, c % s->n_slices, MINUS);
		} else {
			add_line(a, n_per > 0 ? p + p / n_per : p, c / s->n_slices, c % s->n_slices,
				PLUS);
		}
	}
}

static double state(const struct crossbar_cells *b, const struct line *row, const struct line *column)
{
	if (row->side == REFERENCE || column->side == REFERENCE)
		return Y_REFERENCE;
	if (!b->y[0][0])
		return b->y_all[column->slice];

	ptrdiff_t at = (ptrdiff_t)row->index * b->n_stride + column->index;

	return (double)b->y[column->slice][column->side][at];
}

static double conductance(const struct crossbar_array *q, const struct crossbar_cells *b,
	const struct line *row, const struct line *column)
{
	return q->g_low + state(b, row, column) * (q->g_high - q->g_low);
}

/* Wires of lines that are driven at their near end: before each line across, seen from there. */
static void lay_wire(double *r, const struct axis *across, bool from_zero, double r_pitch, double r_end)
{
	int n = across->n;

	for (int k = 0; k < n; k++) {
		const struct line *l = &across->line[from_zero ? k : n - 1 - k];
		int before = from_zero ? (k > 0 ? l[-1].at : -1) : (k > 0 ? l[1].at : across->total);
		r[k] = (from_zero ? l->at - before : before - l->at) * r_pitch;
	}
	r[0] += r_end;
}

static void reverse(double *r, int n)
{
	for (int k = 0; k < n / 2; k++) {
		double keep = r[k];
		r[k] = r[n - 1 - k];
		r[n - 1 - k] = keep;
	}
}

/* Line k of an axis as the network counts it: transposed, from the far end. */
static const struct line *line_of(const struct axis *a, bool transposed, int k)
{
	return &a->line[transposed ? a->n - 1 - k : k];
}

static void lay_network(
	struct crossbar_room *r, const struct crossbar_read *read, const struct crossbar_cells *b)
{
	const struct crossbar *c = r->crossbar;
	const struct crossbar_array *q = &c->array[read->array];
	bool transposed = read->transposed;
	int n_per = q->pair ? 0 : c->n_outputs_per_reference;
	struct axis *in = transposed ? &r->columns : &r->rows;
	struct axis *out = transposed ? &r->rows : &r->columns;

	lay_lines(&r->rows,
		&(struct side_by_side){
			c->n_rows, c->n_converters, 1, n_per, false, b->first_row, b->n_rows},
		transposed ? read->slot : -1, -1);
	lay_lines(&r->columns,
		&(struct side_by_side){c->n_outputs, c->n_converters, q->n_slices, n_per, q->pair,
			b->first_col, b->n_cols},
		transposed ? -1 : read->slot, transposed ? read->slice : -1);
	/* row lines have their end before column 0, column lines theirs behind the last row */
	lay_wire(transposed ? r->r_out : r->r_in, &r->columns, true, q->r_row,
		transposed ? q->transposed.r_sense : q->forward.r_drive);
	lay_wire(transposed ? r->r_in : r->r_out, &r->rows, false, q->r_column,
		transposed ? q->transposed.r_drive : q->forward.r_sense);
	reverse(r->r_out, in->n);
	r->ladder = (struct ladder){in->n, out->n, r->r_in, r->r_out};
	for (int i = 0; i < in->n; i++)
		for (int o = 0; o < out->n; o++) {
			const struct line *li = line_of(in, transposed, i);
			const struct line *lo = line_of(out, transposed, o);
			r->g[(ptrdiff_t)i * out->n + o] = transposed
								  ? conductance(q, b, lo, li)
								  : conductance(q, b, li, lo);
		}
}

/* The line at network position k of the outputs that is subtracted from it. */
static int other_of(const struct axis *out, bool transposed, int k)
{
	int by = transposed ? -1 : 1;

	do
		k += by;
	while (line_of(out, transposed, k)->side == PLUS);
	return k;
}

void crossbar_weights(struct crossbar_room *r, const struct crossbar_read *read,
	const struct crossbar_cells *b, float *const *w)
{
	const struct crossbar_array *q = &r->crossbar->array[read->array];
	bool transposed = read->transposed, against = q->pair && transposed;
	const struct axis *in = transposed ? &r->columns : &r->rows;
	const struct axis *out = transposed ? &r->rows : &r->columns;

	lay_network(r, read, b);
	if (r->solver) {
		ladder_load(r->solver, &r->ladder, r->g);
		ladder_weights(r->solver, K_ERROR, r->w);
	} else {
		ladder_first_order(&r->ladder, r->g, r->w);
	}
	for (int o = 0; o < out->n; o++) {
		const struct line *lo = line_of(out, transposed, o);
		if (lo->side != PLUS)
			continue;
		int other = against ? o : other_of(out, transposed, o);
		for (int i = 0; i < in->n; i++) {
			const struct line *li = line_of(in, transposed, i);
			const double *from = r->w + (ptrdiff_t)i * out->n;
			if (li->side != PLUS)
				continue;
			/* a pair of driven columns: minus lies behind plus, so before it from the far end */
			double less = against ? from[o - out->n] : from[other];
			int row = transposed ? lo->index : li->index;
			const struct line *column = transposed ? li : lo;
			int part = q->first_part + column->slice;
			double per_u = r->crossbar->k_weight[part] * (q->pair ? 1 : 2) /
				       (q->g_high - q->g_low);
			w[part][(ptrdiff_t)row * b->n_stride + column->index] =
				(float)((from[o] - less) * per_u);
		}
	}
}

/* Currents i_in and i_out (lane 0) of the drives v_in, solved or to the first order. */
static void read_slot(struct crossbar_room *r)
{
	int n_in = r->ladder.n_in, n_out = r->ladder.n_out;
	double *i_cell = r->g + r->n_cells, *v_drop = r->w;

	if (r->solver) {
		ladder_load(r->solver, &r->ladder, r->g);
		ladder_solve(r->solver,
			&(struct ladder_drive){.v_in = r->v, .i_in = r->i_in, .i_out = r->i_out},
			K_RESIDUAL);
		return;
	}
	for (int k = 0; k < n_in * n_out; k++)
		i_cell[k] = r->g[k] * r->v[k / n_out * LADDER_LANES];
	ladder_drop(&r->ladder, i_cell, v_drop);
	for (int o = 0; o < n_out; o++)
		r->i_out[o * LADDER_LANES] = 0;
	for (int i = 0, k = 0; i < n_in; i++) {
		r->i_in[i * LADDER_LANES] = 0;
		for (int o = 0; o < n_out; o++, k++) {
			double left = i_cell[k] / (1 + v_drop[k] / r->v[i * LADDER_LANES]);
			r->i_in[i * LADDER_LANES] += left;
			r->i_out[o * LADDER_LANES] += left;
		}
	}
}

struct crossbar_left crossbar_read_ones(struct crossbar_room *r, const struct crossbar_read *read,
	const struct crossbar_cells *b, double k_ones)
{
	bool against = read->transposed && r->crossbar->array[read->array].pair;
	struct crossbar_left left = {.k_worst = 1};
	double power = 0, ideal_power = 0;

	lay_network(r, read, b);

	int n_in = r->ladder.n_in, n_out = r->ladder.n_out;

	for (int i = 0; i < n_in; i++)
		r->r_out[i] *= k_ones;
	for (int k = 0; k < n_in * LADDER_LANES; k++)
		r->v[k] = against && k / LADDER_LANES % 2 ? -1 : 1;
	read_slot(r);
	for (int i = 0; i < n_in; i++) {
		double v = r->v[i * LADDER_LANES], ideal = 0;
		for (int o = 0; o < n_out; o++)
			ideal += r->g[i * n_out + o];
		power += v * r->i_in[i * LADDER_LANES];
		ideal_power += ideal;
		if (against)
			left.k_worst =
				fmin(left.k_worst, v * r->i_in[i * LADDER_LANES] / ideal);
	}
	for (int o = 0; !against && o < n_out; o++) {
		double ideal = 0;
		for (int i = 0; i < n_in; i++)
			ideal += r->g[i * n_out + o];
		left.k_worst = fmin(left.k_worst, r->i_out[o * LADDER_LANES] / ideal);
	}
	left.k_power = power / ideal_power;
	return left;
}
