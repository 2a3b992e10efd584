/* SPDX-License-Identifier: Apache-2.0 */
/* Reading bytes that may be gzip-compressed or not, from memory, piece by piece. */
#ifndef MHO_TRAIN_UNZIP_H
#define MHO_TRAIN_UNZIP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;
struct unzip;

/* in must stay valid until unzip_close. */
struct unzip *unzip_open(struct arena *, const uint8_t *in, size_t n);
void unzip_close(struct unzip *);

bool unzip_is_gzip(const struct unzip *);

/* The most bytes that can possibly come out, from the size of the input. */
size_t unzip_bound(const struct unzip *);

/* Up to n bytes into out, and how many came: fewer at the end, or when unzip_error says why. */
size_t unzip_read(struct unzip *, uint8_t *out, size_t n);

/* What is wrong with the compressed data ("truncated gzip data"...); NULL if nothing. */
const char *unzip_error(const struct unzip *);

/* Bytes of input behind the end of the compressed data. */
size_t unzip_rest(const struct unzip *);

#endif
