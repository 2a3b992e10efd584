/* SPDX-License-Identifier: Apache-2.0 */
#include "study/exhibits.h"

#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "study/results.h"

static const char *const kind_words[] = {"line", "points", "bar", "scatter", NULL};
static const char *const bars_words[] = {"deviation", "interval", "none", NULL};
static const char *const against_words[] = {"difference", "ratio", NULL};

#define CHOICE(st)                                                                                           \
	{"where", FIELD_TREE, DIM_NONE, offsetof(struct st, choice.where), 0, 0, "", NULL,                    \
		"rows that count: a map from a column to a value or a list of values", 0},                    \
	{"against", FIELD_TREE, DIM_NONE, offsetof(struct st, choice.against), 0, 0, "", NULL,                \
		"compare each number with that of the row of the same seed that has these values (column: "  \
		"value) and is alike otherwise", 0},                                                          \
	{"how", FIELD_WORD, DIM_NONE, offsetof(struct st, choice.how), 0, 0, "difference", against_words,     \
		"how they are compared", 0}

const struct field figure_fields[] = {
	NAME(figure, name, NULL, "name of its files"),
	NAME(figure, title, "", "text above it"),
	WORD(figure, kind, kind_words, "line",
		"line: means over x; points: side by side; bar: from 0; scatter: one mark per point, x is a number "
		"of the results"),
	NAME(figure, x, NULL, "column of results.csv along x: an axis, design or, of a scatter, a number"),
	NAME(figure, y, NULL, "column of numbers along y"),
	NAMES(figure, series, "", "columns whose values tell curves apart"),
	NAME(figure, panels, "", "column whose values get a panel each"),
	CHOICE(figure),
	WORD(figure, bars, bars_words, "deviation",
		"error bars over seeds: standard deviation, or 95 % interval of the mean"),
	BOOL(figure, log_x, "false", "logarithmic x"),
	BOOL(figure, log_y, "false", "logarithmic y"),
	BOOL(figure, from_zero, "false", "y begins at 0 (bars always do)"),
	NAME(figure, x_label, "", "text along x with its unit; absent: made from the column"),
	NAME(figure, y_label, "", "text along y with its unit; absent: made from the column"),
	FIELD_END,
};

const struct field sheet_fields[] = {
	NAME(sheet, name, NULL, "name of its files"),
	NAME(sheet, title, "", "text above it"),
	NAMES(sheet, rows, NULL, "columns of results.csv whose values name a row"),
	NAMES(sheet, values, NULL, "columns of numbers to show, mean and standard deviation over seeds"),
	NAME(sheet, columns, "", "column whose values get a column of numbers each"),
	CHOICE(sheet),
	FIELD_END,
};

struct checker {
	const struct study_plan *plan;
	struct arena *arena;
	struct diag *diag;
	const char *const *key; /* all columns, NULL-ended */
	const char *const *number;
};

static bool is_in(const char *word, const char *const *words)
{
	for (; *words; words++)
		if (strcmp(*words, word) == 0)
			return true;
	return false;
}

static bool is_one_of(const char *word, const struct field_names *names)
{
	for (int i = 0; i < names->n; i++)
		if (strcmp(names->value[i], word) == 0)
			return true;
	return false;
}

/* Is it a column? number: of numbers. */
static bool check_column(const struct checker *c, const char *what, const char *name, struct loc loc, bool number)
{
	const char *const *legal = number ? c->number : c->key, *near;

	if (is_in(name, legal))
		return true;
	near = nearest_word(name, legal);
	if (number && is_in(name, c->key))
		diag_error(c->diag, loc, "'%s': '%s' is not a column of numbers", what, name);
	else if (near)
		diag_error(c->diag, loc, "'%s': the results have no column '%s', did you mean '%s'?", what, name, near);
	else
		diag_error(c->diag, loc, "'%s': the results have no column '%s'; their columns are the axes, %s", what,
			name, words_text(c->arena, number ? c->number : c->key));
	return false;
}

static bool check_columns(const struct checker *c, const char *what, const struct field_names *names, bool number)
{
	bool good = true;

	for (int i = 0; i < names->n; i++)
		good &= check_column(c, what, names->value[i], diag_where(c->diag, &names->value[i]), number);
	return good;
}

