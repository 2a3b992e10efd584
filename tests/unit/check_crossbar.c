/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads of a subarray with resistive lines: every effective weight against a nodal solution of the
 * whole subarray, in which the lines that conduct are laid out place by place.
 */
#include <check.h>
#include <gsl/gsl_linalg.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/rng.h"
#include "device/crossbar.h"
#include "fixture.h"
#include "near.h"

/* A pair and two slices of single cells. */
static const struct crossbar example = {
	.how = IR_DROP_FULL,
	.n_rows = 7,
	.n_outputs = 6,
	.n_together = 7,
	.n_converters = 3,
	.n_outputs_per_reference = 3,
	.n_arrays = 2,
	.array =
		{
			{0, 1, true, 1e-6, 25e-6, 180, 240, {400, 300}, {700, 900}},
			{1, 2, false, 2e-6, 40e-6, 90, 310, {250, 520}, {660, 810}},
		},
	.k_weight = {0.75, 0.15, 0.1},
};
#define N_PARTS 3

/* Weights that are driven together, and where they begin. */
static const struct {
	int n_rows, n_cols, first_row, first_col;
} block[] = {{7, 6, 0, 0}, {7, 5, 0, 0}, {4, 6, 0, 0}, {3, 4, 3, 0}, {1, 1, 6, 5}, {5, 2, 2, 3}};
#define N_BLOCKS (int)(sizeof block / sizeof *block)
#define N_CASES  (N_BLOCKS * 4) /* two arrays, two directions */

static struct crossbar_cells cells_of(int k)
{
	int n = block[k].n_rows * block[k].n_cols;
	struct rng rng = rng_stream(3, RNG_INIT_WEIGHT, (uint32_t)k);
	struct crossbar_cells b = {.n_stride = block[k].n_cols,
		.n_rows = block[k].n_rows,
		.n_cols = block[k].n_cols,
		.first_row = block[k].first_row,
		.first_col = block[k].first_col};

	for (int slice = 0; slice < 2; slice++)
		for (int side = 0; side < 2; side++) {
			float *y = NEW(arena, float, n);
			for (int i = 0; i < n; i++)
				y[i] = rng_uniform(rng, (uint64_t)(4 * i + 2 * slice + side), 0);
			b.y[slice][side] = y;
		}
	return b;
}

/* All reads of a block. */
static void weights_of(
	const struct crossbar *c, int array, bool transposed, const struct crossbar_cells *b, float **w)
{
	struct crossbar_room *room = crossbar_room_new(arena, c, NULL);
	struct crossbar_read read = {array, transposed, 0, 0};

	for (; read.slice < (transposed ? c->array[array].n_slices : 1); read.slice++)
		for (read.slot = 0; read.slot < crossbar_slots(c, array, b, transposed);
			read.slot++)
			crossbar_weights(room, &read, b, w);
}

static float **room_for_weights(const struct crossbar_cells *b)
{
	float **w = NEW(arena, float *, N_PARTS);

	for (int p = 0; p < N_PARTS; p++) {
		w[p] = NEW(arena, float, b->n_rows *b->n_cols);
		for (int k = 0; k < b->n_rows * b->n_cols; k++)
			w[p][k] = NAN;
	}
	return w;
}

/* --- the subarray place by place --- */

struct grid {
	int n_rows, n_cols; /* places */
	gsl_matrix *m;      /* row nodes, then column nodes */
	bool *row, *col;    /* lines that conduct */
	int *row_weight, *col_weight; /* which weight a line belongs to; -1: a reference */
	int *col_side, *col_slice;
};

static size_t row_node(const struct grid *g, int r, int c)
{
	return (size_t)(r * g->n_cols + c);
}

static size_t col_node(const struct grid *g, int r, int c)
{
	return (size_t)(g->n_rows * g->n_cols + r * g->n_cols + c);
}

static void stamp(gsl_matrix *m, size_t a, size_t b, double g)
{
	*gsl_matrix_ptr(m, a, a) += g;
	*gsl_matrix_ptr(m, b, b) += g;
	*gsl_matrix_ptr(m, a, b) -= g;
	*gsl_matrix_ptr(m, b, a) -= g;
}

