/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The window of cells from their readings.
 *
 * Model    a bound is hard where trains rest on their extreme value so often that steps and noise as they are
 *          near it do not explain it (chance 1e-3, or 4 sigma of the way that the steps would have gone); else
 *          the ends of the window are the means of the last readings of the trains. Cells have windows of their
 *          own where these differ by more than chance (1 %)
 * Source   fit.h
 * Assumes  steps that change along a straight line within a quarter of the window
 * Valid    trains that reach the ends of the window
 * Checked  tests/unit/check_fit.c
 */
#include <math.h>
#include <stdlib.h>

#include <gsl/gsl_cdf.h>

#include "base/arena.h"
#include "base/diag.h"
#include "lab/fit_priv.h"
#include "lab/line.h"

/* Is the reading the last of a train up (down)? */
static bool is_end(const struct readings *r, int i, bool top)
{
	const struct reading *now = &r->reading[i], *next = i + 1 < r->n ? now + 1 : NULL;

	if (top ? now->k <= 0 : now->k >= 0)
		return false;
	return !next || next->cell != now->cell || (top ? next->k <= 0 : next->k >= 0);
}

/* Where a cell starts from that has not been written yet. */
static bool is_first(const struct readings *r, int i, bool top)
{
	(void)top;
	return r->reading[i].k == 0 && (r->one_sided || i == r->from[r->reading[i].cell]);
}

typedef bool chosen(const struct readings *, int i, bool top);

/* Mean of some of a cell's readings and its error; NAN for the error of a single one. */
static double mean_of(const struct readings *r, int from, int to, chosen *which, bool top, double *se)
{
	double sum = 0, square = 0;
	int n = 0;

	for (int i = from; i < to; i++)
		if (which(r, i, top)) {
			n++;
			sum += r->reading[i].u;
		}
	for (int i = from; i < to; i++)
		if (which(r, i, top))
			square += pow(r->reading[i].u - sum / n, 2);
	*se = n > 1 ? sqrt(square / (n - 1) / n) * student_factor(n) : (double)NAN;
	if (*se < FIT_SAME)
		*se = 0;
	return n ? sum / n : (double)NAN;
}

/* The end of the window as trains show it: where they end; below also where cells start. */
static double mean_end(const struct readings *r, int from, int to, bool top, double *se)
{
	double se_first, end = mean_of(r, from, to, is_end, top, se), first;

	if (top)
		return end;
	first = mean_of(r, from, to, is_first, top, &se_first);
	if (isnan(first) || end <= first)
		return end;
	*se = se_first;
	return first;
}

/* Some cells that have the same extreme value. */
struct group {
	int from, to;
	const double *end; /* [n_cells]: only cells whose own is the extreme; NULL: all */
	double extreme;
	bool top;
};

static bool next_reading(const struct readings *r, const struct group *g, int *i)
{
	int sign = g->top ? 1 : -1;

	for (++*i; *i < r->from[g->to]; ++*i) {
		const struct reading *now = &r->reading[*i];
		if (sign * now->k > 0 && (!g->end || fabs(g->end[now->cell] - g->extreme) < FIT_SAME))
			return true;
	}
	return false;
}

/* What cells do near their extreme state: mean step towards it there by a straight line, and scatter. */
static void look_near(const struct readings *r, const struct group *g, double *drift, double *sigma)
{
	enum { FEW = 4 };
	int sign = g->top ? 1 : -1;
	struct line l;

	/* the nearest readings that are enough */
	for (double zone = 0.25; zone <= 1; zone *= 2) {
		l = (struct line){0};
		for (int i = r->from[g->from]; next_reading(r, g, &i);) {
			const struct reading *now = &r->reading[i];
			double away = sign * (g->extreme - now[-1].u), step = (now->u - now[-1].u) / now->k;
			if (away > 1.5 * now->digit && away <= zone)
				line_add(&l, away, step);
		}
		if (l.n >= FEW)
			break;
	}
	*drift = l.n > 0 ? line_base(&l) : 0;
	*sigma = l.n > 2 ? sqrt(line_left(&l) / (l.n - 2)) : 0;
}

/* Do trains rest at the extreme value, held by nothing but a bound? */
static bool rests(const struct readings *r, const struct group *g)
{
	int n_at = 0, n_rests = 0, run = 0, longest = 0;
	double q = 2 * FIT_SAME, drift, sigma;

	for (int i = r->from[g->from]; next_reading(r, g, &i);) {
		const struct reading *now = &r->reading[i];
		bool at = now[-1].k != 0 && (now[-1].k > 0) == g->top && fabs(now[-1].u - g->extreme) < FIT_SAME;
		bool rest = at && fabs(now->u - g->extreme) < FIT_SAME;
		n_at += at;
		n_rests += rest;
		run = rest ? run + abs(now->k) : 0;
		longest = run > longest ? run : longest;
		if (at)
			q = fmax(q, now->digit);
	}
	if (n_rests == 0)
		return false;
	look_near(r, g, &drift, &sigma);
	if (longest * drift - q > 4 * sigma * sqrt(longest))
		return true;
	/* chance of a reading like the last */
	double same = q / (2.5 * sigma);
	return same < 0.4 && gsl_cdf_binomial_Q((unsigned)n_rests - 1, same, (unsigned)n_at) < 1e-3;
}

static void set_end(struct window *w, bool top, double u)
{
	*(top ? &w->high : &w->low) = u;
}

