/* SPDX-License-Identifier: Apache-2.0 */
/* Laws of input that hold for every key of every kind of file: limits are inclusive and the next number is
 * refused; a missing unit is refused; defaults are legal; the order of keys and the unit a value is
 * written in do not matter. */
#include <float.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arch/design.h"
#include "base/arena.h"
#include "base/diag.h"
#include "base/field.h"
#include "base/path.h"
#include "circuit/module.h"
#include "cmd/files.h"
#include "device/cell.h"
#include "near.h"

struct law {
	struct arena *arena;
	FILE *quiet;
	int n_limits, n_defaults;
};

/* A value alone under its own key: does the table's row take it? */
static bool takes(const struct law *law, const struct field *f, const char *value)
{
	double out[4] = {0}; /* wide enough for any leaf */
	struct field row[] = {*f, FIELD_END};
	struct loader l;
	struct diag *d = diag_new(law->arena, law->quiet);
	const char *text = arena_printf(law->arena, "%s: %s\n", f->key, value);
	struct yaml *y = yaml_read_text(law->arena, "value", text, strlen(text), false, d);

	row[0].offset = 0;
	loader_init(&l, law->arena, d);
	return y && loader_bind(&l, row, y, "", out);
}

/* The unit of a dimension whose factor is 1, NULL if the table has none. */
static const char *si_unit(const struct law *law, enum dim dim)
{
	const char *name;

	for (size_t i = 0; (name = units_name(dim, i)); i++) {
		double x;
		enum dim found;
		if (units_parse(arena_printf(law->arena, "1 %s", name), dim, &x, &found) == UNITS_OK && x == 1)
			return name;
	}
	return dim == DIM_NONE ? "" : NULL;
}

static void limits_hold(struct law *law, const char *path, const struct field *f)
{
	const char *unit = si_unit(law, f->dim);
	double step = f->type == FIELD_INT ? 1 : 0;
	const double legal[] = {f->min, f->max};
	const double illegal[] = {step > 0 ? f->min - 1 : nextafter(f->min, -INFINITY),
		step > 0 ? f->max + 1 : nextafter(f->max, INFINITY)};

	if (!unit)
		return;
	for (int i = 0; i < 2; i++) {
		const char *fmt = step > 0 ? "%.0f %s" : "%.17g %s";
		ck_assert_msg(takes(law, f, arena_printf(law->arena, fmt, legal[i], unit)), "%s: %g refused", path,
			legal[i]);
		ck_assert_msg(!takes(law, f, arena_printf(law->arena, fmt, illegal[i], unit)), "%s: %.17g taken",
			path, illegal[i]);
	}
	if (f->dim != DIM_NONE)
		ck_assert_msg(!takes(law, f, "1"), "%s: taken without a unit", path);
	ck_assert_msg(!takes(law, f, "nan") && !takes(law, f, "x"), "%s: taken without a number", path);
	law->n_limits++;
}

static void visit(void *ctx, const char *path, const struct field *f)
{
	struct law *law = ctx;

	ck_assert_msg(f->help && *f->help && f->help[strlen(f->help) - 1] != '.', "%s: help", path);
	if (f->type == FIELD_REAL || f->type == FIELD_INT)
		limits_hold(law, path, f);
	if (f->dflt && *f->dflt && (f->type == FIELD_REAL || f->type == FIELD_INT || f->type == FIELD_BOOL ||
					   f->type == FIELD_WORD)) {
		ck_assert_msg(takes(law, f, f->dflt), "%s: its own default '%s' is refused", path, f->dflt);
		law->n_defaults++;
	}
}

static void open_law(struct law *law)
{
	*law = (struct law){.arena = arena_new(), .quiet = fopen("/dev/null", "w")};
}

static void close_law(struct law *law)
{
	fclose(law->quiet);
	arena_free(law->arena);
}

START_TEST(every_key_of_every_file_keeps_its_limits)
{
	struct law law;

	open_law(&law);
	for (int i = 0; file_kinds[i]; i++)
		field_walk(law.arena, file_kinds[i]->fields, file_kinds[i]->what, visit, &law);
	ck_assert_int_gt(law.n_limits, 100);
	ck_assert_int_gt(law.n_defaults, 30);
	close_law(&law);
}
END_TEST

START_TEST(every_key_of_every_block_keeps_its_limits)
{
	struct law law;

	open_law(&law);
	for (int i = 0; module_kinds[i]; i++)
		field_walk(law.arena, module_kinds[i]->head.fields, module_kinds[i]->head.name, visit, &law);
	ck_assert_int_gt(law.n_limits, 20);
	close_law(&law);
}
END_TEST

/* All settings of a cell text, sorted by path: its meaning. */
static int by_path(const void *a, const void *b)
{
	return strcmp(((const struct setting *)a)->path, ((const struct setting *)b)->path);
}

static const char *meaning(struct law *law, const char *text)
{
	struct diag *d = diag_new(law->arena, stderr);
	struct cell *c = NEW(law->arena, struct cell, 1);
	struct yaml *y = yaml_read_text(law->arena, "cell", text, strlen(text), true, d);
	struct loader l;
	const char *all = "";

	loader_init(&l, law->arena, d);
	ck_assert(y && loader_bind(&l, cell_fields, y, "", c));
	qsort(l.setting, (size_t)l.n_setting, sizeof *l.setting, by_path);
	for (int i = 0; i < l.n_setting; i++)
		all = arena_printf(law->arena, "%s%s=%s\n", all, l.setting[i].path, l.setting[i].text);
	return all;
}

#define CELL_HEAD "format: 1\nname: x\nstructure: 1t1r\n"
#define CELL_REST                                                                                  \
	"geometry: {k_width_in_f: 4, k_height_in_f: 4}\nresponse: {kind: ideal, n_up: 8, n_down: 8}\nvariation: {}\n"

START_TEST(order_and_units_do_not_matter)
{
	struct law law;

	open_law(&law);

	const char *want = meaning(&law, CELL_HEAD "g_min: 1 uS\ng_max: 10 uS\nread: {v_read: 0.2 V}\nwrite: {up: {v: 1.5 V, "
						   "t: 50 ns}, down: {v: 1 V, t: 2 us}}\n" CELL_REST);

	ck_assert_str_eq(want, meaning(&law, CELL_HEAD CELL_REST
					       "write: {down: {t: 2000 ns, v: 1000 mV}, up: {t: 0.05 us, v: 1500 mV}}\n"
					       "read: {v_read: 200 mV}\ng_max: 0.01 mS\ng_min: 1000 nS\n"));
	close_law(&law);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("input laws");
	TCase *t = tcase_create("input laws");

	tcase_add_test(t, every_key_of_every_file_keeps_its_limits);
	tcase_add_test(t, every_key_of_every_block_keeps_its_limits);
	tcase_add_test(t, order_and_units_do_not_matter);
	suite_add_tcase(s, t);
	return run_suite(s);
}
