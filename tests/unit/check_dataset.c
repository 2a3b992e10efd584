/* SPDX-License-Identifier: Apache-2.0 */
/* Data files, good and broken; every kind of damage has its own message. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "base/arena.h"
#include "base/diag.h"
#include "near.h"
#include "train/cifar.h"
#include "train/dataset.h"
#include "train/idx.h"
#include "train/sha256.h"

static const struct {
	const char *text;
	int n_repeat;
	const char *digest;
} sha_cases[] = {
	{"", 1, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
	{"abc", 1, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
	{"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 1,
		"248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
	{"a", 1000000, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"},
};

START_TEST(sha256_gives_the_published_digests)
{
	void (*const init[])(struct sha256 *) = {sha256_init, sha256_init_scalar};

	for (int k = 0; k < 2; k++) {
		struct sha256 s;
		char text[65];
		init[k](&s);
		for (int i = 0; i < sha_cases[_i].n_repeat; i++)
			sha256_add(&s, sha_cases[_i].text, strlen(sha_cases[_i].text));
		sha256_text(&s, text);
		ck_assert_str_eq(text, sha_cases[_i].digest);
	}
}
END_TEST

/* An IDX file being made. */
struct file {
	uint8_t byte[8192];
	size_t n;
};

static void put32(struct file *f, uint32_t x)
{
	for (int shift = 24; shift >= 0; shift -= 8)
		f->byte[f->n++] = (uint8_t)(x >> shift);
}

static struct file labels(uint32_t n, int last)
{
	struct file f = {{0}, 0};

	put32(&f, 0x0801);
	put32(&f, n);
	for (uint32_t i = 0; i < n; i++)
		f.byte[f.n++] = (uint8_t)(i + 1 < n ? i % 10 : (uint32_t)last);
	return f;
}

static struct file images(uint32_t n, uint32_t h, uint32_t w)
{
	struct file f = {{0}, 0};

	put32(&f, 0x0803);
	put32(&f, n);
	put32(&f, h);
	put32(&f, w);
	for (uint32_t i = 0; i < n * h * w; i++)
		f.byte[f.n++] = (uint8_t)(i * 7);
	return f;
}

static struct file zipped(const struct file *in)
{
	struct file out = {{0}, 0};
	z_stream z = {0};
	uint8_t copy[sizeof in->byte];

