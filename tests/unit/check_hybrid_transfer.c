/* SPDX-License-Identifier: Apache-2.0 */
/* Transfers from the volatile part of a weight to the one that keeps it, with every option. */
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/field.h"
#include "base/rng.h"
#include "device/synapse_array.h"
#include "fixture.h"
#include "made_synapse.h"
#include "near.h"

#define CELL(response, more)                                                                       \
	"{name: x, structure: 1t1r, geometry: {k_width_in_f: 4, k_height_in_f: 4}, g_min: 1 uS, "  \
	"g_max: 10 uS, read: {v_read: 0.2 V}, response: " response more "}"
#define PULSES "up: {v: 1 V, t: 10 ns}, down: {v: 1 V, t: 10 ns}, erase: {v: 1 V, t: 10 ns}"
#define STEPS(n) "{kind: ideal, n_up: " n ", n_down: " n "}"
#define KEEPS    CELL(STEPS("500"), ", variation: {}, write: {" PULSES "}")
#define SETS     CELL(STEPS("500"), ", variation: {}, write: {" PULSES ", one_sided: true}")
#define NOISY                                                                                      \
	CELL(STEPS("50"), ", variation: {k_cycle: 0.02}, write: {" PULSES ", one_sided: true}, wear: {n_half: 1e9}")
#define FORGETS                                                                                    \
	CELL(STEPS("1000"), ", variation: {}, write: {" PULSES "}, hold: {t_retention: 1 s}, wear: {n_half: 1e9}")
#define UNEVEN                                                                                     \
	CELL("{kind: linear_step, n_up: 1000, n_down: 1000, k_slope_up: 0, k_slope_down: 0}",                                       \
		", variation: {k_asymmetry: 0.3}, write: {" PULSES "}, hold: {t_retention: 1 s}")
#define HYBRID(keeps, fast, options)                                                               \
	"synapse: {kind: hybrid, nonvolatile: " keeps ", volatile: " fast ", transfer: {" options "}}"

enum { ROWS = 13, COLS = 7, WEIGHTS = ROWS * COLS, BITS = 6 };

static void some_weights(float *w, double scale, uint32_t layer)
{
	struct rng r = rng_stream(9, RNG_TEST, layer);

	for (uint64_t i = 0; i < WEIGHTS; i++)
		w[i] = (float)(scale * (2 * (double)rng_uniform(r, i, 0) - 1));
}

/* What a transfer takes off the volatile part arrives in the pair: before + moved = after, to half a pulse
 * of either part (pairs: one of each side), verified also to the steps of the read that says what arrived. */
static const struct {
	const char *text;
	double pulses;   /* of the pair, 1/500 */
	double steps;    /* of the read */
	double twice;    /* on the volatile part, where the change of sign counts what the read is off twice */
	double left;     /* on the volatile part: steps of the read beside a pulse of the pair */
} conserving[] = {
	{HYBRID(KEEPS, FORGETS, "read: exact"), 1, 0, 0, 0},
	{HYBRID(SETS, FORGETS, "read: exact"), 1, 0, 0, 0},
	{HYBRID(KEEPS, FORGETS, ""), 1, 0, 0, 1},
	{HYBRID(SETS, FORGETS, ""), 1, 0, 0, 1},
	{HYBRID(SETS, FORGETS, "n_tries: 4"), 1, 1, 0, 9},
	{HYBRID(SETS, FORGETS, "n_tries: 4, read: exact"), 1, 0, 0, 0},
	{HYBRID(SETS, FORGETS, "invert: true"), 1, 0, 2, 1},
	{HYBRID(KEEPS, FORGETS, "invert: true, read: exact"), 1, 0, 0, 0},
};

