/* SPDX-License-Identifier: Apache-2.0 */
/* Images on their way in: normalised, moved, flipped, cut out. */
#include <stdlib.h>

#include "base/arena.h"
#include "near.h"
#include "train/intake.h"

enum { C = 2, H = 6, W = 5, N = 40, SIZE = C * H * W };

static struct dataset *data_of(struct arena *a)
{
	static const struct dataset_kind kind = {.name = "noise", .shape = {C, H, W}, .classes = 2};
	struct dataset *s = NEW(a, struct dataset, 1);
	struct rng r = rng_stream(9, RNG_TEST, 0);
	uint8_t *pixel = NEW(a, uint8_t, N * SIZE);

	/* no pixel is 0, so that what is blank was blanked */
	for (size_t i = 0; i < N * SIZE; i++)
		pixel[i] = (uint8_t)(1 + rng_below(r, i, 0, i % SIZE < H * W ? 100 : 254));
	s->kind = &kind;
	s->shape = kind.shape;
	s->train = (struct images){N, pixel, NEW(a, uint8_t, N)};
	return s;
}

START_TEST(pixels_are_normalised_per_channel)
{
	struct arena *a = arena_new();
	struct dataset *data = data_of(a);
	struct recipe r = {.normalise = NORMALISE_CHANNEL};
	struct intake *t = intake_new(a, &r, data, 1);
	double sum[C] = {0}, squares[C] = {0};

	for (int i = 0; i < N; i++) {
		float x[SIZE];
		intake_take(t, data->train.pixel + i * SIZE, i, 3, x);
		for (int k = 0; k < SIZE; k++) {
			sum[k / (H * W)] += (double)x[k];
			squares[k / (H * W)] += (double)x[k] * (double)x[k];
		}
	}
	for (int c = 0; c < C; c++) {
		ck_assert(fabs(sum[c]) / (N * H * W) < 1e-6);
		ck_near(squares[c] / (N * H * W), 1, 1e-5);
	}
	arena_free(a);
}
END_TEST

/* Every image that comes out is a moved, perhaps flipped original with zeros where nothing was; all
 * moves come up, and half of the images are flipped. */
START_TEST(crops_and_flips_are_moves_of_the_original)
{
	enum { CROP = 2, MOVES = 2 * CROP + 1, EPOCHS = 50 };
	struct arena *a = arena_new();
	struct dataset *data = data_of(a);
	struct recipe_augment augment = {.crop = CROP, .flip = true};
	struct recipe r = {.augment = &augment};
	struct intake *t = intake_new(a, &r, data, 1);
	int seen[MOVES][MOVES] = {{0}}, flips = 0;

	for (int epoch = 0; epoch < EPOCHS; epoch++)
		for (int i = 0; i < N; i++) {
			const uint8_t *pixel = data->train.pixel + i * SIZE;
			float x[SIZE];
			int matches = 0;
			intake_take(t, pixel, i, epoch, x);
			for (int move = 0; move < MOVES * MOVES * 2; move++) {
				int dy = move / 2 / MOVES - CROP, dx = move / 2 % MOVES - CROP;
				bool flip = move % 2, same = true;
				for (int k = 0; k < SIZE && same; k++) {
					int at_y = k / W % H + dy,
					    at_x = (flip ? W - 1 - k % W : k % W) + dx;
					bool in = at_y >= 0 && at_y < H && at_x >= 0 && at_x < W;
					int from = k / (H * W) * H * W + at_y * W + at_x;
					float want = in ? (float)pixel[from] * (1.0f / 255) : 0;
					same = x[k] == want;
				}
				if (same) {
					matches++;
					seen[dy + CROP][dx + CROP]++;
					flips += flip;
				}
			}
			ck_assert_int_eq(matches, 1);
		}
	/* 2000 draws: each of 25 moves 80 +- 8.8, flips 1000 +- 22.4; five standard errors */
	for (int k = 0; k < MOVES * MOVES; k++)
		ck_assert_int_le(abs(seen[k / MOVES][k % MOVES] - 80), 44);
	ck_assert_int_le(abs(flips - 1000), 112);
	arena_free(a);
}
END_TEST

START_TEST(cut_outs_blank_one_square)
{
	struct arena *a = arena_new();
	struct dataset *data = data_of(a);
	struct recipe_augment augment = {.cutout = 3};
	struct recipe r = {.augment = &augment};
	struct intake *t = intake_new(a, &r, data, 1);

	for (int i = 0; i < N; i++) {
		float x[SIZE];
		int blank[C] = {0}, top = H, bottom = -1, left = W, right = -1;
		intake_take(t, data->train.pixel + i * SIZE, i, 0, x);
		for (int k = 0; k < SIZE; k++)
			if (x[k] == 0) {
				int at_y = k / W % H, at_x = k % W;
				blank[k / (H * W)]++;
				top = at_y < top ? at_y : top;
				bottom = at_y > bottom ? at_y : bottom;
				left = at_x < left ? at_x : left;
				right = at_x > right ? at_x : right;
			}
		ck_assert_int_eq(blank[0], blank[1]);
		ck_assert_int_eq(blank[0], (bottom - top + 1) * (right - left + 1));
		ck_assert_int_ge(blank[0], 4); /* a corner's */
		ck_assert_int_le(blank[0], 9);
	}
	arena_free(a);
}
END_TEST

START_TEST(tests_take_images_as_they_are)
{
	struct arena *a = arena_new();
	struct dataset *data = data_of(a);
	struct recipe_augment augment = {.crop = 2, .flip = true, .cutout = 3};
	struct recipe r = {.augment = &augment};
	struct intake *t = intake_new(a, &r, data, 1);
	float x[SIZE];

	intake_take(t, data->train.pixel, 0, -1, x);
	for (int k = 0; k < SIZE; k++)
		ck_assert(x[k] == (float)data->train.pixel[k] * (1.0f / 255));
	arena_free(a);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("intake");
	TCase *t = tcase_create("intake");

	tcase_add_test(t, pixels_are_normalised_per_channel);
	tcase_add_test(t, crops_and_flips_are_moves_of_the_original);
	tcase_add_test(t, cut_outs_blank_one_square);
	tcase_add_test(t, tests_take_images_as_they_are);
	suite_add_tcase(s, t);
	return run_suite(s);
}
