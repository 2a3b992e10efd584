/* SPDX-License-Identifier: Apache-2.0 */
/* The rows of results.csv and what is derived from them: summary over seeds, tables for people. */
#ifndef MHO_STUDY_RESULTS_H
#define MHO_STUDY_RESULTS_H

#include <stdbool.h>
#include <stdint.h>

#include "arch/price.h"
#include "base/table.h"
#include "study/evaluate.h"
#include "study/study.h"

struct result {
	int i_point;
	uint64_t seed;
	const char *dataset; /* what the data are called: copies are told apart */
	const struct outcome *outcome;
	const struct cost *cost; /* NULL: float or failed */
};

/* All columns of results.csv, axes included. */
struct table *results_table(struct arena *, const struct study_plan *, const struct result *, int n);

/* Mean, standard deviation and 95 % interval over the seeds of every point. */
struct table *summary_table(struct arena *, const struct study_plan *, const struct result *, int n);

/* Columns of results.csv, NULL-ended: all, or those of numbers alone; without a plan those that every study
 * has. */
const char *const *results_keys(struct arena *, const struct study_plan *, bool numbers);

/* What people call a column of numbers ("forward energy", "per image"), and its unit ("s", "J", "mm^2", "%",
 * ""); NULL if it is none. */
const struct results_text {
	const char *title, *per, *unit;
} *results_column(const char *key);

#endif
