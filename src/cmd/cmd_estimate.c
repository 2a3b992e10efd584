/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include "arch/design.h"
#include "arch/price.h"
#include "base/arena.h"
#include "base/diag.h"
#include "base/json_text.h"
#include "base/path.h"
#include "base/table.h"
#include "base/units.h"
#include "cmd/common.h"
#include "device/node_between.h"
#include "device/update.h"
#include "net/activity.h"
#include "net/network.h"
#include "train/recipe.h"

#define DEFAULT_IMAGES 60000 /* of an epoch, when no activity file says */
#define DEFAULT_BATCH  64

struct job {
	struct arena *arena;
	const struct args *args;
	struct point point;
	const struct activity *activity;
	const struct cost *cost;
};

static json_t *phase_json(struct phase_cost c)
{
	return json_pack("{s:f, s:f}", "latency_s", c.latency, "energy_J", c.energy);
}

static json_t *layer_json(const struct layer_cost *l)
{
	json_t *j = json_pack("{s:s, s:s, s:f, s:f, s:i, s:i, s:i, s:i, s:i, s:i, s:i, s:f}", "name", l->name, "kind",
		l->kind, "macs", l->macs, "weights", l->weights, "rows", l->rows, "columns", l->columns,
		"vectors", l->vectors, "groups", l->groups, "subarrays", l->subarrays, "tiles", l->tiles, "copies", l->copies,
		"utilization", l->utilization);

	for (int i = 0; i < PHASE_COUNT; i++)
		json_object_set_new(j, phase_names[i], phase_json(l->phase[i]));
	return j;
}

static json_t *cost_json(const struct job *job)
{
	const struct cost *c = job->cost;
	const struct point *p = &job->point;
	json_t *phases = json_object(), *layers = json_array(), *entries = json_array();
	const char *node = NULL;

	for (int i = 0; i < p->loader.n_setting; i++)
		if (strcmp(p->loader.setting[i].path, "design.node") == 0)
			node = p->loader.setting[i].text;
	for (int i = 0; i < PHASE_COUNT; i++)
		json_object_set_new(phases, phase_names[i], phase_json(c->phase[i]));
	for (int i = 0; i < c->n_layers; i++)
		json_array_append_new(layers, layer_json(&c->layer[i]));
	for (int i = 0; i < c->n_entries; i++) {
		const struct entry *e = &c->entry[i];
		json_array_append_new(entries, json_pack("{s:s, s:f, s:f, s:f, s:f, s:f, s:f}", "path", e->path,
			"area_m2", e->area, "energy_J", e->energy, "latency_s", e->latency, "leakage_W",
			e->leakage, "count", e->count, "bytes", e->bytes));
	}
	return json_pack("{s:s, s:s, s:s, s:s?, s:s, s:f, s:f, s:o, s:o, s:o, s:{s:f, s:f, s:f, s:f, s:f, s:f, s:f, s:f, s:f}, s:o, s:o}",
		"version", MHO_VERSION, "design", p->design_name, "network", p->network_name, "node", node,
		"activity", job->activity->measured ? "measured" : "default", "area_m2", c->area, "leakage_W",
		c->leakage, "phases", phases, "image", phase_json(c->image), "epoch", phase_json(c->epoch),
		"metrics", "macs_per_image", c->macs_per_image, "tops", c->tops, "tops_per_w", c->tops_per_w,
		"tops_per_mm2", c->tops_per_mm2, "images_per_s", c->images_per_s, "joule_per_image",
		c->joule_per_image, "inference_images_per_s", 1 / c->t_forward, "utilization", c->utilization, "k_read_loss",
		c->k_read_loss, "layers", layers, "breakdown", entries);
}

static void write_json(const struct job *job, FILE *out)
{
	fprintf(out, "%s\n", json_text(job->arena, cost_json(job)));
}

static const struct table_column entry_columns[] = {
	{"path", "block", "", 0, 0},
	{"count", "count", "", 0, 6},
	{"area_m2", "area", "um^2", 1e12, 4},
	{"energy_J", "energy", "pJ", 1e12, 4},
	{"latency_s", "latency", "us", 1e6, 4},
	{"leakage_W", "leakage", "uW", 1e6, 4},
};

