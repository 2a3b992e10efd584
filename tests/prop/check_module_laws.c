/* SPDX-License-Identifier: Apache-2.0 */
/* Laws that every circuit block obeys, over all kinds and ten nodes. */
#include <check.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "circuit/module.h"
#include "near.h"

static const char *const nodes[] = {"node-130nm-hp", "node-90nm-lp", "node-65nm-hp", "node-45nm-hp",
	"node-40nm-lp", "node-32nm-hp", "node-22nm-lp", "node-14nm-hp", "node-10nm-lp", "node-7nm-lp"};

#define N_NODES ((int)(sizeof nodes / sizeof *nodes))

static struct arena *arena;
static struct loader loader;

static void setup(void)
{
	arena = arena_new();
	loader_init(&loader, arena, diag_new(arena, stderr));
}

static void teardown(void)
{
	arena_free(arena);
}

static struct node node(int i)
{
	const struct node *n = loader_file(&loader, &node_file, nodes[i], "");

	ck_assert_ptr_nonnull(n);
	return *n;
}

/* A block with its default settings. */
static struct module *defaults(const struct module_kind *kind)
{
	struct yaml empty = {.type = YAML_MAP};
	struct module *m = arena_alloc(arena, 1, kind->head.size);

	m->kind = kind;
	ck_assert(loader_bind(&loader, kind->head.fields, &empty, "", m));
	return m;
}

/* Where a growing gate is folded its fingers share a drain, so its capacitance steps down a little;
 * where a growing load calls for one more stage of a driver, the last stage becomes smaller, and the
 * stages of a FinFET chain, whole fins, do not grow alike. */
#define K_FOLD  0.04
#define K_STAGE 0.1

static void not_less(
	const char *what, const char *kind, const char *key, double more, double less, double k)
{
	ck_assert_msg(more >= less * (1 - k), "%s: %s falls from %.9g to %.9g as %s grows", kind,
		what, less, more, key);
}

/* An external memory has no area on the chip, and its idle power is not our transistors'. */
static bool is_on_chip(const struct module_kind *kind)
{
	return strcmp(kind->head.name, "dram") != 0;
}

START_TEST(test_finite)
{
	for (int i = 0; module_kinds[i]; i++) {
		struct node n = node(_i);
		struct tech t = tech_at(&n, 300);
		struct est e = module_estimate(defaults(module_kinds[i]), &t);
		ck_assert_msg(e.energy > 0, "%s", module_kinds[i]->head.name);
		ck_assert_msg(e.latency > 0, "%s", module_kinds[i]->head.name);
		ck_assert_msg(e.area > 0 || !is_on_chip(module_kinds[i]), "%s",
			module_kinds[i]->head.name);
	}
}
END_TEST

/* Every setting at either limit of its range, the others at their defaults: finite, not negative.
 */
START_TEST(test_limits)
{
	struct node n = node(_i);
	struct tech t = tech_at(&n, 300);

	for (int i = 0; module_kinds[i]; i++) {
		const struct module_kind *kind = module_kinds[i];
		for (const struct field *f = kind->head.fields; f->type != FIELD_LAST; f++) {
			struct module *m = defaults(kind);
			void *value = (char *)m + f->offset;
			for (int k = 0; k < 2; k++) {
				double x = k ? f->max : f->min;
				if (f->type == FIELD_REAL)
					*(double *)value = x;
				else if (f->type == FIELD_INT)
					*(int *)value = (int)x;
				else
					continue;
				struct est e = module_estimate(m, &t);
				ck_assert_msg(isfinite(e.energy) && e.energy >= 0, "%s: %s = %g",
					kind->head.name, f->key, x);
			}
		}
	}
}
END_TEST

/* More bits, rows, columns, lanes: never cheaper. */
START_TEST(test_monotone)
{
	struct node n = node(_i);
	struct tech t = tech_at(&n, 300);

	for (int i = 0; module_kinds[i]; i++) {
		const struct module_kind *kind = module_kinds[i];
		for (const struct field *f = kind->head.fields; f->type != FIELD_LAST; f++) {
			struct module *m = defaults(kind);
			int *value = (int *)(void *)((char *)m + f->offset);
			struct est e = {0};
			/* whole banks of whole words: a wider word may waste fewer cells;
			 * devices side by side share a transfer; more cells swing a line sooner */
			if (f->type != FIELD_INT || strcmp(f->key, "n_word") == 0 ||
				strcmp(f->key, "n_devices") == 0 ||
				strcmp(f->key, "n_rows_read") == 0)
				continue;
			for (*value = (int)fmax(f->min, 1); *value <= fmin(f->max, 200); ++*value) {
				struct est more = module_estimate(m, &t);
				not_less("area", kind->head.name, f->key, more.area, e.area,
					K_STAGE);
				not_less("energy", kind->head.name, f->key, more.energy, e.energy,
					K_FOLD);
				not_less("leakage", kind->head.name, f->key, more.leakage,
					e.leakage, K_STAGE);
				/* fewer columns hang on each of more converters */
				if (strcmp(f->key, "n_converters") != 0)
					not_less("latency", kind->head.name, f->key, more.latency,
						e.latency, K_FOLD);
				e.area = fmax(e.area, more.area);
				e.energy = fmax(e.energy, more.energy);
				e.leakage = fmax(e.leakage, more.leakage);
				e.latency = fmax(e.latency, more.latency);
			}
		}
	}
}
END_TEST

