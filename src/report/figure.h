/* SPDX-License-Identifier: Apache-2.0 */
/* A figure of a study from its results. */
#ifndef MHO_REPORT_FIGURE_H
#define MHO_REPORT_FIGURE_H

#include "report/frame.h"
#include "report/plot.h"

/* NULL after reported errors: a figure that would mix points, has nothing to show or too much. *caption
 * says what marks and bars are. */
struct plot *figure_make(struct arena *, const struct figure *, const struct frame *, const char **caption,
	struct diag *);

/* The figures of a study that names none: accuracy and energy, where they can be shown. */
struct figure *figure_defaults(struct arena *, const struct study_plan *, int *n);

#endif
