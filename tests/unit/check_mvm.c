/* SPDX-License-Identifier: Apache-2.0 */
/* Products through arrays against the plain triple loop, bit by bit: weights are multiples of 1/64, or
 * digits, so that partial sums are exact in any order. */
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/rng.h"
#include "near.h"
#include "net/row_blocks.h"
#include "train/mvm.h"
#include "train/row_order.h"

#define MAX_PARTS 3

static const struct shape_case {
	int n_rows, n_cols, n_parts, n_block_rows, n_planes, n_bits, n_vectors, n_groups;
	bool is_signed;
	int n_bits_digit; /* 0: weights between levels, too */
	bool is_pair;
} shapes[] = {
	{25, 6, 1, 128, 5, 6, 40, 1, false, 0, false},
	{25, 6, 2, 128, 4, 6, 17, 1, true, 0, false},
	{150, 16, 2, 128, 5, 5, 11, 1, false, 0, true},
	{400, 120, 2, 128, 8, 8, 3, 1, false, 0, false},
	{400, 120, 1, 64, 3, 6, 3, 1, true, 0, false},
	{10, 1, 1, 3, 1, 2, 5, 1, false, 0, false},
	{77, 33, 2, 20, 7, 6, 9, 3, true, 0, false},
	{8, 16, 1, 8, 6, 4, 4, 1, false, 0, false},
	{129, 17, 1, 128, 2, 12, 2, 2, false, 0, false},
	/* digits: counted if they are of few bits */
	{25, 6, 1, 128, 5, 4, 20, 1, false, 1, false},
	{200, 18, 3, 128, 8, 5, 5, 1, true, 1, false},
	{150, 16, 2, 64, 4, 6, 9, 1, false, 1, true},
	{77, 33, 2, 20, 7, 6, 7, 2, true, 2, false},
	{130, 9, 3, 130, 3, 3, 6, 1, false, 2, true},
	{300, 5, 2, 256, 1, 8, 6, 1, false, 3, false},
	{64, 16, 1, 64, 8, 6, 4, 4, false, 6, true},
	/* so many sums that they are observed block by block */
	{1100, 120, 1, 7, 8, 6, 2, 1, false, 0, false},
};

enum { N_SHAPES = sizeof shapes / sizeof *shapes };

struct mvm_case {
	struct mvm *mvm;
	float *part[MAX_PARTS], *whole; /* [n_rows][n_groups][n_cols] */
	int *code;                      /* [n_groups][n_vectors][n_rows], with signs */
	uint64_t *word, *below;         /* [n_groups][n_vectors][n_words]; NULL: no signs */
	float *room;                    /* mvm_scratch */
};

/* A digit is held as y = level / top, a weight is k (2 y - 1) or k (y - y'). */
static float digit(const struct shape_case *s, double k, struct rng r, size_t i, int part)
{
	uint32_t n = 1u << s->n_bits_digit;
	float top = (float)(n - 1), plus = (float)rng_below(r, i, (uint64_t)part, n) / top;

	return (float)k * (s->is_pair ? plus - (float)rng_below(r, i, (uint64_t)part + 8, n) / top : 2 * plus - 1);
}

static void draw_weights(struct mvm_case *c, struct arena *a, const struct shape_case *s, const double *k)
{
	struct rng r = rng_stream(3, RNG_TEST, 4);
	size_t n = (size_t)s->n_rows * (size_t)s->n_cols * (size_t)s->n_groups;

	for (int p = 0; p < s->n_parts; p++) {
		c->part[p] = NEW(a, float, n);
		for (size_t i = 0; i < n; i++)
			c->part[p][i] = s->n_bits_digit > 0
						? digit(s, k[p], r, i, p)
						: (float)((int)rng_below(r, i, (uint64_t)p, 129) - 64) / 64;
	}
	c->whole = NEW(a, float, n);
}

/* Codes of one sign, packed. */
static uint64_t *pack(struct arena *a, const struct mvm_case *c, const struct shape_case *s, int sign)
{
	const struct mvm *m = c->mvm;
	size_t n = (size_t)s->n_groups * (size_t)s->n_vectors;
	uint64_t *word = NEW(a, uint64_t, n *(size_t)m->n_words);
	uint8_t *spare = NEW(a, uint8_t, n *(size_t)m->n_code);
	uint8_t *to = mvm_codes(m, word, spare);

	for (size_t v = 0; v < n; v++)
		for (int row = 0; row < s->n_rows; row++) {
			int code = sign * c->code[v * (size_t)s->n_rows + (size_t)row];
			to[v * (size_t)m->n_code + (size_t)row] = (uint8_t)(code > 0 ? code : 0);
		}
	mvm_pack(m, to, (int)n, word);
	return word;
}

