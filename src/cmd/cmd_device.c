/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/json_text.h"
#include "base/path.h"
#include "base/table.h"
#include "base/units.h"
#include "cmd/common.h"
#include "cmd/device_figure.h"
#include "device/node.h"
#include "lab/sweep.h"
#include "lab/trace.h"

static const char *const polarity_words[] = {"down", "start", "up", "erase"};

static void write_csv(struct arena *a, const struct trace *t, FILE *out)
{
	size_t mark = arena_mark(a);

	fputs("cell,cycle,pulse,polarity,conductance_S\n", out);
	for (int i = 0; i < t->n; i++, arena_reset(a, mark)) {
		const struct sample *s = &t->sample[i];
		fprintf(out, "%d,%d,%d,%s,%s\n", s->cell, s->cycle, s->pulse, polarity_words[s->polarity + 1],
			number_text(a, s->g));
	}
}

/* A derived figure: key with its unit for machines, words for people. */
struct figure {
	const char *key, *title;
	enum dim dim;
	double value;
};

enum { N_FIGURES = 16 };

static void list_figures(const struct merits *m, struct span s, struct figure f[N_FIGURES])
{
	const struct figure all[N_FIGURES] = {
		{"conductance_min_S", "lowest conductance", DIM_SIEMENS, s.g_low},
		{"conductance_max_S", "highest conductance", DIM_SIEMENS, s.g_high},
		{"dynamic_range", "dynamic range", DIM_NONE, m->k_range},
		{"states_up", "states, pulses up across the window", DIM_NONE, m->n_up},
		{"states_down", "states, pulses down", DIM_NONE, m->n_down},
		{"label_up", "nonlinearity label up", DIM_NONE, m->label_up},
		{"label_down", "nonlinearity label down", DIM_NONE, m->label_down},
		{"asymmetry_per_pair", "change by a pair up, down at mid-window, share of it", DIM_NONE, m->k_pair},
		{"symmetry_point", "symmetry point, share of the window", DIM_NONE, m->y_symmetry},
		{"symmetry_point_S", "conductance there", DIM_SIEMENS, s.g_low + m->y_symmetry * (s.g_high - s.g_low)},
		{"noise_per_pulse", "noise of a pulse, share of the window", DIM_NONE, m->k_noise},
		{"noise_per_step", "noise of a pulse, share of its step", DIM_NONE, m->k_noise_step},
		{"energy_up_J", "energy of a pulse up at mid-window, cell alone", DIM_JOULE, m->e_up},
		{"energy_down_J", "energy of a pulse down or an erase", DIM_JOULE, m->e_down},
		{"swing_up_s", "time of a full swing up", DIM_SECOND, m->t_up},
		{"swing_down_s", "time of a full swing down or an erase", DIM_SECOND, m->t_down},
	};

	for (int i = 0; i < N_FIGURES; i++)
		f[i] = all[i];
}

/* The publications a cell's numbers are from, in the order of the file, and how many are assumed. */
static json_t *list_sources(const struct loader *l, int *n_assumed)
{
	json_t *list = json_array();

	*n_assumed = 0;
	for (int i = 0; i < l->n_setting; i++) {
		const char *source = l->setting[i].source;
		size_t k = 0;
		if (!source)
			continue;
		if (strcmp(source, "assumed") == 0) {
			++*n_assumed;
			continue;
		}
		while (k < json_array_size(list) && strcmp(json_string_value(json_array_get(list, k)), source) != 0)
			k++;
		if (k == json_array_size(list))
			json_array_append_new(list, json_string(source));
	}
	return list;
}

static const char *setting_text(const struct loader *l, const char *path)
{
	for (int i = 0; i < l->n_setting; i++)
		if (strcmp(l->setting[i].path, path) == 0)
			return l->setting[i].text;
	return "";
}

static bool is_given(const struct loader *l, const char *head)
{
	for (int i = 0; i < l->n_setting; i++)
		if (!l->setting[i].is_default && strncmp(l->setting[i].path, head, strlen(head)) == 0)
			return true;
	return false;
}

/* What the file says nothing of counts as none: better than any cell. */
static void write_absent(const struct cell *c, const struct loader *l, FILE *out)
{
	const struct response_kind *k = c->response->kind;
	const struct {
		const char *what;
		bool there;
	} all[] = {
		{"a limit of endurance", is_given(l, "n_endurance") || is_given(l, "wear") || (c->remanent && c->remanent->n_endurance > 0)},
		{"forgetting", sweep_forgets(c) && (c->hold || c->drift || c->relaxation)},
		{"noise of pulses", is_given(l, "variation.k_cycle") || k->sigma},
		{"spread from cell to cell", is_given(l, "variation.k_device") || is_given(l, "variation.k_g_m") || c->programming},
	};
	int n = 0;

	for (size_t i = 0; i < sizeof all / sizeof *all && !cell_structure(c)->g_of_node; i++)
		if (!all[i].there)
			fprintf(out, "%s%s", n++ ? ", " : "\nNot given, taken as none: ", all[i].what);
	fputs(n ? "\n" : "", out);
}

static void write_text(struct arena *a, const char *name, const struct cell *c, const struct loader *l,
	const struct figure *f, FILE *out)
{
	int n_assumed;

	json_decref(list_sources(l, &n_assumed));
	fprintf(out, "%s: %s\n\n", name, c->name);
	fprintf(out, "  %-52s %s, %s\n", "structure, response", cell_structure(c)->name, c->response->kind->head.name);
	fprintf(out, "  %-52s %s, %d\n", "trust, values that nobody published", setting_text(l, "trust"), n_assumed);
	for (int i = 0; i < N_FIGURES; i++)
		fprintf(out, "  %-52s %s\n", f[i].title,
			!isfinite(f[i].value) ? "-"
			: f[i].dim == DIM_NONE ? arena_printf(a, "%.4g", f[i].value)
					       : units_text(a, strtod(arena_printf(a, "%.4g", f[i].value), NULL), f[i].dim));
	common_assumed(l, out);
	write_absent(c, l, out);
}

