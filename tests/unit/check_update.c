/* SPDX-License-Identifier: Apache-2.0 */
/* Update rules against their textbook form, weight by weight and batch by batch. */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/rng.h"
#include "device/pulse_kern.h"
#include "device/synapse.h"
#include "device/update.h"
#include "near.h"
#include "scheme.h"

enum { N = 257, BATCHES = 200 };

#define SINGLE "kind: single, cell: cell-rram-40nm"

struct run {
	struct update_call call;
	float *change, *memory[UPDATE_MAX_MEMORY];
	double asked[N], got[N]; /* sums over the batches */
};

static float gradient(int batch, int i)
{
	return (float)(0.01 * (double)rng_normal(rng_stream(7, RNG_TEST, 3), (uint64_t)i, (uint64_t)batch) +
		       0.002 * (i % 5));
}

static struct update_call call_of(const struct scheme *h)
{
	return (struct update_call){.pulse = update_pulse_of(h->synapse),
		.kern = pulse_kern_pick(NULL),
		.rounding = rng_stream(7, RNG_KEPT, 0)};
}

/* Ask for noisy changes; each(batch) sees what comes out of every batch. */
static struct run *run_rule(struct arena *a, const struct scheme *h,
	void (*each)(void *ctx, const struct run *, const float *asked), void *ctx)
{
	struct run *r = NEW(a, struct run, 1);
	float asked[N];

	r->call = call_of(h);
	r->change = NEW(a, float, N);
	for (int k = 0; k < update_memory(h->update); k++)
		r->memory[k] = NEW(a, float, N);
	for (int b = 0; b < BATCHES; b++) {
		for (int i = 0; i < N; i++) {
			asked[i] = r->change[i] = gradient(b, i);
			r->asked[i] += (double)asked[i];
		}
		r->call.step = (uint64_t)b;
		h->update->kind->ask(h->update, &r->call, r->change, r->memory, N);
		for (int i = 0; i < N; i++)
			r->got[i] += (double)r->change[i];
		if (each)
			each(ctx, r, asked);
	}
	return r;
}

START_TEST(a_pulse_is_its_share_of_the_window)
{
	static const struct {
		const char *synapse;
		double up, down;
	} cases[] = {
		{SINGLE, 2.0 / 128, 2.0 / 128},
		{"kind: pair, cell: cell-pcm-40nm", 1.0 / 100, 1.0 / 100},
		{"kind: pair, cell: cell-fefet-40nm", 2.0 / 32, 2.0 / 32},
		{"kind: hybrid, nonvolatile: cell-pcm-40nm, volatile: cell-capacitor-2t1c, k_significance: 4",
			2.0 / 400 / 5, 2.0 / 400 / 5},
	};
	struct arena *a = arena_new();
	struct scheme h = scheme(a, "kind: pulses", cases[_i].synapse);

	ck_near(update_pulse_of(h.synapse).up, cases[_i].up, 1e-6);
	ck_near(update_pulse_of(h.synapse).down, cases[_i].down, 1e-6);
	arena_free(a);
}
END_TEST

static const struct average_case {
	const char *rule;
	double keep, place;
	int n_bits, n_kept; /* of a value; of all */
	bool adaptive;
} averages[] = {
	{"kind: averaged, k_keep: 0.9", 0.9, 0x1p-15, 16, 16, false},
	{"kind: averaged, k_keep: 0.8, adaptive: true", 0.8, 0x1p-15, 16, 64, true},
	{"kind: averaged, n_bits: 4, k_range: 0.03125", 0.9, 0x1p-8, 4, 4, false},
	{"kind: averaged, n_bits: 6, k_range: 0.0625, adaptive: true", 0.9, 0x1p-9, 6, 24, true},
	/* runs into the ends of its range */
	{"kind: averaged, n_bits: 4, k_range: 0.001953125", 0.9, 0x1p-12, 4, 4, false},
};

struct averaging {
	const struct average_case *q;
	double v[N], m[N], s[N]; /* as they were kept before the batch */
	double off;              /* sum of the roundings, in places */
	int n_rounded, n_ended;
};

