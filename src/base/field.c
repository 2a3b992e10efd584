/* SPDX-License-Identifier: Apache-2.0 */
/* The binding engine: from a YAML tree and a field table to a struct. */
#include "base/field.h"

#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/field_priv.h"

/* A value as found: the node, and the source it inherits or names. */
struct found {
	const struct yaml *node; /* NULL: absent */
	const char *source;
	struct loc loc; /* of the node, or of the map it is missing from */
};

static bool bind_field(struct loader *, const struct field *, struct found, const char *path, void *at);
/* The keys of a map, and the kinds of which it is one; NULL: of none. */
struct table {
	const struct field *fields;
	const struct kind_head *const *kinds;
};

static bool bind_map(struct loader *, struct table, const struct yaml *, const char *path,
	const char *source, void *out);

static bool is_leaf(const struct field *f)
{
	return f->type == FIELD_REAL || f->type == FIELD_INT || f->type == FIELD_BOOL ||
		f->type == FIELD_NAME || f->type == FIELD_WORD || f->type == FIELD_REALS ||
		f->type == FIELD_NAMES;
}

static const char *const value_keys[] = {"value", "source", "note", NULL};

/* {value: x, source: key, note: text} -> x, noting the source. */
static bool open_value(struct loader *l, struct found *v)
{
	const struct yaml *y = v->node;
	bool good = true;

	if (!y || y->type != YAML_MAP)
		return true;
	for (int i = 0; i < y->n; i++) {
		bool known = false;
		for (int k = 0; value_keys[k]; k++)
			known |= strcmp(y->key[i], value_keys[k]) == 0;
		if (!known) {
			diag_error(l->diag, y->key_loc[i],
				"unknown key '%s': a value is written alone or as {value: ..., source: ..., "
				"note: ...}", y->key[i]);
			good = false;
		} else if (y->child[i]->type != YAML_SCALAR && strcmp(y->key[i], "value") != 0) {
			diag_error(l->diag, y->child[i]->loc, "'%s' should be a text", y->key[i]);
			good = false;
		}
	}

	const struct yaml *value = yaml_get(y, "value"), *source = yaml_get(y, "source");

	if (!value) {
		diag_error(l->diag, y->loc, "missing key 'value'");
		return false;
	}
	v->node = value;
	v->loc = value->loc;
	if (source && source->type == YAML_SCALAR)
		v->source = source->text;
	return good;
}

static void record(struct loader *l, const char *path, const char *text, const struct found *v)
{
	struct setting s = {path, text, v->source, !v->node};

	if (l->n_setting == l->cap_setting) {
		int cap = l->cap_setting ? 2 * l->cap_setting : 128;
		struct setting *more = NEW(l->arena, struct setting, cap);
		if (l->n_setting)
			memcpy(more, l->setting, (size_t)l->n_setting * sizeof *more);
		l->setting = more;
		l->cap_setting = cap;
	}
	l->setting[l->n_setting++] = s;
}

static bool parse_number(struct loader *l, const struct field *f, const char *text, struct loc loc,
	double *x)
{
	struct arena *a = l->arena;
	enum dim found = DIM_NONE;
	enum units_status status = units_parse(text, f->dim, x, &found);
	const char *want = dim_phrase(a, f->dim);

	switch (status) {
	case UNITS_OK:
		if (*x >= f->min && *x <= f->max)
			return true;
		diag_error(l->diag, loc, "'%s': %s is out of range, expected %s to %s", f->key, text,
			units_text(a, f->min, f->dim), units_text(a, f->max, f->dim));
		return false;
	case UNITS_MISSING:
		diag_error(l->diag, loc, "'%s': the unit is missing in '%s', expected %s", f->key, text, want);
		return false;
	case UNITS_UNEXPECTED:
		diag_error(l->diag, loc, "'%s': expected a plain number, found '%s' with a unit of %s", f->key,
			text, dim_name(found));
		return false;
	case UNITS_UNKNOWN:
		diag_error(l->diag, loc, "'%s': unknown unit in '%s', expected %s", f->key, text, want);
		return false;
	case UNITS_OTHER_DIM:
		diag_error(l->diag, loc, "'%s': expected %s, found '%s' (%s %s)", f->key, want, text,
			strchr("aeiou", dim_name(found)[0]) ? "an" : "a", dim_name(found));
		return false;
	case UNITS_NOT_A_NUMBER:
		break;
	}
	diag_error(l->diag, loc, "'%s': expected %s, found '%s'", f->key, want, text);
	return false;
}

