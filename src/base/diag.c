/* SPDX-License-Identifier: Apache-2.0 */
#include "base/diag.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"

#define MAX_SHOWN 20

struct noted {
	const void *address;
	struct loc loc;
	bool is_default;
};

struct told {
	const char *text;
	struct loc loc;
	struct told *next;
};

struct diag {
	struct arena *arena;
	const struct diag *whole; /* of which this is a part; NULL: none */
	FILE *out;
	const char *about;
	struct told *told; /* warnings */
	int n_errors, n_shown;
	const char *first;
	const char *settings; /* of the command line, not told yet */
	struct noted *noted;
	int n_noted, cap_noted;
};

struct diag *diag_new(struct arena *a, FILE *out)
{
	struct diag *d = NEW(a, struct diag, 1);

	d->arena = a;
	d->out = out;
	return d;
}

struct diag *diag_within(struct arena *a, const struct diag *whole)
{
	struct diag *d = diag_new(a, whole->out);

	d->whole = whole;
	return d;
}

void diag_about(struct diag *d, const char *about)
{
	d->about = about;
}

int diag_errors(const struct diag *d)
{
	return d->n_errors;
}

const char *diag_first(const struct diag *d)
{
	return d->first;
}

/* The source line and a caret below the column; tabs are kept so that the caret stands right. */
static void quote(FILE *out, struct loc loc)
{
	const char *line = loc.src->text;

	for (int i = 1; i < loc.line && line; i++)
		if ((line = strchr(line, '\n')))
			line++;
	if (!line)
		return;

	enum { BEFORE = 100, MOST = 200 };
	int n = (int)strcspn(line, "\n");

	if (loc.col > BEFORE + 1 && n > MOST) { /* what stands around the column of a long line */
		int cut = loc.col - 1 - BEFORE;
		line += cut;
		n -= cut;
		loc.col -= cut;
	}
	n = n < MOST ? n : MOST;
	fprintf(out, "%5d | %.*s\n      | ", loc.line, n, line);
	for (int i = 0; i < loc.col - 1 && i < n; i++)
		fputc(line[i] == '\t' ? '\t' : ' ', out);
	fputs("^\n", out);
}

static void show(struct diag *d, struct loc loc, const char *severity, const char *text)
{
	if (!d->out)
		return;
	if (loc.src && loc.line > 0)
		fprintf(d->out, "%s:%d:%d: ", loc.src->name, loc.line, loc.col);
	else if (loc.src)
		fprintf(d->out, "%s: ", loc.src->name);
	fprintf(d->out, "%s: %s\n", severity, text);
	if (loc.src && loc.src->text && loc.line > 0)
		quote(d->out, loc);
	if (d->about)
		fprintf(d->out, "      = in %s\n", d->about);
}

void diag_setting(struct diag *d, const char *setting)
{
	if (!setting)
		d->settings = NULL;
	else
		d->settings = d->settings ? arena_printf(d->arena, "%s --set %s", d->settings, setting)
					  : arena_printf(d->arena, "--set %s", setting);
}

/* What is wrong in a file may be so because of a setting. */
static void tell_settings(struct diag *d, struct loc loc)
{
	if (!d->settings || !d->out || (loc.src && strcmp(loc.src->name, "--set") == 0))
		return;
	fprintf(d->out, "      = with %s\n", d->settings);
	d->settings = NULL;
}

void diag_error(struct diag *d, struct loc loc, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	const char *text = arena_vprintf(d->arena, fmt, args);
	va_end(args);
	if (!d->first)
		d->first = text;
	d->n_errors++;
	if (d->n_shown == MAX_SHOWN && d->out)
		fprintf(d->out, "error: more than %d errors, the rest is not shown\n", MAX_SHOWN);
	if (d->n_shown++ < MAX_SHOWN) {
		show(d, loc, "error", text);
		tell_settings(d, loc);
	}
}

static bool same_place(struct loc a, struct loc b)
{
	return a.line == b.line && a.col == b.col && !a.src == !b.src &&
	       (!a.src || strcmp(a.src->name, b.src->name) == 0);
}

static bool was_told(const struct diag *d, struct loc loc, const char *text)
{
	for (; d; d = d->whole)
		for (const struct told *t = d->told; t; t = t->next)
			if (same_place(t->loc, loc) && strcmp(t->text, text) == 0)
				return true;
	return false;
}

void diag_warn(struct diag *d, struct loc loc, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	const char *text = arena_vprintf(d->arena, fmt, args);
	va_end(args);
	if (was_told(d, loc, text))
		return;

	struct told *t = NEW(d->arena, struct told, 1);

	*t = (struct told){text, loc, d->told};
	d->told = t;
	show(d, loc, "warning", text);
}

static void note(struct diag *d, struct noted noted)
{
	if (d->n_noted == d->cap_noted) {
		int cap = d->cap_noted ? 2 * d->cap_noted : 64;
		struct noted *more = NEW(d->arena, struct noted, cap);

		if (d->n_noted)
			memcpy(more, d->noted, (size_t)d->n_noted * sizeof *more);
		d->noted = more;
		d->cap_noted = cap;
	}
	d->noted[d->n_noted++] = noted;
}

void diag_note(struct diag *d, const void *address, struct loc loc)
{
	note(d, (struct noted){address, loc, false});
}

void diag_note_default(struct diag *d, const void *address, struct loc map)
{
	note(d, (struct noted){address, map, true});
}

static struct noted find(const struct diag *d, const void *address)
{
	for (; d; d = d->whole)
		for (int i = d->n_noted - 1; i >= 0; i--)
			if (d->noted[i].address == address)
				return d->noted[i];
	return (struct noted){.is_default = true};
}

struct loc diag_where(const struct diag *d, const void *address)
{
	return find(d, address).loc;
}

bool diag_given(const struct diag *d, const void *address)
{
	return !find(d, address).is_default;
}

_Noreturn static void die_with(int error, const char *fmt, va_list args)
{
	fputs("mho: ", stderr);
	vfprintf(stderr, fmt, args);
	if (error)
		fprintf(stderr, ": %s", strerror(error));
	fputc('\n', stderr);
	exit(3);
}

_Noreturn void die_errno(const char *fmt, ...)
{
	int error = errno;
	va_list args;

	va_start(args, fmt);
	die_with(error, fmt, args);
}

_Noreturn void die(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	die_with(0, fmt, args);
}

_Noreturn void diag_bug(const char *file, int line, const char *what)
{
	fprintf(stderr, "mho: internal error at %s:%d: %s\nThis is a defect of mho; please report it.\n",
		file, line, what);
	abort();
}