/* Off currents twice as large: leakage twice as large, nothing else moves. */
START_TEST(test_leakage_is_linear)
{
	for (int i = 0; module_kinds[i]; i++) {
		struct node n = node(_i);
		struct tech t = tech_at(&n, 300), leaky = t;
		struct module *m = defaults(module_kinds[i]);
		leaky.i_off_n_per_w *= 2;
		leaky.i_off_p_per_w *= 2;
		struct est a = module_estimate(m, &t), b = module_estimate(m, &leaky);
		if (is_on_chip(module_kinds[i]))
			ck_near(b.leakage, 2 * a.leakage, 1e-9);
		ck_near(b.energy, a.energy, 1e-12);
		ck_near(b.latency, a.latency, 1e-12);
		ck_near(b.area, a.area, 1e-12);
	}
}
END_TEST

/* Slower transistors: nothing gets faster, and charges stay what they are in plain logic. */
START_TEST(test_current_sets_time)
{
	static const char *const logic[] = {
		"inverter", "nand2", "nor2", "register", "adder", "adder_tree", NULL};

	for (int i = 0; module_kinds[i]; i++) {
		struct node n = node(_i);
		struct tech t = tech_at(&n, 300), slow = t;
		struct module *m = defaults(module_kinds[i]);
		slow.i_on_n_per_w /= 2;
		slow.i_on_p_per_w /= 2;
		struct est a = module_estimate(m, &t), b = module_estimate(m, &slow);
		ck_assert_msg(b.latency >= a.latency * 0.9, "%s", module_kinds[i]->head.name);
		for (int k = 0; logic[k]; k++)
			if (strcmp(logic[k], module_kinds[i]->head.name) == 0) {
				ck_near(b.latency, 2 * a.latency, 1e-9);
				ck_near(b.energy, a.energy, 1e-12);
			}
	}
}
END_TEST

/* Twice the feature size: four times the area of everything that is drawn in feature sizes. */
START_TEST(test_area_scales)
{
	static const char *const drawn[] = {"inverter", "nand2", "nor2", "register", "adder",
		"adder_tree", "mac_array", "vector_unit", "encoder", "relu", "residual_add",
		"pool_max", "pool_average", "transfer_sequencer", "transfer_quantise", NULL};
	struct node n = node(_i), twice = n;
	struct node_fin fin;

	twice.l_feature *= 2;
	if (n.fin) {
		fin = *n.fin;
		fin.l_pitch *= 2;
		twice.fin = &fin;
	}

	struct tech t = tech_at(&n, 300), large = tech_at(&twice, 300);

	for (int i = 0; module_kinds[i]; i++)
		for (int k = 0; drawn[k]; k++)
			if (strcmp(drawn[k], module_kinds[i]->head.name) == 0)
				ck_near(module_estimate(defaults(module_kinds[i]), &large).area,
					4 * module_estimate(defaults(module_kinds[i]), &t).area,
					1e-9);
}
END_TEST

START_TEST(test_combinators)
{
	struct est a = {1, 2, 3, 4}, b = {10, 20, 30, 40};

	ck_near(est_then(a, b).latency, 22, 0);
	ck_near(est_beside(a, b).latency, 20, 0);
	ck_near(est_beside(a, b).energy, 33, 0);
	ck_near(est_copies(a, 3).area, 3, 0);
	ck_near(est_copies(a, 3).latency, 2, 0);
	ck_near(est_repeat(a, 3).latency, 6, 0);
	ck_near(est_repeat(a, 3).area, 1, 0);
	ck_near(est_repeat(a, 3).leakage, 4, 0);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("module laws");
	TCase *c = tcase_create("all kinds");

	tcase_add_checked_fixture(c, setup, teardown);
	tcase_add_loop_test(c, test_finite, 0, N_NODES);
	tcase_add_loop_test(c, test_limits, 0, N_NODES);
	tcase_add_loop_test(c, test_monotone, 0, N_NODES);
	tcase_add_loop_test(c, test_leakage_is_linear, 0, N_NODES);
	tcase_add_loop_test(c, test_current_sets_time, 0, N_NODES);
	tcase_add_loop_test(c, test_area_scales, 0, N_NODES);
	tcase_add_test(c, test_combinators);
	suite_add_tcase(s, c);
	return run_suite(s);
}
