/* SPDX-License-Identifier: Apache-2.0 */
/* The rows of results.csv, and means of them over what is alike. */
#ifndef MHO_REPORT_FRAME_H
#define MHO_REPORT_FRAME_H

#include <stdbool.h>

#include "study/exhibits.h"

struct arena;
struct diag;

struct frame {
	int n_columns, n_rows;
	const char **key;
	const char **cell; /* [n_rows][n_columns], "" where empty */
};

/* A file of comma-separated values under a header; a row that is cut off or does not fit is reported at
 * its line: NULL. Dies (status 3) if it cannot be read. */
struct frame *frame_read(struct arena *, const char *path, struct diag *);

/* -1: there is no such column. */
int frame_column(const struct frame *, const char *key);
const char *frame_text(const struct frame *, int row, int column);
/* NaN where there is no number. */
double frame_number(const struct frame *, int row, int column);

/* Words in the order of their first appearance. */
struct words {
	int n, n_slots;
	const char **word;
	int *slot; /* [n_slots] of a hash of words: index + 1, 0 where free */
};
int words_index(struct arena *, struct words *, const char *word);

/* A number of a row as a choice wants it: as it is, or compared. NaN if the choice leaves the row out or
 * there is nothing to compare it with. */
double frame_chosen(const struct frame *, const struct choice *, int row, int column);

#endif
