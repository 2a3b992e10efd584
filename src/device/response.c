/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Moving along a response: closed form where the step is linear, pulse by pulse elsewhere.
 *
 * Model    k pulses: y <- y + s(y) (1 - (1 - m)^k)/m, s linear in y, m = at_low - at_high; else
 *          y <- y + k_own step((y - low)/(high - low)), k times
 * Source   [ChenPeng2018], the exponential curve as the recursion it is; doc/models.md
 * Assumes  one clip per command in closed form, one per pulse otherwise
 * Valid    any kind in response_kinds[]
 * Checked  tests/unit/check_device.c: 840 golden updates to 1e-8; check_response.c: k pulses are k
 *          times one pulse
 */
#include "device/response.h"

#include <math.h>
#include <stddef.h>

extern const struct response_kind response_exponential, response_ideal, response_linear_step,
	response_soft_bounds, response_soft_bounds_reference, response_exponential_step,
	response_power_step, response_jump, response_pcm;

const struct response_kind *const response_kinds[] = {
	&response_exponential,
	&response_ideal,
	&response_linear_step,
	&response_soft_bounds,
	&response_soft_bounds_reference,
	&response_exponential_step,
	&response_power_step,
	&response_jump,
	&response_pcm,
	NULL,
};

const struct own own_nominal = {.k_up = 1, .k_down = 1, .high = 1};

double branch_move(const struct branch *b, double y, double k)
{
	double m = b->at_low - b->at_high;
	double step = b->at_low * (b->high - y) + b->at_high * (y - b->low);

	if (m >= 1)
		return y + step / m; /* one pulse reaches the asymptote */
	return y + step * (m == 0 ? k : -expm1(k * log1p(-m)) / m);
}

static double clip(double y, double low, double high)
{
	return y < low ? low : y > high ? high : y;
}

static double step_of(const struct response *r, const struct own *own, bool up, double y)
{
	double x = r->kind->own_window ? (y - own->low) / (own->high - own->low) : y;

	return (up ? own->k_up : own->k_down) * r->kind->step(r, up, clip(x, 0, 1));
}

double response_step(const struct response *r, const struct own *own, bool up, double y)
{
	struct branch b;

	if (r->kind->step)
		return step_of(r, own, up, y);
	r->kind->branch(r, own, up, &b);
	return b.at_low * (b.high - y) + b.at_high * (y - b.low);
}

double response_move(const struct response *r, const struct own *own, double y, double k)
{
	bool up = k > 0;

	if (r->kind->step) {
		for (double j = 0; j < fabs(k); j++)
			y = clip(y + step_of(r, own, up, y), own->low, own->high);
		return y;
	}

	struct branch b;

	r->kind->branch(r, own, up, &b);
	return clip(branch_move(&b, y, fabs(k)), own->low, own->high);
}

double response_position(const struct response *r, bool up, double y, double n_most)
{
	double at = up ? 0 : 1;

	if (r->kind->step) {
		for (double n = 0; n < n_most; n++) {
			double next = clip(at + response_step(r, &own_nominal, up, at), 0, 1);
			if (up ? next >= y : next <= y)
				return n + (next == at ? 0 : (y - at) / (next - at));
			at = next;
		}
		return n_most;
	}

	struct branch b;
	double low = 0, high = n_most;

	r->kind->branch(r, &own_nominal, up, &b);
	for (int i = 0; i < 60; i++) {
		double mid = (low + high) / 2, reached = branch_move(&b, at, mid);
		if (up ? reached < y : reached > y)
			low = mid;
		else
			high = mid;
	}
	return (low + high) / 2;
}