	memcpy(copy, in->byte, in->n);
	ck_assert_int_eq(deflateInit2(&z, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
	z.next_in = copy;
	z.avail_in = (uInt)in->n;
	z.next_out = out.byte;
	z.avail_out = sizeof out.byte;
	ck_assert_int_eq(deflate(&z, Z_FINISH), Z_STREAM_END);
	out.n = z.total_out;
	deflateEnd(&z);
	return out;
}

enum damage { NONE, CUT_1, CUT_HALF, CUT_TO_6, CUT_TO_2, ADD_1, FLIP_CRC, FLIP_MIDDLE };

static struct file damaged(struct file f, enum damage d)
{
	switch (d) {
	case NONE:
		break;
	case CUT_1:
		f.n--;
		break;
	case CUT_HALF:
		f.n /= 2;
		break;
	case CUT_TO_6:
		f.n = 6;
		break;
	case CUT_TO_2:
		f.n = 2;
		break;
	case ADD_1:
		f.byte[f.n++] = 0;
		break;
	case FLIP_CRC:
		f.byte[f.n - 8] ^= 1;
		break;
	case FLIP_MIDDLE:
		f.byte[f.n / 2] ^= 0xff;
		break;
	}
	return f;
}

static const struct {
	uint32_t magic;
	bool zip;
	enum damage damage;
	const char *message; /* NULL: good */
} idx_cases[] = {
	{0x0803, false, NONE, NULL},
	{0x0803, true, NONE, NULL},
	{0x0803, false, CUT_1, "truncated: 2351 of 2352 bytes of data are there"},
	{0x0803, false, CUT_HALF,
		"truncated: the header announces 2352 bytes of data, the file is too short"},
	{0x0803, false, CUT_TO_6, "truncated: the file ends within its header"},
	{0x0803, false, CUT_TO_2, "truncated: the file ends within the first 4 bytes"},
	{0x0803, true, CUT_1, "truncated gzip data: fetch the file again"},
	{0x0803, true, CUT_HALF, "truncated gzip data: fetch the file again"},
	{0x0803, false, ADD_1, "there are bytes after the 2352 bytes of data the header announces"},
	{0x0803, true, ADD_1, "there are bytes after the 2352 bytes of data the header announces"},
	{0x0803, true, FLIP_CRC, "corrupt gzip data: the checksum is wrong: fetch the file again"},
	{0x12340803, false, NONE,
		"neither an IDX nor a gzip file: it starts with 12 34 08 03, expected 00 00 08 03"},
	{0x0d03, false, NONE, "IDX data of type 0x0d, expected unsigned bytes (0x08)"},
	{0x0801, false, NONE, "IDX data of 1 dimensions, expected 3 (images)"},
};

START_TEST(idx_files_are_read_or_refused)
{
	struct arena *a = arena_new();
	FILE *sink = fopen("/dev/null", "w");
	struct diag *d = diag_new(a, sink);
	struct source src = {"test", NULL};
	struct file f = images(3, 28, 28);
	struct idx x;

	for (int i = 0; i < 4; i++)
		f.byte[i] = (uint8_t)(idx_cases[_i].magic >> (24 - 8 * i));
	if (idx_cases[_i].zip)
		f = zipped(&f);
	f = damaged(f, idx_cases[_i].damage);

	bool good = idx_parse(a, &src, f.byte, f.n, 3, &x, d);

	ck_assert(good == (idx_cases[_i].message == NULL));
	if (good) {
		ck_assert_int_eq(x.dim[0], 3);
		ck_assert_int_eq(x.dim[2], 28);
		for (int i = 0; i < 3 * 28 * 28; i++)
			ck_assert_uint_eq(x.data[i], (uint8_t)(i * 7));
	} else {
		ck_assert_str_eq(diag_first(d), idx_cases[_i].message);
	}
	fclose(sink);
	arena_free(a);
}
END_TEST

/* A header that promises more than there can be must not be believed. */
START_TEST(hostile_sizes_are_refused)
{
	struct arena *a = arena_new();
	FILE *sink = fopen("/dev/null", "w");
	struct source src = {"test", NULL};
	struct file f = {{0}, 0};
	struct idx x;

	put32(&f, 0x0803);
	put32(&f, 0xffffffff);
	put32(&f, 0xffffffff);
	put32(&f, 0xffffffff);

	struct diag *d = diag_new(a, sink);

	ck_assert(!idx_parse(a, &src, f.byte, f.n, 3, &x, d));
	ck_assert_str_eq(diag_first(d), "the header announces more than 1073741824 bytes of data");
	f.n = 0;
	put32(&f, 0x0803);
	put32(&f, 0);
	put32(&f, 28);
	put32(&f, 28);
	d = diag_new(a, sink);
	ck_assert(!idx_parse(a, &src, f.byte, f.n, 3, &x, d));
	ck_assert_str_eq(diag_first(d), "dimension 1 of the header is 0");
	fclose(sink);
	arena_free(a);
}
END_TEST

/* A whole data set in a temporary folder. */
static void save(const char *folder, const char *name, const struct file *f)
{
	char path[512];

	snprintf(path, sizeof path, "%s/%s", folder, name);

	FILE *out = fopen(path, "wb");

	ck_assert_ptr_nonnull(out);
	ck_assert_uint_eq(fwrite(f->byte, 1, f->n, out), f->n);
	fclose(out);
}

static void remove_all(const char *folder)
{
	char path[512];

	for (const struct dataset_file *f = dataset_fashion_mnist.file; f->name; f++) {
		snprintf(path, sizeof path, "%s/%s", folder, f->name);
		unlink(path);
		snprintf(path, sizeof path, "%s/%s.gz", folder, f->name);
		unlink(path);
	}
	rmdir(folder);
}

static const struct {
	uint32_t n_labels, h;
	int last_label;
	const char *message; /* NULL: good */
} set_cases[] = {
	{8, 28, 9, NULL},
	{9, 28, 9, "9 labels for 8 images"},
	{8, 30, 9, "images of 30 x 28, but 'fashion-mnist' has images of 28 x 28"},
	{8, 28, 10, "label 10 of image 7 is out of range, expected 0 to 9"},
};

START_TEST(data_sets_are_checked_as_a_whole)
{
	struct arena *a = arena_new();
	FILE *sink = fopen("/dev/null", "w");
	struct diag *d = diag_new(a, sink);
	char folder[] = "/tmp/mho-check-XXXXXX";
	struct file x = images(8, set_cases[_i].h, 28);
	struct file y = labels(set_cases[_i].n_labels, set_cases[_i].last_label);
	struct file test_x = images(8, 28, 28), test_y = labels(8, 3), zip_y = zipped(&y);

	ck_assert_ptr_nonnull(mkdtemp(folder));
	save(folder, "train-images-idx3-ubyte", &x);
	save(folder, "train-labels-idx1-ubyte.gz", &zip_y);
	save(folder, "t10k-images-idx3-ubyte", &test_x);
	save(folder, "t10k-labels-idx1-ubyte", &test_y);

	const char *found = dataset_locate(a, &dataset_fashion_mnist, folder, d);

	ck_assert_str_eq(found, folder);

	struct dataset *s = dataset_read(a, &dataset_fashion_mnist, found, d);

	ck_assert((s != NULL) == (set_cases[_i].message == NULL));
	if (s) {
		ck_assert_int_eq(s->train.n, 8);
		ck_assert_int_eq(s->train.label[7], 9);
		ck_assert(!dataset_verify(a, &dataset_fashion_mnist, found, d));
		ck_assert_ptr_nonnull(strstr(diag_first(d), "not the published file"));
	} else {
		ck_assert_str_eq(diag_first(d), set_cases[_i].message);
	}
	remove_all(folder);
	fclose(sink);
	arena_free(a);
}
END_TEST

START_TEST(a_missing_data_set_says_what_is_expected)
{
	struct arena *a = arena_new();
	FILE *sink = fopen("/dev/null", "w");
	struct diag *d = diag_new(a, sink);

	ck_assert(dataset_locate(a, &dataset_fashion_mnist, "/nonexistent", d) == NULL);
	ck_assert_ptr_nonnull(
		strstr(diag_first(d), "no data set 'fashion-mnist' in '/nonexistent'"));
	fclose(sink);
	arena_free(a);
}
END_TEST

/* The first n bytes of a batch of two images, the second with a label; gzip or not. */
static const struct {
	int n, label;
	bool zip;
	enum damage damage;
	const char *message; /* NULL: good */
} cifar_cases[] = {
	{2 * 3073, 9, false, NONE, NULL},
	{2 * 3073, 9, true, NONE, NULL},
	{2 * 3073, 10, false, NONE, "label 10 of image 1 is out of range, expected 0 to 9"},
	{2 * 3073, 9, false, CUT_1,
		"truncated: 3072 bytes after 1 whole images, expected records of 3073 bytes"},
	{2 * 3073, 9, false, ADD_1,
		"truncated: 1 bytes after 2 whole images, expected records of 3073 bytes"},
	{2 * 3073, 9, true, CUT_1, "truncated gzip data: fetch the file again"},
	{2 * 3073, 9, true, FLIP_CRC,
		"corrupt gzip data: the checksum is wrong: fetch the file again"},
	{0, 9, false, NONE, "the file is empty"},
};

START_TEST(cifar_batches_are_read_or_refused)
{
	struct arena *a = arena_new();
	FILE *sink = fopen("/dev/null", "w");
	struct diag *d = diag_new(a, sink);
	struct file f = {{0}, (size_t)cifar_cases[_i].n};
	struct images x;

	for (size_t i = 0; i < f.n; i++)
		f.byte[i] = (uint8_t)(i % 3073 == 0 ? 3 : i * 7);
	f.byte[3073] = (uint8_t)cifar_cases[_i].label;
	if (cifar_cases[_i].zip)
		f = zipped(&f);
	f = damaged(f, cifar_cases[_i].damage);

	bool good = cifar_parse(a, (struct loc){NULL, 0, 0}, f.byte, f.n, &x, d);

	ck_assert(good == (cifar_cases[_i].message == NULL));
	if (good) {
		ck_assert_int_eq(x.n, 2);
		ck_assert_int_eq(x.label[0], 3);
		ck_assert_int_eq(x.label[1], 9);
		ck_assert_int_eq(x.pixel[0], 7);
		ck_assert_int_eq(x.pixel[3072 + 5], (uint8_t)((3073 + 6) * 7));
	} else {
		ck_assert_str_eq(diag_first(d), cifar_cases[_i].message);
	}
	fclose(sink);
	arena_free(a);
}
END_TEST

START_TEST(batches_of_more_than_10000_images_are_refused)
{
	struct arena *a = arena_new();
	FILE *sink = fopen("/dev/null", "w");
	struct diag *d = diag_new(a, sink);
	struct images x;

	ck_assert(!cifar_parse(a, (struct loc){NULL, 0, 0}, NEW(a, uint8_t, 10001 * 3073),
		10001 * 3073, &x, d));
	ck_assert_str_eq(diag_first(d), "there are bytes after the 10000 images");
	fclose(sink);
	arena_free(a);
}
END_TEST

/* Two images to a file; first..last of the files are cut to one. */
static struct dataset *small_cifar(struct arena *a, const struct dataset_kind *kind, int first, int last, struct diag *d)
{
	char folder[] = "/tmp/mho-check-XXXXXX";
	struct dataset *s;

	ck_assert_ptr_nonnull(mkdtemp(folder));
	for (int i = 0; kind->file[i].name; i++) {
		struct file f = {{0}, i >= first && i <= last ? 3073 : 2 * 3073};
		f.byte[3073] = 1;
		save(folder, kind->file[i].name, &f);
	}
	s = dataset_read(a, kind, folder, d);
	for (const struct dataset_file *x = kind->file; x->name; x++)
		unlink(arena_printf(a, "%s/%s", folder, x->name));
	rmdir(folder);
	return s;
}

static const struct {
	int first, last;
	const char *message; /* NULL: good */
} batch_cases[] = {
	{9, 9, NULL},
	{5, 5, NULL}, /* a small set's own number of test images */
	{0, 4, NULL},
	{2, 2, "1 images, but the other batches hold 2: fetch the file again"},
	{1, 4, "1 images, but the other batches hold 2: fetch the file again"},
};

START_TEST(training_batches_hold_equally_many_images)
{
	struct arena *a = arena_new();
	FILE *sink = fopen("/dev/null", "w");
	struct diag *d = diag_new(a, sink);
	struct dataset *s = small_cifar(a, &dataset_cifar10, batch_cases[_i].first, batch_cases[_i].last, d);

	ck_assert((s != NULL) == (batch_cases[_i].message == NULL));
	if (!s)
		ck_assert_str_eq(diag_first(d), batch_cases[_i].message);
	fclose(sink);
	arena_free(a);
}
END_TEST

START_TEST(a_known_copy_is_told_apart)
{
	struct arena *a = arena_new();
	struct diag *d = diag_new(a, stderr);
	struct dataset_kind kind = dataset_cifar10;
	struct dataset *s = small_cifar(a, &kind, 9, 9, d);

	ck_assert_ptr_nonnull(s);
	ck_assert_str_eq(dataset_label(s), "cifar10");
	ck_assert_uint_eq(strlen(s->sha256), 64);
	kind.copy_sha256 = s->sha256;
	ck_assert_str_eq(dataset_label(small_cifar(a, &kind, 9, 9, d)), "CIFAR-10 (JPEG copy)");
	ck_assert_str_eq(dataset_label(small_cifar(a, &kind, 5, 5, d)), "cifar10");
	arena_free(a);
}
END_TEST

/* The digits that come with the program. */
START_TEST(the_digits_are_what_they_were)
{
	struct arena *a = arena_new();
	struct diag *d = diag_new(a, stderr);
	const char *folder = dataset_locate(a, &dataset_digits, NULL, d);

	ck_assert_ptr_nonnull(folder);
	ck_assert(dataset_verify(a, &dataset_digits, folder, d));
	struct dataset *s = dataset_read(a, &dataset_digits, folder, d);
	ck_assert_int_eq(s->train.n, 1397);
	ck_assert_int_eq(s->test.n, 400);
	arena_free(a);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("dataset");
	TCase *t = tcase_create("dataset");

	tcase_add_loop_test(
		t, sha256_gives_the_published_digests, 0, sizeof sha_cases / sizeof *sha_cases);
	tcase_add_loop_test(
		t, idx_files_are_read_or_refused, 0, sizeof idx_cases / sizeof *idx_cases);
	tcase_add_test(t, hostile_sizes_are_refused);
	tcase_add_loop_test(
		t, data_sets_are_checked_as_a_whole, 0, sizeof set_cases / sizeof *set_cases);
	tcase_add_test(t, a_missing_data_set_says_what_is_expected);
	tcase_add_loop_test(t, cifar_batches_are_read_or_refused, 0,
		sizeof cifar_cases / sizeof *cifar_cases);
	tcase_add_test(t, batches_of_more_than_10000_images_are_refused);
	tcase_add_loop_test(t, training_batches_hold_equally_many_images, 0, sizeof batch_cases / sizeof *batch_cases);
	tcase_add_test(t, a_known_copy_is_told_apart);
	tcase_add_test(t, the_digits_are_what_they_were);
	suite_add_tcase(s, t);
	return run_suite(s);
}
