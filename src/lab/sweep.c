/* SPDX-License-Identifier: Apache-2.0 */
/* Trains of pulses on populations of a cell (device/population.h), or on the nominal cell. */
#include "lab/sweep.h"

#include <math.h>

#include "base/arena.h"
#include "device/aging.h"
#include "device/population.h"
#include "device/soft_bounds.h"
#include "lab/trace.h"

enum { MAX_TRAIN = 100000 };

int sweep_length(const struct cell *c, bool up)
{
	double n = ceil((up ? c->response->n_up : c->response->n_down) - 1e-6);

	return (int)fmin(fmax(n, 1), MAX_TRAIN);
}

struct span sweep_span(const struct cell *c, const struct tech *t)
{
	const struct cell_structure *s = cell_structure(c);

	if (!s->g_of_node)
		return (struct span){c->g_min, c->g_max};

	struct cell_load load = s->load(c, t, 1);

	return (struct span){s->g_read(c, t, &load, 0), s->g_read(c, t, &load, 1)};
}

/* One command to every cell. */
struct bench {
	struct population p;
	int32_t *k;
	struct rng noise;
	uint64_t step;
	bool ideal;
	size_t n;
};

static struct bench bench_new(struct arena *a, const struct cell *c, const struct sweep_options *o, size_t n,
	uint32_t id)
{
	struct bench b = {.n = n, .ideal = o->ideal, .noise = rng_stream(o->seed, RNG_WRITE_NOISE, id)};

	if (o->ideal) {
		struct cell *plain = NEW(a, struct cell, 1);
		*plain = *c;
		plain->variation = (struct cell_variation){0};
		plain->stuck = NULL;
		plain->wear = NULL;
		c = plain;
	}
	population_init(&b.p, a, c, n, o->seed, id);
	b.k = NEW(a, int32_t, n);
	return b;
}

static void pulse(struct bench *b, size_t from, size_t n, int32_t k)
{
	for (size_t i = 0; i < n; i++)
		b->k[i] = k;
	population_pulse(&b->p, from, n, b->k, b->noise, b->step++);
}

static void erase(struct bench *b)
{
	for (size_t i = 0; i < b->n; i++)
		population_erase(&b->p, i, b->noise, b->step);
	b->step++;
}

static void row(struct trace *t, int cell, int cycle, int number, int polarity, double y, struct span s)
{
	double g = s.g_low + y * (s.g_high - s.g_low);

	t->sample[t->n++] = (struct sample){cell, cycle, number, polarity, 0, g > 0 ? g : 0, 0};
}

/* States of all cells by command; y [command][cell]. Commands of a cycle: start, up, down or erase. */
static void drive(struct bench *b, const struct cell *c, int n_up, int n_down, float *y)
{
	size_t n = b->n;

	for (int k = 0; k <= n_up + n_down; k++) {
		if (k > 0 && k <= n_up)
			pulse(b, 0, n, 1);
		else if (k > n_up && !c->write.one_sided)
			pulse(b, 0, n, -1);
		else if (k > n_up)
			erase(b);
		for (size_t i = 0; i < n; i++)
			y[(size_t)k * n + i] = b->p.y[i];
	}
}

static double ideal_state(const struct cell *c, double y, int k, int n_up)
{
	if (k == 0)
		return y;
	if (k > n_up && c->write.one_sided)
		return 0;
	return response_move(c->response, &own_nominal, y, k <= n_up ? 1 : -1);
}

struct trace *sweep_trace(struct arena *a, const struct cell *c, struct span s, const struct sweep_options *o)
{
	int n_up = o->n_pulses ? o->n_pulses : sweep_length(c, true);
	int n_down = c->write.one_sided ? 1 : o->n_pulses ? o->n_pulses : sweep_length(c, false);
	int n_rows = n_up + n_down + 1, n_cells = o->n_cells;
	struct trace *t = NEW(a, struct trace, 1);
	struct bench b = bench_new(a, c, o, (size_t)n_cells, 0);
	float *y = NEW(a, float, (size_t)n_rows * (size_t)n_cells * (size_t)o->n_cycles);
	size_t block = (size_t)n_rows * (size_t)n_cells;
	double shift = soft_bounds_shift(c->response, &own_nominal, 0); /* of the reference it is seen against */