/* Place of line j among n_all behind n_converters. */
static int place(int j, int n_all, int n_converters)
{
	int n_slots = (n_all + n_converters - 1) / n_converters;

	return j % n_converters * n_slots + j / n_converters;
}

static int whole_slots(int n_all, int n_converters)
{
	return (n_all + n_converters - 1) / n_converters * n_converters;
}

static void add_rows(struct grid *g, const struct crossbar *c, const struct crossbar_read *read,
	const struct crossbar_cells *b)
{
	bool pair = c->array[read->array].pair;
	int n_per = c->n_outputs_per_reference, n_all = whole_slots(c->n_rows, c->n_converters);
	int first_slot = b->first_row / c->n_converters;

	for (int j = 0; j < b->n_rows; j++) {
		int row = b->first_row + j, p = place(row, c->n_rows, c->n_converters);
		int at = pair ? p : p + p / n_per;
		if (read->transposed && row / c->n_converters - first_slot != read->slot)
			continue;
		g->row[at] = true;
		g->row_weight[at] = j;
		if (!pair && read->transposed) {
			int last = (p / n_per + 1) * n_per < n_all ? (p / n_per + 1) * n_per : n_all;
			g->row[last + p / n_per] = true;
			g->row_weight[last + p / n_per] = -1;
		}
	}
}

static void add_columns(struct grid *g, const struct crossbar *c, const struct crossbar_read *read,
	const struct crossbar_cells *b)
{
	const struct crossbar_array *q = &c->array[read->array];
	int n_per = c->n_outputs_per_reference, n_slices = q->n_slices;
	int n_all = whole_slots(c->n_outputs * n_slices, c->n_converters);
	int first_slot = b->first_col * n_slices / c->n_converters;

	for (int j = 0; j < b->n_cols * n_slices; j++) {
		int col = b->first_col * n_slices + j;
		int p = place(col, c->n_outputs * n_slices, c->n_converters);
		if (read->transposed ? j % n_slices != read->slice
				     : col / c->n_converters - first_slot != read->slot)
			continue;
		for (int side = 0; side <= q->pair; side++) {
			int at = q->pair ? 2 * p + side : p + p / n_per;
			g->col[at] = true;
			g->col_weight[at] = j / n_slices;
			g->col_slice[at] = j % n_slices;
			g->col_side[at] = side;
		}
		if (!q->pair && !read->transposed) {
			int last = (p / n_per + 1) * n_per < n_all ? (p / n_per + 1) * n_per : n_all;
			g->col[last + p / n_per] = true;
			g->col_weight[last + p / n_per] = -1;
		}
	}
}

static struct grid grid_new(const struct crossbar *c, const struct crossbar_read *read,
	const struct crossbar_cells *b)
{
	const struct crossbar_array *q = &c->array[read->array];
	int n_per = c->n_outputs_per_reference, n_r = whole_slots(c->n_rows, c->n_converters);
	int n_c = whole_slots(c->n_outputs * q->n_slices, c->n_converters);
	struct grid g = {.n_rows = q->pair ? n_r : n_r + (n_r + n_per - 1) / n_per,
		.n_cols = q->pair ? 2 * n_c : n_c + (n_c + n_per - 1) / n_per};
	size_t n = 2 * (size_t)(g.n_rows * g.n_cols);

	g.m = gsl_matrix_calloc(n, n);
	g.row = NEW(arena, bool, g.n_rows);
	g.col = NEW(arena, bool, g.n_cols);
	g.row_weight = NEW(arena, int, g.n_rows);
	g.col_weight = NEW(arena, int, g.n_cols);
	g.col_side = NEW(arena, int, g.n_cols);
	g.col_slice = NEW(arena, int, g.n_cols);
	add_rows(&g, c, read, b);
	add_columns(&g, c, read, b);
	return g;
}

static double conductance(const struct crossbar_array *q, const struct crossbar_cells *b,
	const struct grid *g, int r, int c)
{
	double y = 0.5;

	if (g->row_weight[r] >= 0 && g->col_weight[c] >= 0)
		y = (double)b->y[g->col_slice[c]][g->col_side[c]]
				 [g->row_weight[r] * b->n_stride + g->col_weight[c]];
	return q->g_low + y * (q->g_high - q->g_low);
}

