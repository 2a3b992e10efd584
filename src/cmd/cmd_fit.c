/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/path.h"
#include "base/table.h"
#include "base/units.h"
#include "cmd/cmd.h"
#include "cmd/fit_figure.h"
#include "lab/fit.h"
#include "lab/retention.h"
#include "lab/techfile.h"

static const struct table_column columns[] = {
	{"kind", "kind", "", 0, 0},
	{"parameters", "parameters", "", 0, 4},
	{"lnl", "ln likelihood", "", 0, 8},
	{"aic", "AIC", "", 0, 8},
	{"bic", "BIC", "", 0, 8},
	{"bic_over_best", "over the best", "", 0, 4},
};

/* Beyond what the digits of a likelihood tell. */
static bool is_tie(const struct fit_result *r, const struct fit_result *best)
{
	return fabs(r->bic - best->bic) < 1e-3;
}

static void show_kinds(struct arena *a, const struct fit *f, FILE *out)
{
	struct table *t = table_new(a, NULL, columns, 6);
	const struct fit_result *best = &f->result[0]; /* the first, but for those that are as good */

	for (int i = 1; i < f->n_results; i++)
		if (!f->result[i].trouble && f->result[i].bic < best->bic)
			best = &f->result[i];

	for (int i = 0; i < f->n_results; i++) {
		const struct fit_result *r = &f->result[i];
		struct table_cell *cell = table_row(a, t);
		cell[0] = cell_text(r->kind->head.name);
		cell[1] = cell_number(r->n_parameters);
		if (r->trouble)
			continue;
		cell[2] = cell_number(r->lnl);
		cell[3] = cell_number(r->aic);
		cell[4] = cell_number(r->bic);
		cell[5] = cell_number(is_tie(r, best) ? 0 : r->bic - best->bic);
	}
	table_text(a, t, out);
	for (int i = 0; i < f->n_results; i++)
		if (f->result[i].trouble)
			fprintf(out, "%s: %s\n", f->result[i].kind->head.name, f->result[i].trouble);
	for (int i = 1; i < f->n_results; i++) {
		const struct fit_result *r = &f->result[i], *taken = &f->result[0];
		if (r->trouble)
			continue;
		if (fabs(r->bic - taken->bic) < 2)
			fprintf(out, "%s describes these data as well as %s\n", r->kind->head.name, taken->kind->head.name);
		else if (fabs(r->lnl - taken->lnl) < 0.01)
			fprintf(out, "%s describes the same curves as %s, which has fewer parameters\n", r->kind->head.name,
				taken->kind->head.name);
	}
}

static void show(FILE *out, struct arena *a, const char *what, struct estimate e, enum dim dim)
{
	const char *unit = dim == DIM_NONE ? "" : arena_printf(a, " %s", dim_si(dim));

	if (!e.fitted)
		fprintf(out, "  %-14s -                the data do not tell\n", what);
	else if (e.se > 0)
		fprintf(out, "  %-14s %-12.6g +- %.2g%s\n", what, e.value, e.se, unit);
	else
		fprintf(out, "  %-14s %.6g%s\n", what, e.value, unit);
}

static const char *show_jump(struct arena *a, const char *branch, const struct jump *j)
{
	if (!j->dg.fitted)
		return arena_printf(a, "%s: no data", branch);
	return arena_printf(a, "%s %s +- %s, scatter %s", branch, units_text(a, j->dg.value, DIM_SIEMENS),
		units_text(a, strtod(arena_printf(a, "%.2g", j->dg.se), NULL), DIM_SIEMENS),
		units_text(a, strtod(arena_printf(a, "%.2g", j->sigma), NULL), DIM_SIEMENS));
}

