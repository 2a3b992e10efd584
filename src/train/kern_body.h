/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The kernels themselves, included by kern_scalar.c, kern_avx2.c and kern_avx512.c, each compiled
 * with its own flags. Same bits everywhere: no contraction, no reassociation; sums run down the
 * rows in a fixed order within each of 16 lanes.
 *
 * Assumes  little-endian words
 * Checked  tests/unit/check_kern.c: every table against the scalar one, and against plain loops
 */
#include <string.h>

#include "base/whole.h"
#include "train/kern.h"

/* Rows here are a few vectors long: copy them in place, do not call memmove for each. */
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC optimize("no-tree-loop-distribute-patterns")
#endif

/* KERN_WIDTH: floats in a register of the instruction set, 4, 8 or 16. A panel is worked on
 * register by register; no sum ever runs across lanes, so the width does not show in the
 * results. */
typedef float vec __attribute__((vector_size(KERN_WIDTH * sizeof(float))));
typedef int32_t vec_mask __attribute__((vector_size(KERN_WIDTH * sizeof(int32_t))));

/* Adding and subtracting this rounds |x| < 2^22 to the nearest integer, half to even. */
#define ROUNDER 12582912.0f /* 1.5 * 2^23 */

static inline float to_integer(float x)
{
	return (x + ROUNDER) - ROUNDER;
}

static inline vec load(const float *x)
{
	vec v;

	memcpy(&v, x, sizeof v);
	return v;
}

static inline void store(float *x, vec v)
{
	memcpy(x, &v, sizeof v);
}

static inline vec choose(vec_mask m, vec yes, vec no)
{
	return (vec)((m & (vec_mask)yes) | (~m & (vec_mask)no));
}

static inline const float *patch_row(const struct patch *p, const float *map, int c, int y)
{
	return map + ((ptrdiff_t)c * p->h + y) * p->w;
}

/* One row of outputs; whole registers where what follows is still to be written. */
static inline void copy_row(const struct patch *p, const float *from, float *to, int whole)
{
	int x = 0;

	if (p->stride == 1)
		for (; x < whole; x += KERN_WIDTH)
			store(to + x, load(from + x));
	for (; x < p->out_w; x++)
		to[x] = from[(ptrdiff_t)x * p->stride];
}

static void body_im2col(const struct patch *p, const float *restrict map, float *restrict col)
{
	int exact = p->out_w / KERN_WIDTH * KERN_WIDTH;

	for (int row = 0; row < p->c * p->kernel * p->kernel_w; row++, col += p->n_apart) {
		int kx = row % p->kernel_w, ky = row / p->kernel_w % p->kernel,
		    c = row / p->kernel_w / p->kernel;
		for (int oy = 0; oy < p->out_h; oy++) {
			const float *from = patch_row(p, map, c, oy * p->stride + ky) + kx;
			bool spills = (oy + 1) * p->out_w + KERN_WIDTH > p->out_h * p->out_w;
			copy_row(p, from, col + (ptrdiff_t)oy * p->out_w, spills ? exact : p->out_w);
		}
	}
}

/* Lane i of the result is set where lowest <= i < end. */
static inline vec_mask lanes_between(vec_mask lane, int lowest, int end)
{
	return (lane >= lowest) & (lane < end);
}

/* One row of the map takes what the rows of col under one row of the kernel hold for it. Gathering
 * keeps the sums in registers; scattering would wait for its own stores. */
static inline void gather_row(const struct patch *p, const float *col, float *to, vec_mask lane)
{
	for (int x = 0; x < p->w; x += KERN_WIDTH) {
		vec sum = load(to + x);
		for (int kx = 0; kx < p->kernel_w; kx++) {
			vec v = load(col + kx * p->n_apart + x - kx);
			vec_mask inside = lanes_between(lane, kx - x, kx - x + p->out_w);
			sum += (vec)((vec_mask)v & inside);
		}
		store(to + x, sum);
	}
}

static void scatter_row(const struct patch *p, const float *col, float *to)
{
	for (int kx = 0; kx < p->kernel_w; kx++)
		for (int x = 0; x < p->out_w; x++)
			to[(ptrdiff_t)x * p->stride + kx] += col[kx * p->n_apart + x];
}

static void body_col2im(const struct patch *p, const float *restrict col, float *restrict map)
{
	vec_mask lane;

	for (int i = 0; i < KERN_WIDTH; i++)
		lane[i] = i;
	for (int c = 0; c < p->c; c++)
		for (int ky = 0; ky < p->kernel; ky++, col += p->kernel_w * p->n_apart)
			for (int oy = 0; oy < p->out_h; oy++) {
				float *to =
					map + ((ptrdiff_t)c * p->h + oy * p->stride + ky) * p->w;
				const float *from = col + (ptrdiff_t)oy * p->out_w;
				if (p->stride == 1)
					gather_row(p, from, to, lane);
				else
					scatter_row(p, from, to);
			}
}

