/* SPDX-License-Identifier: Apache-2.0 */
/* The reader of measured traces. Every wrong row is told at its line and column. */
#include "lab/trace.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/field.h"
#include "base/path.h"

#define MAX_BYTES   ((size_t)1 << 30)
#define MAX_COLUMNS 64

enum column { CELL, CYCLE, PULSE, POLARITY, TIME, CONDUCTANCE, N_COLUMNS };

static const char *const names[] = {"cell", "cycle", "pulse", "polarity", "time_s", "conductance_S",
	"conductance_mS", "conductance_uS", "conductance_nS", "conductance_pS", NULL};
static const double units[] = {1, 1e-3, 1e-6, 1e-9, 1e-12};

struct value {
	const char *text;
	int col;
};

struct csv {
	struct arena *arena, *scratch; /* scratch: of the row */
	struct diag *diag;
	struct source src;
	const char *at, *end;
	int line;
	int where[N_COLUMNS]; /* index of a column in a row, -1: absent */
	double k_unit;
	const char *g_name;   /* of the conductance column */
	int n_columns;
	struct value value[MAX_COLUMNS]; /* of the row */
	int n_values;
	struct trace *trace;
	int cap, cap_cells;
	int *order; /* [cap_cells] hash of cell names */
};

static struct loc at(const struct csv *c, int col)
{
	return (struct loc){&c->src, c->line, col};
}