START_TEST(a_transfer_conserves_the_weight)
{
	float w[WEIGHTS], dw[WEIGHTS], before[WEIGHTS], after[WEIGHTS];
	const struct synapse *s = made_synapse(conserving[_i].text);
	struct synapse_array *a = synapse_array_new(arena, s, ROWS, COLS, 1, 0);
	struct part part[SYNAPSE_MAX_PARTS];
	struct write_counts counts = {0};

	synapse_parts(s, part);
	synapse_array_transfer_bits(a, BITS);
	some_weights(w, 0.5, 0);
	some_weights(dw, 0.15, 1);
	synapse_array_program(a, w);
	for (uint64_t step = 0; step < 2; step++) { /* with either sign */
		synapse_array_update(a, dw, step, false, &counts);
		synapse_array_weights(a, before);
		synapse_array_transfer(a, step, &counts);
		synapse_array_weights(a, after);

		double read = ldexp(1, -BITS);
		double slack = 1.01 * (conserving[_i].pulses * part[1].k_weight / 500 + part[0].k_weight / 1000 +
					      conserving[_i].steps * part[1].k_weight * read +
					      conserving[_i].twice * part[0].k_weight * read);
		double left = 1.01 * (part[1].k_weight / 500 + part[0].k_weight * (1e-3 + conserving[_i].left * read));
		for (int i = 0; i < WEIGHTS; i++) {
			ck_assert_msg(fabs((double)(after[i] - before[i])) < slack, "%g became %g, more than %g",
				(double)before[i], (double)after[i], slack);
			ck_assert_msg(fabs((double)synapse_array_part(a, 0)[i]) < left, "%g left, %g allowed",
				(double)synapse_array_part(a, 0)[i], left);
		}
	}
	ck_assert(counts.n_back_up + counts.n_back_down > 0);
	ck_near(counts.n_read_rows, 2 * ROWS, 0);
}
END_TEST

/* Codes of a read stand on halves of a pulse here: what a transfer left is not sent to and fro by the next ones. */
START_TEST(transfers_come_to_rest)
{
	static const char *const pairs[] = {
		HYBRID(CELL(STEPS("128"), ", variation: {}, write: {" PULSES "}"), FORGETS, ""),
		HYBRID(CELL(STEPS("32"), ", variation: {}, write: {" PULSES "}"), FORGETS, ""),
		HYBRID(CELL(STEPS("64"), ", variation: {}, write: {" PULSES ", one_sided: true}"), FORGETS, ""),
	};
	float w[WEIGHTS], dw[WEIGHTS];
	struct synapse_array *a = synapse_array_new(arena, made_synapse(pairs[_i]), ROWS, COLS, 1, 0);
	struct write_counts counts = {0}, first = {0}, later = {0};

	synapse_array_transfer_bits(a, BITS);
	some_weights(w, 0.5, 0);
	some_weights(dw, 0.15, 1);
	synapse_array_program(a, w);
	synapse_array_update(a, dw, 0, false, &counts);
	synapse_array_transfer(a, 1, &first);
	for (uint64_t step = 2; step < 6; step++)
		synapse_array_transfer(a, step, step < 4 ? &first : &later);
	ck_assert(first.n_up + first.n_down > 0);
	ck_near(later.n_up + later.n_down, 0, 0);
}
END_TEST

/* A reset leaves nothing, and takes no more than the pulses of the pair could not hold. */
START_TEST(a_reset_drops_the_remainder)
{
	float w[WEIGHTS], dw[WEIGHTS], before[WEIGHTS], after[WEIGHTS];
	const struct synapse *s = made_synapse(HYBRID(SETS, FORGETS, "remainder: dropped, read: exact"));
	struct synapse_array *a = synapse_array_new(arena, s, ROWS, COLS, 1, 0);
	struct write_counts counts = {0}, transfer = {0};
	struct part part[SYNAPSE_MAX_PARTS];
	double square = 0, lost = 0;

	synapse_parts(s, part);
	some_weights(w, 0.5, 0);
	some_weights(dw, 0.15, 1);
	synapse_array_program(a, w);
	synapse_array_update(a, dw, 0, false, &counts);
	synapse_array_weights(a, before);
	for (int i = 0; i < WEIGHTS; i++) /* the volatile state is off its middle by u/2 */
		square += pow((double)synapse_array_part(a, 0)[i] / part[0].k_weight / 2, 2);
	synapse_array_transfer(a, 1, &transfer);
	synapse_array_weights(a, after);
	for (int i = 0; i < WEIGHTS; i++) {
		ck_assert(synapse_array_part(a, 0)[i] == 0);
		ck_assert(fabs((double)(after[i] - before[i])) <= 0.501 * part[1].k_weight / 500);
		lost += fabs((double)(after[i] - before[i]));
	}
	ck_assert(lost > 0);
	ck_near(transfer.n_reset_rows, ROWS, 0);
	ck_near(transfer.n_reset_square, square, 1e-5);
	ck_near(transfer.n_back_up + transfer.n_back_down, 0, 0);
}
END_TEST

