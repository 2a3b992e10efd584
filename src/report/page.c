/* SPDX-License-Identifier: Apache-2.0 */
/* report.html: one file that needs nothing else. */
#include <string.h>

#include "base/arena.h"
#include "base/table.h"
#include "report/report.h"

enum { ROWS = 400 }; /* longer tables are read from their files */

static const char style[] =
	"body{font:15px/1.45 Helvetica,Arial,sans-serif;color:#222;background:#fff;max-width:62em;margin:2em auto;"
	"padding:0 1em}\n"
	"h1{font-size:1.5em}h2{font-size:1.15em;margin-top:2em;border-bottom:1px solid #ccc}h3{font-size:1em}\n"
	"table{border-collapse:collapse;font-size:.87em;margin:.6em 0}th,td{padding:.18em .7em;text-align:left}\n"
	"thead tr{border-top:1.5px solid #222;border-bottom:1px solid #222}tbody{border-bottom:1.5px solid #222}\n"
	".n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}.wide{overflow-x:auto}\n"
	"figure{margin:1em 0}figcaption{font-size:.87em;color:#555}svg{max-width:100%;height:auto}\n"
	"code,pre{font-size:.87em}pre{background:#f5f5f5;padding:.7em;overflow-x:auto}\n";

/* A drawing inside the page: without its prologue, its names told apart from those of other drawings. */
static void put_svg(const char *svg, int i, FILE *out)
{
	static const char *const before[] = {" id='", " id=\"", "href='#", "href=\"#", "url(#"};
	const char *s = strstr(svg, "<svg");

	while (s && *s) {
		size_t n = 0;
		for (size_t k = 0; k < sizeof before / sizeof *before && n == 0; k++)
			n = strncmp(s, before[k], strlen(before[k])) == 0 ? strlen(before[k]) : 0;
		if (n == 0) {
			fputc(*s++, out);
			continue;
		}
		fprintf(out, "%.*sf%d-", (int)n, s, i + 1);
		s += n;
	}
}

static void put_texts(struct arena *a, FILE *out, const char *const *title, int n, const struct table_cell *cell,
	int n_rows)
{
	struct table_column *c = NEW(a, struct table_column, n);

	for (int i = 0; i < n; i++)
		c[i] = (struct table_column){.key = title[i], .title = title[i], .unit = ""};

	struct table *t = table_new(a, NULL, c, n);

	for (int r = 0; r < n_rows; r++) {
		struct table_cell *row = table_row(a, t);
		memcpy(row, cell + (size_t)r * (size_t)n, (size_t)n * sizeof *row);
	}
	fputs("<div class=\"wide\">", out);
	table_html(a, t, out);
	fputs("</div>\n", out);
}

static void put_tables(struct arena *a, const struct report *r, FILE *out)
{
	fputs("<h2>Tables</h2>\n", out);
	for (int i = 0; i < r->n_tables; i++) {
		const struct table *t = r->table[i].table;
		fputs("<h3>", out);
		html_text(out, t->title ? t->title : r->table[i].name);
		fputs("</h3>\n", out);
		if (t->n_rows > ROWS) {
			fprintf(out, "<p>%d rows: see <code>tables/%s.csv</code>.</p>\n", t->n_rows, r->table[i].name);
			continue;
		}
		fputs("<div class=\"wide\">", out);
		table_html(a, t, out);
		fputs("</div>\n", out);
	}
	fputs("<p>Numbers with &plusmn; are mean and standard deviation over seeds.</p>\n", out);
}

static void put_figures(const struct report *r, const char *const *svg, FILE *out)
{
	fputs("<h2>Figures</h2>\n", out);
	for (int i = 0; i < r->n_figures; i++) {
		const struct report_figure *f = &r->figure[i];
		fprintf(out, "<figure id=\"%s\">\n", f->name);
		if (svg[i])
			put_svg(svg[i], i, out);
		fputs("<figcaption>", out);
		html_text(out, f->plot->title ? f->plot->title : f->name);
		fprintf(out, "%s ", f->plot->title ? "." : ":");
		html_text(out, f->caption);
		fprintf(out, " Data: <code>figures/%s.csv</code>, script: <code>figures/%s.gp</code>.%s</figcaption>\n"
			"</figure>\n", f->name, f->name, svg[i] ? "" : " (not drawn: gnuplot was not there)");
	}
}

