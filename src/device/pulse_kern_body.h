/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The population kernels themselves, included by pulse_kern_scalar.c, pulse_kern_avx2.c and
 * pulse_kern_avx512.c, each compiled with its own flags. Cells are taken in chunks that stay in the
 * first cache, step by step in plain loops that the compiler turns into vectors. Same bits
 * everywhere: no contraction, no sum over cells, no libm but the exact square root.
 *
 * Method   k pulses in closed form: c_k(m) = (1 - (1 - m)^k)/m by doubling,
 *          c_2k = c_k (2 - m_k), m_2k = m_k (2 - m_k), which never takes the small m from 1
 * Assumes  a chunk where few of many cells are written is compressed to those cells first
 * Checked  tests/unit/check_population.c: every table against the scalar one, the scalar one against
 *          the double-precision response
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng_math.h"
#include "device/population.h"
#include "device/pulse_code.h"
#include "device/pulse_kern.h"

enum { CHUNK = 512, BLOCKS = CHUNK / 4 + 1, LARGEST = 1000000, SPARSE = 6, SHORT = 32 };

/* The commands of one chunk, side by side. */
struct chunk {
	int n;
	bool dense;               /* cell[j] = from + j */
	bool listed;              /* draws are numbered from number on, not by cell */
	size_t from, number;
	int32_t k_most;           /* largest |k| */
	int32_t cell[CHUNK];      /* of the chunk */
	int32_t k[CHUNK];
	float y[CHUNK], low[CHUNK], high[CHUNK];
	float at_low[CHUNK], at_high[CHUNK]; /* own steps; at_low is the factor of a table */
	float z[4 * BLOCKS];      /* noise of cell j at z[j] */
};

/* Philox 4x32-10 [Salmon2011] of n blocks side by side. */
static inline void philox(struct rng rng, uint64_t block, uint64_t step, int n, uint32_t word[4][BLOCKS])
{
	uint32_t step_low = (uint32_t)step, step_high = (uint32_t)(step >> 32);

	for (int b = 0; b < n; b++) {
		uint64_t at = block + (uint64_t)b;
		uint32_t c0 = (uint32_t)at, c1 = (uint32_t)(at >> 32), c2 = step_low, c3 = step_high;
		uint32_t key0 = rng.key[0], key1 = rng.key[1];
#pragma GCC unroll 10
		for (int round = 0; round < 10; round++) {
			uint64_t p0 = (uint64_t)0xD2511F53u * c0, p1 = (uint64_t)0xCD9E8D57u * c2;
			uint32_t n0 = (uint32_t)(p1 >> 32) ^ c1 ^ key0, n2 = (uint32_t)(p0 >> 32) ^ c3 ^ key1;
			c1 = (uint32_t)p1;
			c3 = (uint32_t)p0;
			c0 = n0;
			c2 = n2;
			key0 += 0x9E3779B9u;
			key1 += 0xBB67AE85u;
		}
		word[0][b] = c0;
		word[1][b] = c1;
		word[2][b] = c2;
		word[3][b] = c3;
	}
}

/* The block of a cell is cell / 4, its word or normal the (cell % 4)-th; z of cell from at z[from % 4]. */
static inline void normals(struct rng rng, size_t from, size_t n, uint64_t step, float *restrict z)
{
	uint32_t word[4][BLOCKS];
	float z0[BLOCKS], z1[BLOCKS], z2[BLOCKS], z3[BLOCKS];
	int n_blocks = (int)((from % 4 + n + 3) / 4);

	philox(rng, from / 4, step, n_blocks, word);
	for (int b = 0; b < n_blocks; b++) {
		rng_pair(word[0][b], word[1][b], &z0[b], &z1[b]);
		rng_pair(word[2][b], word[3][b], &z2[b], &z3[b]);
	}
	for (int b = 0; b < n_blocks; b++) {
		z[4 * b] = z0[b];
		z[4 * b + 1] = z1[b];
		z[4 * b + 2] = z2[b];
		z[4 * b + 3] = z3[b];
	}
}

static inline void words(struct rng rng, size_t from, size_t n, uint64_t step, uint32_t *restrict w)
{
	uint32_t word[4][BLOCKS];
	int n_blocks = (int)((from % 4 + n + 3) / 4);

	philox(rng, from / 4, step, n_blocks, word);
	for (int b = 0; b < n_blocks; b++)
		for (int i = 0; i < 4; i++)
			w[4 * b + i] = word[i][b];
}

