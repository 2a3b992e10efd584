/* SPDX-License-Identifier: Apache-2.0 */
/* The price of outer products on arrays, counted by hand. */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arch/subarray.h"
#include "circuit/pulse_train.h"
#include "load.h"
#include "near.h"

#define NET "mlp-784-250-10"
#define CELLS "chip/tile/pe/subarray/array/cells"
#define LOGIC "chip/tile/pe/subarray/write_logic"

/* Update of the first layer alone, per batch; no pump's waiting. */
static const struct design *plan(const char *sets)
{
	return design("outer-rram-40nm", sets);
}

static struct activity *measured(double n_products)
{
	struct activity *a = activity_default(arena, network(NET), N_BATCH);

	a->measured = true;
	a->n_images_per_epoch = N_IMAGES;
	a->n_epochs = 1;
	for (int i = 0; i < a->n_layers; i++) {
		struct layer_activity *l = &a->layer[i];
		l->n_up = l->n_down = l->n_cells = l->n_rows = l->n_longest_up = l->n_longest_down = 0;
	}
	a->layer[0].n_products = n_products;
	return a;
}

static const struct cost *cost(const struct design *z, const struct activity *a)
{
	return price(arena, z, network(NET), a, N_IMAGES, N_BATCH);
}

/* Energy and time of a leaf for one batch. */
static double e_batch(const struct cost *c, const char *path)
{
	return entry(c, path)->energy * N_BATCH;
}

static struct subarray array_of(const struct design *z)
{
	struct tech *t = NEW(arena, struct tech, 1);

	*t = tech_at(z->node, z->temp);
	return subarray_make(z, t);
}

START_TEST(no_gradient_is_summed)
{
	const struct cost *outer = cost(plan(""), activity_default(arena, network(NET), N_BATCH));
	const struct cost *pulses = cost(design("rram-40nm", ""), activity_default(arena, network(NET), N_BATCH));

	for (int i = 0; i < outer->n_entries; i++)
		ck_assert(!strstr(outer->entry[i].path, "gradient"));
	ck_assert(entry(pulses, "chip/gradient_buffer")->area > 0);
	/* counts that were not measured have a default */
	ck_assert(outer->phase[PHASE_UPDATE].latency > 0);
}
END_TEST

/* Slots take a pulse each, whatever the array's size. */
START_TEST(time_is_slots_times_pulses)
{
	static const char *const sets[] = {"array.n_rows=64;array.n_cols=64", "array.n_rows=256;array.n_cols=256"};
	double t[2];

	for (int i = 0; i < 2; i++) {
		const struct design *z = plan(sets[i]);
		struct activity *a = measured(N_BATCH), *b = measured(N_BATCH);
		a->layer[0].n_slots = 1e6;
		b->layer[0].n_slots = 2e6;
		a->layer[0].n_up = b->layer[0].n_up = 1;
		t[i] = cost(z, b)->phase[PHASE_UPDATE].latency - cost(z, a)->phase[PHASE_UPDATE].latency;
		/* all of one sign: the width of an up pulse */
		ck_near(t[i], 1e6 * 50e-9, 1e-6);
	}
	ck_near(t[0], t[1], 1e-9);
}
END_TEST

/* A row pulse charges its line in each of two column blocks, a column pulse in each of seven row blocks;
 * a coincidence heats a cell; each line's generator steps in every slot. */
START_TEST(every_pulse_is_paid)
{
	const struct design *z = plan("");
	struct subarray s = array_of(z);
	const struct block *b = &s.block[0];
	struct tech t = tech_at(z->node, z->temp);
	struct write_levels l = b->structure->levels(b->cell, &t, PULSE_UP, BIAS_HALF);
	double e_row = (b->word.c + b->c_word) * l.v_word_row * l.v_word_row;
	double e_column = (b->column.c + b->c_column) * l.v_column * l.v_column;
	double e_cell = b->structure->e_pulse(b->cell, &t, PULSE_UP, 0.3);
	struct activity *a[5];
	double e[5];

	for (int i = 0; i < 5; i++) {
		a[i] = measured(N_BATCH);
		struct layer_activity *q = &a[i]->layer[0];
		q->k_state[0] = 0.3;
		q->n_slots = 1e5 + (i == 4) * 1e4;
		q->n_row_pulses = 1e6 + (i == 1) * 1e5;
		q->n_column_pulses = 1e6 + (i == 2) * 1e5;
		q->n_up = 1e6 + (i == 3) * 1e5;
		const struct cost *c = cost(z, a[i]);
		e[i] = e_batch(c, CELLS);
		if (i == 4) {
			double n_lines = 784 * 2 + 250 * 7;
			ck_near(e_batch(c, LOGIC) - e_batch(cost(z, a[0]), LOGIC),
				1e4 * n_lines * s.train.energy, 2e-3); /* and the leakage of the longer update */
		}
	}
	ck_near(e[1] - e[0], 1e5 * 2 * e_row, 1e-6);
	ck_near(e[2] - e[0], 1e5 * 7 * e_column, 1e-6);
	ck_near(e[3] - e[0], 1e5 * e_cell, 1e-6);
	ck_near(s.train.energy, pulse_train_estimate(&(struct pulse_train_source){.n_bits = 8}, &t).energy, 1e-12);
}
END_TEST

/* A crosspoint's lines go half way each, and cells that see one of them conduct. */
START_TEST(half_selected_cells_conduct)
{
	const struct design *z = design("rram-crosspoint-40nm", "update.kind=outer");
	struct subarray s = array_of(z);
	const struct block *b = &s.block[0];
	double v = cell_pulse(b->cell, PULSE_UP).v / 2, t = cell_pulse(b->cell, PULSE_UP).t;
	double e_half = v * b->structure->i_unselected(b->cell, 0.5, v) * t;
	double e_row = (b->row.c + b->c_row) * v * v;
	double n_col_blocks = ceil(250.0 / s.n_outputs), e[2];

	for (int i = 0; i < 2; i++) {
		struct activity *a = measured(N_BATCH);
		a->layer[0].n_slots = 1e5;
		a->layer[0].n_row_pulses = 1e6 + i * 1e5;
		a->layer[0].n_up = 1;
		e[i] = e_batch(cost(z, a), CELLS);
	}
	ck_near(e[1] - e[0], 1e5 * (250 * b->n_sides * e_half + n_col_blocks * e_row), 1e-6);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("phase_outer");
	TCase *t = tcase_create("update");

	tcase_set_timeout(t, 60);
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, no_gradient_is_summed);
	tcase_add_test(t, time_is_slots_times_pulses);
	tcase_add_test(t, every_pulse_is_paid);
	tcase_add_test(t, half_selected_cells_conduct);
	suite_add_tcase(s, t);
	return run_suite(s);
}
