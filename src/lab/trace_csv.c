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
#include "lab/csv.h"

#define MAX_BYTES   ((size_t)1 << 30)
#define G_MOST      1.0 /* [S] that a cell file takes */

enum column { CELL, CYCLE, PULSE, POLARITY, TIME, CONDUCTANCE, N_COLUMNS };

static const char *const names[] = {"cell", "cycle", "pulse", "polarity", "time_s", "conductance_S",
	"conductance_mS", "conductance_uS", "conductance_nS", "conductance_pS", NULL};
static const double units[] = {1, 1e-3, 1e-6, 1e-9, 1e-12};

struct reader {
	struct csv csv;
	struct arena *arena;
	struct diag *diag;
	int where[N_COLUMNS]; /* index of a column in a row, -1: absent */
	double k_unit;
	const char *g_name;   /* of the conductance column */
	int n_columns;
	struct trace *trace;
	int cap, cap_cells;
	int *order; /* [cap_cells] hash of cell names */
};

static bool take_column(struct reader *r, int i, enum column column, const char *name)
{
	if (r->where[column] < 0) {
		r->where[column] = i;
		return true;
	}

	const char *other = r->csv.value[r->where[column]].text;

	if (strcmp(other, name) != 0)
		diag_error(r->diag, csv_at(&r->csv, r->csv.value[i].col),
			"'%s' beside '%s': units are mixed, one conductance column is expected", name, other);
	else
		diag_error(r->diag, csv_at(&r->csv, r->csv.value[i].col), "the column '%s' is there twice", name);
	return false;
}

static bool read_name(struct reader *r, int i)
{
	const char *name = r->csv.value[i].text, *near;
	struct loc at = csv_at(&r->csv, r->csv.value[i].col);
	int k = 0;

	while (names[k] && strcmp(names[k], name) != 0)
		k++;
	if (names[k] && k >= CONDUCTANCE) {
		r->k_unit = units[k - CONDUCTANCE];
		r->g_name = names[k];
	}
	if (names[k])
		return take_column(r, i, k < CONDUCTANCE ? (enum column)k : CONDUCTANCE, name);
	if (strncmp(name, "conductance", 11) == 0) {
		diag_error(r->diag, at, "'%s': the unit of the conductance stands in its name: conductance_S, conductance_mS, "
			"conductance_uS, conductance_nS or conductance_pS", name);
		return false;
	}
	near = nearest_word(name, names);
	if (near)
		diag_error(r->diag, at, "unknown column '%s', did you mean '%s'?", name, near);
	else
		diag_warn(r->diag, at, "the column '%s' is not used", name);
	return !near;
}

/* Conductances, of pulses or of times. */
static bool expect_columns(const struct reader *r)
{
	const int *where = r->where;
	struct loc line = csv_at(&r->csv, 1);

	if (where[CONDUCTANCE] < 0)
		diag_error(r->diag, line, "no conductance column: expected conductance_S, conductance_mS, conductance_uS, "
			"conductance_nS or conductance_pS");
	else if (where[TIME] >= 0 && where[PULSE] >= 0)
		diag_error(r->diag, csv_at(&r->csv, r->csv.value[where[TIME]].col),
			"'time_s' beside 'pulse': expected pulse data or retention data, one of them per file");
	else if (where[TIME] < 0 && (where[PULSE] < 0 || where[POLARITY] < 0))
		diag_error(r->diag, line, "no column '%s': expected pulse and polarity (pulse data) or time_s (retention)",
			where[PULSE] < 0 ? "pulse" : "polarity");
	else
		return true;
	return false;
}

static bool read_header(struct reader *r)
{
	bool good;

	for (int i = 0; i < N_COLUMNS; i++)
		r->where[i] = -1;
	if (!csv_next(&r->csv, &good)) {
		diag_error(r->diag, csv_whole(&r->csv), "no header line: expected cell,cycle,pulse,polarity,conductance_uS (or _S, "
			"_mS, _nS, _pS), or cell,time_s,conductance_uS");
		return false;
	}
	if (r->csv.n_values > CSV_MAX_COLUMNS) {
		diag_error(r->diag, csv_at(&r->csv, 1), "%d columns, at most %d are taken", r->csv.n_values, CSV_MAX_COLUMNS);
		return false;
	}

	const char *other = strpbrk(r->csv.value[0].text, ";\t");

	if (r->csv.n_values == 1 && other) {
		diag_error(r->diag, csv_at(&r->csv, 1), "values are separated by %s here, expected commas (and points in numbers)",
			*other == ';' ? "semicolons" : "tabs");
		return false;
	}
	r->n_columns = r->csv.n_values;
	for (int i = 0; i < r->n_columns; i++)
		good &= read_name(r, i);
	return good && expect_columns(r);
}

