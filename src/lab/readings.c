/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Readings of a trace as increments, and the window of its cells.
 *
 * Method   a bound is hard where a train stands still on its extreme value; else the ends of the
 *          window are the means of the last readings of the trains. Cells have windows of their own
 *          where these differ by more than chance (1 %)
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "lab/fit_priv.h"

#define SAME 1e-9 /* share of the data's range */

static void take_rows(struct readings *r, struct arena *a, const struct trace *t)
{
	r->reading = NEW(a, struct reading, t->n);
	r->branch = NEW(a, signed char, t->n);
	r->from = NEW(a, int, t->n_cells + 1);
	r->n = t->n;
	r->n_cells = t->n_cells;
	for (int i = 0; i < t->n; i++) {
		const struct sample *s = &t->sample[i];
		bool anew = s->polarity == STEP_START || s->polarity == STEP_ERASE;
		r->reading[i] = (struct reading){
			.cell = s->cell,
			.row = i,
			.k = anew ? 0 : s->polarity * (s->pulse - s[-1].pulse),
			.u = (s->g - r->g_zero) / r->g_scale,
		};
		r->branch[i] = (signed char)(anew ? 0 : s->polarity);
		r->n_pulses += !anew;
		r->from[s->cell + 1] = i + 1;
	}
	for (int c = 1; c <= r->n_cells; c++)
		if (r->from[c] == 0)
			r->from[c] = r->from[c - 1];
}

/* Does a train of the cell stand still at its extreme value? */
static bool stands_still(const struct readings *r, int cell, bool top, double *extreme)
{
	bool still = false;

	*extreme = top ? -INFINITY : INFINITY;
	for (int i = r->from[cell]; i < r->from[cell + 1]; i++)
		*extreme = top ? fmax(*extreme, r->reading[i].u) : fmin(*extreme, r->reading[i].u);
	for (int i = r->from[cell] + 1; i < r->from[cell + 1]; i++)
		still |= r->reading[i].k * (top ? 1 : -1) > 0 && r->reading[i - 1].k * (top ? 1 : -1) > 0 &&
			 fabs(r->reading[i].u - *extreme) < SAME && fabs(r->reading[i - 1].u - *extreme) < SAME;
	return still;
}

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
	if (*se < SAME)
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

static void set_end(struct window *w, bool top, double u)
{
	*(top ? &w->high : &w->low) = u;
}

/* The end is hard: shared by all cells, or each has its own. */
static void hard_end(struct readings *r, bool top, const double *end, const bool *hard)
{
	double least = INFINITY, most = -INFINITY, sum = 0, square = 0;

	for (int c = 0; c < r->n_cells; c++)
		if (hard[c]) {
			least = fmin(least, end[c]);
			most = fmax(most, end[c]);
		}
	bool shared = most - least < 1e-6;
	for (int c = 0; c < r->n_cells; c++) {
		set_end(&r->own[c], top, shared ? most : end[c]);
		sum += shared ? most : end[c];
		for (int i = r->from[c]; i < r->from[c + 1]; i++)
			if ((shared || hard[c]) && r->reading[i].k * (top ? 1 : -1) > 0 &&
				fabs(r->reading[i].u - (shared ? most : end[c])) < SAME)
				r->reading[i].at = top ? 1 : -1;
	}
	set_end(&r->nominal, top, sum / r->n_cells);
	for (int c = 0; c < r->n_cells && !shared; c++)
		square += pow(end[c] - sum / r->n_cells, 2);
	r->se[top] = shared ? 0 : sqrt(square / (r->n_cells - 1.0) / r->n_cells) * student_factor(r->n_cells);
	r->bound[top] = true;
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

static void find_end(struct readings *r, struct arena *a, bool top)
{
	double *end = NEW(a, double, r->n_cells);
	bool *hard = NEW(a, bool, r->n_cells);
	int n_hard = 0;

	for (int c = 0; c < r->n_cells; c++)
		n_hard += hard[c] = stands_still(r, c, top, &end[c]);
	if (n_hard > 0)
		hard_end(r, top, end, hard);
	else
		soft_end(r, a, top);
}

static bool give_end(struct readings *r, bool top, double g)
{
	double u = (g - r->g_zero) / r->g_scale;

	if (isnan(g))
		return false;
	set_end(&r->nominal, top, u);
	for (int c = 0; c < r->n_cells; c++)
		set_end(&r->own[c], top, u);
	for (int i = 0; i < r->n; i++)
		if (r->reading[i].k * (top ? 1 : -1) > 0 && fabs(r->reading[i].u - u) < SAME) {
			r->reading[i].at = top ? 1 : -1;
			r->bound[top] = true;
		}
	r->se[top] = 0;
	return true;
}

static bool check_pulses(const struct trace *t, bool one_sided, struct diag *d)
{
	struct source src = {t->file, NULL};
	struct loc loc = {&src, t->sample[t->n - 1].line, 1};
	int n_up = 0, n_down = 0;

	for (int i = 0; i < t->n; i++) {
		n_up += t->sample[i].polarity == STEP_UP;
		n_down += t->sample[i].polarity == STEP_DOWN;
	}
	if (n_up < 3) {
		diag_error(d, loc, n_up ? "%d potentiation pulses are too few for a fit, expected 3 or more"
					: "no potentiation branch: no row up to here has the polarity up", n_up);
		return false;
	}
	if (n_down < 3 && !one_sided) {
		diag_error(d, loc, n_down ? "%d depression pulses are too few for a fit, expected 3 or more"
					  : "no depression branch: no row up to here has the polarity down (a cell that only an erase "
					    "brings down is fitted with --one-sided)", n_down);
		return false;
	}
	return true;
}

/* Does potentiation lead up? Tells the first train that shows it does not. */
static bool check_direction(const struct readings *r, const struct trace *t, struct diag *d)
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

bool readings_init(struct readings *r, struct arena *a, const struct trace *t, const struct fit_options *o,
	struct diag *d)
{
	struct source src = {t->file, NULL};
	struct loc loc = {&src, 0, 0};
	double least = INFINITY, most = -INFINITY;

	*r = (struct readings){.one_sided = o->one_sided};
	if (!check_pulses(t, o->one_sided, d))
		return false;
	for (int i = 0; i < t->n; i++) {
		least = fmin(least, t->sample[i].g);
		most = fmax(most, t->sample[i].g);
	}
	if (most <= least) {
		diag_error(d, loc, "all readings are %g S: there is nothing to fit", most);
		return false;
	}
	r->g_zero = least;
	r->g_scale = most - least;
	r->own = NEW(a, struct window, t->n_cells);
	take_rows(r, a, t);
	if (!check_direction(r, t, d))
		return false;
	for (int top = 0; top < 2; top++)
		if (!give_end(r, top, top ? o->g_max : o->g_min))
			find_end(r, a, top);
	if (r->nominal.high - r->nominal.low < 1e-6) {
		diag_error(d, loc, "the window is inverted: its top (%g S) does not exceed its bottom (%g S)",
			r->g_zero + r->nominal.high * r->g_scale, r->g_zero + r->nominal.low * r->g_scale);
		return false;
	}
	for (int c = 0; c < r->n_cells; c++)
		if (!(r->own[c].high - r->own[c].low > 1e-6)) {
			diag_error(d, loc, "cell '%s': its window is inverted or not in the data", t->cell[c]);
			return false;
		}
	return true;
}