static void body_normal(struct rng rng, size_t from, size_t n, uint64_t step, float *out)
{
	float z[4 * BLOCKS];

	for (size_t done = 0; done < n; done += CHUNK) {
		size_t part = n - done < CHUNK ? n - done : CHUNK;
		normals(rng, from + done, part, step, z);
		memcpy(out + done, z + (from + done) % 4, part * sizeof *out);
	}
}

/* Noise of every command, normal or uniform. */
static void draw(struct chunk *c, struct rng rng, uint64_t step, bool uniform)
{
	if (!c->dense && !c->listed) {
		for (int j = 0; j < c->n; j++) {
			uint64_t cell = c->from + (uint64_t)c->cell[j];
			c->z[j] = uniform ? rng_uniform(rng, cell, step) : rng_normal(rng, cell, step);
		}
		return;
	}

	size_t first = c->listed ? c->number : c->from, skip = first % 4;

	if (uniform) {
		uint32_t w[4 * BLOCKS];
		words(rng, first, (size_t)c->n, step, w);
		for (int j = 0; j < c->n; j++)
			c->z[j] = rng_unit(w[skip + (size_t)j]);
	} else {
		float z[4 * BLOCKS];
		normals(rng, first, (size_t)c->n, step, z);
		memcpy(c->z, z + skip, (size_t)c->n * sizeof *z);
	}
}

/* Own or nominal windows. */
static inline void fetch_window(const struct population *p, struct chunk *c)
{
	if (!p->low) {
		for (int j = 0; j < c->n; j++) {
			c->low[j] = 0;
			c->high[j] = 1;
		}
	} else if (c->dense) {
		const int16_t *low = p->low + c->from, *high = p->high + c->from;
		for (int j = 0; j < c->n; j++) {
			c->low[j] = pulse_end(low[j]);
			c->high[j] = pulse_end(high[j]);
		}
	} else {
		for (int j = 0; j < c->n; j++) {
			c->low[j] = pulse_end(p->low[c->from + (size_t)c->cell[j]]);
			c->high[j] = pulse_end(p->high[c->from + (size_t)c->cell[j]]);
		}
	}
}

/* A choice without a branch: both values are computed, whatever the instruction set. */
static inline float either(bool yes, float a, float b)
{
	uint32_t mask = 0u - (uint32_t)yes, x, y;
	float out;

	memcpy(&x, &a, sizeof x);
	memcpy(&y, &b, sizeof y);
	x = (x & mask) | (y & ~mask);
	memcpy(&out, &x, sizeof out);
	return out;
}

/* Own or nominal steps at the two ends, by the polarity of the command. */
static inline void fetch_steps(const struct population *p, struct chunk *c)
{
	const struct pulse_way *down = &p->way[0], *up = &p->way[1];
	float up_low = up->at_low, up_high = up->at_high, down_low = down->at_low, down_high = down->at_high;

	if (!up->near) {
		for (int j = 0; j < c->n; j++) {
			c->at_low[j] = c->k[j] > 0 ? up_low : down_low;
			c->at_high[j] = c->k[j] > 0 ? up_high : down_high;
		}
		return;
	}

	uint16_t code[4][CHUNK];
	const uint16_t *own[4] = {up->near, down->near, up->far, down->far};

	for (int i = 0; i < (up->far ? 4 : 2); i++) {
		if (c->dense)
			memcpy(code[i], own[i] + c->from, (size_t)c->n * sizeof(uint16_t));
		else
			for (int j = 0; j < c->n; j++)
				code[i][j] = own[i][c->from + (size_t)c->cell[j]];
	}
	if (up->far) {
		for (int j = 0; j < c->n; j++) {
			bool rise = c->k[j] > 0;
			c->at_low[j] = either(rise, pulse_decode(code[0][j]), -pulse_decode(code[3][j]));
			c->at_high[j] = either(rise, pulse_decode(code[2][j]), -pulse_decode(code[1][j]));
		}
		return;
	}

	float k_up = up->k_far, k_down = down->k_far;

	for (int j = 0; j < c->n; j++) {
		float rise = pulse_decode(code[0][j]), fall = -pulse_decode(code[1][j]);
		c->at_low[j] = either(c->k[j] > 0, rise, fall * k_down);
		c->at_high[j] = either(c->k[j] > 0, rise * k_up, fall);
	}
}