/* Below the threshold nothing moves, above it everything does. */
START_TEST(a_threshold_names_the_cells)
{
	float zero[WEIGHTS] = {0}, dw[WEIGHTS], u[WEIGHTS];
	struct synapse_array *a = synapse_array_new(
		arena, made_synapse(HYBRID(SETS, FORGETS, "k_threshold: 0.5, read: exact")), ROWS, COLS, 1, 0);
	struct write_counts counts = {0};
	int n_moved = 0;

	some_weights(dw, 0.18, 1);
	synapse_array_program(a, zero);
	synapse_array_update(a, dw, 0, false, &counts);
	memcpy(u, synapse_array_part(a, 0), sizeof u);
	counts = (struct write_counts){0};
	synapse_array_transfer(a, 1, &counts);
	for (int i = 0; i < WEIGHTS; i++) {
		bool moved = synapse_array_part(a, 1)[i] != 0;
		/* a range of 0.2 on either side */
		ck_assert_msg(moved == (fabsf(u[i]) >= 0.1f), "%g", (double)u[i]);
		ck_assert(moved || synapse_array_part(a, 0)[i] == u[i]);
		n_moved += moved;
	}
	ck_assert(n_moved > WEIGHTS / 5 && n_moved < WEIGHTS * 4 / 5);
	ck_near(counts.n_cells, n_moved, 0);
}
END_TEST

/* Cells whose pulses up and down differ drift to one side under changes that cancel; with the other sign they
 * drift back. */
START_TEST(inversion_cancels_uneven_pulses)
{
	double drift[2];

	for (int invert = 0; invert < 2; invert++) {
		struct synapse_array *a = synapse_array_new(arena,
			made_synapse(invert ? HYBRID(KEEPS, UNEVEN, "invert: true") : HYBRID(KEEPS, UNEVEN, "")), ROWS, COLS,
			1, 0);
		float zero[WEIGHTS] = {0}, dw[WEIGHTS], w[WEIGHTS];
		struct write_counts counts = {0};
		synapse_array_program(a, zero);
		for (uint64_t step = 0; step < 80; step++) {
			for (int i = 0; i < WEIGHTS; i++)
				dw[i] = step % 2 ? -0.04f : 0.04f;
			synapse_array_update(a, dw, step, false, &counts);
			if (step % 10 == 9)
				synapse_array_transfer(a, step, &counts);
		}
		synapse_array_weights(a, w);
		drift[invert] = 0;
		for (int i = 0; i < WEIGHTS; i++)
			drift[invert] += (double)(w[i] * w[i]) / WEIGHTS;
	}
	ck_assert_msg(sqrt(drift[0]) > 0.05 && sqrt(drift[1]) < 0.2 * sqrt(drift[0]), "drift %g, inverting %g",
		sqrt(drift[0]), sqrt(drift[1]));
}
END_TEST

/* Verified pulses leave less of the pulses' noise, for more of them and reads between. */
START_TEST(verified_pulses_land_nearer)
{
	double off[2], pulses[2];

	for (int verified = 0; verified < 2; verified++) {
		struct synapse_array *a = synapse_array_new(arena,
			made_synapse(verified ? HYBRID(NOISY, FORGETS, "n_tries: 8, read: exact")
				      : HYBRID(NOISY, FORGETS, "read: exact")),
			ROWS, COLS, 1, 0);
		float zero[WEIGHTS] = {0}, dw[WEIGHTS], want[WEIGHTS];
		struct write_counts counts = {0};
		some_weights(dw, 0.18, 1);
		synapse_array_program(a, zero);
		synapse_array_update(a, dw, 0, false, &counts);
		memcpy(want, synapse_array_part(a, 0), sizeof want);
		counts = (struct write_counts){0};
		synapse_array_transfer(a, 1, &counts);
		off[verified] = 0;
		for (int i = 0; i < WEIGHTS; i++) { /* too little alone can be mended */
			double less = fabs((double)want[i]) - fabs((double)synapse_array_part(a, 1)[i]);
			off[verified] += less > 0 ? less * less : 0;
		}
		pulses[verified] = counts.n_up;
		if (verified)
			ck_assert(counts.n_verify_rows > 2 * ROWS && counts.n_verify_rows <= 8 * ROWS);
		else
			ck_assert(counts.n_verify_rows == 0);
		ck_assert(counts.n_longest_up <= counts.n_up);
	}
	ck_assert_msg(off[1] < 0.5 * off[0], "blind %g, verified %g", off[0], off[1]);
	ck_assert(pulses[1] > pulses[0]);
}
END_TEST

/* Sum over a store of pulses. */
static double pulses_of(struct synapse_array *a, const char *name)
{
	double sum = 0;

	for (int i = 0; i < synapse_array_stores(a); i++) {
		struct synapse_store s = synapse_array_store(a, i, arena);
		if (strcmp(s.name, name) == 0)
			for (int k = 0; k < WEIGHTS; k++)
				sum += s.count[k];
	}
	return sum;
}

