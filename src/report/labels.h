/* SPDX-License-Identifier: Apache-2.0 */
/* What columns and their values are called where people read them, and in which unit. */
#ifndef MHO_REPORT_LABELS_H
#define MHO_REPORT_LABELS_H

#include "base/units.h"
#include "study/exhibits.h"

/* A unit with the factor from SI to it. */
struct scale {
	const char *unit; /* "" without */
	double k;
};

/* The unit in which numbers up to x_max of a column (of numbers) are read most easily, compared or not. */
struct scale label_scale(struct arena *, const char *column, const struct choice *, double x_max);

/* "forward energy", whole: "forward energy per image"; "n rows" (the last part of a path); compared:
 * "accuracy, difference to SGD". */
const char *label_column(struct arena *, const char *column, const struct choice *, bool whole);

/* "training energy [uJ]" */
const char *label_axis(struct arena *, const char *label, const char *unit);

/* A value beside others: as it is if it speaks for itself, else "n bits 6". */
const char *label_value(struct arena *, const char *column, const char *value);

/* Values of an axis as numbers x[n] of one unit; NULL if they are not. */
const char *label_numbers(struct arena *, const char *const *text, int n, double *x);

#endif
