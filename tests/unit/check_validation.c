/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Macros beside published figures: what is counted, how errors are averaged. The published macros
 * themselves are compared by tests/validate/run.sh.
 */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "fixture.h"
#include "near.h"
#include "study/validation.h"

static const struct macro *read_macro(const char *text, struct diag *d)
{
	struct loader l;
	struct macro *m = NEW(arena, struct macro, 1);
	const struct yaml *map = yaml_read_text(arena, "macro", text, strlen(text), false, d);

	loader_init(&l, arena, d);
	return loader_bind(&l, macro_fields, map, "", m) && macro_file.check(m, arena, d) ? m : NULL;
}

/* A module is what mho module says, with its leakage over the access. */
START_TEST(test_module)
{
	struct diag *d = diag_new(arena, stderr);
	const struct macro *m = read_macro(
		"{name: x, class: converter, node: node-40nm-lp, module: {kind: adc_sar, n_bits: 5}, "
		"access: {n_rows: 10, n_sums: 3, n_bits_in: 2, n_bits_weight: 4}, points: [{area: 1 um^2}]}",
		d);

	ck_assert_ptr_nonnull(m);

	struct tech t = tech_at(m->node, 300);
	struct est e = module_estimate(m->module, &t);
	struct macro_cost c = macro_estimate(m);

	ck_near(c.area, e.area, 1e-12);
	ck_near(c.energy, e.energy + e.leakage * e.latency, 1e-12);
	ck_near(c.tops_per_w, 2.0 * 10 * 3 * 2 * 4 / c.energy * 1e-12, 1e-12);
}
END_TEST

START_TEST(test_supply)
{
	struct diag *d = diag_new(arena, stderr);
	const char *text = "{name: x, class: converter, node: node-40nm-lp%s, module: {kind: adc_sar}, "
			   "points: [{area: 1 um^2}]}";
	const struct macro *own = read_macro(arena_printf(arena, text, ""), d);
	const struct macro *low = read_macro(arena_printf(arena, text, ", v_dd: 0.8 V"), d);

	ck_assert(own && low);
	ck_assert_double_gt(macro_estimate(low).t_access, macro_estimate(own).t_access);
	ck_assert_double_lt(macro_estimate(low).energy, macro_estimate(own).energy);
}
END_TEST

START_TEST(test_refused)
{
	static const char *const bad[] = {
		"{name: x, class: converter, node: node-40nm-lp, points: [{area: 1 um^2}]}",
		"{name: x, class: converter, module: {kind: adc_sar}, points: [{area: 1 um^2}]}",
		"{name: x, class: converter, node: node-40nm-lp, v_dd: 0.2 V, module: {kind: adc_sar}, "
		"points: [{area: 1 um^2}]}",
		"{name: x, class: converter, node: node-40nm-lp, module: {kind: adc_sar}, access: {n_samples: 3}, "
		"points: [{area: 1 um^2}]}",
		"{name: x, class: converter, node: node-40nm-lp, module: {kind: adc_sar}, access: {once: true, "
		"n_parts: 2}, points: [{area: 1 um^2}]}",
		"{name: x, class: converter, node: node-40nm-lp, module: {kind: adc_sar}, access: {once: true, "
		"n_bits_in: 3, n_samples: 2}, points: [{area: 1 um^2}]}",
	};

	for (int i = 0; i < 3; i++) {
		FILE *nowhere = fopen("/dev/null", "w");
		struct diag *d = diag_new(arena, nowhere);
		ck_assert_ptr_null(read_macro(bad[i], d));
		ck_assert_int_eq(diag_errors(d), 1);
		fclose(nowhere);
	}
}
END_TEST

/* Ratios 1/2, 2 and 4 of one class beside a row of another and one apart: mean 4^(1/3), spread by hand. */
START_TEST(test_errors)
{
	struct validation_row row[] = {
		{.class = MACRO_RESISTIVE, .chip = 0, .quantity = QUANTITY_AREA, .published = 2, .estimated = 1},
		{.class = MACRO_RESISTIVE, .chip = 0, .quantity = QUANTITY_TIME, .published = 1, .estimated = 2},
		{.class = MACRO_MEMORY, .chip = 1, .quantity = QUANTITY_AREA, .published = 1, .estimated = 9},
		{.class = MACRO_RESISTIVE, .chip = 2, .quantity = QUANTITY_AREA, .published = 1, .estimated = 4},
		{.class = MACRO_RESISTIVE, .chip = 2, .quantity = QUANTITY_EFFICIENCY, .published = 9, .estimated = 1,
			.apart = true},
	};
	struct validation v = {.n_rows = 5, .row = row};
	struct validation_error all = validation_error(&v, MACRO_RESISTIVE, QUANTITY_COUNT, false);
	struct validation_error area = validation_error(&v, MACRO_RESISTIVE, QUANTITY_AREA, false);

	ck_assert_int_eq(all.n, 3);
	ck_assert_int_eq(all.n_chips, 2);
	ck_near(all.k_mean, pow(4, 1.0 / 3), 1e-12);
	/* logarithms to base 2: -1, 1, 2; mean 2/3, mean square 2 */
	ck_near(all.k_spread, pow(2, sqrt(2 - 4.0 / 9)), 1e-12);
	ck_near(all.k_within, 2.0 / 3, 1e-12);
	ck_assert_int_eq(area.n, 2);
	ck_near(area.k_mean, sqrt(2), 1e-12);
}
END_TEST

