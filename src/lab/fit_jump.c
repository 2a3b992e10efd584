/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table of steps straight from the increments.
 *
 * Method   dg linear between nodes: hat functions, linear least squares per polarity; sigma of the
 *          residuals at each node by the same weights
 * Source   [Alibart2012]
 * Assumes  readings are the states: no reading noise
 * Valid    nodes with increments around them
 * Checked  tests/unit/check_fit.c
 */
#include <math.h>
#include <string.h>

#include <gsl/gsl_linalg.h>

#include "base/arena.h"
#include "base/diag.h"
#include "lab/fit_priv.h"

enum { NODES = 9 };

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

/* u per pulse at the nodes of one polarity. */
static struct branch_fit fit_branch(const struct readings *rd, bool up)
{
	struct branch_fit b = {0};
	gsl_matrix *m = gsl_matrix_calloc(NODES, NODES);
	gsl_vector *v = gsl_vector_calloc(NODES);
	double weight[NODES] = {0}, square[NODES] = {0}, all = 0;
	int n = 0;

	if (!m || !v)
		die("out of memory");
	for (int pass = 0; pass < 3; pass++) {
		if (pass == 1) {
			for (size_t i = 0; i < NODES; i++) /* an empty node follows its neighbours */
				*gsl_matrix_ptr(m, i, i) += 1e-9 * n;
			b.good = gsl_linalg_cholesky_decomp1(m) == GSL_SUCCESS && n > NODES;
			if (!b.good)
				break;
			gsl_linalg_cholesky_svx(m, v);
			gsl_linalg_cholesky_invert(m);
			for (size_t i = 0; i < NODES; i++)
				b.dg[i] = gsl_vector_get(v, i);
		}
		for (int k = 1; k < rd->n; k++) {
			const struct reading *r = &rd->reading[k];
			const struct window *w = &rd->own[r->cell];
			if (r->k != (up ? 1 : -1) || (r->at && pass < 2))
				continue;
			double share, step = r->u - r[-1].u;
			int i = place((r[-1].u - w->low) / (w->high - w->low), &share);
			double h[2] = {1 - share, share};
			double error = step - b.dg[i] * h[0] - b.dg[i + 1] * h[1];
			n += pass == 0;
			for (int p = 0; p < 2; p++) {
				if (pass == 0) {
					*gsl_vector_ptr(v, (size_t)(i + p)) += h[p] * step;
					for (int q = 0; q < 2; q++)
						*gsl_matrix_ptr(m, (size_t)(i + p), (size_t)(i + q)) += h[p] * h[q];
				} else if (pass == 1) {
					weight[i + p] += h[p];
					square[i + p] += h[p] * error * error;
				}
			}
			all += pass == 1 ? error * error : 0;
			if (pass == 2) {
				double s = b.sigma[i] * h[0] + b.sigma[i + 1] * h[1];
				b.lnl += r->at ? log_below(-r->at * error / s)
					       : -(0.9189385332046727 + log(s) + error * error / (2 * s * s));
			}
		}
		for (int i = 0; i < NODES && pass == 1; i++) {
			double common = sqrt(all / (n - NODES)) + 1e-8;
			b.sigma[i] = weight[i] > 3 ? sqrt(square[i] / weight[i]) + 1e-8 : common;
			b.se[i] = sqrt(gsl_matrix_get(m, (size_t)i, (size_t)i)) * b.sigma[i];
		}
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
		f->lnl += b.lnl;
	}
	fit_charge(f, rd, 2 * 2 * NODES, 0, (const bool[2]){false, false});

	struct cell cell = {.g_min = f->g_min.value, .g_max = f->g_max.value};
	struct diag *silent = diag_new(a, NULL);

	if (!f->kind->check(f->response, &cell, a, silent))
		f->trouble = "its mean steps at mid-window do not lead up and down";
}