static struct mvm_spec spec_of(const struct shape_case *s)
{
	struct mvm_spec spec = {
		.n_rows = s->n_rows,
		.n_cols = s->n_cols,
		.n_parts = s->n_parts,
		.n_groups = s->n_groups,
		.n_block_rows = s->n_block_rows,
		.n_planes = s->n_planes,
		.is_signed = s->is_signed,
		.converter = {s->n_bits, 1.5}, /* clips often */
		.k_weight = {0.2, 0.7, 0.1},
		.scale = 1,
	};

	for (int p = 0; p < s->n_parts; p++) {
		spec.n_levels[p] = (1 << s->n_bits_digit) - 1;
		spec.is_pair[p] = s->is_pair;
	}
	return spec;
}

static struct mvm_case case_new(struct arena *a, int i, const struct kern *kern)
{
	struct mvm_case c = {0};
	const struct shape_case *s = &shapes[i];
	struct rng r = rng_stream(3, RNG_TEST, 5);
	struct mvm_spec spec = spec_of(s);
	size_t n_codes = (size_t)s->n_rows * (size_t)s->n_vectors * (size_t)s->n_groups;

	c.mvm = mvm_new(a, &spec, kern);
	c.room = NEW(a, float, mvm_scratch(c.mvm) / sizeof(float));
	draw_weights(&c, a, s, spec.k_weight);
	mvm_load(c.mvm, (const float *const *)c.part, c.whole);
	c.code = NEW(a, int, n_codes);
	for (size_t k = 0; k < n_codes; k++)
		c.code[k] = (rng_below(r, k, 0, 3) ? (int)rng_below(r, k, 1, 1u << s->n_planes) : 0) *
			    (s->is_signed && rng_below(r, k, 2, 2) ? -1 : 1);
	memset(c.code, 0, (size_t)s->n_rows * sizeof *c.code); /* one vector without ones */
	c.word = pack(a, &c, s, 1);
	c.below = s->is_signed ? pack(a, &c, s, -1) : NULL;
	return c;
}

/* A weight as the arrays hold it: digits as whole numbers. */
static float value(const struct mvm_case *c, int group, int part, int row, int col)
{
	const struct mvm_spec *s = &c->mvm->spec;
	float w = c->part[part][((size_t)row * (size_t)s->n_groups + (size_t)group) * (size_t)s->n_cols +
				(size_t)col];

	return s->n_levels[part] > 0 ? rintf(w * (float)(s->n_levels[part] / s->k_weight[part])) : w;
}

/* The converter: one code of one partial sum. */
static double code_of(const struct mvm_case *c, int part, float sum)
{
	float top = c->mvm->tile[0].top, q = sum * c->mvm->per_code[part * c->mvm->spec.n_cols];

	return (double)rintf(fminf(fmaxf(q, -top), top));
}

/* The definition: one column of one part for one vector. */
static double naive(const struct mvm_case *c, int group, int vector, int n_vectors, int part, int col,
	struct mvm_stats *stats)
{
	const struct mvm_spec *s = &c->mvm->spec;
	const int *code = c->code + ((size_t)group * (size_t)n_vectors + (size_t)vector) * (size_t)s->n_rows;
	double total = 0;

	for (int first = 0; first < s->n_rows; first += s->n_block_rows)
		for (int sign = 1; sign >= (s->is_signed ? -1 : 1); sign -= 2)
			for (int plane = 0; plane < s->n_planes; plane++) {
				float sum = 0;
				for (int row = first; row < s->n_rows && row < first + s->n_block_rows; row++)
					if (sign * code[row] > 0 && sign * code[row] >> plane & 1)
						sum += value(c, group, part, row, col);
				double x = (double)sum * c->mvm->unit[part];
				if (stats) {
					stats->square[part] += x * x;
					stats->n_clipped[part] += fabs(x) > mvm_clips_at(c->mvm, part);
				} else {
					total += sign * code_of(c, part, sum) * (1 << plane);
				}
			}
	return total;
}

static void check_products(const struct mvm_case *c, const struct shape_case *s, float *acc)
{
	int stride = c->mvm->n_panels * KERN_LANES;

	for (int g = 0; g < s->n_groups; g++) {
		size_t at = (size_t)g * (size_t)s->n_vectors * (size_t)c->mvm->n_words;
		mvm_read(c->mvm, g, c->word + at, c->below ? c->below + at : NULL, s->n_vectors, c->room, acc);
		for (int v = 0; v < s->n_vectors; v++)
			for (int part = 0; part < s->n_parts; part++)
				for (int col = 0; col < s->n_cols; col++) {
					double want = naive(c, g, v, s->n_vectors, part, col, NULL);
					float got = acc[v * stride + part * s->n_cols + col];
					ck_assert_msg(got == (float)want, "group %d vector %d part %d column %d: %g, not %g",
						g, v, part, col, (double)got, want);
				}
	}
}

