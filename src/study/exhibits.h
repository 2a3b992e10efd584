/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a study shows of its results: figures and tables over the columns of results.csv. Rows of one
 * point differ in their seed alone and are shown as mean and spread.
 */
#ifndef MHO_STUDY_EXHIBITS_H
#define MHO_STUDY_EXHIBITS_H

#include "base/field.h"
#include "study/study.h"

enum figure_kind { FIGURE_LINE, FIGURE_POINTS, FIGURE_BAR, FIGURE_SCATTER };
enum figure_bars { BARS_DEVIATION, BARS_INTERVAL, BARS_NONE };
enum against { AGAINST_DIFFERENCE, AGAINST_RATIO };

/* Which rows count, and what their numbers are compared with. */
struct choice {
	const struct yaml *where;   /* map: column -> value or list of values; NULL: all */
	const struct yaml *against; /* map: column -> value: of the row each one is compared with; NULL: as is */
	int how;                    /* enum against */
};

struct figure {
	const char *name, *title; /* title NULL: none */
	int kind;
	const char *x, *y;
	struct field_names series; /* one curve for each combination of their values */
	const char *panels;        /* one panel for each value; NULL: one panel */
	struct choice choice;
	int bars;
	bool log_x, log_y, from_zero;
	const char *x_label, *y_label; /* NULL: made from the columns */
};

struct sheet {
	const char *name, *title;
	struct field_names rows, values;
	const char *columns; /* one column of values for each of its values; NULL: one */
	struct choice choice;
	bool brief; /* people are not shown columns of zeros */
};

extern const struct field figure_fields[], sheet_fields[];

/* Do all figures and tables of the plan's study speak of columns and values that its results will have,
 * and leave nothing mixed? False after reported errors. */
bool exhibits_check(const struct study_plan *, struct arena *, struct diag *);

#endif