	t->n_cells = n_cells;
	t->sample = NEW(a, struct sample, block * (size_t)o->n_cycles);
	for (int cycle = 0; cycle < o->n_cycles && !o->ideal; cycle++)
		drive(&b, c, n_up, n_down, y + (size_t)cycle * block);
	for (int i = 0; i < n_cells; i++) {
		double ideal = fmin(fmax(shift, 0), 1); /* shown as 0 */
		for (int cycle = 0; cycle < o->n_cycles; cycle++)
			for (int k = 0; k < n_rows; k++) {
				int polarity = k == 0 ? STEP_START : k <= n_up ? STEP_UP
							: c->write.one_sided ? STEP_ERASE : STEP_DOWN;
				ideal = ideal_state(c, ideal, k, n_up);
				row(t, i, cycle, k, polarity,
					o->ideal ? ideal - shift : (double)y[(size_t)cycle * block + (size_t)(k * n_cells + i)], s);
			}
	}
	return t;
}

double *sweep_programmed(struct arena *a, const struct cell *c, const struct sweep_options *o, int n_targets)
{
	size_t n = (size_t)o->n_cells;
	double *y = NEW(a, double, (size_t)n_targets * n);
	struct bench b = bench_new(a, c, o, n, 1);
	int n_up = sweep_length(c, true), sent = 0;

	for (int target = 0; target < n_targets; target++) {
		int want = n_targets > 1 ? (int)lround((double)n_up * target / (n_targets - 1)) : n_up;
		for (; sent < want; sent++)
			pulse(&b, 0, n, 1);
		for (size_t i = 0; i < n; i++)
			y[(size_t)target * n + i] = (double)b.p.y[i];
	}
	return y;
}

bool sweep_forgets(const struct cell *c)
{
	return c->hold || aging_present(c);
}

/* Cells that leak pass through every time; aging is a function of the time since programming. */
static void leak(struct bench *b, const double *t, int n_times, double *y)
{
	for (int k = 0; k < n_times; k++) {
		population_decay(&b->p, t[k] - (k ? t[k - 1] : 0), 0, 0, b->n);
		for (size_t i = 0; i < b->n; i++)
			y[(size_t)k * b->n + i] = (double)b->p.y[i];
	}
}

static void age(const struct cell *c, const struct sweep_options *o, double state, const double *t, int n_times,
	double *y)
{
	struct rng program = rng_stream(o->seed, RNG_PROGRAM, 2), drift = rng_stream(o->seed, RNG_DRIFT, 2);
	struct rng read = rng_stream(o->seed, RNG_READ, 2);
	double g = c->g_min + state * (c->g_max - c->g_min), k = o->ideal ? 0 : 1;
	size_t n = (size_t)o->n_cells;
	uint64_t step = (uint64_t)(state * 1000);

	for (size_t i = 0; i < n; i++)
		for (int j = 0; j < n_times; j++) {
			struct aging_draws z = {k * (double)rng_normal(program, i, step), k * (double)rng_normal(drift, i, step),
				k * (double)rng_normal(read, i, step * 1000 + (uint64_t)j)};
			y[(size_t)j * n + i] = (aging_read(c, g, t[j], 300, &z) - c->g_min) / (c->g_max - c->g_min);
		}
}

double *sweep_retention(struct arena *a, const struct cell *c, const struct sweep_options *o, const double *t,
	int n_times, int n_states)
{
	size_t n = (size_t)o->n_cells, block = (size_t)n_times * n;
	double *y = NEW(a, double, (size_t)n_states * block);

	for (int i = 0; i < n_states; i++) {
		double state = n_states > 1 ? (double)i / (n_states - 1) : 1;
		if (!c->hold) {
			age(c, o, state, t, n_times, y + (size_t)i * block);
			continue;
		}
		struct bench b = bench_new(a, c, o, n, 2);
		for (size_t k = 0; k < n; k++)
			population_set(&b.p, k, (float)state);
		leak(&b, t, n_times, y + (size_t)i * block);
	}
	return y;
}
