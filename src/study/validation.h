/* SPDX-License-Identifier: Apache-2.0 */
/* Estimates beside published figures: every operating point of a set of macros, and their errors by
 * class. */
#ifndef MHO_STUDY_VALIDATION_H
#define MHO_STUDY_VALIDATION_H

#include "arch/macro.h"

enum quantity { QUANTITY_AREA, QUANTITY_TIME, QUANTITY_EFFICIENCY, QUANTITY_ENERGY, QUANTITY_COUNT };
extern const char *const quantity_names[QUANTITY_COUNT];

struct validation_row {
	int class; /* enum macro_class */
	int chip;  /* index of the file */
	const char *macro, *point;
	enum quantity quantity;
	double published, estimated; /* SI; efficiency in operations per joule */
};

/* A part's share of area or energy. */
struct validation_share {
	const char *macro, *point, *block;
	bool area;
	double published, estimated;
};

struct validation {
	int n_rows, n_shares;
	struct validation_row *row;
	struct validation_share *share;
};

/* Errors of a set of rows: of one class, of one quantity or (QUANTITY_COUNT) of all. */
struct validation_error {
	int n, n_chips;
	double k_mean;  /* geometric mean of estimated over published */
	double k_spread; /* geometric standard deviation around it */
	double k_within; /* share of the rows within a factor of two */
};

/* Factors of one class that bring the geometric mean of area, time and energy to one. */
struct validation_fit {
	double k[QUANTITY_COUNT];
};

/* The macros by name or path; NULL after reported errors. */
struct validation *validate(struct arena *, const char **names, int n, struct diag *);

struct validation_error validation_error(const struct validation *, int class, enum quantity);

#endif
