/* SPDX-License-Identifier: Apache-2.0 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/rng.h"
#include "device/cell.h"
#include "device/label.h"
#include "device/population.h"
#include "device/response.h"
#include "device/synapse.h"
#include "device/synapse_array.h"
#include "fixture.h"
#include "made_synapse.h"
#include "near.h"

/* tests/ref/golden_label_curvature.csv: label, alpha (7 digits) */
START_TEST(labels_give_the_published_curvatures)
{
	FILE *f = fopen("tests/ref/golden_label_curvature.csv", "r");
	char line[256];
	int n = 0;

	ck_assert_ptr_nonnull(f);
	ck_assert_ptr_nonnull(fgets(line, sizeof line, f));
	while (fgets(line, sizeof line, f)) {
		double label, alpha;
		ck_assert_int_eq(sscanf(line, "%lf,%lf", &label, &alpha), 2);
		double mine = label_to_curvature(label);
		ck_near(mine, alpha, 1e-9 + 5e-8 / alpha * 1e-2);
		ck_assert(fabs(mine - alpha) < 5e-7);
		ck_near(label_to_curvature(-label), -alpha, 1e-6);
		ck_near(curvature_to_label(mine), label, 1e-9);
		n++;
	}
	fclose(f);
	ck_assert_int_eq(n, 105);
}
END_TEST

START_TEST(updates_match_the_golden_vectors)
{
	FILE *f = fopen("tests/ref/golden_update_vectors.csv", "r");
	char line[256];
	int n = 0;

	ck_assert_ptr_nonnull(f);
	ck_assert_ptr_nonnull(fgets(line, sizeof line, f));
	while (fgets(line, sizeof line, f)) {
		double up, down, n_up, n_down, y, k, want;
		ck_assert_int_eq(sscanf(line, "%*[^,],%lf,%lf,%lf,%lf,%lf,%lf,%lf", &up, &down, &n_up, &n_down,
			&y, &k, &want), 7);
		struct branch b = branch_of_label(k > 0 ? up : down, k > 0 ? n_up : n_down, k > 0);
		double got = fmin(fmax(branch_move(&b, y, fabs(k)), 0), 1);
		ck_assert_msg(fabs(got - want) < 1e-8, "%s: got %.9f", line, got);
		n++;
	}
	fclose(f);
	ck_assert_int_eq(n, 840);
}
END_TEST

/* set: settings, NULL-ended, or NULL */
static const struct cell *make_cell(const char *name, const char *const *set)
{
	struct loader l;

	loader_init(&l, arena, diag);
	for (; set && *set; set++)
		ck_assert(loader_set(&l, *set));

	struct cell *c = loader_file(&l, &cell_file, name, "cell");

	ck_assert_ptr_nonnull(c);
	return c;
}

/* At 40 nm. */
static double pulse_energy(const struct cell *c, enum polarity p, double y)
{
	struct loader l;

	loader_init(&l, arena, diag);

	struct tech t = tech_at(loader_file(&l, &node_file, "node-40nm-lp", "node"), 300);

	return cell_structure(c)->e_pulse(c, &t, p, y);
}

static const char *const cell_files[] = {"cell-pcm-40nm", "cell-rram-40nm", "cell-fefet-40nm",
	"cell-capacitor-2t1c", "cell-capacitor-3t1c", "cell-rram-1s1r", "cell-2t1f", "cell-femfet", "cell-sram-6t",
	"cell-sram-8t", "cell-stt-mram", "cell-skyrmion"};

START_TEST(shipped_cells_load_and_their_energies_are_physical)
{
	const struct cell *c = make_cell(cell_files[_i], NULL);
	double e = pulse_energy(c, PULSE_UP, 1);

	ck_assert(e > 1e-18 && e < 1e-9);
}
END_TEST

/* v^2 g t; 2 P_r area v / n; v i t: by hand. */
START_TEST(pulse_energies_have_their_hand_values)
{
	/* 5 uS in a window of 1 to 10 uS */
	ck_near(pulse_energy(make_cell("cell-rram-40nm", NULL), PULSE_UP, 4.0 / 9), 1.6 * 1.6 * 5e-6 * 50e-9,
		1e-12);
	ck_near(pulse_energy(make_cell("cell-fefet-40nm", NULL), PULSE_UP, 0),
		3.65 * 0.4 * 2 * 1.6e-15 / 32, 1e-12);
	ck_near(pulse_energy(make_cell("cell-capacitor-2t1c", NULL), PULSE_DOWN, 0), 1 * 534e-9 * 0.5e-9,
		1e-12);
}
END_TEST

