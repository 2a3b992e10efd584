/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Activity records: defaults, and the JSON file.
 *
 * Model    defaults for a training that was not run: a quarter of the input and
 *          error bits are ones; per batch a fifth of the cells
 *          move by one pulse, the longest train of a row is two; a transfer moves half of
 *          the cells by two pulses, ten in the longest train, and erases one cell in a
 *          hundred; verified, a row is read after two rounds; a reset moves cells by a fifth of
 *          their window
 * Source   assumed; doc/models.md
 * Assumes  as many pulses up as down
 * Valid    orders of magnitude; a measured record replaces all of it
 * Checked  tests/unit/check_price.c
 */
#include "net/activity.h"

#include <jansson.h>
#include <math.h>
#include <stddef.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/json_text.h"
#include "base/path.h"
#include "net/network.h"

#define MAX_FILE (16 << 20)

/* One number of the record: its key, its place, the largest that makes sense. */
struct member {
	const char *key;
	size_t offset;
	double max;
	bool optional; /* 0 when absent; of a layer written where it is not 0 */
};

#define SHARE(m)                                                                                   \
	{                                                                                          \
#m, offsetof(struct layer_activity, m), 1, false                                   \
	}
#define COUNT(m)                                                                                   \
	{                                                                                          \
#m, offsetof(struct layer_activity, m), 1e15, false                                \
	}

#define OPTIONAL(st, m)                                                                            \
	{                                                                                          \
#m, offsetof(struct st, m), 1e15, true                                             \
	}

static const struct member layer_members[] = {
	SHARE(k_input_ones),
	SHARE(k_error_ones),
	SHARE(k_clipped),
	COUNT(n_up),
	COUNT(n_down),
	COUNT(n_cells),
	COUNT(n_rows),
	COUNT(n_longest_up),
	COUNT(n_longest_down),
	COUNT(n_erase),
	COUNT(n_rows_erase),
	OPTIONAL(layer_activity, n_transfer_reads),
	OPTIONAL(layer_activity, n_products),
	OPTIONAL(layer_activity, n_slots),
	OPTIONAL(layer_activity, n_row_pulses),
	OPTIONAL(layer_activity, n_column_pulses),
	COUNT(n_transfer_up),
	COUNT(n_transfer_down),
	COUNT(n_transfer_erase),
	COUNT(n_transfer_cells),
	COUNT(n_transfer_rows),
	COUNT(n_transfer_longest_up),
	COUNT(n_transfer_longest_down),
	COUNT(n_transfer_rows_erase),
	COUNT(n_transfer_back_up),
	COUNT(n_transfer_back_down),
	COUNT(n_transfer_longest_back_up),
	COUNT(n_transfer_longest_back_down),
	OPTIONAL(layer_activity, n_transfer_verify_rows),
	OPTIONAL(layer_activity, n_transfer_reset_rows),
	OPTIONAL(layer_activity, n_transfer_reset_squares),
	OPTIONAL(layer_activity, n_feedback),
	OPTIONAL(layer_activity, n_feedback_own),
	COUNT(n_writes_mean),
	COUNT(n_writes_max),
	OPTIONAL(layer_activity, n_writes_max_slow),
};

#define WHOLE(m)                                                                                   \
	{                                                                                          \
#m, offsetof(struct activity, m), 1e15, false                                      \
	}

static const struct member whole_members[] = {
	WHOLE(n_batches),
	WHOLE(n_events),
	OPTIONAL(activity, n_feedback_references),
	OPTIONAL(activity, n_feedback_programs),
	OPTIONAL(activity, n_feedback_squares),
	WHOLE(n_images_per_epoch),
	WHOLE(n_epochs),
	OPTIONAL(activity, n_writes_p999),
};

#define N_OF(table) (sizeof table / sizeof *table)

static double *at(void *record, const struct member *m)
{
	return (double *)(void *)((char *)record + m->offset);
}

static double get(const void *record, const struct member *m)
{
	return *(const double *)(const void *)((const char *)record + m->offset);
}

static struct layer_activity layer_default(const struct layer *l, bool is_signed)
{
	struct matrix m = layer_matrix(l);
	double n_weights = matrix_weights(m), n_rows = (double)m.n_rows * m.n_groups;