/* c_k(m) of every command into r. */
static inline void compound(const struct chunk *c, float *restrict r)
{
	float m[CHUNK], all[CHUNK], one[CHUNK];

	for (int j = 0; j < c->n; j++) {
		m[j] = all[j] = c->at_low[j] - c->at_high[j];
		one[j] = 1;
		r[j] = 0;
	}
	for (int32_t bit = 1; bit <= c->k_most; bit *= 2)
		for (int j = 0; j < c->n; j++) {
			int32_t k = c->k[j] < 0 ? -c->k[j] : c->k[j];
			float more = r[j] + (one[j] - m[j] * r[j] * one[j]), twice = 2.0f - all[j];
			r[j] = either((k & bit) != 0, more, r[j]);
			one[j] *= twice;
			all[j] *= twice;
		}
}

static inline float within(float y, float low, float high)
{
	y = y < low ? low : y;
	return y > high ? high : y;
}

static void move_closed(const struct population *p, struct chunk *c, struct rng rng, uint64_t step)
{
	float k_cycle = (float)p->cell->variation.k_cycle, k_step = (float)p->cell->variation.k_cycle_step;
	float r[CHUNK], way[CHUNK], sigma[CHUNK];

	fetch_steps(p, c);
	if (c->k_most == 1)
		for (int j = 0; j < c->n; j++)
			r[j] = 1; /* also where there is no pulse: not stored */
	else
		compound(c, r);
	if (p->own_window)
		for (int j = 0; j < c->n; j++)
			way[j] = (c->at_low[j] * (c->high[j] - c->y[j]) +
					 c->at_high[j] * (c->y[j] - c->low[j])) * r[j];
	else
		for (int j = 0; j < c->n; j++)
			way[j] = (c->at_low[j] * (1.0f - c->y[j]) + c->at_high[j] * c->y[j]) * r[j];
	if (k_cycle > 0 || k_step > 0)
		draw(c, rng, step, false);
	if (k_step > 0) {
		float v_cycle = k_cycle * k_cycle, v_step = k_step * k_step;
		for (int j = 0; j < c->n; j++) {
			float n = fabsf((float)c->k[j]), more = n < 1 ? 1 : n;
			sigma[j] = sqrtf(n * v_cycle + v_step * (way[j] * way[j]) / more);
		}
	} else if (k_cycle > 0) {
		for (int j = 0; j < c->n; j++)
			sigma[j] = k_cycle * sqrtf(fabsf((float)c->k[j]));
	}
	if (k_cycle > 0 || k_step > 0)
		for (int j = 0; j < c->n; j++)
			way[j] += sigma[j] * c->z[j];
	for (int j = 0; j < c->n; j++)
		c->y[j] = either(c->k[j] != 0, within(c->y[j] + way[j], c->low[j], c->high[j]), c->y[j]);
}

/* The place of y in its own window in units of n intervals: index and share. */
static inline int32_t place(float y, float low, float high, int n, float *share)
{
	float x = (y - low) / (high - low) * (float)n;

	x = either(x > 0, x, 0); /* a stuck cell has no window */
	x = either(x < (float)n, x, (float)n);

	int32_t i = (int32_t)x;

	i = i < n ? i : n - 1;
	*share = x - (float)i;
	return i;
}

/* Places of all cells in their windows; steps down lie in the first half of a table, up in the second. */
static inline void places(const struct chunk *c, bool own, int n, int32_t half, int32_t *restrict at,
	float *restrict share)
{
	if (own)
		for (int j = 0; j < c->n; j++)
			at[j] = place(c->y[j], c->low[j], c->high[j], n, &share[j]);
	else
		for (int j = 0; j < c->n; j++)
			at[j] = place(c->y[j], 0, 1, n, &share[j]);
	for (int j = 0; j < c->n; j++)
		at[j] += c->k[j] > 0 ? half : 0;
}

/* to[j] = the table at a place, linear between nodes. */
static inline void look_up(const float *restrict table, const int32_t *restrict at, const float *restrict share,
	int n, float *restrict to)
{
	for (int j = 0; j < n; j++) {
		float below = table[at[j]];
		to[j] = below + (table[at[j] + 1] - below) * share[j];
	}
}

/* Cells that take this pulse of their train go their way. */
static inline void go(struct chunk *c, const float *restrict way, int32_t pulse)
{
	for (int j = 0; j < c->n; j++) {
		int32_t n = c->k[j] < 0 ? -c->k[j] : c->k[j];
		c->y[j] = either(pulse < n, within(c->y[j] + way[j], c->low[j], c->high[j]), c->y[j]);
	}
}

