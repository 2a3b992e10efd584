/* SPDX-License-Identifier: Apache-2.0 */
/* Labelled images in memory, and the readers that fill them. One descriptor per data set. */
#ifndef MHO_TRAIN_DATASET_H
#define MHO_TRAIN_DATASET_H

#include <stdbool.h>
#include <stdint.h>

#include "net/network.h"

struct arena;
struct diag;

struct images {
	int n;
	uint8_t *pixel; /* [n][c][h][w] */
	uint8_t *label; /* [n] */
};

struct dataset {
	const struct dataset_kind *kind;
	struct shape shape;
	int classes;
	struct images train, test;
};

struct dataset_file {
	const char *name;   /* without .gz */
	const char *sha256; /* of the uncompressed file; NULL: not pinned */
};

struct dataset_kind {
	const char *name, *summary, *source;
	const char *folder;     /* below each search folder */
	const char *how_to_get; /* what a user without it should do */
	struct shape shape;
	int classes;
	struct dataset_file
		file[5]; /* train images, train labels, test images, test labels; NULL-ended */
};

extern const struct dataset_kind *const dataset_kinds[]; /* NULL-ended: fashion-mnist, mnist */

/* The folder that holds all files of a data set (gzip or not): data_dir or, when NULL, $MHO_DATA,
 * ~/.cache/mho/data, /usr/share/datasets, ../shared/data. NULL after a reported error. */
const char *dataset_locate(
	struct arena *, const struct dataset_kind *, const char *data_dir, struct diag *);

/* SHA-256 of every file against the pinned values; false after reported errors. */
bool dataset_verify(struct arena *, const struct dataset_kind *, const char *folder, struct diag *);

/* Read it. NULL after reported errors (truncated, corrupt, wrong size, counts that differ). */
struct dataset *dataset_read(
	struct arena *, const struct dataset_kind *, const char *folder, struct diag *);

/* SHA-256 over pixels and labels as read, training then test: tells in a record which data a run had. */
void dataset_digest(const struct dataset *, char out[65]);

#endif
