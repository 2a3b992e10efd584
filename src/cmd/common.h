/* SPDX-License-Identifier: Apache-2.0 */
/* What several commands do alike: threads, data, overrides, progress. */
#ifndef MHO_CMD_COMMON_H
#define MHO_CMD_COMMON_H

#include "cmd/cmd.h"
#include "study/evaluate.h"
#include "study/study.h"

struct dataset;

/* --threads; may start the program again, so call it first. */
void common_threads(const struct args *);

/* --isa: the kernels asked for, NULL for the best usable. */
const struct kern *common_kern(const struct args *);

/* The --set options; a path without design., network., recipe. or study. gets the prefix. */
struct study_sets common_sets(const struct args *, const char *prefix);

/* A data set by name, read from --data DIR (or the search path); NULL after reported errors. */
const struct dataset *common_data(struct arena *, const char *name, const char *folder, struct diag *);

/* The point named by the words DESIGN NETWORK and the options --recipe, --epochs and --set, which win
 * over the sets in first (NULL: none); false after reported errors. */
bool common_point(struct args *, struct point *, const char *dflt_recipe, const struct study_sets *first,
	struct diag *);

/* Its data. --data NAME or DIR: the name of a data set replaces the recipe's, anything else is a
 * folder. */
const struct dataset *common_point_data(struct args *, const struct point *, struct diag *);

/* The values in use that nobody published, a line each; nothing if there is none. */
void common_assumed(const struct loader *, FILE *);

/* A progress bar on stderr with rate and time left; silent unless stderr is a terminal or wanted. */
struct progress {
	bool on;
	const char *what;
	int epochs;
	double start, last;
};
void progress_start(struct progress *, const char *what, int epochs, bool wanted);
void progress_show(void *progress, int epoch, double share);
void progress_clear(struct progress *);

/* Effective settings, file hashes, versions: the text of run.json. */
struct run_record {
	const struct args *args;
	const uint64_t *seed;
	int n_seeds;
	const struct loader *const *loader; /* one per point */
	const char *const *name;            /* of the point */
	int n_points;
	const char *const *file; /* further input files */
	int n_files;
	const struct dataset *const *data;
	int n_data;
	const char *study;             /* text of the study file; NULL: no study */
	const struct study_sets *sets; /* of the study */
};
char *common_run_json(struct arena *, const struct run_record *);

#endif
