/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Diagnostics: what is wrong with the user's input, and where.
 *
 *     cell.yaml:3:9: error: 'v_read': expected a voltage (mV, V), found '0.5 mA'
 *        3 | v_read: 0.5 mA
 *          |         ^
 *
 * Errors are collected, not thrown: a reader reports and goes on to find more, and the command
 * stops before it computes anything. Wording: lower case, no full stop, what is wrong, then what
 * would be right.
 */
#ifndef MHO_BASE_DIAG_H
#define MHO_BASE_DIAG_H

#include <stdbool.h>
#include <stdio.h>

struct arena;

/* A text that positions point into: a file, or the words of a --set option. */
struct source {
	const char *name; /* as shown to the user */
	const char *text; /* NUL-terminated, or NULL when there is nothing to quote (binary data) */
};

/* line and column count from 1; line 0 means "the file as a whole". */
struct loc {
	const struct source *src;
	int line, col;
};

struct diag;

/* Messages go to out as they come; at most 20 errors are shown. NULL: none is. */
struct diag *diag_new(struct arena *, FILE *out);
/* One for a part of the work, whose errors are counted apart: it knows the places that the whole knows. */
struct diag *diag_within(struct arena *, const struct diag *whole);

/* What messages are about from here on, told below each of them; NULL: nothing. */
void diag_about(struct diag *, const char *about);

void diag_error(struct diag *, struct loc, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* The same warning at the same place is shown once. */
void diag_warn(struct diag *, struct loc, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
int diag_errors(const struct diag *);

/* A setting of the command line that is in effect: the first error that points elsewhere names them all.
 * NULL: those so far are none of the user's. */
void diag_setting(struct diag *, const char *setting);

/* The text of the first error since diag_new (without position), NULL if none. */
const char *diag_first(const struct diag *);

/* Where a loaded value came from: the loader notes addresses, semantic checks ask for them. An
 * address nobody noted gives a location with src NULL, and the message is printed without one. */
void diag_note(struct diag *, const void *address, struct loc);
struct loc diag_where(const struct diag *, const void *address);
/* The same of a value that is not there: its map's place, and the value is the default. */
void diag_note_default(struct diag *, const void *address, struct loc map);
bool diag_given(const struct diag *, const void *address);

/* The machine failed (open, read, write, memory): message with errno's text, exit status 3. */
_Noreturn void die_errno(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
_Noreturn void die(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* An impossible case: our bug. */
#define BUG(what) diag_bug(__FILE__, __LINE__, (what))
_Noreturn void diag_bug(const char *file, int line, const char *what);

#endif