static struct loc whole(const struct csv *c)
{
	return (struct loc){&c->src, 0, 0};
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
static bool quoted(struct csv *c, const char *line, struct value *v)
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
		diag_error(c->diag, at(c, (int)(from - line)), "the quote that opens this value is not closed");
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

/* The next line that is neither empty nor a comment, cut into values; false at the end of the file. */
static bool next_row(struct csv *c, bool *good)
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
		struct value v = {"", (int)(c->at - line) + 1};
		if (c->at < c->end && *c->at == '"') {
			if (!quoted(c, line, &v))
				*good = false;
			while (c->at < c->end && (*c->at == ' ' || *c->at == '\t' || *c->at == '\r'))
				c->at++;
			if (*good && c->at < c->end && *c->at != ',' && *c->at != '\n') {
				diag_error(c->diag, at(c, (int)(c->at - line) + 1),
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
		if (c->n_values < MAX_COLUMNS)
			c->value[c->n_values] = v;
		c->n_values++;
		if (c->at >= c->end)
			return true;
		if (*c->at++ == '\n')
			return true;
	}
}

static bool take_column(struct csv *c, int i, enum column column, const char *name)
{
	if (c->where[column] < 0) {
		c->where[column] = i;
		return true;
	}

	const char *other = c->value[c->where[column]].text;

	if (strcmp(other, name) != 0)
		diag_error(c->diag, at(c, c->value[i].col),
			"'%s' beside '%s': units are mixed, one conductance column is expected", name, other);
	else
		diag_error(c->diag, at(c, c->value[i].col), "the column '%s' is there twice", name);
	return false;
}

static bool read_header(struct csv *c)
{
	bool good;

	for (int i = 0; i < N_COLUMNS; i++)
		c->where[i] = -1;
	if (!next_row(c, &good)) {
		diag_error(c->diag, whole(c), "no header line: expected cell,cycle,pulse,polarity,conductance_uS (or _S, "
			"_mS, _nS, _pS), or cell,time_s,conductance_uS");
		return false;
	}
	if (c->n_values > MAX_COLUMNS) {
		diag_error(c->diag, at(c, 1), "%d columns, at most %d are taken", c->n_values, MAX_COLUMNS);
		return false;
	}
	c->n_columns = c->n_values;
	for (int i = 0; i < c->n_values; i++) {
		const char *name = c->value[i].text;
		int k = 0;
		while (names[k] && strcmp(names[k], name) != 0)
			k++;
		if (names[k]) {
			good &= take_column(c, i, k < CONDUCTANCE ? (enum column)k : CONDUCTANCE, name);
			if (k >= CONDUCTANCE) {
				c->k_unit = units[k - CONDUCTANCE];
				c->g_name = names[k];
			}
			continue;
		}
		if (strncmp(name, "conductance", 11) == 0) {
			diag_error(c->diag, at(c, c->value[i].col),
				"'%s': the unit of the conductance stands in its name: conductance_S, conductance_mS, "
				"conductance_uS, conductance_nS or conductance_pS", name);
			good = false;
			continue;
		}
		const char *near = nearest_word(name, names);
		if (near) {
			diag_error(c->diag, at(c, c->value[i].col), "unknown column '%s', did you mean '%s'?", name, near);
			good = false;
		} else {
			diag_warn(c->diag, at(c, c->value[i].col), "the column '%s' is not used", name);
		}
	}
	if (good && c->where[CONDUCTANCE] < 0) {
		diag_error(c->diag, at(c, 1), "no conductance column: expected conductance_S, conductance_mS, "
			"conductance_uS, conductance_nS or conductance_pS");
		good = false;
	}
	if (good && c->where[TIME] >= 0 && c->where[PULSE] >= 0) {
		diag_error(c->diag, at(c, c->value[c->where[TIME]].col),
			"'time_s' beside 'pulse': expected pulse data or retention data, one of them per file");
		good = false;
	}
	if (good && c->where[TIME] < 0 && (c->where[PULSE] < 0 || c->where[POLARITY] < 0)) {
		diag_error(c->diag, at(c, 1), "no column '%s': expected pulse and polarity (pulse data) or time_s (retention)",
			c->where[PULSE] < 0 ? "pulse" : "polarity");
		good = false;
	}
	return good;
}

static const struct value *value(const struct csv *c, enum column column)
{
	return c->where[column] < 0 ? NULL : &c->value[c->where[column]];
}

static bool read_real(struct csv *c, enum column column, double *x)
{
	const struct value *v = value(c, column);
	const char *what = column == CONDUCTANCE ? c->g_name : names[column];
	char *end;

	if (strpbrk(v->text, "xX") || !(*x = strtod(v->text, &end), *v->text && !*end)) {
		diag_error(c->diag, at(c, v->col), "'%s': expected a number, found '%s'", what, v->text);
		return false;
	}
	if (!isfinite(*x)) {
		diag_error(c->diag, at(c, v->col), "'%s': '%s' is not a finite number", what, v->text);
		return false;
	}
	if (*x < 0) {
		diag_error(c->diag, at(c, v->col), "'%s': %s is negative", what, v->text);
		return false;
	}
	return true;
}

static bool read_whole(struct csv *c, enum column column, int *x)
{
	const struct value *v = value(c, column);
	char *end;

	*x = 0;
	if (!v)
		return true;
	errno = 0;

	long n = strtol(v->text, &end, 10);

	if (errno || end == v->text || *end || n < 0 || n > 1000000000) {
		diag_error(c->diag, at(c, v->col), "'%s': expected a whole number from 0 on, found '%s'", names[column],
			v->text);
		return false;
	}
	*x = (int)n;
	return true;
}

static bool read_polarity(struct csv *c, int *polarity)
{
	static const struct {
		const char *word;
		enum step_kind kind;
	} words[] = {{"up", STEP_UP}, {"down", STEP_DOWN}, {"start", STEP_START}, {"erase", STEP_ERASE}, {"+", STEP_UP},
		{"-", STEP_DOWN}, {"1", STEP_UP}, {"+1", STEP_UP}, {"-1", STEP_DOWN}, {"0", STEP_START}, {"", STEP_START},
		{"ltp", STEP_UP}, {"ltd", STEP_DOWN}, {"potentiation", STEP_UP}, {"depression", STEP_DOWN}};
	const struct value *v = value(c, POLARITY);
	char *lower = arena_dup(c->scratch, v->text);

	for (char *s = lower; *s; s++)
		*s = (char)tolower((unsigned char)*s);
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strcmp(lower, words[i].word) == 0) {
			*polarity = words[i].kind;
			return true;
		}
	diag_error(c->diag, at(c, v->col), "'polarity': expected up or down (1 or -1; start or 0 before the first pulse), found '%s'",
		v->text);
	return false;
}

static unsigned hash(const char *s)
{
	unsigned h = 2166136261u;

	for (; *s; s++)
		h = (h ^ (unsigned char)*s) * 16777619u;
	return h;
}

static void grow_cells(struct csv *c)
{
	struct trace *t = c->trace;
	int cap = c->cap_cells ? 2 * c->cap_cells : 64;
	const char **more = NEW(c->arena, const char *, cap);

	if (t->n_cells)
		memcpy(more, t->cell, (size_t)t->n_cells * sizeof *more);
	t->cell = more;
	c->cap_cells = cap;
	c->order = NEW(c->arena, int, 2 * cap);
	for (int i = 0; i < t->n_cells; i++) {
		unsigned h = hash(more[i]) % (unsigned)(2 * cap);
		while (c->order[h])
			h = (h + 1) % (unsigned)(2 * cap);
		c->order[h] = i + 1;
	}
}

static int cell_index(struct csv *c)
{
	const struct value *v = value(c, CELL);
	const char *name = v ? v->text : "0";

	if (c->trace->n_cells == c->cap_cells)
		grow_cells(c);

	unsigned size = 2 * (unsigned)c->cap_cells, h = hash(name) % size;

	for (; c->order[h]; h = (h + 1) % size)
		if (strcmp(c->trace->cell[c->order[h] - 1], name) == 0)
			return c->order[h] - 1;
	c->trace->cell[c->trace->n_cells++] = arena_dup(c->arena, name);
	c->order[h] = c->trace->n_cells;
	return c->trace->n_cells - 1;
}

static bool read_row(struct csv *c)
{
	struct sample s = {.line = c->line};
	bool good = true;

	if (c->n_values != c->n_columns) {
		diag_error(c->diag, at(c, 1), "%d values under %d columns", c->n_values, c->n_columns);
		return false;
	}
	good &= read_real(c, CONDUCTANCE, &s.g);
	s.g *= c->k_unit;
	if (c->trace->retention)
		good &= read_real(c, TIME, &s.t);
	else
		good &= read_whole(c, CYCLE, &s.cycle) & read_whole(c, PULSE, &s.pulse) & read_polarity(c, &s.polarity);
	if (!good)
		return false;
	s.cell = cell_index(c);
	if (c->trace->n == c->cap) {
		int cap = c->cap ? 2 * c->cap : 1024;
		struct sample *more = NEW(c->arena, struct sample, cap);
		if (c->trace->n)
			memcpy(more, c->trace->sample, (size_t)c->trace->n * sizeof *more);
		c->trace->sample = more;
		c->cap = cap;
	}
	c->trace->sample[c->trace->n++] = s;
	return true;
}

/* By cell and cycle, rows of one in the order of the file. */
static int by_place(const void *x, const void *y)
{
	const struct sample *a = x, *b = y;

	if (a->cell != b->cell)
		return a->cell < b->cell ? -1 : 1;
	if (a->cycle != b->cycle)
		return a->cycle < b->cycle ? -1 : 1;
	return a->line < b->line ? -1 : a->line > b->line;
}

static bool check_order(struct csv *c)
{
	struct trace *t = c->trace;
	bool good = true, has_cycle = c->where[CYCLE] >= 0;

	if (t->n)
		qsort(t->sample, (size_t)t->n, sizeof *t->sample, by_place);
	for (int i = 0; i < t->n; i++) {
		struct sample *s = &t->sample[i], *last = s - 1;
		struct loc loc = {&c->src, s->line, 1};
		if (i == 0 || last->cell != s->cell || last->cycle != s->cycle) {
			if (!t->retention && s->polarity != STEP_START && s->pulse != 0)
				diag_warn(c->diag, loc, "the first reading of this cycle follows pulse %d: taken as its start", s->pulse);
			s->polarity = STEP_START;
			continue;
		}
		if (t->retention ? s->t > last->t : s->pulse > last->pulse) {
			if (!t->retention && s->polarity == STEP_START) {
				diag_error(c->diag, loc, "'polarity': pulse %d has none, only the start of a cycle may", s->pulse);
				good = false;
			}
			continue;
		}
		good = false;
		if (t->retention ? s->t == last->t : s->pulse == last->pulse)
			diag_error(c->diag, loc, "the same cell%s and %s as in line %d", has_cycle ? ", cycle" : "",
				t->retention ? "time" : "pulse", last->line);
		else if (t->retention)
			diag_error(c->diag, loc, "'time_s': %g s follows %g s, times must rise", s->t, last->t);
		else
			diag_error(c->diag, loc, "'pulse': %d follows %d, pulse numbers must rise%s", s->pulse, last->pulse,
				has_cycle ? " within a cycle" : " (more than one cycle needs the column 'cycle')");
	}
	return good;
}

struct trace *trace_read_text(struct arena *a, const char *name, const char *text, size_t n, struct diag *d)
{
	struct csv c = {.arena = a, .diag = d, .src = {arena_dup(a, name), text}, .at = text, .end = text + n};
	struct source *src = NEW(a, struct source, 1);
	bool good, row_good;

	*src = c.src;
	c.src = *src;
	if (memchr(text, '\0', n)) {
		diag_error(d, whole(&c), "this is not a text file: it holds a NUL byte");
		return NULL;
	}
	if (n >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
		c.at += 3;
	c.trace = NEW(a, struct trace, 1);
	c.trace->file = src->name;
	c.scratch = arena_new();
	good = read_header(&c);
	c.trace->retention = c.where[TIME] >= 0;

	bool is_table = good;
	size_t mark = arena_mark(c.scratch);

	for (; is_table && next_row(&c, &row_good); arena_reset(c.scratch, mark))
		good &= row_good && read_row(&c);
	arena_free(c.scratch);
	good = good && check_order(&c);
	if (good && c.trace->n < 2) {
		diag_error(d, whole(&c), c.trace->n ? "a single point is no measurement: expected a train of pulses or a series of times"
						    : "no rows below the header");
		return NULL;
	}
	return good ? c.trace : NULL;
}

struct trace *trace_read(struct arena *a, const char *path, struct diag *d)
{
	size_t n;
	const char *text = file_read(a, path, MAX_BYTES, &n);

	return trace_read_text(a, path, text, n, d);
}
