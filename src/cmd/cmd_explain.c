/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/field.h"
#include "base/path.h"
#include "base/table.h"
#include "cmd/cmd.h"
#include "cmd/files.h"

struct search {
	struct arena *arena;
	const char *key;
	int n_found, n_keys, cap;
	const char **keys; /* every last part of a path, for suggestions */
	const struct field **seen;
	int n_seen;
};

static bool ends_with_key(const char *path, const char *key)
{
	size_t n = strlen(path), k = strlen(key);

	return n >= k && strcmp(path + n - k, key) == 0 && (n == k || path[n - k - 1] == '.');
}

static const char *const type_names[] = {
	[FIELD_REAL] = "number",
	[FIELD_INT] = "whole number",
	[FIELD_BOOL] = "true or false",
	[FIELD_NAME] = "text",
	[FIELD_WORD] = "word",
	[FIELD_MAP] = "keys and values",
	[FIELD_OPT] = "keys and values, may be absent",
	[FIELD_KIND] = "keys and values, the first of them 'kind'",
	[FIELD_FILE] = "name of a file, or its contents",
	[FIELD_LIST] = "list",
	[FIELD_REALS] = "list of numbers",
	[FIELD_NAMES] = "list of texts",
	[FIELD_TREE] = "keys and values",
};

static void print_field(struct arena *a, const char *path, const struct field *f)
{
	printf("%s\n  %s\n", path, f->help);
	if (f->type == FIELD_REAL || f->type == FIELD_REALS)
		printf("  type     %s, %s\n", type_names[f->type], dim_phrase(a, f->dim));
	else
		printf("  type     %s\n", type_names[f->type]);
	if (f->type == FIELD_REAL || f->type == FIELD_INT || f->type == FIELD_REALS)
		printf("  range    %s to %s\n", units_text(a, f->min, f->dim), units_text(a, f->max, f->dim));
	if (f->type == FIELD_WORD)
		printf("  words    %s\n", words_text(a, f->sub));
	if (f->type == FIELD_KIND || (f->type == FIELD_LIST && !f->size))
		printf("  kinds    %s\n", words_text(a, kind_names(a, f->sub)));
	if (!f->dflt && f->type != FIELD_MAP)
		printf("  default  none, the key is required\n");
	else if (f->dflt && *f->dflt)
		printf("  default  %s\n", f->dflt);
}

static void print_value(struct arena *a, const struct setting *s, const struct field *f, const char *file)
{
	const char *text = f->type == FIELD_REAL ? units_text(a, strtod(s->text, NULL), f->dim) : s->text;

	printf("  value    %s in %s [%s]\n", text, file,
		s->is_default ? "default" : s->source ? s->source : "no source");
}

/* What the shipped techfiles hold there, and from where they have it. */
static void print_values(struct arena *a, const char *plain, const struct field *f)
{
	for (int i = 0; file_kinds[i]; i++) {
		const struct file_kind *kind = file_kinds[i];
		size_t n = strlen(kind->what);
		if (strncmp(plain, kind->what, n) != 0 || plain[n] != '.' || strcmp(kind->folder, "techfiles") != 0)
			continue;
		const char **names = path_list(a, kind->folder);
		for (int k = 0; names[k]; k++) {
			struct loader l;
			if (strncmp(names[k], kind->what, n) != 0)
				continue;
			loader_init(&l, a, diag_new(a, stderr));
			loader_file(&l, kind, names[k], kind->what);
			for (int s = 0; s < l.n_setting; s++)
				if (strcmp(l.setting[s].path, plain) == 0)
					print_value(a, &l.setting[s], f, names[k]);
		}
	}
}

