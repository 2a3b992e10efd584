/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Crossbars with resistive wires: against SPICE (tests/ref/spice-ladder.csv), against a dense nodal
 * solution, against the law of convergence, and the laws of linear networks.
 */
#include <check.h>
#include <gsl/gsl_linalg.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "device/ladder.h"
#include "fixture.h"
#include "near.h"

#define LANES      LADDER_LANES
#define K_RESIDUAL 1e-11

/* The generator of tools/spice/ladder.sh. */
static double uniform(uint64_t *x)
{
	*x = *x * 16807 % 2147483647;
	return (double)*x / 2147483647;
}

struct net {
	struct ladder ladder;
	double *r_in, *r_out, *g;
};

static struct net net_new(int n_in, int n_out)
{
	struct net n = {.r_in = NEW(arena, double, n_out),
		.r_out = NEW(arena, double, n_in),
		.g = NEW(arena, double, n_in *n_out)};

	n.ladder = (struct ladder){n_in, n_out, n.r_in, n.r_out};
	return n;
}

/* Uneven wires, and cells from 1 to 100 uS. */
static struct net net_random(int n_in, int n_out, double r_in, double r_out, uint64_t seed)
{
	struct net n = net_new(n_in, n_out);

	for (int o = 0; o < n_out; o++)
		n.r_in[o] = r_in * (0.5 + uniform(&seed));
	for (int i = 0; i < n_in; i++)
		n.r_out[i] = r_out * (0.5 + uniform(&seed));
	for (int k = 0; k < n_in * n_out; k++)
		n.g[k] = 1e-6 + 99e-6 * uniform(&seed);
	return n;
}

static struct net net_even(int n_in, int n_out, double r, double g_most)
{
	struct net n = net_new(n_in, n_out);
	uint64_t seed = 1;

	for (int o = 0; o < n_out; o++)
		n.r_in[o] = r;
	for (int i = 0; i < n_in; i++)
		n.r_out[i] = r;
	for (int k = 0; k < n_in * n_out; k++)
		n.g[k] = g_most * uniform(&seed);
	return n;
}

static struct ladder_solver *solver_of(const struct net *n, const char *isa)
{
	int n_in = n->ladder.n_in, n_out = n->ladder.n_out;
	struct ladder_solver *s = ladder_new(
		arena, n_in * n_out, n_in > n_out ? n_in : n_out, ladder_kern_pick(isa));

	ladder_load(s, &n->ladder, n->g);
	return s;
}

static struct ladder_drive drive_new(const struct net *n)
{
	return (struct ladder_drive){
		.i_in = NEW(arena, double, n->ladder.n_in *LANES),
		.i_out = NEW(arena, double, n->ladder.n_out *LANES),
		.i_cell = NEW(arena, double, n->ladder.n_in *n->ladder.n_out *LANES),
	};
}

/* The same drive on all lanes; currents of lane 0 into i_out. */
static void read_out(const struct net *n, const double *v, double *i_out)
{
	struct ladder_drive d = drive_new(n);
	double *v_in = NEW(arena, double, n->ladder.n_in *LANES);

	for (int k = 0; k < n->ladder.n_in * LANES; k++)
		v_in[k] = v[k / LANES];
	d.v_in = v_in;
	ladder_solve(solver_of(n, NULL), &d, K_RESIDUAL);
	for (int o = 0; o < n->ladder.n_out; o++)
		i_out[o] = d.i_out[o * LANES];
}

/* --- SPICE --- */

struct deck {
	char read[16], drive[16];
	int n_rows, n_cols, row_from, row_by, col_from, col_by;
	uint64_t seed;
	double r_row, r_col, r_source, r_sense;
};

struct lines {
	int n, from, by, total;
};

static struct lines lines_of(int from, int by, int total)
{
	return (struct lines){(total - from + by - 1) / by, from, by, total};
}

/* Wire segments of a line whose ends lie at "first"; the lines across it are those given. */
static void segments(double *r, struct lines across, double r_pitch, double r_first, double r_last)
{
	for (int k = 0; k < across.n; k++)
		r[k] = across.by * r_pitch;
	if (r_first > 0)
		r[0] = (across.from + 1) * r_pitch + r_first;
	if (r_last > 0)
		r[across.n - 1] =
			(across.total - across.from - (across.n - 1) * across.by) * r_pitch + r_last;
}

