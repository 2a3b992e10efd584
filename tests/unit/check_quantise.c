/* SPDX-License-Identifier: Apache-2.0 */
/* Optimisers against their formulas; few bits: levels, unbiased rounding. */
#include "base/arena.h"
#include "near.h"
#include "train/optimiser.h"
#include "train/quantise.h"

/* Ten steps on one parameter of the loss 2 (w - 1)^2, in double. */
static double by_hand(const struct recipe *r, double w)
{
	double v = 0, s = 0, m = r->momentum, b = r->k_beta2;

	for (int t = 1; t <= 10; t++) {
		double g = 4 * (w - 1), rate = r->learning_rate;
		if (r->optimiser == OPTIMISER_ADAM) {
			v = m * v + (1 - m) * g;
			s = b * s + (1 - b) * g * g;
			w -= rate * (v / (1 - pow(m, t)) / (sqrt(s / (1 - pow(b, t))) + 1e-8) +
					    r->k_decay * w);
			continue;
		}
		g += r->k_decay * w;
		v = (r->optimiser == OPTIMISER_SGD ? 0 : m) * v + g;
		w -= rate * (r->optimiser == OPTIMISER_NESTEROV ? g + m * v : v);
	}
	return w;
}

static const struct recipe optimiser_cases[] = {
	{.optimiser = OPTIMISER_SGD, .learning_rate = 0.1, .momentum = 0.9},
	{.optimiser = OPTIMISER_SGD, .learning_rate = 0.1, .k_decay = 0.3},
	{.optimiser = OPTIMISER_MOMENTUM, .learning_rate = 0.03, .momentum = 0.9},
	{.optimiser = OPTIMISER_NESTEROV, .learning_rate = 0.03, .momentum = 0.8, .k_decay = 0.1},
	{.optimiser = OPTIMISER_ADAM, .learning_rate = 0.1, .momentum = 0.9, .k_beta2 = 0.99},
	{.optimiser = OPTIMISER_ADAM, .learning_rate = 0.1, .momentum = 0.9, .k_beta2 = 0.999, .k_decay = 0.2},
};

START_TEST(optimisers_follow_their_formulas)
{
	struct arena *a = arena_new();
	const struct recipe *r = &optimiser_cases[_i];
	struct optimiser o;
	float w[3] = {0, -2, 0}, change[3] = {0};

	optimiser_init(&o, a, r, 3);
	for (long t = 1; t <= 10; t++) {
		/* sums over 8 images, of which k_gradient makes the mean */
		float g[3] = {0, 8 * 4 * (w[1] - 1), 0};
		struct optimiser_step step = {.rate = r->learning_rate, .k_gradient = 0.125, .number = t};
		optimiser_change(&o, &step, g, w, true, 1, 2, change);
		w[1] += change[1];
	}
	ck_near((double)w[1], by_hand(r, -2), 1e-5);
	ck_assert(change[0] == 0 && change[2] == 0);
	arena_free(a);
}
END_TEST

START_TEST(levels_are_powers_of_two_apart)
{
	float x[] = {0.3f, -0.3f, 0.06f, 2, -2, 0.03125f, 0.0937f}, y[7];

	ck_assert(quantise_range(0.7) == 1 && quantise_range(0.5) == 0.5 && quantise_range(0.2) == 0.25);
	quantise_round(x, 7, 5, 0.0625f, y);
	const float want[] = {0.3125f, -0.3125f, 0.0625f, 0.9375f, -0.9375f, 0, 0.0625f};
	for (int i = 0; i < 7; i++)
		ck_assert_msg(y[i] == want[i], "%d: %g", i, (double)y[i]);
	quantise_clip(x, 7, 5, 0.0625f);
	ck_assert(x[3] == 0.9375f && x[4] == -0.9375f && x[0] == 0.3f);
}
END_TEST

/* The mean of 40000 stochastic roundings is the value, within five standard errors, and neighbours
 * in pieces get the draws they get as a whole. */
START_TEST(stochastic_rounding_is_unbiased)
{
	enum { N = 40000 };
	struct arena *a = arena_new();
	struct rng rng = rng_stream(3, RNG_GRADIENT, 1);
	float *x = NEW(a, float, N), *y = NEW(a, float, N);
	double sum = 0;

	for (int i = 0; i < N; i++)
		x[i] = y[i] = -0.3f;
	quantise_stochastic(x, N, 2, 0.5f, rng, 0, 7);
	for (int i = 0; i < N; i++) {
		ck_assert(x[i] == -0.5f || x[i] == 0);
		sum += (double)x[i];
	}
	/* a level 0.5 with probability 0.6: deviation 0.245 */
	ck_assert(fabs(sum / N + 0.3) < 5 * 0.245 / sqrt(N));
	for (size_t from = 0; from < N; from += 1001)
		quantise_stochastic(y + from, from + 1001 < N ? 1001 : N - from, 2, 0.5f, rng, from, 7);
	for (int i = 0; i < N; i++)
		ck_assert(x[i] == y[i]);
	arena_free(a);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("quantise");
	TCase *t = tcase_create("quantise");

	tcase_add_loop_test(t, optimisers_follow_their_formulas, 0,
		sizeof optimiser_cases / sizeof *optimiser_cases);
	tcase_add_test(t, levels_are_powers_of_two_apart);
	tcase_add_test(t, stochastic_rounding_is_unbiased);
	suite_add_tcase(s, t);
	return run_suite(s);
}
