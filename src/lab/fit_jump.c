/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table of steps straight from the increments.
 *
 * Method   dg linear between nodes: hat functions, linear least squares per polarity; sigma of the
 *          residuals at each node by the same weights; errors that hold though the scatter differs from node to
 *          node: M^-1 (sum h h^T e^2) M^-1, M = sum h h^T. Increments that end at a hard bound count as their mean
 *          beyond it, with the information that they have, in rounds
 * Source   [Alibart2012] (table), [White1980], [MacKinnonWhite1985] (errors), [Tobin1958] (bounds)
 * Assumes  readings are the states: no reading noise
 * Valid    nodes with increments around them; scatter that changes little from the outer nodes to the next where
 *          readings end at a bound; errors of these nodes leave out that of sigma (a quarter too small in trials)
 * Checked  tests/unit/check_fit.c
 */
#include <math.h>
#include <string.h>

#include <gsl/gsl_linalg.h>

#include "base/arena.h"
#include "base/diag.h"
#include "lab/fit_priv.h"

enum { NODES = 9, ROUNDS = 12 };

/* Shares of the nodes at place x in the window. */
static int place(double x, double *share)
{
	double at = fmin(fmax(x, 0), 1) * (NODES - 1);
	int i = (int)fmin(at, NODES - 2);

	*share = at - i;
	return i;
}

struct branch_fit {
	double dg[NODES], se[NODES], sigma[NODES];
	double lnl;
	bool good;
};

/* An increment as a line between two nodes would have it. */
struct increment {
	int i;
	double share[2];
	double error; /* u, over the table's mean */
	double sigma;
};

static bool increment(const struct readings *rd, const struct branch_fit *b, bool up, int k, struct increment *x)
{
	const struct reading *r = &rd->reading[k];
	const struct window *w = &rd->own[r->cell];

	if (r->k != (up ? 1 : -1))
		return false;
	x->i = place((r[-1].u - w->low) / (w->high - w->low), &x->share[1]);
	x->share[0] = 1 - x->share[1];
	x->error = r->u - r[-1].u - b->dg[x->i] * x->share[0] - b->dg[x->i + 1] * x->share[1];
	x->sigma = b->sigma[x->i] * x->share[0] + b->sigma[x->i + 1] * x->share[1];
	return true;
}

/* What a step that ended at the bound would have been without: its mean beyond the bound. Returns what is open
 * of its square; told: the share of a free reading's information that it has. */
static double go_on(struct increment *x, int at, double *told)
{
	double z = at * x->error / x->sigma, hazard = exp(-z * z / 2 - 0.91893853320467274 - log_below(-z));

	*told = fmin(fmax(hazard * (hazard - z), 0), 1);
	x->error = at * x->sigma * hazard;
	return x->sigma * x->sigma * (1 - *told);
}

/* Errors of the means; a reading that pulls the line to itself shows less than its scatter, by its leverage. */
static void errors(const struct readings *rd, struct branch_fit *b, bool up, bool bounds, const gsl_matrix *inverse)
{
	double scatter[NODES][NODES] = {{0}}, c[NODES][NODES];
	struct increment x;

	for (int p = 0; p < NODES; p++)
		for (int q = 0; q < NODES; q++)
			c[p][q] = gsl_matrix_get(inverse, (size_t)p, (size_t)q);
	for (int k = 1; k < rd->n; k++) {
		int at = rd->reading[k].at;
		double told = 1, pull = 0;
		if ((at && !bounds) || !increment(rd, b, up, k, &x))
			continue;
		if (at)
			go_on(&x, at, &told);
		for (int p = 0; p < 2; p++)
			for (int q = 0; q < 2; q++)
				pull += told * x.share[p] * c[x.i + p][x.i + q] * x.share[q];
		double e = x.error / fmax(1 - pull, 0.1);
		for (int p = 0; p < 2; p++)
			for (int q = 0; q < 2; q++)
				scatter[x.i + p][x.i + q] += x.share[p] * x.share[q] * e * e;
	}
	for (int i = 0; i < NODES; i++) {
		double sum = 0;
		for (int p = 0; p < NODES; p++)
			for (int q = 0; q < NODES; q++)
				sum += c[i][p] * scatter[p][q] * c[q][i];
		b->se[i] = WIDE * sqrt(sum);
	}
}

/* A step of Newton for the means, and their errors; m, v: room. */
static bool means(const struct readings *rd, struct branch_fit *b, bool up, bool bounds, gsl_matrix *m, gsl_vector *v)
{
	double weight[NODES] = {0};
	struct increment x;
	int n = 0;

	gsl_matrix_set_zero(m);
	gsl_vector_set_zero(v);
	for (int k = 1; k < rd->n; k++) {
		int at = rd->reading[k].at;
		if ((at && !bounds) || !increment(rd, b, up, k, &x))
			continue;
		double told = 1;
		if (at)
			go_on(&x, at, &told);
		n++;
		for (int p = 0; p < 2; p++) {
			*gsl_vector_ptr(v, (size_t)(x.i + p)) += x.share[p] * x.error;
			weight[x.i + p] += told * x.share[p];
			for (int q = 0; q < 2; q++)
				*gsl_matrix_ptr(m, (size_t)(x.i + p), (size_t)(x.i + q)) += told * x.share[p] * x.share[q];
		}
	}
	for (size_t i = 0; i < NODES; i++) /* an empty node follows its neighbours */
		*gsl_matrix_ptr(m, i, i) += 1e-9 * n;
	if (n <= NODES || gsl_linalg_cholesky_decomp1(m) != GSL_SUCCESS)
		return false;
	gsl_linalg_cholesky_svx(m, v);
	gsl_linalg_cholesky_invert(m);
	errors(rd, b, up, bounds, m);
	for (int i = 0; i < NODES; i++) {
		b->dg[i] += gsl_vector_get(v, (size_t)i);
		b->se[i] = weight[i] > 3 ? b->se[i] : (double)NAN;
	}
	return true;
}

