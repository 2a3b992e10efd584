/* SPDX-License-Identifier: Apache-2.0 */
#include "report/frame.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/path.h"

#define MAX_BYTES ((size_t)1 << 30)

struct reader {
	struct arena *arena;
	char *at, *line;
	struct loc loc;
	struct diag *diag;
};

/* One value up to a comma or line end, in place; false after a reported error. */
static bool next_value(struct reader *r, const char **value, bool *last)
{
	char *to = r->at, *from = r->at;

	if (*r->at == '"') {
		for (r->at++; *r->at && (*r->at != '"' || r->at[1] == '"'); r->at++) {
			r->at += *r->at == '"';
			*to++ = *r->at;
		}
		if (!*r->at) {
			diag_error(r->diag, r->loc, "a quote is not closed: the file is cut off");
			return false;
		}
		r->at++;
	} else {
		while (*r->at && *r->at != ',' && *r->at != '\n')
			*to++ = *r->at++;
	}
	*value = from;
	*last = *r->at != ',';
	if (*r->at == '\0' || (*r->at != ',' && *r->at != '\n')) {
		diag_error(r->diag, r->loc, "the line does not end: the file is cut off");
		return false;
	}
	r->at++;
	*to = '\0';
	return true;
}

/* The values of one line behind cell[from]; their number, -1 after a reported error. */
static int next_row(struct reader *r, const char **cell, int room)
{
	bool last = false;
	int n = 0;

	r->loc.line++;
	while (!last) {
		const char *value;
		if (!next_value(r, &value, &last))
			return -1;
		if (n < room)
			cell[n] = value;
		n++;
	}
	return n;
}

struct frame *frame_read(struct arena *a, const char *path, struct diag *d)
{
	struct frame *f = NEW(a, struct frame, 1);
	struct source *src = NEW(a, struct source, 1);
	size_t n;
	char *text = file_read(a, path, MAX_BYTES, &n);
	struct reader r = {a, text, text, {src, 0, 1}, d};
	int n_lines = 0, room = 1;

	src->name = path;
	if (n == 0 || strlen(text) != n) {
		diag_error(d, (struct loc){src, 0, 0}, n ? "not a text" : "the file is empty");
		return NULL;
	}
	for (const char *s = text; *s; s++) {
		n_lines += *s == '\n';
		room += n_lines == 0 && *s == ',';
	}
	f->key = NEW(a, const char *, room + 1);
	f->n_columns = next_row(&r, f->key, room);
	if (f->n_columns < 0)
		return NULL;
	f->cell = NEW(a, const char *, (size_t)n_lines * (size_t)f->n_columns);
	while (*r.at) {
		int k = next_row(&r, f->cell + (size_t)f->n_rows * (size_t)f->n_columns, f->n_columns);
		if (k < 0)
			return NULL;
		if (k != f->n_columns) {
			diag_error(d, r.loc, "%d values, but there are %d columns", k, f->n_columns);
			return NULL;
		}
		f->n_rows++;
	}
	return f;
}

int frame_column(const struct frame *f, const char *key)
{
	for (int i = 0; i < f->n_columns; i++)
		if (strcmp(f->key[i], key) == 0)
			return i;
	return -1;
}

const char *frame_text(const struct frame *f, int row, int column)
{
	return f->cell[(size_t)row * (size_t)f->n_columns + (size_t)column];
}

double frame_number(const struct frame *f, int row, int column)
{
	const char *text = frame_text(f, row, column);
	char *end;
	double x = strtod(text, &end);

	return end != text && !*end && isfinite(x) ? x : (double)NAN;
}

static unsigned hash(const char *word)
{
	unsigned h = 2166136261u; /* FNV-1a */

	for (; *word; word++)
		h = (h ^ (unsigned char)*word) * 16777619u;
	return h;
}

/* The slot of a word, or the free one where it would stand. */
static int *slot_of(const struct words *w, const char *word)
{
	unsigned i = hash(word) & (unsigned)(w->n_slots - 1);

	while (w->slot[i] && strcmp(w->word[w->slot[i] - 1], word) != 0)
		i = (i + 1) & (unsigned)(w->n_slots - 1);
	return &w->slot[i];
}

static void grow(struct arena *a, struct words *w)
{
	const char **more = NEW(a, const char *, w->n_slots + 8);

	w->n_slots = w->n_slots ? 2 * w->n_slots : 16;
	w->slot = NEW(a, int, w->n_slots);
	for (int i = 0; i < w->n; i++)
		more[i] = w->word[i];
	w->word = more;
	for (int i = 0; i < w->n; i++)
		*slot_of(w, w->word[i]) = i + 1;
}

int words_index(struct arena *a, struct words *w, const char *word)
{
	if (2 * (w->n + 1) > w->n_slots)
		grow(a, w);

	int *slot = slot_of(w, word);

	if (!*slot) {
		w->word[w->n++] = word;
		*slot = w->n;
	}
	return *slot - 1;
}

static bool holds(const struct yaml *value, const char *text)
{
	if (value->type == YAML_SCALAR)
		return strcmp(value->text, text) == 0;
	for (int i = 0; i < value->n; i++)
		if (strcmp(value->child[i]->text, text) == 0)
			return true;
	return false;
}

static bool matches(const struct frame *f, const struct yaml *where, int row)
{
	for (int i = 0; where && i < where->n; i++) {
		int column = frame_column(f, where->key[i]);
		if (column < 0 || !holds(where->child[i], frame_text(f, row, column)))
			return false;
	}
	return true;
}

/* Do two rows agree in all that names a point and in the seed, but for the columns compared over? */
static bool is_beside(const struct frame *f, const struct yaml *against, int row, int other)
{
	int last = frame_column(f, "network"), seed = frame_column(f, "seed");

	for (int c = 2; c < f->n_columns; c++)
		if ((c <= last || c == seed) && !yaml_get(against, f->key[c]) &&
			strcmp(frame_text(f, row, c), frame_text(f, other, c)) != 0)
			return false;
	return true;
}

double frame_chosen(const struct frame *f, const struct choice *q, int row, int column)
{
	double x = frame_number(f, row, column);

	if (!matches(f, q->where, row) || !q->against)
		return matches(f, q->where, row) ? x : (double)NAN;
	if (matches(f, q->against, row))
		return (double)NAN; /* what others are compared with */
	for (int other = 0; other < f->n_rows; other++)
		if (matches(f, q->against, other) && is_beside(f, q->against, row, other)) {
			double y = frame_number(f, other, column);
			return q->how == AGAINST_RATIO ? (y != 0 ? x / y : (double)NAN) : x - y;
		}
	return (double)NAN;
}