static const struct csv_value *value(const struct reader *r, enum column column)
{
	return r->where[column] < 0 ? NULL : &r->csv.value[r->where[column]];
}

static bool read_real(struct reader *r, enum column column, double *x)
{
	const struct csv_value *v = value(r, column);
	const char *what = column == CONDUCTANCE ? r->g_name : names[column];
	char *end;

	if (strpbrk(v->text, "xX") || !(*x = strtod(v->text, &end), *v->text && !*end)) {
		diag_error(r->diag, csv_at(&r->csv, v->col), "'%s': expected a number, found '%s'", what, v->text);
		return false;
	}
	if (!isfinite(*x)) {
		diag_error(r->diag, csv_at(&r->csv, v->col), "'%s': '%s' is not a finite number", what, v->text);
		return false;
	}
	if (*x < 0) {
		diag_error(r->diag, csv_at(&r->csv, v->col), "'%s': %s is negative", what, v->text);
		return false;
	}
	return true;
}

static bool read_whole(struct reader *r, enum column column, int *x)
{
	const struct csv_value *v = value(r, column);
	char *end;

	*x = 0;
	if (!v)
		return true;
	errno = 0;

	long n = strtol(v->text, &end, 10);

	if (errno || end == v->text || *end || n < 0 || n > 1000000000) {
		diag_error(r->diag, csv_at(&r->csv, v->col), "'%s': expected a whole number from 0 on, found '%s'", names[column],
			v->text);
		return false;
	}
	*x = (int)n;
	return true;
}