static struct table *entry_table(const struct job *job)
{
	struct table *t = table_new(job->arena, "Breakdown (energy and latency per training image)",
		entry_columns, 6);

	for (int i = 0; i < job->cost->n_entries; i++) {
		const struct entry *e = &job->cost->entry[i];
		struct table_cell *cell = table_row(job->arena, t);
		cell[0] = cell_text(e->path);
		cell[1] = cell_number(e->count);
		cell[2] = cell_number(e->area);
		cell[3] = cell_number(e->energy);
		cell[4] = cell_number(e->latency);
		cell[5] = cell_number(e->leakage);
	}
	return t;
}

static const struct table_column layer_columns[] = {
	{"name", "layer", "", 0, 0},
	{"rows", "rows", "", 0, 6},
	{"columns", "columns", "", 0, 6},
	{"vectors", "vectors", "", 0, 6},
	{"subarrays", "subarrays", "", 0, 6},
	{"copies", "copies", "", 0, 6},
	{"utilization", "used", "%", 100, 3},
	{"forward_latency_s", "forward", "us", 1e6, 3},
	{"forward_energy_J", "forward", "nJ", 1e9, 3},
	{"error_latency_s", "error", "us", 1e6, 3},
	{"error_energy_J", "error", "nJ", 1e9, 3},
	{"gradient_latency_s", "gradient", "us", 1e6, 3},
	{"gradient_energy_J", "gradient", "nJ", 1e9, 3},
	{"update_latency_s", "update", "us", 1e6, 3},
	{"update_energy_J", "update", "nJ", 1e9, 3},
	{"transfer_latency_s", "transfer", "us", 1e6, 3},
	{"transfer_energy_J", "transfer", "nJ", 1e9, 3},
};

enum { N_LAYER_COLUMNS = sizeof layer_columns / sizeof layer_columns[0] };

static struct table *layer_table(const struct job *job)
{
	struct table *t = table_new(job->arena,
		"Layers (forward, error, gradient per image; update per batch; transfer per event)",
		layer_columns, N_LAYER_COLUMNS);

	for (int i = 0; i < job->cost->n_layers; i++) {
		const struct layer_cost *l = &job->cost->layer[i];
		struct table_cell *cell = table_row(job->arena, t);
		const double x[] = {l->rows, l->columns, l->vectors, l->subarrays, l->copies, l->utilization};
		cell[0] = cell_text(l->name);
		for (int k = 0; k < 6; k++)
			cell[1 + k] = cell_number(x[k]);
		for (int k = 0; k < PHASE_COUNT; k++) {
			cell[7 + 2 * k] = cell_number(l->phase[k].latency);
			cell[8 + 2 * k] = cell_number(l->phase[k].energy);
		}
	}
	return t;
}

static void write_text(const struct job *job, FILE *out)
{
	struct arena *a = job->arena;
	const struct cost *c = job->cost;
	const struct point *p = &job->point;

	fprintf(out, "%s on %s, activity: %s\n\n", p->network_name, p->design_name,
		job->activity->measured ? "measured" : "stated defaults (see doc/models.md)");
	fprintf(out, "area              %s\n", units_text(a, c->area, DIM_SQUARE_METRE));
	fprintf(out, "leakage           %s\n", units_text(a, c->leakage, DIM_WATT));
	for (int i = 0; i < PHASE_COUNT; i++)
		fprintf(out, "%-9s %-7s %s, %s\n", phase_names[i],
			i < PHASE_UPDATE ? "/image" : i == PHASE_UPDATE ? "/batch" : "/event",
			units_text(a, c->phase[i].latency, DIM_SECOND), units_text(a, c->phase[i].energy, DIM_JOULE));
	fprintf(out, "training  /image  %s, %s\n", units_text(a, c->image.latency, DIM_SECOND),
		units_text(a, c->image.energy, DIM_JOULE));
	fprintf(out, "training  /epoch  %s, %s\n", units_text(a, c->epoch.latency, DIM_SECOND),
		units_text(a, c->epoch.energy, DIM_JOULE));
	fprintf(out, "throughput        %.4g TOPS, %.4g TOPS/W, %.4g TOPS/mm^2, %.4g images/s\n", c->tops,
		c->tops_per_w, c->tops_per_mm2, c->images_per_s);
	if (c->crossbar)
		fprintf(out, "IR drop           %.3g %% of the current of a read of ones, on the worst line\n",
			100 * c->k_read_loss);
	fputc('\n', out);
	table_text(a, layer_table(job), out);
	fputc('\n', out);
	table_text(a, entry_table(job), out);
	common_assumed(&p->loader, out);
}

