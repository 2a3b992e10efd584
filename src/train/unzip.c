/* SPDX-License-Identifier: Apache-2.0 */
/* Reading bytes that may be gzip-compressed or not, through zlib's inflate. */
#include "train/unzip.h"

#include <string.h>
#include <zlib.h>

#include "base/arena.h"
#include "base/diag.h"

#define GZIP_WINDOW (15 + 16) /* largest window, gzip header and checksum wanted */
#define GZIP_MOST   1032      /* deflate never expands to more than this per byte of input */
#define CHUNK       ((size_t)1 << 30)

struct unzip {
	const uint8_t *in;
	size_t n, at; /* at: only without gzip */
	bool gzip, ended;
	z_stream z;
	const char *error;
};

struct unzip *unzip_open(struct arena *a, const uint8_t *in, size_t n)
{
	struct unzip *u = NEW(a, struct unzip, 1);

	u->in = in;
	u->n = n;
	u->gzip = n >= 2 && in[0] == 0x1f && in[1] == 0x8b;
	if (!u->gzip)
		return u;
	if (n > CHUNK)
		die("compressed data of more than %zu bytes", CHUNK);
	if (inflateInit2(&u->z, GZIP_WINDOW) != Z_OK)
		die("cannot start zlib");

	union {
		const uint8_t *keep;
		uint8_t *zlib; /* zlib reads only, but says so only with ZLIB_CONST */
	} input = {.keep = in};

	u->z.next_in = input.zlib;
	u->z.avail_in = (uInt)n;
	return u;
}

void unzip_close(struct unzip *u)
{
	if (u->gzip)
		inflateEnd(&u->z);
}

bool unzip_is_gzip(const struct unzip *u)
{
	return u->gzip;
}

size_t unzip_bound(const struct unzip *u)
{
	return u->gzip ? u->n * GZIP_MOST : u->n;
}

const char *unzip_error(const struct unzip *u)
{
	return u->error;
}

size_t unzip_rest(const struct unzip *u)
{
	return u->gzip && u->ended ? u->z.avail_in : 0;
}

static size_t copy(struct unzip *u, uint8_t *out, size_t n)
{
	size_t left = u->n - u->at, take = n < left ? n : left;

	if (take > 0)
		memcpy(out, u->in + u->at, take);
	u->at += take;
	return take;
}

/* A gzip file may hold several members, one after the other. */
static bool next_member(struct unzip *u)
{
	return u->z.avail_in >= 2 && u->z.next_in[0] == 0x1f && u->z.next_in[1] == 0x8b &&
		inflateReset(&u->z) == Z_OK;
}

size_t unzip_read(struct unzip *u, uint8_t *out, size_t n)
{
	size_t got = 0;

	if (!u->gzip)
		return copy(u, out, n);
	while (got < n && !u->ended && !u->error) {
		size_t want = n - got < CHUNK ? n - got : CHUNK;
		u->z.next_out = out + got;
		u->z.avail_out = (uInt)want;
		int status = inflate(&u->z, Z_NO_FLUSH);
		got += want - u->z.avail_out;
		if (status == Z_STREAM_END)
			u->ended = !next_member(u);
		else if (status == Z_BUF_ERROR ||
			 (status == Z_OK && u->z.avail_in == 0 && u->z.avail_out))
			u->error = "truncated gzip data";
		else if (status == Z_MEM_ERROR)
			die("out of memory");
		else if (status != Z_OK)
			u->error = u->z.msg && strstr(u->z.msg, "incorrect")
					   ? "corrupt gzip data: the checksum is wrong"
					   : "corrupt gzip data";
	}
	return got;
}
