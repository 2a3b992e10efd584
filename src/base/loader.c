/* SPDX-License-Identifier: Apache-2.0 */
/* Loading files of a kind, with overrides of values by path. */
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/field.h"
#include "base/field_priv.h"
#include "base/path.h"

#define MAX_FILE_DEPTH 8

void loader_init(struct loader *l, struct arena *a, struct diag *d)
{
	*l = (struct loader){.arena = a, .diag = d};
}

bool loader_set(struct loader *l, const char *option)
{
	struct source *src = NEW(l->arena, struct source, 1);
	const char *equals = strchr(option, '=');

	*src = (struct source){"--set", arena_dup(l->arena, option)};
	if (!equals || equals == option) {
		diag_error(l->diag, (struct loc){src, 1, 1}, "expected PATH=VALUE");
		return false;
	}

	if (!equals[1]) {
		diag_error(l->diag, (struct loc){src, 1, (int)strlen(option)}, "expected a value after '='");
		return false;
	}

	struct yaml *value = yaml_read_text(l->arena, "--set", equals + 1, strlen(equals + 1), false, l->diag);

	if (!value)
		return false;
	if (value->type == YAML_SCALAR)
		value->loc = (struct loc){src, 1, (int)(equals - option) + 2};
	loader_add(l, arena_dup_n(l->arena, option, (size_t)(equals - option)), value,
		(struct loc){src, 1, 1});
	diag_setting(l->diag, option);
	return true;
}

void loader_add(struct loader *l, const char *path, struct yaml *value, struct loc loc)
{
	struct override *more = NEW(l->arena, struct override, l->n_override + 1);

	if (l->n_override)
		memcpy(more, l->override, (size_t)l->n_override * sizeof *more);
	more[l->n_override++] = (struct override){path, value, loc, false};
	l->override = more;
}

struct override *loader_override(struct loader *l, const char *path)
{
	struct override *last = NULL;

	for (int i = 0; i < l->n_override; i++)
		if (strcmp(l->override[i].path, path) == 0) {
			l->override[i].used = true;
			last = &l->override[i];
		}
	return last;
}

bool loader_below(const struct loader *l, const char *path)
{
	size_t n = strlen(path);

	for (int i = 0; i < l->n_override; i++)
		if (strncmp(l->override[i].path, path, n) == 0 && l->override[i].path[n] == '.')
			return true;
	return false;
}

bool loader_finish(struct loader *l)
{
	bool good = true;

	for (int i = 0; i < l->n_override; i++) {
		const struct override *o = &l->override[i];
		if (o->used)
			continue;
		const char **path = NEW(l->arena, const char *, l->n_setting + 1);
		for (int k = 0; k < l->n_setting; k++)
			path[k] = l->setting[k].path;
		const char *near = nearest_word(o->path, path);
		diag_error(l->diag, o->loc, "no key '%s' here%s%s%s", o->path, near ? ", did you mean '" : "",
			near ? near : "", near ? "'?" : "");
		good = false;
	}
	return good;
}

/* An existing file: near the file that names it, else along the search path. */
static const char *locate(struct loader *l, const char *folder, const char *name)
{
	const char *path = NULL;

	if (l->folder && name[0] != '/') {
		const char *near = arena_printf(l->arena, "%s/%s", l->folder, name);
		path = strchr(name, '.') ? path_find(l->arena, folder, near) : NULL;
	}
	return path ? path : path_find(l->arena, folder, name);
}

static bool is_new_file(struct loader *l, const char *path)
{
	for (int i = 0; i < l->n_file; i++)
		if (strcmp(l->file[i], path) == 0)
			return false;
	return true;
}

static void note_file(struct loader *l, const char *path)
{
	if (!is_new_file(l, path))
		return;
	if (l->n_file == l->cap_file) {
		int cap = l->cap_file ? 2 * l->cap_file : 16;
		const char **more = NEW(l->arena, const char *, cap);
		if (l->n_file)
			memcpy(more, l->file, (size_t)l->n_file * sizeof *more);
		l->file = more;
		l->cap_file = cap;
	}
	l->file[l->n_file++] = path;
}