	return (struct layer_activity){
		.name = l->name,
		.n_passes = 1 + is_signed,
		.k_input_ones = 0.25,
		.k_error_ones = 0.25,
		.k_state = {0.5, 0.25},
		.n_up = 0.1 * n_weights,
		.n_down = 0.1 * n_weights,
		.n_cells = 0.2 * n_weights,
		.n_rows = n_rows,
		.n_longest_up = 2.0 * n_rows,
		.n_longest_down = 2.0 * n_rows,
		.n_transfer_up = 0.5 * n_weights,
		.n_transfer_down = 0.5 * n_weights,
		.n_transfer_erase = 0.01 * n_weights,
		.n_transfer_cells = 0.5 * n_weights,
		.n_transfer_rows = n_rows,
		.n_transfer_longest_up = 10.0 * n_rows,
		.n_transfer_longest_down = 10.0 * n_rows,
		.n_transfer_rows_erase = fmin(n_rows, 0.01 * n_weights),
		.n_transfer_back_up = 2.5 * n_weights,
		.n_transfer_back_down = 2.5 * n_weights,
		.n_transfer_longest_back_up = 40.0 * n_rows,
		.n_transfer_longest_back_down = 40.0 * n_rows,
		.n_transfer_verify_rows = 2.0 * n_rows,
		.n_transfer_reset_rows = n_rows,
		.n_transfer_reset_squares = 0.04 * n_weights,
	};
}

struct activity *activity_default(struct arena *a, const struct network *net, int n_batch)
{
	struct activity *act = NEW(a, struct activity, 1);
	const bool *is_signed = network_signs(a, net, false);

	act->n_layers = net->n_weight_layers;
	act->layer = NEW(a, struct layer_activity, act->n_layers);
	act->n_batch = n_batch;
	act->n_parts = 2;
	for (int i = 0; i < act->n_layers; i++)
		act->layer[i] = layer_default(network_weight_layer(net, i), is_signed[i]);
	return act;
}

static json_t *numbers(const double *x, int n)
{
	json_t *a = json_array();

	for (int i = 0; i < n; i++)
		json_array_append_new(a, json_real(x[i]));
	return a;
}

char *activity_to_json(struct arena *a, const struct activity *act)
{
	json_t *root = json_object(), *layers = json_array();

	json_object_set_new(root, "format", json_integer(1));
	json_object_set_new(root, "measured", json_boolean(act->measured));
	if (act->cells)
		json_object_set_new(root, "cells", json_string(act->cells));
	if (act->update)
		json_object_set_new(root, "update", json_string(act->update));
	if (act->dataset)
		json_object_set_new(root, "dataset", json_string(act->dataset));
	json_object_set_new(root, "n_batch", json_integer(act->n_batch));
	for (size_t k = 0; k < N_OF(whole_members); k++)
		json_object_set_new(
			root, whole_members[k].key, json_real(get(act, &whole_members[k])));
	for (int i = 0; i < act->n_layers; i++) {
		const struct layer_activity *l = &act->layer[i];
		json_t *o = json_object();
		json_object_set_new(o, "name", json_string(l->name));
		json_object_set_new(o, "k_state", numbers(l->k_state, act->n_parts));
		if (act->measured)
			json_object_set_new(o, "k_clipped_part", numbers(l->k_clipped_part, act->n_parts));
		json_object_set_new(o, "n_passes", json_integer((json_int_t)l->n_passes));
		for (size_t k = 0; k < N_OF(layer_members); k++)
			if (!layer_members[k].optional || get(l, &layer_members[k]) > 0)
				json_object_set_new(
				o, layer_members[k].key, json_real(get(l, &layer_members[k])));
		json_array_append_new(layers, o);
	}
	json_object_set_new(root, "layers", layers);

	return arena_printf(a, "%s\n", json_text(a, root));
}

/* Where messages about an activity file point. */
struct reader {
	struct arena *arena;
	struct diag *diag;
	struct loc loc; /* the file as a whole: the JSON tree has no positions */
};

static bool read_number(
	const struct reader *r, const json_t *value, const char *where, double max, double *x)
{
	if (!json_is_number(value)) {
		diag_error(r->diag, r->loc, "'%s': %s", where,
			value ? "expected a number" : "the key is missing, expected a number");
		return false;
	}
	*x = json_number_value(value);
	if (*x >= 0 && *x <= max)
		return true;
	diag_error(r->diag, r->loc, "'%s': %g is out of range, expected 0 to %g", where, *x, max);
	return false;
}

static const char *read_text(const struct reader *r, const json_t *root, const char *key)
{
	const json_t *o = json_object_get(root, key);

	return json_is_string(o) ? arena_dup(r->arena, json_string_value(o)) : NULL;
}

static bool read_members(const struct reader *r, const json_t *map, const char *prefix,
	const struct member *m, size_t n, void *record)
{
	bool good = true;

	for (size_t k = 0; k < n; k++) {
		const json_t *value = json_object_get(map, m[k].key);
		if (value || !m[k].optional)
			good &= read_number(r, value, arena_printf(r->arena, "%s%s", prefix, m[k].key),
				m[k].max, at(record, &m[k]));
	}
	return good;
}

