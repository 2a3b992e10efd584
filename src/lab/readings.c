/* SPDX-License-Identifier: Apache-2.0 */
/* Readings of a trace as increments; which of its cells move at all. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "lab/fit_priv.h"

#define STILL 0.1 /* share of the swing of most cells below which a cell does not move */

/* False if all readings are the same. */
static bool take_rows(struct readings *r, struct arena *a, const struct trace *t)
{
	double least = INFINITY, most = -INFINITY;

	for (int i = 0; i < t->n; i++) {
		least = fmin(least, t->sample[i].g);
		most = fmax(most, t->sample[i].g);
	}
	r->trace = t;
	r->g_zero = least;
	r->g_scale = most - least;
	r->n_pulses = 0;
	r->own = NEW(a, struct window, t->n_cells);
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
	return most > least;
}

int readings_by_value(const void *x, const void *y)
{
	const double *a = x, *b = y;

	return (*a > *b) - (*a < *b);
}

/* The trace without the cells that do not move. */
static const struct trace *set_aside(struct readings *r, struct arena *a, const struct trace *t, struct diag *d)
{
	struct source src = {t->file, NULL};
	double *size = NEW(a, double, t->n_cells), *sorted = NEW(a, double, t->n_cells);
	struct trace *kept = NEW(a, struct trace, 1);
	int n = 0;

	for (int c = 0; c < t->n_cells; c++) {
		size[c] = fabs(readings_swing(r, c));
		if (isfinite(size[c]))
			sorted[n++] = size[c];
	}
	qsort(sorted, (size_t)n, sizeof *sorted, readings_by_value);
	r->g_still = NEW(a, double, t->n_cells);
	*kept = *t;
	kept->n = kept->n_cells = 0;
	kept->sample = NEW(a, struct sample, t->n);
	kept->cell = NEW(a, const char *, t->n_cells);
	for (int c = 0; c < t->n_cells; c++) {
		int from = r->from[c], count = r->from[c + 1] - from;
		if (n > 0 && size[c] < STILL * sorted[n / 2]) {
			double sum = 0;
			for (int i = 0; i < count; i++)
				sum += t->sample[from + i].g;
			r->g_still[r->n_still++] = sum / count;
			diag_warn(d, (struct loc){&src, t->sample[from].line, 1},
				"cell '%s' does not move: its trains go %.2g %% of the way of the others; it counts as stuck and is left out",
				t->cell[c], 100 * size[c] / sorted[n / 2]);
			continue;
		}
		for (int i = 0; i < count; i++) {
			kept->sample[kept->n] = t->sample[from + i];
			kept->sample[kept->n++].cell = kept->n_cells;
		}
		kept->cell[kept->n_cells++] = t->cell[c];
	}
	return r->n_still ? kept : t;
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

bool readings_init(struct readings *r, struct arena *a, const struct trace *t, const struct fit_options *o,
	struct diag *d)
{
	struct source src = {t->file, NULL};

	*r = (struct readings){.one_sided = o->one_sided};
	if (!check_pulses(t, o->one_sided, d))
		return false;
	if (!take_rows(r, a, t)) {
		diag_error(d, (struct loc){&src, t->sample[0].line, 1}, "all readings from here on are %g S: there is nothing to fit",
			r->g_zero);
		return false;
	}

	const struct trace *moving = set_aside(r, a, t, d);

	if (moving != t)
		take_rows(r, a, moving);
	if (!readings_lead_up(r, moving, d))
		return false;
	readings_resolution(r, a, moving);
	readings_ends(r, a, o);
	for (int c = 0; c < r->n_cells; c++)
		if (!(r->own[c].high - r->own[c].low > 1e-6)) {
			diag_error(d, (struct loc){&src, moving->sample[r->from[c]].line, 1},
				"the window of cell '%s' is inverted or not in the data: its top (%g S) does not exceed its bottom (%g S)",
				moving->cell[c], r->g_zero + r->own[c].high * r->g_scale, r->g_zero + r->own[c].low * r->g_scale);
			return false;
		}
	return true;
}
