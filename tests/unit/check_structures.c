/* SPDX-License-Identifier: Apache-2.0 */
/* Cell structures: hand values, limits, and what is refused. */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "device/cell.h"
#include "device/sram_cell.h"
#include "near.h"

static struct arena *arena;
static struct diag *diag;
static struct tech tech;

struct holder {
	struct cell *cell;
};

static const struct field holder_fields[] = {
	SUBFILE(holder, cell, &cell_file, NULL, "a cell"),
	FIELD_END,
};

static void setup(void)
{
	struct loader l;

	arena = arena_new();
	diag = diag_new(arena, stderr);
	loader_init(&l, arena, diag);
	tech = tech_at(loader_file(&l, &node_file, "node-40nm-lp", "node"), 300);
}

static void teardown(void)
{
	arena_free(arena);
}

/* A cell whose structure and further keys are given; NULL after errors. */
static const struct cell *cell_of(const char *structure, const char *more)
{
	const char *text = arena_printf(arena,
		"cell: {name: x, structure: %s, geometry: {k_width_in_f: 4, k_height_in_f: 4}, g_min: 1 uS, "
		"g_max: 10 uS, %s, variation: {}, response: {kind: ideal, n_up: 1, n_down: 1}}",
		structure, more);
	struct yaml *y = yaml_read_text(arena, "cell", text, strlen(text), false, diag);
	struct holder h = {0};
	struct loader l;

	loader_init(&l, arena, diag);
	ck_assert_ptr_nonnull(y);
	return loader_bind(&l, holder_fields, y, "", &h) ? h.cell : NULL;
}

#define PULSES(v) "write: {up: {v: " v ", t: 10 ns}, down: {v: " v ", t: 10 ns}}"
#define READ	  "read: {v_read: 0.2 V}"

START_TEST(words_name_the_descriptors)
{
	int n = 0;

	for (; cell_structures[n]; n++) {
		const struct cell_structure *s = cell_structures[n];
		ck_assert_str_eq(structure_words[n], s->name);
		ck_assert(s->summary && s->source && s->load && s->g_read && s->e_pulse && s->levels);
	}
	ck_assert_ptr_null(structure_words[n]);
}
END_TEST

#define SELECTOR "selector: {v_threshold: 1 V, v_hold: 0.25 V, i_half: 1 nA, v_decade: 0.2 V}"

/* Off: a decade per v_decade through i_half, odd about zero, never more than the element; on: the
 * element behind a constant drop. */
START_TEST(a_selector_opens_at_its_threshold)
{
	const struct cell *c =
		cell_of("crosspoint", PULSES("1.8 V") ", read: {v_read: 1 V}, " SELECTOR);
	double (*i)(const struct cell *, double, double) = cell_structure(c)->i_unselected;
	double last = 0;

	ck_near(i(c, 1, 0.5), 1e-9, 1e-12);
	ck_near(i(c, 1, 0.7), 1e-8, 1e-4);
	ck_near(i(c, 1, 0), 0, 0);
	ck_near(i(c, 1, 1.8), 10e-6 * 1.55, 1e-12);
	ck_near(cell_structure(c)->e_pulse(c, &tech, PULSE_UP, 1), 1.8 * 10e-6 * 1.55 * 10e-9, 1e-12);
	ck_near(cell_structure(c)->g_read(c, &tech, NULL, 1), 10e-6 * 0.75, 1e-12);
	for (double v = 0; v < 2; v += 0.01) {
		double now = i(c, 1, v);
		ck_assert(now >= last && now <= 10e-6 * v + 1e-18);
		last = now;
	}
	/* without one the element alone */
	c = cell_of("crosspoint", PULSES("1.8 V") ", " READ);
	ck_near(cell_structure(c)->i_unselected(c, 1, 0.5), 5e-6, 1e-12);
}
END_TEST

/* Bias at half: v/2 on what shares a line, nothing elsewhere; at a third: v/3 everywhere. The written
 * cell sees all of v, whichever way. */
START_TEST(a_crosspoint_is_biased)
{
	const struct cell *c = cell_of("crosspoint", PULSES("1.8 V") ", " READ);
	const struct cell_structure *s = cell_structure(c);

	for (int p = PULSE_UP; p <= PULSE_DOWN; p++)
		for (int bias = BIAS_HALF; bias <= BIAS_THIRD; bias++) {
			struct write_levels l =
				s->levels(c, &tech, (enum polarity)p, (enum write_bias)bias);
			double v = bias == BIAS_HALF ? 0.9 : 0.6;
			ck_near(fabs(l.v_row - l.v_column), 1.8, 1e-12);
			ck_near(fabs(l.v_row - l.v_idle), v, 1e-12);
			ck_near(fabs(l.v_others - l.v_column), v, 1e-12);
			ck_near(fabs(l.v_others - l.v_idle), l.v_rest, 1e-12);
			ck_near(l.v_half_row, v, 1e-12);
			ck_near(l.v_half_column, v, 1e-12);
		}
}
END_TEST

#define STORAGE "capacitor: {c_storage: 10 fF, i_write: 1 uA, k_width_source_in_f: 2, k_width_read_in_f: 2}"
#define FILM(c)                                                                                    \
	"remanent: {n_levels: 4, program: {v: 4 V, t: 1 us}, erase: {v: 4 V, t: 1 us}, v_coercive: 1 V, " \
	"q_switched_per_a: 40 uC/cm^2, k_film_area_in_f2: 10, c_film: " c "}"