static void show_result(struct arena *a, const struct fit_result *r, FILE *out)
{
	const struct fit_variation *v = &r->variation;
	const struct {
		const char *key;
		struct estimate x;
	} all[] = {{"k_cycle", v->k_cycle}, {"k_cycle_step", v->k_cycle_step}, {"k_write", v->k_write},
		{"k_device", v->k_device}, {"k_asymmetry", v->k_asymmetry}, {"k_g_min", v->k_g_min}, {"k_g_max", v->k_g_max}};

	fprintf(out, "\n%s: values and standard errors\n", r->kind->head.name);
	for (int i = 0; i < r->n_table; i++)
		fprintf(out, "  at %-11s %s%s\n", units_text(a, r->table[1][i].g, DIM_SIEMENS), show_jump(a, "up", &r->table[1][i]),
			show_jump(a, ", down", &r->table[0][i]));
	for (int k = 0; k < r->n_keys; k++)
		show(out, a, r->key[k], r->of[k], fit_field(r->kind, r->key[k])->dim);
	show(out, a, "g_min", r->g_min, DIM_SIEMENS);
	show(out, a, "g_max", r->g_max, DIM_SIEMENS);
	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		if (all[i].x.value > 0 || strcmp(all[i].key, "k_device") == 0)
			show(out, a, all[i].key, all[i].x, DIM_NONE);
}

/* What the techfile starts from: a cell, or the template, with --set applied. */
static const struct cell *load_base(struct args *args, struct loader *l, struct diag *d)
{
	struct arena *a = args->arena;
	const char *name = args_get(args, "base");

	loader_init(l, a, d);
	for (int i = 0; i < args->n_options; i++)
		if (strcmp(args->option[i], "set") == 0 && !loader_set(l, args->value[i]))
			return NULL;
	if (name)
		return loader_file(l, &cell_file, name, "");

	struct yaml *y = yaml_read_text(a, "template", techfile_template, strlen(techfile_template), true, d);
	struct cell *c = NEW(a, struct cell, 1);

	return y && loader_bind(l, cell_fields, y, "", c) ? c : NULL;
}

/* The text must be a cell file of ours before anybody sees it. */
static bool check_text(struct arena *a, const char *path, const char *text, struct diag *d)
{
	struct loader l;
	struct cell *c = NEW(a, struct cell, 1);
	struct yaml *y = yaml_read_text(a, path, text, strlen(text), true, d);

	loader_init(&l, a, d);
	return y && loader_bind(&l, cell_fields, y, "", c) && cell_file.check(c, a, d);
}

static void list_assumed(struct arena *a, const char *text, FILE *out)
{
	struct yaml *y = yaml_read_text(a, "cell", text, strlen(text), true, diag_new(a, NULL));
	struct loader l;
	struct cell *c = NEW(a, struct cell, 1);
	bool any = false;

	loader_init(&l, a, diag_new(a, NULL));
	loader_bind(&l, cell_fields, y, "", c);
	for (int i = 0; i < l.n_setting; i++)
		if (l.setting[i].source && strcmp(l.setting[i].source, "assumed") == 0) {
			fprintf(out, "%s%s = %s", any ? ", " : "\nassumed, not in the data: ", l.setting[i].path, l.setting[i].text);
			any = true;
		}
	fputs(any ? "\n" : "", out);
}

struct job {
	struct args *args;
	struct diag *diag;
	struct loader base;
	const struct trace *trace;
	const char *text; /* the techfile */
};

static bool fit_train(struct job *j, const struct fit_options *o, FILE *talk)
{
	struct args *args = j->args;
	struct arena *a = args->arena;
	struct fit *f = fit_pulses(a, j->trace, o, j->diag);
	const char *name = args_get(args, "name"), *plot = args_get(args, "plot");

	if (!f)
		return false;
	name = name ? name : arena_printf(a, "fitted to %s", path_tail(j->trace->file));

	struct techfile base = {j->base.setting, j->base.n_setting};

	j->text = techfile_of_fit(a, &base, f, &f->result[0], name, path_tail(j->trace->file));
	if (!check_text(a, "fitted cell", j->text, j->diag))
		return false;
	show_kinds(a, f, talk);
	show_result(a, &f->result[0], talk);
	if (plot)
		fit_figure(a, f, plot);
	return true;
}

static bool fit_times(struct job *j, const struct cell *base, FILE *talk)
{
	struct args *args = j->args;
	struct arena *a = args->arena;
	const char *plot = args_get(args, "plot");
	struct retention *r;

	if (!args_get(args, "base"))
		usage_error(args, "fit: retention data need --base CELL, the cell whose window they belong to");
	r = fit_retention(a, j->trace, base, args_get(args, "kind"), j->diag);
	if (!r)
		return false;

	struct techfile file = {j->base.setting, j->base.n_setting};

	j->text = techfile_of_retention(a, &file, r, path_tail(j->trace->file));
	if (!check_text(a, "fitted cell", j->text, j->diag))
		return false;
	retention_text(r, talk);
	if (plot)
		retention_figure(a, j->trace, base, r, plot);
	return true;
}