static int all_planes(void)
{
	return 16;
}

static int no_planes(void)
{
	return 0;
}

/* Every kernel, sums by pattern and counts of ones. */
START_TEST(products_equal_the_triple_loop)
{
	const struct shape_case *s = &shapes[_i / 2];

	for (int k = 0; kern_table[k]; k++) {
		struct arena *a = arena_new();
		struct kern kern = *kern_table[k];
		kern.n_counted_planes = _i % 2 ? all_planes : no_planes;
		if (!kern.usable())
			continue;
		struct mvm_case c = case_new(a, _i / 2, &kern);
		float *acc = NEW(a, float, c.mvm->n_panels * KERN_LANES * s->n_vectors);
		ck_assert_int_eq(c.mvm->counts, _i % 2 == 1 && s->n_bits_digit > 0);

		for (int ranged = 0; ranged < 2; ranged++) {
			struct mvm_stats seen = {0}, want = {0};
			mvm_observe(c.mvm, 0, c.word, s->n_vectors, c.room, &seen);
			if (c.below)
				mvm_observe(c.mvm, 0, c.below, s->n_vectors, c.room, &seen);
			for (int v = 0; v < s->n_vectors; v++)
				for (int part = 0; part < s->n_parts; part++)
					for (int col = 0; col < s->n_cols; col++)
						naive(&c, 0, v, s->n_vectors, part, col, &want);
			for (int part = 0; part < s->n_parts; part++) {
				ck_near(seen.square[part], want.square[part], 1e-12);
				ck_near(seen.n_clipped[part], want.n_clipped[part], 0);
			}
			mvm_set_converter(c.mvm, &seen);
		}
		check_products(&c, s, acc);
		arena_free(a);
	}
}
END_TEST

/* Cells that are off their levels are not taken for digits, and come back to be digits. */
START_TEST(digits_are_told_from_other_weights)
{
	enum { CASE = 9 };
	struct arena *a = arena_new();
	struct kern kern = kern_scalar;
	const struct shape_case *s = &shapes[CASE];
	kern.n_counted_planes = all_planes;
	struct mvm_case c = case_new(a, CASE, &kern);
	float *acc = NEW(a, float, c.mvm->n_panels * KERN_LANES * s->n_vectors);
	float kept = c.part[0][7];

	mvm_set_full_scale(c.mvm, 0, 2);
	ck_assert(c.mvm->counts);
	c.part[0][7] = kept + 0.01f;
	mvm_load(c.mvm, (const float *const *)c.part, c.whole);
	ck_assert(!c.mvm->counts && c.mvm->digital_parts == 0 && c.mvm->unit[0] == 1);
	c.part[0][7] = kept;
	mvm_load(c.mvm, (const float *const *)c.part, c.whole);
	ck_assert(c.mvm->counts);
	check_products(&c, s, acc);
	arena_free(a);
}
END_TEST

/* Digits that are told apart: with the last place of the weights as that of the converter, sums are
 * whole numbers and nothing is lost, whatever the calibration saw. */
START_TEST(known_steps_make_sums_whole_numbers)
{
	enum { CASE = 3 };
	struct arena *a = arena_new();
	const struct shape_case *s = &shapes[CASE];
	struct mvm_case c = case_new(a, CASE, kern_pick(NULL));
	int n_cols = s->n_cols, stride = c.mvm->n_panels * KERN_LANES;
	float *acc = NEW(a, float, stride * s->n_vectors);

	for (int b = 0; b < c.mvm->n_blocks; b++)
		c.mvm->tile[b].top = 32767;
	for (int p = 0; p < 2; p++)
		c.mvm->spec.full_scale[p] = 32767 / 64.0;
	mvm_set_converter(c.mvm, &(struct mvm_stats){.n_sums = 1, .n_reads = 1});
	mvm_read(c.mvm, 0, c.word, NULL, s->n_vectors, c.room, acc);
	for (int v = 0; v < s->n_vectors; v++)
		for (int col = 0; col < 2 * n_cols; col++) {
			long want = 0;
			for (int row = 0; row < s->n_rows; row++)
				want += c.code[v * s->n_rows + row] *
					lrintf(64 * c.part[col / n_cols][row * n_cols + col % n_cols]);
			ck_assert(acc[v * stride + col] == (float)want);
		}
	arena_free(a);
}
END_TEST

