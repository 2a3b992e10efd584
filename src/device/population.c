/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Populations: what is drawn once per cell, and what surrounds the kernels: wear, write noise, erase,
 * decay.
 *
 * Model    y += move(y, k) + xi sqrt(|k| k_cycle^2 + (k_cycle_step move)^2/|k|), clipped once (closed form;
 *          pulse by pulse elsewhere); decay y = y_rest + (y - y_rest) e^(-t/tau), ln tau normal;
 *          wear: window times 1/(1 + (n/n_half)^s), failure beyond n_fail e^(k_spread xi) pulses
 * Source   [ChenPeng2018] (pulses), [Rasch2021] (spread, write noise), [Li2018] (capacitor retention
 *          and its spread); the wear law interpolates between open and closed, no source
 * Assumes  labels: spread independent between polarities; steps: one factor for both and an imbalance.
 *          Windows that come out narrower than a tenth, or without the state of weight zero of soft
 *          bounds, are drawn again; steps below 0 become 0
 * Valid    windows from -2 to 2 times the nominal one
 * Checked  tests/unit/check_population.c, check_device.c
 */
#include "device/population.h"

#include <math.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/diag.h"
#include "device/pulse_code.h"
#include "device/pulse_kern.h"
#include "device/soft_bounds.h"

#define NARROWEST 0.1 /* share of the nominal window */
#define REDRAWS   1000
#define SHOWN     256 /* cells whose noise is drawn together */

/* Further draws of one command. */
#define STEP_SHOWN ((uint64_t)1 << 62)
#define STEP_ERASE ((uint64_t)1 << 63)

static double normal(uint64_t seed, enum rng_purpose purpose, uint32_t id, size_t i, uint64_t step)
{
	return (double)rng_normal(rng_stream(seed, purpose, id), i, step);
}

static void draw_window(struct own *own, const struct cell *c, uint64_t seed, uint32_t id, size_t i)
{
	const struct cell_variation *v = &c->variation;
	double y_zero = soft_bounds_zero(c->response);

	if (v->k_g_min == 0 && v->k_g_max == 0)
		return;
	for (uint64_t try = 0; try < REDRAWS; try++) {
		own->low = v->k_g_min * normal(seed, RNG_DEVICE_WINDOW, id, i, 2 * try);
		own->high = 1 + v->k_g_max * normal(seed, RNG_DEVICE_WINDOW, id, i, 2 * try + 1);
		/* comparisons with NAN (no soft bounds) are false */
		if (own->high - own->low >= NARROWEST && !(own->low > y_zero - NARROWEST / 2) &&
			!(own->high < y_zero + NARROWEST / 2))
			return;
	}
	own->low = 0;
	own->high = 1;
}

struct own population_own(const struct cell *c, uint64_t seed, uint32_t id, size_t i, double *shift)
{
	const struct cell_variation *v = &c->variation;
	struct own own = own_nominal;
	double up = v->k_device > 0 ? v->k_device * normal(seed, RNG_DEVICE_UP, id, i, 0) : 0;

	if (c->response->kind->labels) {
		own.label_up = up;
		if (v->k_device > 0)
			own.label_down = v->k_device * normal(seed, RNG_DEVICE_DOWN, id, i, 0);
	} else {
		double gain = v->log_normal ? exp(up) : 1 + up;
		double tilt = v->k_asymmetry > 0 ? v->k_asymmetry * normal(seed, RNG_DEVICE_DOWN, id, i, 0) : 0;
		own.k_up = fmax(gain + tilt, 0);
		own.k_down = fmax(gain - tilt, 0);
	}
	if (v->k_slope > 0) {
		own.slope_up = v->k_slope * normal(seed, RNG_DEVICE_UP, id, i, 1);
		own.slope_down = v->k_slope * normal(seed, RNG_DEVICE_DOWN, id, i, 1);
	}
	draw_window(&own, c, seed, id, i);
	*shift = soft_bounds_shift(c->response, &own, normal(seed, RNG_DEVICE_WINDOW, id, i, (uint64_t)1 << 40));
	return own;
}

