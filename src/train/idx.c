/* SPDX-License-Identifier: Apache-2.0 */
/* The IDX reader. Nothing in the file is believed before it is checked. */
#include "train/idx.h"

#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/path.h"
#include "train/unzip.h"

#define FILE_MAX  ((size_t)1 << 29)
#define DATA_MAX  ((uint64_t)1 << 30)
#define TYPE_BYTE 0x08

static bool fail_to_unzip(const struct unzip *u, struct loc at, struct diag *d)
{
	if (!unzip_error(u))
		return false;
	diag_error(d, at, "%s: fetch the file again", unzip_error(u));
	return true;
}

static bool read_magic(struct unzip *u, int n_dims, struct loc at, struct diag *d)
{
	uint8_t magic[4] = {0};
	size_t got = unzip_read(u, magic, sizeof magic);

	if (fail_to_unzip(u, at, d))
		return false;
	if (got < sizeof magic) {
		diag_error(d, at, "truncated: the file ends within the first 4 bytes");
		return false;
	}
	if (magic[0] != 0 || magic[1] != 0) {
		diag_error(d, at,
			"neither an IDX nor a gzip file: it starts with %02x %02x %02x %02x, expected 00 00 %02x "
			"%02x",
			magic[0], magic[1], magic[2], magic[3], TYPE_BYTE, n_dims);
		return false;
	}
	if (magic[2] != TYPE_BYTE) {
		diag_error(d, at, "IDX data of type 0x%02x, expected unsigned bytes (0x%02x)",
			magic[2], TYPE_BYTE);
		return false;
	}
	if (magic[3] != n_dims) {
		diag_error(d, at, "IDX data of %d dimensions, expected %d (%s)", magic[3], n_dims,
			n_dims == 1 ? "labels" : "images");
		return false;
	}
	return true;
}

/* Dimensions and their product, which is sure to fit size_t and int. */
static bool read_dims(
	struct unzip *u, int n_dims, struct loc at, struct idx *x, uint64_t *n, struct diag *d)
{
	*n = 1;
	for (int i = 0; i < n_dims; i++) {
		uint8_t b[4] = {0};
		size_t got = unzip_read(u, b, sizeof b);
		if (fail_to_unzip(u, at, d))
			return false;
		if (got < sizeof b) {
			diag_error(d, at, "truncated: the file ends within its header");
			return false;
		}
		uint32_t dim =
			(uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
		if (dim == 0) {
			diag_error(d, at, "dimension %d of the header is 0", i + 1);
			return false;
		}
		if (dim > DATA_MAX / *n) {
			diag_error(d, at, "the header announces more than %llu bytes of data",
				(unsigned long long)DATA_MAX);
			return false;
		}
		x->dim[i] = (int)dim;
		*n *= dim;
	}
	return true;
}

static bool read_data(
	struct arena *a, struct unzip *u, struct loc at, struct idx *x, uint64_t n, struct diag *d)
{
	/* do not allocate what cannot come */
	if (n > unzip_bound(u)) {
		diag_error(d, at,
			"truncated: the header announces %llu bytes of data, the file is too short",
			(unsigned long long)n);
		return false;
	}
	x->data = NEW(a, uint8_t, n);

	size_t got = unzip_read(u, x->data, (size_t)n);

	if (got < n) {
		if (!fail_to_unzip(u, at, d))
			diag_error(d, at, "truncated: %zu of %llu bytes of data are there", got,
				(unsigned long long)n);
		return false;
	}

	uint8_t beyond;

	got = unzip_read(u, &beyond, 1);
	if (fail_to_unzip(u, at, d))
		return false;
	if (got > 0 || unzip_rest(u) > 0) {
		diag_error(d, at,
			"there are bytes after the %llu bytes of data the header announces",
			(unsigned long long)n);
		return false;
	}
	return true;
}

bool idx_parse(struct arena *a, const struct source *src, const uint8_t *bytes, size_t n,
	int n_dims, struct idx *x, struct diag *d)
{
	struct loc at = {src, 0, 0};
	struct unzip *u = unzip_open(a, bytes, n);
	uint64_t n_data = 0;

	*x = (struct idx){{1, 1, 1}, NULL};

	bool good = read_magic(u, n_dims, at, d) && read_dims(u, n_dims, at, x, &n_data, d) &&
		    read_data(a, u, at, x, n_data, d);

	unzip_close(u);
	return good;
}

bool idx_read(struct arena *a, const char *path, int n_dims, struct idx *x, struct diag *d)
{
	struct arena *scratch = arena_new();
	struct source *src = NEW(a, struct source, 1);
	size_t n;
	const char *bytes = file_read(scratch, path, FILE_MAX, &n);

	src->name = arena_dup(a, path);

	bool good = idx_parse(a, src, (const uint8_t *)bytes, n, n_dims, x, d);

	arena_free(scratch);
	return good;
}
