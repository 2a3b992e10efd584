/* SPDX-License-Identifier: Apache-2.0 */
/* Seeds are fixed: each bound is at least 4.5 standard errors wide, so a right generator passes once and
 * for ever, and the power against a wrong one is stated beside it. */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/rng.h"
#include "base/rng_math.h"
#include "near.h"

enum { N = 4000000 };

START_TEST(words_are_those_of_philox)
{
	/* Known answer of Philox 4x32-10 for a zero key and counter, from the Random123 distribution. */
	struct rng zero = {{0, 0}};
	uint32_t w[4];

	rng_u32x4(zero, 0, 0, w);
	ck_assert_uint_eq(w[0], 0x6627e8d5);
	ck_assert_uint_eq(w[1], 0xe169c58d);
	ck_assert_uint_eq(w[2], 0xbc57ac4c);
	ck_assert_uint_eq(w[3], 0x9b00dbd8);
}
END_TEST

START_TEST(single_and_block_draws_agree)
{
	struct rng r = rng_stream(7, RNG_TEST, 3);
	float z[4];

	for (uint64_t block = 0; block < 100; block++) {
		rng_normal4(r, block, 11, z);
		for (uint64_t i = 0; i < 4; i++)
			ck_assert(z[i] == rng_normal(r, 4 * block + i, 11));
	}
}
END_TEST

START_TEST(polynomials_match_libm)
{
	double worst_log = 0, worst_circle = 0;

	for (uint32_t i = 0; i < 1000000; i++) {
		uint32_t w = i * 4295u + 7;
		float c, s, u = rng_unit(w);
		double angle = 2 * 3.14159265358979323846 * (double)w / 4294967296.0;
		double exact = log((double)u), e = fabs((double)rng_log(u) - exact);
		worst_log = fmax(worst_log, e / fmax(fabs(exact), 1e-30));
		rng_circle(w, &c, &s);
		worst_circle = fmax(worst_circle, fabs((double)c - cos(angle)));
		worst_circle = fmax(worst_circle, fabs((double)s - sin(angle)));
	}
	ck_assert_msg(worst_log < 3e-7, "log: %g", worst_log);
	ck_assert_msg(worst_circle < 2e-7, "circle: %g", worst_circle);
}
END_TEST

/* Moments and tails of 4e6 normals. A spread wrong by 0.2 % or a missing tail beyond 4 sigma fails. */
START_TEST(normals_have_the_right_moments_and_tails)
{
	struct rng r = rng_stream(1, RNG_TEST, 0);
	double m1 = 0, m2 = 0, m3 = 0, m4 = 0;
	long beyond[6] = {0};

	for (uint64_t block = 0; block < N / 4; block++) {
		float z[4];
		rng_normal4(r, block, 0, z);
		for (int i = 0; i < 4; i++) {
			double x = (double)z[i];
			m1 += x;
			m2 += x * x;
			m3 += x * x * x;
			m4 += x * x * x * x;
			for (int k = 1; k < 6; k++)
				beyond[k] += fabs(x) > k;
		}
	}

	double n = N, se = 1 / sqrt(n);

	ck_assert(fabs(m1 / n) < 4.5 * se);
	ck_assert(fabs(m2 / n - 1) < 4.5 * se * sqrt(2));
	ck_assert(fabs(m3 / n) < 4.5 * se * sqrt(15));
	ck_assert(fabs(m4 / n - 3) < 4.5 * se * sqrt(96));
	for (int k = 1; k < 6; k++) {
		double want = n * erfc(k / sqrt(2));
		ck_assert_msg(fabs((double)beyond[k] - want) < 4.5 * sqrt(want) + 3, "beyond %d sigma: %ld, want %g",
			k, beyond[k], want);
	}
}
END_TEST

/* Correlation between neighbouring cells, steps, layers and seeds: bound 5 standard errors of 1e6 pairs. */
START_TEST(draws_are_independent)
{
	double sum[4] = {0};
	int n = 1000000;
	struct rng a = rng_stream(1, RNG_TEST, 0), layer = rng_stream(1, RNG_TEST, 1),
		   seed = rng_stream(2, RNG_TEST, 0);

	for (int i = 0; i < n; i++) {
		uint64_t c = (uint64_t)i;
		double x = (double)rng_normal(a, c, 0);
		sum[0] += x * (double)rng_normal(a, c + 1, 0);
		sum[1] += x * (double)rng_normal(a, c, 1);
		sum[2] += x * (double)rng_normal(layer, c, 0);
		sum[3] += x * (double)rng_normal(seed, c, 0);
	}
	for (int i = 0; i < 4; i++)
		ck_assert_msg(fabs(sum[i]) < 5 * sqrt(n), "pair %d: %g", i, sum[i] / n);
}
END_TEST

START_TEST(permutations_are_permutations_and_fair)
{
	struct rng r = rng_stream(5, RNG_SHUFFLE, 0);
	int order[5], first[5] = {0};

	for (uint64_t step = 0; step < 50000; step++) {
		bool seen[5] = {0};
		rng_permutation(r, step, 5, order);
		for (int i = 0; i < 5; i++)
			seen[order[i]] = true;
		for (int i = 0; i < 5; i++)
			ck_assert(seen[i]);
		first[order[0]]++;
	}
	for (int i = 0; i < 5; i++)
		ck_assert(abs(first[i] - 10000) < 4.5 * sqrt(8000));
}
END_TEST

int main(void)
{
	Suite *s = suite_create("rng");
	TCase *t = tcase_create("rng");

	tcase_set_timeout(t, 60);
	tcase_add_test(t, words_are_those_of_philox);
	tcase_add_test(t, single_and_block_draws_agree);
	tcase_add_test(t, polynomials_match_libm);
	tcase_add_test(t, normals_have_the_right_moments_and_tails);
	tcase_add_test(t, draws_are_independent);
	tcase_add_test(t, permutations_are_permutations_and_fair);
	suite_add_tcase(s, t);
	return run_suite(s);
}