static void solve_deck(const struct deck *k, double *i_out)
{
	struct lines rows = lines_of(k->row_from, k->row_by, k->n_rows);
	struct lines cols = lines_of(k->col_from, k->col_by, k->n_cols);
	bool forward = strcmp(k->read, "forward") == 0, ones = strcmp(k->drive, "ones") == 0;
	struct net n = forward ? net_new(rows.n, cols.n) : net_new(cols.n, rows.n);
	double *v = NEW(arena, double, n.ladder.n_in);
	uint64_t x = k->seed;

	for (int i = 0; i < k->n_rows; i++)
		for (int o = 0; o < k->n_cols; o++) {
			double g = 1e-6 + 99e-6 * uniform(&x);
			int row = i - rows.from, col = o - cols.from;
			if (row < 0 || col < 0 || row % rows.by || col % cols.by)
				continue;
			row /= rows.by;
			col /= cols.by;
			/* backwards, the line next to a sense node comes last */
			if (forward)
				n.g[row * cols.n + col] = g;
			else
				n.g[(cols.n - 1 - col) * rows.n + rows.n - 1 - row] = g;
		}
	for (int i = 0; i < n.ladder.n_in; i++) {
		uniform(&x);
		v[forward ? i : n.ladder.n_in - 1 - i] = ones || x % 2 == 0 ? 0.2 : 0;
	}
	if (forward) {
		segments(n.r_in, cols, k->r_row, k->r_source, 0);
		segments(n.r_out, rows, k->r_col, 0, k->r_sense);
		read_out(&n, v, i_out);
		return;
	}

	double *r = NEW(arena, double, rows.n + cols.n), *i_back = NEW(arena, double, rows.n);

	segments(r, rows, k->r_col, 0, k->r_source);
	for (int o = 0; o < rows.n; o++)
		n.r_in[o] = r[rows.n - 1 - o];
	segments(r, cols, k->r_row, k->r_sense, 0);
	for (int i = 0; i < cols.n; i++)
		n.r_out[i] = r[cols.n - 1 - i];
	read_out(&n, v, i_back);
	for (int o = 0; o < rows.n; o++)
		i_out[o] = i_back[rows.n - 1 - o];
}

START_TEST(test_spice)
{
	FILE *f = fopen("tests/ref/spice-ladder.csv", "r");
	struct deck last = {0};
	double i_out[64] = {0}, worst = 0;
	char text[256];
	int n = 0, n_decks = 0;

	ck_assert_ptr_nonnull(f);
	while (fgets(text, sizeof text, f)) {
		struct deck k = {0};
		int line;
		double i;
		if (text[0] == '#' || strncmp(text, "read,", 5) == 0)
			continue;
		ck_assert_int_eq(
			sscanf(text,
				"%15[^,],%d,%d,%lu,%lf,%lf,%lf,%lf,%15[^,],%d,%d,%d,%d,%d,%lf",
				k.read, &k.n_rows, &k.n_cols, &k.seed, &k.r_row, &k.r_col,
				&k.r_source, &k.r_sense, k.drive, &k.row_from, &k.row_by,
				&k.col_from, &k.col_by, &line, &i),
			15);
		if (memcmp(&k, &last, sizeof k) != 0) {
			solve_deck(&k, i_out);
			last = k;
			n_decks++;
		}
		line = strcmp(k.read, "forward") == 0 ? (line - k.col_from) / k.col_by
						      : (line - k.row_from) / k.row_by;
		ck_near(i_out[line], i, 1e-6); /* asked: 1e-3 */
		worst = fmax(worst, fabs(i_out[line] / i - 1));
		n++;
	}
	fclose(f);
	ck_assert_int_eq(n_decks, 7);
	ck_assert_int_eq(n, 32 + 32 + 64 + 64 + 64 + 8 + 8);
	ck_assert_msg(worst > 0, "every digit agrees: is the file made by this solver?");
}
END_TEST

/* --- a dense nodal solution --- */

static void stamp(gsl_matrix *m, int a, int b, double g)
{
	const int node[] = {a, b};

	for (int k = 0; k < 2; k++)
		if (node[k] >= 0)
			*gsl_matrix_ptr(m, (size_t)node[k], (size_t)node[k]) += g;
	if (a >= 0 && b >= 0) {
		*gsl_matrix_ptr(m, (size_t)a, (size_t)b) -= g;
		*gsl_matrix_ptr(m, (size_t)b, (size_t)a) -= g;
	}
}