bool file_kind_is_other(const struct file_kind *kind, const char *path)
{
	size_t n = strlen(path), k = kind->ending ? strlen(kind->ending) : 0;

	return kind->read && n > k && strcmp(path + n - k, kind->ending) == 0;
}

struct yaml *file_kind_read(
	const struct file_kind *kind, struct arena *a, const char *path, struct diag *d)
{
	return file_kind_is_other(kind, path) ? kind->read(a, path, d) : yaml_read_file(a, path, d);
}

void *loader_file_at(struct loader *l, const struct file_kind *kind, const char *name,
	const char *prefix, struct loc loc)
{
	const char *path = locate(l, kind->folder, name), *outer = l->folder;
	struct yaml *map = !path && l->missing ? l->missing(l, kind, name, loc) : NULL;

	if (!path && !map) {
		const char **names = path_list(l->arena, kind->folder);
		const char *near = nearest_word(name, names);
		diag_error(l->diag, loc, "there is no %s '%s'%s%s%s: neither a file of that path nor %s/%s.yaml",
			kind->what, name, near ? ", did you mean '" : "", near ? near : "", near ? "'?" : "",
			kind->folder, name);
		return NULL;
	}
	if (l->depth == MAX_FILE_DEPTH) {
		diag_error(l->diag, loc, "'%s': files name each other in a circle", name);
		return NULL;
	}

	if (path) {
		map = file_kind_read(kind, l->arena, path, l->diag);
		if (!map)
			return NULL;
		note_file(l, path);
		l->folder = path_folder(l->arena, path);
	}
	l->depth++;

	void *out = arena_alloc(l->arena, 1, kind->size);
	/* Semantic checks read only complete structs. */
	bool good = loader_bind(l, kind->fields, map, prefix, out) &&
		(!kind->check || kind->check(out, l->arena, l->diag));

	l->depth--;
	l->folder = outer;
	return good ? out : NULL;
}

void *loader_file(struct loader *l, const struct file_kind *kind, const char *name, const char *prefix)
{
	return loader_file_at(l, kind, name, prefix, (struct loc){0});
}

const char *path_without_kinds(struct arena *a, const char *path)
{
	char *out = arena_dup(a, path), *to = out;
	int depth = 0;

	for (const char *p = path; *p; p++) {
		depth += *p == '(';
		if (!depth)
			*to++ = *p;
		depth -= *p == ')';
	}
	*to = '\0';
	return out;
}

static void walk(const struct field *f, const char *prefix, field_visit *visit, void *ctx,
	struct arena *a, int depth, const void *around)
{
	for (; f->type != FIELD_LAST && depth < MAX_FILE_DEPTH; f++) {
		const char *path = *prefix ? arena_printf(a, "%s.%s", prefix, f->key) : f->key;
		visit(ctx, path, f);
		if (f->type == FIELD_MAP || f->type == FIELD_OPT || (f->type == FIELD_LIST && f->size))
			walk(f->sub, path, visit, ctx, a, depth + 1, around);
		else if (f->type == FIELD_FILE)
			walk(((const struct file_kind *)f->sub)->fields, path, visit, ctx, a, depth + 1,
				around);
		/* a list of kinds inside one of its own kinds is not told again */
		else if ((f->type == FIELD_KIND || f->type == FIELD_LIST) && f->sub != around)
			for (const struct kind_head *const *k = f->sub; *k; k++)
				walk((*k)->fields, arena_printf(a, "%s(%s)", path, (*k)->name), visit, ctx, a,
					depth + 1, f->sub);
	}
}

void field_walk(struct arena *a, const struct field *fields, const char *prefix, field_visit *visit,
	void *ctx)
{
	walk(fields, prefix, visit, ctx, a, 0, NULL);
}
