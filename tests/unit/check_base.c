/* SPDX-License-Identifier: Apache-2.0 */
#include <float.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/field.h"
#include "base/path.h"
#include "base/table.h"
#include "base/units.h"
#include "near.h"

START_TEST(arena_gives_zeroed_aligned_blocks)
{
	struct arena *a = arena_new();
	size_t mark = 0;

	for (int i = 1; i < 2000; i += 37) {
		char *p = NEW(a, char, i);
		ck_assert_uint_eq((uintptr_t)p % 64, 0);
		for (int k = 0; k < i; k++)
			ck_assert_int_eq(p[k], 0);
		memset(p, 0xff, (size_t)i);
		if (i > 1000 && !mark)
			mark = arena_mark(a);
	}
	arena_reset(a, mark);
	ck_assert_uint_eq(arena_mark(a), mark);
	ck_assert_int_eq(*NEW(a, char, 100), 0); /* reused memory is zeroed again */
	NEW(a, double, 1 << 20);
	arena_reset(a, mark);
	ck_assert_str_eq(arena_printf(a, "%d %s", 7, "x"), "7 x");
	arena_free(a);
}
END_TEST

static const struct {
	const char *text;
	enum dim dim;
	enum units_status status;
	double si;
} units_cases[] = {
	{"0.5 V", DIM_VOLT, UNITS_OK, 0.5},
	{"0.5V", DIM_VOLT, UNITS_OK, 0.5},
	{"10 kOhm", DIM_OHM, UNITS_OK, 10e3},
	{"40 nm", DIM_METRE, UNITS_OK, 40e-9},
	{"25 um^2", DIM_SQUARE_METRE, UNITS_OK, 25e-12},
	{"1 fF", DIM_FARAD, UNITS_OK, 1e-15},
	{"-3e-2 V", DIM_VOLT, UNITS_OK, -0.03},
	{"20 uC/cm^2", DIM_COULOMB_PER_SQUARE_METRE, UNITS_OK, 0.2},
	{"1 y", DIM_SECOND, UNITS_OK, 31557600},
	{"64", DIM_NONE, UNITS_OK, 64},
	{".5", DIM_NONE, UNITS_OK, 0.5},
	{"0.5 mA", DIM_VOLT, UNITS_OTHER_DIM, 0},
	{"0.5", DIM_VOLT, UNITS_MISSING, 0},
	{"64 V", DIM_NONE, UNITS_UNEXPECTED, 0},
	{"5 mv", DIM_VOLT, UNITS_UNKNOWN, 0}, /* case matters */
	{"5 Ms", DIM_SECOND, UNITS_UNKNOWN, 0},
	{"5 %", DIM_NONE, UNITS_UNKNOWN, 0},
	{"nan", DIM_NONE, UNITS_NOT_A_NUMBER, 0},
	{"inf V", DIM_VOLT, UNITS_NOT_A_NUMBER, 0},
	{"0x10", DIM_NONE, UNITS_UNKNOWN, 0},
	{"1e999", DIM_NONE, UNITS_NOT_A_NUMBER, 0},
	{"", DIM_VOLT, UNITS_NOT_A_NUMBER, 0},
	{"1,5 V", DIM_VOLT, UNITS_NOT_A_NUMBER, 0},
	{" 1 V", DIM_VOLT, UNITS_NOT_A_NUMBER, 0},
	{"1  V", DIM_VOLT, UNITS_NOT_A_NUMBER, 0},
};

START_TEST(units_read_what_is_meant)
{
	double si = 0;
	enum dim found = DIM_NONE;

	ck_assert_int_eq(units_parse(units_cases[_i].text, units_cases[_i].dim, &si, &found),
		units_cases[_i].status);
	if (units_cases[_i].status == UNITS_OK)
		ck_near(si, units_cases[_i].si, DBL_EPSILON);
}
END_TEST

START_TEST(units_text_reads_back)
{
	struct arena *a = arena_new();
	const double values[] = {1.5e-13, 2.5e-6, 0.965, 12, 4.2e5};

	for (int dim = 0; dim < DIM_COUNT; dim++)
		for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
			double si;
			enum dim found;
			ck_assert_int_eq(units_parse(units_text(a, values[i], (enum dim)dim), (enum dim)dim, &si,
				&found), UNITS_OK);
			ck_near(si, values[i], 1e-5);
		}
	ck_assert_str_eq(units_text(a, 25e-6, DIM_SIEMENS), "25 uS");
	ck_assert_str_eq(units_text(a, 0, DIM_VOLT), "0 V");
	ck_assert_str_eq(number_text(a, 0.1), "0.1");
	ck_assert_str_eq(number_text(a, 10), "10");
	ck_assert_str_eq(number_text(a, 1000000), "1000000");
	ck_assert_str_eq(number_text(a, -0.25), "-0.25");
	ck_assert_str_eq(number_text(a, 1.0 / 3), "0.3333333333333333");
	arena_free(a);
}
END_TEST

