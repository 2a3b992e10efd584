/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Crossbar with resistive wires.
 *
 * Model    v + P G v = e: a cell at voltage v carries G v, and the wires lose P (G v) of e, the
 *          difference of its ends. P sums currents along each line to its driven end and voltages
 *          back. With S = G^(1/2), v = u/S: (1 + S P S) u = S e, symmetric, eigenvalues from 1 to
 *          1 + lambda: conjugate gradients, at most
 *              n = 1/2 k^(1/2) ln(2 k^(1/2)/residual), k = 1 + lambda, iterations;
 *          lambda <= largest element of P G 1; for uniform lines and no end resistance
 *          lambda ~ 4/pi^2 mean(g) ((n_in + 1/2)^2 r_out + (n_out + 1/2)^2 r_in)
 *          effective conductances: reciprocity gives all of a line from one drive at its end
 *          first order: g/(1 + (P G 1)), the loss of an array of ones, never negative
 * Source   [Hestenes1952] (conjugate gradients), [Saad2003] (bound)
 * Assumes  linear cells; lines between cells and ends only: a cell whose word line is off is g = 0,
 *          a line that is not driven or held is not part of the network
 * Valid    every line reaches its end through a finite resistance
 * Checked  tests/unit/check_ladder.c: dense solution, laws; tests/ref/spice-ladder.csv
 */
#include "device/ladder.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "device/ladder_priv.h"

#define LANES LADDER_LANES

/* Rounding may cost a few iterations more than the law says. */
#define N_SPARE 20

struct ladder_solver {
	const struct ladder_kern *kern;
	struct ladder ladder;
	int n_cells_most, n_lines_most;
	double lambda; /* bound */
	double *s;     /* [n_cells] roots of the conductances */
	double *u;     /* lanes of cells, for currents of cells */
	double *v;     /* lanes of lines */
	struct ladder_work work;
};

static const struct ladder_kern *const kerns[] = {&ladder_scalar, &ladder_avx2, &ladder_avx512, NULL};

const struct ladder_kern *ladder_kern_pick(const char *isa)
{
	const struct ladder_kern *best = NULL;

	for (int i = 0; kerns[i]; i++)
		if ((!isa || strcmp(isa, kerns[i]->name) == 0) && kerns[i]->usable())
			best = kerns[i];
	return best;
}

void ladder_drop(const struct ladder *l, const double *i_cell, double *v_drop)
{
	for (int i = 0; i < l->n_in; i++) {
		const double *in = i_cell + (ptrdiff_t)i * l->n_out;
		double *drop = v_drop + (ptrdiff_t)i * l->n_out;
		double current = 0, lost = 0;
		for (int o = l->n_out - 1; o >= 0; o--) {
			current += in[o];
			drop[o] = l->r_in[o] * current;
		}
		for (int o = 0; o < l->n_out; o++) {
			lost += drop[o];
			drop[o] = lost;
		}
	}
	for (int o = 0; o < l->n_out; o++) {
		double current = 0, lost = 0;
		for (int i = 0; i < l->n_in; i++)
			current += i_cell[(ptrdiff_t)i * l->n_out + o];
		for (int i = l->n_in - 1; i >= 0; i--) {
			lost += l->r_out[i] * current;
			current -= i_cell[(ptrdiff_t)i * l->n_out + o];
			v_drop[(ptrdiff_t)i * l->n_out + o] += lost;
		}
	}
}

double ladder_worst_drop(const struct ladder *l, const double *g, double *scratch)
{
	ptrdiff_t n = (ptrdiff_t)l->n_in * l->n_out;
	double worst = 0;

	ladder_drop(l, g, scratch);
	for (ptrdiff_t k = 0; k < n; k++)
		worst = fmax(worst, scratch[k]);
	return worst;
}

int ladder_iterations(double lambda, double k_residual)
{
	double root = sqrt(1 + lambda);

	return (int)ceil(0.5 * root * log(2 * root / k_residual));
}

struct ladder_solver *ladder_new(
	struct arena *a, int n_cells, int n_lines, const struct ladder_kern *kern)
{
	struct ladder_solver *s = NEW(a, struct ladder_solver, 1);
	size_t n = (size_t)n_cells, n_ends = (size_t)n_lines * LANES;

	s->kern = kern ? kern : ladder_kern_pick(NULL);
	s->n_cells_most = n_cells;
	s->n_lines_most = n_lines;
	s->s = NEW(a, double, n);
	s->u = NEW(a, double, n * LANES);
	s->v = NEW(a, double, n_ends);
	s->work = (struct ladder_work){
		.s = s->s,
		.p = NEW(a, double, n * LANES),
		.q = NEW(a, double, n * LANES),
		.residual = NEW(a, double, n * LANES),
		.lost = NEW(a, double, n_ends),
		.drop = NEW(a, double, n_ends),
		.row = NEW(a, double, n_ends),
		.line = NEW(a, double, n_ends),
		.i_in = NEW(a, double, n_ends),
		.i_out = NEW(a, double, n_ends),
	};
	return s;
}

