/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Likelihood of readings under a response.
 *
 * Model    P <- (1 + s')^2 P + q per pulse, q = sigma_step^2 + (sigma_share s)^2 (+ the response's own);
 *          (gaps between readings in closed form where steps are linear in the state)
 *          error e = u - y with variance S = P + w^2 (w of reading and of rounding), gain P/S; a reading at a hard bound: the chance
 *          of lying beyond it
 * Source   [Kalman1960]; [Tobin1958]
 * Assumes  the first reading of a train is the state, but for the reading noise
 * Valid    steps that change little within the error of the state
 * Checked  tests/unit/check_fit.c
 */
#include <math.h>
#include <stdlib.h>

#include <gsl/gsl_sf_erf.h>

#include "base/arena.h"
#include "lab/fit_priv.h"

#define LEAST_SIGMA 1e-8
enum { MOST_STEPPED = 8191 }; /* pulses of a gap that are taken one by one: as device/population.h does */

struct mover {
	const struct response *r;
	const struct own *own;
	struct branch branch[2];
};

static struct mover mover_of(const struct response *r, const struct own *own)
{
	struct mover m = {.r = r, .own = own};

	for (int up = 0; up < 2 && r->kind->branch; up++)
		r->kind->branch(r, own, up, &m.branch[up]);
	return m;
}

static double step(const struct mover *m, bool up, double y)
{
	const struct branch *b = &m->branch[up];

	if (m->r->kind->branch)
		return b->at_low * (b->high - y) + b->at_high * (y - b->low);
	return response_step(m->r, m->own, up, y);
}

static double slope(const struct mover *m, bool up, double y)
{
	const double h = 1e-4;

	if (m->r->kind->branch)
		return m->branch[up].at_high - m->branch[up].at_low;
	return (step(m, up, y + h) - step(m, up, y - h)) / (2 * h);
}

static double variance(const struct mover *m, const struct noise *z, bool up, double y, double s, double span)
{
	double x = z->step / span, own = 0;

	if (z->scatter) {
		double place = y < 0 ? 0 : y > 1 ? 1 : y;
		own = m->r->kind->sigma(m->r, up, place);
	}
	return x * x + z->share * z->share * s * s + own * own + LEAST_SIGMA * LEAST_SIGMA;
}

/* Where hard bounds hold the state. */
static double held(const struct readings *rd, const struct own *o, double y)
{
	y = rd->bound[1] && y > o->high ? o->high : y;
	return rd->bound[0] && y < o->low ? o->low : y;
}

/* n pulses at once where steps are linear in the state; the sums over the pulses are geometric. */
static void go_on(const struct branch *b, const struct noise *z, double span, double n, double *y, double *p)
{
	const double most = 1e12; /* of what runs away from the start */
	double grow = 1 + b->at_high - b->at_low, square = grow * grow, all = fmin(pow(square, n), most);
	double s = b->at_low * (b->high - *y) + b->at_high * (*y - b->low), x = z->step / span;

	*p = all * *p + (x * x + LEAST_SIGMA * LEAST_SIGMA) * (fabs(square - 1) < 1e-9 ? n : (1 - all) / (1 - square)) +
	     z->share * z->share * s * s * n * fmin(pow(square, n - 1), most);
	*y = fmin(fmax(branch_move(b, *y, n), -most), most);
}

double log_below(double z)
{
	return gsl_sf_log_erfc(-z * 0.70710678118654752) - 0.69314718055994531;
}

double likelihood(const struct readings *rd, const struct response *r, const struct window *w,
	const struct noise *z, const struct own *own, int from, int to, bool frozen, double *sd, double *residual)
{
	double span = w->high - w->low, sum = 0, y = 0, p = 0;
	bool needs_slope = z->write > 0 || rd->rounding > 0, needs_variance = !frozen || needs_slope;
	double known = -1, log_known = 0; /* most deviations are that of the reading before */
	struct mover m = {0};

	for (int i = rd->from[from]; i < rd->from[to]; i++) {
		const struct reading *now = &rd->reading[i];
		double seen = (now->u - w->low) / span, error = 0, f = 0;
		double digit = rd->rounding > 0 ? now->digit : 0;
		double write2 = (z->write * z->write + digit * digit / 12) / (span * span);
		bool up = now->k > 0;
		const struct own *o = &own[now->cell];
		if (i == rd->from[now->cell])
			m = mover_of(r, o);
		if (now->k == 0) {
			y = seen;
			p = write2;
			if (residual)
				residual[i] = 0;
			continue;
		}
		int n = abs(now->k);
		if (n > 1 && r->kind->branch) {
			go_on(&m.branch[up], z, span, n - 1, &y, &p);
			y = held(rd, o, y);
			n = 1;
		}
		for (int j = 0; j < n && j < MOST_STEPPED; j++) {
			double s = step(&m, up, j ? y = held(rd, o, y) : y);
			if (needs_variance) {
				double grow = needs_slope || n > 1 ? 1 + slope(&m, up, y) : 1;
				p = grow * grow * p + variance(&m, z, up, y, s, span);
			}
			y += s;
		}
		double deviation = frozen ? sd[i] / span : sqrt(p + write2);
		if (sd && !frozen)
			sd[i] = deviation * span;
		error = seen - y;
		if (now->at) {
			double l = fmin(log_below(-now->at * error / deviation), 0);
			f = now->at * sqrt(-2 * l);
			sum += l;
		} else {
			f = error / deviation;
			if (!frozen && deviation != known) {
				known = deviation;
				log_known = log(deviation * span);
			}
			sum -= (f * f + 1.8378770664093453 + 2 * log_known) / 2;
		}
		if (residual)
			residual[i] = f;
		if (now->at || write2 == 0) {
			y = seen;
			p = 0;
		} else {
			double gain = p / (p + write2);
			y += gain * error;
			p *= 1 - gain;
		}
	}
	return sum;
}