struct inner {
	double v;
};
struct thing {
	const char *name;
	double r, k;
	int n, word;
	bool flag;
	struct inner in;
	const struct inner *maybe;
	struct field_reals list;
};

static const char *const words[] = {"alpha", "beta", NULL};
static const struct field inner_fields[] = {
	REAL(inner, v, DIM_VOLT, 0, 5, "1 V", "a voltage"),
	FIELD_END,
};
static const struct field thing_fields[] = {
	NAME(thing, name, "none", "a name"),
	REAL(thing, r, DIM_OHM, 1, 1e6, NULL, "a resistance"),
	REAL(thing, k, DIM_NONE, 0, 1, "0.25", "a ratio"),
	INT(thing, n, 1, 64, "8", "a count"),
	WORD(thing, word, words, "beta", "a word"),
	BOOL(thing, flag, "false", "a flag"),
	MAP(thing, in, inner_fields, "a map"),
	OPT(thing, maybe, struct inner, inner_fields, "a map that may be absent"),
	REALS(thing, list, DIM_KELVIN, 0, 1000, "", "temperatures"),
	FIELD_END,
};

struct bound {
	struct arena *a;
	struct diag *d;
	struct loader l;
	struct thing t;
	char *said;
	size_t n_said;
	FILE *out;
	bool good;
};

static void bind(struct bound *b, const char *text, const char *set)
{
	*b = (struct bound){.a = arena_new()};
	b->out = open_memstream(&b->said, &b->n_said);
	b->d = diag_new(b->a, b->out);
	loader_init(&b->l, b->a, b->d);
	if (set)
		loader_set(&b->l, set);

	struct yaml *y = yaml_read_text(b->a, "t.yaml", text, strlen(text), true, b->d);

	b->good = y && loader_bind(&b->l, thing_fields, y, "", &b->t) && loader_finish(&b->l);
	fflush(b->out);
}

static void release(struct bound *b)
{
	fclose(b->out);
	free(b->said);
	arena_free(b->a);
}

START_TEST(binding_fills_the_struct)
{
	struct bound b;

	bind(&b, "format: 1\nname: x\nr: {value: 10 kOhm, source: Ohm1827}\nn: 3\nword: alpha\n"
			      "flag: true\nin: {v: 20 mV}\nlist: [300 K, 310 K]\n", NULL);

	ck_assert_msg(b.good, "%s", b.said);
	ck_assert_str_eq(b.t.name, "x");
	ck_near(b.t.r, 1e4, 0);
	ck_near(b.t.k, 0.25, 0);
	ck_assert_int_eq(b.t.n, 3);
	ck_assert_int_eq(b.t.word, 0);
	ck_assert(b.t.flag);
	ck_near(b.t.in.v, 0.02, DBL_EPSILON);
	ck_assert_ptr_null(b.t.maybe);
	ck_assert_int_eq(b.t.list.n, 2);
	ck_near(b.t.list.value[1], 310, 0);
	ck_assert_str_eq(b.l.setting[1].path, "r");
	ck_assert_str_eq(b.l.setting[1].text, "10000");
	ck_assert_str_eq(b.l.setting[1].source, "Ohm1827");
	ck_assert(!b.l.setting[1].is_default);
	ck_assert(b.l.setting[2].is_default);
	ck_assert_int_eq(diag_where(b.d, &b.t.r).line, 3);
	release(&b);
}
END_TEST

