/* SPDX-License-Identifier: Apache-2.0 */
/* A table of a study from its results. */
#ifndef MHO_REPORT_SHEET_H
#define MHO_REPORT_SHEET_H

#include "base/table.h"
#include "report/frame.h"

/* NULL after reported errors: a table that would mix points, or has a column that is not there. */
struct table *sheet_make(struct arena *, const struct sheet *, const struct frame *, struct diag *);

/* The table every run leaves: all points with accuracy, area, time and energy. title: of the study. */
struct sheet *sheet_comparison(struct arena *, const struct study_plan *, const char *title);

#endif