static bool read_polarity(struct reader *r, int *polarity)
{
	static const struct {
		const char *word;
		enum step_kind kind;
	} words[] = {{"up", STEP_UP}, {"down", STEP_DOWN}, {"start", STEP_START}, {"erase", STEP_ERASE}, {"+", STEP_UP},
		{"-", STEP_DOWN}, {"1", STEP_UP}, {"+1", STEP_UP}, {"-1", STEP_DOWN}, {"0", STEP_START}, {"", STEP_START},
		{"ltp", STEP_UP}, {"ltd", STEP_DOWN}, {"potentiation", STEP_UP}, {"depression", STEP_DOWN}};
	const struct csv_value *v = value(r, POLARITY);
	char *lower = arena_dup(r->csv.scratch, v->text);

	for (char *s = lower; *s; s++)
		*s = (char)tolower((unsigned char)*s);
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strcmp(lower, words[i].word) == 0) {
			*polarity = words[i].kind;
			return true;
		}
	diag_error(r->diag, csv_at(&r->csv, v->col), "'polarity': expected up or down (1 or -1; start or 0 before the first pulse), found '%s'",
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

static void grow_cells(struct reader *r)
{
	struct trace *t = r->trace;
	int cap = r->cap_cells ? 2 * r->cap_cells : 64;
	const char **more = NEW(r->arena, const char *, cap);

	if (t->n_cells)
		memcpy(more, t->cell, (size_t)t->n_cells * sizeof *more);
	t->cell = more;
	r->cap_cells = cap;
	r->order = NEW(r->arena, int, 2 * cap);
	for (int i = 0; i < t->n_cells; i++) {
		unsigned h = hash(more[i]) % (unsigned)(2 * cap);
		while (r->order[h])
			h = (h + 1) % (unsigned)(2 * cap);
		r->order[h] = i + 1;
	}
}

static int cell_index(struct reader *r)
{
	const struct csv_value *v = value(r, CELL);
	const char *name = v ? v->text : "0";

	if (r->trace->n_cells == r->cap_cells)
		grow_cells(r);

	unsigned size = 2 * (unsigned)r->cap_cells, h = hash(name) % size;

	for (; r->order[h]; h = (h + 1) % size)
		if (strcmp(r->trace->cell[r->order[h] - 1], name) == 0)
			return r->order[h] - 1;
	r->trace->cell[r->trace->n_cells++] = arena_dup(r->arena, name);
	r->order[h] = r->trace->n_cells;
	return r->trace->n_cells - 1;
}

static bool read_row(struct reader *r)
{
	struct sample s = {.line = r->csv.line};
	bool good = true;

	if (r->csv.n_values != r->n_columns) {
		diag_error(r->diag, csv_at(&r->csv, 1), "%d values under %d columns", r->csv.n_values, r->n_columns);
		return false;
	}
	good &= read_real(r, CONDUCTANCE, &s.g);
	s.g *= r->k_unit;
	if (good && s.g > G_MOST) {
		diag_error(r->diag, csv_at(&r->csv, value(r, CONDUCTANCE)->col),
			"'%s': %g S is no conductance of a cell, is it the unit of the column?", r->g_name, s.g);
		good = false;
	}
	if (r->trace->retention)
		good &= read_real(r, TIME, &s.t);
	else
		good &= read_whole(r, CYCLE, &s.cycle) & read_whole(r, PULSE, &s.pulse) & read_polarity(r, &s.polarity);
	if (!good)
		return false;
	s.cell = cell_index(r);
	if (r->trace->n == r->cap) {
		int cap = r->cap ? 2 * r->cap : 1024;
		struct sample *more = NEW(r->arena, struct sample, cap);
		if (r->trace->n)
			memcpy(more, r->trace->sample, (size_t)r->trace->n * sizeof *more);
		r->trace->sample = more;
		r->cap = cap;
	}
	r->trace->sample[r->trace->n++] = s;
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

static bool check_order(struct reader *r)
{
	struct trace *t = r->trace;
	bool good = true, has_cycle = r->where[CYCLE] >= 0;

	if (t->n)
		qsort(t->sample, (size_t)t->n, sizeof *t->sample, by_place);
	for (int i = 0; i < t->n; i++) {
		struct sample *s = &t->sample[i], *last = s - 1;
		struct loc loc = {r->csv.src, s->line, 1};
		if (i == 0 || last->cell != s->cell || last->cycle != s->cycle) {
			if (!t->retention && s->polarity != STEP_START && s->pulse != 0)
				diag_warn(r->diag, loc, "the first reading of this cycle follows pulse %d: taken as its start", s->pulse);
			s->polarity = STEP_START;
			continue;
		}
		if (t->retention ? s->t > last->t : s->pulse > last->pulse) {
			if (!t->retention && s->polarity == STEP_START) {
				diag_error(r->diag, loc, "'polarity': pulse %d has none, only the start of a cycle may", s->pulse);
				good = false;
			}
			continue;
		}
		good = false;
		if (t->retention ? s->t == last->t : s->pulse == last->pulse)
			diag_error(r->diag, loc, "the same cell%s and %s as in line %d", has_cycle ? ", cycle" : "",
				t->retention ? "time" : "pulse", last->line);
		else if (t->retention)
			diag_error(r->diag, loc, "'time_s': %g s follows %g s, times must rise", s->t, last->t);
		else
			diag_error(r->diag, loc, "'pulse': %d follows %d, pulse numbers must rise%s", s->pulse, last->pulse,
				has_cycle ? " within a cycle" : " (more than one cycle needs the column 'cycle')");
	}
	return good;
}

struct trace *trace_read_text(struct arena *a, const char *name, const char *text, size_t n, struct diag *d)
{
	struct source *src = NEW(a, struct source, 1);

	*src = (struct source){arena_dup(a, name), text};

	struct reader r = {.csv = {.diag = d, .src = src, .at = text, .end = text + n}, .arena = a, .diag = d,
		.trace = NEW(a, struct trace, 1)};
	bool good, row_good;

	if (memchr(text, '\0', n)) {
		diag_error(d, csv_whole(&r.csv), "this is not a text file: it holds a NUL byte");
		return NULL;
	}
	if (n >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
		r.csv.at += 3;
	r.trace->file = src->name;
	r.csv.scratch = arena_new();
	good = read_header(&r);
	r.trace->retention = r.where[TIME] >= 0;

	bool is_table = good;
	size_t mark = arena_mark(r.csv.scratch);

	for (; is_table && csv_next(&r.csv, &row_good); arena_reset(r.csv.scratch, mark))
		good &= row_good && read_row(&r);
	arena_free(r.csv.scratch);
	good = good && check_order(&r);
	if (good && r.trace->n < 2) {
		diag_error(d, r.trace->n ? (struct loc){src, r.trace->sample[0].line, 1} : csv_whole(&r.csv), r.trace->n ? "a single point is no measurement: expected a train of pulses or a series of times"
							    : "no rows below the header");
		return NULL;
	}
	return good ? r.trace : NULL;
}

struct trace *trace_read(struct arena *a, const char *path, struct diag *d)
{
	size_t n;
	const char *text = file_read(a, path, MAX_BYTES, &n);

	return trace_read_text(a, path, text, n, d);
}
