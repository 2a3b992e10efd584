/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads of a subarray with resistive lines.
 *
 * Model    weight j of a line of them is converted in slot j / n_converters and stands at place
 *          (j mod n_converters) n_slots + j / n_converters; a pair takes two columns there, single
 *          cells a reference line after every n_outputs_per_reference. Rows are driven before
 *          column 0, columns sensed behind the last row; transposed, the other way round. What a
 *          converter gets is the difference of the currents of a pair, or of a cell's column and
 *          its reference at mid-window, over the window; a network per slot (ladder.h)
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

#define K_RESIDUAL  1e-8
#define Y_REFERENCE 0.5

enum side { PLUS, MINUS, REFERENCE };

/* One line of the network. */
struct line {
	int at;    /* place along the lines across, from row 0 or column 0 */
	int index; /* of the weight; of a reference: the first weight it serves */
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

static int ceil_div(int a, int b)
{
	return (a + b - 1) / b;
}

static int max_int(int a, int b)
{
	return a > b ? a : b;
}

struct crossbar_room *crossbar_room_new(
	struct arena *a, const struct crossbar *c, const struct ladder_kern *kern)
{
	struct crossbar_room *r = NEW(a, struct crossbar_room, 1);
	/* a reference per line is the most */
	int n_rows = 2 * c->n_rows + 2, n_cols = 2 * c->n_outputs + 2;
	int n_read = 2 * c->n_converters, n_lines = max_int(n_rows, n_cols) + n_read;
	int n_cells = max_int(c->n_rows, 2 * c->n_outputs) * n_read;

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

int crossbar_slots(const struct crossbar *c, const struct crossbar_cells *b, bool transposed)
{
	int first = transposed ? b->first_row : 0, n = transposed ? b->n_rows : b->n_cols;

	return (first + n - 1) / c->n_converters - first / c->n_converters + 1;
}

/* How the weights of a subarray stand along one of its sides. */
struct side_by_side {
	int n_all, n_converters;
	int n_per_reference; /* 0: no references */
	bool pair;
	int first, n; /* those that take part */
};

static void add_line(struct axis *a, int at, int index, enum side side)
{
	a->line[a->n++] = (struct line){at, index, side};
}

/* The lines of one slot and their references, or (slot < 0) of all weights, in the order of their
 * places. */
static void lay_lines(struct axis *a, const struct side_by_side *s, int slot)
{
	int n_slots = ceil_div(s->n_all, s->n_converters), n_places = n_slots * s->n_converters;
	int n_per = s->n_per_reference, group = -1, first_of_group = 0;
	int slot_wanted = s->first / s->n_converters + slot;

	a->n = 0;
	a->total = s->pair ? 2 * n_places : n_places + (n_per > 0 ? ceil_div(n_places, n_per) : 0);
	for (int p = 0; p <= n_places; p++) {
		bool end = p == n_places;
		int j = p % n_slots * s->n_converters + p / n_slots - s->first;
		if (!end && (j < 0 || j >= s->n || (slot >= 0 && p % n_slots != slot_wanted)))
			continue;
		if (n_per > 0 && slot >= 0 && group >= 0 && (end || p / n_per != group)) {
			int last = (group + 1) * n_per < n_places ? (group + 1) * n_per : n_places;
			add_line(a, last + group, first_of_group, REFERENCE);
		}
		if (end)
			break;
		if (n_per > 0 && p / n_per != group) {
			group = p / n_per;
			first_of_group = j;
		}
		if (s->pair) {
			add_line(a, 2 * p, j, PLUS);
			add_line(a, 2 * p + 1, j, MINUS);
		} else {
			add_line(a, n_per > 0 ? p + p / n_per : p, j, PLUS);
		}
	}
}

static double conductance(const struct crossbar_part *part, const struct crossbar_cells *b,
	const struct line *row, const struct line *column)
{
	double y = Y_REFERENCE;

	if (row->side != REFERENCE && column->side != REFERENCE)
		y = b->y[0] ? (double)b->y[column->side][(ptrdiff_t)row->index * b->n_stride +
							column->index]
			    : b->y_all;
	return part->g_low + y * (part->g_high - part->g_low);
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

static void lay_network(struct crossbar_room *r, int p, const struct crossbar_cells *b,
	bool transposed, int slot)
{
	const struct crossbar *c = r->crossbar;
	const struct crossbar_part *part = &c->part[p];
	int n_per = part->pair ? 0 : c->n_outputs_per_reference;
	struct axis *in = transposed ? &r->columns : &r->rows;
	struct axis *out = transposed ? &r->rows : &r->columns;

	lay_lines(&r->rows,
		&(struct side_by_side){
			c->n_rows, c->n_converters, n_per, false, b->first_row, b->n_rows},
		transposed ? slot : -1);
	lay_lines(&r->columns,
		&(struct side_by_side){c->n_outputs, c->n_converters, n_per, part->pair, 0, b->n_cols},
		transposed ? -1 : slot);
	/* row lines have their end before column 0, column lines theirs behind the last row */
	lay_wire(transposed ? r->r_out : r->r_in, &r->columns, true, part->r_row,
		transposed ? part->transposed.r_sense : part->forward.r_drive);
	lay_wire(transposed ? r->r_in : r->r_out, &r->rows, false, part->r_column,
		transposed ? part->transposed.r_drive : part->forward.r_sense);
	reverse(r->r_out, in->n);
	r->ladder = (struct ladder){in->n, out->n, r->r_in, r->r_out};
	for (int i = 0; i < in->n; i++)
		for (int o = 0; o < out->n; o++) {
			const struct line *li = line_of(in, transposed, i);
			const struct line *lo = line_of(out, transposed, o);
			r->g[(ptrdiff_t)i * out->n + o] = transposed
								  ? conductance(part, b, lo, li)
								  : conductance(part, b, li, lo);
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

void crossbar_weights(struct crossbar_room *r, int p, const struct crossbar_cells *b,
	bool transposed, int slot, float *w)
{
	const struct crossbar_part *part = &r->crossbar->part[p];
	const struct axis *in = transposed ? &r->columns : &r->rows;
	const struct axis *out = transposed ? &r->rows : &r->columns;
	double per_u = part->k_weight * (part->pair ? 1 : 2) / (part->g_high - part->g_low);
	bool pair_of_inputs = part->pair && transposed;

	lay_network(r, p, b, transposed, slot);
	if (r->solver) {
		ladder_load(r->solver, &r->ladder, r->g);
		ladder_weights(r->solver, K_RESIDUAL, r->w);
	} else {
		ladder_first_order(&r->ladder, r->g, r->w);
	}
	for (int o = 0; o < out->n; o++) {
		const struct line *lo = line_of(out, transposed, o);
		if (lo->side != PLUS)
			continue;
		int other = pair_of_inputs ? o : other_of(out, transposed, o);
		for (int i = 0; i < in->n; i++) {
			const struct line *li = line_of(in, transposed, i);
			const double *from = r->w + (ptrdiff_t)i * out->n;
			if (li->side != PLUS)
				continue;
			/* a pair of driven columns: minus lies behind plus, so before it from the far end */
			double less = pair_of_inputs ? from[o - out->n] : from[other];
			int row = transposed ? lo->index : li->index;
			int col = transposed ? li->index : lo->index;
			w[(ptrdiff_t)row * b->n_stride + col] = (float)((from[o] - less) * per_u);
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

struct crossbar_left crossbar_read_ones(struct crossbar_room *r, int part,
	const struct crossbar_cells *b, bool transposed, int slot, double k_ones)
{
	bool against = transposed && r->crossbar->part[part].pair;
	struct crossbar_left left = {.k_worst = 1};
	double power = 0, ideal_power = 0;

	lay_network(r, part, b, transposed, slot);

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
