/* SPDX-License-Identifier: Apache-2.0 */
/* Every kernel table gives the bits of the scalar one, on random, extreme and odd-sized data, and
 * writes nothing outside its outputs; the scalar one is compared with plain loops. */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "near.h"
#include "train/kern.h"

enum { GUARD = 64 };

/* A buffer whose edges must survive. */
struct buffer {
	float *at;
	size_t n;
};

static struct buffer buffer_new(size_t n)
{
	struct buffer b = {calloc(n + 2 * GUARD, sizeof(float)), n};

	ck_assert_ptr_nonnull(b.at);
	for (size_t i = 0; i < n + 2 * GUARD; i++)
		b.at[i] = 12345;
	b.at += GUARD;
	return b;
}

/* slack: values behind the end that may change */
static void buffer_free(struct buffer b, size_t slack)
{
	for (size_t i = 1; i <= GUARD; i++)
		ck_assert(b.at[-(ptrdiff_t)i] == 12345);
	for (size_t i = slack; i < GUARD; i++)
		ck_assert(b.at[b.n + i] == 12345);
	free(b.at - GUARD);
}

enum fill { RANDOM, ZERO, LARGE, TINY, N_FILLS };

static void fill(float *x, size_t n, enum fill how, uint64_t step)
{
	struct rng r = rng_stream(1, RNG_TEST, 9);

	for (size_t i = 0; i < n; i++) {
		float v = rng_normal(r, i, step);
		x[i] = how == RANDOM ? v : how == ZERO ? 0 : how == LARGE ? v * 1e30f : v * 1e-42f;
	}
}

static const struct patch shapes[] = {
	{1, 32, 32, 5, 5, 1, 28, 28, 784},
	{6, 14, 14, 5, 5, 1, 10, 10, 100},
	{6, 14, 14, 5, 5, 1, 10, 10, 237},
	{3, 9, 7, 3, 3, 1, 7, 5, 35},
	{2, 20, 20, 3, 3, 2, 9, 9, 81},
	{1, 4, 4, 1, 1, 1, 4, 4, 16},
	{2, 40, 37, 2, 2, 3, 13, 12, 156},
	{1, 24, 40, 10, 10, 1, 15, 31, 465},
	{2, 12, 12, 5, 1, 1, 8, 12, 96},
	{2, 9, 30, 1, 7, 1, 9, 24, 300},
	{3, 11, 12, 2, 3, 2, 5, 5, 64},
};

static size_t map_size(const struct patch *p)
{
	return (size_t)(p->c * p->h * p->w);
}

static size_t col_size(const struct patch *p)
{
	return (size_t)(p->c * p->kernel * p->kernel_w * p->n_apart);
}

/* Where value (row, pixel) of a patch matrix stands in the map. */
static size_t place(const struct patch *p, int row, int pixel)
{
	int kx = row % p->kernel_w, ky = row / p->kernel_w % p->kernel,
	    c = row / p->kernel_w / p->kernel;
	int y = pixel / p->out_w * p->stride + ky, x = pixel % p->out_w * p->stride + kx;

	return (size_t)((c * p->h + y) * p->w + x);
}

START_TEST(patches_are_where_they_should_be)
{
	const struct patch *p = &shapes[_i];
	int n_rows = p->c * p->kernel * p->kernel_w, n_pixels = p->out_h * p->out_w;

	for (int k = 0; kern_table[k]; k++) {
		struct buffer map = buffer_new(map_size(p)), col = buffer_new(col_size(p));
		struct buffer back = buffer_new(map_size(p));
		if (!kern_table[k]->usable())
			continue;
		fill(map.at, map.n, RANDOM, 1);
		for (size_t i = 0; i < col.n; i++)
			col.at[i] = 7;
		kern_table[k]->im2col(p, map.at, col.at);
		for (int row = 0; row < n_rows; row++)
			for (int pixel = 0; pixel < n_pixels; pixel++)
				ck_assert(col.at[row * p->n_apart + pixel] ==
					  map.at[place(p, row, pixel)]);
		/* what lies between the rows is somebody else's */
		for (int row = 0; row < n_rows; row++)
			for (ptrdiff_t i = n_pixels; i < p->n_apart; i++)
				ck_assert(col.at[row * p->n_apart + i] == 7);

		/* back: integers, so that sums are exact in any order */
		for (size_t i = 0; i < col.n; i++)
			col.at[i] = (float)(i % 17);
		memset(back.at, 0, back.n * sizeof(float));
		memset(map.at, 0, map.n * sizeof(float));
		kern_table[k]->col2im(p, col.at, back.at);
		for (int row = 0; row < n_rows; row++)
			for (int pixel = 0; pixel < n_pixels; pixel++)
				map.at[place(p, row, pixel)] += col.at[row * p->n_apart + pixel];
		for (size_t i = 0; i < map.n; i++)
			ck_assert(back.at[i] == map.at[i]);
		buffer_free(map, 0);
		buffer_free(back, 0);
		buffer_free(col, KERN_SLACK);
	}
}
END_TEST