/* What is counted, and priced, is what the cells got: they count for themselves, for their wear. */
START_TEST(counts_are_the_pulses_applied)
{
	static const char *const options[] = {HYBRID(NOISY, FORGETS, ""), HYBRID(NOISY, FORGETS, "n_tries: 5"),
		HYBRID(NOISY, FORGETS, "invert: true"), HYBRID(NOISY, FORGETS, "k_threshold: 0.4")};
	struct synapse_array *a = synapse_array_new(arena, made_synapse(options[_i]), ROWS, COLS, 1, 0);
	struct write_counts update = {0}, transfer = {0};
	float w[WEIGHTS], dw[WEIGHTS];
	double mean, max, writes = 0;

	synapse_array_transfer_bits(a, BITS);
	some_weights(w, 0.5, 0);
	synapse_array_program(a, w);
	for (uint64_t step = 0; step < 6; step++) {
		some_weights(dw, 0.1, (uint32_t)step + 1);
		synapse_array_update(a, dw, step, true, &update);
		if (step % 2)
			synapse_array_transfer(a, step, &transfer);
	}
	ck_near(pulses_of(a, "pulses_plus"),
		update.n_up + update.n_down + transfer.n_back_up + transfer.n_back_down, 0);
	ck_near(pulses_of(a, "kept_pulses_plus") + pulses_of(a, "kept_pulses_minus"),
		transfer.n_up + transfer.n_down + transfer.n_erase, 0);
	synapse_array_wear(a, &mean, &max);
	ck_near(mean * 2 * WEIGHTS, transfer.n_up + transfer.n_down + transfer.n_erase, 1e-12);
	const uint32_t *n_writes;
	for (int k = 0; (n_writes = synapse_array_writes(a, k)) != NULL; k++)
		for (int i = 0; i < WEIGHTS; i++)
			writes += n_writes[i];
	ck_near(writes, mean * 2 * WEIGHTS, 1e-12);
}
END_TEST

/* Weights up to 1 can be programmed; without the volatile part those beyond F/(F + 1) are cut there. */
START_TEST(power_off_leaves_what_is_kept)
{
	const struct synapse *s = made_synapse(HYBRID(KEEPS, FORGETS, ""));
	struct synapse_array *a = synapse_array_new(arena, s, ROWS, COLS, 1, 0);
	float w[WEIGHTS], now[WEIGHTS], dw[WEIGHTS];
	double kept = synapse_kept(s);
	struct write_counts counts = {0};

	ck_near(kept, 0.8, 1e-12);
	some_weights(w, 1, 0);
	some_weights(dw, 0.1, 1);
	synapse_array_program(a, w);
	synapse_array_weights(a, now);
	for (int i = 0; i < WEIGHTS; i++)
		ck_assert(fabsf(now[i] - w[i]) < 1e-6f);
	synapse_array_update(a, dw, 0, false, &counts);
	synapse_array_show_kept(a);
	synapse_array_weights(a, now);
	for (int i = 0; i < WEIGHTS; i++)
		ck_assert(fabs((double)now[i] - fmax(-kept, fmin((double)w[i], kept))) < 1e-6);
	synapse_array_refresh_parts(a);
	ck_assert(synapse_array_part(a, 0)[0] != 0);
}
END_TEST

/* Charge and level are one conductance: its drift takes both, beside the charge that leaks away. */
START_TEST(a_read_of_two_numbers_ages_their_sum)
{
	const struct synapse *s = made_synapse("synapse: {kind: 2t1f, k_span: 2, cell: {name: x, structure: 2t1f, "
				       "geometry: {k_width_in_f: 4, k_height_in_f: 4}, g_min: 1 uS, g_max: 10 uS, "
				       "read: {v_read: 0.2 V}, variation: {}, write: {" PULSES "}, "
				       "response: " STEPS("128") ", hold: {t_retention: 1 ms}, "
				       "drift: {kind: power_law, nu: {kind: polynomial, coefficients: [0.1]}, "
				       "nu_sigma: {kind: polynomial, coefficients: [0]}, t_0: 1 s}, "
				       "capacitor: {c_storage: 10 fF, i_write: 1 uA, "
				       "k_width_source_in_f: 2, k_width_read_in_f: 2}, "
				       "remanent: {n_levels: 8, program: {v: 4 V, t: 1 us}, erase: {v: 4 V, t: 1 us}, "
				       "v_coercive: 1 V, q_switched_per_a: 40 uC/cm^2, k_film_area_in_f2: 10}}}");
	struct synapse_array *a = synapse_array_new(arena, s, 1, 2, 1, 0);
	/* sums of 6.25 and 4.25 steps of 9: levels 5 and 3, both charges five eighths full */
	float w[2] = {2 * 6.25f / 9 - 1, 2 * 4.25f / 9 - 1}, now[2];
	double level[2] = {5, 3};

	synapse_array_program(a, w);
	synapse_array_weights(a, now);
	ck_assert(fabsf(now[0] - w[0]) < 1e-6f && fabsf(now[1] - w[1]) < 1e-6f);
	synapse_array_decay(a, 1000, 300);
	synapse_array_read(a, &(struct reading){.t = 1000, .temp = 300});
	synapse_array_weights(a, now);
	for (int i = 0; i < 2; i++) {
		double g = 1e-6 + 9e-6 * (level[i] + 1) / 9; /* the charge is at its middle: one step */
		double aged = g * pow(1001, -0.1);
		ck_near((double)now[i], 2 * (aged - 1e-6) / 9e-6 - 1, 1e-5);
	}
}
END_TEST

