/* SPDX-License-Identifier: Apache-2.0 */
/* run.json: everything needed to make a run again. No dates, no host names. */
#include <stdio.h>
#include <string.h>

#include <cblas.h>
#include <gsl/gsl_version.h>
#include <jansson.h>
#include <sqlite3.h>
#include <yaml.h>
#include <zlib.h>

#include "base/arena.h"
#include "base/json_text.h"
#include "base/path.h"
#include "train/dataset.h"
#include "train/sha256.h"
#include "cmd/common.h"

#define MAX_INPUT_BYTES ((size_t)16 << 20)

static json_t *settings_json(const struct loader *l)
{
	json_t *all = json_object();

	for (int i = 0; i < l->n_setting; i++) {
		const struct setting *s = &l->setting[i];
		json_t *one = json_object();
		json_object_set_new(one, "value", json_string(s->text));
		if (s->source)
			json_object_set_new(one, "source", json_string(s->source));
		if (s->is_default)
			json_object_set_new(one, "default", json_true());
		json_object_set_new(all, s->path, one);
	}
	return all;
}

/* Folder and name: enough to tell files apart, nothing of the machine they lie on. */
static const char *short_path(struct arena *a, const char *path)
{
	const char *folder = path_folder(a, path), *slash = strrchr(folder, '/'), *name = strrchr(path, '/');

	return arena_printf(a, "%s/%s", slash ? slash + 1 : folder, name ? name + 1 : path);
}

static void add_hash(struct arena *a, json_t *files, const char *path)
{
	struct sha256 sum;
	char hex[65];
	size_t n, mark;

	const char *key = short_path(a, path);

	if (json_object_get(files, key))
		return;

	mark = arena_mark(a);

	char *text = file_read(a, path, MAX_INPUT_BYTES, &n);

	sha256_init(&sum);
	sha256_add(&sum, text, n);
	sha256_text(&sum, hex);
	json_object_set_new(files, key, json_string(hex));
	arena_reset(a, mark);
}

static json_t *libraries_json(void)
{
	json_t *all = json_object();

	json_object_set_new(all, "libyaml", json_string(yaml_get_version_string()));
	json_object_set_new(all, "gsl", json_string(gsl_version));
	json_object_set_new(all, "openblas", json_string(openblas_get_config()));
	json_object_set_new(all, "jansson", json_string(jansson_version_str()));
	json_object_set_new(all, "zlib", json_string(zlibVersion()));
	json_object_set_new(all, "sqlite", json_string(sqlite3_libversion()));
	return all;
}

/* The command without --resume: it says how a result came about, not what it is. */
static const char *lasting(struct arena *a, const char *command)
{
	static const char option[] = " --resume";
	const char *at = strstr(command, option);
	size_t n = sizeof option - 1;

	if (!at || (at[n] != ' ' && at[n] != '\0'))
		return command;
	return arena_printf(a, "%.*s%s", (int)(at - command), command, at + n);
}

char *common_run_json(struct arena *a, const struct run_record *r)
{
	json_t *root = json_object(), *points = json_array(), *files = json_object(), *seeds = json_array();
	json_t *data = json_object();

	for (int i = 0; i < r->n_points; i++) {
		json_t *point = json_object();
		json_object_set_new(point, "point", json_string(r->name[i]));
		json_object_set_new(point, "settings", settings_json(r->loader[i]));
		json_array_append_new(points, point);
		for (int k = 0; k < r->loader[i]->n_file; k++)
			add_hash(a, files, r->loader[i]->file[k]);
	}
	for (int i = 0; i < r->n_files; i++)
		add_hash(a, files, r->file[i]);
	for (int i = 0; i < r->n_data; i++)
		json_object_set_new(data, dataset_label(r->data[i]), json_string(r->data[i]->sha256));
	for (int i = 0; i < r->n_seeds; i++)
		json_array_append_new(seeds, json_integer((json_int_t)r->seed[i]));
	json_object_set_new(root, "version", json_string(MHO_VERSION));
	if (r->args) /* else for a file whose bytes must not depend on threads and folders */
		json_object_set_new(root, "command", json_string(lasting(a, r->args->command_line)));
	if (r->study) {
		json_t *sets = json_array();
		for (int i = 0; i < r->sets->n; i++)
			json_array_append_new(sets, json_string(r->sets->option[i]));
		json_object_set_new(root, "study", json_string(r->study));
		json_object_set_new(root, "set", sets);
	}
	json_object_set_new(root, "seeds", seeds);
	json_object_set_new(root, "sha256", files);
	json_object_set_new(root, "data", data);
	json_object_set_new(root, "libraries", libraries_json());
	json_object_set_new(root, "points", points);

	return json_text(a, root);
}
