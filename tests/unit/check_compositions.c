/* SPDX-License-Identifier: Apache-2.0 */
/* Compositions of cells: with ideal cells each does what arithmetic with its step does. */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/rng.h"
#include "device/population.h"
#include "device/synapse_array.h"
#include "fixture.h"
#include "made_synapse.h"
#include "near.h"

enum { ROWS = 9, COLS = 7, WEIGHTS = ROWS * COLS, STEPS = 24 };

#define BASE                                                                                       \
	"name: x, geometry: {k_width_in_f: 4, k_height_in_f: 4}, g_min: 1 uS, g_max: 10 uS, "      \
	"read: {v_read: 0.2 V}, variation: {}, "
#define PULSES "up: {v: 1 V, t: 10 ns}, down: {v: 1 V, t: 10 ns}, erase: {v: 1 V, t: 10 ns}"
#define IDEAL(n)                                                                                   \
	"{" BASE "structure: 1t1r, write: {" PULSES "}, response: {kind: ideal, n_up: " n ", n_down: " n "}}"
#define ONE_SIDED(n)                                                                               \
	"{" BASE "structure: 1t1r, write: {" PULSES ", one_sided: true}, response: {kind: ideal, n_up: " n \
	", n_down: " n "}}"
#define FORGETS                                                                                    \
	"{" BASE "structure: 1t1r, write: {" PULSES "}, response: {kind: ideal, n_up: 1000, n_down: 1000}, " \
	"hold: {t_retention: 1 s}}"
#define REMANENT(structure, film)                                                                  \
	"{" BASE "structure: " structure ", write: {" PULSES "}, response: {kind: ideal, n_up: 128, "  \
	"n_down: 128}, hold: {t_retention: 1 s}, capacitor: {c_storage: 10 fF, i_write: 1 uA, "       \
	"k_width_source_in_f: 2, k_width_read_in_f: 2}, remanent: {n_levels: 8, program: {v: 4 V, t: 1 us}, " \
	"erase: {v: 4 V, t: 1 us}, v_coercive: 1 V, q_switched_per_a: 40 uC/cm^2, k_film_area_in_f2: 10, "  \
	"c_film: " film "}}"

static const char *const synapses[] = {
	"synapse: {kind: single, cell: " IDEAL("1000") "}",
	"synapse: {kind: pair, cell: " IDEAL("1000") "}",
	"synapse: {kind: pair, cell: " ONE_SIDED("4000") "}",
	"synapse: {kind: hybrid, nonvolatile: " IDEAL("1000") ", volatile: " FORGETS "}",
	"synapse: {kind: hybrid, nonvolatile: " ONE_SIDED("1000") ", volatile: " FORGETS "}",
	"synapse: {kind: sliced, n_cells: 10, cell: " IDEAL("1") "}",
	"synapse: {kind: sliced, n_cells: 9, sign: pair, cell: " IDEAL("1") "}",
	"synapse: {kind: sliced, n_cells: 5, n_bits_cell: 2, cell: " IDEAL("3") "}",
	"synapse: {kind: sliced, n_cells: 3, n_bits_cell: 3, sign: pair, cell: " IDEAL("100") "}",
	"synapse: {kind: sliced, n_cells: 3, n_bits_cell: 4, cell: " ONE_SIDED("15") "}",
	"synapse: {kind: sliced, n_cells: 12, cell: cell-sram-6t}",
	"synapse: {kind: 2t1f, cell: " REMANENT("2t1f", "0 F") "}",
	"synapse: {kind: femfet, k_span: 3, cell: " REMANENT("femfet", "1 fF") "}",
};

#define N_SYNAPSES ((int)(sizeof synapses / sizeof *synapses))

/* Shares of the weight's half range add up, and as many bits as digits. */
START_TEST(parts_make_up_the_weight)
{
	const struct synapse *s = made_synapse(synapses[_i]);
	struct part part[SYNAPSE_MAX_PARTS];
	int n = synapse_parts(s, part);
	double sum = 0;

	for (int i = 0; i < n; i++) {
		sum += part[i].k_weight;
		ck_assert(part[i].array == 0 || part[i].array == part[i - 1].array + 1 ||
			part[i].array == part[i - 1].array);
	}
	ck_near(sum, 1, 1e-12);
	ck_assert(synapse_step(s, true) > 0 && synapse_step(s, true) < 0.05);
}
END_TEST

/* Updates of whole steps and a rest: the weight is the sum of the whole steps, transfers move nothing
 * but steps of the other part, and what a program wrote is there. */