static bool bind_int(struct loader *l, const struct field *f, const char *text, struct loc loc, int *out)
{
	double x;

	if (!parse_number(l, f, text, loc, &x))
		return false;
	if (x != floor(x) || strpbrk(text, ".eE")) {
		diag_error(l->diag, loc, "'%s': expected a whole number, found '%s'", f->key, text);
		return false;
	}
	*out = (int)x;
	return true;
}

static bool bind_word(struct loader *l, const struct field *f, const char *text, struct loc loc, int *out)
{
	static const char *const yes_no[] = {"false", "true", NULL};
	const char *const *words = f->type == FIELD_BOOL ? yes_no : f->sub;

	for (int i = 0; words[i]; i++)
		if (strcmp(text, words[i]) == 0) {
			*out = i;
			return true;
		}

	const char *near = nearest_word(text, words);

	diag_error(l->diag, loc, "'%s': unknown word '%s', %s%s%sexpected %s", f->key, text,
		near ? "did you mean '" : "", near ? near : "", near ? "'? " : "",
		words_text(l->arena, words));
	return false;
}

/* A scalar into its place; text is the user's or the default's. */
static bool bind_scalar(struct loader *l, const struct field *f, const char *text, struct found *v,
	const char *path, void *at)
{
	const char *shown = text;
	int word = 0;
	bool good = true;

	switch (f->type) {
	case FIELD_REAL:
		good = parse_number(l, f, text, v->loc, at);
		shown = good ? number_text(l->arena, *(double *)at) : text;
		break;
	case FIELD_INT:
		good = bind_int(l, f, text, v->loc, at);
		break;
	case FIELD_BOOL:
		if ((good = bind_word(l, f, text, v->loc, &word)))
			*(bool *)at = word;
		break;
	case FIELD_WORD:
		good = bind_word(l, f, text, v->loc, at);
		break;
	case FIELD_NAME:
		*(const char **)at = arena_dup(l->arena, text);
		break;
	default:
		BUG("not a scalar");
	}
	if (good)
		record(l, path, shown, v);
	return good;
}

/* A text alone is a list of one. */
static const struct yaml *list_of(struct arena *a, const struct yaml *text)
{
	struct yaml *list = NEW(a, struct yaml, 1), *item = NEW(a, struct yaml, 1);

	*item = *text;
	*list = (struct yaml){.type = YAML_LIST, .loc = text->loc, .n = 1, .child = NEW(a, struct yaml *, 1)};
	list->child[0] = item;
	return list;
}

static bool bind_numbers(struct loader *l, const struct field *f, struct found *v, const char *path,
	void *at)
{
	struct field_reals *reals = at;
	struct field_names *names = at;
	const char *shown = "";
	bool good = true;

	if (f->type == FIELD_NAMES && v->node->type == YAML_SCALAR)
		v->node = list_of(l->arena, v->node);
	if (v->node->type != YAML_LIST) {
		diag_error(l->diag, v->loc, "'%s': expected a list [...]", f->key);
		return false;
	}
	if (f->type == FIELD_REALS)
		reals->value = NEW(l->arena, double, v->node->n + 1);
	else
		names->value = NEW(l->arena, const char *, v->node->n + 1);
	for (int i = 0; i < v->node->n; i++) {
		const struct yaml *item = v->node->child[i];
		if (item->type != YAML_SCALAR) {
			diag_error(l->diag, item->loc, "'%s': expected a single value", f->key);
			good = false;
			continue;
		}
		const char *text = item->text;
		if (f->type == FIELD_REALS) {
			good &= parse_number(l, f, text, item->loc, &reals->value[i]);
			text = number_text(l->arena, reals->value[i]);
			diag_note(l->diag, &reals->value[i], item->loc);
		} else {
			names->value[i] = text;
			diag_note(l->diag, &names->value[i], item->loc);
		}
		shown = arena_printf(l->arena, "%s%s%s", shown, i ? ", " : "", text);
	}
	*(int *)at = v->node->n; /* n comes first in both structs */
	if (good)
		record(l, path, arena_printf(l->arena, "[%s]", shown), v);
	return good;
}

