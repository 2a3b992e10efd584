/* SPDX-License-Identifier: Apache-2.0 */
/* Rows of a CSV file, with the place of each value. */
#ifndef MHO_LAB_CSV_H
#define MHO_LAB_CSV_H

#include <stdbool.h>

#include "base/diag.h"

#define CSV_MAX_COLUMNS 64

struct arena;

struct csv_value {
	const char *text; /* trimmed */
	int col;
};

struct csv {
	struct arena *scratch; /* values of a row live here */
	struct diag *diag;
	const struct source *src;
	const char *at, *end;
	int line;
	int n_values; /* of the row; those beyond CSV_MAX_COLUMNS are only counted */
	struct csv_value value[CSV_MAX_COLUMNS];
};

/* The next line that is neither empty nor a comment (#), cut into values; a value may stand in quotes. False at
 * the end of the file; good is false after reported errors. */
bool csv_next(struct csv *, bool *good);

/* A place in the row at hand; the file as a whole. */
struct loc csv_at(const struct csv *, int col);
struct loc csv_whole(const struct csv *);

#endif