static void visit(void *ctx, const char *path, const struct field *f)
{
	struct search *s = ctx;
	const char *plain = path_without_kinds(s->arena, path);

	if (s->n_keys < s->cap)
		s->keys[s->n_keys++] = f->key;
	if (!ends_with_key(plain, s->key) && !ends_with_key(path, s->key))
		return;
	/* one table may be reached on several ways: tell of it once, unless asked by full path */
	for (int i = 0; i < s->n_seen; i++)
		if (s->seen[i] == f && strcmp(plain, s->key) != 0)
			return;
	if (s->n_seen < s->cap)
		s->seen[s->n_seen++] = f;
	if (s->n_found++)
		fputc('\n', stdout);
	print_field(s->arena, path, f);
	print_values(s->arena, plain, f);
}

/* All keys of one kind of file: a table for the screen, or a list for a manual page. */
struct listing {
	struct arena *arena;
	struct table *table;
	bool man;
};

static const char *range_text(struct arena *a, const struct field *f)
{
	if (f->type == FIELD_REAL || f->type == FIELD_INT || f->type == FIELD_REALS)
		return arena_printf(a, "%s to %s", units_text(a, f->min, f->dim), units_text(a, f->max, f->dim));
	if (f->type == FIELD_WORD)
		return words_text(a, f->sub);
	if (f->type == FIELD_KIND || (f->type == FIELD_LIST && !f->size))
		return words_text(a, kind_names(a, f->sub));
	return type_names[f->type];
}

static void list_field(void *ctx, const char *path, const struct field *f)
{
	struct listing *l = ctx;
	const char *key = strchr(path, '.') + 1, *range = range_text(l->arena, f);
	const char *dflt = f->dflt ? f->dflt : f->type == FIELD_MAP ? "" : "required";

	if (l->man) {
		printf(".It Ic %s\n%s.\n%s%s%s.\n", key, f->help, range, *dflt ? "; default " : "",
			strcmp(dflt, "required") == 0 ? "none, required" : dflt);
		return;
	}

	struct table_cell *cell = table_row(l->arena, l->table);

	cell[0] = cell_text(key);
	cell[1] = cell_text(*dflt ? dflt : NULL);
	cell[2] = cell_text(range);
	cell[3] = cell_text(f->help);
}

static void list_kind(struct arena *a, const struct file_kind *kind, bool man)
{
	static const struct table_column columns[] = {{"key", "key", "", 0, 0}, {"default", "default", "", 0, 0},
		{"range", "range", "", 0, 0}, {"meaning", "meaning", "", 0, 0}};
	struct listing l = {a, table_new(a, NULL, columns, 4), man};

	field_walk(a, kind->fields, kind->what, list_field, &l);
	if (!man)
		table_text(a, l.table, stdout);
}

static int run(struct args *args)
{
	enum { CAP = 20000 };
	struct arena *a = args->arena;
	struct search s = {.arena = a, .key = args->word[0], .cap = CAP};

	for (int i = 0; file_kinds[i]; i++)
		if (strcmp(file_kinds[i]->what, s.key) == 0) {
			list_kind(a, file_kinds[i], args_get(args, "man") != NULL);
			return STATUS_DONE;
		}
	s.keys = NEW(a, const char *, CAP + 1);
	s.seen = NEW(a, const struct field *, CAP);
	for (int i = 0; file_kinds[i]; i++)
		field_walk(a, file_kinds[i]->fields, file_kinds[i]->what, visit, &s);
	if (s.n_found)
		return STATUS_DONE;

	const char *last = strrchr(s.key, '.');
	const char *near = nearest_word(last ? last + 1 : s.key, s.keys);

	fprintf(stderr, "mho: no key '%s' in any of our files%s%s%s\n", s.key, near ? ", did you mean '" : "",
		near ? near : "", near ? "'?" : "");
	return STATUS_INPUT;
}

static const struct option options[] = {
	{"man", 0, NULL, "the keys of a kind of file as the list of a manual page"},
	OPTION_END,
};

extern const struct command cmd_explain;
const struct command cmd_explain = {"explain", "unit, range, default, meaning and source of a YAML key, or all keys of a kind of file", "KEY|KIND", 1, 1,
	options, run};
