/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Soft bounds: the step is proportional to what is left to the end of the cell's own window. Two
 * kinds: the state as it is, and the state against a reference cell.
 *
 * Model    up   dy = +D (high - y)/(high - y_0),  D = 1/n_up
 *          down dy = -D (y - low)/(y_0 - low),    D = 1/n_down
 *          symmetry point y_s: steps up and down are equal there
 *          reference: y is seen relative to a reference that stands k_reference (sigma) off, and if
 *          asked y_s itself is the reference: the window is shifted so that y_s lies at y_0
 * Source   [FusiAbbott2007]; [Rasch2021] (parameters), [Gong2022] (reference at the symmetry point)
 * Assumes  low < y_0 < high for every cell (population.c draws again until it is so)
 * Valid    n >= 1; a cell whose own step exceeds the way to the bound goes there
 * Checked  tests/unit/check_response.c: fixed points, symmetry point
 */
#include <math.h>
#include <stddef.h>

#include "base/diag.h"
#include "device/response.h"
#include "device/soft_bounds.h"

static const struct field fields[] = {
	SOFT_BOUNDS_FIELDS,
	FIELD_END,
};

static const struct field reference_fields[] = {
	SOFT_BOUNDS_FIELDS,
	REAL(soft_bounds, k_reference, DIM_NONE, 0, 0.5, "0",
		"sigma of the reference's state, as a share of the window"),
	BOOL(soft_bounds, at_symmetry, "true",
		"the reference is programmed to each cell's own symmetry point"),
	FIELD_END,
};

static bool check(struct response *r, const struct cell *c, struct arena *a, struct diag *d)
{
	(void)r;
	(void)c;
	(void)a;
	(void)d;
	return true;
}

/* Relative rates of approach to the two bounds. */
static void rates(const struct soft_bounds *s, const struct own *own, double *up, double *down)
{
	*up = own->k_up / (s->response.n_up * (own->high - s->y_zero));
	*down = own->k_down / (s->response.n_down * (s->y_zero - own->low));
}

static void branch(const struct response *r, const struct own *own, bool up, struct branch *b)
{
	double rate_up, rate_down;

	rates((const struct soft_bounds *)r, own, &rate_up, &rate_down);
	*b = (struct branch){.low = own->low, .high = own->high};
	if (up)
		b->at_low = fmin(rate_up, 1);
	else
		b->at_high = -fmin(rate_down, 1);
}

bool soft_bounds_is_relative(const struct response *r)
{
	return r->kind->head.fields == reference_fields;
}

double soft_bounds_shift(const struct response *r, const struct own *own, double z)
{
	const struct soft_bounds *s = (const struct soft_bounds *)r;
	double up, down;

	if (!soft_bounds_is_relative(r))
		return 0;
	rates(s, own, &up, &down);

	/* a cell that does not move has no symmetry point */
	double y_symmetry = up + down > 0 ? (up * own->high + down * own->low) / (up + down) : s->y_zero;

	return s->k_reference * z + (s->at_symmetry ? y_symmetry - s->y_zero : 0);
}

double soft_bounds_zero(const struct response *r)
{
	return r->kind->branch == branch ? ((const struct soft_bounds *)r)->y_zero : (double)NAN;
}

static void start(struct response *r, const struct response_ends *e, int attempt)
{
	struct soft_bounds *s = (struct soft_bounds *)r;

	(void)attempt;
	r->n_up = 2 / e->up_low;
	r->n_down = 2 / e->down_high;
	s->y_zero = 0.5;
	s->k_reference = 0;
	s->at_symmetry = false;
}

static const char *const fit_keys[] = {"n_up", "n_down", NULL};
static const struct response_fit fit = {
	.keys = fit_keys, .vanishes = true, .n_starts = 1, .start = start};
static const struct response_fit fit_reference = {
	.keys = fit_keys, .vanishes = true, .seen_against = true, .n_starts = 1, .start = start};

extern const struct response_kind response_soft_bounds, response_soft_bounds_reference;
const struct response_kind response_soft_bounds = {
	.head = {"soft_bounds", "steps proportional to the way left to the bound", "FusiAbbott2007",
		sizeof(struct soft_bounds), fields},
	.own_window = true,
	.check = check,
	.branch = branch,
	.fit = &fit,
};
const struct response_kind response_soft_bounds_reference = {
	.head = {"soft_bounds_reference", "soft bounds, seen against a reference cell", "Gong2022",
		sizeof(struct soft_bounds), reference_fields},
	.own_window = true,
	.check = check,
	.branch = branch,
	.fit = &fit_reference,
};
