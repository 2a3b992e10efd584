/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Effective weights of a layer: every weight of every subarray, group of rows, slot and direction is
 * solved, once, from what its cells are read as.
 */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/field.h"
#include "base/rng.h"
#include "device/crossbar.h"
#include "device/population.h"
#include "device/synapse_array.h"
#include "fixture.h"
#include "near.h"
#include "train/wires.h"

#define CELL                                                                                       \
	"cell: {name: x, structure: 1t1r, geometry: {k_width_in_f: 4, k_height_in_f: 4}, g_min: 1 uS, " \
	"g_max: 11 uS, read: {v_read: 0.2 V}, write: {up: {v: 1 V, t: 10 ns}, down: {v: 1 V, t: 10 ns}}, " \
	"response: {kind: ideal, n_up: 100, n_down: 100}, variation: {}, read_noise: {k_white: 0.05}}"

static const char *const synapses[] = {
	"synapse: {kind: pair, " CELL "}",
	"synapse: {kind: single, " CELL "}",
};

struct holder {
	const struct synapse *synapse;
};

enum { ROWS = 29, COLS = 23, N = ROWS * COLS };

static struct synapse_array *cells_of(const char *text)
{
	static const struct field fields[] = {
		KIND(holder, synapse, synapse_kinds, NULL, "a synapse"),
		FIELD_END,
	};
	struct diag *d = diag_new(arena, stderr);
	struct yaml *y = yaml_read_text(arena, "synapse", text, strlen(text), false, d);
	struct rng rng = rng_stream(1, RNG_INIT_WEIGHT, 0);
	float *w = NEW(arena, float, N);
	struct holder h = {0};
	struct loader l;

	loader_init(&l, arena, d);
	ck_assert(y && loader_bind(&l, fields, y, "", &h));
	struct synapse_array *s = synapse_array_new(arena, h.synapse, ROWS, COLS, 1, 0);
	for (int i = 0; i < N; i++)
		w[i] = 2 * rng_uniform(rng, (uint64_t)i, 0) - 1;
	synapse_array_keep_states(s, arena);
	synapse_array_program(s, w);
	return s;
}

/* 12 rows in groups of 6, 10 outputs: uneven blocks at every edge. */
static struct crossbar crossbar_of(bool pair, double r)
{
	return (struct crossbar){
		.how = IR_DROP_FULL,
		.n_rows = 12,
		.n_outputs = 10,
		.n_together = 6,
		.n_converters = 4,
		.n_outputs_per_reference = 4,
		.n_arrays = 1,
		.array = {{0, 1, pair, 1e-6, 11e-6, r, 2 * r, {30 * r, 40 * r}, {20 * r, 50 * r}}},
		.k_weight = {1},
	};
}

static struct wires *solve(const struct crossbar *c, const struct synapse_array *s)
{
	struct wires *w = wires_new(arena, c, ROWS, COLS, 1);
	struct crossbar_room *room = crossbar_room_new(arena, c, NULL);

	/* in any order */
	for (int unit = wires_units(w) - 1; unit >= 0; unit--)
		wires_solve(w, unit, s, room);
	wires_sum_back(w, 0.5f);
	return w;
}

static void ideal(const struct wires *w, const struct synapse_array *s)
{
	const float *part = synapse_array_part(s, 0);

	for (int i = 0; i < N; i++) {
		ck_assert(fabsf(wires_part(w, 0)[i] - part[i]) < 1e-6f);
		ck_assert(fabsf(wires_back(w)[i] - 0.5f * part[i]) < 1e-6f);
	}
}

/* Without resistance the weights are the cells', also after a pulse and as a noisy read shows them. */
START_TEST(test_ideal)
{
	struct synapse_array *s = cells_of(synapses[_i]);
	struct crossbar c = crossbar_of(_i == 0, 0);
	float *change = NEW(arena, float, N), *before = NEW(arena, float, N);
	struct write_counts counts = {0};

	ideal(solve(&c, s), s);
	for (int i = 0; i < N; i++)
		change[i] = i % 3 ? 0.05f : -0.1f;
	synapse_array_update(s, change, 0, false, &counts);
	ideal(solve(&c, s), s);
	memcpy(before, synapse_array_part(s, 0), N * sizeof *before);
	synapse_array_read(s, &(struct reading){.t = 0});
	ck_assert(memcmp(before, synapse_array_part(s, 0), N * sizeof *before) != 0);
	ideal(solve(&c, s), s);
}
END_TEST

/* Every subarray and group stands for itself: the weights of one are those of the same cells alone. */
START_TEST(test_blocks)
{
	struct synapse_array *s = cells_of(synapses[_i]);
	struct crossbar c = crossbar_of(_i == 0, 20);
	struct wires *w = solve(&c, s);
	struct crossbar_room *room = crossbar_room_new(arena, &c, NULL);
	float *alone = NEW(arena, float, N);
	int n_moved = 0;

	/* rows 18..23: second group of the second subarray; columns 10..19: second subarray */
	struct crossbar_cells b = {
		.n_stride = COLS, .n_rows = 6, .n_cols = 10, .first_row = 6};
	ptrdiff_t at = 18 * COLS + 10;
	float *to[] = {alone + at};

	for (int side = 0; side <= c.array[0].pair; side++)
		b.y[0][side] = synapse_array_states(s, 0, side) + at;
	for (int slot = 0; slot < crossbar_slots(&c, 0, &b, false); slot++)
		crossbar_weights(room, &(struct crossbar_read){.slot = slot}, &b, to);
	for (int row = 0; row < 6; row++)
		for (int col = 0; col < 10; col++) {
			ptrdiff_t i = at + row * COLS + col;
			ck_assert(wires_part(w, 0)[i] == alone[i]);
			n_moved += fabsf(alone[i] - synapse_array_part(s, 0)[i]) > 1e-3f;
		}
	ck_assert_int_gt(n_moved, 40);
	/* errors meet other weights than activations, and those of no part are left out */
	for (int i = 0; i < N; i++) {
		ck_assert(wires_back(w)[i] != 0.5f * wires_part(w, 0)[i]);
		ck_assert(fabsf(wires_back(w)[i]) <= 0.5f && wires_back(w)[i] != 0);
	}
}
END_TEST

int main(void)
{
	Suite *s = suite_create("wires");
	TCase *t = tcase_create("wires");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_loop_test(t, test_ideal, 0, 2);
	tcase_add_loop_test(t, test_blocks, 0, 2);
	suite_add_tcase(s, t);
	return run_suite(s);
}
