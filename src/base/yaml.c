/* SPDX-License-Identifier: Apache-2.0 */
#include "base/yaml.h"

#include <string.h>

#include <yaml.h>

#include "base/arena.h"
#include "base/path.h"

#define MAX_DEPTH 32
#define MAX_FILE  ((size_t)16 << 20)

struct reader {
	struct arena *arena;
	struct diag *diag;
	const struct source *src;
	yaml_parser_t parser;
	yaml_event_t event;
	bool have_event, failed;
	int depth;
};

static struct loc loc_of(const struct reader *r, yaml_mark_t mark)
{
	return (struct loc){r->src, (int)mark.line + 1, (int)mark.column + 1};
}

static void fail(struct reader *r, yaml_mark_t mark, const char *what)
{
	if (!r->failed)
		diag_error(r->diag, loc_of(r, mark), "%s", what);
	r->failed = true;
}

static void drop(struct reader *r)
{
	if (r->have_event)
		yaml_event_delete(&r->event);
	r->have_event = false;
}

/* The next event in r->event; false after a reported error. */
static bool next(struct reader *r)
{
	drop(r);
	if (r->failed)
		return false;
	if (yaml_parser_parse(&r->parser, &r->event)) {
		r->have_event = true;
		return true;
	}
	if (r->parser.error == YAML_MEMORY_ERROR)
		die("out of memory");
	if (r->parser.error == YAML_READER_ERROR)
		diag_error(r->diag, (struct loc){r->src, 0, 0}, "not a text file in UTF-8: %s at byte %zu",
			r->parser.problem, r->parser.problem_offset);
	else
		diag_error(r->diag, loc_of(r, r->parser.problem_mark), "not valid YAML: %s",
			r->parser.problem);
	r->failed = true;
	return false;
}

/* What an event of a node must not carry. */
static bool allowed(struct reader *r, const yaml_char_t *anchor, const yaml_char_t *tag)
{
	if (anchor)
		fail(r, r->event.start_mark, "anchors are not used in our files: write the value out");
	else if (tag)
		fail(r, r->event.start_mark, "tags are not used in our files: write the plain value");
	return !r->failed;
}

static struct yaml *node_new(struct reader *r, enum yaml_type type)
{
	struct yaml *y = NEW(r->arena, struct yaml, 1);

	y->type = type;
	y->loc = loc_of(r, r->event.start_mark);
	return y;
}

static struct yaml *read_node(struct reader *r);

/* Room for one more entry: arrays grow by doubling at powers of two. */
static void *grow(struct arena *a, void *old, int n, size_t size)
{
	if (n & (n - 1))
		return old;

	void *more = arena_alloc(a, n ? 2 * (size_t)n : 1, size);

	if (n)
		memcpy(more, old, (size_t)n * size);
	return more;
}

static struct yaml *read_scalar(struct reader *r)
{
	const char *text = (const char *)r->event.data.scalar.value;
	size_t n = r->event.data.scalar.length;
	bool implicit = r->event.data.scalar.plain_implicit || r->event.data.scalar.quoted_implicit;

	if (!allowed(r, r->event.data.scalar.anchor, implicit ? NULL : r->event.data.scalar.tag))
		return NULL;
	if (strlen(text) != n) {
		fail(r, r->event.start_mark, "a NUL character stands in this value");
		return NULL;
	}

	struct yaml *y = node_new(r, YAML_SCALAR);

	y->text = arena_dup_n(r->arena, text, n);
	y->plain = r->event.data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
	return y;
}

static struct yaml *read_list(struct reader *r)
{
	if (!allowed(r, r->event.data.sequence_start.anchor, r->event.data.sequence_start.tag))
		return NULL;

	struct yaml *y = node_new(r, YAML_LIST);

	while (next(r) && r->event.type != YAML_SEQUENCE_END_EVENT) {
		struct yaml *child = read_node(r);
		if (!child)
			return NULL;
		y->child = grow(r->arena, y->child, y->n, sizeof *y->child);
		y->child[y->n++] = child;
	}
	return r->failed ? NULL : y;
}

static bool key_fits(struct reader *r, const struct yaml *map, const struct yaml *key)
{
	if (key->type != YAML_SCALAR) {
		diag_error(r->diag, key->loc, "a key must be a word");
	} else if (strcmp(key->text, "<<") == 0 && key->plain) {
		diag_error(r->diag, key->loc, "merge keys are not used in our files: write the values out");
	} else {
		for (int i = 0; i < map->n; i++)
			if (strcmp(map->key[i], key->text) == 0) {
				diag_error(r->diag, key->loc, "key '%s' is given twice (first in line %d)",
					key->text, map->key_loc[i].line);
				r->failed = true;
				return false;
			}
		return true;
	}
	r->failed = true;
	return false;
}