/* One command to every cell from the same state. */
static void pulse_all(struct population *p, float y, int k, uint64_t step)
{
	int32_t *train = calloc(p->n, sizeof *train);

	for (size_t i = 0; i < p->n; i++) {
		p->y[i] = y;
		train[i] = k;
	}
	population_pulse(p, 0, p->n, train, rng_stream(3, RNG_WRITE_NOISE, 0), step);
	free(train);
}

/* Variance of a command of k pulses is k times that of one: 4e4 cells, bound 4.5 standard errors. */
START_TEST(cycle_noise_grows_with_the_root_of_the_pulses)
{
	enum { CELLS = 40000 };
	struct population p;
	const int pulses[] = {1, 4, 16};

	const struct cell *c = make_cell("cell-rram-40nm", NULL);

	population_init(&p, arena, c, CELLS, 3, 0);
	for (int j = 0; j < 3; j++) {
		double sum = 0, squares = 0, sigma = c->variation.k_cycle * sqrt(pulses[j]);
		pulse_all(&p, 0.4f, pulses[j], (uint64_t)j);
		for (size_t i = 0; i < CELLS; i++) {
			sum += (double)p.y[i];
			squares += (double)p.y[i] * (double)p.y[i];
		}
		double mean = sum / CELLS, deviation = sqrt(squares / CELLS - mean * mean);
		double want = response_move(c->response, &own_nominal, (double)0.4f, pulses[j]);
		ck_assert(fabs(mean - want) < 4.5 * sigma / sqrt(CELLS));
		ck_near(deviation, sigma, 4.5 / sqrt(2.0 * CELLS));
	}
}
END_TEST

START_TEST(decay_has_the_time_constant_of_its_cell)
{
	struct population p;
	const struct cell *c = make_cell("cell-capacitor-2t1c", NULL);
	double sum = 0;

	population_init(&p, arena, c, 10000, 4, 0);
	for (size_t i = 0; i < p.n; i++)
		p.y[i] = 1;
	population_decay(&p, 0.1, 300, 0, p.n);
	for (size_t i = 0; i < p.n; i++)
		sum += log(-0.1 / log(2 * (double)p.y[i] - 1)); /* ln tau of the cell */
	/* median 1 s, sigma 0.3: 4.5 standard errors of 1e4 cells */
	ck_assert(fabs(sum / (double)p.n) < 4.5 * 0.3 / 100);
	/* two halves make the whole */
	float once = p.y[7];
	p.y[7] = 1;
	population_decay(&p, 0.05, 300, 7, 8);
	population_decay(&p, 0.05, 300, 7, 8);
	ck_near((double)p.y[7], (double)once, 1e-6);
}
END_TEST

#define IDEAL                                                                                      \
	"{name: ideal, structure: 1t1r, geometry: {k_width_in_f: 4, k_height_in_f: 4}, g_min: 1 uS, " \
	"g_max: 10 uS, read: {v_read: 0.2 V}, write: {up: {v: 1 V, t: 10 ns}, down: {v: 1 V, t: 10 ns}, "  \
	"erase: {v: 1 V, t: 10 ns}, one_sided: %s}, response: {kind: ideal, n_up: 1000, n_down: 1000}, "  \
	"variation: {}%s}"
#define FORGETS ", hold: {t_retention: 1 s}"

static const char *ideal(bool one_sided, bool forgets)
{
	return arena_printf(arena, IDEAL, one_sided ? "true" : "false", forgets ? FORGETS : "");
}

static const char *synapse_keys(int which)
{
	switch (which) {
	case 0:
		return arena_printf(arena, "synapse: {kind: single, cell: %s}", ideal(false, false));
	case 1:
		return arena_printf(arena, "synapse: {kind: pair, cell: %s}", ideal(true, false));
	case 2:
		return arena_printf(arena, "synapse: {kind: pair, cell: %s}", ideal(false, false));
	case 3:
		return arena_printf(arena, "synapse: {kind: hybrid, nonvolatile: %s, volatile: %s}",
			ideal(true, false), ideal(false, true));
	default:
		return arena_printf(arena, "synapse: {kind: hybrid, nonvolatile: %s, volatile: %s}",
			ideal(false, false), ideal(false, true));
	}
}

enum { ROWS = 13, COLS = 7, WEIGHTS = ROWS * COLS, SYNAPSES = 5 };

