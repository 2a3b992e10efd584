/* SPDX-License-Identifier: Apache-2.0 */
/* What run.json says of a finished run. */
#ifndef MHO_REPORT_RECORD_H
#define MHO_REPORT_RECORD_H

#include "study/study.h"

struct arena;
struct diag;

struct record {
	const char *version, *command;
	const char *study;      /* text of the study file */
	struct study_sets sets; /* the --set options */
	const char *seeds;
	int n_data, n_files, n_assumed;
	struct record_pair {
		const char *key, *value;
	} *data, *file; /* what was read, and its SHA-256 */
	struct record_assumed {
		const char *path, *value; /* as a user would set it, in SI */
		const char *designs;      /* that have it */
	} *assumed;
	int n_defaults; /* settings of all points that no file names */
};

/* DIR/run.json; NULL after reported errors. Dies (status 3) if it cannot be read. */
struct record *record_read(struct arena *, const char *path, struct diag *);

#endif