static void put_assumed(struct arena *a, const struct record *r, FILE *out)
{
	static const char *const titles[] = {"setting", "value (SI)", "designs"};
	struct table_cell *cell = NEW(a, struct table_cell, 3 * r->n_assumed + 1);

	fputs("<h2>What it rests on</h2>\n", out);
	if (r->n_assumed == 0)
		fputs("<p>No value in use is marked as assumed.</p>\n", out);
	else
		fprintf(out, "<p>%d values in use are assumed: nobody published them.</p>\n", r->n_assumed);
	for (int i = 0; i < r->n_assumed; i++) {
		cell[3 * i] = cell_text(r->assumed[i].path);
		cell[3 * i + 1] = cell_text(r->assumed[i].value);
		cell[3 * i + 2] = cell_text(r->assumed[i].designs);
	}
	if (r->n_assumed > 0)
		put_texts(a, out, titles, 3, cell, r->n_assumed);
	fputs("<p>All settings with their sources, and which of them are defaults, stand in <code>run.json</code>; "
		"the models, their sources and ranges in <code>doc/formulas.md</code> and <code>doc/models.md</code> "
		"of the program.</p>\n", out);
}

static void put_failed(struct arena *a, const struct report *r, FILE *out)
{
	static const char *const titles[] = {"point", "design", "error"};
	const int column[] = {frame_column(r->frame, "point"), frame_column(r->frame, "design"),
		frame_column(r->frame, "status")};
	struct table_cell *cell = NEW(a, struct table_cell, 3 * r->n_failed + 1);
	int n = 0;

	if (r->n_failed == 0 || column[0] < 0 || column[1] < 0)
		return;
	for (int i = 0; i < r->frame->n_rows && n < ROWS; i++) {
		if (strcmp(frame_text(r->frame, i, column[2]), "ok") == 0)
			continue;
		for (int k = 0; k < 3; k++)
			cell[3 * n + k] = cell_text(frame_text(r->frame, i, column[k]));
		n++;
	}
	fprintf(out, "<h2>What failed</h2>\n<p>%d of %d rows have no result%s.</p>\n", r->n_failed, r->frame->n_rows,
		n < r->n_failed ? "; the first of them" : "");
	put_texts(a, out, titles, 3, cell, n);
}

static void put_pairs(struct arena *a, const char *what, const struct record_pair *pair, int n, FILE *out)
{
	const char *const titles[] = {what, "SHA-256"};
	struct table_cell *cell = NEW(a, struct table_cell, 2 * n + 1);

	for (int i = 0; i < n; i++) {
		cell[2 * i] = cell_text(pair[i].key);
		cell[2 * i + 1] = cell_text(pair[i].value);
	}
	if (n > 0)
		put_texts(a, out, titles, 2, cell, n);
}

static void put_origin(struct arena *a, const struct record *r, FILE *out)
{
	fputs("<h2>How to make it again</h2>\n<pre>", out);
	html_text(out, r->command);
	fputs("</pre>\n<p>mho ", out);
	html_text(out, r->version);
	if (*r->seeds)
		fprintf(out, "; seeds %s", r->seeds);
	fputs(". The same inputs give the same bytes of <code>results.csv</code> (but for <code>wall_s</code>), "
		"whatever the number of threads.</p>\n", out);
	put_pairs(a, "data", r->data, r->n_data, out);
	put_pairs(a, "file", r->file, r->n_files, out);
	fputs("<h3>The study</h3>\n<pre>", out);
	html_text(out, r->study);
	fputs("</pre>\n", out);
}

void report_html(struct arena *a, const struct report *r, const char *const *svg, FILE *out)
{
	const struct study *s = r->plan->study;

	fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>", out);
	html_text(out, s->name);
	fprintf(out, "</title>\n<style>\n%s</style>\n</head>\n<body>\n<h1>", style);
	html_text(out, s->title ? s->title : s->name);
	fputs("</h1>\n", out);
	put_tables(a, r, out);
	if (r->n_figures > 0)
		put_figures(r, svg, out);
	put_failed(a, r, out);
	put_assumed(a, r->record, out);
	put_origin(a, r->record, out);
	fputs("</body>\n</html>\n", out);
}
