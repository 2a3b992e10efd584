/* SPDX-License-Identifier: Apache-2.0 */
/* Laws that hold for every pulse response, and hand values of each kind. */
#include <stdbool.h>
#include <stdio.h>

#include "cells.h"
#include "device/label.h"
#include "device/response.h"
#include "near.h"

static double clip(double y)
{
	return fmin(fmax(y, 0), 1);
}

/* k pulses are k times one pulse: the closed forms against the recursion they replace. */
START_TEST(k_pulses_are_k_times_one_pulse)
{
	struct maker m = maker_new();
	const struct response *r = maker_cell(&m, response_texts[_i])->response;

	for (int i = 0; i <= 10; i++)
		for (int up = 0; up < 2; up++) {
			double y = i / 10.0;
			for (int k = 1; k <= 60; k++) {
				double next = y + response_step(r, &own_nominal, up, y);
				y = clip(next);
				double jump = response_move(r, &own_nominal, i / 10.0, up ? k : -k);
				ck_assert_msg(fabs(jump - y) < 1e-12, "kind %s from %g, %d pulses: %.15g, stepped %.15g",
					r->kind->head.name, i / 10.0, up ? k : -k, jump, y);
			}
		}
	arena_free(m.a);
}
END_TEST

/* Up goes up, down goes down, and never out of the window. */
START_TEST(pulses_move_the_right_way_inside_the_window)
{
	struct maker m = maker_new();
	const struct response *r = maker_cell(&m, response_texts[_i])->response;

	for (int i = 0; i <= 100; i++) {
		double y = i / 100.0, up = response_move(r, &own_nominal, y, 3),
		       down = response_move(r, &own_nominal, y, -3);
		/* a phase-change cell's mean step ends inside the window */
		ck_assert(up >= y || strcmp(r->kind->head.name, "pcm_accumulation") == 0);
		ck_assert(down <= y && down >= 0 && up <= 1);
	}
	ck_assert(r->n_up > 0 && r->n_down > 0);
	arena_free(m.a);
}
END_TEST

/* The pulse number of a state is the number of pulses that leads there. */
START_TEST(position_inverts_the_train)
{
	struct maker m = maker_new();
	const struct response *r = maker_cell(&m, response_texts[_i])->response;

	for (int up = 0; up < 2; up++)
		for (int n = 1; n < 8; n += 3) {
			double at = up ? 0 : 1, y = response_move(r, &own_nominal, at, up ? n : -n);
			if (y == 0 || y == 1)
				continue;
			double back = response_position(r, up, y, 1000);
			ck_assert_msg(fabs(back - n) < 1e-6, "%s: %d pulses, found %g", r->kind->head.name, n, back);
		}
	arena_free(m.a);
}
END_TEST

/* Steps by hand, in shares of the window (10 uS). */
static const struct {
	int text; /* index of response_texts */
	bool up;
	double y, step;
} by_hand[] = {
	{2, true, 0.7, 1 / 200.0},
	{2, false, 0.7, -1 / 100.0},
	{3, true, 0.5, 1 / 400.0},
	{3, true, 1, (1 - 0.115) / 400},
	{3, false, 0, -(1 - 0.509) / 300},
	{3, false, 1, -(1 + 0.509) / 300},
	{4, true, 0.375, 1e-3}, /* the nominal step at the state of weight zero */
	{4, false, 0.375, -1e-3},
	{4, true, 1, 0},
	{4, false, 0, 0},
	{4, true, 0, 1.6e-3}, /* 0.001/0.625 */
	{5, true, 0.5, 1 / 21.0},
	/* z = -0.5 (2x - 1) - 0.5: at x = 1/2 -0.5, 1 + 1.18445 e^-2.5, 1 + 0.081404 e^2.5 */
	{6, true, 0.5, (1 + 1.18445 * 0.0820849986238988) / 200},
	{6, false, 0.5, -(1 + 0.081404 * 12.182493960703473) / 200},
	{7, true, 0.3, 0.7 * 0.7 / 100},
	{7, false, 0.25, -0.125 / 50},
	{8, true, 0, (0.892 - 0.084 * 1) / 10},
	{8, true, 0.5, (0.892 - 0.084 * 6) / 10},
	{8, false, 0.5, -1},
	{9, true, 0, 0.05},
	{9, true, 0.25, 0.035},
	{9, true, 0.75, 0.01},
	{9, false, 1, -0.04},
	{9, false, 0.75, -0.025},
};

START_TEST(steps_have_their_hand_values)
{
	struct maker m = maker_new();
	const struct response *r = maker_cell(&m, response_texts[by_hand[_i].text])->response;
	double got = response_step(r, &own_nominal, by_hand[_i].up, by_hand[_i].y);

	ck_assert_msg(fabs(got - by_hand[_i].step) < 1e-12, "%s at %g: %.15g, want %.15g", r->kind->head.name,
		by_hand[_i].y, got, by_hand[_i].step);
	arena_free(m.a);
}
END_TEST

/* Between label and curvature and back, over the whole published range. */
START_TEST(labels_and_curvatures_are_inverse)
{
	for (double label = 0.01; label <= 9.0000001; label += 0.01) {
		double alpha = label_to_curvature(label);
		ck_assert(fabs(curvature_to_label(alpha) - label) < 5e-7);
		ck_assert(fabs(label_to_curvature(curvature_to_label(alpha)) - alpha) < 5e-7);
	}
}
END_TEST

