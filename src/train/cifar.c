/* SPDX-License-Identifier: Apache-2.0 */
/*
 * CIFAR-10 as the authors' binary batches: records of one label byte and 3072 pixel bytes (red, green
 * and blue plane, row by row), 10000 to a file; five files for training, one for testing. May be
 * gzip-compressed.
 * Source   [Krizhevsky2009], the description on the author's page
 */
#include "train/cifar.h"

#include <string.h>

#include "base/arena.h"
#include "base/path.h"
#include "train/unzip.h"

#define FILE_MAX  ((size_t)1 << 29)
#define N_CLASSES 10
#define N_PIXELS  (3 * 32 * 32)
#define N_BATCHES 6 /* the last one for testing */
#define N_IMAGES  10000 /* of a batch */

bool cifar_parse(struct arena *a, struct loc at, const uint8_t *bytes, size_t n, struct images *out,
	struct diag *d)
{
	const size_t record = 1 + N_PIXELS;
	struct unzip *u = unzip_open(a, bytes, n);
	size_t bound = unzip_bound(u) / record + 1, got = 0;
	size_t most = bound < N_IMAGES ? bound : N_IMAGES;
	uint8_t *one = NEW(a, uint8_t, record);
	bool good = false;

	*out = (struct images){0, NEW(a, uint8_t, most *N_PIXELS), NEW(a, uint8_t, most)};
	while ((size_t)out->n < most && (got = unzip_read(u, one, record)) == record) {
		if (one[0] >= N_CLASSES) {
			diag_error(d, at, "label %d of image %d is out of range, expected 0 to %d",
				one[0], out->n, N_CLASSES - 1);
			unzip_close(u);
			return false;
		}
		out->label[out->n] = one[0];
		memcpy(out->pixel + (size_t)out->n * N_PIXELS, one + 1, N_PIXELS);
		out->n++;
	}
	if (unzip_error(u))
		diag_error(d, at, "%s: fetch the file again", unzip_error(u));
	else if (got > 0 && got < record)
		diag_error(d, at,
			"truncated: %zu bytes after %d whole images, expected records of %zu bytes",
			got, out->n, record);
	else if (unzip_rest(u) > 0 || unzip_read(u, one, 1) > 0)
		diag_error(d, at, "there are bytes after the %d images", out->n);
	else if (out->n == 0)
		diag_error(d, at, "the file is empty");
	else
		good = true;
	unzip_close(u);
	return good;
}

static bool read_file(struct arena *a, const char *folder, const struct dataset_file *f,
	struct images *out, struct diag *d)
{
	const char *path = dataset_find(a, folder, f->name);
	size_t n;

	if (!path) {
		diag_error(d, (struct loc){NULL, 0, 0}, "'%s/%s' is missing", folder, f->name);
		return false;
	}

	const char *bytes = file_read(a, path, FILE_MAX, &n);

	return cifar_parse(a, dataset_loc(a, path), (const uint8_t *)bytes, n, out, d);
}

static struct images join(struct arena *a, const struct images *part, int n_parts)
{
	struct images all = {0};

	for (int i = 0; i < n_parts; i++)
		all.n += part[i].n;
	all.pixel = NEW(a, uint8_t, (size_t)all.n *N_PIXELS);
	all.label = NEW(a, uint8_t, all.n);
	for (int i = 0, at = 0; i < n_parts; at += part[i++].n) {
		memcpy(all.pixel + (size_t)at * N_PIXELS, part[i].pixel,
			(size_t)part[i].n * N_PIXELS);
		memcpy(all.label + at, part[i].label, (size_t)part[i].n);
	}
	return all;
}

/* A file cut off between two images shows only beside the others: those for training hold equally many,
 * and the one for testing all of its images where these do. Smaller sets are somebody's own. */
static bool is_whole(struct arena *a, const char *folder, const struct dataset_file *f, const struct images *part,
	struct diag *d)
{
	int n_train = 0;
	bool good = true;

	for (int i = 0; i < N_BATCHES - 1; i++)
		n_train = part[i].n > n_train ? part[i].n : n_train;
	for (int i = 0; i < N_BATCHES; i++) {
		if (part[i].n == n_train || (i == N_BATCHES - 1 && n_train < N_IMAGES))
			continue;
		diag_error(d, dataset_loc(a, dataset_find(a, folder, f[i].name)),
			"%d images, but the other batches hold %d: fetch the file again", part[i].n, n_train);
		good = false;
	}
	return good;
}