static void dense(const struct net *n, const double *v, double *i_out)
{
	int n_in = n->ladder.n_in, n_out = n->ladder.n_out, n_cells = n_in * n_out;
	size_t size = 2 * (size_t)n_cells;
	gsl_matrix *m = gsl_matrix_calloc(size, size);
	gsl_vector *b = gsl_vector_calloc(size), *x = gsl_vector_calloc(size);
	gsl_permutation *perm = gsl_permutation_alloc(size);
	int sign;

	for (int i = 0; i < n_in; i++)
		for (int o = 0; o < n_out; o++) {
			int cell = i * n_out + o;
			stamp(m, cell, n_cells + cell, n->g[cell]);
			stamp(m, cell, o > 0 ? cell - 1 : -1, 1 / n->r_in[o]);
			stamp(m, n_cells + cell, i < n_in - 1 ? n_cells + cell + n_out : -1,
				1 / n->r_out[i]);
			if (o == 0)
				gsl_vector_set(b, (size_t)cell, v[i] / n->r_in[0]);
		}
	gsl_linalg_LU_decomp(m, perm, &sign);
	gsl_linalg_LU_solve(m, perm, b, x);
	for (int o = 0; o < n_out; o++)
		i_out[o] = gsl_vector_get(x, (size_t)(n_cells + (n_in - 1) * n_out + o)) /
			   n->r_out[n_in - 1];
	gsl_matrix_free(m);
	gsl_vector_free(b);
	gsl_vector_free(x);
	gsl_permutation_free(perm);
}

static const struct {
	int n_in, n_out;
	double r_in, r_out;
} shape[] = {{1, 1, 100, 50}, {1, 9, 10, 30}, {9, 1, 30, 10}, {8, 4, 1, 1}, {7, 11, 200, 3},
	{12, 12, 50, 50}, {13, 6, 3, 2000}};
#define N_SHAPES (int)(sizeof shape / sizeof *shape)

START_TEST(test_dense)
{
	struct net n = net_random(shape[_i].n_in, shape[_i].n_out, shape[_i].r_in, shape[_i].r_out,
		(uint64_t)_i + 7);
	double v[13], ours[13], theirs[13];
	uint64_t seed = 3;

	for (int i = 0; i < n.ladder.n_in; i++)
		v[i] = uniform(&seed) - 0.3;
	read_out(&n, v, ours);
	dense(&n, v, theirs);
	for (int o = 0; o < n.ladder.n_out; o++)
		ck_near(ours[o], theirs[o], 1e-9);
}
END_TEST

START_TEST(test_terminals)
{
	struct net n = net_new(1, 3);
	const double v[] = {1};
	double i_out[3];

	/* by hand: one input line, three cells of 1 kOhm, 1 kOhm of source, no other wire */
	n.r_in[0] = 1000;
	for (int o = 0; o < 3; o++)
		n.g[o] = 1e-3;
	read_out(&n, v, i_out);
	for (int o = 0; o < 3; o++)
		ck_near(i_out[o], 0.25e-3, 1e-12);
}
END_TEST

/* --- convergence --- */

/* Largest eigenvalue of (wire operator x conductance). */
static double lambda_of(const struct net *n)
{
	int n_cells = n->ladder.n_in * n->ladder.n_out;
	double *i = NEW(arena, double, n_cells), *v = NEW(arena, double, n_cells), lambda = 0;

	for (int k = 0; k < n_cells; k++)
		v[k] = 1;
	for (int round = 0; round < 60; round++) {
		double most = 0;
		for (int k = 0; k < n_cells; k++)
			i[k] = n->g[k] * v[k];
		ladder_drop(&n->ladder, i, v);
		for (int k = 0; k < n_cells; k++)
			most = fmax(most, v[k]);
		lambda = most;
		for (int k = 0; k < n_cells; k++)
			v[k] /= most;
	}
	return lambda;
}

