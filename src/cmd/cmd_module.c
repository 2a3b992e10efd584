/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/json_text.h"
#include "base/path.h"
#include "base/table.h"
#include "base/units.h"
#include "circuit/module.h"
#include "cmd/common.h"
#include "device/node.h"
#include "device/node_between.h"
#include "device/supply.h"
#include "device/transistor.h"

static const struct table_column columns[] = {
	{"module", "module", "", 0, 0},
	{"node", "node", "", 0, 0},
	{"area_m2", "area", "um^2", 1e12, 5},
	{"latency_s", "latency", "ps", 1e12, 5},
	{"energy_J", "energy", "fJ", 1e15, 5},
	{"leakage_W", "leakage", "nW", 1e9, 5},
};

static const struct module_kind *find_kind(struct args *args, const char *name)
{
	for (int i = 0; module_kinds[i]; i++)
		if (strcmp(module_kinds[i]->head.name, name) == 0)
			return module_kinds[i];

	const char *near = nearest_word(name, kind_names(args->arena, module_kinds));

	usage_error(args, "module: unknown kind '%s'%s%s%s (mho list modules names them)", name,
		near ? ", did you mean '" : "", near ? near : "", near ? "'?" : "");
}

/* Conditions of the node. */
struct conditions {
	double temp, v_dd;
};

static void write_json(struct arena *a, FILE *out, const char *kind, const char *node, struct conditions at,
	struct est e,
	const struct loader *l)
{
	json_t *inputs = json_object();

	for (int i = 0; i < l->n_setting; i++) {
		const struct setting *s = &l->setting[i];
		char *end;
		double x = strtod(s->text, &end);
		json_object_set_new(inputs, s->path, *end ? json_string(s->text) : json_real(x));
	}
	json_object_set_new(inputs, "temp", json_real(at.temp));
	json_object_set_new(inputs, "v_dd", json_real(at.v_dd));

	json_t *root = json_pack("{s:s, s:s, s:f, s:f, s:f, s:f, s:o}", "module", kind, "node", node, "area_m2",
		e.area, "latency_s", e.latency, "energy_J", e.energy, "leakage_W", e.leakage, "inputs", inputs);

	fprintf(out, "%s\n", json_text(a, root));
}

/* The block's settings come from --set alone; temp= and v_dd= are those of the node. */
static bool load_module(struct args *args, const struct module_kind *kind, struct loader *l, void *out,
	struct conditions *at)
{
	struct yaml *empty = yaml_read_text(args->arena, "--set", "{}", 2, false, l->diag);
	static const struct field condition_fields[] = {
		REAL(conditions, temp, DIM_KELVIN, 200, 500, "300 K", "temperature"),
		REAL(conditions, v_dd, DIM_VOLT, 0, 5, "0 V", "supply; 0: the node's own"),
		FIELD_END,
	};
	bool good = true;

	for (int i = 0; i < args->n_options; i++)
		if (strcmp(args->option[i], "set") == 0)
			good &= loader_set(l, args->value[i]);
	good = good && loader_bind(l, condition_fields, empty, "", at);
	l->n_setting = 0; /* shown by their own names */
	return good && loader_bind(l, kind->head.fields, empty, "", out) && loader_finish(l);
}

static int run(struct args *args)
{
	static const char *const formats[] = {"text", "csv", "json", NULL};
	struct arena *a = args->arena;
	struct diag *d = diag_new(a, stderr);
	int format = args_word(args, "format", formats, 0);
	const struct module_kind *kind = find_kind(args, args->word[0]);
	const char *node_name = args_get(args, "node"), *path = args_get(args, "output");
	struct loader files, settings;
	struct conditions at;

	if (!node_name)
		usage_error(args, "module: --node NODE is missing (mho list nodes names them)");
	loader_init(&files, a, d);
	if (args_get(args, "interpolate"))
		files.missing = node_between;

	const struct node *node = loader_file(&files, &node_file, node_name, "node");
	struct module *module = arena_alloc(a, 1, kind->head.size);

	module->kind = kind;
	loader_init(&settings, a, d);
	if (!node || !load_module(args, kind, &settings, module, &at))
		return STATUS_INPUT;
	if (!tech_covers(node, at.temp)) {
		diag_error(d, (struct loc){0}, "'temp': %g K is outside the tables of %s", at.temp, node_name);
		return STATUS_INPUT;
	}
	if (!supply_check(node, &at.v_dd, d))
		return STATUS_INPUT;
	node = node_at_supply(a, node, at.v_dd);
	at.v_dd = node->v_dd;

	struct tech tech = tech_at(node, at.temp);
	struct est e = module_estimate(module, &tech);
	struct table *t = table_new(a, NULL, columns, 6);
	struct table_cell *cell = table_row(a, t);
	const double x[] = {e.area, e.latency, e.energy, e.leakage};
	struct out out;

	cell[0] = cell_text(kind->head.name);
	cell[1] = cell_text(node_name);
	for (int i = 0; i < 4; i++)
		cell[2 + i] = cell_number(x[i]);
	out_open(&out, path ? path : "-");
	if (format == 0) {
		table_text(a, t, out.file);
		if (kind->n_bits)
			fprintf(out.file, "Walden figure of merit: %.5g fJ per conversion step\n",
				ldexp(1e15 * e.energy, -kind->n_bits(module)));
	} else if (format == 1)
		table_csv(a, t, out.file);
	else
		write_json(a, out.file, kind->head.name, node_name, at, e, &settings);
	out_close(&out);
	return STATUS_DONE;
}

static const struct option options[] = {
	{"node", 0, "NODE", "CMOS node, by name or file"},
	{"format", 0, "FORMAT", "text, csv or json"},
	{"set", 0, "KEY=VALUE", "a setting of the block, temp or v_dd; may be given often"},
	OPTION_BETWEEN,
	OPTION_OUT,
	OPTION_END,
};

extern const struct command cmd_module;
const struct command cmd_module = {"module", "area, delay, energy, leakage of one circuit block", "KIND", 1, 1,
	options, run};