START_TEST(patches_of_codes_are_where_they_should_be)
{
	const struct patch *p = &shapes[_i];
	int n_rows = p->c * p->kernel * p->kernel_w, n_pixels = p->out_h * p->out_w;
	size_t n_row = (size_t)(n_rows + 7) / 8 * 8;
	uint8_t *map = calloc(map_size(p) + KERN_SLACK, 1),
		*row = calloc(n_row * (size_t)n_pixels + 64, 1);

	for (size_t i = 0; i < map_size(p); i++)
		map[i] = (uint8_t)(i * 31 >> 2);
	for (int k = 0; kern_table[k]; k++) {
		if (!kern_table[k]->usable())
			continue;
		kern_table[k]->im2row(p, map, n_row, row);
		for (int r = 0; r < n_rows; r++)
			for (int pixel = 0; pixel < n_pixels; pixel++)
				ck_assert_uint_eq(row[(size_t)pixel * n_row + (size_t)r],
					map[place(p, r, pixel)]);
	}
	free(map);
	free(row);
}
END_TEST

/* The value kernels on n values: same bits as scalar. */
START_TEST(values_have_the_same_bits_on_every_isa)
{
	for (size_t n = 1; n <= 40; n++)
		for (int how = 0; how < N_FILLS; how++)
			for (int k = 1; kern_table[k]; k++) {
				const struct kern *kern[2] = {&kern_scalar, kern_table[k]};
				float x[2][64], y[2][64], sum[2];
				uint8_t code[2][64] = {{0}};
				uint64_t ones[2];
				if (!kern[1]->usable())
					continue;
				for (int i = 0; i < 2; i++) {
					fill(x[i], 64, (enum fill)how, n);
					fill(y[i], 64, RANDOM, n + 100);
					sum[i] = kern[i]->sum(x[i], n);
					kern[i]->add(y[i], x[i], n);
					ones[i] = kern[i]->round_errors(x[i], n, 6, true);
					kern[i]->encode(y[i], n, 7.3f, 1 / 7.3f, 15, code[i], x[i]);
				}
				ck_assert(memcmp(x[0], x[1], sizeof x[0]) == 0);
				ck_assert(memcmp(y[0], y[1], sizeof y[0]) == 0);
				ck_assert(memcmp(code[0], code[1], sizeof code[0]) == 0);
				ck_assert(memcmp(&sum[0], &sum[1], sizeof sum[0]) == 0);
				ck_assert_uint_eq(ones[0], ones[1]);
			}
}
END_TEST

/* Every table against the scalar one, to the bit, and that one against plain sums in double. */
START_TEST(moments_and_affine_maps_are_right)
{
	for (size_t n = 1; n <= 40; n++)
		for (int k = 0; kern_table[k]; k++) {
			float d[64], x[64], y[2][64] = {{0}}, z[2][64] = {{0}};
			double sum[2][2] = {{1, 2}, {1, 2}}, own[2][2] = {{0}}, plain[3] = {1, 2, 0};
			const struct kern *kern[2] = {&kern_scalar, kern_table[k]};
			if (!kern[1]->usable())
				continue;
			fill(d, 64, RANDOM, n);
			fill(x, 64, RANDOM, n + 50);
			for (int i = 0; i < 2; i++) {
				kern[i]->moments(d, x, n, 0.7f, sum[i]);
				kern[i]->moments(NULL, x, n, 0.7f, own[i]);
				kern[i]->affine(x, n, 1.7f, -0.3f, y[i]);
				kern[i]->affine2(d, x, n, 1.7f, 0.6f, -0.3f, z[i]);
			}
			ck_assert(memcmp(sum[0], sum[1], sizeof sum[0]) == 0);
			ck_assert(memcmp(own[0], own[1], sizeof own[0]) == 0);
			ck_assert(memcmp(y[0], y[1], sizeof y[0]) == 0);
			ck_assert(memcmp(z[0], z[1], sizeof z[0]) == 0);
			for (size_t i = 0; i < n; i++) {
				double off = (double)x[i] - 0.7;
				plain[0] += (double)d[i];
				plain[1] += (double)d[i] * off;
				plain[2] += off * off;
				ck_assert(y[0][i] == 1.7f * x[i] + -0.3f);
				ck_assert(z[0][i] == 1.7f * d[i] + 0.6f * x[i] + -0.3f);
			}
			ck_assert(fabs(sum[0][0] - plain[0]) < 1e-5 && fabs(sum[0][1] - plain[1]) < 1e-5);
			ck_near(own[0][1], plain[2], 1e-5);
		}
}
END_TEST