/* One row of the kernel for all pixels of a row of outputs; the copies are 8 bytes long, what is
 * too much is overwritten by the next row of the kernel. Exact copies where that would leave the
 * row. */
static inline void copy_rows(const struct patch *p, const uint8_t *from, size_t n_row, uint8_t *to)
{
	ptrdiff_t stride = p->stride;
	int n = p->out_w;

	if (p->kernel_w <= 8) {
		for (int ox = 0; ox < n; ox++, to += n_row, from += stride)
			memcpy(to, from, 8);
		return;
	}
	for (int ox = 0; ox < n; ox++, to += n_row, from += stride)
		for (int kx = 0; kx < p->kernel_w; kx += 8)
			memcpy(to + kx, from + kx, 8);
}

static inline void copy_exactly(
	const struct patch *p, const uint8_t *from, size_t n_row, uint8_t *to)
{
	for (int ox = 0; ox < p->out_w; ox++, to += n_row, from += p->stride)
		for (int kx = 0; kx < p->kernel_w; kx++)
			to[kx] = from[kx];
}

static void body_im2row(
	const struct patch *p, const uint8_t *restrict map, size_t n_row, uint8_t *restrict row)
{
	for (int oy = 0; oy < p->out_h; oy++, row += n_row * (size_t)p->out_w)
		for (int i = 0; i < p->c * p->kernel; i++) {
			int c = i / p->kernel, ky = i % p->kernel;
			const uint8_t *from =
				map + ((ptrdiff_t)c * p->h + oy * p->stride + ky) * p->w;
			uint8_t *to = row + (ptrdiff_t)i * p->kernel_w;
			if ((size_t)(i * p->kernel_w + (p->kernel_w + 7) / 8 * 8) <= n_row)
				copy_rows(p, from, n_row, to);
			else
				copy_exactly(p, from, n_row, to);
		}
}

static inline void pool(
	const float *x, int width, int size, int stride, int n, float *y, uint16_t *choice)
{
	for (int i = 0; i < n; i++, x += stride) {
		float best = x[0];
		int at = 0;
		for (int k = 1; k < size * size; k++) {
			float v = x[k / size * width + k % size];
			at = v > best ? k : at;
			best = v > best ? v : best;
		}
		y[i] = best;
		choice[i] = (uint16_t)at;
	}
}

static void body_pool(const float *restrict x, int width, int size, int stride, int n,
	float *restrict y, uint16_t *restrict choice)
{
	if (size == 2 && stride == 2) /* unrolled */
		pool(x, width, 2, 2, n, y, choice);
	else
		pool(x, width, size, stride, n, y, choice);
}

static void body_encode(const float *restrict x, size_t n, float per_step, float step, float top,
	uint8_t *restrict code, float *restrict back)
{
	for (size_t i = 0; i < n; i++) {
		float v = x[i] * per_step;
		v = v > 0 ? v : 0; /* NaN too */
		v = v < top ? v : top;
		v = to_integer(v);
		code[i] = (uint8_t)(int32_t)v;
		back[i] = v * step;
	}
}

static uint64_t body_round_errors(float *restrict x, size_t n, int n_bits, bool count)
{
	float most[KERN_LANES] = {0};
	uint32_t bits = 0;
	uint64_t ones = 0;
	size_t whole = n / KERN_LANES * KERN_LANES;

	for (size_t i = 0; i < whole; i += KERN_LANES)
		for (int lane = 0; lane < KERN_LANES; lane++) {
			float a = x[i + (size_t)lane];
			a = a < 0 ? -a : a;
			most[lane] = a > most[lane] ? a : most[lane];
		}
	for (size_t i = whole; i < n; i++) {
		float a = x[i] < 0 ? -x[i] : x[i];
		most[0] = a > most[0] ? a : most[0];
	}
	for (int lane = 1; lane < KERN_LANES; lane++)
		most[0] = most[lane] > most[0] ? most[lane] : most[0];

	/* 2^e > largest >= 2^(e-1), from the exponent bits; tiny or huge errors are left alone */
	memcpy(&bits, &most[0], sizeof bits);
	int e = (int)(bits >> 23) - 126;
	if (e < -80 || e > 80)
		return 0;

	uint32_t step_bits = (uint32_t)(e - (n_bits - 1) + 127) << 23;
	uint32_t per_bits = (uint32_t)(n_bits - 1 - e + 127) << 23;
	float step, per_step, top = (float)((1 << (n_bits - 1)) - 1);

	memcpy(&step, &step_bits, sizeof step);
	memcpy(&per_step, &per_bits, sizeof per_step);
	for (size_t i = 0; i < n; i++) {
		float v = to_integer(x[i] * per_step);
		v = v < -top ? -top : v;
		v = v > top ? top : v;
		x[i] = v * step;
	}
	if (count)
		for (size_t i = 0; i < n; i++) {
			int v = (int)(x[i] * per_step);
			ones += (uint64_t)__builtin_popcount((unsigned)(v < 0 ? -v : v));
		}
	return ones;
}