static struct yaml *read_map(struct reader *r)
{
	if (!allowed(r, r->event.data.mapping_start.anchor, r->event.data.mapping_start.tag))
		return NULL;

	struct yaml *y = node_new(r, YAML_MAP);

	while (next(r) && r->event.type != YAML_MAPPING_END_EVENT) {
		struct yaml *key = read_node(r);
		if (!key || !key_fits(r, y, key) || !next(r))
			return NULL;
		struct yaml *child = read_node(r);
		if (!child)
			return NULL;
		y->child = grow(r->arena, y->child, y->n, sizeof *y->child);
		y->key = grow(r->arena, y->key, y->n, sizeof *y->key);
		y->key_loc = grow(r->arena, y->key_loc, y->n, sizeof *y->key_loc);
		y->child[y->n] = child;
		y->key[y->n] = key->text;
		y->key_loc[y->n++] = key->loc;
	}
	return r->failed ? NULL : y;
}

/* The node whose first event is r->event. */
static struct yaml *read_node(struct reader *r)
{
	struct yaml *y = NULL;

	if (++r->depth > MAX_DEPTH) {
		fail(r, r->event.start_mark, "nested more than 32 levels deep");
		return NULL;
	}
	switch (r->event.type) {
	case YAML_SCALAR_EVENT:
		y = read_scalar(r);
		break;
	case YAML_SEQUENCE_START_EVENT:
		y = read_list(r);
		break;
	case YAML_MAPPING_START_EVENT:
		y = read_map(r);
		break;
	case YAML_ALIAS_EVENT:
		fail(r, r->event.start_mark, "aliases are not used in our files: write the value out");
		break;
	default:
		BUG("unexpected YAML event");
	}
	r->depth--;
	return y;
}

static struct yaml *read_document(struct reader *r)
{
	if (!next(r) || !next(r)) /* stream start, then document start or stream end */
		return NULL;
	if (r->event.type == YAML_STREAM_END_EVENT) {
		diag_error(r->diag, (struct loc){r->src, 0, 0}, "the file is empty: it should open with 'format: 1'");
		return NULL;
	}
	if (!next(r))
		return NULL;

	struct yaml *root = read_node(r);

	if (!root || !next(r) || !next(r)) /* document end, stream end */
		return NULL;
	if (r->event.type != YAML_STREAM_END_EVENT) {
		fail(r, r->event.start_mark, "a second document starts here: a file holds one");
		return NULL;
	}
	return root;
}

static struct yaml *take_format(struct diag *d, struct yaml *root)
{
	if (root->type != YAML_MAP || root->n == 0 || strcmp(root->key[0], "format") != 0) {
		diag_error(d, root->type == YAML_MAP && root->n ? root->key_loc[0] : root->loc,
			"the file should open with 'format: 1'");
		return NULL;
	}
	if (root->child[0]->type != YAML_SCALAR || strcmp(root->child[0]->text, "1") != 0) {
		diag_error(d, root->child[0]->loc, "this program reads 'format: 1' only");
		return NULL;
	}
	root->child++;
	root->key++;
	root->key_loc++;
	root->n--;
	return root;
}

struct yaml *yaml_read_text(struct arena *a, const char *name, const char *text, size_t n,
	bool want_format, struct diag *d)
{
	struct source *src = NEW(a, struct source, 1);
	struct reader r = {.arena = a, .diag = d, .src = src};

	src->name = arena_dup(a, name);
	src->text = arena_dup_n(a, text, n);
	if (!yaml_parser_initialize(&r.parser))
		die("out of memory");
	yaml_parser_set_input_string(&r.parser, (const unsigned char *)text, n);
	yaml_parser_set_encoding(&r.parser, YAML_UTF8_ENCODING);

	struct yaml *root = read_document(&r);

	drop(&r);
	yaml_parser_delete(&r.parser);
	return root && want_format ? take_format(d, root) : root;
}

struct yaml *yaml_read_file(struct arena *a, const char *path, struct diag *d)
{
	size_t n;
	char *text = file_read(a, path, MAX_FILE, &n);
	size_t mark = n >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0 ? 3 : 0; /* byte order mark */

	return yaml_read_text(a, path, text + mark, n - mark, true, d);
}

struct yaml *yaml_get(const struct yaml *map, const char *key)
{
	for (int i = 0; map && map->type == YAML_MAP && i < map->n; i++)
		if (strcmp(map->key[i], key) == 0)
			return map->child[i];
	return NULL;
}