static void some_weights(float *w, double scale, uint32_t layer)
{
	struct rng r = rng_stream(9, RNG_TEST, layer);

	for (uint64_t i = 0; i < WEIGHTS; i++)
		w[i] = (float)(scale * (2 * (double)rng_uniform(r, i, 0) - 1));
}

/* Programming and an ideal update are what plain arithmetic says, to half a pulse. */
START_TEST(ideal_synapses_do_plain_arithmetic)
{
	float w[WEIGHTS], dw[WEIGHTS], now[WEIGHTS];
	struct part part[SYNAPSE_MAX_PARTS];
	struct write_counts counts = {0};

	const struct synapse *s = made_synapse(synapse_keys(_i));
	struct synapse_array *a = synapse_array_new(arena, s, ROWS, COLS, 1, 0);

	synapse_parts(s, part);
	some_weights(w, 0.5, 0);
	some_weights(dw, 0.1, 1);
	synapse_array_program(a, w);
	synapse_array_weights(a, now);
	for (int i = 0; i < WEIGHTS; i++)
		ck_assert(fabsf(now[i] - w[i]) < 1e-6f);
	synapse_array_update(a, dw, 0, false, &counts);
	synapse_array_weights(a, now);
	for (int i = 0; i < WEIGHTS; i++)
		ck_assert_msg(fabs((double)(now[i] - w[i] - dw[i])) <= part[0].k_weight * 1.001e-3 + 1e-6,
			"%g + %g gave %g", (double)w[i], (double)dw[i], (double)now[i]);
	ck_assert(counts.n_rows == ROWS);
}
END_TEST

START_TEST(zero_gradient_moves_nothing)
{
	float w[WEIGHTS], zero[WEIGHTS] = {0}, now[WEIGHTS];
	struct write_counts counts = {0};

	struct synapse_array *a =
		synapse_array_new(arena, made_synapse(synapse_keys(_i)), ROWS, COLS, 1, 0);

	some_weights(w, 0.5, 0);
	synapse_array_program(a, w);
	synapse_array_update(a, zero, 0, true, &counts);
	synapse_array_weights(a, now);
	for (int i = 0; i < WEIGHTS; i++)
		ck_assert(fabsf(now[i] - w[i]) < 1e-6f);
	ck_assert(counts.n_up + counts.n_down + counts.n_cells == 0);
}
END_TEST

/* What a transfer takes off the volatile part arrives in the pair: the weight stays, to the rounding of
 * one pulse of either part; and the volatile part ends within half a pulse of the pair. */
START_TEST(transfer_conserves_the_weight)
{
	float w[WEIGHTS], dw[WEIGHTS], before[WEIGHTS], after[WEIGHTS];
	struct part part[SYNAPSE_MAX_PARTS];
	struct write_counts counts = {0};

	const struct synapse *s = made_synapse(synapse_keys(3 + _i));
	struct synapse_array *a = synapse_array_new(arena, s, ROWS, COLS, 1, 0);

	synapse_parts(s, part);
	some_weights(w, 0.6, 0);
	some_weights(dw, 0.15, 1);
	synapse_array_program(a, w);
	synapse_array_update(a, dw, 0, false, &counts);
	synapse_array_weights(a, before);
	synapse_array_transfer(a, 1, &counts);
	synapse_array_weights(a, after);

	double slack = 1.001e-3 * (part[0].k_weight + part[1].k_weight);

	for (int i = 0; i < WEIGHTS; i++) {
		ck_assert_msg(fabs((double)(after[i] - before[i])) < slack, "%g became %g", (double)before[i],
			(double)after[i]);
		ck_assert(fabs((double)synapse_array_part(a, 0)[i]) < slack);
	}
	ck_assert(counts.n_back_up + counts.n_back_down > 0 && counts.n_read_rows == ROWS);
}
END_TEST

/* At the end of the window the pair takes what fits; the rest stays on the volatile cell. */
START_TEST(transfer_loses_nothing_at_the_end_of_the_window)
{
	float w[WEIGHTS], dw[WEIGHTS], before[WEIGHTS], after[WEIGHTS];
	struct write_counts counts = {0};

	struct synapse_array *a =
		synapse_array_new(arena, made_synapse(synapse_keys(3 + _i)), ROWS, COLS, 1, 0);

	for (int i = 0; i < WEIGHTS; i++) {
		w[i] = i % 2 ? 0.8f : -0.8f; /* the pair is full */
		dw[i] = i % 2 ? 0.15f : -0.15f;
	}
	synapse_array_program(a, w);
	synapse_array_update(a, dw, 0, false, &counts);
	synapse_array_weights(a, before);
	synapse_array_transfer(a, 1, &counts);
	synapse_array_weights(a, after);
	for (int i = 0; i < WEIGHTS; i++)
		ck_assert_msg(fabsf(after[i] - before[i]) < 2e-3f, "%g became %g", (double)before[i], (double)after[i]);
}
END_TEST

