/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/path.h"
#include "cmd/cmd.h"
#include "report/report.h"

enum format { TEXT, CSV, LATEX, MARKDOWN, HTML, JSON, SVG };
static const char *const formats[] = {"text", "csv", "latex", "markdown", "html", "json", "svg", NULL};

/* Keep the table or figure asked for; false if there is none of that name. */
static bool keep_only(struct report *r, const char *name, bool figures)
{
	for (int i = 0; i < r->n_tables && !figures; i++)
		if (strcmp(r->table[i].name, name) == 0) {
			r->table[0] = r->table[i];
			r->n_tables = 1;
			return true;
		}
	for (int i = 0; i < r->n_figures && figures; i++)
		if (strcmp(r->figure[i].name, name) == 0) {
			r->figure[0] = r->figure[i];
			r->n_figures = 1;
			return true;
		}
	return false;
}

static const char *names_of(struct arena *a, const struct report *r, bool figures)
{
	int n = figures ? r->n_figures : r->n_tables;
	const char **name = NEW(a, const char *, n + 1);

	for (int i = 0; i < n; i++)
		name[i] = figures ? r->figure[i].name : r->table[i].name;
	return words_text(a, name);
}

/* --only, where a format shows one kind of thing. */
static void choose(struct args *args, struct report *r, enum format format)
{
	const char *only = args_get(args, "only");
	bool figures = format == SVG;

	if (only && (format == HTML || format == JSON))
		usage_error(args, "--only: html and json hold everything");
	if (only && !keep_only(r, only, figures))
		usage_error(args, "--only: there is no %s '%s', expected %s", figures ? "figure" : "table", only,
			names_of(args->arena, r, figures));
	if (figures && r->n_figures == 0)
		usage_error(args, "the run has no figures");
	if (figures && r->n_figures > 1)
		usage_error(args, "svg is one figure: choose by --only %s", names_of(args->arena, r, true));
}

static void (*const table_writer[])(struct arena *, const struct table *, FILE *) = {
	[TEXT] = table_text, [CSV] = table_csv, [LATEX] = table_latex, [MARKDOWN] = table_markdown};

static void write_tables(struct arena *a, const struct report *r, enum format format, FILE *out)
{
	for (int i = 0; i < r->n_tables; i++) {
		if (i > 0)
			fputc('\n', out);
		if (format == CSV && r->n_tables > 1)
			fprintf(out, "# %s\n", r->table[i].name);
		table_writer[format](a, r->table[i].table, out);
	}
}

static void write_report(struct arena *a, const struct report *r, enum format format, FILE *out)
{
	switch (format) {
	case HTML:
		report_html(a, r, report_draw(a, r), out);
		break;
	case JSON:
		report_json(a, r, out);
		break;
	case SVG:
		fputs(plot_text(a, r->figure[0].plot, r->figure[0].name), out);
		break;
	case TEXT:
	case CSV:
	case LATEX:
	case MARKDOWN:
		write_tables(a, r, format, out);
	}
}

static int run(struct args *args)
{
	struct arena *a = args->arena;
	struct diag *d = diag_new(a, stderr);
	enum format format = (enum format)args_word(args, "format", formats, TEXT);
	const char *path = args_get(args, "output");
	struct report *r = report_read(a, args->word[0], args_get(args, "study"), d);
	struct out out;

	if (!r)
		return STATUS_INPUT;
	if (args_get(args, "write")) {
		report_write(a, r);
		if (!path && !args_get(args, "format"))
			return diag_errors(d) ? STATUS_INPUT : STATUS_DONE;
	}
	choose(args, r, format);
	if (format == SVG && path && strcmp(path, "-") != 0) {
		plot_write(a, r->figure[0].plot, path);
		return diag_errors(d) ? STATUS_INPUT : STATUS_DONE;
	}
	out_open(&out, path ? path : "-");
	write_report(a, r, format, out.file);
	out_close(&out);
	return diag_errors(d) ? STATUS_INPUT : STATUS_DONE;
}

static const struct option options[] = {
	{"format", 'f', "FORMAT", "text, csv, latex, markdown (tables), svg (a figure), html or json (everything)"},
	{"only", 0, "NAME", "that table, or for svg that figure"},
	{"study", 0, "FILE", "tables and figures that this study names, of the results as they are"},
	{"write", 0, NULL, "make DIR/tables, DIR/figures and DIR/report.html anew"},
	OPTION_OUT,
	OPTION_END,
};

extern const struct command cmd_report;
const struct command cmd_report = {"report", "tables and figures of a finished run", "DIR", 1, 1, options, run};