static double drift_of(const struct response *r, const struct own *own, double y)
{
	return response_step(r, own, true, y) + response_step(r, own, false, y);
}

double population_symmetry(const struct cell *c, uint64_t seed, uint32_t id, size_t i)
{
	double shift;
	struct own own = population_own(c, seed, id, i, &shift);
	double low = own.low, high = own.high, y = (low + high) / 2;

	/* steps up shrink and steps down grow with the state, or neither does */
	for (int k = 0; k < 40 && fabs(drift_of(c->response, &own, y)) > 1e-12; k++) {
		if (drift_of(c->response, &own, y) > 0)
			low = y;
		else
			high = y;
		y = (low + high) / 2;
	}
	return y - shift;
}

/* One pulse goes no further than the asymptote. */
static struct branch tame(struct branch b)
{
	double m = b.at_low - b.at_high;

	if (m > 1) {
		b.at_low /= m;
		b.at_high /= m;
	}
	return b;
}

static struct branch branch_of(const struct response *r, const struct own *own, bool up)
{
	struct branch b;

	r->kind->branch(r, own, up, &b);
	return tame(b);
}

static void nominal_ways(struct population *p)
{
	const struct response *r = p->cell->response;

	for (int up = 0; up < 2; up++) {
		struct pulse_way *w = &p->way[up];
		if (p->stepped) {
			w->at_low = 1;          /* the factor of the table, */
			w->k_far = up ? 1 : -1; /* positive for both */
			continue;
		}
		struct branch b = branch_of(r, &own_nominal, up);
		w->at_low = (float)b.at_low;
		w->at_high = (float)b.at_high;
		w->k_far = up ? w->at_high / w->at_low : w->at_low / w->at_high;
	}
}

/* Tables of a stepped response, down and up behind one another. */
static void fill_tables(struct population *p, struct arena *a)
{
	const struct response *r = p->cell->response;
	const struct response_kind *k = r->kind;
	size_t n = PULSE_NODES + 1;
	float *mean = NEW(a, float, 2 * n), *sigma = k->sigma ? NEW(a, float, 2 * n) : NULL;

	for (size_t i = 0; i < 2 * n; i++) {
		double x = (double)(i % n) / PULSE_NODES;
		mean[i] = (float)k->step(r, i >= n, x);
		if (sigma)
			sigma[i] = (float)k->sigma(r, i >= n, x);
	}
	p->mean = mean;
	p->sigma = sigma;
	if (!k->has_quantiles || !k->has_quantiles(r))
		return;

	size_t n_q = PULSE_QUANTILES + 1, n_x = PULSE_JUMPS + 1;
	float *jump = NEW(a, float, 2 * n_x * n_q);

	for (size_t i = 0; i < 2 * n_x; i++)
		for (size_t q = 0; q < n_q; q++)
			jump[i * n_q + q] = (float)k->quantile(r, i >= n_x, (double)(i % n_x) / PULSE_JUMPS,
				(double)q / PULSE_QUANTILES);
	p->jump = jump;
}

struct own_arrays {
	uint16_t *near[2], *far[2];
	int16_t *low, *high;
};

static void encode_steps(const struct population *p, struct own_arrays *o, size_t i, const struct own *own)
{
	for (int up = 0; up < 2; up++) {
		if (p->stepped) {
			o->near[up][i] = pulse_encode(up ? own->k_up : own->k_down);
			continue;
		}
		struct branch b = branch_of(p->cell->response, own, up);
		o->near[up][i] = pulse_encode(fabs(up ? b.at_low : b.at_high));
		if (o->far[up])
			o->far[up][i] = pulse_encode(fabs(up ? b.at_high : b.at_low));
	}
}