START_TEST(updates_are_arithmetic_with_a_step)
{
	const struct synapse *s = made_synapse(synapses[_i]);
	struct synapse_array *a = synapse_array_new(arena, s, ROWS, COLS, 3, 0);
	struct rng r = rng_stream(4, RNG_TEST, (uint32_t)_i);
	double q = synapse_step(s, true), sum[WEIGHTS], slack = 1e-5;
	struct write_counts counts = {0}, moved = {0};
	float w[WEIGHTS], dw[WEIGHTS], now[WEIGHTS];
	int every = synapse_interval(s) > 0 ? 6 : STEPS + 1;

	for (int i = 0; i < WEIGHTS; i++)
		w[i] = 0.4f * (2 * rng_uniform(r, (uint64_t)i, 0) - 1);
	synapse_array_program(a, w);
	synapse_array_weights(a, now);
	for (int i = 0; i < WEIGHTS; i++) {
		ck_assert_msg(fabs((double)(now[i] - w[i])) <= q / 2 + 1e-6, "%g became %g", (double)w[i],
			(double)now[i]);
		sum[i] = (double)now[i];
	}
	for (int step = 1; step <= STEPS; step++) {
		for (int i = 0; i < WEIGHTS; i++) {
			double k = floor(7 * (double)rng_uniform(r, (uint64_t)i, (uint64_t)step)) - 3;
			double rest = k < 0 ? -0.3 : 0.3;
			dw[i] = (float)((k + rest) * q);
			sum[i] += k * q;
		}
		synapse_array_update(a, dw, (uint64_t)step, false, &counts);
		if (step % every == 0) {
			synapse_array_transfer(a, (uint64_t)step, &moved);
			/* half a pulse of either part */
			slack += 2e-3;
		}
		synapse_array_weights(a, now);
		for (int i = 0; i < WEIGHTS; i++)
			ck_assert_msg(fabs((double)now[i] - sum[i]) < slack, "step %d: %g, wanted %g", step,
				(double)now[i], sum[i]);
	}
	ck_assert(counts.n_up + counts.n_down >= counts.n_cells && counts.n_cells > 0);
	ck_assert(counts.n_longest_up <= counts.n_up && counts.n_longest_down <= counts.n_down);
}
END_TEST

/* Read at once, cells without aging show what was written, whatever holds it. */
START_TEST(a_read_shows_what_was_written)
{
	const struct synapse *s = made_synapse(synapses[_i]);
	struct synapse_array *a = synapse_array_new(arena, s, ROWS, COLS, 3, 0);
	struct rng r = rng_stream(4, RNG_TEST, 99);
	struct write_counts c = {0};
	float w[WEIGHTS], dw[WEIGHTS], read[WEIGHTS];

	for (int i = 0; i < WEIGHTS; i++) {
		w[i] = 0.6f * (2 * rng_uniform(r, (uint64_t)i, 0) - 1);
		dw[i] = 0.1f * (2 * rng_uniform(r, (uint64_t)i, 1) - 1);
	}
	synapse_array_program(a, w);
	synapse_array_update(a, dw, 1, false, &c);
	synapse_array_transfer(a, 2, &c);
	synapse_array_weights(a, w);
	synapse_array_read(a, &(struct reading){.t = 0, .temp = 300});
	synapse_array_weights(a, read);
	for (int i = 0; i < WEIGHTS; i++)
		ck_assert_msg(fabsf(read[i] - w[i]) < 1e-6f, "%g is read as %g", (double)w[i],
			(double)read[i]);
}
END_TEST

/* Noise of the last pulse stays on a digit, unless digits are read one by one. */
START_TEST(digits_read_alone_are_whole)
{
	const char *noisy = "synapse: {kind: sliced, n_cells: 6, cell: {name: x, geometry: {k_width_in_f: 4, "
			    "k_height_in_f: 4}, g_min: 1 uS, g_max: 10 uS, read: {v_read: 0.2 V}, structure: 1t1r, "
			    "write: {" PULSES "}, response: {kind: ideal, n_up: 1, n_down: 1}, variation: "
			    "{k_cycle: 0.1}}}";
	double off[2] = {0, 0};

	for (int alone = 0; alone < 2; alone++) {
		struct synapse_array *a = synapse_array_new(arena, made_synapse(noisy), ROWS, COLS, 3, 0);
		struct write_counts c = {0};
		float w[WEIGHTS] = {0}, dw[WEIGHTS];
		if (alone)
			synapse_array_read_digits(a);
		synapse_array_program(a, w);
		for (int i = 0; i < WEIGHTS; i++)
			dw[i] = (i % 2 ? 0.5f : -0.5f) + 0.01f * (float)i;
		synapse_array_update(a, dw, 1, false, &c);
		synapse_array_weights(a, w);
		for (int i = 0; i < WEIGHTS; i++) {
			double v = ((double)w[i] + 1) / 2 * 63;
			off[alone] += fabs(v - rint(v));
		}
	}
	ck_assert(off[0] > 1);
	ck_assert(off[1] < 1e-3);
}
END_TEST

