/* SPDX-License-Identifier: Apache-2.0 */
/*
 * IDX: the file format of MNIST and its relatives. Big-endian: two zero bytes, the type (0x08:
 * unsigned bytes, the only one read here), the number of dimensions, each dimension as 32 bits,
 * then the data. May be gzip-compressed.
 * Source   [LeCun1998], the description on the authors' page
 */
#ifndef MHO_TRAIN_IDX_H
#define MHO_TRAIN_IDX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;
struct diag;
struct source;

#define IDX_MAX_DIMS 3

struct idx {
	int dim[IDX_MAX_DIMS];
	uint8_t *data; /* [dim[0]][dim[1]][dim[2]] */
};

/* A file that has exactly n_dims dimensions; false after a reported error. */
bool idx_read(struct arena *, const char *path, int n_dims, struct idx *, struct diag *);

/* The same from memory. */
bool idx_parse(struct arena *, const struct source *, const uint8_t *bytes, size_t n, int n_dims,
	struct idx *, struct diag *);

#endif