/* One column of all parts for one vector whose inputs come whole. */
static float naive_whole(const struct mvm_case *c, int group, const int *code, int col, float bias, int *n_clipped)
{
	const struct mvm_spec *s = &c->mvm->spec;
	float want = bias;

	for (int p = 0; p < s->n_parts; p++) {
		double acc = 0;
		for (int first = 0; first < s->n_rows; first += s->n_block_rows)
			for (int sign = 1; sign >= (s->is_signed ? -1 : 1); sign -= 2) {
				float sum = 0;
				for (int r = first; r < s->n_rows && r < first + s->n_block_rows; r++)
					if (sign * code[r] > 0)
						sum += (float)(sign * code[r]) * value(c, group, p, r, col);
				n_clipped[p] += fabs((double)sum * c->mvm->unit[p]) > mvm_clips_at(c->mvm, p);
				acc += sign * code_of(c, p, sum);
			}
		want += (float)acc * mvm_unit(c->mvm, p);
	}
	return want;
}

/* Inputs that come whole: partial sums of codes times weights are exact here too, whatever order CBLAS
 * adds them in. */
START_TEST(whole_inputs_equal_the_triple_loop)
{
	const struct shape_case *s = &shapes[_i];

	for (int k = 0; kern_table[k]; k++) {
		struct arena *a = arena_new();
		if (!kern_table[k]->usable())
			continue;
		struct mvm_case c = case_new(a, _i, kern_table[k]);
		struct mvm_spec spec = c.mvm->spec;
		int n = s->n_vectors, n_apart = n + 3, n_clipped[MAX_PARTS] = {0};
		float *x = NEW(a, float, s->n_rows * n_apart), *y = NEW(a, float, s->n_cols * n_apart);
		float *bias = NEW(a, float, s->n_cols);
		struct mvm_stats seen = {0};
		spec.whole = true;
		c.mvm = mvm_new(a, &spec, kern_table[k]);
		mvm_load(c.mvm, (const float *const *)c.part, c.whole);
		mvm_set_input(c.mvm, 0.3);
		for (int p = 0; p < s->n_parts; p++)
			mvm_set_full_scale(c.mvm, p,
				(1 << spec.n_planes) * sqrt(spec.n_rows) / 8 * (p + 1) * (s->n_bits_digit ? 0.2 : 1));
		float *scratch = NEW(a, float, mvm_whole_scratch(c.mvm) / sizeof(float));
		for (int col = 0; col < s->n_cols; col++)
			bias[col] = (float)col / 3;
		for (int g = 0; g < s->n_groups; g++) {
			const int *code = c.code + (size_t)g * (size_t)n * (size_t)s->n_rows;
			for (int row = 0; row < s->n_rows; row++)
				for (int v = 0; v < n; v++)
					x[row * n_apart + v] = (float)code[v * s->n_rows + row];
			mvm_read_whole(c.mvm, g, NULL, x, n, (size_t)n_apart, bias, y, scratch);
			mvm_observe_whole(c.mvm, g, x, n, (size_t)n_apart, scratch, &seen);
			for (int v = 0; v < n; v++)
				for (int col = 0; col < s->n_cols; col++) {
					float want = naive_whole(&c, g, code + v * s->n_rows, col, bias[col], n_clipped);
					ck_assert_msg(y[col * n_apart + v] == want, "%d %d %d: %g, not %g", g, v, col,
						(double)y[col * n_apart + v], (double)want);
				}
		}
		for (int p = 0; p < s->n_parts; p++)
			ck_near(seen.n_clipped[p], n_clipped[p], 0);
		arena_free(a);
	}
}
END_TEST