static bool read_cifar(struct arena *a, const char *folder, struct dataset *s, struct diag *d)
{
	struct arena *scratch = arena_new();
	struct images part[N_BATCHES];
	bool good = true;

	for (int i = 0; i < N_BATCHES; i++)
		good &= read_file(scratch, folder, &s->kind->file[i], &part[i], d);
	good = good && is_whole(a, folder, s->kind->file, part, d);
	if (good) {
		s->train = join(a, part, N_BATCHES - 1);
		s->test = join(a, part + N_BATCHES - 1, 1);
	}
	arena_free(scratch);
	return good;
}

#define ONE_ARCHIVE(address)                                                                       \
	"curl -fsSL --connect-timeout 15 --retry 1 -o a.tar.gz " address                           \
	" && echo 'c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd  a.tar.gz'"    \
	" | sha256sum -c --quiet && tar -xzf a.tar.gz && rm a.tar.gz"

static const struct dataset_source get_cifar10[] = {
	{"the author's page", ONE_ARCHIVE("https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz")},
	{"the Swift for TensorFlow mirror",
		ONE_ARCHIVE("https://storage.googleapis.com/s4tf-hosted-binaries/datasets/CIFAR10/"
			    "cifar-10-binary.tar.gz")},
	{"the MindSpore mirror",
		ONE_ARCHIVE("https://mindspore-website.obs.cn-north-4.myhuaweicloud.com/notebook/"
			    "datasets/cifar-10-binary.tar.gz")},
	{"the JPEG copy in ../shared/data/cifar10",
		"[ -f \"$MHO_FROM\"/../shared/data/cifar10/unpack.sh ] && "
		"sh \"$MHO_FROM\"/../shared/data/cifar10/unpack.sh ."},
	{NULL, NULL},
};

static const struct dataset_file files_cifar10[] = {
	{"data_batch_1.bin", "cee916563c9f80d84e3cc88e17fdc0941787f1244f00a67874d45b261883ada5",
		"a6f48cd4d8745d5b80b6a0f7665654d54e1aacda199a3a966cb7958b11d38f22"},
	{"data_batch_2.bin", "a591ca11fa1708a91ee40f54b3da4784ccd871ecf2137de63f51ada8b3fa57ed",
		"0fedfbc7e914d425128b1bd02ce525bb46d91e8501ef68fa7212b115ee833d29"},
	{"data_batch_3.bin", "bbe8596564c0f86427f876058170b84dac6670ddf06d79402899d93ceea26f67",
		"98224e1a8a07e8e89e999b20ca6cde6227368fe22adde323001e2bd951a6377b"},
	{"data_batch_4.bin", "014e562d6e23c72197cc727519169a60359f5eccd8945ad5a09d710285ff4e48",
		"d15e189b4939a25320baf2370f8a90a276205c86ec9ba1a7078ee110750e4f60"},
	{"data_batch_5.bin", "755304fc0b379caeae8c14f0dac912fbc7d6cd469eb67a1029a08a39453a9add",
		"0c8c18d4d4520b54624388692c1c184a98d73ef1166ddcf5346e47a937e283b8"},
	{"test_batch.bin", "8e2eb146ae340b09e24670f29cabc6326dba54da8789dab6768acf480273f65b",
		"2696e48ae3fe74d50ecaacc0b8092b89bf95cd3f6471d079f4cbd39a956c18c3"},
	{NULL, NULL, NULL},
};

const struct dataset_kind dataset_cifar10 = {
	.name = "cifar10",
	.summary = "60000 colour pictures, 32 x 32, 10 classes",
	.source = "Krizhevsky2009",
	.folder = "cifar10",
	.how_to_get = "run 'mho data cifar10', or put the files of "
		      "https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz into a folder and "
		      "name it with --data",
	.shape = {3, 32, 32},
	.classes = N_CLASSES,
	.file = files_cifar10,
	.copy_sha256 = "f916d08aa5d13a6374bbd2efc9218bed353c7d7d68c77a340eb1638981e8d677",
	.copy_label = "CIFAR-10 (JPEG copy)",
	.get = get_cifar10,
	.read = read_cifar,
};
