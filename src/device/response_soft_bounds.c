/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Soft bounds: the step is proportional to what is left to the end of the cell's own window.
 *
 * Model    up   dy = +D (high - y)/(high - y_0),  D = 1/n_up
 *          down dy = -D (y - low)/(y_0 - low),    D = 1/n_down
 * Source   [FusiAbbott2007]; [Rasch2021] (parameters; y_0 is the state of weight zero)
 * Assumes  low < y_0 < high for every cell (population.c draws again until it is so)
 * Valid    n >= 1; a cell whose own step exceeds the way to the bound goes there
 * Checked  tests/unit/check_response.c: nominal steps, fixed points
 */
#include <math.h>
#include <stddef.h>

#include "base/diag.h"
#include "device/response.h"
#include "device/soft_bounds.h"

static const struct field fields[] = {
	SOFT_BOUNDS_FIELDS(soft_bounds),
	FIELD_END,
};

bool soft_bounds_check(struct response *r, const struct cell *c, struct arena *a, struct diag *d)
{
	(void)r;
	(void)c;
	(void)a;
	(void)d;
	return true;
}

void soft_bounds_rates(const struct response *r, const struct own *own, double *up, double *down)
{
	double y_zero = ((const struct soft_bounds *)r)->y_zero;

	*up = own->k_up / (r->n_up * (own->high - y_zero));
	*down = own->k_down / (r->n_down * (y_zero - own->low));
}

void soft_bounds_branch(const struct response *r, const struct own *own, bool up, struct branch *b)
{
	double rate_up, rate_down;

	soft_bounds_rates(r, own, &rate_up, &rate_down);
	*b = (struct branch){.low = own->low, .high = own->high};
	if (up)
		b->at_low = fmin(rate_up, 1);
	else
		b->at_high = -fmin(rate_down, 1);
}

double soft_bounds_zero(const struct response *r)
{
	return r->kind->branch == soft_bounds_branch ? ((const struct soft_bounds *)r)->y_zero : (double)NAN;
}

static void start(struct response *r, const struct response_ends *e, int attempt)
{
	struct soft_bounds *s = (struct soft_bounds *)r;

	(void)attempt;
	r->n_up = 2 / e->up_low;
	r->n_down = 2 / e->down_high;
	s->y_zero = 0.5;
}

static const char *const fit_keys[] = {"n_up", "n_down", NULL};
static const struct response_fit fit = {
	.keys = fit_keys, .vanishes = true, .n_starts = 1, .start = start};

extern const struct response_kind response_soft_bounds;
const struct response_kind response_soft_bounds = {
	.head = {"soft_bounds", "steps proportional to the way left to the bound", "FusiAbbott2007",
		sizeof(struct soft_bounds), fields},
	.own_window = true,
	.check = soft_bounds_check,
	.branch = soft_bounds_branch,
	.fit = &fit,
};
