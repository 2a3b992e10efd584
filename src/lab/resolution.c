/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How finely readings are written.
 *
 * Model    resolution q of a reading: the last of the significant digits that all readings are written with, or
 *          the spacing that all are multiples of, the coarser of the two; an error of variance q^2/12
 * Source   [Sheppard1898] (rounding)
 * Assumes  a spacing is not the step of a cell itself: some changes are of 3 spacings
 * Valid    rounding to less than the steps at mid-window
 * Checked  tests/unit/check_fit.c: right kind of bound and response with 3 and 4 digits
 */
#include <math.h>
#include <stdlib.h>

#include "base/arena.h"
#include "lab/fit_priv.h"

enum { MOST_DIGITS = 7 };

/* Spacing of which all readings are multiples; 0: none. */
static double spacing(const struct readings *r, struct arena *a)
{
	size_t mark = arena_mark(a);
	double *u = NEW(a, double, r->n), q = HUGE_VAL, most = 0;

	for (int i = 0; i < r->n; i++) {
		u[i] = r->reading[i].u;
		if (r->reading[i].k)
			most = fmax(most, fabs(u[i] - u[i - 1]));
	}
	qsort(u, (size_t)r->n, sizeof *u, readings_by_value);
	for (int i = 1; i < r->n; i++)
		if (u[i] - u[i - 1] > FIT_SAME)
			q = fmin(q, u[i] - u[i - 1]);
	for (int i = 1; i < r->n && q > 0; i++) {
		double n = (u[i] - u[0]) / q;
		if (fabs(n - rint(n)) > 0.05)
			q = 0;
	}
	arena_reset(a, mark);
	return most > 2.5 * q ? q : 0;
}

/* A unit of the last of n significant digits. */
static double last_digit(double g, int n)
{
	return pow(10, floor(log10(g)) + 1 - n);
}

/* Significant digits that all readings are written with; more than MOST_DIGITS: not to be told. */
static int digits(const struct trace *t)
{
	int n = 1;

	for (int i = 0; i < t->n; i++)
		for (double g = t->sample[i].g; g > 0 && n <= MOST_DIGITS; n++) {
			double units = g / last_digit(g, n);
			if (fabs(units - rint(units)) < 1e-6)
				break;
		}
	return n;
}

void readings_resolution(struct readings *r, struct arena *a, const struct trace *t)
{
	double all = spacing(r, a), square = 0, rounding = 0;
	int n = digits(t);

	for (int i = 0; i < r->n; i++) {
		double g = t->sample[i].g, own = g > 0 && n <= MOST_DIGITS ? last_digit(g, n) / r->g_scale : 0;
		r->reading[i].digit = fmax(all, own);
		if (r->reading[i].k) {
			square += pow(r->reading[i].u - r->reading[i - 1].u, 2);
			rounding += pow(r->reading[i].digit, 2) / 12;
		}
	}
	r->rounding = rounding > 1e-4 * square ? sqrt(rounding / fmax(r->n_pulses, 1)) : 0;
}
