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
	double calibrated;
	bool apart; /* in no mean and no fit */
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

/* The factor of one class and quantity (area, time or energy; an efficiency counts as its energy) that
 * brings the geometric mean of estimated over published to one: fitted to every second chip of the
 * class in the order of names, tried on the others; and to all chips but one, tried on that one. */
struct validation_fit {
	int n_fit, n_test;       /* rows */
	double k, k_all;         /* the factor of the half, and of all chips */
	double k_blind, k_after; /* geometric mean of the test half's ratios, without and with it */
	double k_error, k_left_out; /* geometric mean of max(ratio, 1/ratio) over all chips, blind; left out */
};

/* The macros by name or path; NULL after reported errors. calibration may be NULL. */
struct validation *validate(struct arena *, const char **names, int n, const struct calibration *,
	struct diag *);

/* Of the estimates as they fall out, or as calibrated. */
struct validation_error validation_error(
	const struct validation *, int class, enum quantity, bool calibrated);

/* n_fit is 0 where nothing was published. */
struct validation_fit validation_fit(const struct validation *, int class, enum quantity);

#endif
