/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SRAM compute macros against sums by hand of the blocks they are made of, and laws that published
 * macros obey: 28 nm.
 */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "circuit/adder.h"
#include "circuit/driver.h"
#include "circuit/gate.h"
#include "circuit/mirror_adder.h"
#include "circuit/register.h"
#include "circuit/row_dac.h"
#include "circuit/sram_column.h"
#include "circuit/sram_frame.h"
#include "circuit/word_driver.h"
#include "near.h"

static struct arena *arena;
static struct tech tech;

static void setup(void)
{
	struct loader l;

	arena = arena_new();
	loader_init(&l, arena, diag_new(arena, stderr));

	const struct node *n = loader_file(&l, &node_file, "node-28nm-lp", "");

	ck_assert_ptr_nonnull(n);
	tech = tech_at(n, 300);
}

static void teardown(void)
{
	arena_free(arena);
}

static struct est macro(const char *kind, const char *settings)
{
	struct diag *d = diag_new(arena, stderr);
	struct loader l;
	int i = 0;

	while (strcmp(module_kinds[i]->head.name, kind) != 0)
		i++;

	const char *text = arena_dup(arena, settings);
	struct module *m = arena_alloc(arena, 1, module_kinds[i]->head.size);

	loader_init(&l, arena, d);
	m->kind = module_kinds[i];
	ck_assert(loader_bind(&l, m->kind->head.fields,
		yaml_read_text(arena, "settings", text, strlen(text), false, d), "", m));
	return module_estimate(m, &tech);
}

/* Twice the input bits cost twice the time and energy; what stands there does not change. */
START_TEST(test_bits)
{
	static const char *const kind[] = {"sram_current", "sram_charge", "sram_digital"};

	for (int i = 0; i < 2; i++) {
		struct est one = macro(kind[i], "{n_bits_in: 1, n_bits_sum: 8}");
		struct est two = macro(kind[i], "{n_bits_in: 2, n_bits_sum: 8}");
		ck_near(two.latency, 2 * one.latency, 1e-12);
		ck_near(two.energy, 2 * one.energy, 1e-12);
		ck_near(two.area, one.area, 1e-12);
		/* a single bit needs no sum behind its converter */
		struct est none = macro(kind[i], "{n_bits_in: 1}");
		ck_assert_double_lt(none.latency, one.latency);
		ck_assert_double_lt(none.energy, one.energy);
		ck_assert_double_lt(none.area, one.area);
	}
}
END_TEST

/* 16 rows by 4 columns of static cells: the current of 16 x 1/2 x 1/2 cells in each column and as much
 * in what it is compared with, from the supply for all the access but for the input's flip-flops. */
START_TEST(test_static)
{
	const char *same = "{n_rows: 16, n_columns: 4, n_converters: 4, static: %s, "
			   "converter: {kind: flash, n_bits: 1}}";
	struct est held = macro("sram_current", arena_printf(arena, same, "true"));
	struct est none = macro("sram_current",
		"{n_rows: 16, n_columns: 4, n_converters: 4, static: true, k_ones: 0, "
		"converter: {kind: flash, n_bits: 1}}");
	struct est word = word_driver_estimate(
		&(struct word_driver){.n_rows = 16,
			.n_columns = 4,
			.l_cell = tech.node->sram.k_width_in_f * tech.l_feature,
			.c_cell = 2 * transistor_c_gate(&tech, tech.node->sram.k_w_access * tech.l_feature)},
		&tech);
	double i = 2 * 4 * 16 * 0.5 / 2 * sram_column(&tech, 1).i_cell;

	double t_held = held.latency - reg_bits(&tech, 16).latency;

	ck_near(held.energy - none.energy, i * tech.v_dd * t_held + 16 * 0.5 * word.energy, 1e-9);
}
END_TEST

/* An input of b bits opens a word line (1 + 2^b - 1)/2 times as often in the mean, half of the rows at all,
 * and clocks 2 - 2^(1-b) flip-flops of its counter each time; b flip-flops are loaded and clocked, and the
 * clock of the pulses runs 2^b - 1 times along the rows: three settings tell what each of them costs. */
START_TEST(test_pulses)
{
	const char *same = "{n_rows: 16, n_columns: 64, n_bits_pulse: %d, n_gates: 4}";
	double e_1 = macro("sram_current", arena_printf(arena, same, 1)).energy;
	double e_2 = macro("sram_current", arena_printf(arena, same, 2)).energy;
	double e_3 = macro("sram_current", arena_printf(arena, same, 3)).energy;

	const char *deaf = "{n_rows: 16, n_columns: 64, n_bits_pulse: %d, n_gates: 4, k_ones: 0}";
	double e_2_deaf = macro("sram_current", arena_printf(arena, deaf, 2)).energy;
	double e_3_deaf = macro("sram_current", arena_printf(arena, deaf, 3)).energy;
	double e_count = reg_estimate(&(struct reg){.n_bits = 1, .k_active = 1}, &tech).energy;
	struct est word = word_driver_estimate(
		&(struct word_driver){.n_rows = 16,
			.n_columns = 64,
			.l_cell = tech.node->sram.k_width_in_f * tech.l_feature,
			.c_cell = 4 * transistor_c_gate(&tech, tech.node->sram.k_w_access * tech.l_feature)},
		&tech);

	/* 2 and 4 openings in the mean; the lines' own energy is the same */
	ck_near((e_3 - e_3_deaf) - (e_2 - e_2_deaf),
		8 * (4 * (word.energy + 1.75 * e_count) - 2 * (word.energy + 1.5 * e_count)), 1e-9);
	ck_assert_double_gt(e_3_deaf, e_2_deaf);
	ck_assert_double_gt(e_2, e_1);
}
END_TEST