static inline void step_once(const struct population *p, struct chunk *c, int32_t pulse, bool noisy)
{
	float k_cycle = (float)p->cell->variation.k_cycle, k_step = (float)p->cell->variation.k_cycle_step;
	float v_cycle = k_cycle * k_cycle, v_step = k_step * k_step;
	int32_t at[CHUNK];
	float share[CHUNK], way[CHUNK], sigma[CHUNK];

	places(c, p->own_window, PULSE_NODES, PULSE_NODES + 1, at, share);
	look_up(p->mean, at, share, c->n, way);
	for (int j = 0; j < c->n; j++)
		way[j] *= c->at_low[j];
	if (p->sigma)
		look_up(p->sigma, at, share, c->n, sigma);
	else if (noisy)
		memset(sigma, 0, (size_t)c->n * sizeof *sigma);
	if (noisy)
		for (int j = 0; j < c->n; j++) {
			float s = sigma[j] * c->at_low[j];
			way[j] += sqrtf(s * s + v_cycle + v_step * (way[j] * way[j])) * c->z[j];
		}
	go(c, way, pulse);
}

static inline void jump_once(const struct population *p, struct chunk *c, int32_t pulse)
{
	const float *restrict jump = p->jump;
	int32_t at[CHUNK];
	float share[CHUNK], way[CHUNK];

	places(c, true, PULSE_JUMPS, PULSE_JUMPS + 1, at, share);
	for (int j = 0; j < c->n; j++) {
		float up;
		int32_t q = place(c->z[j], 0, 1, PULSE_QUANTILES, &up);
		int32_t i = at[j] * (PULSE_QUANTILES + 1) + q, next = i + PULSE_QUANTILES + 1;
		float below = jump[i] + (jump[next] - jump[i]) * share[j];
		float above = jump[i + 1] + (jump[next + 1] - jump[i + 1]) * share[j];
		way[j] = c->at_low[j] * (below + (above - below) * up);
	}
	go(c, way, pulse);
}

static void move_stepped(const struct population *p, struct chunk *c, struct rng rng, uint64_t step)
{
	bool noisy = p->sigma || p->cell->variation.k_cycle > 0 || p->cell->variation.k_cycle_step > 0;
	int32_t n = c->k_most < PULSE_MOST_STEPPED ? c->k_most : PULSE_MOST_STEPPED;

	fetch_steps(p, c);
	for (int32_t pulse = 0; pulse < n; pulse++) {
		if (noisy || p->jump)
			draw(c, rng, step + ((uint64_t)pulse << 48), p->jump);
		if (p->jump)
			jump_once(p, c, pulse);
		else
			step_once(p, c, pulse, noisy);
	}
}

/* A command as far as it makes sense; returns its pulses. */
static inline int32_t take_command(struct chunk *c, int j, int32_t k)
{
	int32_t count = k < 0 ? -k : k;

	count = count < LARGEST ? count : LARGEST;
	c->k[j] = k < 0 ? -count : count;
	return count;
}

static void fetch(struct chunk *c, const struct population *p, size_t from, int n, const int32_t *k)
{
	const float *y = p->inner + from;
	int n_written = 0;
	int32_t most = 0;

	for (int j = 0; j < n; j++) {
		int32_t count = take_command(c, j, k[j]);
		most = count > most ? count : most;
		n_written += count != 0;
	}
	c->from = from;
	c->listed = false;
	c->k_most = most;
	c->dense = n_written * SPARSE >= n || n <= SHORT;
	c->n = n;
	if (c->dense) {
		memcpy(c->y, y, (size_t)n * sizeof *y);
		return;
	}
	c->n = 0;
	for (int j = 0; j < n; j++)
		if (c->k[j]) {
			c->k[c->n] = c->k[j];
			c->y[c->n] = y[j];
			c->cell[c->n++] = j;
		}
}

static void store(const struct chunk *c, const struct population *p)
{
	float *y = p->inner + c->from;
	uint32_t *n_pulses = p->n_pulses + c->from;

	if (c->dense) {
		memcpy(y, c->y, (size_t)c->n * sizeof *y);
		for (int j = 0; j < c->n; j++)
			n_pulses[j] += (uint32_t)abs(c->k[j]);
		return;
	}
	for (int j = 0; j < c->n; j++) {
		y[c->cell[j]] = c->y[j];
		n_pulses[c->cell[j]] += (uint32_t)abs(c->k[j]);
	}
}

static void move(const struct population *p, struct chunk *c, struct rng rng, uint64_t step)
{
	fetch_window(p, c);
	if (p->stepped)
		move_stepped(p, c, rng, step);
	else
		move_closed(p, c, rng, step);
	store(c, p);
}

static void body_pulse(const struct population *p, size_t from, size_t n, const int32_t *k, struct rng rng,
	uint64_t step)
{
	struct chunk c;

	for (size_t done = 0; done < n; done += CHUNK) {
		fetch(&c, p, from + done, n - done < CHUNK ? (int)(n - done) : CHUNK, k + done);
		if (c.k_most > 0)
			move(p, &c, rng, step);
	}
}

