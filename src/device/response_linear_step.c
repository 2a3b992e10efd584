/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Linear step: the step changes linearly with the state, by a slope that holds for all cells.
 *
 * Model    up   dy = +D (1 - gamma_up (y - y_0)/(1 - y_0)),  D = 1/n_up
 *          down dy = -D (1 - gamma_down (y_0 - y)/y_0),      D = 1/n_down
 *          y_0: the state that stands for weight zero, where the steps are D
 * Source   [Rasch2021]; with y_0 = 1/2 and weights 2 y - 1 its slopes
 * Assumes  slopes are those of the mean window; spread scales the steps and shifts the slopes, as far as
 *          steps keep their sign; a cell's own window clips
 * Valid    |gamma| <= 1 with y_0 = 1/2; elsewhere while steps keep their sign in the window
 * Checked  tests/unit/check_response.c
 */
#include <math.h>
#include <stddef.h>

#include "base/diag.h"
#include "device/response.h"

struct linear {
	struct response response;
	double k_slope_up, k_slope_down;
	double y_zero;
};

static const struct field fields[] = {
	{"n_up", FIELD_REAL, DIM_NONE, offsetof(struct linear, response.n_up), 1, 100000, NULL, NULL,
		"steps up, of their size at y_zero, that make up the window", 0},
	{"n_down", FIELD_REAL, DIM_NONE, offsetof(struct linear, response.n_down), 1, 100000, NULL, NULL,
		"steps down, of their size at y_zero, that make up the window", 0},
	REAL(linear, k_slope_up, DIM_NONE, -1, 1, NULL,
		"share of the step up that is lost between y_zero and the top (1: soft bound)"),
	REAL(linear, k_slope_down, DIM_NONE, -1, 1, NULL,
		"share of the step down that is lost between y_zero and the bottom (1: soft bound)"),
	REAL(linear, y_zero, DIM_NONE, 0.01, 0.99, "0.5", "state, 0 to 1, where the steps have their nominal size"),
	FIELD_END,
};

static bool check(struct response *r, const struct cell *c, struct arena *a, struct diag *d)
{
	const struct linear *l = (const struct linear *)r;
	bool good = true;

	(void)c;
	(void)a;
	/* steps that grow on the way may vanish where they start if y_zero is far from there */
	if (1 + l->k_slope_up * l->y_zero / (1 - l->y_zero) < 1e-6) {
		diag_error(d, diag_where(d, &l->k_slope_up), "'k_slope_up': steps up vanish at the bottom or turn round");
		good = false;
	}
	if (1 + l->k_slope_down * (1 - l->y_zero) / l->y_zero < 1e-6) {
		diag_error(d, diag_where(d, &l->k_slope_down), "'k_slope_down': steps down vanish at the top or turn round");
		good = false;
	}
	return good;
}

/* An own slope: at most 1, and steps go on where they start. k_start: growth per slope there. */
static double limit(double slope, double k_start)
{
	double least = fmax(-1, 1e-3 / k_start - 1 / k_start);

	return slope > 1 ? 1 : slope < least ? least : slope;
}

static void branch(const struct response *r, const struct own *own, bool up, struct branch *b)
{
	const struct linear *l = (const struct linear *)r;
	double y_0 = l->y_zero, step = up ? own->k_up / r->n_up : -own->k_down / r->n_down;
	double start_up = y_0 / (1 - y_0), start_down = (1 - y_0) / y_0;
	double slope_up = l->k_slope_up, slope_down = l->k_slope_down;

	if (own->slope_up != 0 || own->slope_down != 0) {
		slope_up = limit(slope_up + own->slope_up, start_up);
		slope_down = limit(slope_down + own->slope_down, start_down);
	}

	*b = (struct branch){
		.at_low = step * (up ? 1 + slope_up * start_up : 1 - slope_down),
		.at_high = step * (up ? 1 - slope_up : 1 + slope_down * start_down),
		.high = 1,
	};
}

static void start(struct response *r, const struct response_ends *e, int attempt)
{
	struct linear *l = (struct linear *)r;
	double up = e->up_low + e->up_high, down = e->down_low + e->down_high;

	(void)attempt;
	r->n_up = 2 / up;
	r->n_down = 2 / down;
	l->k_slope_up = (e->up_low - e->up_high) / up;
	l->k_slope_down = (e->down_high - e->down_low) / down;
	l->y_zero = 0.5;
}

static const char *const fit_keys[] = {"n_up", "n_down", "k_slope_up", "k_slope_down", NULL};
static const struct response_fit fit = {.keys = fit_keys, .n_starts = 1, .start = start};

extern const struct response_kind response_linear_step;
const struct response_kind response_linear_step = {
	.head = {"linear_step", "steps that change linearly with the state", "Rasch2021",
		sizeof(struct linear), fields},
	.slopes = true,
	.check = check,
	.branch = branch,
	.fit = &fit,
};
