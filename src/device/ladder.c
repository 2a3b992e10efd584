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
 *          effective conductances: reciprocity gives all of a line from one drive at its end. Solved
 *          by turns: given what output lines lose, every input line exactly (one sweep of its currents
 *          to the source, one of its loss back), and the other way round, with Chebyshev's weights. A
 *          round leaves at most rho = a/(1 + a) b/(1 + b) of an error, a and b the bounds of lambda for
 *          input and output lines alone; after n rounds 2 ((1 - (1 - rho)^(1/2))/(1 + (1 - rho)^(1/2)))^n
 *          first order: g/(1 + (P G 1)), the loss of an array of ones, never negative
 * Source   [Hestenes1952] (conjugate gradients), [Saad2003] (bounds, Chebyshev's weights)
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
	double *g, *s; /* [n_cells] conductances and their roots */
	double *k_in, *k_out; /* [n_cells] factors of the lines */
	double *u;     /* lanes of cells, for currents of cells */
	double *v, *v_rest; /* lanes of lines */
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
	s->g = NEW(a, double, n);
	s->s = NEW(a, double, n);
	s->k_in = NEW(a, double, n);
	s->k_out = NEW(a, double, n);
	s->u = NEW(a, double, n * LANES);
	s->v = NEW(a, double, n_ends);
	s->v_rest = NEW(a, double, n_ends);
	s->work = (struct ladder_work){
		.g = s->g,
		.s = s->s,
		.k_in = s->k_in,
		.k_out = s->k_out,
		.p = NEW(a, double, n * LANES),
		.q = NEW(a, double, n * LANES),
		.residual = NEW(a, double, n * LANES),
		.lost = NEW(a, double, 2 * n_ends),
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
	memcpy(s->g, g, (size_t)n * sizeof *g);
	s->work.n_in = l->n_in;
	s->work.n_out = l->n_out;
	s->work.r_in = l->r_in;
	s->work.r_out = l->r_out;
}

static double volt(const double *v, ptrdiff_t line, int lane)
{
	return v ? v[line * LANES + lane] : 0;
}

/* u, p, currents to zero; the residual to S e; how many iterations the law allows, with some more. */
static void start(struct ladder_solver *s, const struct ladder_drive *d, double k_residual)
{
	struct ladder_work *w = &s->work;
	size_t n = (size_t)w->n_in * (size_t)w->n_out * LANES;

	for (ptrdiff_t k = 0; k < (ptrdiff_t)w->n_in * w->n_out; k++)
		s->s[k] = sqrt(s->g[k]);
	w->n_most = 2 * ladder_iterations(ladder_worst_drop(&s->ladder, s->g, w->p), k_residual) + N_SPARE;
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

int ladder_solve(struct ladder_solver *s, const struct ladder_drive *d, double k_residual)
{
	const struct ladder_work *w = &s->work;
	ptrdiff_t n = (ptrdiff_t)w->n_in * w->n_out;
	int n_iterations;

	start(s, d, k_residual);
	n_iterations = s->kern->solve(&s->work, k_residual);

	memcpy(d->i_in, w->i_in, (size_t)w->n_in * LANES * sizeof *w->i_in);
	memcpy(d->i_out, w->i_out, (size_t)w->n_out * LANES * sizeof *w->i_out);
	for (ptrdiff_t k = 0; d->i_cell && k < n; k++)
		for (int lane = 0; lane < LANES; lane++)
			d->i_cell[k * LANES + lane] = s->s[k] * s->u[k * LANES + lane];
	return n_iterations;
}

/* What passes each cell of the input lines on its way to the source, as a share (k_in); the largest
 * loss on these lines alone. */
static double factorise_in(const struct ladder_solver *s)
{
	const struct ladder *l = &s->ladder;
	double most = 0;

	for (ptrdiff_t i = 0; i < l->n_in; i++) {
		const double *g = s->g + i * l->n_out;
		double *k = s->k_in + i * l->n_out, beyond = 0, current = 0, lost = 0;
		for (ptrdiff_t o = l->n_out - 1; o >= 0; o--) {
			k[o] = 1 / (1 + l->r_in[o] * (beyond + g[o]));
			beyond = k[o] * (beyond + g[o]);
			current += g[o];
			lost += l->r_in[o] * current;
		}
		most = fmax(most, lost);
	}
	return most;
}

/* The same of the output lines; beyond, current, lost are room for a value per line. */
static double factorise_out(
	const struct ladder_solver *s, double *beyond, double *current, double *lost)
{
	const struct ladder *l = &s->ladder;
	double most = 0;

	for (ptrdiff_t o = 0; o < l->n_out; o++)
		beyond[o] = current[o] = lost[o] = 0;
	for (ptrdiff_t i = 0; i < l->n_in; i++) {
		const double *g = s->g + i * l->n_out;
		double *k = s->k_out + i * l->n_out, r = l->r_out[i];
		for (ptrdiff_t o = 0; o < l->n_out; o++) {
			k[o] = 1 / (1 + r * (beyond[o] + g[o]));
			beyond[o] = k[o] * (beyond[o] + g[o]);
			current[o] += g[o];
			lost[o] += r * current[o];
		}
	}
	for (ptrdiff_t o = 0; o < l->n_out; o++)
		most = fmax(most, lost[o]);
	return most;
}

static double rho_of(double lambda_in, double lambda_out)
{
	return lambda_in / (1 + lambda_in) * lambda_out / (1 + lambda_out);
}

int ladder_rounds(double lambda_in, double lambda_out, double k_error)
{
	double root = sqrt(1 - rho_of(lambda_in, lambda_out));

	return root < 1 ? (int)ceil(log(2 / k_error) / log((1 + root) / (1 - root))) : 1;
}

/* The ends of up to LANES lines from first on at one volt. */
static void unit_ends(double *v, int n, int first)
{
	memset(v, 0, (size_t)n * LANES * sizeof *v);
	for (int lane = 0; lane < LANES && first + lane < n; lane++)
		v[(ptrdiff_t)(first + lane) * LANES + lane] = 1;
}

void ladder_weights(struct ladder_solver *s, double k_error, double *w)
{
	int n_in = s->ladder.n_in, n_out = s->ladder.n_out;
	bool by_outputs = n_out <= n_in;
	int n_ends = by_outputs ? n_out : n_in, n_others = by_outputs ? n_in : n_out;
	size_t n_values = (size_t)n_in * (size_t)n_out * LANES;
	struct ladder_work *k = &s->work;
	double lambda_in = factorise_in(s), lambda_out = factorise_out(s, k->line, k->drop, k->row);
	int n_rounds = ladder_rounds(lambda_in, lambda_out, k_error);

	memset(s->v_rest, 0, (size_t)n_others * LANES * sizeof *s->v_rest);
	k->v_in = by_outputs ? s->v_rest : s->v;
	k->v_out = by_outputs ? s->v : s->v_rest;

	for (int first = 0; first < n_ends; first += LANES) {
		unit_ends(s->v, n_ends, first);
		memset(k->p, 0, n_values * sizeof *k->p);
		memset(k->q, 0, n_values * sizeof *k->q);
		s->kern->relax(k, rho_of(lambda_in, lambda_out), n_rounds);
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