static void write_json(struct arena *a, const char *name, const char *node, const struct cell *c,
	const struct loader *l, const struct figure *f, FILE *out)
{
	int n_assumed;
	json_t *sources = list_sources(l, &n_assumed);

	json_t *root = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:o, s:i}", "cell", name, "name", c->name,
		"structure", cell_structure(c)->name, "response", c->response->kind->head.name, "node", node, "trust",
		setting_text(l, "trust"), "sources", sources, "assumed_values", n_assumed);

	for (int i = 0; i < N_FIGURES; i++)
		json_object_set_new(root, f[i].key, isfinite(f[i].value) ? json_real(f[i].value) : json_null());
	fprintf(out, "%s\n", json_text(a, root));
}

/* The panels asked for; a word that is none is an error. */
static const char *panels(const struct args *args)
{
	static const char *const words[] = {"curves", "steps", "map", "states", "retention", NULL};
	const char *asked = args_get(args, "panels");

	for (const char *s = asked; s && *s;) {
		size_t n = strcspn(s, ",");
		int i = 0;
		while (words[i] && (strlen(words[i]) != n || strncmp(words[i], s, n) != 0))
			i++;
		if (!words[i])
			usage_error(args, "--panels: expected %s, found '%.*s'", words_text(args->arena, words), (int)n, s);
		s += n + (s[n] == ',');
	}
	return asked;
}

/* Derived figures are of the nominal cell: what belongs to trains of pulses would go unheard. */
static void check_options(const struct args *args, bool trains, bool figure)
{
	static const char *const of_trains[] = {"pulses", "cells", "cycles", "ideal"};

	if (!figure && args_get(args, "panels"))
		usage_error(args, "--panels: of a figure, expected --format svg beside it");
	for (size_t i = 0; i < sizeof of_trains / sizeof *of_trains && !trains; i++)
		if (args_get(args, of_trains[i]))
			usage_error(args, "--%s: of trains of pulses, expected --format csv or svg beside it", of_trains[i]);
}

static int run(struct args *args)
{
	enum { TEXT, CSV, JSON, SVG };
	static const char *const formats[] = {"text", "csv", "json", "svg", NULL};
	struct arena *a = args->arena;
	struct diag *d = diag_new(a, stderr);
	int format = args_word(args, "format", formats, TEXT);
	const char *node_name = args_get(args, "node"), *path = args_get(args, "output");
	struct loader l;

	node_name = node_name ? node_name : "node-40nm-lp";
	loader_init(&l, a, d);
	for (int i = 0; i < args->n_options; i++)
		if (strcmp(args->option[i], "set") == 0 && !loader_set(&l, args->value[i]))
			return STATUS_INPUT;

	const struct cell *c = loader_file(&l, &cell_file, args->word[0], "");
	struct loader nodes;

	loader_init(&nodes, a, d);

	const struct node *node = loader_file(&nodes, &node_file, node_name, "node");

	if (!c || !node || !loader_finish(&l))
		return STATUS_INPUT;

	struct tech tech = tech_at(node, 300);
	struct span span = sweep_span(c, &tech);
	struct sweep_options o = {
		.n_pulses = (int)args_int(args, "pulses", 1, 100000, 0),
		.n_cells = (int)args_int(args, "cells", 1, 100000, format == SVG ? 200 : 1),
		.n_cycles = (int)args_int(args, "cycles", 1, 10000, 1),
		.ideal = args_get(args, "ideal") != NULL,
		.seed = (uint64_t)args_int(args, "seed", 0, 0x7fffffffffffffff, 1),
	};
	const char *name = path_stem(a, args->word[0]);
	struct out out;

	check_options(args, format == CSV || format == SVG, format == SVG);
	if (format == SVG) {
		if (!path || strcmp(path, "-") == 0)
			usage_error(args, "device: --format svg needs -o FILE.svg: its data and script are kept beside it");
		device_figure(a, name, c, &tech, &o, panels(args), path);
		return STATUS_DONE;
	}
	out_open(&out, path ? path : "-");
	if (format == CSV)
		write_csv(a, sweep_trace(a, c, span, &o), out.file);
	else {
		struct merits m = sweep_merits(c, &tech);
		struct figure figures[N_FIGURES];
		list_figures(&m, span, figures);
		if (format == TEXT)
			write_text(a, name, c, &l, figures, out.file);
		else
			write_json(a, name, node_name, c, &l, figures, out.file);
	}
	out_close(&out);
	return STATUS_DONE;
}

static const struct option options[] = {
	{"format", 0, "FORMAT", "text (derived figures), csv (every reading), json or svg (figure)"},
	{"pulses", 0, "N", "length of the trains (default: as many as cross the window)"},
	{"cells", 0, "N", "cells of the population (default 1; 200 for a figure)"},
	{"cycles", 0, "N", "times up and down"},
	{"ideal", 0, NULL, "neither variation nor noise"},
	{"panels", 0, "LIST", "of a figure: curves,steps,map,states,retention (default: all the cell has)"},
	{"node", 0, "NODE", "CMOS node for energies and for SRAM (default node-40nm-lp)"},
	OPTION_SEED,
	OPTION_SET,
	OPTION_OUT,
	OPTION_END,
};

extern const struct command cmd_device;
const struct command cmd_device = {"device", "what one cell does under pulses and over time", "CELL", 1, 1, options, run};
