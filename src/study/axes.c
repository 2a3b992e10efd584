/* SPDX-License-Identifier: Apache-2.0 */
#include "study/axes.h"

#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/field.h"

static const char *const roots[] = {"design.", "network.", "recipe."};

static bool is_path(const char *name)
{
	for (size_t i = 0; i < sizeof roots / sizeof roots[0]; i++)
		if (strncmp(name, roots[i], strlen(roots[i])) == 0)
			return true;
	return false;
}

bool axes_path(const char *path, struct loc loc, struct diag *d)
{
	if (is_path(path))
		return true;
	diag_error(d, loc, "'%s': a path begins with design., network. or recipe.", path);
	return false;
}

static const char *value_text(struct arena *a, const struct yaml *y)
{
	const char *text = "";

	if (y->type == YAML_SCALAR)
		return y->text;
	for (int i = 0; i < y->n; i++)
		text = arena_printf(a, "%s%s%s%s%s", text, i ? " " : "", y->type == YAML_MAP ? y->key[i] : "",
			y->type == YAML_MAP ? "=" : "", value_text(a, y->child[i]));
	return text;
}

static struct axis_value value_of(struct arena *a, const char *text, int n)
{
	return (struct axis_value){text, n, NEW(a, struct axis_setting, n + 1)};
}

static bool check_list(const struct yaml *list, const char *path, struct diag *d)
{
	if (list->type == YAML_LIST && list->n > 0)
		return true;
	diag_error(d, list->loc, "'%s': expected a list of at least one value", path);
	return false;
}

/* PATH: [values] */
static bool read_plain(struct arena *a, const struct yaml *list, struct axis *x, struct diag *d)
{
	if (!axes_path(x->name, x->loc, d) || !check_list(list, x->name, d))
		return false;
	x->n = list->n;
	x->value = NEW(a, struct axis_value, x->n);
	for (int i = 0; i < x->n; i++) {
		x->value[i] = value_of(a, value_text(a, list->child[i]), 1);
		x->value[i].set[0] = (struct axis_setting){x->name, list->child[i], x->loc};
	}
	return true;
}

/* NAME: {PATH: [values], PATH: [as many]}: called by the values of the first */
static bool read_together(struct arena *a, const struct yaml *map, struct axis *x, struct diag *d)
{
	x->n = map->child[0]->n;
	x->value = NEW(a, struct axis_value, x->n + 1);
	for (int p = 0; p < map->n; p++) {
		const struct yaml *list = map->child[p];
		if (!axes_path(map->key[p], map->key_loc[p], d) || !check_list(list, map->key[p], d))
			return false;
		if (list->n != x->n) {
			diag_error(d, list->loc, "'%s': has %d values, but '%s' beside it has %d", map->key[p],
				list->n, map->key[0], x->n);
			return false;
		}
		for (int i = 0; i < x->n; i++) {
			if (p == 0)
				x->value[i] = value_of(a, value_text(a, list->child[i]), map->n);
			x->value[i].set[p] =
				(struct axis_setting){map->key[p], list->child[i], map->key_loc[p]};
		}
	}
	return true;
}

/* NAME: {LABEL: {PATH: value}} */
static bool read_named(struct arena *a, const struct yaml *map, struct axis *x, struct diag *d)
{
	bool good = true;

	x->n = map->n;
	x->value = NEW(a, struct axis_value, x->n);
	for (int i = 0; i < x->n; i++) {
		const struct yaml *sets = map->child[i];
		if (sets->type != YAML_MAP) {
			diag_error(d, sets->loc, "'%s': expected a map from paths to values, {} for none",
				map->key[i]);
			return false;
		}
		x->value[i] = value_of(a, map->key[i], sets->n);
		for (int p = 0; p < sets->n; p++) {
			good &= axes_path(sets->key[p], sets->key_loc[p], d);
			x->value[i].set[p] =
				(struct axis_setting){sets->key[p], sets->child[p], sets->key_loc[p]};
		}
	}
	return good;
}

static bool check_name(const struct axis *x, struct diag *d)
{
	size_t n = strspn(x->name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-");

	if (*x->name && !x->name[n] && !is_path(x->name))
		return true;
	diag_error(d, x->loc, is_path(x->name)
			? "'%s': expected a list of at least one value"
			: "'%s': the name of an axis has letters, digits, '_' and '-' only", x->name);
	return false;
}

static bool check_twice(const struct axis *x, struct diag *d)
{
	for (int i = 0; i < x->n; i++)
		for (int k = 0; k < i; k++)
			if (strcmp(x->value[i].text, x->value[k].text) == 0) {
				diag_error(d, x->loc, "'%s': the value '%s' is given twice", x->name,
					x->value[i].text);
				return false;
			}
	return true;
}

static bool read_axis(struct arena *a, const struct yaml *y, struct axis *x, struct diag *d)
{
	if (y->type != YAML_MAP || y->n == 0)
		return read_plain(a, y, x, d);
	if (!check_name(x, d))
		return false;
	return y->child[0]->type == YAML_LIST ? read_together(a, y, x, d) : read_named(a, y, x, d);
}

bool axes_read(struct arena *a, const struct yaml *map, struct axis **axis, int *n, struct diag *d)
{
	bool good = true;

	*n = 0;
	if (!map)
		return true;
	if (map->type != YAML_MAP) {
		diag_error(d, map->loc, "'axes': expected a map from a path to a list of values");
		return false;
	}
	*axis = NEW(a, struct axis, map->n + 1);
	*n = map->n;
	for (int i = 0; i < map->n; i++) {
		struct axis *x = &(*axis)[i];
		*x = (struct axis){.name = map->key[i], .loc = map->key_loc[i]};
		good &= read_axis(a, map->child[i], x, d) && check_twice(x, d);
	}
	return good;
}

void axis_apply(struct arena *a, const struct axis_value *v, struct loader *l)
{
	for (int i = 0; i < v->n; i++) {
		struct yaml *copy = NEW(a, struct yaml, 1);
		*copy = *v->set[i].to;
		loader_add(l, v->set[i].path, copy, v->set[i].loc);
	}
}

int axis_find(const struct axis *x, const char *text)
{
	for (int i = 0; i < x->n; i++)
		if (strcmp(x->value[i].text, text) == 0)
			return i;
	return -1;
}
