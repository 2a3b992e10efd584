/* SPDX-License-Identifier: Apache-2.0 */
#include "report/report.h"

#include <string.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/path.h"
#include "report/figure.h"
#include "report/sheet.h"

#define MAX_SVG_BYTES ((size_t)64 << 20)

static bool is_file(const char *path)
{
	struct stat s;

	return stat(path, &s) == 0 && S_ISREG(s.st_mode);
}

/* A file of a run; NULL after a reported error if it is not there. */
static const char *part(struct arena *a, const char *folder, const char *name, struct diag *d)
{
	const char *path = arena_printf(a, "%s/%s", folder, name);

	if (is_file(path))
		return path;
	diag_error(d, (struct loc){NULL, 0, 0}, "'%s' holds no finished run: there is no '%s' in it", folder, name);
	return NULL;
}

/* Data that are not the original ones are named in the title. */
static const char *title_of(struct arena *a, const struct study *s, const struct record *r)
{
	const char *copies = "";

	for (int i = 0; i < r->n_data; i++)
		if (strchr(r->data[i].key, '('))
			copies = arena_printf(a, "%s%s%s", copies, *copies ? ", " : "", r->data[i].key);
	return *copies ? arena_printf(a, "%s; data: %s", s->title ? s->title : s->name, copies) : s->title;
}

static void add_table(struct arena *a, struct report *r, const struct sheet *s, struct diag *d)
{
	const struct table *t = sheet_make(a, s, r->frame, d);

	if (t)
		r->table[r->n_tables++] = (struct report_table){s->name, t};
}

static void make(struct arena *a, struct report *r, struct diag *d)
{
	const struct study *s = r->plan->study;
	int n_figures = s->figures.n;
	const struct figure *figure = s->figures.item;

	if (n_figures == 0)
		figure = figure_defaults(a, r->plan, &n_figures);
	r->table = NEW(a, struct report_table, s->sheets.n + 1);
	r->figure = NEW(a, struct report_figure, n_figures + 1);
	add_table(a, r, sheet_comparison(a, r->plan, title_of(a, s, r->record)), d);
	for (int i = 0; i < s->sheets.n; i++)
		add_table(a, r, (const struct sheet *)s->sheets.item + i, d);
	for (int i = 0; i < n_figures; i++) {
		const char *caption = NULL;
		const struct plot *p = figure_make(a, &figure[i], r->frame, &caption, d);
		if (p)
			r->figure[r->n_figures++] = (struct report_figure){figure[i].name, caption, p};
	}
}

struct report *report_read(struct arena *a, const char *folder, const char *study, struct diag *d)
{
	struct report *r = NEW(a, struct report, 1);
	const char *results = part(a, folder, "results.csv", d), *record = part(a, folder, "run.json", d);
	int status;

	r->folder = folder;
	if (!results || !record)
		return NULL;
	r->record = record_read(a, record, d);
	r->frame = frame_read(a, results, d);
	if (!r->record || !r->frame)
		return NULL;
	r->plan = study ? study_open(a, study, NULL, &r->record->sets, d)
			: study_open(a, arena_printf(a, "%s: study", record), r->record->study, &r->record->sets, d);
	if (!r->plan)
		return NULL;
	status = frame_column(r->frame, "status");
	for (int i = 0; i < r->frame->n_rows && status >= 0; i++)
		r->n_failed += strcmp(frame_text(r->frame, i, status), "ok") != 0;
	make(a, r, d);
	return r;
}

static void write_table(struct arena *a, const struct report *r, int i, const char *ending,
	void (*write)(struct arena *, const struct table *, FILE *))
{
	struct out out;

	out_open(&out, arena_printf(a, "%s/tables/%s.%s", r->folder, r->table[i].name, ending));
	write(a, r->table[i].table, out.file);
	out_close(&out);
}

void report_write(struct arena *a, const struct report *r)
{
	const char **svg = NEW(a, const char *, r->n_figures + 1);
	const char *figures = arena_printf(a, "%s/figures", r->folder);
	struct out out;
	size_t n;

	folder_make(arena_printf(a, "%s/tables", r->folder));
	for (int i = 0; i < r->n_tables; i++) {
		write_table(a, r, i, "csv", table_csv);
		write_table(a, r, i, "tex", table_latex);
	}
	if (!plot_usable())
		fprintf(stderr, "mho: no figures: gnuplot is not installed (Debian: apt-get install gnuplot-nox); "
			"'mho report --write %s' makes them later\n", r->folder);
	else if (r->n_figures > 0)
		folder_make(figures);
	for (int i = 0; i < r->n_figures && plot_usable(); i++) {
		const char *path = arena_printf(a, "%s/%s.svg", figures, r->figure[i].name);
		plot_write(a, r->figure[i].plot, path);
		svg[i] = file_read(a, path, MAX_SVG_BYTES, &n);
	}
	out_open(&out, arena_printf(a, "%s/report.html", r->folder));
	report_html(a, r, svg, out.file);
	out_close(&out);
}

const char *const *report_draw(struct arena *a, const struct report *r)
{
	const char **svg = NEW(a, const char *, r->n_figures + 1);

	for (int i = 0; i < r->n_figures && plot_usable(); i++)
		svg[i] = plot_text(a, r->figure[i].plot, r->figure[i].name);
	return svg;
}