/* Bits that pass as numbers, because of noise too small to show, give what bits give. */
START_TEST(bits_as_numbers_equal_the_triple_loop)
{
	const struct shape_case *s = &shapes[_i];
	struct arena *a = arena_new();
	struct mvm_case c = case_new(a, _i, &kern_scalar);
	struct mvm_spec spec = c.mvm->spec;
	int n = s->n_vectors;
	float *x = NEW(a, float, s->n_rows * n), *y = NEW(a, float, s->n_cols * n);
	struct mvm_stats bits = {0}, numbers = {0};
	struct mvm_draw draw = {.first = 5, .apart = 3, .step = 1};

	spec.k_noise_read = 1e-12;
	struct mvm *m = mvm_new(a, &spec, &kern_scalar);
	ck_assert(m->by_level);
	mvm_load(m, (const float *const *)c.part, c.whole);
	float *scratch = NEW(a, float, mvm_whole_scratch(m) / sizeof(float));
	for (int row = 0; row < s->n_rows; row++)
		for (int v = 0; v < n; v++)
			x[row * n + v] = (float)c.code[v * s->n_rows + row];
	mvm_observe_whole(m, 0, x, n, (size_t)n, scratch, &numbers);
	mvm_observe(c.mvm, 0, c.word, n, c.room, &bits);
	if (c.below)
		mvm_observe(c.mvm, 0, c.below, n, c.room, &bits);
	for (int p = 0; p < s->n_parts; p++)
		ck_near(numbers.square[p], bits.square[p], 1e-6);
	ck_assert(numbers.n_ones == bits.n_ones && numbers.n_reads == bits.n_reads && numbers.n_sums == bits.n_sums);
	mvm_set_converter(c.mvm, &bits);
	for (int p = 0; p < s->n_parts; p++)
		mvm_set_full_scale(m, p, c.mvm->full_scale[p]);
	mvm_read_whole(m, 0, &draw, x, n, (size_t)n, NULL, y, scratch);
	for (int v = 0; v < n; v++)
		for (int col = 0; col < s->n_cols; col++) {
			float want = 0;
			for (int p = 0; p < s->n_parts; p++)
				want += (float)naive(&c, 0, v, n, p, col, NULL) * mvm_unit(m, p);
			ck_assert_msg(y[col * n + v] == want, "%d %d: %g, not %g", v, col,
				(double)y[col * n + v], (double)want);
		}
	arena_free(a);
}
END_TEST

/* Errors in the transposed read: both polarities at once, every plane converted. */
static float naive_back(const struct mvm_case *c, const struct mvm *back, int group, const int *code, int row)
{
	const struct mvm_spec *s = &back->spec;
	float want = 0;

	for (int p = 0; p < s->n_parts; p++) {
		double acc = 0;
		for (int first = 0; first < s->n_rows; first += s->n_block_rows)
			for (int plane = 0; plane < s->n_planes; plane++) {
				float sum = 0, top = back->tile[0].top;
				for (int i = first; i < s->n_rows && i < first + s->n_block_rows; i++)
					if (abs(code[i]) >> plane & 1)
						sum += (float)(code[i] < 0 ? -1 : 1) * value(c, group, p, row, i);
				sum *= back->per_code[p * s->n_cols];
				acc += (double)rintf(fminf(fmaxf(sum, -top), top)) * (1 << plane);
			}
		want += (float)acc * mvm_unit(back, p);
	}
	return want;
}

START_TEST(transposed_reads_equal_the_triple_loop)
{
	enum { N = 7, N_PLANES = 9 };
	const struct shape_case *s = &shapes[_i];
	struct arena *a = arena_new();
	struct rng r = rng_stream(3, RNG_TEST, 7);
	struct mvm_case c = case_new(a, _i, kern_pick(NULL));
	struct mvm_spec spec = c.mvm->spec;
	float *x = NEW(a, float, s->n_cols * N), *y = NEW(a, float, s->n_rows * N);
	int *code = NEW(a, int, s->n_cols * N);
	struct mvm_stats seen = {0};

	spec.n_rows = s->n_cols;
	spec.n_cols = s->n_rows;
	spec.n_block_rows = (s->n_cols + 1) / 2;
	spec.n_planes = N_PLANES;
	spec.is_signed = false;
	spec.bipolar = true;
	struct mvm *back = mvm_new(a, &spec, kern_pick(NULL));
	float *scratch = NEW(a, float, mvm_whole_scratch(back) / sizeof(float));

	mvm_load_transposed(back, c.mvm);
	for (int g = 0; g < s->n_groups; g++) {
		for (int v = 0; v < N; v++)
			for (int col = 0; col < s->n_cols; col++) {
				int k = (int)rng_below(r, (uint64_t)(v * s->n_cols + col), (uint64_t)g, 1023) - 511;
				code[v * s->n_cols + col] = k;
				x[col * N + v] = (float)k;
			}
		mvm_observe_whole(back, g, x, N, N, scratch, &seen);
		mvm_set_converter(back, &seen);
		mvm_read_whole(back, g, NULL, x, N, N, NULL, y, scratch);
		for (int v = 0; v < N; v++)
			for (int row = 0; row < s->n_rows; row++) {
				float want = naive_back(&c, back, g, code + v * s->n_cols, row);
				ck_assert_msg(y[row * N + v] == want, "%d %d %d: %g, not %g", g, v, row,
					(double)y[row * N + v], (double)want);
			}
	}
	ck_assert(seen.n_sums == (double)s->n_groups * N * N_PLANES * back->n_blocks * s->n_rows);
	arena_free(a);
}
END_TEST

