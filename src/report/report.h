/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The report of a finished run: its tables and figures, from DIR/results.csv and DIR/run.json alone.
 */
#ifndef MHO_REPORT_REPORT_H
#define MHO_REPORT_REPORT_H

#include <stdio.h>

#include "base/table.h"
#include "report/frame.h"
#include "report/plot.h"
#include "report/record.h"

struct report {
	const char *folder;
	const struct record *record;
	const struct study_plan *plan;
	const struct frame *frame;
	int n_tables, n_figures;
	struct report_table {
		const char *name;
		const struct table *table;
	} *table;
	struct report_figure {
		const char *name, *caption;
		const struct plot *plot;
	} *figure;
	int n_failed; /* rows without a result */
};

/* study: take tables and figures from that file instead of the study as it was run; NULL: as run. What is
 * wrong with one of them is reported and leaves out that one. NULL after reported errors: DIR is no run. */
struct report *report_read(struct arena *, const char *folder, const char *study, struct diag *);

/* DIR/tables, DIR/figures and DIR/report.html. */
void report_write(struct arena *, const struct report *);

/* One file with everything in it; svg[n_figures]: the drawn figures, NULL where one is missing. */
void report_html(struct arena *, const struct report *, const char *const *svg, FILE *);

/* The figures drawn, for report_html: in memory, nothing stays in a folder. All NULL without gnuplot. */
const char *const *report_draw(struct arena *, const struct report *);

void report_json(struct arena *, const struct report *, FILE *);

#endif
