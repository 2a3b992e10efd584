/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Exponential step: the step falls off exponentially towards an end of the window.
 *
 * Model    up   dy = +D max(0, 1 - A_up e^(+gamma_up z)),     D = 1/n_up
 *          down dy = -D max(0, 1 - A_down e^(-gamma_down z)), D = 1/n_down
 *          z = a (2x - 1) + b, x the position in the cell's own window
 * Source   [Gong2018]; [Rasch2021] (parameters)
 * Assumes  spread scales the steps
 * Valid    both steps above 0 at mid-window
 * Checked  tests/unit/check_response.c: against the formula, kernels against this
 */
#include <math.h>
#include <stddef.h>

#include "base/diag.h"
#include "device/response.h"

struct exponential_step {
	struct response response;
	double n_steps_up, n_steps_down;
	double k_a, k_b, k_gamma_up, k_gamma_down, k_up, k_down;
};

static const struct field fields[] = {
	REAL(exponential_step, n_steps_up, DIM_NONE, 1, 100000, NULL, "unreduced steps up (D) that make up the window"),
	REAL(exponential_step, n_steps_down, DIM_NONE, 1, 100000, NULL,
		"unreduced steps down (D) that make up the window"),
	REAL(exponential_step, k_a, DIM_NONE, -10, 10, NULL, "z per unit of 2x - 1"),
	REAL(exponential_step, k_b, DIM_NONE, -10, 10, NULL, "z at mid-window"),
	REAL(exponential_step, k_gamma_up, DIM_NONE, -50, 50, NULL, "exponent of the step up"),
	REAL(exponential_step, k_gamma_down, DIM_NONE, -50, 50, NULL, "exponent of the step down"),
	REAL(exponential_step, k_up, DIM_NONE, -1e6, 1e6, NULL, "prefactor A of the step up"),
	REAL(exponential_step, k_down, DIM_NONE, -1e6, 1e6, NULL, "prefactor A of the step down"),
	FIELD_END,
};

static double step(const struct response *r, bool up, double x)
{
	const struct exponential_step *e = (const struct exponential_step *)r;
	double z = e->k_a * (2 * x - 1) + e->k_b;

	return up ? fmax(0, 1 - e->k_up * exp(e->k_gamma_up * z)) / e->n_steps_up
		  : -fmax(0, 1 - e->k_down * exp(-e->k_gamma_down * z)) / e->n_steps_down;
}

static bool check(struct response *r, const struct cell *c, struct arena *a, struct diag *d)
{
	const struct exponential_step *e = (const struct exponential_step *)r;

	(void)c;
	(void)a;
	r->n_up = 1 / step(r, true, 0.5);
	r->n_down = -1 / step(r, false, 0.5);
	if (isfinite(r->n_up) && isfinite(r->n_down))
		return true;

	bool up = !isfinite(r->n_up);

	diag_error(d, diag_where(d, up ? &e->k_up : &e->k_down),
		"'%s': no step %s is left at mid-window, expected A e^(gamma z) below 1 there", up ? "k_up" : "k_down",
		up ? "up" : "down");
	return false;
}

/* Steps a + b e^(c x) through three points, as D = a and A = -b/a; c is given where the points lie
 * on no such curve. */
static void of_points(double low, double mid, double high, double c, double *n, double *k, double *gamma)
{
	double q = (high - mid) / (mid - low);

	if (q > 0 && fabs(log(q)) > 0.05)
		c = fmin(fmax(2 * log(q), -12), 12);

	double b = (high - low) / expm1(c), a = fmax(low - b, 0.05 * fmin(low, high));

	*n = fmin(fmax(1 / a, 1), 1e5);
	*k = -b / a;
	*gamma = c;
}

/* z = -x */
static void start(struct response *r, const struct response_ends *e, int attempt)
{
	struct exponential_step *x = (struct exponential_step *)r;
	double c = attempt == 0 ? 3 : 1;

	x->k_a = x->k_b = -0.5;
	of_points(e->up_low, attempt ? 0 : e->up_mid, e->up_high, -c, &x->n_steps_up, &x->k_up, &x->k_gamma_up);
	of_points(e->down_low, attempt ? 0 : e->down_mid, e->down_high, c, &x->n_steps_down, &x->k_down,
		&x->k_gamma_down);
	x->k_gamma_up = -x->k_gamma_up;
}

static const char *const fit_keys[] = {
	"n_steps_up", "n_steps_down", "k_gamma_up", "k_gamma_down", "k_up", "k_down", NULL};
static const struct response_fit fit = {.keys = fit_keys, .n_starts = 2, .start = start};

extern const struct response_kind response_exponential_step;
const struct response_kind response_exponential_step = {
	.head = {"exponential_step", "steps that fall off exponentially towards the ends", "Gong2018",
		sizeof(struct exponential_step), fields},
	.own_window = true,
	.check = check,
	.step = step,
	.fit = &fit,
};
