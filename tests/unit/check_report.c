/* SPDX-License-Identifier: Apache-2.0 */
/* Spread, rows read back, units chosen, numbers shown. */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/spread.h"
#include "base/table.h"
#include "near.h"
#include "report/frame.h"
#include "report/labels.h"

START_TEST(spread)
{
	/* 2, 4, 4, 4, 5, 5, 7, 9: mean 5, squared deviations 32; far from 0 as near it */
	static const double x[] = {2, 4, 4, 4, 5, 5, 7, 9};

	for (int far = 0; far < 2; far++) {
		double off = far ? 1e9 : 0;
		struct spread s = {0};
		ck_assert(isnan(spread_mean(&s)));
		spread_add(&s, (double)NAN);
		for (int i = 0; i < 8; i++)
			spread_add(&s, x[i] + off);
		ck_assert_int_eq(s.n, 8);
		ck_near(spread_mean(&s), 5 + off, 1e-15);
		ck_near(spread_deviation(&s), sqrt(32.0 / 7), 1e-12);
		ck_near(spread_interval(&s), 2.364624252 * sqrt(32.0 / 7 / 8), 1e-8);
	}

	struct spread one = {0};

	spread_add(&one, 3);
	ck_assert(spread_mean(&one) == 3 && isnan(spread_deviation(&one)) && isnan(spread_interval(&one)));
}
END_TEST

static struct frame *frame_of(struct arena *a, const char *text)
{
	char path[] = "/tmp/mho-frame-XXXXXX";
	int file = mkstemp(path);

	ck_assert(write(file, text, strlen(text)) == (ssize_t)strlen(text));
	close(file);

	struct frame *f = frame_read(a, path, diag_new(a, NULL));

	unlink(path);
	return f;
}

START_TEST(rows)
{
	static const struct {
		const char *text;
		int n_rows; /* -1: refused */
		const char *last;
	} cases[] = {
		{"a,b\n1,x\n2,\"y, \"\"z\"\"\"\n", 2, "y, \"z\""},
		{"a,b\n1,\n", 1, ""},
		{"a,b\n", 0, NULL},
		{"a,b\n1,2\n3", -1, NULL},
		{"a,b\n1,2\n3\n", -1, NULL},
		{"a,b\n1,2,3\n", -1, NULL},
		{"a,b\n1,\"2\n", -1, NULL},
		{"a,b\n1,\"2\"x\n", -1, NULL},
		{"a,b", -1, NULL},
		{"", -1, NULL},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct arena *a = arena_new();
		struct frame *f = frame_of(a, cases[i].text);
		ck_assert_msg((f ? f->n_rows : -1) == cases[i].n_rows, "case %zu", i);
		if (cases[i].last)
			ck_assert_str_eq(frame_text(f, f->n_rows - 1, frame_column(f, "b")), cases[i].last);
		arena_free(a);
	}
}
END_TEST

START_TEST(numbers)
{
	static const struct {
		const char *text[3];
		const char *unit; /* NULL: names */
		double x[3];
	} cases[] = {
		{{"-6", "0", "3.5"}, "", {-6, 0, 3.5}},
		{{"100 ns", "200 ns", "1e3 ns"}, "ns", {100, 200, 1000}},
		{{"100 ns", "2 us", "1 ms"}, "s", {1e-7, 2e-6, 1e-3}},
		{{"64", "128", "all"}, NULL, {0}},
		{{"100 ns", "2 V", "1 ms"}, NULL, {0}},
	};
	struct arena *a = arena_new();

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		double x[3];
		const char *unit = label_numbers(a, cases[i].text, 3, x);
		ck_assert_msg(!unit == !cases[i].unit, "case %zu", i);
		if (!unit)
			continue;
		ck_assert_str_eq(unit, cases[i].unit);
		for (int k = 0; k < 3; k++)
			ck_near(x[k], cases[i].x[k], 1e-12);
	}
	arena_free(a);
}
END_TEST

START_TEST(scales)
{
	static const struct {
		const char *column;
		double most;
		const char *unit;
		double k;
	} cases[] = {
		{"training_energy_J", 2.5e-3, "mJ", 1e3},
		{"training_energy_J", 1e-6, "uJ", 1e6},
		{"forward_latency_s", 999e-9, "ns", 1e9},
		{"leakage_W", 12, "W", 1},
		{"forward_energy_J", 0, "J", 1},
		{"accuracy_percent", 97, "%", 1},
		{"area_mm2", 0.01, "mm^2", 1},
		{"design.array.n_rows", 128, "", 1},
	};
	struct arena *a = arena_new();
	const struct choice as_is = {0};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct scale s = label_scale(a, cases[i].column, &as_is, cases[i].most);
		ck_assert_str_eq(s.unit, cases[i].unit);
		ck_near(s.k, cases[i].k, 1e-12);
	}
	ck_assert_str_eq(label_axis(a, "energy", "uJ"), "energy [\u00b5J]");
	ck_assert_str_eq(label_value(a, "design.converter.n_bits", "6"), "n bits 6");
	ck_assert_str_eq(label_column(a, "forward_energy_J", NULL, true), "forward energy per image");
	arena_free(a);
}
END_TEST

START_TEST(shown)
{
	static const struct {
		double number, spread;
		const char *text;
	} cases[] = {
		{97.73, 0, "97.73"},
		{97.7312, 0.12, "97.73 \u00b1 0.12"},
		{97.7312, 1.26, "97.7 \u00b1 1.3"},
		{97.7312, 15.2, "98 \u00b1 15"},
		{97.7312, 1e-4, "97.73"}, /* too small to be seen */
		{0, 0.5, "0.00 \u00b1 0.50"},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		static const struct table_column column = {"x", "x", "", 1, 4};
		struct arena *a = arena_new();
		struct table *t = table_new(a, NULL, &column, 1);
		char *text;
		size_t n;
		FILE *out = open_memstream(&text, &n);
		table_row(a, t)[0] = (struct table_cell){.number = cases[i].number, .spread = cases[i].spread};
		table_html(a, t, out);
		fclose(out);
		ck_assert_msg(strstr(text, cases[i].text) != NULL, "%s in %s", cases[i].text, text);
		free(text);
		arena_free(a);
	}
}
END_TEST

int main(void)
{
	Suite *s = suite_create("report");
	TCase *c = tcase_create("all");

	tcase_add_test(c, spread);
	tcase_add_test(c, rows);
	tcase_add_test(c, numbers);
	tcase_add_test(c, scales);
	tcase_add_test(c, shown);
	suite_add_tcase(s, c);
	return run_suite(s);
}
