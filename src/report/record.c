/* SPDX-License-Identifier: Apache-2.0 */
#include "report/record.h"

#include <string.h>

#include <jansson.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/path.h"

#define MAX_BYTES ((size_t)256 << 20)

static const char *text_of(struct arena *a, const json_t *root, const char *key)
{
	const char *text = json_string_value(json_object_get(root, key));

	return text ? arena_dup(a, text) : NULL;
}

static struct record_pair *pairs_of(struct arena *a, json_t *map, int *n)
{
	struct record_pair *pair = NEW(a, struct record_pair, json_object_size(map) + 1);
	const char *key;
	json_t *value;

	*n = 0;
	json_object_foreach(map, key, value)
		if (json_is_string(value))
			pair[(*n)++] = (struct record_pair){arena_dup(a, key), arena_dup(a, json_string_value(value))};
	return pair;
}

/* "12 pcm-40nm lenet5" -> "pcm-40nm" */
static const char *design_of(struct arena *a, const json_t *point)
{
	const char *name = json_string_value(json_object_get(point, "point"));
	const char *from = name ? strchr(name, ' ') : NULL, *to = from ? strrchr(name, ' ') : NULL;

	return from && to > from ? arena_dup_n(a, from + 1, (size_t)(to - from - 1)) : "";
}

static bool has_word(const char *list, const char *word)
{
	size_t n = strlen(word);

	for (const char *s = strstr(list, word); s; s = strstr(s + 1, word))
		if ((s == list || s[-1] == ' ') && (s[n] == '\0' || s[n] == ','))
			return true;
	return false;
}

static void add_assumed(struct arena *a, struct record *r, int *cap, const char *path, const char *value,
	const char *design)
{
	struct record_assumed *one = NULL;

	for (int i = 0; i < r->n_assumed && !one; i++)
		if (strcmp(r->assumed[i].path, path) == 0 && strcmp(r->assumed[i].value, value) == 0)
			one = &r->assumed[i];
	if (!one) {
		if (r->n_assumed == *cap) {
			struct record_assumed *more = NEW(a, struct record_assumed, 2 * *cap + 16);
			if (r->n_assumed)
				memcpy(more, r->assumed, (size_t)r->n_assumed * sizeof *more);
			r->assumed = more;
			*cap = 2 * *cap + 16;
		}
		one = &r->assumed[r->n_assumed++];
		*one = (struct record_assumed){arena_dup(a, path), arena_dup(a, value), ""};
	}
	if (!has_word(one->designs, design))
		one->designs = arena_printf(a, "%s%s%s", one->designs, *one->designs ? ", " : "", design);
}

static void take_points(struct arena *a, struct record *r, json_t *points)
{
	int cap = 0;
	size_t i;
	json_t *point, *setting;
	const char *path;

	json_array_foreach(points, i, point) {
		const char *design = design_of(a, point);
		json_object_foreach(json_object_get(point, "settings"), path, setting) {
			const char *source = json_string_value(json_object_get(setting, "source"));
			const char *value = json_string_value(json_object_get(setting, "value"));
			r->n_defaults += json_is_true(json_object_get(setting, "default"));
			if (source && value && strcmp(source, "assumed") == 0)
				add_assumed(a, r, &cap, path, value, design);
		}
	}
}

static struct record *take(struct arena *a, json_t *root)
{
	struct record *r = NEW(a, struct record, 1);
	const json_t *sets = json_object_get(root, "set"), *seeds = json_object_get(root, "seeds");

	r->version = text_of(a, root, "version");
	r->command = text_of(a, root, "command");
	r->study = text_of(a, root, "study");
	if (!r->version || !r->command || !r->study)
		return NULL;
	r->sets.option = NEW(a, const char *, json_array_size(sets) + 1);
	for (size_t i = 0; i < json_array_size(sets); i++)
		if (json_is_string(json_array_get(sets, i)))
			r->sets.option[r->sets.n++] = arena_dup(a, json_string_value(json_array_get(sets, i)));
	r->seeds = "";
	for (size_t i = 0; i < json_array_size(seeds); i++)
		r->seeds = arena_printf(a, "%s%s%lld", r->seeds, i ? ", " : "",
			(long long)json_integer_value(json_array_get(seeds, i)));
	r->data = pairs_of(a, json_object_get(root, "data"), &r->n_data);
	r->file = pairs_of(a, json_object_get(root, "sha256"), &r->n_files);
	take_points(a, r, json_object_get(root, "points"));
	return r;
}

struct record *record_read(struct arena *a, const char *path, struct diag *d)
{
	struct source *src = NEW(a, struct source, 1);
	json_error_t error;
	size_t n, mark;

	src->name = arena_dup(a, path);
	mark = arena_mark(a);

	const char *text = file_read(a, path, MAX_BYTES, &n);
	json_t *root = json_loadb(text, n, JSON_REJECT_DUPLICATES, &error);

	arena_reset(a, mark);
	if (!root) {
		diag_error(d, (struct loc){src, error.line > 0 ? error.line : 0, error.column > 0 ? error.column : 1},
			"not JSON: %s", error.text);
		return NULL;
	}

	struct record *r = take(a, root);

	json_decref(root);
	if (!r)
		diag_error(d, (struct loc){src, 0, 0}, "not the record of 'mho run': it lacks version, command or study");
	return r;
}