static void fill(struct grid *g, const struct crossbar_array *q, const struct crossbar_cells *b,
	bool transposed)
{
	double r_row_end = transposed ? q->transposed.r_sense : q->forward.r_drive;
	double r_col_end = transposed ? q->transposed.r_drive : q->forward.r_sense;

	for (int r = 0; r < g->n_rows; r++)
		for (int c = 0; c < g->n_cols; c++) {
			size_t row = row_node(g, r, c), col = col_node(g, r, c);
			if (c > 0)
				stamp(g->m, row, row_node(g, r, c - 1), 1 / q->r_row);
			else
				*gsl_matrix_ptr(g->m, row, row) += 1 / (r_row_end + q->r_row);
			if (r < g->n_rows - 1)
				stamp(g->m, col, col_node(g, r + 1, c), 1 / q->r_column);
			else
				*gsl_matrix_ptr(g->m, col, col) += 1 / (r_col_end + q->r_column);
			if (g->row[r] && g->col[c])
				stamp(g->m, row, col, conductance(q, b, g, r, c));
		}
}

/* Current into every end when the end of one line is at one volt. */
static void ends(const struct grid *g, const struct crossbar_array *q, bool transposed, int driven,
	gsl_permutation *perm, double *i)
{
	double r_row = q->r_row + (transposed ? q->transposed.r_sense : q->forward.r_drive);
	double r_col = q->r_column + (transposed ? q->transposed.r_drive : q->forward.r_sense);
	gsl_vector *b = gsl_vector_calloc(g->m->size1), *x = gsl_vector_calloc(g->m->size1);

	if (transposed)
		gsl_vector_set(b, col_node(g, g->n_rows - 1, driven), 1 / r_col);
	else
		gsl_vector_set(b, row_node(g, driven, 0), 1 / r_row);
	gsl_linalg_LU_solve(g->m, perm, b, x);
	for (int k = 0; k < (transposed ? g->n_rows : g->n_cols); k++)
		i[k] = transposed ? gsl_vector_get(x, row_node(g, k, 0)) / r_row
				  : gsl_vector_get(x, col_node(g, g->n_rows - 1, k)) / r_col;
	gsl_vector_free(b);
	gsl_vector_free(x);
}

static int reference_of(const struct grid *g, bool transposed, int k)
{
	const int *weight = transposed ? g->row_weight : g->col_weight;
	const bool *on = transposed ? g->row : g->col;

	while (!on[k] || weight[k] >= 0)
		k++;
	return k;
}

/* Every weight of one read; returns their number. */
static int check_read(const struct crossbar_read *read, const struct crossbar_cells *b, float **w)
{
	const struct crossbar_array *q = &example.array[read->array];
	bool transposed = read->transposed;
	struct grid g = grid_new(&example, read, b);
	gsl_permutation *perm = gsl_permutation_alloc(g.m->size1);
	double i[64], i_minus[64];
	int sign, n_seen = 0;

	fill(&g, q, b, transposed);
	gsl_linalg_LU_decomp(g.m, perm, &sign);
	for (int in = 0; in < (transposed ? g.n_cols : g.n_rows); in++) {
		if (!(transposed ? g.col : g.row)[in] || (transposed && g.col_side[in]))
			continue;
		ends(&g, q, transposed, in, perm, i);
		if (transposed && q->pair)
			ends(&g, q, transposed, in + 1, perm, i_minus);
		for (int out = 0; out < (transposed ? g.n_rows : g.n_cols); out++) {
			if (!(transposed ? g.row : g.col)[out] ||
				(transposed ? g.row_weight : g.col_weight)[out] < 0 ||
				(!transposed && g.col_side[out]))
				continue;
			double less = !q->pair     ? i[reference_of(&g, transposed, out)]
				      : transposed ? i_minus[out]
						   : i[out + 1];
			int row = g.row_weight[transposed ? out : in];
			int col = transposed ? in : out;
			int part = q->first_part + g.col_slice[col];
			double per_u = example.k_weight[part] * (q->pair ? 1 : 2) /
				       (q->g_high - q->g_low);
			double ours = (double)w[part][row * b->n_stride + g.col_weight[col]];
			ck_assert_double_le(fabs(ours - (i[out] - less) * per_u), 2e-7);
			n_seen++;
		}
	}
	gsl_permutation_free(perm);
	gsl_matrix_free(g.m);
	return n_seen;
}

