/* SPDX-License-Identifier: Apache-2.0 */
/* Labelled images in memory, and the readers that fill them. One descriptor per data set. */
#ifndef MHO_TRAIN_DATASET_H
#define MHO_TRAIN_DATASET_H

#include <stdbool.h>
#include <stdint.h>

#include "base/diag.h"
#include "net/network.h"

struct arena;

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
	char sha256[65];   /* over pixels and labels as read, training then test */
	const char *label; /* what results call it; NULL: the kind's name */
};

struct dataset_file {
	const char *name;        /* without .gz */
	const char *sha256;      /* of the uncompressed file; NULL: not pinned */
	const char *copy_sha256; /* of the known copy that is not the original; NULL: none */
};

/* One way to get the files: a shell command run in an empty folder, which leaves them there or in a
 * folder below, gzip or not. $FILES are the names of the files, $MHO_FROM the folder mho runs in. */
struct dataset_source {
	const char *what, *command;
};

struct dataset_kind {
	const char *name, *summary, *source;
	const char *folder;     /* below each search folder */
	const char *how_to_get; /* what a user without it should do */
	struct shape shape;
	int classes;
	const struct dataset_file *file;  /* NULL-ended */
	const struct dataset_source *get; /* NULL-ended, tried in turn */
	const char *copy_sha256, *copy_label; /* of a known copy that is not the original, read; NULL: none */
	/* Fills train and test; false after reported errors. */
	bool (*read)(struct arena *, const char *folder, struct dataset *, struct diag *);
};

/* NULL-ended: cifar10, digits, fashion-mnist, mnist */
extern const struct dataset_kind *const dataset_kinds[];
extern const struct dataset_kind dataset_cifar10, dataset_digits, dataset_fashion_mnist,
	dataset_mnist;

/* What results call the data: tells copies from the original. */
const char *dataset_label(const struct dataset *);

/* The kind of that name, NULL if there is none. */
const struct dataset_kind *dataset_kind_of(const char *name);

/* NAME or NAME.gz in a folder, NULL if neither can be read. */
const char *dataset_find(struct arena *, const char *folder, const char *name);
/* The folder or the data set's folder in it, whichever holds all files; NULL if neither. */
const char *dataset_look_in(struct arena *, const struct dataset_kind *, const char *folder);
/* A file as the place of a message. */
struct loc dataset_loc(struct arena *, const char *path);

/* The folder that holds all files of a data set (gzip or not): data_dir or, when NULL, $MHO_DATA,
 * ~/.cache/mho/data, /usr/share/datasets, ../shared/data, the source tree's data. NULL after a
 * reported error. */
const char *dataset_locate(
	struct arena *, const struct dataset_kind *, const char *data_dir, struct diag *);

/* SHA-256 of every file against the pinned values; false after reported errors. */
bool dataset_verify(struct arena *, const struct dataset_kind *, const char *folder, struct diag *);

/* Read it, and tell which data they are. NULL after reported errors (truncated, corrupt, wrong size, counts that differ). */
struct dataset *dataset_read(
	struct arena *, const struct dataset_kind *, const char *folder, struct diag *);

#endif