/* From what is kept to the next: a neighbouring whole number of n_bits, on the mean the exact one. */
static double kept_value(struct averaging *t, double exact, double kept)
{
	double end = ldexp(1, t->q->n_bits - 1);

	ck_assert(kept == rint(kept) && kept >= -end && kept < end);
	if (exact > end - 1 || exact < -end) {
		ck_assert_double_eq(kept, exact > 0 ? end - 1 : -end);
		t->n_ended++;
		return kept;
	}
	ck_assert_double_lt(fabs(kept - exact), 1 + 1e-3);
	t->off += kept - exact;
	t->n_rounded++;
	return kept;
}

static void compare_average(void *ctx, const struct run *r, const float *asked)
{
	struct averaging *t = ctx;

	for (int i = 0; i < N; i++) {
		double g = (double)asked[i] / t->q->place, beta = t->q->keep, left = 1 - beta;
		if (t->q->adaptive) {
			t->m[i] = kept_value(t, beta * t->m[i] + left * g, (double)r->memory[1][i]);
			double s = beta * t->s[i] + left * g * g;
			ck_assert_double_eq_tol((double)r->memory[2][i], s, 0.5 + 1e-5 * s);
			t->s[i] = (double)r->memory[2][i];
			beta *= t->s[i] > 0 ? 1 - fmin(t->m[i] * t->m[i] / t->s[i], 1) : 1;
		}
		t->v[i] = kept_value(t, beta * t->v[i] + (1 - beta) * g, (double)r->memory[0][i]);
		ck_assert(r->change[i] == r->memory[0][i] * (float)t->q->place);
	}
}

START_TEST(average_is_the_textbook_in_few_bits)
{
	struct arena *a = arena_new();
	struct averaging t = {.q = &averages[_i]};
	struct scheme h = scheme(a, t.q->rule, SINGLE);

	run_rule(a, &h, compare_average, &t);
	ck_assert_int_eq(update_bits(h.update), t.q->n_kept);
	ck_assert_int_eq(t.n_ended > 0, _i == 4);
	/* at most a quarter of a square place each, to five standard errors */
	ck_assert_double_lt(fabs(t.off), 5 * sqrt(0.25 * t.n_rounded) + 1e-4 * t.n_rounded);
	arena_free(a);
}
END_TEST

/* Averages move what alternates less than what is steady; the adaptive one follows the steady faster. */
START_TEST(average_tells_signal_from_noise)
{
	struct arena *a = arena_new();
	const char *const rules[] = {"kind: averaged", "kind: averaged, adaptive: true"};
	double steady[2], alternating[2];

	for (int r = 0; r < 2; r++) {
		struct scheme h = scheme(a, rules[r], SINGLE);
		struct update_call call = call_of(&h);
		float change[2], v[2] = {0}, m[2] = {0}, s[2] = {0}, *memory[] = {v, m, s};
		steady[r] = alternating[r] = 0;
		for (int b = 0; b < 40; b++) {
			change[0] = 0.5f;
			change[1] = b % 2 ? 0.5f : -0.5f;
			call.step = (uint64_t)b;
			h.update->kind->ask(h.update, &call, change, memory, 2);
			steady[r] += (double)change[0];
			alternating[r] += fabs((double)change[1]);
		}
	}
	ck_assert(alternating[0] < 0.15 * steady[0] && alternating[1] < 0.35 * steady[1]);
	ck_assert(steady[1] > steady[0] + 2.5 && steady[1] <= 20);
	arena_free(a);
}
END_TEST

static void compare_sign(void *ctx, const struct run *r, const float *asked)
{
	const struct update_pulse *p = ctx;

	for (int i = 0; i < N; i++) {
		float one = asked[i] > 0 ? p->up : -p->down;
		ck_assert(r->change[i] == (fabsf(asked[i]) < 0.5f * fabsf(one) ? 0 : one));
	}
}