/* N c v^2 p (1 - p) in every column: from one capacitor to another only this changes. */
START_TEST(test_charge)
{
	const char *same = "{n_rows: 100, n_columns: 10, n_converters: 10, k_ones: 0.5, c_cell: %s}";
	double e_1 = macro("sram_charge", arena_printf(arena, same, "1 fF")).energy;
	double e_3 = macro("sram_charge", arena_printf(arena, same, "3 fF")).energy;

	ck_near(e_3 - e_1, 10 * 100 * 2e-15 * tech.v_dd * tech.v_dd * 0.25 * 0.75, 1e-9);
}
END_TEST

/* 8 products of 4 bits in one sum: NOR gates, tree of 7 adders, accumulator of 8 bits. */
START_TEST(test_digital)
{
	const char *same = "{n_rows: 8, n_sums: %d, n_bits_weight: 4, k_ones: 0}";
	struct est one = macro("sram_digital", arena_printf(arena, same, 1));
	struct est two = macro("sram_digital", arena_printf(arena, same, 2));
	/* 4 adders of 4 bits, 2 of 5, 1 of 6; an accumulator of 4 + 3 + 1 bits */
	struct est bit = mirror_adder_estimate(&(struct mirror_adder){.n_bits = 1, .k_active = 0.15}, &tech);
	struct est tree = {.area = 32 * bit.area, .energy = 32 * bit.energy};
	struct est hold = reg_bits(&tech, 8);
	struct est add = {.area = 8 * bit.area + hold.area, .energy = 8 * bit.energy + hold.energy};

	struct sram_frame around = {
		.n_rows = 6, .n_columns = 6, .k_cell = 1, .n_row_pins = 8, .n_row_phases = 1, .n_flops = 8 + 8};
	struct est frame = sram_frame_estimate(&around, &tech).est;

	/* no ones: inputs clock, products and lines stand still */
	ck_near(one.energy, reg_bits(&tech, 8).energy + tree.energy + add.energy + frame.energy, 1e-9);
	around.n_rows = around.n_columns = 8;
	around.n_flops = 8 + 2 * 8;
	ck_near(two.energy, reg_bits(&tech, 8).energy + 2 * (tree.energy + add.energy) +
				    sram_frame_estimate(&around, &tech).est.energy, 1e-9);

	const struct node_sram *s = &tech.node->sram;
	double a_cell = s->k_width_in_f * s->k_height_in_f * tech.l_feature * tech.l_feature;
	double a_cells = (10 * 10 - 8 * 8) * a_cell; /* dummies around 6 x 6 and 8 x 8 */
	double a_logic = 8 * 4 * gate_nor(&tech, 2, 1).a + tree.area + add.area;

	ck_assert_double_gt(two.area - one.area, a_cells + a_logic / 0.7);
	ck_assert_double_lt(two.area - one.area, 1.3 * (a_cells + a_logic / 0.7));
}
END_TEST

/* What writes the cells stands still: two more phases' lines and a clock line are all it draws. The margin
 * is 1.8 fan-out-of-four delays. */
START_TEST(test_frame)
{
	struct sram_frame bare = {.n_rows = 64, .n_columns = 64, .k_cell = 1};
	struct sram_frame shared = bare, twice = bare;

	shared.has_words = shared.has_precharge = true;
	twice.n_row_phases = 2;

	struct sram_frame_est one = sram_frame_estimate(&bare, &tech), less = sram_frame_estimate(&shared, &tech);
	const struct node_sram *s = &tech.node->sram;
	struct line row = line_of(tech.intermediate, 64 * s->k_height_in_f * tech.l_feature);

	ck_near(less.est.energy, one.est.energy, 0);
	ck_assert_double_lt(less.a_rows, one.a_rows);
	ck_assert_double_lt(less.a_columns, one.a_columns);
	ck_assert_double_lt(less.est.leakage, one.est.leakage);
	ck_assert_double_gt(one.est.latency, 1.8 * gate_t_fo4(&tech));
	ck_near(sram_frame_estimate(&twice, &tech).est.energy - one.est.energy,
		2 * driver_estimate(&(struct driver){row, 0}, &tech).est.energy, 1e-9);

	/* strips of a fifth and a half meet in a tenth; one twice as thick as the array is folded */
	double a = 66 * 66 * s->k_width_in_f * s->k_height_in_f * tech.l_feature * tech.l_feature;

	ck_near(sram_frame_area(&bare, &tech, 0, 0), a, 1e-12);
	ck_near(sram_frame_area(&bare, &tech, 0.2 * a, 0.5 * a), 1.8 * a, 1e-12);
	ck_near(sram_frame_area(&bare, &tech, 0.2 * a, 2 * a), 3.4 * a, 1e-12);
	ck_assert_int_eq(sram_frame_bits(0, 4, 1), 0);
	ck_assert_int_eq(sram_frame_bits(0, 4, 3), 7);
	ck_assert_int_eq(sram_frame_bits(22, 4, 3), 22);
}
END_TEST