/* Pulses counted on some cells, or asked for by one rule, are not those of others. */
static void warn_pulses(const struct job *job, const char *path, struct diag *d)
{
	const struct design *z = job->point.design;
	const char *now = z->synapse ? synapse_text(job->point.loader.arena, z->synapse) : "digital";
	struct source *file = NEW(job->point.loader.arena, struct source, 1);

	file->name = path;
	if (strcmp(now, job->activity->cells) != 0)
		diag_warn(d, (struct loc){file, 0, 0},
			"this activity was counted on '%s', the design has '%s': its pulses are not those "
			"of the design",
			job->activity->cells, now);
	else if (z->synapse && job->activity->update && strcmp(z->update->kind->head.name, job->activity->update) != 0)
		diag_warn(d, (struct loc){file, 0, 0},
			"this activity was counted with 'update: {kind: %s}', the design has 'update: {kind: %s}': its pulses "
			"are not those of the design",
			job->activity->update, z->update->kind->head.name);
}

static int run(struct args *args)
{
	static const char *const formats[] = {"text", "csv", "json", NULL};
	struct job job = {.arena = args->arena, .args = args};
	struct diag *d = diag_new(args->arena, stderr);
	int format = args_word(args, "format", formats, 0);
	struct study_sets sets = common_sets(args, "design");
	const char *activity = args_get(args, "activity"), *path = args_get(args, "output");

	loader_init(&job.point.loader, args->arena, d);
	if (args_get(args, "interpolate"))
		job.point.loader.missing = node_between;
	for (int i = 0; i < sets.n; i++)
		if (!loader_set(&job.point.loader, sets.option[i]))
			return STATUS_INPUT;
	if (strcmp(args->word[0], DESIGN_FLOAT) == 0)
		usage_error(args, "estimate: the design 'float' has no hardware to price");
	job.point.design_name = args->word[0];
	job.point.network_name = args->word[1];
	if (activity && args_get(args, "recipe"))
		usage_error(args, "estimate: an activity file says what was trained: --recipe has no place beside it");
	job.point.recipe_name = args_get(args, "recipe");
	if (!point_load(&job.point))
		return STATUS_INPUT;
	job.activity = activity ? activity_read(args->arena, activity, job.point.network, d)
				: point_activity(args->arena, &job.point, job.point.recipe ? job.point.recipe->batch : DEFAULT_BATCH);
	if (!job.activity)
		return STATUS_INPUT;
	if (job.activity->cells)
		warn_pulses(&job, activity, d);
	job.cost = point_price(args->arena, &job.point,
		job.activity->measured ? job.activity->n_images_per_epoch : DEFAULT_IMAGES, job.activity);

	struct out out;

	out_open(&out, path ? path : "-");
	if (format == 0)
		write_text(&job, out.file);
	else if (format == 1)
		table_csv(args->arena, entry_table(&job), out.file);
	else
		write_json(&job, out.file);
	out_close(&out);
	return STATUS_DONE;
}

static const struct option options[] = {
	{"activity", 0, "FILE", "counts of a training (activity.json) instead of stated defaults"},
	{"recipe", 0, "RECIPE", "learning rule and batch from a recipe instead of back-propagation in batches of 64"},
	{"format", 0, "FORMAT", "text, csv (the breakdown) or json"},
	OPTION_BETWEEN,
	OPTION_OUT,
	OPTION_SET,
	OPTION_END,
};

extern const struct command cmd_estimate;
const struct command cmd_estimate = {"estimate", "area, time, energy of a network on a design",
	"DESIGN NETWORK", 2, 2, options, run};