START_TEST(codes_and_errors_round_as_promised)
{
	const float x[] = {-1, 0, 0.49f, 0.5f, 1.5f, 2.5f, 14.6f, 99, NAN, INFINITY};
	const uint8_t want[] = {0, 0, 0, 0, 2, 2, 15, 15, 0, 15};
	float back[10], e[] = {0.9f, -0.35f, 0.02f, 0};
	uint8_t code[10];

	kern_scalar.encode(x, 10, 1, 0.25f, 15, code, back);
	for (int i = 0; i < 10; i++) {
		ck_assert_uint_eq(code[i], want[i]);
		ck_assert(back[i] == (float)want[i] * 0.25f);
	}
	/* 4 bits: magnitude codes 0..7, step 1/8 */
	ck_assert_uint_eq(kern_scalar.round_errors(e, 4, 4, true), 3 + 2);
	ck_assert(e[0] == 0.875f && e[1] == -0.375f && e[2] == 0 && e[3] == 0);
}
END_TEST

START_TEST(planes_are_the_bits_of_codes)
{
	struct rng r = rng_stream(2, RNG_TEST, 1);

	for (int k = 0; kern_table[k]; k++) {
		uint64_t word[37];
		uint8_t code[37][8];
		if (!kern_table[k]->usable())
			continue;
		for (uint64_t i = 0; i < 37 * 8; i++)
			code[i / 8][i % 8] = (uint8_t)rng_u32(r, i, 0);
		memcpy(word, code, sizeof word);
		kern_table[k]->to_planes(word, 37);
		for (int i = 0; i < 37; i++)
			for (int plane = 0; plane < 8; plane++)
				for (int row = 0; row < 8; row++)
					ck_assert_int_eq((int)(word[i] >> (8 * plane + row) & 1),
						code[i][row] >> plane & 1);
	}
}
END_TEST

START_TEST(pools_take_the_first_largest)
{
	static const int sizes[][2] = {{2, 2}, {3, 2}, {2, 1}, {3, 3}};
	float x[40 * 8];

	fill(x, sizeof x / sizeof *x, RANDOM, 5);
	for (size_t i = 0; i < sizeof x / sizeof *x; i++)
		x[i] = floorf(x[i] * 2); /* ties */
	for (int k = 0; kern_table[k]; k++)
		for (size_t c = 0; c < sizeof sizes / sizeof *sizes; c++) {
			int size = sizes[c][0], stride = sizes[c][1], n = (40 - size) / stride + 1;
			float y[40];
			uint16_t choice[40];
			if (!kern_table[k]->usable())
				continue;
			kern_table[k]->pool(x, 40, size, stride, n, y, choice);
			for (int i = 0; i < n; i++) {
				int at = 0;
				for (int j = 1; j < size * size; j++)
					if (x[i * stride + j / size * 40 + j % size] >
						x[i * stride + at / size * 40 + at % size])
						at = j;
				ck_assert_int_eq(choice[i], at);
				ck_assert(y[i] == x[i * stride + at / size * 40 + at % size]);
			}
		}
}
END_TEST

START_TEST(kernels_are_picked_by_name)
{
	ck_assert_ptr_eq(kern_pick("scalar"), &kern_scalar);
	ck_assert_ptr_null(kern_pick("avx1024"));
	ck_assert_ptr_nonnull(kern_pick(NULL));
}
END_TEST

int main(void)
{
	Suite *s = suite_create("kern");
	TCase *t = tcase_create("kern");
	int n = sizeof shapes / sizeof *shapes;

	tcase_add_loop_test(t, patches_are_where_they_should_be, 0, n);
	tcase_add_loop_test(t, patches_of_codes_are_where_they_should_be, 0, n);
	tcase_add_test(t, values_have_the_same_bits_on_every_isa);
	tcase_add_test(t, moments_and_affine_maps_are_right);
	tcase_add_test(t, codes_and_errors_round_as_promised);
	tcase_add_test(t, planes_are_the_bits_of_codes);
	tcase_add_test(t, pools_take_the_first_largest);
	tcase_add_test(t, kernels_are_picked_by_name);
	suite_add_tcase(s, t);
	return run_suite(s);
}