START_TEST(test_nodal)
{
	struct crossbar_read read = {.array = _i & 1, .transposed = _i & 2};
	int n_slices = example.array[read.array].n_slices, n_seen = 0;
	struct crossbar_cells b = cells_of(_i / 4);
	float **w = room_for_weights(&b);

	weights_of(&example, read.array, read.transposed, &b, w);
	for (; read.slice < (read.transposed ? n_slices : 1); read.slice++)
		for (read.slot = 0;
			read.slot < crossbar_slots(&example, read.array, &b, read.transposed);
			read.slot++)
			n_seen += check_read(&read, &b, w);
	ck_assert_int_eq(n_seen, b.n_rows * b.n_cols * n_slices);
}
END_TEST

/* Ideal wires leave the weights as they are, solved or to the first order. */
START_TEST(test_ideal)
{
	int array = _i & 1;
	bool transposed = _i & 2;
	struct crossbar_cells b = cells_of(_i / 4);

	for (int how = IR_DROP_FIRST_ORDER; how <= IR_DROP_FULL; how++) {
		struct crossbar c = example;
		struct crossbar_array *q = &c.array[array];
		float **w = room_for_weights(&b);
		c.how = (enum ir_drop)how;
		q->r_row = q->r_column = 0;
		q->forward = q->transposed = (struct crossbar_ends){0, 0};
		weights_of(&c, array, transposed, &b, w);
		for (int i = 0; i < q->n_slices; i++)
			for (int k = 0; k < b.n_rows * b.n_cols; k++) {
				float u = q->pair ? b.y[i][0][k] - b.y[i][1][k]
						  : 2 * b.y[i][0][k] - 1;
				double ideal = c.k_weight[q->first_part + i] * (double)u;
				ck_assert_double_le(
					fabs((double)w[q->first_part + i][k] - ideal), 1e-7);
			}

		struct crossbar_left left = crossbar_read_ones(crossbar_room_new(arena, &c, NULL),
			&(struct crossbar_read){array, transposed, 0, 0}, &b, 0.3);
		ck_near(left.k_power, 1, 1e-12);
		ck_near(left.k_worst, 1, 1e-12);
	}
}
END_TEST

/* What is left falls with every resistance, and the first order comes close to the solution where
 * little is lost. */
START_TEST(test_left)
{
	struct crossbar_read read = {.array = _i & 1, .transposed = _i & 2};
	struct crossbar_cells b = {.y_all = {0.5, 0.5},
		.n_rows = block[_i / 4].n_rows,
		.n_cols = block[_i / 4].n_cols};
	struct crossbar_left before = {1, 1};

	for (double k = 0.01; k < 20; k *= 3) {
		struct crossbar c = example;
		struct crossbar_array *q = &c.array[read.array];
		q->r_row *= k;
		q->r_column *= k;
		for (int end = 0; end < 2; end++) {
			struct crossbar_ends *e = end ? &q->transposed : &q->forward;
			e->r_drive *= k;
			e->r_sense *= k;
		}
		struct crossbar_left left =
			crossbar_read_ones(crossbar_room_new(arena, &c, NULL), &read, &b, 1);
		c.how = IR_DROP_FIRST_ORDER;
		struct crossbar_left first =
			crossbar_read_ones(crossbar_room_new(arena, &c, NULL), &read, &b, 1);
		ck_assert_double_lt(left.k_power, before.k_power);
		ck_assert_double_lt(left.k_worst, before.k_worst);
		ck_assert_double_gt(left.k_worst, 0);
		if (left.k_worst > 0.98) {
			ck_near(first.k_power, left.k_power, 1e-3);
			ck_near(first.k_worst, left.k_worst, 1e-3);
		}
		before = left;
	}
}
END_TEST

int main(void)
{
	Suite *s = suite_create("crossbar");
	TCase *t = tcase_create("crossbar");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_loop_test(t, test_nodal, 0, N_CASES);
	tcase_add_loop_test(t, test_ideal, 0, N_CASES);
	tcase_add_loop_test(t, test_left, 0, N_CASES);
	suite_add_tcase(s, t);
	return run_suite(s);
}
