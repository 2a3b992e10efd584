/* SPDX-License-Identifier: Apache-2.0 */
/* Entries of a techfile: from a base, set, sorted, written. */
#include "lab/techfile.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/memo.h"
#include "device/cell.h"
#include "lab/techfile_priv.h"

const char techfile_template[] =
	"format: 1\n"
	"name: cell\n"
	"trust: fit\n"
	"structure: {value: 1t1r, source: assumed}\n"
	"geometry: {source: assumed, k_width_in_f: 4, k_height_in_f: 4}\n"
	"g_min: {value: 0 S, source: assumed}\n"
	"g_max: {value: 1 uS, source: assumed}\n"
	"read: {source: assumed, v_read: 0.2 V}\n"
	"write: {source: assumed, up: {v: 1.5 V, t: 100 ns}, down: {v: 1.5 V, t: 100 ns}, erase: {v: 3 V, t: 100 ns}}\n"
	"response: {kind: ideal, n_up: 100, n_down: 100, source: assumed}\n"
	"variation: {k_cycle: 0, source: assumed}\n";

/* Dimension of a path among the fields of a cell. */
struct search {
	struct arena *arena;
	const char *path;
	const struct field *found;
};

static void compare(void *ctx, const char *path, const struct field *f)
{
	struct search *s = ctx;

	if (!s->found && strcmp(path_without_kinds(s->arena, path), s->path) == 0)
		s->found = f;
}

void entries_put(struct entries *e, const char *path, const char *text, const char *source, const char *note)
{
	for (int i = 0; i < e->n; i++)
		if (strcmp(e->entry[i].path, path) == 0) {
			e->entry[i] = (struct entry){path, text, source, note};
			return;
		}
	if (e->n == e->cap) {
		int cap = e->cap ? 2 * e->cap : 64;
		struct entry *more = NEW(e->arena, struct entry, cap);
		if (e->n)
			memcpy(more, e->entry, (size_t)e->n * sizeof *more);
		e->entry = more;
		e->cap = cap;
	}
	e->entry[e->n++] = (struct entry){path, text, source, note};
}

const char *text_with_unit(struct arena *a, const char *number, enum dim dim)
{
	return dim == DIM_NONE ? number : arena_printf(a, "%s %s", number, dim_si(dim));
}

const char *text_of_estimate(struct arena *a, struct estimate e, enum dim dim)
{
	const char *number = e.se > 0 ? arena_printf(a, "%.6g", e.value) : number_text(a, e.value);

	return text_with_unit(a, number, dim);
}

const char *text_of_error(struct arena *a, struct estimate e)
{
	return e.se > 0 ? arena_printf(a, "standard error %.2g", e.se) : "exact in the data";
}

static bool begins(const char *s, const char *head)
{
	return strncmp(s, head, strlen(head)) == 0;
}

