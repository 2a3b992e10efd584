/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Population kernels: pulses, noise, decay.
 *
 * Model    y += (y_inf - y)(1 - rho^k) + k_cycle sqrt(k) xi, clipped once; decay
 *          y = y_rest + (y - y_rest) e^(-t/tau), ln tau normal
 * Source   [ChenPeng2018] (pulses), [Li2018] (capacitor retention and its spread)
 * Assumes  noise is one draw per command; spread of the labels independent between polarities
 * Valid    commands of up to the full train; longer ones saturate
 * Checked  tests/unit/check_device.c: golden updates, noise variance ~ k, decay
 */
#include "device/population.h"

#include <math.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/rng.h"

/* 1 - rho^k for k = 0..n; on a straight line the step itself. */
static float *move_table(struct arena *a, struct branch b, int n)
{
	float *move = NEW(a, float, n);

	for (int k = 0; k < n; k++)
		move[k] = b.rho == 1 ? (float)(k * b.step) : (float)-expm1(k * log(b.rho));
	return move;
}

static void spread_branches(struct population *p, struct arena *a)
{
	struct rng up = rng_stream(p->seed, RNG_DEVICE_UP, p->id);
	struct rng down = rng_stream(p->seed, RNG_DEVICE_DOWN, p->id);
	double sigma = p->cell->variation.k_device;

	p->up_beyond = NEW(a, float, p->n);
	p->up_move = NEW(a, float, p->n);
	p->down_beyond = NEW(a, float, p->n);
	p->down_move = NEW(a, float, p->n);
#pragma omp parallel for schedule(static)
	for (size_t i = 0; i < p->n; i++) {
		struct branch u, d;
		p->cell->response->kind->branches(p->cell->response, sigma * (double)rng_normal(up, i, 0),
			sigma * (double)rng_normal(down, i, 0), &u, &d);
		/* no contraction marks the straight line, whose step stands in place of the distance */
		p->up_beyond[i] = (float)(u.rho == 1 ? u.step : u.beyond);
		p->up_move[i] = (float)(1 - u.rho);
		p->down_beyond[i] = (float)(d.rho == 1 ? d.step : d.beyond);
		p->down_move[i] = (float)(1 - d.rho);
	}
}

static void spread_retention(struct population *p, struct arena *a)
{
	struct rng rng = rng_stream(p->seed, RNG_DEVICE_TAU, p->id);
	double sigma = p->cell->hold->k_spread;

	p->tau_factor = NEW(a, float, p->n);
	for (size_t i = 0; i < p->n; i++)
		p->tau_factor[i] = (float)exp(sigma * (double)rng_normal(rng, i, 0));
}

void population_init(struct population *p, struct arena *a, const struct cell *c, size_t n, uint64_t seed,
	uint32_t id)
{
	const struct response *r = c->response;

	*p = (struct population){.cell = c, .n = n, .seed = seed, .id = id};
	p->y = NEW(a, float, n);
	p->n_writes = NEW(a, uint32_t, n);
	r->kind->branches(r, 0, 0, &p->up, &p->down);
	p->n_table_up = (int)ceil(r->n_up) + 1;
	p->n_table_down = (int)ceil(r->n_down) + 1;
	p->table_up = move_table(a, p->up, p->n_table_up);
	p->table_down = move_table(a, p->down, p->n_table_down);
	if (c->variation.k_device > 0)
		spread_branches(p, a);
	if (c->hold && c->hold->k_spread > 0)
		spread_retention(p, a);
}

/* 1 - (1 - m)^k by doubling: exact where rho^k would lose the small step, and the same bits everywhere. */
static float compound(float m, int k)
{
	float all = 0;

	for (; k > 0; k >>= 1, m *= 2 - m)
		if (k & 1)
			all += m - all * m;
	return all;
}

/* y_inf - y without the rounding of y_inf (struct branch). */
static float way_to(float beyond, float y)
{
	return (beyond > 0 ? 1 - y : -y) + beyond;
}

static float moved_nominal(const struct population *p, float y, int k)
{
	struct branch b = k > 0 ? p->up : p->down;
	const float *move = k > 0 ? p->table_up : p->table_down;
	int n = k > 0 ? p->n_table_up : p->n_table_down;
	int index = abs(k) < n ? abs(k) : n - 1;

	return b.rho == 1 ? y + move[index] : y + way_to((float)b.beyond, y) * move[index];
}

static float moved_own(const struct population *p, size_t i, float y, int k)
{
	float beyond = k > 0 ? p->up_beyond[i] : p->down_beyond[i];
	float move = k > 0 ? p->up_move[i] : p->down_move[i];
	int n = k > 0 ? p->n_table_up : p->n_table_down;
	int count = abs(k) < n ? abs(k) : n - 1;

	return move == 0 ? y + (float)count * beyond : y + way_to(beyond, y) * compound(move, count);
}

void population_pulse(struct population *p, size_t i, int k, float noise)
{
	float sigma = (float)p->cell->variation.k_cycle;
	float y = p->up_move ? moved_own(p, i, p->y[i], k) : moved_nominal(p, p->y[i], k);

	if (sigma > 0)
		y += sigma * sqrtf((float)abs(k)) * noise;
	p->y[i] = y < 0 ? 0 : y > 1 ? 1 : y;
	p->n_writes[i]++;
}

void population_erase(struct population *p, size_t i)
{
	p->y[i] = 0;
	p->n_writes[i]++;
}

void population_decay(struct population *p, double t, size_t from, size_t to)
{
	const struct cell_hold *h = p->cell->hold;

	if (!h)
		return;

	float rest = (float)h->y_rest, nominal = (float)exp(-t / h->t_retention);

	for (size_t i = from; i < to; i++) {
		float keep = p->tau_factor ? expf((float)(-t / h->t_retention) / p->tau_factor[i]) : nominal;
		p->y[i] = rest + (p->y[i] - rest) * keep;
	}
}