/* The whole text of a diagnosis, as a user sees it. */
static const struct {
	const char *text, *set, *said;
} said_cases[] = {
	{"format: 1\nr: 5 mA\n", NULL,
		"t.yaml:2:4: error: 'r': expected a resistance (mOhm, Ohm, kOhm, MOhm, GOhm), found '5 mA' (a current)\n"
		"    2 | r: 5 mA\n      |    ^\n"},
	{"format: 1\nr: 5\n", NULL,
		"t.yaml:2:4: error: 'r': the unit is missing in '5', expected a resistance (mOhm, Ohm, kOhm, MOhm, GOhm)\n"
		"    2 | r: 5\n      |    ^\n"},
	{"format: 1\nr: 2 MOhm\n", NULL,
		"t.yaml:2:4: error: 'r': 2 MOhm is out of range, expected 1 Ohm to 1 MOhm\n"
		"    2 | r: 2 MOhm\n      |    ^\n"},
	{"format: 1\nr: 1 Ohm\nwrod: alpha\n", NULL,
		"t.yaml:3:1: error: unknown key 'wrod', did you mean 'word'?\n"
		"    3 | wrod: alpha\n      | ^\n"},
	{"format: 1\nr: 1 Ohm\nword: alpa\n", NULL,
		"t.yaml:3:7: error: 'word': unknown word 'alpa', did you mean 'alpha'? expected alpha or beta\n"
		"    3 | word: alpa\n      |       ^\n"},
	{"format: 1\nn: 3\n", NULL,
		"t.yaml:1:1: error: missing key 'r': a resistance (a resistance (mOhm, Ohm, kOhm, MOhm, GOhm))\n"
		"    1 | format: 1\n      | ^\n"},
	{"format: 1\nr: 1 Ohm\nr: 2 Ohm\n", NULL,
		"t.yaml:3:1: error: key 'r' is given twice (first in line 2)\n"
		"    3 | r: 2 Ohm\n      | ^\n"},
	{"format: 1\nr: 1 Ohm\nn: 2.5\n", NULL,
		"t.yaml:3:4: error: 'n': expected a whole number, found '2.5'\n"
		"    3 | n: 2.5\n      |    ^\n"},
	{"format: 2\nr: 1 Ohm\n", NULL,
		"t.yaml:1:9: error: this program reads 'format: 1' only\n"
		"    1 | format: 2\n      |         ^\n"},
	{"r: 1 Ohm\n", NULL,
		"t.yaml:1:1: error: the file should open with 'format: 1'\n"
		"    1 | r: 1 Ohm\n      | ^\n"},
	{"format: 1\nr: &x 1 Ohm\n", NULL,
		"t.yaml:2:4: error: anchors are not used in our files: write the value out\n"
		"    2 | r: &x 1 Ohm\n      |    ^\n"},
	{"format: 1\nr: 1 Ohm\n---\nr: 2 Ohm\n", NULL,
		"t.yaml:3:1: error: a second document starts here: a file holds one\n"
		"    3 | ---\n      | ^\n"},
	{"format: 1\nr: 1 Ohm\n", "in.v=9 V",
		"--set:1:6: error: 'v': 9 V is out of range, expected 0 V to 5 V\n"
		"    1 | in.v=9 V\n      |      ^\n"},
	{"format: 1\nr: 1 Ohm\n", "in.w=1 V",
		"--set:1:1: error: no key 'in.w' here, did you mean 'in.v'?\n"
		"    1 | in.w=1 V\n      | ^\n"},
};

START_TEST(mistakes_are_told_exactly)
{
	struct bound b;

	bind(&b, said_cases[_i].text, said_cases[_i].set);

	ck_assert(!b.good);
	ck_assert_str_eq(b.said, said_cases[_i].said);
	release(&b);
}
END_TEST

START_TEST(all_mistakes_of_a_file_are_told)
{
	struct bound b;

	bind(&b, "format: 1\nr: 1 V\nn: 99\nfalg: true\n", NULL);

	ck_assert_int_eq(diag_errors(b.d), 3);
	release(&b);
}
END_TEST

START_TEST(set_replaces_and_brings_maps_to_life)
{
	struct bound b;

	bind(&b, "format: 1\nr: 1 Ohm\n", "maybe.v=3 V");

	ck_assert_msg(b.good, "%s", b.said);
	ck_assert_ptr_nonnull(b.t.maybe);
	ck_near(b.t.maybe->v, 3, 0);
	release(&b);
}
END_TEST

static void limit_holds(const struct field *f, double x, bool legal)
{
	struct arena *a = arena_new();
	const char *unit = f->dim == DIM_NONE ? "" : dim_si(f->dim);
	char text[128];

	snprintf(text, sizeof text, "format: 1\nr: 1 Ohm\n%s: %s %s\n", f->key, number_text(a, x), unit);
	if (strcmp(f->key, "r") == 0)
		snprintf(text, sizeof text, "format: 1\nr: %s %s\n", number_text(a, x), unit);

	struct bound b;

	bind(&b, text, NULL);

	ck_assert_msg(b.good == legal, "%s%s", text, b.said);
	release(&b);
	arena_free(a);
}

