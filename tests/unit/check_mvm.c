/* SPDX-License-Identifier: Apache-2.0 */
/* Products through arrays against the plain triple loop, bit by bit: weights are multiples of 1/64,
 * so that partial sums are exact in any order. */
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/rng.h"
#include "near.h"
#include "train/mvm.h"

static const struct {
	int n_rows, n_cols, n_parts, n_block_rows, n_planes, n_bits, n_vectors;
} shapes[] = {
	{25, 6, 1, 128, 5, 6, 40},
	{25, 6, 2, 128, 4, 6, 17},
	{150, 16, 2, 128, 5, 5, 11},
	{400, 120, 2, 128, 8, 8, 3},
	{400, 120, 1, 64, 3, 6, 3},
	{10, 1, 1, 3, 1, 2, 5},
	{77, 33, 2, 20, 7, 6, 9},
	{8, 16, 1, 8, 6, 4, 4},
	{129, 17, 1, 128, 2, 12, 2},
};

struct mvm_case {
	struct mvm *mvm;
	float *part[2], *whole;
	uint8_t *code; /* [n_vectors][n_rows] */
	uint64_t *word;
};

static void draw_weights(struct mvm_case *c, struct arena *a, int n_parts, size_t n)
{
	struct rng r = rng_stream(3, RNG_TEST, 4);

	for (int p = 0; p < n_parts; p++) {
		c->part[p] = NEW(a, float, n);
		for (size_t i = 0; i < n; i++)
			c->part[p][i] = (float)((int)rng_below(r, i, (uint64_t)p, 129) - 64) / 64;
	}
	c->whole = NEW(a, float, n);
}

static struct mvm_case case_new(struct arena *a, int i, const struct kern *kern)
{
	struct mvm_case c = {0};
	struct rng r = rng_stream(3, RNG_TEST, 5);
	struct mvm_spec spec = {
		.n_rows = shapes[i].n_rows,
		.n_cols = shapes[i].n_cols,
		.n_parts = shapes[i].n_parts,
		.n_block_rows = shapes[i].n_block_rows,
		.n_planes = shapes[i].n_planes,
		.converter = {shapes[i].n_bits, 1.5}, /* clips often */
		.k_weight = {0.2, 0.8},
		.scale = 1,
	};
	size_t n_codes = (size_t)spec.n_rows * (size_t)shapes[i].n_vectors;

	c.mvm = mvm_new(a, &spec, kern);
	draw_weights(&c, a, spec.n_parts, (size_t)spec.n_rows * (size_t)spec.n_cols);
	for (int g = 0; g < c.mvm->n_groups; g++)
		mvm_load_group(c.mvm, g, (const float *const *)c.part, c.whole);

	c.code = NEW(a, uint8_t, n_codes);
	for (size_t k = 0; k < n_codes; k++)
		c.code[k] =
			(uint8_t)(rng_below(r, k, 0, 3) ? rng_below(r, k, 1, 1u << spec.n_planes)
							: 0);
	memset(c.code, 0, (size_t)spec.n_rows); /* one vector without ones */
	c.word = NEW(a, uint64_t, (size_t)c.mvm->n_words * (size_t)shapes[i].n_vectors);

	uint8_t *spare = NEW(a, uint8_t, n_codes), *to = mvm_codes(c.mvm, c.word, spare);

	for (int v = 0; v < shapes[i].n_vectors; v++)
		memcpy(to + (size_t)v * (size_t)c.mvm->n_code,
			c.code + (size_t)v * (size_t)spec.n_rows, (size_t)spec.n_rows);
	mvm_pack(c.mvm, to, shapes[i].n_vectors, c.word);
	return c;
}

/* The definition: one column of one part for one vector. */
static double naive(
	const struct mvm_case *c, int vector, int part, int col, struct mvm_stats *stats)
{
	const struct mvm_spec *s = &c->mvm->spec;
	double total = 0, lsb = c->mvm->full_scale[part] / (double)c->mvm->tile[0].top;

	for (int first = 0; first < s->n_rows; first += s->n_block_rows)
		for (int plane = 0; plane < s->n_planes; plane++) {
			float sum = 0;
			for (int row = first; row < s->n_rows && row < first + s->n_block_rows;
				row++)
				if (c->code[vector * s->n_rows + row] >> plane & 1)
					sum += c->part[part][row * s->n_cols + col];
			if (stats) {
				stats->square[part] += (double)sum * (double)sum;
				continue;
			}
			float q = sum * (float)(1 / lsb), top = c->mvm->tile[0].top;
			q = rintf(fminf(fmaxf(q, -top), top));
			total += (double)q * (1 << plane);
		}
	return total;
}