/* 50 fF per bit and the flip-flops; as many thresholds, as many accesses. */
START_TEST(test_dac_and_thresholds)
{
	double v_2 = tech.v_dd * tech.v_dd;

	ck_near(row_dac_estimate(&tech, 8).energy, 8 * 50e-15 * v_2 + reg_bits(&tech, 8).energy, 1e-12);
	ck_near(row_dac_estimate(&tech, 0).area, 0, 0);
	ck_assert_double_gt(row_dac_estimate(&tech, 8).latency, row_dac_estimate(&tech, 4).latency);

	struct est one = macro("sram_current", "{n_bits_sum: 5}");
	struct est all = macro("sram_current", "{n_bits_sum: 5, n_thresholds: 31}");

	ck_near(all.latency, 31 * one.latency, 1e-12);
	ck_near(all.energy, 31 * one.energy, 1e-12);
	ck_near(all.area, one.area, 0);
}
END_TEST

/* The weakest of more cells is weaker, but never without current; equal thresholds have no weakest. */
START_TEST(test_weakest)
{
	double k_1 = sram_column_k_weak(&tech, 1e3), k_2 = sram_column_k_weak(&tech, 1e6);
	struct node same = *tech.node;
	struct tech even = tech;

	same.v_mismatch = 1e-12;
	even.node = &same;
	ck_assert_double_lt(k_1, 1);
	ck_assert_double_lt(k_2, k_1);
	ck_assert_double_gt(k_2, 0);
	ck_near(sram_column_k_weak(&even, 1e6), 1, 1e-6);
	/* the median cell is the mean one */
	ck_near(sram_column_k_weak(&tech, 2), 1, 1e-12);
}
END_TEST

/* Two bits at a time: half of the passes of something larger, each less than twice as dear. */
START_TEST(test_booth)
{
	struct est plain = macro("sram_digital", "{n_bits_in: 8, n_bits_sum: 22}");
	struct est booth = macro("sram_digital", "{n_bits_in: 8, n_bits_sum: 22, booth: true}");
	struct est one = macro("sram_digital", "{n_bits_in: 2, n_bits_sum: 22, booth: true}");

	ck_near(booth.energy, 4 * one.energy, 1e-12);
	ck_near(booth.latency, 4 * one.latency, 1e-12);
	ck_assert_double_gt(booth.area, plain.area);
	ck_assert_double_lt(booth.latency, 0.7 * plain.latency);
	ck_assert_double_gt(booth.energy, 0.5 * plain.energy);
	ck_assert_double_lt(booth.energy, 2 * plain.energy);
}
END_TEST

/* By hand: 14 c_in + 6 c_out a bit; half as tall in pitches as nine NAND2 of three. */
START_TEST(test_mirror)
{
	struct gate g = gate_inverter(&tech, 1);
	const struct node_layout *l = &tech.node->layout;
	struct est e = mirror_adder_estimate(&(struct mirror_adder){.n_bits = 4, .k_active = 1}, &tech);
	double f = tech.l_feature;

	ck_near(e.energy, 4 * l->k_wiring * (14 * g.c_in + 6 * g.c_out) * tech.v_dd * tech.v_dd, 1e-12);
	ck_near(e.area, 4 * 17 * 3.8 * l->k_cell_height * f * f, 1e-12);
	ck_assert_double_lt(e.energy, adder_estimate(&(struct adder){.n_bits = 4, .k_active = 1}, &tech).energy);
	ck_assert_double_lt(e.area, adder_bits(&tech, 4).area);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("sram macros");
	TCase *c = tcase_create("sram macros");
	SRunner *r = srunner_create(s);

	tcase_add_checked_fixture(c, setup, teardown);
	tcase_add_test(c, test_bits);
	tcase_add_test(c, test_static);
	tcase_add_test(c, test_pulses);
	tcase_add_test(c, test_charge);
	tcase_add_test(c, test_digital);
	tcase_add_test(c, test_frame);
	tcase_add_test(c, test_dac_and_thresholds);
	tcase_add_test(c, test_weakest);
	tcase_add_test(c, test_booth);
	tcase_add_test(c, test_mirror);
	suite_add_tcase(s, c);
	srunner_run_all(r, CK_ENV);

	int n_failed = srunner_ntests_failed(r);

	srunner_free(r);
	return n_failed != 0;
}