void ladder_load(struct ladder_solver *s, const struct ladder *l, const double *g)
{
	ptrdiff_t n = (ptrdiff_t)l->n_in * l->n_out;

	if (n > s->n_cells_most || l->n_in > s->n_lines_most || l->n_out > s->n_lines_most)
		BUG("a network larger than the room for it");
	s->ladder = *l;
	for (ptrdiff_t k = 0; k < n; k++)
		s->s[k] = sqrt(g[k]);
	s->lambda = ladder_worst_drop(l, g, s->u);
	s->work.n_in = l->n_in;
	s->work.n_out = l->n_out;
	s->work.r_in = l->r_in;
	s->work.r_out = l->r_out;
}

static double volt(const double *v, ptrdiff_t line, int lane)
{
	return v ? v[line * LANES + lane] : 0;
}

/* u, p, currents to zero; the residual to S e. */
static void start(struct ladder_solver *s, const struct ladder_drive *d)
{
	struct ladder_work *w = &s->work;
	size_t n = (size_t)w->n_in * (size_t)w->n_out * LANES;

	w->u = d->i_cell ? s->u : NULL;
	if (w->u)
		memset(w->u, 0, n * sizeof *w->u);
	memset(w->p, 0, n * sizeof *w->p);
	memset(w->i_in, 0, (size_t)w->n_in * LANES * sizeof *w->i_in);
	memset(w->i_out, 0, (size_t)w->n_out * LANES * sizeof *w->i_out);
	for (ptrdiff_t i = 0, k = 0; i < w->n_in; i++)
		for (ptrdiff_t o = 0; o < w->n_out; o++, k++)
			for (int lane = 0; lane < LANES; lane++)
				w->residual[k * LANES + lane] =
					s->s[k] * (volt(d->v_in, i, lane) - volt(d->v_out, o, lane));
}

static int run(struct ladder_solver *s, const struct ladder_drive *d, double k_residual)
{
	start(s, d);
	s->work.n_most = 2 * ladder_iterations(s->lambda, k_residual) + N_SPARE;
	return s->kern->solve(&s->work, k_residual);
}

int ladder_solve(struct ladder_solver *s, const struct ladder_drive *d, double k_residual)
{
	const struct ladder_work *w = &s->work;
	ptrdiff_t n = (ptrdiff_t)w->n_in * w->n_out;
	int n_iterations = run(s, d, k_residual);

	memcpy(d->i_in, w->i_in, (size_t)w->n_in * LANES * sizeof *w->i_in);
	memcpy(d->i_out, w->i_out, (size_t)w->n_out * LANES * sizeof *w->i_out);
	for (ptrdiff_t k = 0; d->i_cell && k < n; k++)
		for (int lane = 0; lane < LANES; lane++)
			d->i_cell[k * LANES + lane] = s->s[k] * s->u[k * LANES + lane];
	return n_iterations;
}

/* The ends of up to LANES lines from first on at one volt. */
static void unit_ends(double *v, int n, int first)
{
	memset(v, 0, (size_t)n * LANES * sizeof *v);
	for (int lane = 0; lane < LANES && first + lane < n; lane++)
		v[(ptrdiff_t)(first + lane) * LANES + lane] = 1;
}

void ladder_weights(struct ladder_solver *s, double k_residual, double *w)
{
	int n_in = s->ladder.n_in, n_out = s->ladder.n_out;
	bool by_outputs = n_out <= n_in;
	int n_ends = by_outputs ? n_out : n_in;
	const struct ladder_work *k = &s->work;
	struct ladder_drive d = {
		.v_in = by_outputs ? NULL : s->v, .v_out = by_outputs ? s->v : NULL};

	for (int first = 0; first < n_ends; first += LANES) {
		unit_ends(s->v, n_ends, first);
		run(s, &d, k_residual);
		for (int lane = 0; lane < LANES && first + lane < n_ends; lane++)
			if (by_outputs)
				for (ptrdiff_t i = 0; i < n_in; i++)
					w[i * n_out + first + lane] = -k->i_in[i * LANES + lane];
			else
				for (ptrdiff_t o = 0; o < n_out; o++)
					w[(ptrdiff_t)(first + lane) * n_out + o] =
						k->i_out[o * LANES + lane];
	}
}

void ladder_first_order(const struct ladder *l, const double *g, double *w)
{
	ptrdiff_t n = (ptrdiff_t)l->n_in * l->n_out;

	ladder_drop(l, g, w);
	for (ptrdiff_t k = 0; k < n; k++)
		w[k] = g[k] / (1 + w[k]);
}