/* Strong labels: a full train down from the top reaches the bottom, whichever way the curve bends. */
START_TEST(strong_labels_do_not_freeze_a_cell)
{
	struct population p;
	const double labels[] = {-9, -4, 0.5, 4, 8, 9};

	for (size_t k = 0; k < sizeof labels / sizeof *labels; k++) {
		const char *const set[] = {arena_printf(arena, "cell.response.label_down=%g", labels[k]),
			"cell.variation.k_cycle=0", NULL};
		population_init(&p, arena, make_cell("cell-fefet-40nm", set), 1, 1, 0);
		pulse_all(&p, 1, -32, 0);
		ck_assert_msg(p.y[0] < 1e-6f, "label %g: %g", labels[k], (double)p.y[0]);
	}
}
END_TEST

/* A one-sided pair fills up by ups and downs alike; the refresh keeps the difference. */
START_TEST(refresh_keeps_the_difference)
{
	float w[WEIGHTS] = {0}, dw[WEIGHTS], before[WEIGHTS], after[WEIGHTS];
	struct write_counts counts = {0};

	struct synapse_array *a =
		synapse_array_new(arena, made_synapse(synapse_keys(1)), ROWS, COLS, 1, 0);

	synapse_array_program(a, w);
	for (uint64_t step = 0; step < 16; step++) {
		for (int i = 0; i < WEIGHTS; i++)
			dw[i] = step % 2 ? -0.1f : 0.11f;
		synapse_array_update(a, dw, step, false, &counts);
	}
	synapse_array_weights(a, before);
	ck_assert(counts.n_erase == 0);
	synapse_array_transfer(a, 99, &counts);
	synapse_array_weights(a, after);
	ck_assert(counts.n_erase == 2 * WEIGHTS);
	for (int i = 0; i < WEIGHTS; i++)
		ck_assert(fabsf(after[i] - before[i]) < 1e-3f);
	ck_assert(synapse_array_mean_state(a, 0) < 0.1);
}
END_TEST

/* Both sides are seen through the converter: whether they are full, and what is written anew. */
START_TEST(refresh_reads_through_the_converter)
{
	enum { BITS = 3 };
	struct synapse_array *a = synapse_array_new(arena, made_synapse(synapse_keys(1)), ROWS, COLS, 1, 0);
	float w[WEIGHTS] = {0}, *plus, *minus, top = 1 << BITS;
	struct write_counts counts = {0};
	const char *name;
	double n_full = 0;

	synapse_array_transfer_bits(a, BITS);
	synapse_array_program(a, w);
	plus = synapse_array_plane(a, 0, &name);
	minus = synapse_array_plane(a, 1, &name);
	for (int i = 0; i < WEIGHTS; i++) {
		plus[i] = 0.6f + 0.004f * (float)i;
		minus[i] = 0.4f;
	}
	synapse_array_transfer(a, 99, &counts);
	for (int i = 0; i < WEIGHTS; i++) {
		/* 0.4 is read as three eighths */
		float y = 0.6f + 0.004f * (float)i, read = rintf(y * top) / top;
		bool full = read > 0.75f;
		ck_assert(fabsf(plus[i] - (full ? read - 0.375f : y)) < 1e-3f);
		ck_assert(fabsf(minus[i] - (full ? 0 : 0.4f)) < 1e-3f);
		n_full += full;
	}
	ck_assert(n_full > 5 && n_full < WEIGHTS - 5);
	ck_near(counts.n_erase, 2 * n_full, 0);
}
END_TEST

