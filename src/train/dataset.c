/* SPDX-License-Identifier: Apache-2.0 */
/* The data sets we know, and how one is found, verified and read. */
#include "train/dataset.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/path.h"
#include "train/sha256.h"
#include "train/unzip.h"

#define FILE_MAX ((size_t)1 << 29)

const struct dataset_kind *const dataset_kinds[] = {
	&dataset_cifar10,
	&dataset_digits,
	&dataset_fashion_mnist,
	&dataset_mnist,
	NULL,
};

const struct dataset_kind *dataset_kind_of(const char *name)
{
	for (int i = 0; dataset_kinds[i]; i++)
		if (strcmp(dataset_kinds[i]->name, name) == 0)
			return dataset_kinds[i];
	return NULL;
}

const char *dataset_label(const struct dataset *s)
{
	return s->label ? s->label : s->kind->name;
}

const char *dataset_find(struct arena *a, const char *folder, const char *name)
{
	const char *plain = arena_printf(a, "%s/%s", folder, name);
	const char *gz = arena_printf(a, "%s/%s.gz", folder, name);

	return access(plain, R_OK) == 0 ? plain : access(gz, R_OK) == 0 ? gz : NULL;
}

static bool holds_all(struct arena *a, const struct dataset_kind *k, const char *folder)
{
	for (const struct dataset_file *f = k->file; f->name; f++)
		if (!dataset_find(a, folder, f->name))
			return false;
	return true;
}

const char *dataset_look_in(struct arena *a, const struct dataset_kind *k, const char *folder)
{
	const char *below = arena_printf(a, "%s/%s", folder, k->folder);

	return holds_all(a, k, below)    ? below
	       : holds_all(a, k, folder) ? arena_dup(a, folder)
					 : NULL;
}

/* "a, b and c" */
static const char *names_of_files(struct arena *a, const struct dataset_kind *k)
{
	const char *text = k->file[0].name;

	for (const struct dataset_file *f = k->file + 1; f->name; f++)
		text = arena_printf(a, "%s%s%s", text, f[1].name ? ", " : " and ", f->name);
	return text;
}

/* The folder of the data sets that come with the program, if this is one. */
static const char *own_folder(struct arena *a, const struct dataset_kind *k)
{
	const char *file = path_find(a, "datasets",
		arena_printf(a, "datasets/%s/%s.gz", k->folder, k->file[0].name));

	return file ? path_folder(a, path_folder(a, file)) : NULL;
}

const char *dataset_locate(
	struct arena *a, const struct dataset_kind *k, const char *data_dir, struct diag *d)
{
	const char *env = getenv("MHO_DATA"), *home = getenv("HOME");
	const char *folder[] = {
		env && *env ? env : NULL,
		home && *home ? arena_printf(a, "%s/.cache/mho/data", home) : NULL,
		"/usr/share/datasets",
		"../shared/data",
		own_folder(a, k),
	};
	const char *found = NULL, *tried = "";

	if (data_dir) {
		if (!(found = dataset_look_in(a, k, data_dir)))
			diag_error(d, (struct loc){NULL, 0, 0},
				"no data set '%s' in '%s': expected %s, with .gz or without",
				k->name, data_dir, names_of_files(a, k));
		return found;
	}
	for (size_t i = 0; i < sizeof folder / sizeof *folder && !found; i++) {
		if (!folder[i])
			continue;
		/* only below: these folders are shared by all data sets */
		const char *below = arena_printf(a, "%s/%s", folder[i], k->folder);
		found = holds_all(a, k, below) ? below : NULL;
		tried = arena_printf(a, "%s%s%s", tried, *tried ? ", " : "", below);
	}
	if (!found)
		diag_error(d, (struct loc){NULL, 0, 0}, "data set '%s' is not in %s: %s", k->name,
			tried, k->how_to_get);
	return found;
}

struct loc dataset_loc(struct arena *a, const char *path)
{
	struct source *src = NEW(a, struct source, 1);

	src->name = arena_dup(a, path);
	return (struct loc){src, 0, 0};
}

static bool verify_file(
	struct arena *a, const struct dataset_file *f, const char *path, struct diag *d)
{
	struct arena *scratch = arena_new();
	uint8_t *piece = NEW(scratch, uint8_t, 1 << 16);
	size_t n, got;
	const char *bytes = file_read(scratch, path, FILE_MAX, &n);
	struct unzip *u = unzip_open(scratch, (const uint8_t *)bytes, n);
	struct sha256 sum;
	char text[65];
	bool good = false;

	sha256_init(&sum);
	while ((got = unzip_read(u, piece, 1 << 16)) > 0)
		sha256_add(&sum, piece, got);
	sha256_text(&sum, text);
	if (unzip_error(u))
		diag_error(d, dataset_loc(a, path), "%s: fetch the file again", unzip_error(u));
	else if (unzip_rest(u))
		diag_error(d, dataset_loc(a, path), "%zu bytes after the end of the gzip data",
			unzip_rest(u));
	else if (f->sha256 && strcmp(text, f->sha256) != 0 &&
		 !(f->copy_sha256 && strcmp(text, f->copy_sha256) == 0))
		diag_error(d, dataset_loc(a, path),
			"not the published file: its SHA-256 (uncompressed) is %s, expected %s",
			text, f->sha256);
	else
		good = true;
	unzip_close(u);
	arena_free(scratch);
	return good;
}

bool dataset_verify(
	struct arena *a, const struct dataset_kind *k, const char *folder, struct diag *d)
{
	bool good = true;

	for (const struct dataset_file *f = k->file; f->name; f++) {
		const char *path = dataset_find(a, folder, f->name);
		if (path) {
			good &= verify_file(a, f, path, d);
		} else {
			diag_error(
				d, (struct loc){NULL, 0, 0}, "'%s/%s' is missing", folder, f->name);
			good = false;
		}
	}
	return good;
}

static void digest(const struct dataset *data, char out[65])
{
	const struct images *part[] = {&data->train, &data->test};
	size_t n_pixels = (size_t)shape_size(data->shape);
	struct sha256 sum;

	sha256_init(&sum);
	for (int i = 0; i < 2; i++) {
		sha256_add(&sum, part[i]->pixel, (size_t)part[i]->n * n_pixels);
		sha256_add(&sum, part[i]->label, (size_t)part[i]->n);
	}
	sha256_text(&sum, out);
}

struct dataset *dataset_read(
	struct arena *a, const struct dataset_kind *k, const char *folder, struct diag *d)
{
	struct dataset *s = NEW(a, struct dataset, 1);

	s->kind = k;
	s->shape = k->shape;
	s->classes = k->classes;
	if (!k->read(a, folder, s, d))
		return NULL;
	digest(s, s->sha256);
	if (k->copy_sha256 && strcmp(s->sha256, k->copy_sha256) == 0)
		s->label = k->copy_label;
	return s;
}