/* Transpose of an 8 x 8 matrix of bits in three exchanges. */
static void body_to_planes(uint64_t *word, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		uint64_t x = word[i], t;
		t = (x ^ (x >> 7)) & 0x00aa00aa00aa00aaULL;
		x ^= t ^ (t << 7);
		t = (x ^ (x >> 14)) & 0x0000cccc0000ccccULL;
		x ^= t ^ (t << 14);
		t = (x ^ (x >> 28)) & 0x00000000f0f0f0f0ULL;
		x ^= t ^ (t << 28);
		word[i] = x;
	}
}

/* What every pattern of ones selects among the groups of a block's rows, for one register of columns:
 * table[2 n_words][1 << KERN_GROUP]. */
static inline void tabulate(const float *row, size_t n_stride, int n_words, float *table)
{
	for (int i = 0; i < 2 * n_words; i++, table += KERN_WIDTH << KERN_GROUP) {
		vec sum[1 << KERN_GROUP] = {{0}};
		for (int bit = 0; bit < KERN_GROUP; bit++, row += n_stride)
			for (int k = 0; k < 1 << bit; k++)
				sum[(1 << bit) + k] = sum[k] + load(row);
		for (int k = 0; k < 1 << KERN_GROUP; k++)
			store(table + k * KERN_WIDTH, sum[k]);
	}
}

/* Sums of one register of columns over the rows the ones of each plane select. n_planes is a
 * constant wherever this is inlined, so that the sums stay in registers. */
static inline void sum_planes(
	const float *table, const uint64_t *word, int n_words, int n_planes, vec *sum)
{
	for (int plane = 0; plane < n_planes; plane++)
		sum[plane] = (vec){0};
	for (int i = 0; i < n_words; i++, table += 2 * KERN_WIDTH << KERN_GROUP) {
		uint64_t pattern = word[i];
		for (int plane = 0; plane < n_planes; plane++, pattern >>= 8) {
			sum[plane] += load(table + (pattern & 15) * KERN_WIDTH);
			sum[plane] += load(table + (16 + (pattern >> 4 & 15)) * KERN_WIDTH);
		}
	}
}

/* Registers of columns of a tile. */
static inline int n_registers(const struct tile *t)
{
	return div_up(t->n_cols, KERN_WIDTH);
}

static void body_sums(const struct tile *t, const uint64_t *word, size_t n_stride, int n, float *table, float *out,
	size_t n_apart)
{
	size_t n_cols = (size_t)t->n_panels * KERN_LANES;
	vec sum[8];

	for (int reg = 0; reg < n_registers(t); reg++, out += KERN_WIDTH) {
		tabulate(t->row + (ptrdiff_t)reg * KERN_WIDTH, n_cols, t->n_words, table);
		for (size_t m = 0; m < (size_t)n; m++) {
			sum_planes(table, word + m * n_stride, t->n_words, t->n_planes, sum);
			for (size_t plane = 0; plane < (size_t)t->n_planes; plane++)
				store(out + m * n_apart + plane * n_cols, sum[plane]);
		}
	}
}

/* a > b ? a : b and a < b ? a : b: of two NaNs, or one, the second. */
#ifndef KERN_LARGER
#define KERN_LARGER(a, b)  choose((a) > (b), a, b)
#define KERN_SMALLER(a, b) choose((a) < (b), a, b)
#endif

static inline vec convert(vec sum, vec per_code, vec top)
{
	vec v = KERN_SMALLER(top, KERN_LARGER(-top, sum * per_code));

	return (v + ROUNDER) - ROUNDER;
}

static inline bool all_zero(const uint64_t *word, int n)
{
	uint64_t any = 0;

	for (int i = 0; i < n; i++)
		any |= word[i];
	return any == 0;
}

static inline void read_planes(const struct tile *t, const uint64_t *word, size_t n_stride, int n,
	float *table, float *acc, int n_planes)
{
	ptrdiff_t n_cols = (ptrdiff_t)t->n_panels * KERN_LANES;
	vec top = (vec){0} + t->top, sum[8];

	for (int reg = 0; reg < n_registers(t); reg++) {
		tabulate(t->row + (ptrdiff_t)reg * KERN_WIDTH, (size_t)n_cols, t->n_words, table);
		vec per_code = load(t->per_code + (ptrdiff_t)reg * KERN_WIDTH);
		float *at = acc + (ptrdiff_t)reg * KERN_WIDTH;
		for (int m = 0; m < n; m++, at += n_cols) {
			const uint64_t *vector = word + (size_t)m * n_stride;
			if (all_zero(vector, t->n_words))
				continue;
			sum_planes(table, vector, t->n_words, n_planes, sum);
			vec total = load(at);
			for (int plane = 0; plane < n_planes; plane++)
				total += convert(sum[plane], per_code, top) * (float)(1 << plane);
			store(at, total);
		}
	}
}