/* Cells drawn evenly up to 1/10 kOhm. */
static const struct {
	int n_in, n_out;
	double r;
	int n_coarse, n_fine; /* iterations to 2e-4 and 1e-9, and rms loss of a column's current, */
	double k_loss;        /* measured elsewhere; 0: not known */
} array[] = {{64, 64, 1, 2, 5, 0.125}, {64, 64, 5, 0, 0, 0.41}, {128, 128, 1, 4, 8, 0.35},
	{128, 128, 5, 7, 15, 0.71}, {256, 256, 5, 11, 25, 0}, {1152, 128, 1, 15, 30, 0},
	{128, 1152, 1, 15, 30, 0}, {32, 32, 100, 0, 0, 0}, {128, 32, 0.1, 0, 0, 0},
	{16, 16, 1000, 0, 0, 0}};
#define N_ARRAYS (int)(sizeof array / sizeof *array)

START_TEST(test_convergence)
{
	int n_in = array[_i].n_in, n_out = array[_i].n_out;
	struct net n = net_even(n_in, n_out, array[_i].r, 1e-4);
	struct ladder_solver *s = solver_of(&n, NULL);
	struct ladder_drive d = drive_new(&n);
	double *v = NEW(arena, double, n_in *LANES), lambda = lambda_of(&n), mean = 0;
	double bound = ladder_worst_drop(
		&n.ladder, n.g, NEW(arena, double, n_in *n_out));
	const double k_residual[] = {2e-4, 1e-9};
	const int n_known[] = {array[_i].n_coarse, array[_i].n_fine};

	for (int k = 0; k < n_in * n_out; k++)
		mean += n.g[k] / (n_in * n_out);
	for (int k = 0; k < n_in * LANES; k++)
		v[k] = 1;
	if (n_in >= 64 && n_out >= 64)
		ck_near(lambda,
			4 / (M_PI * M_PI) * mean * array[_i].r *
				((n_in + 0.5) * (n_in + 0.5) + (n_out + 0.5) * (n_out + 0.5)),
			0.05);
	ck_assert_double_le(lambda, bound);
	d.v_in = v;
	d.i_cell = NULL;
	for (int k = 0; k < 2; k++) {
		int n_iterations = ladder_solve(s, &d, k_residual[k]);
		ck_assert_int_le(n_iterations, ladder_iterations(lambda, k_residual[k]));
		if (n_known[k] > 0)
			ck_assert_int_le(abs(n_iterations - n_known[k]), n_known[k] / 5 + 2);
	}

	double square = 0;

	for (int o = 0; o < n_out; o++) {
		double ideal = 0;
		for (int i = 0; i < n_in; i++)
			ideal += n.g[i * n_out + o];
		square += pow(1 - d.i_out[o * LANES] / ideal, 2) / n_out;
	}
	if (array[_i].k_loss > 0)
		ck_near(sqrt(square), array[_i].k_loss, 0.03);
}
END_TEST

/* Effective weights are as exact as was asked, in root mean square and over the ideal ones, after the
 * rounds of the law; many more rounds than it takes would show as errors far below. */
START_TEST(test_rounds)
{
	struct net n = net_even(array[_i].n_in, array[_i].n_out, array[_i].r, 1e-4);
	int n_cells = n.ladder.n_in * n.ladder.n_out;
	struct ladder_solver *s = solver_of(&n, NULL);
	double *w = NEW(arena, double, n_cells), *exact = NEW(arena, double, n_cells);

	if (n_cells > 128 * 128)
		return;
	ladder_weights(s, 1e-15, exact);
	for (double k_error = 1e-2; k_error > 1e-12; k_error /= 10) {
		double square = 0, all = 0;
		ladder_weights(s, k_error, w);
		for (int k = 0; k < n_cells; k++) {
			square += (w[k] - exact[k]) * (w[k] - exact[k]);
			all += n.g[k] * n.g[k];
		}
		ck_assert_double_lt(sqrt(square / all), k_error);
		ck_assert_double_gt(sqrt(square / all), k_error * 1e-7);
	}
	/* n rounds leave 2 sigma^n; with lines of one direction alone one round is exact */
	ck_assert_int_eq(ladder_rounds(3, 0, 1e-9), 1);
	ck_assert_int_eq(ladder_rounds(1, 1, 2e-6), 6); /* rho 1/4, sigma 0.0718 */
	ck_assert_int_eq(ladder_rounds(9, 9, 2e-6), 15); /* rho 0.81, sigma 0.3929 */
}
END_TEST

/* --- laws --- */

