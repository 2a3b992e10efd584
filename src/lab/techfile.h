/* SPDX-License-Identifier: Apache-2.0 */
/* A fitted cell as the text of a techfile: each fitted value with the data file as its source and its
 * standard error in the note; everything else from a base cell, or assumed. */
#ifndef MHO_LAB_TECHFILE_H
#define MHO_LAB_TECHFILE_H

#include "base/field.h"
#include "lab/fit.h"

struct arena;

/* What a cell file holds before a fit: the settings of a loaded cell, by path. */
struct techfile {
	const struct setting *setting;
	int n;
};

/* The template of a cell of which only pulses are known, to load like a file. */
extern const char techfile_template[];

/* Of one of the results; data: how the source of fitted values is named. */
char *techfile_of_fit(struct arena *, const struct techfile *base, const struct fit *, const struct fit_result *,
	const char *name, const char *data);

#endif