/* Noise has the variance it should have: 24000 outputs, whose mean square is known to 0.9 %; five standard
 * errors are allowed. Fine converters: rounding counts a twelfth on either side. */
START_TEST(noise_is_as_large_as_it_should_be)
{
	enum { N_ROWS = 48, N_BLOCK = 32, N_COLS = 40, N_PLANES = 3, N = 600, TOP = 2047 };
	struct arena *a = arena_new();
	bool whole = _i & 1, of_inputs = _i & 2;
	struct mvm_spec spec = {.n_rows = N_ROWS, .n_cols = N_COLS, .n_parts = 1, .n_block_rows = N_BLOCK,
		.n_planes = N_PLANES, .whole = whole, .converter = {12, 4}, .k_weight = {1}, .scale = 1,
		.noise_input = rng_stream(1, RNG_INPUT_LEVEL, 0), .noise_read = rng_stream(1, RNG_CONVERSION, 0)};
	float *part = NEW(a, float, N_ROWS * N_COLS), *w = NEW(a, float, N_ROWS * N_COLS);
	float *x = NEW(a, float, N_ROWS * N), *y[2] = {NEW(a, float, N_COLS * N), NEW(a, float, N_COLS * N)};
	struct rng r = rng_stream(3, RNG_TEST, 6);
	double sum = 0, full = whole ? 120 : 30;

	for (size_t i = 0; i < N_ROWS * N_COLS; i++)
		part[i] = rng_uniform(r, i, 0) * 2 - 1;
	for (size_t i = 0; i < N_ROWS * N; i++)
		x[i] = (float)rng_below(r, i, 1, 1 << N_PLANES);
	for (int noisy = 0; noisy < 2; noisy++) {
		spec.k_noise_read = noisy && !of_inputs ? 5 : 1e-12;
		spec.k_noise_input = noisy && of_inputs ? 0.05 : 0;
		struct mvm *m = mvm_new(a, &spec, kern_pick(NULL));
		mvm_load(m, (const float *const[]){part}, w);
		mvm_set_input(m, (1 << N_PLANES) - 1);
		mvm_set_full_scale(m, 0, full);
		mvm_read_whole(m, 0, &(struct mvm_draw){0, 1, 7}, x, N, N, NULL, y[noisy],
			NEW(a, float, mvm_whole_scratch(m) / sizeof(float)));
	}
	for (int col = 0; col < N_COLS; col++)
		for (int v = 0; v < N; v++) {
			double off = (double)(y[1][col * N + v] - y[0][col * N + v]) * TOP / full, variance = 0;
			for (int plane = 0; plane < (whole ? 1 : N_PLANES); plane++) {
				double k = whole ? 1 : 1 << plane, top = whole ? (1 << N_PLANES) - 1 : 1;
				variance += 2 * k * k * ((of_inputs ? 0 : 25) + 2.0 / 12); /* two blocks */
				for (int row = 0; row < N_ROWS && of_inputs; row++) {
					int code = (int)x[row * N + v];
					double i = (double)part[row * N_COLS + col] * TOP / full * 0.05 * top * k;
					if (whole ? code > 0 : code >> plane & 1)
						variance += i * i;
				}
			}
			sum += off * off / variance;
		}
	ck_assert_msg(fabs(sum / (N_COLS * N) - 1) < 5 * sqrt(2.0 / (N_COLS * N)), "%g", sum / (N_COLS * N));
	arena_free(a);
}
END_TEST

START_TEST(whole_weights_are_the_sum_of_parts)
{
	struct arena *a = arena_new();
	struct mvm_case c = case_new(a, _i, &kern_scalar);
	const struct shape_case *s = &shapes[_i];

	for (int i = 0; i < s->n_rows * s->n_cols * s->n_groups; i++) {
		float want = c.part[0][i];
		for (int p = 1; p < s->n_parts; p++)
			want += c.part[p][i];
		ck_assert(c.whole[i] == want);
	}
	arena_free(a);
}
END_TEST

