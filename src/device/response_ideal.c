/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ideal response: every pulse moves the state by the same amount.
 *
 * Model    y <- y + k/P
 * Source   [GokmenVlasov2016], the constant step; [ChenPeng2018], the limit of label 0
 * Assumes  device-to-device spread scales the step; the cell's own window only clips
 * Valid    everywhere
 * Checked  tests/unit/check_response.c
 */
#include <stddef.h>

#include "base/diag.h"
#include "device/response.h"

static const struct field fields[] = {
	REAL(response, n_up, DIM_NONE, 1, 100000, NULL, "pulses from the bottom of the window to the top"),
	REAL(response, n_down, DIM_NONE, 1, 100000, NULL, "pulses from the top of the window to the bottom"),
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

static void branch(const struct response *r, const struct own *own, bool up, struct branch *b)
{
	double step = up ? own->k_up / r->n_up : -own->k_down / r->n_down;

	*b = (struct branch){step, step, 0, 1};
}

static void start(struct response *r, const struct response_ends *e, int attempt)
{
	(void)attempt;
	r->n_up = 2 / (e->up_low + e->up_high);
	r->n_down = 2 / (e->down_low + e->down_high);
}

static const char *const fit_keys[] = {"n_up", "n_down", NULL};
static const struct response_fit fit = {.keys = fit_keys, .n_starts = 1, .start = start};

extern const struct response_kind response_ideal;
const struct response_kind response_ideal = {
	.head = {"ideal", "equal steps over the whole window", "GokmenVlasov2016", sizeof(struct response),
		fields},
	.check = check,
	.branch = branch,
	.fit = &fit,
};