START_TEST(test_no_wires_is_ideal)
{
	struct net n = net_random(20, 30, 0, 0, 5);
	struct ladder_solver *s = solver_of(&n, NULL);
	double *w = NEW(arena, double, 600);

	ladder_weights(s, K_RESIDUAL, w);
	for (int k = 0; k < 600; k++)
		ck_near(w[k], n.g[k], 1e-14);
	ladder_first_order(&n.ladder, n.g, w);
	for (int k = 0; k < 600; k++)
		ck_near(w[k], n.g[k], 1e-14);
}
END_TEST

/* Sources and sense nodes exchanged: the same conductances, transposed. */
START_TEST(test_exchange)
{
	struct net n = net_random(24, 17, 30, 20, 11), t = net_new(17, 24);
	double *w = NEW(arena, double, 24 * 17), *w_t = NEW(arena, double, 24 * 17);

	for (int i = 0; i < 24; i++)
		t.r_in[23 - i] = n.r_out[i];
	for (int o = 0; o < 17; o++)
		t.r_out[16 - o] = n.r_in[o];
	for (int i = 0; i < 24; i++)
		for (int o = 0; o < 17; o++)
			t.g[(16 - o) * 24 + 23 - i] = n.g[i * 17 + o];
	ladder_weights(solver_of(&n, NULL), K_RESIDUAL, w);
	ladder_weights(solver_of(&t, NULL), K_RESIDUAL, w_t);
	for (int i = 0; i < 24; i++)
		for (int o = 0; o < 17; o++)
			ck_near(w_t[(16 - o) * 24 + 23 - i], w[i * 17 + o], 1e-8);
}
END_TEST

/* Every current below its ideal one, what goes in comes out, and the sources' power is the heat of
 * cells and wires. */
START_TEST(test_currents_and_heat)
{
	int n_in = shape[_i].n_in, n_out = shape[_i].n_out;
	struct net n = net_random(n_in, n_out, shape[_i].r_in, shape[_i].r_out, 23);
	struct ladder_drive d = drive_new(&n);
	double *v = NEW(arena, double, n_in *LANES);
	uint64_t seed = 9;

	for (int k = 0; k < n_in * LANES; k++)
		v[k] = uniform(&seed) < 0.3 ? 0 : uniform(&seed);
	d.v_in = v;
	ladder_solve(solver_of(&n, NULL), &d, K_RESIDUAL);
	for (int lane = 0; lane < LANES; lane++) {
		double in = 0, out = 0, power = 0, heat = 0;
		for (int i = 0; i < n_in; i++) {
			in += d.i_in[i * LANES + lane];
			power += v[i * LANES + lane] * d.i_in[i * LANES + lane];
		}
		for (int o = 0; o < n_out; o++) {
			double ideal = 0, current = 0;
			for (int i = 0; i < n_in; i++) {
				int cell = i * n_out + o;
				double i_cell = d.i_cell[cell * LANES + lane];
				ideal += n.g[cell] * v[i * LANES + lane];
				current += i_cell;
				heat += i_cell * i_cell / n.g[cell] +
					n.r_out[i] * current * current;
			}
			out += d.i_out[o * LANES + lane];
			ck_near(d.i_out[o * LANES + lane], current, 1e-9);
			ck_assert_double_le(d.i_out[o * LANES + lane], ideal * (1 + 1e-9));
		}
		for (int i = 0; i < n_in; i++) {
			double current = 0;
			for (int o = n_out - 1; o >= 0; o--) {
				current += d.i_cell[(i * n_out + o) * LANES + lane];
				heat += n.r_in[o] * current * current;
			}
		}
		ck_near(in, out, 1e-9);
		ck_near(heat, power, 1e-9);
	}
}
END_TEST

START_TEST(test_monotone)
{
	double before = INFINITY, v[40];

	for (int i = 0; i < 40; i++)
		v[i] = i % 3 > 0;
	for (double r = 0; r < 1000; r = 2 * r + 1) {
		struct net n = net_even(40, 25, r, 5e-5);
		double i_out[25], sum = 0;
		read_out(&n, v, i_out);
		for (int o = 0; o < 25; o++)
			sum += i_out[o];
		ck_assert_double_lt(sum, before);
		before = sum;
	}
}
END_TEST