/* v (q a/2 + C v): half a switch of 10 F^2 at 40 nm, and 10 fF, or 10 fF in series with 2.5 fF. */
START_TEST(polarisation_and_node_take_their_charge)
{
	const char *const names[] = {"2t1f", "femfet"};
	const char *const more[] = {PULSES("1 V") ", " READ ", " STORAGE ", " FILM("0 F"),
		PULSES("1 V") ", " READ ", " STORAGE ", " FILM("2.5 fF")};
	const double c_node[] = {10e-15, 2e-15};

	for (int i = 0; i < 2; i++) {
		const struct cell *c = cell_of(names[i], more[i]);
		const struct cell_structure *s = cell_structure(c);
		double q = 0.4 * 10 * 1.6e-15 / 2;
		ck_near(s->e_pulse(c, &tech, PULSE_PROGRAM, 0), 4 * (q + c_node[i] * 4), 1e-9);
		ck_near(s->e_pulse(c, &tech, PULSE_ERASE, 0), 4 * (q + c_node[i] * 4), 1e-9);
		ck_near(s->e_pulse(c, &tech, PULSE_UP, 0), 1 * 1e-6 * 10e-9, 1e-12);
		ck_near(s->levels(c, &tech, PULSE_ERASE, BIAS_HALF).v_word, 4, 0);
		ck_near(s->levels(c, &tech, PULSE_UP, BIAS_HALF).v_word, tech.v_dd, 0);
	}
}
END_TEST

/* An SRAM bit: nothing when it holds a zero; the current of its transistors in series when a one. */
START_TEST(an_sram_bit_pulls_or_not)
{
	const struct cell *c = cell_of("sram-6t", PULSES("0 V") ", read: {v_read: 0.7 V}");
	const struct cell_structure *s = cell_structure(c);
	double i = s->g_read(c, &tech, NULL, 1) * 0.7;

	ck_near(s->g_read(c, &tech, NULL, 0), 0, 0);
	ck_assert(i <= sram_cell_i_read(&tech) * (1 + 1e-12) && i > sram_cell_i_read(&tech) / 3);
	ck_near(s->p_leak(c, &tech), sram_cell_leakage(&tech), 0);
	ck_assert(sram_cell_e_flip(&tech) > 1e-17 && sram_cell_e_flip(&tech) < 1e-14);
}
END_TEST

static const struct {
	const char *structure, *more, *said;
} refused[] = {
	{"fefet", PULSES("3 V") ", " READ, "'structure: fefet' needs 'q_switched_per_a' above 0 C/m^2"},
	{"3t1c", PULSES("1 V") ", " READ, "'structure: 3t1c' needs the key 'capacitor'"},
	{"2t1f", PULSES("1 V") ", " READ ", " STORAGE, "'structure: 2t1f' needs the key 'remanent'"},
	{"skyrmion", PULSES("1 V") ", " READ, "'structure: skyrmion' needs the key 'track'"},
	{"1t1r", PULSES("1 V") ", " READ ", " SELECTOR, "'structure: 1t1r' has no use for the key 'selector'"},
	{"1t1r", PULSES("0 V") ", " READ, "'v' must be above 0 V"},
	{"crosspoint", PULSES("0.8 V") ", read: {v_read: 1 V}, " SELECTOR,
		"the selector does not turn on at the write voltage of 0.8 V (threshold 1 V)"},
	{"crosspoint", PULSES("2.2 V") ", read: {v_read: 1 V}, " SELECTOR,
		"half of the write voltage of 2.2 V turns on the selectors of cells that are not written "
		"(threshold 1 V)"},
	{"crosspoint", PULSES("1.8 V") ", " READ ", " SELECTOR,
		"the selector does not turn on at the read voltage of 0.2 V (threshold 1 V)"},
	{"femfet", PULSES("1 V") ", " READ ", " STORAGE ", " FILM("0 F"),
		"'structure: femfet' needs 'c_film' above 0 F: the film is in series with the gate"},
	{"femfet", PULSES("1 V") ", " READ ", " STORAGE ", " FILM("40 fF"),
		"a pulse of 4 V puts 0.8 V on the film, which switches above 1 V ('v_coercive')"},
};

START_TEST(cells_that_make_no_sense_are_refused)
{
	FILE *quiet = fopen("/dev/null", "w");

	diag = diag_new(arena, quiet);
	ck_assert_ptr_null(cell_of(refused[_i].structure, refused[_i].more));
	ck_assert_str_eq(diag_first(diag), refused[_i].said);
	fclose(quiet);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("structures");
	TCase *c = tcase_create("cells");

	tcase_add_checked_fixture(c, setup, teardown);
	tcase_add_test(c, words_name_the_descriptors);
	tcase_add_test(c, a_selector_opens_at_its_threshold);
	tcase_add_test(c, a_crosspoint_is_biased);
	tcase_add_test(c, polarisation_and_node_take_their_charge);
	tcase_add_test(c, an_sram_bit_pulls_or_not);
	tcase_add_loop_test(c, cells_that_make_no_sense_are_refused, 0,
		(int)(sizeof refused / sizeof *refused));
	suite_add_tcase(s, c);
	return run_suite(s);
}