static double conductance(struct args *args, const char *option)
{
	const char *text = args_get(args, option);
	enum dim found;
	double g;

	if (!text)
		return (double)NAN;
	if (units_parse(text, DIM_SIEMENS, &g, &found) != UNITS_OK || g < 0)
		usage_error(args, "--%s: expected %s, found '%s'", option, dim_phrase(args->arena, DIM_SIEMENS), text);
	return g;
}

static void check_kind(struct args *args, const char *kind)
{
	const char *const *names = kind_names(args->arena, response_kinds);

	if (!kind || word_among(kind, retention_words) || word_among(kind, names))
		return;
	const char *near = nearest_word(kind, names);
	usage_error(args, "--kind: '%s' is no response%s%s%s, expected %s (retention data: %s)", kind,
		near ? ", did you mean '" : "", near ? near : "", near ? "'?" : "", words_text(args->arena, names),
		words_text(args->arena, retention_words));
}

/* Options that the data have no use for. */
static void check_options(struct args *args, bool retention)
{
	static const char *const of_pulses[] = {"g-min", "g-max", "one-sided", "name"};
	const char *kind = args_get(args, "kind"), *data = args->word[0];

	if (kind && word_among(kind, retention_words) != retention)
		usage_error(args, "--kind: '%s' is of %s data, but '%s' holds %s data", kind,
			retention ? "pulse" : "retention", data, retention ? "retention" : "pulse");
	for (size_t i = 0; i < sizeof of_pulses / sizeof *of_pulses && retention; i++)
		if (args_get(args, of_pulses[i]))
			usage_error(args, "--%s: goes with pulse data, but '%s' holds retention data", of_pulses[i], data);
}

static int run(struct args *args)
{
	struct arena *a = args->arena;
	struct job j = {.args = args, .diag = diag_new(a, stderr)};
	const char *path = args_get(args, "output");
	struct fit_options o = {.kind = args_get(args, "kind"), .g_min = conductance(args, "g-min"),
		.g_max = conductance(args, "g-max"), .one_sided = args_get(args, "one-sided") != NULL};
	const struct cell *base;
	struct out out;

	check_kind(args, o.kind);
	if (path && path_same(path, args->word[0]))
		usage_error(args, "--output: '%s' is the measurement itself", path);
	if (path)
		out_check(a, path);
	j.trace = trace_read(a, args->word[0], j.diag);
	if (j.trace)
		check_options(args, j.trace->retention);
	base = load_base(args, &j.base, j.diag);
	if (!j.trace || !base || !loader_finish(&j.base))
		return STATUS_INPUT;

	/* with the techfile on standard output the report goes to the other stream */
	FILE *talk = path && strcmp(path, "-") == 0 ? stderr : stdout;

	if (!(j.trace->retention ? fit_times(&j, base, talk) : fit_train(&j, &o, talk)))
		return STATUS_INPUT;
	list_assumed(a, j.text, talk);
	if (path) {
		out_open(&out, path);
		fputs(j.text, out.file);
		out_close(&out);
	}
	return STATUS_DONE;
}

static const struct option options[] = {
	{"kind", 0, "KIND", "the response to fit, instead of the best of all"},
	{"g-min", 0, "G", "bottom of the window, e.g. '1 uS', instead of the data's"},
	{"g-max", 0, "G", "top of the window"},
	{"one-sided", 0, NULL, "the cell goes down by an erase only: no depression train is expected"},
	{"base", 0, "CELL", "the cell that everything but the fitted values is taken from"},
	{"name", 0, "TEXT", "what the cell is, in one line"},
	{"plot", 0, "FILE.svg", "a figure of the data over the model"},
	OPTION_SET,
	{"output", 'o', "CELL.yaml", "write the techfile there"},
	OPTION_END,
};

extern const struct command cmd_fit;
const struct command cmd_fit = {"fit", "measured pulse or retention data to a cell's techfile", "DATA.csv", 1, 1,
	options, run};