/* What a column of the plan can hold, NULL-ended; NULL if that is not known before the run. */
static const char *const *values_of(const struct checker *c, const char *column)
{
	const struct study *s = c->plan->study;
	const struct {
		const char *key;
		const struct field_names *names;
	} lists[] = {{"design", &s->designs}, {"network", &s->networks}, {"recipe", &s->recipes}};

	for (int i = 0; i < c->plan->n_axes; i++) {
		const struct axis *x = &c->plan->axis[i];
		if (strcmp(x->name, column) != 0)
			continue;
		const char **text = NEW(c->arena, const char *, x->n + 1);
		for (int k = 0; k < x->n; k++)
			text[k] = x->value[k].text;
		return text;
	}
	for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
		if (strcmp(lists[i].key, column) != 0)
			continue;
		const char **text = NEW(c->arena, const char *, lists[i].names->n + 1);
		for (int k = 0; k < lists[i].names->n; k++)
			text[k] = lists[i].names->value[k];
		return text;
	}
	return NULL;
}

static bool check_value(const struct checker *c, const char *what, const char *column, const struct yaml *y)
{
	const char *const *legal;

	if (y->type != YAML_SCALAR) {
		diag_error(c->diag, y->loc, "'%s': expected a value of '%s'", what, column);
		return false;
	}
	legal = values_of(c, column);
	if (!legal || is_in(y->text, legal))
		return true;
	diag_error(c->diag, y->loc, "'%s': '%s' has no value '%s', expected %s", what, column, y->text,
		words_text(c->arena, legal));
	return false;
}

static bool check_map(const struct checker *c, const char *what, const struct yaml *map, bool lists)
{
	bool good = true;

	if (!map)
		return true;
	if (map->type != YAML_MAP) {
		diag_error(c->diag, map->loc, "'%s': expected a map from a column to a value", what);
		return false;
	}
	for (int i = 0; i < map->n; i++) {
		const struct yaml *y = map->child[i];
		if (!check_column(c, what, map->key[i], map->key_loc[i], false))
			good = false;
		else if (lists && y->type == YAML_LIST)
			for (int k = 0; k < y->n; k++)
				good &= check_value(c, what, map->key[i], y->child[k]);
		else
			good &= check_value(c, what, map->key[i], y);
	}
	return good;
}

static bool check_choice(const struct checker *c, const struct choice *q)
{
	return check_map(c, "where", q->where, true) & check_map(c, "against", q->against, false);
}

/* How many values of a column a choice leaves, of n. */
static int left(const struct choice *q, const char *column, int n)
{
	const struct yaml *where = q->where ? yaml_get(q->where, column) : NULL;

	if (where)
		n = where->type == YAML_LIST ? where->n : 1;
	return q->against && yaml_get(q->against, column) ? n - 1 : n;
}

/* Every column that varies must be told apart, or means would be taken over what is not alike. */
static bool check_told(const struct checker *c, const char *what, struct loc loc, const struct field_names *told,
	const struct choice *q)
{
	static const char *const derived[] = {"point", "dataset", "node", "synapse", "cells", "update", "rule"};
	const struct study *s = c->plan->study;
	int n = c->plan->n_axes + 3;
	struct {
		const char *key;
		int n;
	} *vary;

	for (size_t i = 0; i < sizeof derived / sizeof *derived; i++)
		if (is_one_of(derived[i], told))
			return true; /* it may tell designs or axes apart: seen when the results are there */
	vary = arena_alloc(c->arena, (size_t)n, sizeof *vary);
	for (int i = 0; i < c->plan->n_axes; i++) {
		vary[i].key = c->plan->axis[i].name;
		vary[i].n = c->plan->axis[i].n;
	}
	vary[n - 3].key = "design", vary[n - 3].n = s->designs.n;
	vary[n - 2].key = "network", vary[n - 2].n = s->networks.n;
	vary[n - 1].key = "recipe", vary[n - 1].n = s->recipes.n;
	for (int i = 0; i < n; i++) {
		if (left(q, vary[i].key, vary[i].n) <= 1 || is_one_of(vary[i].key, told))
			continue;
		diag_error(c->diag, loc, "%s mixes rows that differ in '%s': name it there, or one of its values in "
			"'where'", what, vary[i].key);
		return false;
	}
	return true;
}

