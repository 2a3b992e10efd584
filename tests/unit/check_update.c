/* SPDX-License-Identifier: Apache-2.0 */
/* Update rules against their textbook form, weight by weight and batch by batch. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/rng.h"
#include "device/synapse.h"
#include "device/update.h"
#include "near.h"
#include "scheme.h"

enum { N = 257, BATCHES = 200 };

#define SINGLE "kind: single, cell: cell-rram-40nm"

struct run {
	struct update_pulse pulse;
	float *change, *memory[UPDATE_MAX_MEMORY];
	double asked[N], got[N]; /* sums over the batches */
};

static float gradient(int batch, int i)
{
	return (float)(0.01 * (double)rng_normal(rng_stream(7, RNG_TEST, 3), (uint64_t)i, (uint64_t)batch) +
		       0.002 * (i % 5));
}

/* Ask for noisy changes; each(batch) sees what comes out of every batch. */
static struct run *run_rule(struct arena *a, const struct scheme *h,
	void (*each)(void *ctx, int batch, const float *asked, const float *got), void *ctx)
{
	struct run *r = NEW(a, struct run, 1);
	float asked[N];

	r->pulse = update_pulse_of(h->synapse);
	r->change = NEW(a, float, N);
	for (int k = 0; k < update_memory(h->update); k++)
		r->memory[k] = NEW(a, float, N);
	for (int b = 0; b < BATCHES; b++) {
		for (int i = 0; i < N; i++) {
			asked[i] = r->change[i] = gradient(b, i);
			r->asked[i] += (double)asked[i];
		}
		h->update->kind->ask(h->update, r->pulse, r->change, r->memory, N);
		for (int i = 0; i < N; i++)
			r->got[i] += (double)r->change[i];
		if (each)
			each(ctx, b, asked, r->change);
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

struct textbook {
	double keep, v[N], m[N], s[N];
	int adaptive;
};

static void compare_average(void *ctx, int batch, const float *asked, const float *got)
{
	struct textbook *t = ctx;

	(void)batch;
	for (int i = 0; i < N; i++) {
		double g = (double)asked[i], beta = t->keep;
		t->m[i] = t->keep * t->m[i] + (1 - t->keep) * g;
		t->s[i] = t->keep * t->s[i] + (1 - t->keep) * g * g;
		if (t->adaptive)
			beta *= 1 - t->m[i] * t->m[i] / t->s[i];
		t->v[i] = beta * t->v[i] + (1 - beta) * g;
		ck_assert_double_eq_tol((double)got[i], t->v[i], 1e-7);
	}
}

START_TEST(average_is_the_textbook)
{
	struct arena *a = arena_new();
	struct scheme h = scheme(
		a, _i ? "kind: averaged, k_keep: 0.8, adaptive: true" : "kind: averaged, k_keep: 0.9", SINGLE);
	struct textbook t = {.keep = _i ? 0.8 : 0.9, .adaptive = _i};

	run_rule(a, &h, compare_average, &t);
	ck_assert_int_eq(update_bits(h.update), _i ? 48 : 16);
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
		float change[2], v[2] = {0}, m[2] = {0}, s[2] = {0}, *memory[] = {v, m, s};
		steady[r] = alternating[r] = 0;
		for (int b = 0; b < 40; b++) {
			change[0] = 1;
			change[1] = b % 2 ? 1 : -1;
			h.update->kind->ask(h.update, update_pulse_of(h.synapse), change, memory, 2);
			steady[r] += (double)change[0];
			alternating[r] += fabs((double)change[1]);
		}
	}
	ck_assert(alternating[0] < 0.15 * steady[0] && alternating[1] < 0.35 * steady[1]);
	ck_assert(steady[1] > steady[0] + 5 && steady[1] <= 40);
	arena_free(a);
}
END_TEST

static void compare_sign(void *ctx, int batch, const float *asked, const float *got)
{
	const struct update_pulse *p = ctx;

	(void)batch;
	for (int i = 0; i < N; i++) {
		float one = asked[i] > 0 ? p->up : -p->down;
		ck_assert(got[i] == (fabsf(asked[i]) < 0.5f * fabsf(one) ? 0 : one));
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

/* Nothing is lost: asked = pulses + what is left in the sum, to half a step of the sum per batch. */
START_TEST(mixed_keeps_what_it_does_not_write)
{
	static const struct {
		const char *text;
		double epsilon, step;
	} cases[] = {
		{"kind: mixed", 2.0 / 128, 0x1p-15},
		{"kind: mixed, n_bits: 8", 2.0 / 128, 0x1p-7},
		{"kind: mixed, n_bits: 12, k_range: 0.5, epsilon: 0.096", 0.096, 0x1p-12},
	};
	struct arena *a = arena_new();
	struct scheme h = scheme(a, cases[_i].text, SINGLE);
	struct run *r = run_rule(a, &h, NULL, NULL);
	double n_pulses = 0;

	ck_assert(update_check(h.update, h.synapse, diag_new(a, stderr)));
	for (int i = 0; i < N; i++) {
		/* a pulse stands for epsilon, whatever the cell makes of it */
		double pulses = r->got[i] / (double)r->pulse.up, left = (double)r->memory[0][i];
		ck_assert_double_eq_tol(pulses, round(pulses), 1e-3);
		ck_assert(fabs(left) < cases[_i].epsilon);
		ck_assert_double_eq_tol(
			round(pulses) * cases[_i].epsilon + left, r->asked[i], BATCHES * cases[_i].step / 2 + 1e-4);
		n_pulses += fabs(pulses);
	}
	ck_assert(n_pulses > 100);
	arena_free(a);
}
END_TEST

START_TEST(mixed_saturates_at_its_range)
{
	struct arena *a = arena_new();
	struct scheme h = scheme(a, "kind: mixed, n_bits: 8, k_range: 0.25, epsilon: 0.25", SINGLE);
	float change[2] = {10, -10}, chi[2] = {0}, *memory[] = {chi};
	struct update_pulse p = update_pulse_of(h.synapse);

	h.update->kind->ask(h.update, p, change, memory, 2);
	ck_assert(change[0] == 0 && change[1] == -p.down);
	ck_near((double)chi[0], 0.25 - 0x1p-9, 1e-6);
	ck_assert(chi[1] == 0);
	arena_free(a);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("update");
	TCase *t = tcase_create("rules");

	tcase_add_loop_test(t, a_pulse_is_its_share_of_the_window, 0, 4);
	tcase_add_loop_test(t, average_is_the_textbook, 0, 2);
	tcase_add_test(t, average_tells_signal_from_noise);
	tcase_add_test(t, sign_is_one_pulse);
	tcase_add_loop_test(t, mixed_keeps_what_it_does_not_write, 0, 3);
	tcase_add_test(t, mixed_saturates_at_its_range);
	suite_add_tcase(s, t);
	return run_suite(s);
}
