/* SPDX-License-Identifier: Apache-2.0 */
/* The digital reference: counts by hand, sums, and a published multiply-accumulate. */
#include <math.h>
#include <stdlib.h>

#include "circuit/mac_array.h"
#include "load.h"
#include "near.h"

/* Clocks of a layer's forward pass with squares of 32, per image of a batch of 100. */
START_TEST(clocks_by_hand)
{
	static const struct {
		int c, h, w, classes;
		const char *layer;
		double n_clocks, n_macs;
	} cases[] = {
		/* 25 rows, 6 columns: one square; 784 vectors */
		{1, 28, 28, 6, "{kind: conv, out: 6, kernel: 5, pad: 2}", 784, 784 * 150},
		/* 100 x 40: 4 x 2 squares, one vector in 100 images against 32 clocks to load them */
		{100, 1, 1, 40, "{kind: dense, out: 40}", 8, 4000},
		/* two groups of 72 x 8: 3 squares each, 64 vectors */
		{16, 8, 8, 16, "{kind: conv, out: 16, kernel: 3, pad: 1, groups: 2}", 2 * 3 * 64,
			2 * 64 * 72 * 8},
	};
	const struct network *n =
		one_layer(cases[_i].c, cases[_i].h, cases[_i].w, cases[_i].layer, cases[_i].classes);
	const struct design *z = design("digital-8b-40nm", "");
	struct tech t = tech_at(z->node, z->temp);
	struct est one = mac_array_estimate(
		&(struct mac_array){.n_side = 32, .n_bits_x = 8, .n_bits_y = 8, .n_bits_sum = 16}, &t);
	struct cost *c = price(arena, z, n, activity_default(arena, n, N_BATCH), N_IMAGES, N_BATCH);
	const struct entry *macs = NULL;

	for (int i = 0; i < c->n_entries; i++)
		if (strcmp(c->entry[i].path, "chip/mac_array") == 0)
			macs = &c->entry[i];
	ck_assert_ptr_nonnull(macs);
	/* waiting for something else is booked elsewhere */
	ck_assert_double_ge(c->phase[PHASE_FORWARD].latency, cases[_i].n_clocks * one.latency * (1 - 1e-12));
	/* forward and gradient, nobody asks for an error; the update is one product per weight */
	double n_macs = 2 * cases[_i].n_macs + c->layer[0].weights / N_BATCH;
	double e_leak = macs->leakage * c->image.latency;
	ck_near(macs->energy - e_leak, n_macs / 1024 * one.energy, 1e-9);
}
END_TEST

START_TEST(breakdown_adds_up)
{
	static const char *const names[] = {"lenet5", "vgg8", "resnet20", "mobilenet-v2", "lstm-128"};
	static const char *const sets[] = {"", "training=false", "digital.n_bytes_max=65536;memory.kind=dram;"
					       "memory.device=dram-lpddr4;gradient.n_bytes_max=65536"};

	for (size_t k = 0; k < sizeof sets / sizeof *sets; k++) {
		const struct cost *c = cost_of(design("digital-8b-40nm", sets[k]), names[_i]);
		double area = 0, energy = 0, leakage = 0, latency = 0;
		for (int i = 0; i < c->n_entries; i++) {
			const struct entry *e = &c->entry[i];
			if (strchr(e->path, '/') != strrchr(e->path, '/') || !strchr(e->path, '/'))
				continue;
			area += e->area;
			energy += e->energy;
			leakage += e->leakage;
			latency += e->latency;
		}
		ck_near(area, c->area, 1e-9);
		ck_near(leakage, c->leakage, 1e-9);
		ck_near(energy, c->image.energy, 1e-9);
		ck_near(latency, c->image.latency, 1e-9);
		ck_assert(c->phase[PHASE_TRANSFER].energy == 0);
		ck_assert((c->phase[PHASE_GRADIENT].energy == 0) == (k == 1));
	}
}
END_TEST

/* Weights beyond the buffer come from DRAM once per batch for every pass, and an update writes them back. */
START_TEST(weights_that_do_not_fit_lie_in_memory)
{
	static const char *const designs[] = {"digital-8b-40nm", "digital-32b-40nm"};
	const struct design *z = design(designs[_i], "");
	const struct network *n = one_layer(784, 1, 1, "{kind: dense, out: 250}", 250);
	const struct cost *c = price(arena, z, n, activity_default(arena, n, N_BATCH), N_IMAGES, N_BATCH);
	double n_bits = 784 * 250.0 * (_i ? 32 : 8), k = 1 - 108 * 8192 / n_bits;
	const struct entry *memory = NULL;

	for (int i = 0; i < c->n_entries; i++)
		if (strcmp(c->entry[i].path, "chip/memory") == 0)
			memory = &c->entry[i];
	ck_assert_ptr_nonnull(memory);
	/* forward reads, the update reads and writes; a gradient needs no weights, nobody asks for an error */
	ck_near(memory->energy - memory->leakage * c->image.latency, 3 * k * n_bits / N_BATCH * 8e-12, 1e-9);
}
END_TEST

/* More bits cost more, in everything; more multiply-accumulators never take longer. */
START_TEST(monotone)
{
	const struct cost *last = NULL;
	const int bits[] = {4, 8, 16, 32}, sides[] = {8, 16, 32, 64};

	for (int i = 0; i < 4; i++) {
		const struct cost *c = cost_of(
			design("digital-8b-40nm", arena_printf(arena, "digital.n_bits=%d", bits[i])), "lenet5");
		ck_assert(!last || (c->area > last->area && c->image.energy > last->image.energy &&
					   c->image.latency >= last->image.latency));
		last = c;
	}
	last = NULL;
	for (int i = 0; i < 4; i++) {
		const struct cost *c = cost_of(
			design("digital-8b-40nm", arena_printf(arena, "digital.n_side=%d", sides[i])), "vgg8");
		ck_assert(!last || c->t_forward <= last->t_forward * (1 + 1e-9));
		last = c;
	}
}
END_TEST

/* Published for 45 nm, 0.9 V: 0.2 + 0.03 pJ for 8 bits, 3.1 + 0.1 pJ for 32. [Horowitz2014] */
START_TEST(products_cost_what_is_published)
{
	static const struct {
		int n_bits;
		double e;
	} cases[] = {{8, 0.23e-12}, {32, 3.2e-12}};
	const struct design *z = design("digital-8b-40nm", "node=node-45nm-hp");
	struct tech t = tech_at(z->node, z->temp);
	int b = cases[_i].n_bits;
	struct est one = mac_array_estimate(
		&(struct mac_array){.n_side = 16, .n_bits_x = b, .n_bits_y = b, .n_bits_sum = 2 * b}, &t);

	/* registers are not in the published number */
	ck_assert_double_gt(one.energy / 256, cases[_i].e / 2);
	ck_assert_double_lt(one.energy / 256, cases[_i].e * 2.5);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("digital");
	TCase *c = tcase_create("all");

	tcase_add_checked_fixture(c, setup, teardown);
	tcase_add_loop_test(c, clocks_by_hand, 0, 3);
	tcase_add_loop_test(c, breakdown_adds_up, 0, 5);
	tcase_add_loop_test(c, weights_that_do_not_fit_lie_in_memory, 0, 2);
	tcase_add_test(c, monotone);
	tcase_add_loop_test(c, products_cost_what_is_published, 0, 2);
	suite_add_tcase(s, c);
	return run_suite(s);
}