/* A level lands where it should with sigma k_program: moments of 1e5 of them, and the tail beyond 3 sigma. */
START_TEST(levels_land_with_their_sigma)
{
	enum { N = 100000 };
	const struct synapse *s = made_synapse("synapse: {kind: 2t1f, k_span: 4, cell: {name: x, structure: 2t1f, "
				       "geometry: {k_width_in_f: 4, k_height_in_f: 4}, g_min: 1 uS, g_max: 10 uS, "
				       "read: {v_read: 0.2 V}, variation: {}, write: {" PULSES "}, "
				       "response: " STEPS("128") ", capacitor: {c_storage: 10 fF, i_write: 1 uA, "
				       "k_width_source_in_f: 2, k_width_read_in_f: 2}, "
				       "remanent: {n_levels: 3, program: {v: 4 V, t: 1 us}, erase: {v: 4 V, t: 1 us}, "
				       "v_coercive: 1 V, q_switched_per_a: 40 uC/cm^2, k_film_area_in_f2: 10, k_program: 0.05}}}");
	struct synapse_array *a = synapse_array_new(arena, s, 1, N, 1, 0);
	struct write_counts update = {0}, transfer = {0};
	float *w = NEW(arena, float, N);
	const float *level = NULL;
	double sum = 0, square = 0, beyond = 0;

	for (int i = 0; i < N; i++)
		w[i] = 2 * 2.0f / 6 - 1; /* level 0, charge at its middle */
	synapse_array_program(a, w);
	for (int i = 0; i < N; i++)
		w[i] = 2 * 1.3f / 6; /* one step and a bit: level 1, the half of the range */
	synapse_array_update(a, w, 0, false, &update);
	synapse_array_transfer(a, 0, &transfer);
	for (int i = 0; i < synapse_array_stores(a); i++) {
		struct synapse_store store = synapse_array_store(a, i, arena);
		level = strstr(store.name, "level") && store.value ? store.value : level;
	}
	ck_assert(level != NULL);
	for (int i = 0; i < N; i++) {
		double z = ((double)level[i] - 0.5) / 0.05;
		sum += z;
		square += z * z;
		beyond += fabs(z) > 3;
	}
	ck_assert_msg(fabs(sum) < 4.5 * sqrt(N), "mean %g", sum / N);
	ck_assert_msg(fabs(square - N) < 4.5 * sqrt(2.0 * N), "variance %g", square / N);
	ck_assert_msg(fabs(beyond - 270) < 4.5 * sqrt(270), "%g beyond 3 sigma", beyond);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("hybrid transfer");
	TCase *c = tcase_create("options");

	tcase_add_checked_fixture(c, setup, teardown);
	tcase_add_loop_test(c, a_transfer_conserves_the_weight, 0, (int)(sizeof conserving / sizeof *conserving));
	tcase_add_loop_test(c, transfers_come_to_rest, 0, 3);
	tcase_add_test(c, a_reset_drops_the_remainder);
	tcase_add_test(c, a_threshold_names_the_cells);
	tcase_add_test(c, inversion_cancels_uneven_pulses);
	tcase_add_test(c, verified_pulses_land_nearer);
	tcase_add_loop_test(c, counts_are_the_pulses_applied, 0, 4);
	tcase_add_test(c, power_off_leaves_what_is_kept);
	tcase_add_test(c, levels_land_with_their_sigma);
	tcase_add_test(c, a_read_of_two_numbers_ages_their_sum);
	suite_add_tcase(s, c);
	return run_suite(s);
}
