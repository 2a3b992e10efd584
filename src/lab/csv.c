/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/csv.h"

#include <ctype.h>
#include <string.h>

#include "base/arena.h"

struct loc csv_at(const struct csv *c, int col)
{
	return (struct loc){c->src, c->line, col};
}

struct loc csv_whole(const struct csv *c)
{
	return (struct loc){c->src, 0, 0};
}

static char *trimmed(struct arena *a, const char *from, const char *to)
{
	while (from < to && (*from == ' ' || *from == '\t'))
		from++;
	while (to > from && (to[-1] == ' ' || to[-1] == '\t'))
		to--;
	return arena_dup_n(a, from, (size_t)(to - from));
}

/* A value in quotes, in which two quotes stand for one; false without the closing one. */
static bool quoted(struct csv *c, const char *line, struct csv_value *v)
{
	const char *from = c->at + 1;
	size_t n = 0;

	for (c->at++; c->at < c->end && *c->at != '\n'; c->at++) {
		if (*c->at != '"')
			continue;
		if (c->at + 1 == c->end || c->at[1] != '"')
			break;
		c->at++;
	}
	if (c->at >= c->end || *c->at == '\n') {
		diag_error(c->diag, csv_at(c, (int)(from - line)), "the quote that opens this value is not closed");
		return false;
	}

	char *text = trimmed(c->scratch, from, c->at++);

	for (const char *s = text; *s; s++, n++) {
		text[n] = *s;
		s += *s == '"';
	}
	text[n] = '\0';
	v->text = text;
	return true;
}

bool csv_next(struct csv *c, bool *good)
{
	for (;;) {
		if (c->at >= c->end)
			return false;
		c->line++;
		const char *stop = memchr(c->at, '\n', (size_t)(c->end - c->at));
		if (!stop)
			stop = c->end;
		const char *text = c->at;
		while (text < stop && isspace((unsigned char)*text))
			text++;
		if (text < stop && *text != '#')
			break;
		c->at = stop < c->end ? stop + 1 : c->end;
	}

	const char *line = c->at;

	c->n_values = 0;
	*good = true;
	for (;;) {
		while (c->at < c->end && (*c->at == ' ' || *c->at == '\t'))
			c->at++;
		struct csv_value v = {"", (int)(c->at - line) + 1};
		if (c->at < c->end && *c->at == '"') {
			if (!quoted(c, line, &v))
				*good = false;
			while (c->at < c->end && (*c->at == ' ' || *c->at == '\t' || *c->at == '\r'))
				c->at++;
			if (*good && c->at < c->end && *c->at != ',' && *c->at != '\n') {
				diag_error(c->diag, csv_at(c, (int)(c->at - line) + 1),
					"expected a comma or the end of the line behind the closing quote");
				*good = false;
			}
			while (c->at < c->end && *c->at != ',' && *c->at != '\n')
				c->at++;
		} else {
			const char *from = c->at;
			while (c->at < c->end && *c->at != ',' && *c->at != '\n')
				c->at++;
			const char *to = c->at;
			while (to > from && to[-1] == '\r')
				to--;
			v.text = trimmed(c->scratch, from, to);
		}
		if (c->n_values < CSV_MAX_COLUMNS)
			c->value[c->n_values] = v;
		c->n_values++;
		if (c->at >= c->end)
			return true;
		if (*c->at++ == '\n')
			return true;
	}
}