/* Every number that digits can make is programmed as it is, and changed digits alone are written. */
START_TEST(digits_are_written_when_they_change)
{
	const struct synapse *s = made_synapse("synapse: {kind: sliced, n_cells: 4, cell: " IDEAL("1") "}");
	struct synapse_array *a = synapse_array_new(arena, s, 1, 16, 3, 0);
	struct write_counts c = {0};
	float w[16], now[16], dw[16] = {0};

	for (int i = 0; i < 16; i++)
		w[i] = 2.0f * (float)i / 15 - 1;
	synapse_array_program(a, w);
	synapse_array_weights(a, now);
	for (int i = 0; i < 16; i++)
		ck_assert(fabsf(w[i] - now[i]) < 1e-6f);
	/* 0111 to 1000: one up, three down; 0100 to 0101: one up */
	dw[7] = dw[4] = 2.0f / 15;
	synapse_array_update(a, dw, 1, false, &c);
	ck_near(c.n_up, 2, 0);
	ck_near(c.n_down, 3, 0);
	ck_near(c.n_cells, 5, 0);
	ck_near(c.n_rows, 1, 0);
	/* beyond the range nothing moves */
	memset(dw, 0, sizeof dw);
	dw[15] = 1;
	c = (struct write_counts){0};
	synapse_array_update(a, dw, 2, false, &c);
	ck_near(c.n_cells, 0, 0);

	double mean, max;

	synapse_array_wear(a, &mean, &max);
	ck_near(mean, 5.0 / 64, 1e-12);
	ck_near(max, 1, 0);
}
END_TEST

/* A row of SRAM is written as a whole: flips either way are one kind of write. */
START_TEST(a_memory_row_knows_no_polarity)
{
	const struct synapse *s = made_synapse("synapse: {kind: sliced, n_cells: 4, cell: cell-sram-6t}");
	struct synapse_array *a = synapse_array_new(arena, s, 1, 1, 3, 0);
	struct write_counts c = {0};
	float w = -1.0f / 15, dw = 2.0f / 15; /* 0111 to 1000 */

	synapse_array_program(a, &w);
	synapse_array_update(a, &dw, 1, false, &c);
	ck_near(c.n_up, 4, 0);
	ck_near(c.n_down, 0, 0);
	ck_near(c.n_longest_up, 1, 0);
}
END_TEST

/* A one-sided cell is erased before a digit gets smaller. */
START_TEST(lower_digits_of_one_sided_cells_are_erased)
{
	const struct synapse *s =
		made_synapse("synapse: {kind: sliced, n_cells: 1, n_bits_cell: 4, cell: " ONE_SIDED("15") "}");
	struct synapse_array *a = synapse_array_new(arena, s, 1, 1, 3, 0);
	struct write_counts c = {0};
	float w = 1, dw = -2.0f * 5 / 15, now;

	synapse_array_program(a, &w);
	synapse_array_update(a, &dw, 1, false, &c);
	synapse_array_weights(a, &now);
	ck_near((double)now, 2.0 * 10 / 15 - 1, 1e-6);
	ck_near(c.n_erase, 1, 0);
	ck_near(c.n_up, 10, 0);
	ck_near(c.n_down, 0, 0);
}
END_TEST

/* A charge two steps above its middle raises the level by two and goes back by as much: the sum stays;
 * what a level cannot take stays on the charge. */