static bool bind_leaf(struct loader *l, const struct field *f, struct found v, const char *path, void *at)
{
	if (!open_value(l, &v))
		return false;
	(v.node ? diag_note : diag_note_default)(l->diag, at, v.loc);
	if (!v.node) {
		if (!*f->dflt) {
			if (f->type == FIELD_NAME)
				*(const char **)at = NULL;
			return true;
		}
		if (f->type == FIELD_REALS || f->type == FIELD_NAMES)
			BUG("lists have no default but the empty one");
		return bind_scalar(l, f, f->dflt, &v, path, at);
	}
	if (f->type == FIELD_REALS || f->type == FIELD_NAMES)
		return bind_numbers(l, f, &v, path, at);
	if (v.node->type != YAML_SCALAR) {
		diag_error(l->diag, v.loc, "'%s': expected a single value", f->key);
		return false;
	}
	return bind_scalar(l, f, v.node->text, &v, path, at);
}

static const struct yaml *empty_map(struct loader *l, struct loc loc)
{
	struct yaml *y = NEW(l->arena, struct yaml, 1);

	y->type = YAML_MAP;
	y->loc = loc;
	return y;
}

/* A struct that begins with a pointer to its kind. "kind" may stand alone: converter: sar */
static bool bind_kind(struct loader *l, const struct field *f, struct found v, const char *path, void *at)
{
	const struct kind_head *const *kinds = f->sub;
	const struct yaml *map = v.node, *name = NULL;
	const char *text = f->dflt;
	struct loc loc = v.loc;

	if (v.node && v.node->type == YAML_SCALAR) {
		name = v.node;
		map = empty_map(l, v.loc);
	} else if (v.node && v.node->type == YAML_MAP) {
		name = yaml_get(v.node, "kind");
	} else if (v.node) {
		diag_error(l->diag, v.loc, "'%s': expected keys and values, the first of them 'kind'", f->key);
		return false;
	} else {
		map = empty_map(l, v.loc);
	}

	struct override *o = loader_override(l, arena_printf(l->arena, "%s.kind", path));

	if (o)
		name = o->value;
	if (name && name->type == YAML_SCALAR) {
		text = name->text;
		loc = name->loc;
	}

	const char *const *words = kind_names(l->arena, kinds);

	if (!text || !*text || (name && name->type != YAML_SCALAR)) {
		diag_error(l->diag, loc, "missing key 'kind' of '%s', expected %s", f->key,
			words_text(l->arena, words));
		return false;
	}
	for (int i = 0; kinds[i]; i++) {
		if (strcmp(kinds[i]->name, text) != 0)
			continue;
		void *out = arena_alloc(l->arena, 1, kinds[i]->size);
		*(const struct kind_head **)out = kinds[i];
		*(void **)at = out;
		diag_note(l->diag, out, loc);
		record(l, arena_printf(l->arena, "%s.kind", path), text, &(struct found){name, v.source, loc});
		return bind_map(l, (struct table){kinds[i]->fields, kinds}, map, path, v.source, out);
	}

	const char *near = nearest_word(text, words);

	diag_error(l->diag, loc, "'%s': unknown kind '%s', %s%s%sexpected %s", f->key, text,
		near ? "did you mean '" : "", near ? near : "", near ? "'? " : "",
		words_text(l->arena, words));
	return false;
}