static bool check_figure(const struct checker *c, const struct figure *f)
{
	struct field_names told = {0, NEW(c->arena, const char *, f->series.n + 3)};
	bool good = check_column(c, "x", f->x, diag_where(c->diag, &f->x), false);

	good &= check_column(c, "y", f->y, diag_where(c->diag, &f->y), true);
	good &= check_columns(c, "series", &f->series, false);
	if (f->panels)
		good &= check_column(c, "panels", f->panels, diag_where(c->diag, &f->panels), false);
	good &= check_choice(c, &f->choice);
	if (good && f->kind == FIGURE_SCATTER)
		return check_column(c, "x", f->x, diag_where(c->diag, &f->x), true);
	if (!good)
		return false;
	for (int i = 0; i < f->series.n; i++)
		told.value[told.n++] = f->series.value[i];
	told.value[told.n++] = f->x;
	if (f->panels)
		told.value[told.n++] = f->panels;
	return check_told(c, arena_printf(c->arena, "the figure '%s'", f->name), diag_where(c->diag, &f->name), &told, &f->choice);
}

static bool check_sheet(const struct checker *c, const struct sheet *t)
{
	struct field_names told = {0, NEW(c->arena, const char *, t->rows.n + 1)};
	bool good = check_columns(c, "rows", &t->rows, false);

	good &= check_columns(c, "values", &t->values, true);
	if (t->columns)
		good &= check_column(c, "columns", t->columns, diag_where(c->diag, &t->columns), false);
	if (t->rows.n == 0 || t->values.n == 0) {
		diag_error(c->diag, diag_where(c->diag, t->rows.n ? (const void *)&t->values : &t->rows),
			"'%s': the table has no '%s'", t->name, t->rows.n ? "values" : "rows");
		return false;
	}
	if (!check_choice(c, &t->choice) || !good)
		return false;
	for (int i = 0; i < t->rows.n; i++)
		told.value[told.n++] = t->rows.value[i];
	if (t->columns)
		told.value[told.n++] = t->columns;
	return check_told(c, arena_printf(c->arena, "the table '%s'", t->name), diag_where(c->diag, &t->name), &told, &t->choice);
}

/* The name becomes files. */
static bool check_name(const struct checker *c, const char *const *name, const char *const *before, int n)
{
	size_t k = strspn(*name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-");

	if (!**name || (*name)[k]) {
		diag_error(c->diag, diag_where(c->diag, name), "'name': expected letters, digits, '-' and '_'");
		return false;
	}
	for (int i = 0; i < n; i++)
		if (strcmp(before[i], *name) == 0) {
			diag_error(c->diag, diag_where(c->diag, name), "'name': '%s' is taken", *name);
			return false;
		}
	return true;
}

bool exhibits_check(const struct study_plan *p, struct arena *a, struct diag *d)
{
	const struct study *s = p->study;
	struct checker c = {p, a, d, results_keys(a, p, false), results_keys(a, p, true)};
	const char **taken = NEW(a, const char *, s->figures.n + s->sheets.n + 1);
	bool good = true;
	int n = 0;

	for (int i = 0; i < p->n_axes; i++)
		if (is_in(p->axis[i].name, results_keys(a, NULL, false)) || strcmp(p->axis[i].name, "recipe") == 0) {
			diag_error(d, p->axis[i].loc, "'%s' is a column of its own: call the axis otherwise", p->axis[i].name);
			good = false;
		}
	for (int i = 0; i < s->figures.n; i++) {
		const struct figure *f = (const struct figure *)s->figures.item + i;
		good &= check_name(&c, &f->name, taken, n) & check_figure(&c, f);
		taken[n++] = f->name;
	}
	taken[0] = "comparison"; /* the table every run leaves */
	n = 1;
	for (int i = 0; i < s->sheets.n; i++) {
		const struct sheet *t = (const struct sheet *)s->sheets.item + i;
		good &= check_name(&c, &t->name, taken, n) & check_sheet(&c, t);
		taken[n++] = t->name;
	}
	return good;
}
