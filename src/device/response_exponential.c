/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Exponential response: two labels (or curvatures) and two pulse counts.
 *
 * Model    y <- y_inf - (y_inf - y) rho^k, y_inf = 1/(1 - e^(-1/alpha)), rho = e^(-1/(alpha P)) up,
 *          e^(+1/(alpha P)) down; alpha from the label by label.c. Steps at the ends:
 *          (1 - rho) y_inf and (1 - rho)(y_inf - 1). The curve is stretched with the cell's window
 * Source   [ChenPeng2018]
 * Assumes  one jump and one clip per command of k pulses; device-to-device spread shifts the labels
 * Valid    |label| <= 9
 * Checked  tests/unit/check_device.c: 840 updates to 1e-8
 */
#include <math.h>
#include <stddef.h>

#include "base/diag.h"
#include "device/label.h"
#include "device/response.h"

struct exponential {
	struct response response;
	double label_up, label_down;
	double k_curvature_up, k_curvature_down; /* 0: by the label */
};

static const struct field fields[] = {
	{"n_up", FIELD_REAL, DIM_NONE, offsetof(struct exponential, response.n_up), 1, 100000, NULL, NULL,
		"pulses that carry an ideal cell from the bottom of its window to the top", 0},
	{"n_down", FIELD_REAL, DIM_NONE, offsetof(struct exponential, response.n_down), 1, 100000, NULL,
		NULL, "pulses that carry an ideal cell from the top of its window to the bottom", 0},
	REAL(exponential, label_up, DIM_NONE, -LABEL_MAX, LABEL_MAX, "0",
		"nonlinearity label of potentiation (0: straight; > 0: fast first, then saturating)"),
	REAL(exponential, label_down, DIM_NONE, -LABEL_MAX, LABEL_MAX, "0",
		"nonlinearity label of depression (< 0: fast near the top, the usual case)"),
	REAL(exponential, k_curvature_up, DIM_NONE, -1e6, 1e6, "0",
		"curvature of potentiation in shares of n_up, in place of label_up; 0: none given"),
	REAL(exponential, k_curvature_down, DIM_NONE, -1e6, 1e6, "0",
		"curvature of depression in shares of n_down, in place of label_down; 0: none given"),
	FIELD_END,
};

struct branch branch_of_label(double label, double n_pulses, bool up)
{
	/* Below 1e-6 the curve leaves the straight line by less than 1e-7 of the window. */
	if (fabs(label) < 1e-6) {
		double step = (up ? 1 : -1) / n_pulses;
		return (struct branch){step, step, 0, 1};
	}

	double alpha = label_to_curvature(label);
	double move = -expm1((up ? -1 : 1) / (alpha * n_pulses)); /* 1 - rho */
	/* y_inf - 1 if it lies above the window, y_inf if below */
	double beyond = copysign(1 / expm1(1 / fabs(alpha)), alpha);

	return (struct branch){
		.at_low = move * (alpha > 0 ? 1 + beyond : beyond),
		.at_high = move * (alpha > 0 ? beyond : beyond - 1),
		.high = 1,
	};
}

static bool take_curvature(double *label, const double *curvature, const char *key, struct diag *d)
{
	if (*curvature == 0)
		return true;
	if (*label != 0) {
		diag_error(d, diag_where(d, curvature), "'%s' and the label of that branch: one of them is enough",
			key);
		return false;
	}

	double l = curvature_to_label(*curvature);

	if (!(fabs(l) <= LABEL_MAX)) {
		diag_error(d, diag_where(d, curvature), "'%s': |%g| is below the curvature of label 9 (0.02281)",
			key, *curvature);
		return false;
	}
	*label = l;
	return true;
}

static bool check(struct response *r, const struct cell *c, struct arena *a, struct diag *d)
{
	struct exponential *e = (struct exponential *)r;
	bool good = take_curvature(&e->label_up, &e->k_curvature_up, "k_curvature_up", d);

	(void)c;
	(void)a;
	good &= take_curvature(&e->label_down, &e->k_curvature_down, "k_curvature_down", d);
	e->k_curvature_up = e->k_curvature_down = 0; /* they live on as labels */
	return good;
}

static double limit(double label)
{
	return label > LABEL_MAX ? LABEL_MAX : label < -LABEL_MAX ? -LABEL_MAX : label;
}

static void branch(const struct response *r, const struct own *own, bool up, struct branch *b)
{
	const struct exponential *e = (const struct exponential *)r;

	*b = up ? branch_of_label(limit(e->label_up + own->label_up), r->n_up, true)
		: branch_of_label(limit(e->label_down + own->label_down), r->n_down, false);
	b->low = own->low;
	b->high = own->high;
}

/* Label and pulse count of a branch whose steps at the ends of the window are these. */
static void of_ends(double low, double high, bool up, double *n, double *label)
{
	double r = log(low / high), m = up ? low - high : high - low;

	*n = fabs(r) < 1e-6 ? 1 / low : r / (up ? -1 : 1) / log1p(-m);
	*label = fabs(r) < 1e-6 ? 0 : limit(curvature_to_label(1 / r));
}

static void start(struct response *r, const struct response_ends *e, int attempt)
{
	struct exponential *x = (struct exponential *)r;

	(void)attempt;
	of_ends(e->up_low, e->up_high, true, &r->n_up, &x->label_up);
	of_ends(e->down_low, e->down_high, false, &r->n_down, &x->label_down);
	x->k_curvature_up = x->k_curvature_down = 0;
}

static const char *const fit_keys[] = {"n_up", "n_down", "label_up", "label_down", NULL};
static const struct response_fit fit = {.keys = fit_keys, .n_starts = 1, .start = start};

extern const struct response_kind response_exponential;
const struct response_kind response_exponential = {
	.head = {"exponential", "exponential curve of two nonlinearity labels", "ChenPeng2018",
		sizeof(struct exponential), fields},
	.labels = true,
	.own_window = true,
	.check = check,
	.branch = branch,
	.fit = &fit,
};