/* With a wide range and many bits the array gives the product itself. */
START_TEST(fine_converters_give_the_exact_product)
{
	struct arena *a = arena_new();
	const struct shape_case *s = &shapes[_i];
	struct mvm_case c = case_new(a, _i, kern_pick(NULL));
	struct mvm_stats seen = {0};
	int stride = c.mvm->n_panels * KERN_LANES;
	float *acc = NEW(a, float, stride * s->n_vectors);

	mvm_observe(c.mvm, 0, c.word, s->n_vectors, c.room, &seen);
	for (int b = 0; b < c.mvm->n_blocks * s->n_groups; b++)
		c.mvm->tile[b].top = 32767;
	c.mvm->spec.converter.k_full_scale = 20;
	mvm_set_input(c.mvm, (1 << s->n_planes) - 1);
	mvm_set_converter(c.mvm, &seen);
	mvm_read(c.mvm, 0, c.word, c.below, s->n_vectors, c.room, acc);
	for (int v = 0; v < s->n_vectors; v++)
		for (int col = 0; col < s->n_cols; col++) {
			double want = 0, got = 0, lsb = 0;
			for (int row = 0; row < s->n_rows; row++)
				want += c.code[v * s->n_rows + row] *
					(double)c.whole[row * s->n_groups * s->n_cols + col];
			for (int p = 0; p < s->n_parts; p++) {
				got += (double)acc[v * stride + p * s->n_cols + col] *
				       (double)mvm_unit(c.mvm, p);
				lsb += c.mvm->full_scale[p] / 32767;
			}
			/* half a step per plane, block, part and pass */
			ck_assert(fabs(got - want) <= 0.5 * lsb * c.mvm->n_blocks * (1 + s->is_signed) *
								      (1 << s->n_planes) +
							      1e-4);
		}
	arena_free(a);
}
END_TEST

/* Rows that lie in another order, some of them empty, give what the same weights and inputs do that are laid out so
 * beforehand: bits, whole inputs, and errors through the transpose. */
START_TEST(rows_may_lie_in_another_order)
{
	const struct shape_case *s = &shapes[_i];
	struct arena *a = arena_new();
	struct mvm_case c = case_new(a, _i, kern_pick(NULL)), laid = c;
	int n = s->n_vectors, n_all = s->n_rows + (s->n_rows - 1) / 6, *order = NEW(a, int, n_all);
	struct shape_case wide = *s;

	for (int i = 0, k = s->n_rows; i < n_all; i++)
		order[i] = i % 7 == 6 ? -1 : --k; /* backwards */
	wide.n_rows = n_all;
	laid.code = NEW(a, int, n_all *n);
	for (int i = 0; i < n_all; i++)
		for (int v = 0; v < n && order[i] >= 0; v++)
			laid.code[v * n_all + i] = c.code[v * s->n_rows + order[i]];
	laid.whole = NEW(a, float, n_all *s->n_cols);
	for (int p = 0; p < s->n_parts; p++) {
		laid.part[p] = NEW(a, float, n_all *s->n_cols);
		for (int i = 0; i < n_all; i++)
			if (order[i] >= 0)
				memcpy(laid.part[p] + i * s->n_cols, c.part[p] + order[i] * s->n_cols,
					(size_t)s->n_cols * sizeof(float));
	}
	for (int by_level = 0; by_level < 2; by_level++) {
		struct mvm_case *const which[] = {&laid, &c};
		float *y[2], *back[2];
		for (int k = 0; k < 2; k++) {
			struct mvm_spec spec = spec_of(&wide);
			struct mvm_case *q = which[k];
			int n_in = k ? s->n_rows : n_all;
			spec.whole = by_level;
			spec.order = k ? order : NULL;
			q->mvm = mvm_new(a, &spec, kern_pick(NULL));
			q->room = NEW(a, float, mvm_scratch(q->mvm) / sizeof(float));
			mvm_load(q->mvm, (const float *const *)q->part, q->whole);
			for (int p = 0; p < s->n_parts; p++)
				mvm_set_full_scale(q->mvm, p, sqrt(spec.n_rows) / 4 * (by_level ? 1 << spec.n_planes : 1));
			int n_acc = q->mvm->n_panels * KERN_LANES * n;
			y[k] = NEW(a, float, n_acc + s->n_cols * n);
			back[k] = NEW(a, float, n_all);
			float *x = NEW(a, float, (n_in > s->n_cols ? n_in : s->n_cols) * n);
			for (int i = 0; i < n_in * n; i++)
				x[i] = (float)q->code[i % n * n_in + i / n];
			if (by_level) {
				float *room = NEW(a, float, mvm_whole_scratch(q->mvm) / sizeof(float));
				mvm_read_whole(q->mvm, 0, NULL, x, n, (size_t)n, NULL, y[k], room);
			} else {
				struct shape_case in = *s;
				in.n_rows = n_in;
				q->word = pack(a, q, &in, 1);
				q->below = s->is_signed ? pack(a, q, &in, -1) : NULL;
				mvm_read(q->mvm, 0, q->word, q->below, n, q->room, y[k]);
			}
			struct mvm_spec t = spec;
			t.order = NULL;
			t.n_rows = s->n_cols;
			t.n_cols = n_in;
			t.bipolar = true;
			t.is_signed = t.whole = false;
			struct mvm *transposed = mvm_new(a, &t, kern_pick(NULL));
			float *room = NEW(a, float, mvm_whole_scratch(transposed) / sizeof(float));
			mvm_load_transposed(transposed, q->mvm);
			for (int p = 0; p < s->n_parts; p++)
				mvm_set_full_scale(transposed, p, sqrt(s->n_cols) / 4);
			for (int col = 0; col < s->n_cols; col++)
				x[col] = (float)(col % 5 - 2);
			mvm_read_whole(transposed, 0, NULL, x, 1, 1, NULL, back[k], room);
		}
		ck_assert_mem_eq(y[0], y[1], (size_t)n * (size_t)s->n_cols * sizeof(float));
		for (int i = 0; i < n_all; i++)
			ck_assert(order[i] < 0 || back[0][i] == back[1][order[i]]);
	}
	arena_free(a);
}
END_TEST