static void body_read(
	const struct tile *t, const uint64_t *word, size_t n_stride, int n, float *table, float *acc)
{
	switch (t->n_planes) {
	case 1:
		read_planes(t, word, n_stride, n, table, acc, 1);
		break;
	case 2:
		read_planes(t, word, n_stride, n, table, acc, 2);
		break;
	case 3:
		read_planes(t, word, n_stride, n, table, acc, 3);
		break;
	case 4:
		read_planes(t, word, n_stride, n, table, acc, 4);
		break;
	case 5:
		read_planes(t, word, n_stride, n, table, acc, 5);
		break;
	case 6:
		read_planes(t, word, n_stride, n, table, acc, 6);
		break;
	case 7:
		read_planes(t, word, n_stride, n, table, acc, 7);
		break;
	default:
		read_planes(t, word, n_stride, n, table, acc, 8);
	}
}

#define COUNT(what)  plain_##what
#define COUNT_WIDTH  (KERN_WIDTH / 2)
#define COUNT_TARGET
#include "train/kern_count_body.h"
#undef COUNT
#undef COUNT_WIDTH
#undef COUNT_TARGET

static void body_convert(
	const float *restrict sum, size_t n, float per_code, float top, float *restrict acc)
{
	for (size_t i = 0; i < n; i++) {
		float v = sum[i] * per_code;
		v = v < -top ? -top : v;
		v = v > top ? top : v;
		acc[i] += to_integer(v);
	}
}

static void body_add(float *restrict y, const float *restrict x, size_t n)
{
	for (size_t i = 0; i < n; i++)
		y[i] += x[i];
}

static float fold_lanes(float part[KERN_LANES])
{
	for (size_t half = KERN_LANES / 2; half > 0; half /= 2)
		for (size_t lane = 0; lane < half; lane++)
			part[lane] += part[lane + half];
	return part[0];
}

static float body_sum(const float *x, size_t n)
{
	float part[KERN_LANES] = {0};
	size_t i = 0;

	for (; i + KERN_LANES <= n; i += KERN_LANES)
		for (size_t lane = 0; lane < KERN_LANES; lane++)
			part[lane] += x[i + lane];
	for (size_t lane = 0; i + lane < n; lane++)
		part[lane] += x[i + lane];
	return fold_lanes(part);
}

static void body_moments(
	const float *d, const float *x, size_t n, float shift, double sum[2])
{
	float first[KERN_LANES] = {0}, second[KERN_LANES] = {0};
	size_t i = 0;

	for (; i + KERN_LANES <= n; i += KERN_LANES)
		for (size_t lane = 0; lane < KERN_LANES; lane++) {
			float v = x[i + lane] - shift, w = d ? d[i + lane] : v;
			first[lane] += w;
			second[lane] += w * v;
		}
	for (size_t lane = 0; i + lane < n; lane++) {
		float v = x[i + lane] - shift, w = d ? d[i + lane] : v;
		first[lane] += w;
		second[lane] += w * v;
	}
	sum[0] += (double)fold_lanes(first);
	sum[1] += (double)fold_lanes(second);
}

static void body_affine(const float *x, size_t n, float a, float b, float *y)
{
	for (size_t i = 0; i < n; i++)
		y[i] = a * x[i] + b;
}

static void body_affine2(
	const float *d, const float *x, size_t n, float a, float b, float c, float *y)
{
	for (size_t i = 0; i < n; i++)
		y[i] = a * d[i] + b * x[i] + c;
}

#define KERN_TABLE(title, test, half, count_read, counted)                                         \
	{                                                                                          \
		.name = (title), .usable = (test), .n_lanes = KERN_WIDTH, .narrow = (half),        \
		.im2col = body_im2col, .col2im = body_col2im,                                      \
		.im2row = body_im2row, .pool = body_pool, .encode = body_encode,                   \
		.round_errors = body_round_errors, .to_planes = body_to_planes,                    \
		.sums = body_sums, .read = body_read,                                              \
		.count = (count_read), .n_counted_planes = (counted), .convert = body_convert,             \
		.add = body_add,                                                                           \
		.sum = body_sum, .moments = body_moments, .affine = body_affine,                   \
		.affine2 = body_affine2,                                                                   \
	}