static void sigmas(const struct readings *rd, struct branch_fit *b, bool up, bool bounds)
{
	double weight[NODES] = {0}, square[NODES] = {0}, all = 0;
	struct increment x;
	int n = 0;

	for (int k = 1; k < rd->n; k++) {
		int at = rd->reading[k].at;
		if ((at && !bounds) || !increment(rd, b, up, k, &x))
			continue;
		double told, open = at ? go_on(&x, at, &told) : 0, e = x.error * x.error + open;
		n++;
		all += e;
		for (int p = 0; p < 2; p++) {
			weight[x.i + p] += x.share[p];
			square[x.i + p] += x.share[p] * e;
		}
	}
	for (int i = 0; i < NODES; i++)
		b->sigma[i] = fmax(sqrt(weight[i] > 3 ? square[i] / weight[i] : all / (n - NODES)), rd->rounding * M_SQRT2) + 1e-8;
}

/* u per pulse at the nodes of one polarity. */
static struct branch_fit fit_branch(const struct readings *rd, bool up)
{
	struct branch_fit b = {0};
	gsl_matrix *m = gsl_matrix_alloc(NODES, NODES);
	gsl_vector *v = gsl_vector_alloc(NODES);
	struct increment x;

	if (!m || !v)
		die("out of memory");
	for (int round = 0; round < ROUNDS; round++) {
		b.good = means(rd, &b, up, round > 0, m, v);
		if (!b.good)
			break;
		sigmas(rd, &b, up, round > 0);
	}
	for (int k = 1; k < rd->n && b.good; k++)
		if (increment(rd, &b, up, k, &x)) {
			int at = rd->reading[k].at;
			b.lnl += at ? log_below(-at * x.error / x.sigma)
				    : -(0.91893853320467274 + log(x.sigma) + x.error * x.error / (2 * x.sigma * x.sigma));
		}
	gsl_matrix_free(m);
	gsl_vector_free(v);
	return b;
}

static void list(struct arena *a, struct response *r, const struct field *map, const char *key, const double *value,
	double scale, double offset)
{
	for (const struct field *f = map->sub; f->type != FIELD_LAST; f++) {
		if (strcmp(f->key, key) != 0)
			continue;
		struct field_reals *to = (struct field_reals *)(void *)((char *)r + map->offset + f->offset);
		to->n = value ? NODES : 0;
		to->value = NEW(a, double, NODES);
		for (int i = 0; i < to->n; i++)
			to->value[i] = offset + value[i] * scale;
	}
}

static const struct jump *table_of(struct arena *a, const struct branch_fit *b, const double *node, double low, double span,
	double scale)
{
	struct jump *t = NEW(a, struct jump, NODES);

	for (int i = 0; i < NODES; i++)
		t[i] = (struct jump){low + node[i] * span * scale,
			{b->dg[i] * scale, b->se[i] * scale, isfinite(b->se[i])}, b->sigma[i] * scale};
	return t;
}

void fit_jump(struct arena *a, const struct readings *rd, struct fit_result *f)
{
	double nodes[NODES], span = rd->nominal.high - rd->nominal.low;
	double low = rd->g_zero + rd->nominal.low * rd->g_scale;

	f->response = arena_alloc(a, 1, f->kind->head.size);
	f->response->kind = f->kind;
	f->g_min = (struct estimate){low, rd->se[0] * rd->g_scale, true};
	f->g_max = (struct estimate){low + span * rd->g_scale, rd->se[1] * rd->g_scale, true};
	f->bound_low = rd->bound[0];
	f->bound_high = rd->bound[1];
	f->n_table = NODES;
	for (int i = 0; i < NODES; i++)
		nodes[i] = (double)i / (NODES - 1);
	for (int up = 0; up < 2; up++) {
		const struct field *map = fit_field(f->kind, up ? "up" : "down");
		struct branch_fit b = fit_branch(rd, up);
		if (!b.good) {
			f->trouble = "too few single pulses for a table";
			return;
		}
		list(a, f->response, map, "g", nodes, span * rd->g_scale, low);
		list(a, f->response, map, "dg", b.dg, rd->g_scale, 0);
		list(a, f->response, map, "sigma", b.sigma, rd->g_scale, 0);
		f->table[up] = table_of(a, &b, nodes, low, span, rd->g_scale);
		f->lnl += b.lnl;
	}
	fit_charge(f, rd, 2 * 2 * NODES, 0, (const bool[2]){false, false});

	struct cell cell = {.g_min = f->g_min.value, .g_max = f->g_max.value};
	struct diag *silent = diag_new(a, NULL);

	if (!f->kind->check(f->response, &cell, a, silent))
		f->trouble = "its mean steps at mid-window do not lead up and down";
}