START_TEST(charge_is_carried_into_levels)
{
	const struct synapse *s =
		made_synapse("synapse: {kind: 2t1f, k_span: 4, cell: " REMANENT("2t1f", "0 F") "}");
	struct synapse_array *a = synapse_array_new(arena, s, 1, 3, 3, 0);
	const char *name;
	const float *charge = synapse_array_plane(a, 0, &name), *level = synapse_array_plane(a, 1, &name);
	float w[3] = {3.0f / 11 - 1 + 4.0f / 11, 1 - 4.0f / 11, -1 + 4.0f / 11 + 6.0f / 11};
	float dw[3] = {3.4f / 11, 3.0f / 11, 0}, before[3], after[3];
	struct write_counts c = {0}, t = {0};

	ck_assert_str_eq(name, "kept_level");
	synapse_array_program(a, w);
	synapse_array_update(a, dw, 1, false, &c);
	synapse_array_weights(a, before);
	ck_assert(charge[0] > 0.75f);

	float level_was = level[0];

	synapse_array_transfer(a, 2, &t);
	synapse_array_weights(a, after);
	for (int i = 0; i < 3; i++)
		ck_assert_msg(fabsf(after[i] - before[i]) < 2.0f * 4 / 11 / 128, "%g became %g",
			(double)before[i], (double)after[i]);
	ck_assert(level[0] > level_was && fabsf(charge[0] - 0.5f) <= 0.126f);
	ck_near((double)level[1], 1, 1e-6);  /* the last level */
	ck_assert(charge[1] > 0.8f);	     /* and what it could not take */
	ck_near(t.n_erase, 1, 0);
	ck_near(t.n_up, 1, 0);
	ck_near(t.n_longest_up, 1, 0);
	ck_assert(t.n_back_down > 0);
}
END_TEST

/* Cells of a row that go to the same level share a period. */
START_TEST(levels_of_a_row_are_periods)
{
	const struct synapse *s = made_synapse(synapses[11]);
	struct synapse_array *a = synapse_array_new(arena, s, 2, 6, 3, 0);
	float w[12], dw[12];
	struct write_counts c = {0}, t = {0};

	for (int i = 0; i < 12; i++) {
		/* row 0: three pairs at levels of their own; row 1: all alike */
		w[i] = i < 6 ? 2.0f * (2 + (float)(i % 3)) / 9 - 1 : -1.0f / 9;
		dw[i] = 1.4f / 9;
	}
	synapse_array_program(a, w);
	synapse_array_update(a, dw, 1, false, &c);
	synapse_array_transfer(a, 2, &t);
	ck_near(t.n_up, 12, 0);
	ck_near(t.n_longest_up, 4, 0);
	ck_near(t.n_rows_erase, 2, 0);
}
END_TEST

static const struct {
	const char *text, *said;
} refused[] = {
	{"synapse: {kind: sliced, cell: " IDEAL("2") ", n_cells: 2, n_bits_cell: 2}",
		"a cell that crosses its window in 2 pulses has no 4 levels: 1 bits at most"},
	{"synapse: {kind: sliced, cell: " IDEAL("100") ", n_cells: 6, n_bits_cell: 3}",
		"6 cells of 3 bits: a weight has at most 16 bits"},
	{"synapse: {kind: sliced, cell: " FORGETS "}",
		"the cell of a bit-sliced synapse must not forget (no key 'hold')"},
	{"synapse: {kind: 2t1f, cell: " IDEAL("100") "}",
		"'kind: 2t1f' needs a cell of 'structure: 2t1f', this is '1t1r'"},
	{"synapse: {kind: femfet, cell: " REMANENT("2t1f", "0 F") "}",
		"'kind: femfet' needs a cell of 'structure: femfet', this is '2t1f'"},
};

START_TEST(compositions_that_make_no_sense_are_refused)
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
	Suite *s = suite_create("compositions");
	TCase *c = tcase_create("synapses");

	tcase_add_checked_fixture(c, setup, teardown);
	tcase_add_loop_test(c, parts_make_up_the_weight, 0, N_SYNAPSES);
	tcase_add_loop_test(c, updates_are_arithmetic_with_a_step, 0, N_SYNAPSES);
	tcase_add_loop_test(c, a_read_shows_what_was_written, 0, N_SYNAPSES);
	tcase_add_test(c, digits_read_alone_are_whole);
	tcase_add_test(c, digits_are_written_when_they_change);
	tcase_add_test(c, a_memory_row_knows_no_polarity);
	tcase_add_test(c, lower_digits_of_one_sided_cells_are_erased);
	tcase_add_test(c, charge_is_carried_into_levels);
	tcase_add_test(c, levels_of_a_row_are_periods);
	tcase_add_loop_test(c, compositions_that_make_no_sense_are_refused, 0,
		(int)(sizeof refused / sizeof *refused));
	suite_add_tcase(s, c);
	return run_suite(s);
}