START_TEST(products_equal_the_triple_loop)
{
	for (int k = 0; kern_table[k]; k++) {
		struct arena *a = arena_new();
		struct mvm_stats seen = {0}, want = {0};
		if (!kern_table[k]->usable())
			continue;
		struct mvm_case c = case_new(a, _i, kern_table[k]);
		int n_cols = shapes[_i].n_cols, stride = c.mvm->n_panels * KERN_LANES;
		float *acc = NEW(a, float, (stride * (shapes[_i].n_vectors + shapes[_i].n_planes)));

		mvm_observe(c.mvm, c.word, shapes[_i].n_vectors, acc, &seen);
		for (int v = 0; v < shapes[_i].n_vectors; v++)
			for (int part = 0; part < shapes[_i].n_parts; part++)
				for (int col = 0; col < n_cols; col++)
					naive(&c, v, part, col, &want);
		ck_assert(seen.square[0] == want.square[0] && seen.square[1] == want.square[1]);

		mvm_set_converter(c.mvm, &seen);
		mvm_read(c.mvm, c.word, shapes[_i].n_vectors, acc);
		for (int v = 0; v < shapes[_i].n_vectors; v++)
			for (int part = 0; part < shapes[_i].n_parts; part++)
				for (int col = 0; col < n_cols; col++)
					ck_assert(acc[v * stride + part * n_cols + col] ==
						  (float)naive(&c, v, part, col, NULL));
		arena_free(a);
	}
}
END_TEST

/* Digits that are told apart: with the last place of the weights as that of the converter, sums are
 * whole numbers and nothing is lost, whatever the calibration saw. */
START_TEST(known_steps_make_sums_whole_numbers)
{
	enum { CASE = 6 };
	struct arena *a = arena_new();
	struct mvm_case c = case_new(a, CASE, kern_pick(NULL));
	int n_cols = shapes[CASE].n_cols, stride = c.mvm->n_panels * KERN_LANES;
	float *acc = NEW(a, float, (stride * (shapes[CASE].n_vectors + shapes[CASE].n_planes)));

	for (int p = 0; p < 2; p++)
		c.mvm->spec.step[p] = 1.0 / 64;
	for (int b = 0; b < c.mvm->n_blocks; b++)
		c.mvm->tile[b].top = 32767;
	mvm_set_converter(c.mvm, &(struct mvm_stats){.n_sums = 1, .n_reads = 1});
	mvm_read(c.mvm, c.word, shapes[CASE].n_vectors, acc);
	for (int v = 0; v < shapes[CASE].n_vectors; v++)
		for (int col = 0; col < 2 * n_cols; col++) {
			long want = 0;
			for (int row = 0; row < shapes[CASE].n_rows; row++)
				want += c.code[v * shapes[CASE].n_rows + row] *
					lrintf(64 * c.part[col / n_cols][row * n_cols + col % n_cols]);
			ck_assert(acc[v * stride + col] == (float)want);
		}
	arena_free(a);
}
END_TEST

/* Inputs that come whole: partial sums of codes times weights are exact here too, whatever order CBLAS
 * adds them in. */