static void body_pulse_listed(const struct population *p, size_t from, size_t n, const int32_t *cell,
	const int32_t *k, struct rng rng, size_t number, uint64_t step)
{
	struct chunk c;

	for (size_t done = 0; done < n; done += CHUNK) {
		c.n = n - done < CHUNK ? (int)(n - done) : CHUNK;
		c.dense = false;
		c.listed = true;
		c.from = from;
		c.number = number + done;
		c.k_most = 0;
		for (int j = 0; j < c.n; j++) {
			int32_t size = take_command(&c, j, k[done + (size_t)j]);
			c.cell[j] = cell[done + (size_t)j];
			c.y[j] = p->inner[from + (size_t)c.cell[j]];
			c.k_most = size > c.k_most ? size : c.k_most;
		}
		if (c.k_most > 0)
			move(p, &c, rng, step);
	}
}

static void body_trains(const float *p, size_t from, size_t n, int n_slots, struct rng rng, uint64_t step,
	uint32_t *word)
{
	uint32_t w[4 * BLOCKS];

	for (size_t done = 0; done < n; done += CHUNK) {
		int part = n - done < CHUNK ? (int)(n - done) : CHUNK;
		const float *at = p + done;
		uint32_t *to = word + done;
		memset(to, 0, (size_t)part * sizeof *to);
		for (int slot = 0; slot < n_slots; slot++) {
			words(rng, from + done, (size_t)part, step + ((uint64_t)slot << 48), w);
			for (int j = 0; j < part; j++)
				to[j] |= (uint32_t)(rng_unit(w[j]) <= at[j]) << slot;
		}
	}
}

static int body_meet(uint32_t row, int32_t from, const uint32_t *column, const int32_t *at,
	const int32_t *sign, int n, int32_t *cell, int32_t *k)
{
	int32_t count[CHUNK];
	int n_met = 0;

	for (int done = 0; done < n; done += CHUNK) {
		int part = n - done < CHUNK ? n - done : CHUNK;
		for (int j = 0; j < part; j++) { /* bits that are set, two, four and eight together */
			uint32_t both = row & column[done + j];
			both -= (both >> 1) & 0x55555555u;
			both = (both & 0x33333333u) + ((both >> 2) & 0x33333333u);
			both = (both + (both >> 4)) & 0x0f0f0f0fu;
			both += both >> 8;
			count[j] = (int32_t)((both + (both >> 16)) & 63);
		}
		for (int j = 0; j < part; j++) {
			cell[n_met] = from + at[done + j];
			k[n_met] = count[j] * sign[done + j];
			n_met += count[j] != 0;
		}
	}
	return n_met;
}

static void body_round(const float *x, size_t from, size_t n, bool stochastic, struct rng rng, uint64_t step,
	int32_t *k)
{
	uint32_t w[4 * BLOCKS];
	float limit[CHUNK];

	for (size_t done = 0; done < n; done += CHUNK) {
		int part = n - done < CHUNK ? (int)(n - done) : CHUNK;
		const float *at = x + done;
		int32_t *out = k + done;
		bool any = false;
		for (int j = 0; j < part; j++)
			any |= at[j] != 0;
		if (!any) {
			memset(out, 0, (size_t)part * sizeof *out);
			continue;
		}
		if (stochastic) {
			words(rng, from + done, (size_t)part, step, w);
			const uint32_t *mine = w + (from + done) % 4;
			for (int j = 0; j < part; j++)
				limit[j] = ((float)(mine[j] >> 8) + 0.5f) * 0x1p-24f;
		} else {
			for (int j = 0; j < part; j++)
				limit[j] = 0.49999997f; /* the float below one half: >= as > */
		}
		for (int j = 0; j < part; j++) {
			float size = fabsf(at[j]);
			size = size < (float)LARGEST ? size : (float)LARGEST;
			int32_t whole = (int32_t)size;
			int32_t count = whole + (size - (float)whole > limit[j]);
			count = at[j] < 0 ? -count : count;
			out[j] = at[j] == at[j] ? count : 0;
		}
	}
}

#define PULSE_KERN_TABLE(table_name, can)                                                          \
	{                                                                                          \
		.name = table_name, .usable = can, .pulse = body_pulse, .round = body_round,       \
		.normal = body_normal, .pulse_listed = body_pulse_listed, .trains = body_trains,   \
		.meet = body_meet,                                                                 \
	}
