/* SPDX-License-Identifier: Apache-2.0 */
/* Every shipped network on a chip: the books balance, whatever its graph looks like. */
#include <math.h>
#include <stdlib.h>

#include "base/path.h"
#include "load.h"
#include "near.h"

static const char *const designs[] = {"pcm-40nm", "rram-40nm", "hybrid-fefet-40nm"};
enum { N_DESIGNS = sizeof designs / sizeof *designs };

static void check_books(const struct cost *c, const struct network *n)
{
	double macs = 0, weights = 0, latency = 0, energy = 0;

	ck_assert_int_eq(c->n_layers, n->n_weight_layers);
	for (int i = 0; i < c->n_layers; i++) {
		const struct layer_cost *l = &c->layer[i];
		macs += l->macs;
		weights += l->weights;
		latency += l->phase[PHASE_FORWARD].latency;
		energy += l->phase[PHASE_FORWARD].energy;
		ck_assert(l->utilization > 0 && l->utilization <= 1 + 1e-9);
		ck_assert(l->phase[PHASE_FORWARD].latency > 0 && l->phase[PHASE_FORWARD].energy > 0);
		for (int p = 0; p < PHASE_COUNT; p++)
			ck_assert(isfinite(l->phase[p].latency) && isfinite(l->phase[p].energy) &&
				  l->phase[p].latency >= 0 && l->phase[p].energy >= 0);
	}
	ck_near(macs, network_macs(n), 1e-12);
	ck_near(weights, network_weights(n), 1e-12);
	ck_near(latency, c->phase[PHASE_FORWARD].latency, 1e-9);
	ck_near(energy, c->phase[PHASE_FORWARD].energy, 1e-9);
	ck_near(c->entry[0].area, c->area, 1e-9);
	ck_near(c->entry[0].energy, c->image.energy, 1e-9);
}

START_TEST(shipped_networks_are_priced)
{
	const char **names = path_list(arena, "networks");

	for (int i = 0; names[i]; i++) {
		const struct design *z = design(designs[_i], "");
		const struct network *n = network(names[i]);
		ck_assert(price_check(z, n, diag));
		check_books(price(arena, z, n, activity_default(arena, n, N_BATCH), N_IMAGES, N_BATCH), n);
	}
}
END_TEST

/* More digital work costs more, and nothing else: a network with a normalisation or a shortcut. */
static const struct {
	const char *with, *without;
} extras[] = {
	{"{kind: conv, out: 8, kernel: 3, pad: 1}, {kind: batchnorm}, {kind: dense, out: 10}",
		"{kind: conv, out: 8, kernel: 3, pad: 1}, {kind: dense, out: 10}"},
	{"{kind: conv, name: a, out: 8, kernel: 3, pad: 1}, {kind: add, inputs: [a, a]}, {kind: dense, out: 10}",
		"{kind: conv, out: 8, kernel: 3, pad: 1}, {kind: dense, out: 10}"},
	{"{kind: conv, out: 8, kernel: 3, pad: 1}, {kind: tanh}, {kind: dense, out: 10}",
		"{kind: conv, out: 8, kernel: 3, pad: 1}, {kind: relu}, {kind: dense, out: 10}"},
};

START_TEST(digital_work_costs_energy)
{
	const struct design *z = design("rram-40nm", "training=false");
	const struct network *with = one_layer(3, 16, 16, extras[_i].with, 10);
	const struct network *without = one_layer(3, 16, 16, extras[_i].without, 10);
	const struct cost *more =
		price(arena, z, with, activity_default(arena, with, N_BATCH), N_IMAGES, N_BATCH);
	const struct cost *less =
		price(arena, z, without, activity_default(arena, without, N_BATCH), N_IMAGES, N_BATCH);

	ck_near(network_macs(with), network_macs(without), 0);
	ck_assert(more->phase[PHASE_FORWARD].energy > less->phase[PHASE_FORWARD].energy);
}
END_TEST

/* Groups are as many small convolutions: a g-th of the products and weights. */
START_TEST(groups_divide_the_work)
{
	const struct design *z = design("rram-40nm", "training=false");
	const struct network *whole = one_layer(16, 8, 8,
		"{kind: conv, out: 16, kernel: 3, pad: 1}, {kind: dense, out: 10}", 10);
	const struct network *parts = one_layer(16, 8, 8,
		"{kind: conv, out: 16, kernel: 3, pad: 1, groups: 16}, {kind: dense, out: 10}", 10);
	const struct cost *a =
		price(arena, z, whole, activity_default(arena, whole, N_BATCH), N_IMAGES, N_BATCH);
	const struct cost *b =
		price(arena, z, parts, activity_default(arena, parts, N_BATCH), N_IMAGES, N_BATCH);

	ck_near(b->layer[0].macs, a->layer[0].macs / 16, 0);
	ck_near(b->layer[0].weights, a->layer[0].weights / 16, 0);
	ck_assert_int_eq(b->layer[0].groups, 16);
	ck_assert(b->layer[0].utilization > 0 && b->layer[0].utilization <= 1);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("network laws");
	TCase *t = tcase_create("network laws");

	tcase_set_timeout(t, 120);
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_loop_test(t, shipped_networks_are_priced, 0, N_DESIGNS);
	tcase_add_loop_test(t, digital_work_costs_energy, 0, sizeof extras / sizeof *extras);
	tcase_add_test(t, groups_divide_the_work);
	suite_add_tcase(s, t);
	return run_suite(s);
}
