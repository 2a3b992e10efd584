/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Power step: the step is a power of what is left to the end of the window.
 *
 * Model    up   dy = +D (1 - x)^gamma_up, D = 1/n_steps_up
 *          down dy = -D x^gamma_down,     D = 1/n_steps_down; x the position in the own window
 * Source   [FusiAbbott2007] (gamma 1 is the soft bound), [Rasch2021]
 * Assumes  spread scales the steps
 * Valid    gamma 0 to 20; below 1 the last 0.1 % of the window are interpolated in the kernels
 * Checked  tests/unit/check_response.c
 */
#include <math.h>
#include <stddef.h>

#include "base/diag.h"
#include "device/response.h"

struct power_step {
	struct response response;
	double n_steps_up, n_steps_down, k_gamma_up, k_gamma_down;
};

static const struct field fields[] = {
	REAL(power_step, n_steps_up, DIM_NONE, 1, 100000, NULL, "first steps up that would make up the window"),
	REAL(power_step, n_steps_down, DIM_NONE, 1, 100000, NULL, "first steps down that would make up the window"),
	REAL(power_step, k_gamma_up, DIM_NONE, 0, 20, NULL, "exponent of the step up"),
	REAL(power_step, k_gamma_down, DIM_NONE, 0, 20, NULL, "exponent of the step down"),
	FIELD_END,
};

static double step(const struct response *r, bool up, double x)
{
	const struct power_step *p = (const struct power_step *)r;

	return up ? pow(1 - x, p->k_gamma_up) / p->n_steps_up : -pow(x, p->k_gamma_down) / p->n_steps_down;
}

static bool check(struct response *r, const struct cell *c, struct arena *a, struct diag *d)
{
	(void)c;
	(void)a;
	(void)d;
	r->n_up = 1 / step(r, true, 0.5);
	r->n_down = -1 / step(r, false, 0.5);
	return true;
}

static void start(struct response *r, const struct response_ends *e, int attempt)
{
	struct power_step *p = (struct power_step *)r;

	(void)attempt;
	p->n_steps_up = 1 / e->up_low;
	p->n_steps_down = 1 / e->down_high;
	p->k_gamma_up = fmin(fmax(log2(e->up_low / e->up_mid), 0.2), 5);
	p->k_gamma_down = fmin(fmax(log2(e->down_high / e->down_mid), 0.2), 5);
}

static const char *const fit_keys[] = {"n_steps_up", "n_steps_down", "k_gamma_up", "k_gamma_down", NULL};
static const struct response_fit fit = {
	.keys = fit_keys, .vanishes = true, .n_starts = 1, .start = start};

extern const struct response_kind response_power_step;
const struct response_kind response_power_step = {
	.head = {"power_step", "steps that are a power of the way left", "FusiAbbott2007",
		sizeof(struct power_step), fields},
	.own_window = true,
	.check = check,
	.step = step,
	.fit = &fit,
};