/* Stochastic rounding is unbiased: 91 weights, 4000 steps of a tenth of a pulse, 4.5 standard errors. */
START_TEST(stochastic_rounding_is_unbiased)
{
	float w[WEIGHTS] = {0}, dw[WEIGHTS], now[WEIGHTS];
	struct write_counts counts = {0};
	double sum = 0;
	int steps = 1000;

	struct synapse_array *a =
		synapse_array_new(arena, made_synapse(synapse_keys(0)), ROWS, COLS, 1, 0);

	synapse_array_program(a, w);
	for (int i = 0; i < WEIGHTS; i++)
		dw[i] = 0.1f * 2e-3f; /* a tenth of a pulse */
	for (int step = 0; step < steps; step++)
		synapse_array_update(a, dw, (uint64_t)step, true, &counts);
	synapse_array_weights(a, now);
	for (int i = 0; i < WEIGHTS; i++)
		sum += (double)now[i];

	double pulses = sum / 2e-3, want = 0.1 * steps * WEIGHTS;

	ck_assert_msg(fabs(pulses - want) < 4.5 * sqrt(0.09 * steps * WEIGHTS), "%g pulses, want %g", pulses, want);
}
END_TEST

/* Conductance stays in its window and wear is counted, for real cells under hard use. */
START_TEST(states_stay_in_the_window)
{
	static const char *const texts[] = {"synapse: {kind: pair, cell: cell-pcm-40nm}",
		"synapse: {kind: single, cell: cell-rram-40nm}", "synapse: {kind: single, cell: cell-fefet-40nm}",
		"synapse: {kind: hybrid, nonvolatile: cell-rram-40nm, volatile: cell-capacitor-2t1c}"};
	float dw[WEIGHTS], w[WEIGHTS] = {0};
	struct write_counts counts = {0};
	double mean, max;
	const char *name;

	struct synapse_array *a = synapse_array_new(arena, made_synapse(texts[_i]), ROWS, COLS, 1, 0);

	synapse_array_program(a, w);
	for (uint64_t step = 0; step < 200; step++) {
		some_weights(dw, 0.8, (uint32_t)step);
		synapse_array_update(a, dw, step, true, &counts);
		synapse_array_decay(a, 1e-3, 300);
		if (step % 10 == 9)
			synapse_array_transfer(a, step, &counts);
		for (int p = 0; p < synapse_array_planes(a); p++) {
			const float *y = synapse_array_plane(a, p, &name);
			for (int i = 0; i < WEIGHTS; i++)
				ck_assert(y[i] >= 0 && y[i] <= 1);
		}
	}
	synapse_array_wear(a, &mean, &max);
	ck_assert(mean > 0 && max >= mean);
}
END_TEST

static const struct {
	const char *text, *said;
} refused[] = {
	{"synapse: {kind: single, cell: cell-pcm-40nm}",
		"a cell that only potentiates gradually cannot stand alone: use 'kind: pair'"},
	{"synapse: {kind: hybrid, nonvolatile: cell-pcm-40nm, volatile: cell-rram-40nm}",
		"the volatile part of a hybrid synapse needs a cell that forgets (key 'hold')"},
};

START_TEST(synapses_that_make_no_sense_are_refused)
{
	FILE *quiet = fopen("/dev/null", "w");

	diag = diag_new(arena, quiet);
	ck_assert_ptr_null(made_synapse(refused[_i].text));
	ck_assert_str_eq(diag_first(diag), refused[_i].said);
	fclose(quiet);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("device");
	TCase *t = tcase_create("device");

	tcase_set_timeout(t, 60);
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, labels_give_the_published_curvatures);
	tcase_add_test(t, updates_match_the_golden_vectors);
	tcase_add_loop_test(t, shipped_cells_load_and_their_energies_are_physical, 0,
		(int)(sizeof cell_files / sizeof *cell_files));
	tcase_add_test(t, pulse_energies_have_their_hand_values);
	tcase_add_test(t, cycle_noise_grows_with_the_root_of_the_pulses);
	tcase_add_test(t, decay_has_the_time_constant_of_its_cell);
	tcase_add_loop_test(t, ideal_synapses_do_plain_arithmetic, 0, SYNAPSES);
	tcase_add_loop_test(t, zero_gradient_moves_nothing, 0, SYNAPSES);
	tcase_add_loop_test(t, transfer_conserves_the_weight, 0, 2);
	tcase_add_loop_test(t, transfer_loses_nothing_at_the_end_of_the_window, 0, 2);
	tcase_add_test(t, strong_labels_do_not_freeze_a_cell);
	tcase_add_test(t, refresh_keeps_the_difference);
	tcase_add_test(t, refresh_reads_through_the_converter);
	tcase_add_test(t, stochastic_rounding_is_unbiased);
	tcase_add_loop_test(t, states_stay_in_the_window, 0, 4);
	tcase_add_loop_test(t, synapses_that_make_no_sense_are_refused, 0, 2);
	suite_add_tcase(s, t);
	return run_suite(s);
}