START_TEST(limits_are_inclusive_and_the_next_number_is_refused)
{
	for (const struct field *f = thing_fields; f->type != FIELD_LAST; f++) {
		if (f->type != FIELD_REAL)
			continue;
		limit_holds(f, f->min, true);
		limit_holds(f, f->max, true);
		limit_holds(f, nextafter(f->min, -INFINITY), false);
		limit_holds(f, nextafter(f->max, INFINITY), false);
	}
}
END_TEST

START_TEST(deep_nesting_is_refused)
{
	char text[200] = "format: 1\nr: ";

	for (int i = 0; i < 40; i++)
		strncat(text, "[", 2);
	for (int i = 0; i < 40; i++)
		strncat(text, "]", 2);

	struct bound b;

	bind(&b, text, NULL);

	ck_assert(!b.good);
	ck_assert_ptr_nonnull(strstr(b.said, "nested more than 32 levels deep"));
	release(&b);
}
END_TEST

START_TEST(nearest_word_finds_slips_only)
{
	static const char *const list[] = {"train", "estimate", "run", NULL};

	ck_assert_str_eq(nearest_word("trian", list), "train");
	ck_assert_str_eq(nearest_word("esimate", list), "estimate");
	ck_assert_ptr_null(nearest_word("zebra", list));
}
END_TEST

START_TEST(a_result_replaces_the_old_file_at_once)
{
	char path[] = "/tmp/mho-out-XXXXXX", text[16] = {0};
	int fd = mkstemp(path);
	struct out o;

	ck_assert_int_eq(write(fd, "old", 3), 3);
	close(fd);
	out_open(&o, path);
	fputs("new result", o.file);
	fflush(o.file);

	FILE *f = fopen(path, "r");

	ck_assert_uint_eq(fread(text, 1, sizeof text - 1, f), 3); /* still the old one */
	fclose(f);
	out_close(&o);
	f = fopen(path, "r");
	ck_assert_uint_eq(fread(text, 1, sizeof text - 1, f), 10);
	fclose(f);
	ck_assert_str_eq(text, "new result");
	unlink(path);
}
END_TEST

START_TEST(csv_quotes_and_keeps_every_digit)
{
	static const struct table_column columns[] = {{"a, 1", "a", "", 0, 0}, {"b_s", "b", "us", 1e6, 3}};
	struct arena *a = arena_new();
	struct table *t = table_new(a, "title", columns, 2);
	struct table_cell *row = table_row(a, t);
	char *csv, *tex, *markdown;
	size_t n;
	FILE *out = open_memstream(&csv, &n);

	row[0] = cell_text("x, \"y\" & z_1");
	row[1] = cell_number(0.1 + 0.2);
	table_row(a, t);
	table_csv(a, t, out);
	fclose(out);
	ck_assert_str_eq(csv, "\"a, 1\",b_s\n\"x, \"\"y\"\" & z_1\",0.30000000000000004\n,\n");
	out = open_memstream(&tex, &n);
	table_latex(a, t, out);
	fclose(out);
	ck_assert_ptr_nonnull(strstr(tex, "\\& z\\_1"));
	ck_assert_ptr_nonnull(strstr(tex, "b [$\\mu$s]"));
	out = open_memstream(&markdown, &n);
	table_markdown(a, t, out);
	fclose(out);
	ck_assert_str_eq(markdown, "| a | b [us] |\n| --- | --- |\n| x, \"y\" & z_1 | 3e+05 |\n| \u2013 | \u2013 |\n");
	free(csv);
	free(tex);
	free(markdown);
	arena_free(a);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("base");
	TCase *t = tcase_create("base");

	tcase_add_test(t, arena_gives_zeroed_aligned_blocks);
	tcase_add_loop_test(t, units_read_what_is_meant, 0, sizeof units_cases / sizeof *units_cases);
	tcase_add_test(t, units_text_reads_back);
	tcase_add_test(t, binding_fills_the_struct);
	tcase_add_loop_test(t, mistakes_are_told_exactly, 0, sizeof said_cases / sizeof *said_cases);
	tcase_add_test(t, all_mistakes_of_a_file_are_told);
	tcase_add_test(t, set_replaces_and_brings_maps_to_life);
	tcase_add_test(t, limits_are_inclusive_and_the_next_number_is_refused);
	tcase_add_test(t, deep_nesting_is_refused);
	tcase_add_test(t, nearest_word_finds_slips_only);
	tcase_add_test(t, a_result_replaces_the_old_file_at_once);
	tcase_add_test(t, csv_quotes_and_keeps_every_digit);
	suite_add_tcase(s, t);
	return run_suite(s);
}