START_TEST(whole_inputs_equal_the_triple_loop)
{
	for (int k = 0; kern_table[k]; k++) {
		struct arena *a = arena_new();
		struct mvm_case c = case_new(a, _i, kern_table[k]);
		struct mvm_spec spec = c.mvm->spec;
		int n = shapes[_i].n_vectors, n_apart = n + 3, n_clipped = 0;
		size_t n_cols = (size_t)spec.n_cols;
		float *x = NEW(a, float, spec.n_rows * n_apart), *y = NEW(a, float, spec.n_cols * n_apart);
		float *bias = NEW(a, float, n_cols);
		float *scratch = NEW(a, float, MVM_WHOLE_SCRATCH / sizeof(float));
		struct mvm_stats seen = {0};
		double square = 0;
		if (!kern_table[k]->usable())
			continue;
		spec.whole = true;
		struct mvm *m = mvm_new(a, &spec, kern_table[k]);
		for (int g = 0; g < m->n_groups; g++)
			mvm_load_group(m, g, (const float *const *)c.part, c.whole);
		mvm_set_input(m, 0.125 * ((1 << spec.n_planes) - 1));
		for (int p = 0; p < spec.n_parts; p++)
			mvm_set_full_scale(m, p, (1 << spec.n_planes) * sqrt(spec.n_rows) / 8 * (p + 1));
		for (int row = 0; row < spec.n_rows; row++)
			for (int v = 0; v < n; v++)
				x[row * n_apart + v] = 0.125f * (float)c.code[v * spec.n_rows + row];
		for (size_t col = 0; col < n_cols; col++)
			bias[col] = (float)col / 3;
		mvm_read_whole(m, x, n, (size_t)n_apart, bias, y, scratch);
		mvm_observe_whole(m, x, n, (size_t)n_apart, scratch, &seen);
		for (int v = 0; v < n; v++)
			for (int col = 0; col < spec.n_cols; col++) {
				float want = bias[col];
				for (int p = 0; p < spec.n_parts; p++) {
					float top = m->tile[0].top, acc = 0,
					      per_code = m->per_code[p * spec.n_cols] / m->input_step;
					for (int first = 0; first < spec.n_rows; first += spec.n_block_rows) {
						float sum = 0;
						for (int r = first; r < spec.n_rows &&
								r < first + spec.n_block_rows; r++)
							sum += x[r * n_apart + v] *
							       c.part[p][r * spec.n_cols + col];
						n_clipped += fabs((double)sum * 8) > mvm_clips_at(m, p);
						square += p == 0 ? 64 * (double)sum * (double)sum : 0;
						acc += rintf(fminf(fmaxf(sum * per_code, -top), top));
					}
					want += acc * mvm_unit(m, p);
				}
				ck_assert_msg(y[col * n_apart + v] == want, "%d %d: %g, not %g", v, col,
					(double)y[col * n_apart + v], (double)want);
			}
		ck_near(seen.square[0], square, 1e-12);
		ck_near(seen.n_clipped, n_clipped, 0);
		arena_free(a);
	}
}
END_TEST

START_TEST(whole_weights_are_the_sum_of_parts)
{
	struct arena *a = arena_new();
	struct mvm_case c = case_new(a, _i, &kern_scalar);

	for (int i = 0; i < shapes[_i].n_rows * shapes[_i].n_cols; i++)
		ck_assert(c.whole[i] == c.part[0][i] + (c.part[1] ? c.part[1][i] : 0));
	arena_free(a);
}
END_TEST

/* With a wide range and many bits the array gives the product itself. */
START_TEST(fine_converters_give_the_exact_product)
{
	struct arena *a = arena_new();
	struct mvm_case c = case_new(a, _i, kern_pick(NULL));
	struct mvm_stats seen = {0};
	int n_cols = shapes[_i].n_cols, stride = c.mvm->n_panels * KERN_LANES;
	float *acc = NEW(a, float, (stride * (shapes[_i].n_vectors + shapes[_i].n_planes)));

	mvm_observe(c.mvm, c.word, shapes[_i].n_vectors, acc, &seen);
	for (int b = 0; b < c.mvm->n_blocks; b++)
		c.mvm->tile[b].top = 32767;
	c.mvm->spec.converter.k_full_scale = 20;
	mvm_set_input(c.mvm, (1 << shapes[_i].n_planes) - 1);
	mvm_set_converter(c.mvm, &seen);
	mvm_read(c.mvm, c.word, shapes[_i].n_vectors, acc);
	for (int v = 0; v < shapes[_i].n_vectors; v++)
		for (int col = 0; col < n_cols; col++) {
			double want = 0, got = 0, lsb = 0;
			for (int row = 0; row < shapes[_i].n_rows; row++)
				want += c.code[v * shapes[_i].n_rows + row] *
					(double)c.whole[row * n_cols + col];
			for (int p = 0; p < shapes[_i].n_parts; p++) {
				got += (double)acc[v * stride + p * n_cols + col] *
				       (double)mvm_unit(c.mvm, p);
				lsb += c.mvm->full_scale[p] / 32767;
			}
			/* half a step per plane, block and part */
			ck_assert(fabs(got - want) <=
				  0.5 * lsb * c.mvm->n_blocks * (1 << shapes[_i].n_planes) + 1e-4);
		}
	arena_free(a);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("mvm");
	TCase *t = tcase_create("mvm");
	int n = sizeof shapes / sizeof *shapes;

	tcase_add_loop_test(t, whole_inputs_equal_the_triple_loop, 0, sizeof shapes / sizeof *shapes);
	tcase_add_loop_test(t, products_equal_the_triple_loop, 0, n);
	tcase_add_test(t, known_steps_make_sums_whole_numbers);
	tcase_add_loop_test(t, whole_weights_are_the_sum_of_parts, 0, n);
	tcase_add_loop_test(t, fine_converters_give_the_exact_product, 0, n);
	suite_add_tcase(s, t);
	return run_suite(s);
}
