/* SPDX-License-Identifier: Apache-2.0 */
/* Inside the writer of techfiles: entries by path, put in order at the end. */
#ifndef MHO_LAB_TECHFILE_PRIV_H
#define MHO_LAB_TECHFILE_PRIV_H

#include "base/units.h"
#include "lab/techfile.h"

struct entry {
	const char *path, *text; /* a scalar as it stands in the file */
	const char *source, *note;
};

struct entries {
	struct arena *arena;
	struct entry *entry;
	int n, cap;
};

/* Sets a path; the last word counts. source NULL: none belongs there. */
void entries_put(struct entries *, const char *path, const char *text, const char *source, const char *note);

/* The settings of a base but for those whose path begins with one of the heads. */
void entries_take(struct entries *, const struct techfile *base, const char *const *without);

/* The text of the entries, in order. */
char *entries_finish(struct entries *);

const char *text_with_unit(struct arena *, const char *number, enum dim);
/* Six digits for what has an error, all for what is exact. */
const char *text_of_estimate(struct arena *, struct estimate, enum dim);
const char *text_of_error(struct arena *, struct estimate);
/* A plain word needs no quotes. */
const char *text_scalar(struct arena *, const char *);

#endif