START_TEST(sign_is_one_pulse)
{
	struct arena *a = arena_new();
	struct scheme h = scheme(a, "kind: sign, k_threshold: 0.5", SINGLE);
	struct update_pulse p = update_pulse_of(h.synapse);

	run_rule(a, &h, compare_sign, &p);
	arena_free(a);
}
END_TEST

static const struct mixed_case {
	const char *text;
	double epsilon, step; /* as it fires; of the sum */
	int n_bits;
} mixes[] = {
	{"kind: mixed", 2.0 / 128, 0x1p-15, 16},
	{"kind: mixed, n_bits: 8", 2.0 / 128, 0x1p-7, 8},
	{"kind: mixed, n_bits: 12, k_range: 0.5, epsilon: 0.096", 393 * 0x1p-12, 0x1p-12, 12},
	{"kind: mixed, n_bits: 6, epsilon: 0.07", 0x1p-4, 0x1p-5, 6},
	{"kind: mixed, n_bits: 5, k_range: 0.3, epsilon: 0.05", 3 * 0.3 / 16, 0.3 / 16, 5},
	{"kind: mixed, n_bits: 24", 2.0 / 128, 0x1p-23, 24},
};

static void chi_is_a_number_of_n_bits(void *ctx, const struct run *r, const float *asked)
{
	const struct mixed_case *q = ctx;
	double end = ldexp(1, q->n_bits - 1);

	(void)asked;
	for (int i = 0; i < N; i++) {
		double chi = (double)r->memory[0][i];
		ck_assert(chi == rint(chi) && chi >= -end && chi < end);
	}
}

/* Nothing is lost: asked = pulses + what is left in the sum, to half a step of the sum per batch. */
START_TEST(mixed_keeps_what_it_does_not_write)
{
	struct mixed_case q = mixes[_i];
	struct arena *a = arena_new();
	struct scheme h = scheme(a, q.text, SINGLE);
	struct run *r = run_rule(a, &h, chi_is_a_number_of_n_bits, &q);
	double n_pulses = 0;

	ck_assert(update_check(h.update, h.synapse, diag_new(a, stderr)));
	for (int i = 0; i < N; i++) {
		/* a pulse stands for epsilon, whatever the cell makes of it */
		double pulses = r->got[i] / (double)r->call.pulse.up, left = q.step * (double)r->memory[0][i];
		ck_assert_double_eq_tol(pulses, round(pulses), 1e-3);
		ck_assert_double_lt(fabs(left), q.epsilon);
		ck_assert_double_eq_tol(round(pulses) * q.epsilon + left, r->asked[i], BATCHES * q.step / 2 + 1e-4);
		n_pulses += fabs(pulses);
	}
	ck_assert_double_gt(n_pulses, 100);
	arena_free(a);
}
END_TEST

START_TEST(mixed_saturates_at_its_range)
{
	struct arena *a = arena_new();
	struct scheme h = scheme(a, "kind: mixed, n_bits: 8, k_range: 0.25, epsilon: 0.24", SINGLE);
	struct update_call call = call_of(&h);
	float change[2] = {10, -10}, chi[2] = {0}, *memory[] = {chi};

	/* 127 places at the top, 128 at the bottom, 123 of which fire */
	h.update->kind->ask(h.update, &call, change, memory, 2);
	ck_assert(change[0] == call.pulse.up && change[1] == -call.pulse.down);
	ck_assert(chi[0] == 127 - 123 && chi[1] == -128 + 123);
	arena_free(a);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("update");
	TCase *t = tcase_create("rules");

	tcase_add_loop_test(t, a_pulse_is_its_share_of_the_window, 0, 4);
	tcase_add_loop_test(t, average_is_the_textbook_in_few_bits, 0, (int)(sizeof averages / sizeof *averages));
	tcase_add_test(t, average_tells_signal_from_noise);
	tcase_add_test(t, sign_is_one_pulse);
	tcase_add_loop_test(t, mixed_keeps_what_it_does_not_write, 0, (int)(sizeof mixes / sizeof *mixes));
	tcase_add_test(t, mixed_saturates_at_its_range);
	suite_add_tcase(s, t);
	return run_suite(s);
}