static struct macro_cost cost_of(const char *access)
{
	const char *text = "{name: x, class: resistive, design: {name: x, node: node-40nm-lp, training: false, "
			   "synapse: {kind: single, cell: cell-rram-40nm}, array: {n_columns_per_converter: 1}}, "
			   "access: {n_rows: 64, n_sums: 64, n_bits_in: 2, once: true%s}, points: [{area: 1 um^2}]}";
	const struct macro *m = read_macro(arena_printf(arena, text, access), diag_new(arena, stderr));

	ck_assert_ptr_nonnull(m);
	return macro_estimate(m);
}

/* Samples of a time by design instead of the lines' own, parts with a conversion and a pause each. */
START_TEST(test_samples)
{
	struct macro_cost own = cost_of(""),
			  three = cost_of(", n_samples: 3, t_sample: 1 us"),
			  four = cost_of(", n_samples: 4, t_sample: 1 us"),
			  two = cost_of(", n_samples: 3, t_sample: 1 us, n_parts: 2, t_part: 1 us");
	const struct account *adc = &three.ledger.leaf[LEAF_ADC], *adc_2 = &two.ledger.leaf[LEAF_ADC];
	double t_adc = adc->phase[PHASE_FORWARD].latency, e_adc = adc->phase[PHASE_FORWARD].energy;

	ck_assert_double_lt(own.t_access, 1e-6);
	ck_near(four.t_access - three.t_access, 1e-6, 1e-9);
	ck_near(two.t_access - three.t_access, 1e-6 + t_adc, 1e-9);
	ck_near(adc_2->phase[PHASE_FORWARD].energy, 2 * e_adc, 1e-12);
	ck_near(three.area, own.area, 1e-12);
	ck_near(three.ledger.leaf[leaf_of_part(0, PART_CELLS)].phase[PHASE_FORWARD].energy,
		own.ledger.leaf[leaf_of_part(0, PART_CELLS)].phase[PHASE_FORWARD].energy, 1e-12);
}
END_TEST

/* The blocks of a macro that has them all published add up to the whole. */
START_TEST(test_shares)
{
	struct loader l;

	loader_init(&l, arena, diag_new(arena, stderr));

	const struct macro *m = loader_file(&l, &macro_file, "neurram-130nm", "");

	ck_assert_ptr_nonnull(m);

	struct macro_cost c = macro_estimate(m);
	const char *leaves[] = {"cells", "row_switch", "column_switch", "mux", "level_shifter", "adc", "shift_add"};
	double sum_area = 0, sum_energy = 0;

	for (int i = 0; i < 7; i++) {
		struct macro_block b = {.leaves = {1, &leaves[i]}};
		sum_area += macro_share_area(&c, &b);
		sum_energy += macro_share_energy(&c, &b);
	}
	ck_near(sum_area, 1, 1e-12);
	ck_near(sum_energy, 1, 1e-12);
}
END_TEST

/* A design that names the calibration has all of its arrays' area, time and dynamic energy scaled. */
START_TEST(test_calibration)
{
	struct loader l, k;

	loader_init(&l, arena, diag_new(arena, stderr));
	loader_init(&k, arena, l.diag);
	ck_assert(loader_set(&k, "design.calibration=calibration"));

	const struct macro *m = loader_file(&l, &macro_file, "neurram-130nm", "");
	const struct macro *n = loader_file(&k, &macro_file, "neurram-130nm", "");
	const struct calibration *c = loader_file(&l, &calibration_file, "calibration", "");

	ck_assert(m && n && c);

	struct factors f = c->of[MACRO_RESISTIVE];

	ck_assert_double_ne(f.k_area, 1);
	ck_near(macro_estimate(n).area, f.k_area * macro_estimate(m).area, 1e-12);
	ck_near(macro_estimate(n).t_access, f.k_time * macro_estimate(m).t_access, 1e-12);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("validation");
	TCase *c = tcase_create("validation");
	SRunner *r = srunner_create(s);

	tcase_add_checked_fixture(c, setup, teardown);
	tcase_add_test(c, test_module);
	tcase_add_test(c, test_supply);
	tcase_add_test(c, test_refused);
	tcase_add_test(c, test_errors);
	tcase_add_test(c, test_samples);
	tcase_add_test(c, test_shares);
	tcase_add_test(c, test_calibration);
	suite_add_tcase(s, c);
	srunner_run_all(r, CK_ENV);

	int n_failed = srunner_ntests_failed(r);

	srunner_free(r);
	return n_failed != 0;
}
