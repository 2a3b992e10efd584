/* SPDX-License-Identifier: Apache-2.0 */
/* The data sets we know, and how one is found, verified and read. */
#include "train/dataset.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/path.h"
#include "train/idx.h"
#include "train/sha256.h"
#include "train/unzip.h"

enum { TRAIN_IMAGES, TRAIN_LABELS, TEST_IMAGES, TEST_LABELS };

#define FILE_MAX ((size_t)1 << 29)

static const struct dataset_kind fashion_mnist = {
	.name = "fashion-mnist",
	.summary = "70000 grey pictures of clothing, 28 x 28, 10 classes",
	.source = "Xiao2017",
	.folder = "fashion-mnist",
	.how_to_get =
		"install the Debian package dataset-fashion-mnist, or put the four IDX files of "
		"https://github.com/zalandoresearch/fashion-mnist into a folder and name it with --data",
	.shape = {1, 28, 28},
	.classes = 10,
	.file =
		{
			{"train-images-idx3-ubyte",
				"c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888"},
			{"train-labels-idx1-ubyte",
				"bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9"},
			{"t10k-images-idx3-ubyte",
				"5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b"},
			{"t10k-labels-idx1-ubyte",
				"0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34"},
		},
};

static const struct dataset_kind mnist = {
	.name = "mnist",
	.summary = "70000 handwritten digits, 28 x 28, 10 classes",
	.source = "LeCun1998",
	.folder = "mnist",
	.how_to_get =
		"put the four IDX files (gzip or not), for example from "
		"https://storage.googleapis.com/cvdf-datasets/mnist, into a folder and name it with "
		"--data",
	.shape = {1, 28, 28},
	.classes = 10,
	.file =
		{
			{"train-images-idx3-ubyte",
				"ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"},
			{"train-labels-idx1-ubyte",
				"65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"},
			{"t10k-images-idx3-ubyte",
				"0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"},
			{"t10k-labels-idx1-ubyte",
				"ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"},
		},
};

const struct dataset_kind *const dataset_kinds[] = {&fashion_mnist, &mnist, NULL};

/* NAME or NAME.gz in a folder, NULL if neither can be read. */
static const char *find_in(struct arena *a, const char *folder, const char *name)
{
	const char *plain = arena_printf(a, "%s/%s", folder, name);
	const char *gz = arena_printf(a, "%s/%s.gz", folder, name);

	return access(plain, R_OK) == 0 ? plain : access(gz, R_OK) == 0 ? gz : NULL;
}

static bool holds_all(struct arena *a, const struct dataset_kind *k, const char *folder)
{
	for (const struct dataset_file *f = k->file; f->name; f++)
		if (!find_in(a, folder, f->name))
			return false;
	return true;
}

/* The folder itself, or the data set's folder in it. */
static const char *look_in(struct arena *a, const struct dataset_kind *k, const char *folder)
{
	const char *below = arena_printf(a, "%s/%s", folder, k->folder);

	return holds_all(a, k, below)    ? below
	       : holds_all(a, k, folder) ? arena_dup(a, folder)
					 : NULL;
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
	};
	const char *found = NULL, *tried = "";

	if (data_dir) {
		if (!(found = look_in(a, k, data_dir)))
			diag_error(d, (struct loc){NULL, 0, 0},
				"no data set '%s' in '%s': expected %s, %s, %s and %s, with .gz or without",
				k->name, data_dir, k->file[0].name, k->file[1].name,
				k->file[2].name, k->file[3].name);
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

static struct loc loc_of_file(struct arena *a, const char *path)
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
		diag_error(d, loc_of_file(a, path), "%s: fetch the file again", unzip_error(u));
	else if (unzip_rest(u))
		diag_error(d, loc_of_file(a, path), "%zu bytes after the end of the gzip data",
			unzip_rest(u));
	else if (f->sha256 && strcmp(text, f->sha256) != 0)
		diag_error(d, loc_of_file(a, path),
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
		const char *path = find_in(a, folder, f->name);
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

static bool images_match(
	const struct dataset_kind *k, const struct idx *x, struct loc at, struct diag *d)
{
	if (x->dim[1] == k->shape.h && x->dim[2] == k->shape.w)
		return true;
	diag_error(d, at, "images of %d x %d, but '%s' has images of %d x %d", x->dim[1], x->dim[2],
		k->name, k->shape.h, k->shape.w);
	return false;
}

static bool labels_match(const struct dataset_kind *k, const struct idx *x, int n_images,
	struct loc at, struct diag *d)
{
	if (x->dim[0] != n_images) {
		diag_error(d, at, "%d labels for %d images", x->dim[0], n_images);
		return false;
	}
	for (int i = 0; i < x->dim[0]; i++)
		if (x->data[i] >= k->classes) {
			diag_error(d, at, "label %d of image %d is out of range, expected 0 to %d",
				x->data[i], i, k->classes - 1);
			return false;
		}
	return true;
}

/* Images and labels that belong together; both files are read, so that both are reported. */
static bool read_half(struct arena *a, const struct dataset_kind *k, const char *folder, int first,
	struct images *out, struct diag *d)
{
	struct idx images, labels;
	const char *path[2];
	bool good[2];

	for (int i = 0; i < 2; i++) {
		path[i] = find_in(a, folder, k->file[first + i].name);
		if (!path[i]) {
			diag_error(d, (struct loc){NULL, 0, 0}, "'%s/%s' is missing", folder,
				k->file[first + i].name);
			return false;
		}
	}
	good[0] = idx_read(a, path[0], 3, &images, d) &&
		  images_match(k, &images, loc_of_file(a, path[0]), d);
	good[1] = idx_read(a, path[1], 1, &labels, d);
	if (!good[0] || !good[1] ||
		!labels_match(k, &labels, images.dim[0], loc_of_file(a, path[1]), d))
		return false;
	*out = (struct images){images.dim[0], images.data, labels.data};
	return true;
}

struct dataset *dataset_read(
	struct arena *a, const struct dataset_kind *k, const char *folder, struct diag *d)
{
	struct dataset *s = NEW(a, struct dataset, 1);

	s->kind = k;
	s->shape = k->shape;
	s->classes = k->classes;

	bool train = read_half(a, k, folder, TRAIN_IMAGES, &s->train, d);
	bool test = read_half(a, k, folder, TEST_IMAGES, &s->test, d);

	return train && test ? s : NULL;
}

void dataset_digest(const struct dataset *data, char out[65])
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