static void soft_end(struct readings *r, struct arena *a, bool top)
{
	double *end = NEW(a, double, r->n_cells), *se = NEW(a, double, r->n_cells);
	bool all = r->n_cells > 1;
	double mean = mean_end(r, 0, r->n, top, &r->se[top]);

	for (int c = 0; c < r->n_cells; c++) {
		end[c] = mean_end(r, r->from[c], r->from[c + 1], top, &se[c]);
		all &= isfinite(end[c]) && se[c] > 0;
	}

	bool differ = all && spread_between(end, se, r->n_cells).chance < 0.01;

	set_end(&r->nominal, top, mean);
	r->differ[top] = differ;
	for (int c = 0; c < r->n_cells; c++)
		set_end(&r->own[c], top, differ ? end[c] : mean);
}

/* The end is hard: the same for all cells, or each has its own. */
static void hard_end(struct readings *r, bool top, const double *end, const bool *hard, bool shared, double same)
{
	double sum = 0, square = 0;

	for (int c = 0; c < r->n_cells; c++) {
		double own = shared ? same : end[c];
		set_end(&r->own[c], top, own);
		sum += own;
		for (int i = r->from[c]; i < r->from[c + 1]; i++)
			if ((shared || hard[c]) && r->reading[i].k * (top ? 1 : -1) > 0 && fabs(r->reading[i].u - own) < FIT_SAME)
				r->reading[i].at = top ? 1 : -1;
	}
	set_end(&r->nominal, top, sum / r->n_cells);
	for (int c = 0; c < r->n_cells && !shared; c++)
		square += pow(end[c] - sum / r->n_cells, 2);
	r->se[top] = shared ? 0 : sqrt(square / (r->n_cells - 1.0) / r->n_cells) * student_factor(r->n_cells);
	r->bound[top] = true;
}

/* The extreme value of each cell; returns that of all. */
static double extremes(const struct readings *r, bool top, double *end)
{
	double all = top ? -INFINITY : INFINITY;

	for (int c = 0; c < r->n_cells; c++) {
		end[c] = top ? -INFINITY : INFINITY;
		for (int i = r->from[c]; i < r->from[c + 1]; i++)
			end[c] = top ? fmax(end[c], r->reading[i].u) : fmin(end[c], r->reading[i].u);
		all = top ? fmax(all, end[c]) : fmin(all, end[c]);
	}
	return all;
}

static void find_end(struct readings *r, struct arena *a, bool top)
{
	double *end = NEW(a, double, r->n_cells), all = extremes(r, top, end);
	bool *hard = NEW(a, bool, r->n_cells);
	int n_same = 0, n_hard = 0;

	for (int c = 0; c < r->n_cells; c++) {
		n_same += fabs(end[c] - all) < FIT_SAME;
		n_hard += hard[c] = rests(r, &(struct group){c, c + 1, NULL, end[c], top});
	}
	/* one cell speaks for all if no other one rests elsewhere */
	if ((n_same > 1 || n_hard <= 1) && rests(r, &(struct group){0, r->n_cells, end, all, top}))
		hard_end(r, top, end, hard, true, all);
	else if (2 * n_hard > r->n_cells)
		hard_end(r, top, end, hard, false, all);
	else
		soft_end(r, a, top);
}

static bool give_end(struct readings *r, struct arena *a, bool top, double g)
{
	double u = (g - r->g_zero) / r->g_scale, *end = NEW(a, double, r->n_cells);

	if (isnan(g))
		return false;
	extremes(r, top, end);
	set_end(&r->nominal, top, u);
	r->bound[top] = rests(r, &(struct group){0, r->n_cells, end, u, top});
	for (int i = 0; i < r->n; i++)
		if (r->reading[i].k * (top ? 1 : -1) > 0 && fabs(r->reading[i].u - u) < FIT_SAME &&
			(r->rounding == 0 || r->bound[top])) {
			r->reading[i].at = top ? 1 : -1;
			r->bound[top] = true;
		}
	for (int c = 0; c < r->n_cells; c++)
		set_end(&r->own[c], top, u);
	r->se[top] = 0;
	return true;
}

void readings_ends(struct readings *r, struct arena *a, const struct fit_options *o)
{
	for (int top = 0; top < 2; top++)
		if (!give_end(r, a, top, top ? o->g_max : o->g_min))
			find_end(r, a, top);
}

/* Does potentiation lead up? Tells the first train that shows it does not. */
bool readings_lead_up(const struct readings *r, const struct trace *t, struct diag *d)
{
	double se, top = mean_of(r, 0, r->n, is_end, true, &se);
	double bottom = mean_of(r, 0, r->n, r->one_sided ? is_first : is_end, false, &se);

	if (top > bottom)
		return true;
	for (int i = 0; i < r->n; i++)
		if (is_end(r, i, true)) {
			struct source src = {t->file, NULL};
			struct loc loc = {&src, t->sample[r->reading[i].row].line, 1};
			diag_error(d, loc, "the window is inverted: trains up end at %g S on the mean, not above the %g S of %s; "
				"are the polarities exchanged?",
				r->g_zero + top * r->g_scale, r->g_zero + bottom * r->g_scale,
				r->one_sided ? "their starts" : "trains down");
			return false;
		}
	return false;
}

double readings_swing(const struct readings *r, int cell)
{
	double se;

	return mean_end(r, r->from[cell], r->from[cell + 1], true, &se) - mean_end(r, r->from[cell], r->from[cell + 1], false, &se);
}