static bool bind_file(struct loader *l, const struct field *f, struct found v, const char *path, void *at)
{
	const struct file_kind *kind = f->sub;

	if (v.node && v.node->type == YAML_MAP) {
		*(void **)at = arena_alloc(l->arena, 1, kind->size);
		diag_note(l->diag, *(void **)at, v.loc);
		return bind_map(l, (struct table){.fields = kind->fields}, v.node, path, v.source, *(void **)at) &&
			(!kind->check || kind->check(*(void **)at, l->arena, l->diag));
	}
	if (v.node && v.node->type != YAML_SCALAR) {
		diag_error(l->diag, v.loc, "'%s': expected the name of a %s file", f->key, kind->what);
		return false;
	}

	const char *name = v.node ? v.node->text : f->dflt;

	record(l, path, name, &v);
	*(void **)at = loader_file_at(l, kind, name, path, v.loc);
	return *(void **)at;
}

static bool bind_list(struct loader *l, const struct field *f, struct found v, const char *path, void *at)
{
	struct field_list *list = at;
	bool good = true;
	int n = v.node->n;

	if (v.node->type != YAML_LIST) {
		diag_error(l->diag, v.loc, "'%s': expected a list", f->key);
		return false;
	}
	if (n < f->min || n > f->max) {
		diag_error(l->diag, v.loc, "'%s': has %d items, expected %g to %g", f->key, n, f->min, f->max);
		return false;
	}
	list->n = n;
	if (f->size)
		list->item = arena_alloc(l->arena, (size_t)n + 1, f->size);
	else
		list->each = NEW(l->arena, void *, n + 1);
	for (int i = 0; i < n; i++) {
		const char *item_path = arena_printf(l->arena, "%s.%d", path, i);
		struct found item = {v.node->child[i], v.source, v.node->child[i]->loc};
		if (f->size) {
			char *out = (char *)list->item + (size_t)i * f->size;
			diag_note(l->diag, out, item.loc);
			good &= bind_map(l, (struct table){.fields = f->sub}, item.node, item_path, v.source, out);
		} else {
			good &= bind_kind(l, f, item, item_path, &list->each[i]);
		}
	}
	return good;
}

static bool bind_field(struct loader *l, const struct field *f, struct found v, const char *path, void *at)
{
	if (is_leaf(f))
		return bind_leaf(l, f, v, path, at);
	diag_note(l->diag, at, v.loc);
	/* An override of a member brings an absent map to life. */
	if (!v.node && f->type != FIELD_FILE && f->type != FIELD_KIND && loader_below(l, path))
		v.node = empty_map(l, v.loc);
	switch (f->type) {
	case FIELD_MAP:
		return bind_map(l, (struct table){.fields = f->sub}, v.node ? v.node : empty_map(l, v.loc), path, v.source, at);
	case FIELD_OPT:
		if (!v.node)
			return true;
		*(void **)at = arena_alloc(l->arena, 1, f->size);
		diag_note(l->diag, *(void **)at, v.loc);
		return bind_map(l, (struct table){.fields = f->sub}, v.node, path, v.source, *(void **)at);
	case FIELD_KIND:
		return !v.node && !*f->dflt ? true : bind_kind(l, f, v, path, at);
	case FIELD_FILE:
		return !v.node && !*f->dflt ? true : bind_file(l, f, v, path, at);
	case FIELD_LIST:
		return !v.node || bind_list(l, f, v, path, at);
	case FIELD_TREE:
		*(const struct yaml **)at = v.node;
		return true;
	default:
		BUG("unknown field type");
	}
}

static bool has_key(const struct field *f, const char *key)
{
	for (; f->type != FIELD_LAST; f++)
		if (strcmp(f->key, key) == 0)
			return true;
	return false;
}

/* Those of some kinds that have a key, as "pair or hybrid"; NULL: none. */
static const char *kinds_with(struct arena *a, const struct kind_head *const *kinds, const char *key)
{
	const char **word;
	int n = 0;

	for (int i = 0; kinds && kinds[i]; i++)
		n++;
	word = NEW(a, const char *, n + 1);
	n = 0;
	for (int i = 0; kinds && kinds[i]; i++)
		if (has_key(kinds[i]->fields, key))
			word[n++] = kinds[i]->name;
	return n > 0 ? words_text(a, word) : NULL;
}