START_TEST(a_curvature_stands_for_its_label)
{
	struct maker m = maker_new();
	const char *text = arena_printf(m.a, "response: {kind: exponential, n_up: 97, n_down: 100, "
		"k_curvature_up: %.15g, k_curvature_down: %.15g}", label_to_curvature(2.4), label_to_curvature(-4.88));
	const struct response *a = maker_cell(&m, response_texts[0])->response, *b = maker_cell(&m, text)->response;

	for (int k = -60; k <= 60; k++)
		ck_assert(fabs(response_move(a, &own_nominal, 0.4, k) - response_move(b, &own_nominal, 0.4, k)) < 1e-9);
	arena_free(m.a);
}
END_TEST

/* A cell's own window carries the curve of own-window kinds with it. */
START_TEST(own_windows_stretch_the_curve)
{
	struct maker m = maker_new();
	const struct response *r = maker_cell(&m, response_texts[0])->response;
	struct own own = {.k_up = 1, .k_down = 1, .low = -0.1, .high = 1.3};

	for (int k = -90; k <= 90; k += 7) {
		double nominal = response_move(r, &own_nominal, 0.4, k);
		double mine = response_move(r, &own, -0.1 + 1.4 * 0.4, k);
		ck_assert(fabs(mine - (-0.1 + 1.4 * nominal)) < 1e-12);
	}
	arena_free(m.a);
}
END_TEST

/* Quantiles of a jump table: the points themselves, the mean between, the ends beyond. */
#define QUANTILES                                                                                  \
	"response: {kind: jump, up: {g: [1 uS, 11 uS], p: [0.1, 0.5, 0.9], dg: [100 nS, 300 nS, 700 nS, " \
	"0 nS, 100 nS, 200 nS]}, down: {g: [1 uS, 11 uS], p: [0.1, 0.9], dg: [0 nS, -100 nS, -100 nS, -300 nS]}}"

START_TEST(jump_quantiles_are_those_of_the_table)
{
	struct maker m = maker_new();
	const struct response *r = maker_cell(&m, QUANTILES)->response;
	double (*q)(const struct response *, bool, double, double) = r->kind->quantile;

	ck_assert(r->kind->has_quantiles(r));
	ck_assert(fabs(q(r, true, 0, 0.5) - 0.03) < 1e-12);
	ck_assert(fabs(q(r, true, 0, 0.7) - 0.05) < 1e-12);
	ck_assert(fabs(q(r, true, 0.5, 0.1) - 0.005) < 1e-12);
	ck_assert(fabs(q(r, true, 0, 0.01) - 0.01) < 1e-12);
	ck_assert(fabs(q(r, true, 0, 0.99) - 0.07) < 1e-12);
	/* mean: 0.1*100 + 0.4*200 + 0.4*500 + 0.1*700 = 360 nS */
	ck_assert(fabs(response_step(r, &own_nominal, true, 0) - 0.036) < 1e-12);
	arena_free(m.a);
}
END_TEST

/* Staircases: the amplitude of a state is that of its pulse number; energy follows its square. */
START_TEST(staircases_name_the_amplitude_by_the_state)
{
	struct maker m = maker_new();
	const struct cell *c = maker_cell(&m,
		"response: {kind: ideal, n_up: 32, n_down: 32}, write: {train: amplitude, up: {v: 2.85 V, t: 75 ns, "
		"v_step: 50 mV}, down: {v: 2.1 V, t: 75 ns, v_step: 50 mV}}");
	const struct cell *w = maker_cell(&m,
		"response: {kind: ideal, n_up: 32, n_down: 32}, write: {train: width, up: {v: 2 V, t: 75 ns, "
		"t_step: 5 ns}, down: {v: 2 V, t: 75 ns, t_step: 5 ns}}");

	ck_near(cell_pulse_at(c, PULSE_UP, 0).v, 2.85, 1e-9);
	ck_near(cell_pulse_at(c, PULSE_UP, 0.5).v, 2.85 + 16 * 0.05, 1e-9);
	ck_near(cell_pulse_at(c, PULSE_DOWN, 1).v, 2.1, 1e-9);
	ck_near(cell_pulse_at(c, PULSE_DOWN, 0.25).v, 2.1 + 24 * 0.05, 1e-9);
	ck_near(cell_pulse_last(c, PULSE_UP).v, 2.85 + 31 * 0.05, 1e-9);
	ck_near(cell_pulse_at(c, PULSE_UP, 0.5).t, 75e-9, 1e-12);
	ck_near(cell_pulse_at(w, PULSE_UP, 0.5).t, 75e-9 + 16 * 5e-9, 1e-9);
	ck_near(cell_structure(c)->e_pulse(c, NULL, PULSE_UP, 0.5), 3.65 * 3.65 * 6e-6 * 75e-9, 1e-9);
	ck_near(cell_structure(w)->e_pulse(w, NULL, PULSE_UP, 0.5), 4 * 6e-6 * 155e-9, 1e-9);
	arena_free(m.a);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("response");
	TCase *t = tcase_create("response");

	tcase_add_loop_test(t, k_pulses_are_k_times_one_pulse, 0, N_RESPONSES);
	tcase_add_loop_test(t, pulses_move_the_right_way_inside_the_window, 0, N_RESPONSES);
	tcase_add_loop_test(t, position_inverts_the_train, 0, N_RESPONSES);
	tcase_add_loop_test(t, steps_have_their_hand_values, 0, (int)(sizeof by_hand / sizeof *by_hand));
	tcase_add_test(t, labels_and_curvatures_are_inverse);
	tcase_add_test(t, a_curvature_stands_for_its_label);
	tcase_add_test(t, own_windows_stretch_the_curve);
	tcase_add_test(t, jump_quantiles_are_those_of_the_table);
	tcase_add_test(t, staircases_name_the_amplitude_by_the_state);
	suite_add_tcase(s, t);
	return run_suite(s);
}