/* A stuck cell has a window without width. */
static void stick(const struct population *p, struct own_arrays *o, size_t i)
{
	const struct cell_stuck *s = p->cell->stuck;
	struct rng r = rng_stream(p->seed, RNG_DEVICE_STUCK, p->id);
	double u = (double)rng_uniform(r, i, 0), v = (double)rng_uniform(r, i, 1);

	if (u < s->k_low)
		o->high[i] = o->low[i];
	else if (u < s->k_low + s->k_high)
		o->low[i] = o->high[i];
	else if (u < s->k_low + s->k_high + s->k_value)
		o->low[i] = o->high[i] = pulse_end_code(s->y_from + v * (s->y_to - s->y_from));
}

static void draw_cells(struct population *p, struct arena *a)
{
	const struct cell *c = p->cell;
	const struct cell_variation *v = &c->variation;
	double k_reference_or_symmetry = soft_bounds_shift(c->response, &own_nominal, 1);
	bool window = v->k_g_min > 0 || v->k_g_max > 0;
	bool steps = v->k_device > 0 || v->k_asymmetry > 0 || v->k_slope > 0 || (window && !isnan(soft_bounds_zero(c->response)));
	bool shifts = k_reference_or_symmetry != 0 || (steps && soft_bounds_is_relative(c->response));
	struct own_arrays o = {0};

	window |= c->stuck != NULL || shifts;
	if (!steps && !window)
		return;
	for (int up = 0; up < 2 && steps; up++) {
		o.near[up] = NEW(a, uint16_t, p->n);
		if (c->response->kind->labels || v->k_slope > 0)
			o.far[up] = NEW(a, uint16_t, p->n);
	}
	if (window) {
		o.low = NEW(a, int16_t, p->n);
		o.high = NEW(a, int16_t, p->n);
	}
#pragma omp parallel for schedule(static)
	for (size_t i = 0; i < p->n; i++) {
		double shift;
		struct own own = population_own(c, p->seed, p->id, i, &shift);
		if (steps)
			encode_steps(p, &o, i, &own);
		if (window) {
			o.low[i] = pulse_end_code(own.low - shift);
			o.high[i] = pulse_end_code(own.high - shift);
		}
		if (c->stuck)
			stick(p, &o, i);
	}
	for (int up = 0; up < 2; up++) {
		p->way[up].near = o.near[up];
		p->way[up].far = o.far[up];
	}
	p->low = o.low;
	p->high = o.high;
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
	*p = (struct population){
		.cell = c,
		.kern = pulse_kern_pick(NULL),
		.n = n,
		.seed = seed,
		.id = id,
		.own_window = c->response->kind->own_window,
		.stepped = c->response->kind->step != NULL,
	};
	p->y = NEW(a, float, n);
	p->inner = c->variation.k_write > 0 ? NEW(a, float, n) : p->y;
	p->n_pulses = NEW(a, uint32_t, n);
	nominal_ways(p);
	if (p->stepped)
		fill_tables(p, a);
	draw_cells(p, a);
	if (c->hold && c->hold->k_spread > 0)
		spread_retention(p, a);
	for (size_t i = 0; i < n; i++)
		population_set(p, i, 0);
}

void population_isa(struct population *p, const char *isa)
{
	p->kern = pulse_kern_pick(isa);
	if (!p->kern)
		BUG("kernels this machine cannot use");
}

static float low_of(const struct population *p, size_t i)
{
	return p->low ? pulse_end(p->low[i]) : 0;
}

static float high_of(const struct population *p, size_t i)
{
	return p->high ? pulse_end(p->high[i]) : 1;
}

void population_window(const struct population *p, size_t i, float *low, float *high)
{
	*low = low_of(p, i);
	*high = high_of(p, i);
}

static float clip(float y, float low, float high)
{
	return y < low ? low : y > high ? high : y;
}

