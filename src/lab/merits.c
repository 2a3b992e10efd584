/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Figures by which cells are compared, of the nominal cell.
 *
 * Model    label: largest gap between a full train's curve, scaled to its own ends, and the straight
 *          line, over 0.07 sqrt(2); asymmetry of a pair: y after one pulse up and one down from 1/2,
 *          minus 1/2; symmetry point: steps up and down add up to 0; time of a swing: the widths of
 *          its pulses
 * Source   [ChenPeng2018] (label), [Gong2022] (symmetry point)
 * Assumes  noise at mid-window: that of the cell and of its response, root of the sum of squares
 * Valid    any cell
 * Checked  tests/unit/check_lab.c
 */
#include <math.h>

#include "device/soft_bounds.h"
#include "lab/sweep.h"

#define MAX_GAP_PER_LABEL 0.09899494936611666 /* 0.07 sqrt(2) */

static double label(const struct cell *c, bool up)
{
	int n = sweep_length(c, up);
	double y = up ? 0 : 1, from = y, end = response_move(c->response, &own_nominal, y, up ? n : -n), worst = 0;

	if (n < 2 || end == from)
		return n < 2 ? (double)NAN : 0;
	for (int k = 1; k < n; k++) {
		y = response_move(c->response, &own_nominal, y, up ? 1 : -1);
		double low = up ? from : end, high = up ? end : from;
		double place = (double)(up ? k : n - k) / n, gap = (y - low) / (high - low) - place;
		worst = fabs(gap) > fabs(worst) ? gap : worst;
	}
	return worst / MAX_GAP_PER_LABEL;
}

static double imbalance(const struct cell *c, double y)
{
	return response_step(c->response, &own_nominal, true, y) + response_step(c->response, &own_nominal, false, y);
}

double sweep_symmetry(const struct cell *c)
{
	double low = 0, high = 1;

	if (c->write.one_sided || imbalance(c, 0) <= 0 || imbalance(c, 1) >= 0)
		return (double)NAN;
	for (int i = 0; i < 60; i++) {
		double mid = (low + high) / 2;
		if (imbalance(c, mid) > 0)
			low = mid;
		else
			high = mid;
	}
	return (low + high) / 2 - soft_bounds_shift(c->response, &own_nominal, 0);
}

double sweep_noise(const struct cell *c, bool up, double y)
{
	const struct response *r = c->response;
	double own = 0, step = response_step(r, &own_nominal, up, y);

	if (r->kind->has_quantiles && r->kind->has_quantiles(r))
		own = (r->kind->quantile(r, up, y, 0.841) - r->kind->quantile(r, up, y, 0.159)) / 2;
	else if (r->kind->sigma)
		own = r->kind->sigma(r, up, y);
	return sqrt(pow(c->variation.k_cycle, 2) + pow(c->variation.k_cycle_step * step, 2) + own * own);
}

/* Widths of a train from one end of the window. */
static double swing_time(const struct cell *c, bool up)
{
	const struct cell_pulse *p = up ? &c->write.up : &c->write.down;
	double n = up ? c->response->n_up : c->response->n_down;

	if (!up && c->write.one_sided)
		return cell_pulse(c, PULSE_ERASE).t;
	return n * p->t + p->t_step * n * (n - 1) / 2;
}

struct merits sweep_merits(const struct cell *c, const struct tech *t)
{
	const struct cell_structure *s = cell_structure(c);
	struct span span = sweep_span(c, t);
	bool down = !c->write.one_sided;
	double step = response_step(c->response, &own_nominal, true, 0.5);
	double y = response_move(c->response, &own_nominal, 0.5, 1);

	return (struct merits){
		.n_up = c->response->n_up,
		.n_down = down ? c->response->n_down : (double)NAN,
		.k_range = span.g_low > 0 ? span.g_high / span.g_low : (double)NAN,
		.label_up = label(c, true),
		.label_down = down ? label(c, false) : (double)NAN,
		.k_pair = down && !s->binary ? response_move(c->response, &own_nominal, y, -1) - 0.5 : (double)NAN,
		.y_symmetry = s->binary ? (double)NAN : sweep_symmetry(c),
		.k_noise = sweep_noise(c, true, 0.5),
		.k_noise_step = sweep_noise(c, true, 0.5) / step,
		.e_up = s->e_pulse(c, t, PULSE_UP, 0.5),
		.e_down = s->e_pulse(c, t, down ? PULSE_DOWN : PULSE_ERASE, 0.5),
		.t_up = swing_time(c, true),
		.t_down = swing_time(c, false),
	};
}