/* Records from before there was the key are of one pass. */
static bool read_passes(const struct reader *r, const json_t *map, const char *prefix, double *x)
{
	const json_t *value = json_object_get(map, "n_passes");

	*x = 1;
	if (!value || (read_number(r, value, arena_printf(r->arena, "%sn_passes", prefix), 2, x) &&
			      (*x == 1 || *x == 2)))
		return true;
	if (*x <= 2)
		diag_error(r->diag, r->loc, "'%sn_passes': expected 1, or 2 of inputs of either sign", prefix);
	return false;
}

static bool read_layer(const struct reader *r, const json_t *map, const struct layer *l, int i,
	int n_parts, struct layer_activity *out)
{
	const char *prefix = arena_printf(r->arena, "layers.%d.", i);
	const char *name = json_string_value(json_object_get(map, "name"));
	const json_t *state = json_object_get(map, "k_state"), *clipped = json_object_get(map, "k_clipped_part");
	bool good = true;

	if (!name || strcmp(name, l->name) != 0) {
		diag_error(r->diag, r->loc,
			"'%sname': found '%s', but layer %d with weights of the network is '%s'",
			prefix, name ? name : "", i, l->name);
		good = false;
	}
	out->name = l->name;
	for (size_t k = 0; k < (size_t)n_parts; k++) {
		good &= read_number(r, json_array_get(state, k),
			arena_printf(r->arena, "%sk_state", prefix), 1, &out->k_state[k]);
		if (clipped)
			good &= read_number(r, json_array_get(clipped, k),
				arena_printf(r->arena, "%sk_clipped_part", prefix), 1, &out->k_clipped_part[k]);
	}
	good &= read_passes(r, map, prefix, &out->n_passes);
	return read_members(r, map, prefix, layer_members, N_OF(layer_members), out) && good;
}

static bool read_root(
	const struct reader *r, const json_t *root, const struct network *net, struct activity *act)
{
	const json_t *layers = json_object_get(root, "layers");
	double n_batch = 1;
	bool good = true;

	if (json_integer_value(json_object_get(root, "format")) != 1) {
		diag_error(
			r->diag, r->loc, "this is not an activity file: expected '\"format\": 1'");
		return false;
	}
	if (json_array_size(layers) != (size_t)net->n_weight_layers) {
		diag_error(r->diag, r->loc,
			"'layers': %d layers, but the network has %d with weights",
			(int)json_array_size(layers), net->n_weight_layers);
		return false;
	}
	act->measured = json_is_true(json_object_get(root, "measured"));
	act->cells = read_text(r, root, "cells");
	act->update = read_text(r, root, "update");
	act->dataset = read_text(r, root, "dataset");
	good &= read_number(r, json_object_get(root, "n_batch"), "n_batch", 1e9, &n_batch);
	act->n_batch = (int)n_batch;
	good &= read_members(r, root, "", whole_members, N_OF(whole_members), act);
	if (good && (act->n_batch < 1 || (act->measured && act->n_images_per_epoch < 1))) {
		diag_error(r->diag, r->loc, "'n_batch' and the 'n_images_per_epoch' of a measured record must be at least 1");
		good = false;
	}
	act->n_layers = net->n_weight_layers;
	act->n_parts = (int)json_array_size(json_object_get(json_array_get(layers, 0), "k_state"));
	if (act->n_parts < 1 || act->n_parts > ACTIVITY_MAX_PARTS) {
		diag_error(r->diag, r->loc,
			"'layers.0.k_state': expected a state for each of 1 to %d parts of a synapse",
			ACTIVITY_MAX_PARTS);
		return false;
	}
	act->layer = NEW(r->arena, struct layer_activity, act->n_layers);
	for (int i = 0; i < act->n_layers; i++)
		good &= read_layer(r, json_array_get(layers, (size_t)i),
			network_weight_layer(net, i), i, act->n_parts, &act->layer[i]);
	return good;
}

struct activity *activity_read(
	struct arena *a, const char *path, const struct network *net, struct diag *d)
{
	struct source *src = NEW(a, struct source, 1);
	size_t n;
	char *text = file_read(a, path, MAX_FILE, &n);
	json_error_t error;
	struct activity *act = NEW(a, struct activity, 1);

	*src = (struct source){path, text};

	json_t *root = json_loadb(text, n, JSON_REJECT_DUPLICATES, &error);
	struct reader r = {a, d, {src, 0, 0}};

	if (!root) {
		diag_error(d, (struct loc){src, error.line, error.column > 0 ? error.column : 1}, "%s", error.text);
		return NULL;
	}

	bool good = read_root(&r, root, net, act);

	json_decref(root);
	return good ? act : NULL;
}