static bool has_failed(const struct population *p, size_t i)
{
	const struct cell_wear *w = p->cell->wear;

	if (!w || w->n_fail == 0)
		return false;

	double z = w->k_spread > 0 ? normal(p->seed, RNG_DEVICE_FAIL, p->id, i, 0) : 0;

	return (double)p->n_pulses[i] > w->n_fail * exp(w->k_spread * z);
}

/* Failed cells take no commands; theirs count here, so that they stay failed. */
static void wear_before(struct population *p, size_t i, int32_t *k)
{
	const struct cell_wear *w = p->cell->wear;

	if (*k == 0)
		return;
	uint32_t was = p->n_pulses[i], n = (uint32_t)abs(*k);

	p->n_pulses[i] += n < UINT32_MAX - was ? n : UINT32_MAX - was;
	if (!has_failed(p, i)) {
		p->n_pulses[i] = was; /* counted with what they do */
		return;
	}
	*k = 0;
	if (w->fails != FAILS_HELD)
		p->inner[i] = p->y[i] = w->fails == FAILS_LOW ? low_of(p, i) : high_of(p, i);
}

/* The state as far as the window is still open. */
static float as_open(const struct population *p, size_t i, float y)
{
	const struct cell_wear *w = p->cell->wear;

	if (!w || w->n_half == 0)
		return clip(y, low_of(p, i), high_of(p, i));

	float open = (float)(1 / (1 + pow(p->n_pulses[i] / w->n_half, w->k_slope))), y_0 = (float)w->y_close;

	return clip(y, y_0 + (low_of(p, i) - y_0) * open, y_0 + (high_of(p, i) - y_0) * open);
}

static void wear_after(struct population *p, size_t i, int32_t k)
{
	if (k != 0 && p->cell->wear->n_half > 0)
		p->inner[i] = as_open(p, i, p->inner[i]);
}

/* What cells show after their pulses, with noise. Where one in FEW was written, drawing for all of them at
 * once is faster. */
static void show(struct population *p, size_t from, size_t n, const int32_t *k, struct rng noise, uint64_t step)
{
	enum { FEW = 16 };
	float k_write = (float)p->cell->variation.k_write, z[SHOWN];
	size_t n_written = 0;

	for (size_t j = 0; j < n; j++)
		n_written += k[j] != 0;
	if (n_written == 0)
		return;
	bool all = n_written * FEW >= n;
	if (all)
		p->kern->normal(noise, from, n, step, z);
	for (size_t j = 0; j < n; j++)
		if (k[j])
			p->y[from + j] = p->inner[from + j] + k_write * (all ? z[j] : rng_normal(noise, from + j, step));
}

void population_pulse(struct population *p, size_t from, size_t n, int32_t *k, struct rng noise, uint64_t step)
{
	const struct cell *c = p->cell;
	float k_write = (float)c->variation.k_write;

	for (size_t j = 0; c->wear && j < n; j++)
		wear_before(p, from + j, &k[j]);
	p->kern->pulse(p, from, n, k, noise, step);
	for (size_t j = 0; c->wear && j < n; j++)
		wear_after(p, from + j, k[j]);
	for (size_t done = 0; k_write > 0 && done < n; done += SHOWN) {
		size_t n_now = n - done < SHOWN ? n - done : SHOWN;
		show(p, from + done, n_now, k + done, noise, step + STEP_SHOWN);
	}
}

void population_pulse_listed(struct population *p, size_t from, size_t n, const int32_t *cell, int32_t *k,
	struct rng noise, size_t number, uint64_t step)
{
	const struct cell *c = p->cell;
	float k_write = (float)c->variation.k_write;