/* channels, kernel, rows of an array, read together: blocks of whole positions, as many as the price has arrays */
static const int positions[][5] = {{4, 3, 16, 16, 3}, {6, 5, 128, 128, 2}, {3, 3, 16, 8, 4}, {20, 3, 16, 16, 18}, {64, 3, 128, 32, 18},
	{33, 3, 16, 4, 81}, {1, 5, 4, 4, 7}};

START_TEST(channels_of_a_position_keep_together)
{
	const int *q = positions[_i];
	int n_channels = q[0], n_positions = q[1] * q[1], n_seen = 0;
	struct arena *a = arena_new();
	struct layer_conv conv = {.layer = {.kind = &layer_conv, .in = {n_channels, 9, 9}, .out = {2, 9, 9}},
		.out = 2, .kernel = q[1], .stride = 1, .pad = q[1] / 2, .groups = 1, .pad_width = -1};
	struct row_order o = row_order(a, &conv.layer, q[2], q[3]);
	struct row_blocks b = row_blocks(n_channels * n_positions, n_channels, q[2]);

	ck_assert_int_eq((o.n_rows + o.n_block_rows - 1) / o.n_block_rows, q[4]);
	for (int i = 0; i < o.n_rows; i++) {
		if (o.of[i] < 0)
			continue;
		n_seen++;
		/* rows of the block that belong to the same position are all its channels, or an even share */
		int position = o.of[i] % n_positions, first = i / o.n_block_rows * o.n_block_rows, n_same = 0;
		for (int k = first; k < first + o.n_block_rows && k < o.n_rows; k++)
			n_same += o.of[k] >= 0 && o.of[k] % n_positions == position;
		ck_assert_msg(q[3] < q[2] || n_same == n_channels ||
				      (b.n_fit == 0 && abs(n_same * b.n_split - n_channels) < b.n_split * b.n_split),
			"%d of %d channels of position %d together", n_same, n_channels, position);
	}
	ck_assert_int_eq(n_seen, n_channels * n_positions);
	if (q[2] == q[3])
		ck_assert_int_eq(b.n, q[4]);
	/* nothing to keep together where all fits, and where positions are unrolled */
	ck_assert(!row_order(a, &conv.layer, 0, q[3]).of && !row_order(a, &conv.layer, 4096, 4096).of);
	arena_free(a);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("mvm");
	TCase *t = tcase_create("mvm");

	tcase_add_loop_test(t, whole_inputs_equal_the_triple_loop, 0, N_SHAPES);
	tcase_add_loop_test(t, products_equal_the_triple_loop, 0, 2 * N_SHAPES);
	tcase_add_loop_test(t, bits_as_numbers_equal_the_triple_loop, 0, N_SHAPES);
	tcase_add_loop_test(t, transposed_reads_equal_the_triple_loop, 0, N_SHAPES);
	for (int i = 0; i < N_SHAPES; i++)
		if (shapes[i].n_groups == 1 && (shapes[i].n_bits_digit == 0 || shapes[i].is_pair))
			tcase_add_loop_test(t, rows_may_lie_in_another_order, i, i + 1);
	tcase_add_loop_test(t, channels_of_a_position_keep_together, 0, sizeof positions / sizeof *positions);
	tcase_add_loop_test(t, noise_is_as_large_as_it_should_be, 0, 4);
	tcase_add_test(t, digits_are_told_from_other_weights);
	tcase_add_test(t, known_steps_make_sums_whole_numbers);
	tcase_add_loop_test(t, whole_weights_are_the_sum_of_parts, 0, N_SHAPES);
	tcase_add_loop_test(t, fine_converters_give_the_exact_product, 0, N_SHAPES);
	suite_add_tcase(s, t);
	return run_suite(s);
}