/* One matrix for all inputs. */
START_TEST(test_weights_are_the_solver)
{
	int n_in = _i % 2 ? 40 : 96, n_out = _i % 2 ? 70 : 33;
	struct net n = net_random(n_in, n_out, 4, 6, (uint64_t)_i + 1);
	double *w = NEW(arena, double, n_in *n_out), v[96], i_out[70];
	uint64_t seed = (uint64_t)_i + 50;

	ladder_weights(solver_of(&n, NULL), 1e-9, w);
	for (int round = 0; round < 5; round++) {
		for (int i = 0; i < n_in; i++)
			v[i] = round < 3 ? uniform(&seed) < 0.25 : uniform(&seed);
		read_out(&n, v, i_out);
		for (int o = 0; o < n_out; o++) {
			double sum = 0;
			for (int i = 0; i < n_in; i++)
				sum += v[i] * w[i * n_out + o];
			ck_near(sum, i_out[o], 1e-6);
		}
	}
}
END_TEST

/* The error of the first order falls with the square of the wires' resistance. */
START_TEST(test_first_order)
{
	double error[2];

	for (int k = 0; k < 2; k++) {
		struct net n = net_even(32, 32, k ? 0.05 : 0.1, 1e-4);
		struct ladder_solver *s = solver_of(&n, NULL);
		double w[1024], first[1024], square = 0;
		ladder_weights(s, 1e-12, w);
		ladder_first_order(&n.ladder, n.g, first);
		for (int c = 0; c < 1024; c++)
			square += (first[c] - w[c]) * (first[c] - w[c]);
		error[k] = sqrt(square);
	}
	ck_near(error[0] / error[1], 4, 0.02);
}
END_TEST

START_TEST(test_kernels_agree)
{
	const char *isa[] = {"scalar", "avx2", "avx512"};
	struct net n = net_random(33, 21, 7, 9, 77);
	struct ladder_drive d[3];
	uint64_t seed = 5;
	double *v = NEW(arena, double, 33 * LANES);

	for (int k = 0; k < 33 * LANES; k++)
		v[k] = k % LANES == 3 ? 0 : uniform(&seed); /* a lane without a drive */
	for (int k = 0; k < 3; k++) {
		if (!ladder_kern_pick(isa[k]))
			continue;
		d[k] = drive_new(&n);
		d[k].v_in = v;
		ladder_solve(solver_of(&n, isa[k]), &d[k], 1e-10);
		ck_assert_mem_eq(d[k].i_out, d[0].i_out, 21 * LANES * sizeof(double));
		ck_assert_mem_eq(d[k].i_in, d[0].i_in, 33 * LANES * sizeof(double));
		ck_assert_mem_eq(d[k].i_cell, d[0].i_cell, 33 * 21 * LANES * sizeof(double));
	}
	ck_assert_ptr_null(ladder_kern_pick("none such"));
	for (int o = 0; o < 21; o++)
		ck_assert(d[0].i_out[o * LANES + 3] == 0);

	/* both ways of effective weights: by outputs, by inputs */
	for (int turn = 0; turn < 2; turn++) {
		struct net t = net_random(turn ? 19 : 34, turn ? 23 : 21, 7, 9, 78);
		double w[3][34 * 23];
		for (int k = 0; k < 3; k++) {
			if (!ladder_kern_pick(isa[k]))
				continue;
			ladder_weights(solver_of(&t, isa[k]), 1e-7, w[k]);
			ck_assert_mem_eq(w[k], w[0],
				(size_t)(t.ladder.n_in * t.ladder.n_out) * sizeof(double));
		}
	}
}
END_TEST

int main(void)
{
	Suite *s = suite_create("ladder");
	TCase *t = tcase_create("ladder");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, test_spice);
	tcase_add_loop_test(t, test_dense, 0, N_SHAPES);
	tcase_add_test(t, test_terminals);
	tcase_add_loop_test(t, test_convergence, 0, N_ARRAYS);
	tcase_add_loop_test(t, test_rounds, 0, N_ARRAYS);
	tcase_add_test(t, test_no_wires_is_ideal);
	tcase_add_test(t, test_exchange);
	tcase_add_loop_test(t, test_currents_and_heat, 0, N_SHAPES);
	tcase_add_test(t, test_monotone);
	tcase_add_loop_test(t, test_weights_are_the_solver, 0, 4);
	tcase_add_test(t, test_first_order);
	tcase_add_test(t, test_kernels_agree);
	suite_add_tcase(s, t);
	return run_suite(s);
}