	for (size_t j = 0; c->wear && j < n; j++)
		wear_before(p, from + (size_t)cell[j], &k[j]);
	p->kern->pulse_listed(p, from, n, cell, k, noise, number, step);
	for (size_t j = 0; c->wear && j < n; j++)
		wear_after(p, from + (size_t)cell[j], k[j]);
	for (size_t done = 0; k_write > 0 && done < n; done += SHOWN) {
		float z[SHOWN];
		size_t n_now = n - done < SHOWN ? n - done : SHOWN;
		p->kern->normal(noise, number + done, n_now, step + STEP_SHOWN, z);
		for (size_t j = 0; j < n_now; j++) {
			size_t i = from + (size_t)cell[done + j];
			if (k[done + j])
				p->y[i] = p->inner[i] + k_write * z[j];
		}
	}
}

void population_erase(struct population *p, size_t i, struct rng noise, uint64_t step)
{
	float k_erase = (float)p->cell->variation.k_erase;
	float y = k_erase > 0 ? k_erase * fabsf(rng_normal(noise, i, step + STEP_ERASE)) : 0;

	population_write(p, i, -1, low_of(p, i) + y);
}

void population_write(struct population *p, size_t i, int32_t k, float y)
{
	if (p->cell->wear)
		wear_before(p, i, &k);
	p->n_pulses[i] += (uint32_t)abs(k);
	population_set(p, i, y);
}

void population_set(struct population *p, size_t i, float y)
{
	if (!has_failed(p, i))
		p->y[i] = p->inner[i] = as_open(p, i, y);
}

/* Share kept, or way back to rest, of a cell with t_retention times k. */
static float leaked(const struct cell_hold *h, float y, float rest, double n_retentions, float keep)
{
	if (h->law == HOLD_EXPONENTIAL)
		return rest + (y - rest) * keep;

	float way = (float)n_retentions;

	return y > rest ? fmaxf(y - way, rest) : fminf(y + way, rest);
}

void population_decay(struct population *p, double t, double temp, size_t from, size_t to)
{
	const struct cell_hold *h = p->cell->hold;

	if (!h)
		return;

	double faster = h->e_activation > 0 ? aging_arrhenius(h->e_activation, h->temp_ref, temp) : 1;
	double n = t * faster / h->t_retention; /* retention times that passed */
	float rest = (float)h->y_rest, nominal = (float)exp(-n);

	for (size_t i = from; i < to; i++) {
		double own = p->tau_factor ? n / (double)p->tau_factor[i] : n;
		float keep = p->tau_factor ? expf(-(float)own) : nominal;
		float y = clip(leaked(h, p->y[i], rest, own, keep), low_of(p, i), high_of(p, i));
		if (p->inner != p->y)
			p->inner[i] = clip(leaked(h, p->inner[i], rest, own, keep), low_of(p, i), high_of(p, i));
		p->y[i] = y;
	}
}

static bool is_stuck(const struct population *p, size_t i)
{
	return p->low && p->low[i] == p->high[i];
}

void population_read(const struct population *p, size_t from, size_t n, const float *y, const struct reading *r,
	float *y_read)
{
	const struct cell *c = p->cell;
	struct rng program = rng_stream(p->seed, RNG_PROGRAM, p->id), drift = rng_stream(p->seed, RNG_DRIFT, p->id);
	struct rng read = rng_stream(p->seed, RNG_READ, p->id);
	double span = c->g_max - c->g_min;

	if (!y)
		y = p->y + from;
	if (!aging_present(c)) {
		for (size_t j = 0; j < n; j++)
			y_read[j] = y[j];
		return;
	}
	for (size_t j = 0; j < n; j++) {
		size_t i = from + j;
		/* the read is of this programming: its draws are numbered with it */
		uint64_t number = (r->programming << 32) + r->read;
		struct aging_draws z = {
			.program = is_stuck(p, i) ? 0 : (double)rng_normal(program, i, r->programming),
			.drift = (double)rng_normal(drift, i, r->programming),
			.read = c->read_noise ? (double)rng_normal(read, i, number) : 0,
		};
		double g = fmax(c->g_min + span * (double)y[j], 0);
		y_read[j] = (float)((aging_read(c, g, r->t, r->temp, &z) - c->g_min) / span);
	}
}
