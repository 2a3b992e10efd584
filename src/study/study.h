/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Studies: designs x networks x recipes x axes x seeds -> points, each trained and priced. Without
 * recipes nothing is trained and there is one row per point (sweep.h).
 */
#ifndef MHO_STUDY_STUDY_H
#define MHO_STUDY_STUDY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/field.h"
#include "study/axes.h"

struct design;
struct network;
struct recipe;
struct dataset;
struct kern;

#define DESIGN_FLOAT "float" /* exact arithmetic without hardware */

struct study {
	const char *name;
	const char *title;
	struct field_names designs, networks, recipes;
	bool train; /* false: recipes say how it would be, points are priced alone */
	struct field_reals seeds;
	const struct yaml *axes;  /* axes.h */
	const struct yaml *quick; /* map: path -> value, for --quick */
	struct field_list figures, sheets; /* struct figure, struct sheet: exhibits.h */
};

extern const struct field study_fields[];
extern const struct file_kind study_file;

/* One design, network, recipe and combination of axis values, loaded and checked. */
struct point {
	const char *design_name, *network_name, *recipe_name;
	struct loc design_loc, network_loc, recipe_loc; /* where they are named, for messages */
	struct loader loader;        /* its settings and files */
	const struct design *design; /* NULL: float */
	const struct network *network;
	const struct recipe *recipe;
	const char **axis_text; /* one per axis, as the user wrote it */
	struct point_texts {
		const char *node, *synapse, *cells, *update; /* NULL: float */
		const char *rule; /* NULL: no recipe */
	} text; /* what results say about it */
};

struct study_plan {
	const struct study *study;
	int n_axes;
	struct axis *axis;
	int n_points;
	struct point *point;
	int n_seeds;
	uint64_t *seed;
	const char **file; /* of the study itself, its path first */
	int n_file;
	const struct diag *diag; /* knows where the study's values stand */
};

/* Overrides that apply to every point (from --set); paths begin with study., design., network., recipe. */
struct study_sets {
	int n;
	const char **option; /* "PATH=VALUE" */
};

/* Its points are trained, not only priced. */
bool study_trains(const struct study *);

/* A study without its points: from a file by name, or from text that stands in one (name: what messages
 * call it). NULL after reported errors. */
struct study_plan *study_open(struct arena *, const char *name, const char *text, const struct study_sets *,
	struct diag *);

/* Load a study and all its points, if it trains; NULL after reported errors. */
struct study_plan *study_load(struct arena *, const char *name, const struct study_sets *, bool quick,
	struct diag *);

/* One point of a plan: its names, its values of the axes and a loader with all overrides, not loaded yet.
 * False after reported errors. */
bool study_point(const struct study_plan *, const struct study_sets *, bool quick, int i, struct arena *,
	struct diag *, struct point *);

/* What messages call point i of a plan: its number, its names and its values of the axes. */
const char *point_title(struct arena *, const struct study_plan *, int i);

/* Load the files a point names (recipe_name NULL: none) and check that they fit; its loader is set up
 * with all overrides. False after reported errors. */
bool point_load(struct point *);

#endif