/* Report keys the table does not know; *suggested gets the keys named in "did you mean". */
static bool refuse_unknown(struct loader *l, struct table table, const struct yaml *map, const char **suggested)
{
	const struct field *fields = table.fields;
	int n = 0, n_suggested = 0;
	bool good = true;

	for (const struct field *f = fields; f->type != FIELD_LAST; f++)
		n++;

	const char **open = NEW(l->arena, const char *, n + 1);

	/* keys not yet given: better suggestions than those that are */
	n = 0;
	for (const struct field *f = fields; f->type != FIELD_LAST; f++)
		if (!yaml_get(map, f->key))
			open[n++] = f->key;
	for (int i = 0; i < map->n; i++) {
		const char *key = map->key[i];
		if (has_key(fields, key) || strcmp(key, "kind") == 0 || strcmp(key, "source") == 0 ||
			strcmp(key, "note") == 0)
			continue;
		const char *near = nearest_word(key, open), *with = kinds_with(l->arena, table.kinds, key);
		if (with) {
			diag_error(l->diag, map->key_loc[i], "this kind has no key '%s': it goes with 'kind: %s'", key, with);
		} else if (near) {
			suggested[n_suggested++] = near;
			diag_error(l->diag, map->key_loc[i], "unknown key '%s', did you mean '%s'?", key, near);
		} else {
			diag_error(l->diag, map->key_loc[i], "unknown key '%s', expected %s", key,
				n ? words_text(l->arena, open) : "no further key");
		}
		good = false;
	}
	return good;
}

static const char *unit_hint(struct loader *l, const struct field *f)
{
	if (f->type == FIELD_REAL || f->type == FIELD_REALS)
		return arena_printf(l->arena, " (%s)", dim_phrase(l->arena, f->dim));
	if (f->type == FIELD_INT)
		return " (a whole number)";
	return "";
}

/* What would be right in place of a value that is no map. */
static const char *map_hint(struct loader *l, const struct field *fields)
{
	bool all = true;

	for (const struct field *f = fields; f->type != FIELD_LAST; f++)
		all &= f->dflt != NULL || f->type == FIELD_MAP || f->type == FIELD_OPT;
	if (!fields->dflt || !*fields->dflt)
		return arena_printf(l->arena, ", like '%s: ...'", fields->key);
	return arena_printf(l->arena, ", like '{%s: ...}'%s", fields->key,
		all ? ", or '{}' for the defaults" : "");
}

static bool bind_map(struct loader *l, struct table table, const struct yaml *map, const char *path,
	const char *source, void *out)
{
	const struct field *fields = table.fields;

	if (map->type != YAML_MAP) {
		diag_error(l->diag, map->loc, "expected keys and values%s", map_hint(l, fields));
		return false;
	}

	const char **suggested = NEW(l->arena, const char *, map->n + 1);
	bool good = refuse_unknown(l, table, map, suggested);
	const struct yaml *own = has_key(fields, "source") ? NULL : yaml_get(map, "source");

	if (own && own->type == YAML_SCALAR)
		source = own->text;
	for (const struct field *f = fields; f->type != FIELD_LAST; f++) {
		const char *at = *path ? arena_printf(l->arena, "%s.%s", path, f->key) : f->key;
		const struct yaml *node = yaml_get(map, f->key);
		struct found v = {node, node ? source : NULL, node ? node->loc : map->loc};
		struct override *o = loader_override(l, at);
		if (o)
			v = (struct found){o->value, NULL, o->value->loc};
		if (!v.node && !f->dflt && f->type != FIELD_MAP && !loader_below(l, at)) {
			bool named = false;
			for (int i = 0; suggested[i]; i++)
				named |= strcmp(suggested[i], f->key) == 0;
			if (!named)
				diag_error(l->diag, map->loc, "missing key '%s': %s%s", f->key, f->help,
					unit_hint(l, f));
			good = false;
			continue;
		}
		good &= bind_field(l, f, v, at, (char *)out + f->offset);
	}
	return good;
}

bool loader_bind(struct loader *l, const struct field *fields, const struct yaml *map,
	const char *prefix, void *out)
{
	return bind_map(l, (struct table){.fields = fields}, map, prefix, NULL, out);
}