const char *text_scalar(struct arena *a, const char *s)
{
	const char *text = "\"";

	if (*s && !s[strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._+/ -")] && *s != ' ' &&
		*s != '-' && s[strlen(s) - 1] != ' ')
		return s;
	for (; *s; s++)
		text = arena_printf(a, *s == '"' || *s == '\\' ? "%s\\%c" : "%s%c", text, *s);
	return arena_printf(a, "%s\"", text);
}

/* A list of numbers as it stands among the settings, each with its unit. */
static const char *numbers_with_unit(struct arena *a, const char *list, enum dim dim)
{
	const char *text = "[";

	for (const char *s = list + 1; *s && *s != ']'; s += strspn(s, ", ")) {
		size_t n = strcspn(s, ",]");
		text = arena_printf(a, "%s%s%s", text, text[1] ? ", " : "", text_with_unit(a, arena_dup_n(a, s, n), dim));
		s += n;
	}
	return arena_printf(a, "%s]", text);
}

/* The path without the places in lists. */
static const char *path_without_places(struct arena *a, const char *path)
{
	char *out = arena_dup(a, path), *to = out;

	for (const char *s = path; *s; s++) {
		size_t n = *s == '.' ? strspn(s + 1, "0123456789") : 0;
		s += n > 0 && s[n + 1] == '.' ? n + 1 : 0;
		*to++ = *s;
	}
	*to = '\0';
	return out;
}

void entries_take(struct entries *e, const struct techfile *base, const char *const *without)
{
	for (int i = 0; i < base->n; i++) {
		const struct setting *s = &base->setting[i];
		struct search search = {e->arena, path_without_places(e->arena, s->path), NULL};
		bool out = s->is_default;
		for (const char *const *w = without; *w; w++)
			out |= begins(s->path, *w);
		if (out)
			continue;
		field_walk(e->arena, cell_fields, "", compare, &search);
		const char *text = s->text, *dot = strrchr(s->path, '.');
		char *end;
		if (search.found && search.found->type == FIELD_REAL && (strtod(s->text, &end), !*end))
			text = text_with_unit(e->arena, s->text, search.found->dim);
		else if (search.found && search.found->type == FIELD_REALS)
			text = numbers_with_unit(e->arena, s->text, search.found->dim);
		else
			text = text_scalar(e->arena, s->text);
		/* which kind is no value with a source */
		entries_put(e, s->path, text, dot && strcmp(dot, ".kind") == 0 ? NULL : s->source, NULL);
	}
}

/* Depth of what two paths share. */
static void write_entries(const struct entries *e, FILE *out, struct arena *a)
{
	const char *open = ""; /* path of the map whose lines are being written */

	fputs("format: 1\n", out);
	for (int i = 0; i < e->n; i++) {
		const struct entry *x = &e->entry[i];
		const char *dot = strrchr(x->path, '.'), *key = dot ? dot + 1 : x->path;
		const char *map = dot ? arena_dup_n(a, x->path, (size_t)(dot - x->path)) : "";
		if (strcmp(map, open) != 0) {
			/* what of map is open already stays; the rest is opened level by level */
			size_t same = 0;
			for (size_t n = 0; map[n] || open[n]; n++) {
				bool end_map = !map[n] || map[n] == '.', end_open = !open[n] || open[n] == '.';
				if (end_map && end_open)
					same = n;
				if (map[n] != open[n] || !map[n] || !open[n])
					break;
			}
			for (size_t n = same; map[n];) {
				size_t from = n + (map[n] == '.'), to = from + strcspn(map + from, ".");
				int depth = 0;
				for (size_t q = 0; q < from; q++)
					depth += map[q] == '.';
				if (strspn(map + from, "0123456789") == to - from) /* place in a list */
					fprintf(out, "%*s-\n", 2 * depth, "");
				else
					fprintf(out, "%*s%.*s:\n", 2 * depth, "", (int)(to - from), map + from);
				n = to;
			}
			open = map;
		}
		int depth = *map != '\0';
		for (const char *s = map; *s; s++)
			depth += *s == '.';
		if (!x->source)
			fprintf(out, "%*s%s: %s\n", 2 * depth, "", key, x->text);
		else
			fprintf(out, "%*s%s: {value: %s, source: %s%s%s}\n", 2 * depth, "", key, x->text,
				text_scalar(a, x->source), x->note ? ", note: " : "", x->note ? text_scalar(a, x->note) : "");
	}
}

static int place_of(const char *path)
{
	const char *dot = strchr(path, '.');
	size_t n = dot ? (size_t)(dot - path) : strlen(path);

	for (int i = 0; cell_fields[i].type != FIELD_LAST; i++)
		if (strlen(cell_fields[i].key) == n && strncmp(cell_fields[i].key, path, n) == 0)
			return i;
	return -1;
}

/* In the order of the field table; entries of one map stay together and in their order. */
static void sort(struct entries *e)
{
	for (int i = 1; i < e->n; i++)
		for (int j = i; j > 0; j--) {
			struct entry *x = &e->entry[j - 1], *y = &e->entry[j], swap = *x;
			if (place_of(x->path) <= place_of(y->path))
				break;
			*x = *y;
			*y = swap;
		}
}

char *entries_finish(struct entries *e)
{
	struct memo m;

	memo_open(&m);
	sort(e);
	write_entries(e, m.file, e->arena);
	return memo_text(&m, e->arena);
}
