/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Axes of a study: what varies, value by value. Three forms stand in a study file:
 *     design.array.n_rows: [64, 128]                          a path and its values
 *     asymmetry: {PATH: [0, 3], PATH: [0, -3]}                paths that move together
 *     rule: {SGD: {PATH: value}, averaged: {PATH: value}}     named settings
 */
#ifndef MHO_STUDY_AXES_H
#define MHO_STUDY_AXES_H

#include <stdbool.h>

#include "base/yaml.h"

struct arena;
struct diag;
struct loader;

/* One value of an axis: what results call it, and what it sets. */
struct axis_value {
	const char *text;
	int n;
	struct axis_setting {
		const char *path;
		const struct yaml *to;
		struct loc loc;
	} *set;
};

struct axis {
	const char *name; /* its column: the path, or the name given */
	int n;
	struct axis_value *value;
	struct loc loc;
};

/* The axes of a study's map (NULL: none); false after reported errors. */
bool axes_read(struct arena *, const struct yaml *map, struct axis **, int *n, struct diag *);

/* Does a path begin with the kind of file it varies? Reported if not. */
bool axes_path(const char *path, struct loc, struct diag *);

/* Override what the value sets. */
void axis_apply(struct arena *, const struct axis_value *, struct loader *);

/* The value of that text, -1 if there is none. */
int axis_find(const struct axis *, const char *text);

#endif
