/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Functions of the relative conductance r = g/g_max, in which published statistics of cells are given:
 * one row of curve_kinds[] each.
 */
#ifndef MHO_DEVICE_CURVE_H
#define MHO_DEVICE_CURVE_H

#include "base/field.h"

struct diag;

struct curve {
	const struct curve_kind *kind;
};

struct curve_kind {
	struct kind_head head;
	bool (*check)(const struct curve *, struct diag *);
	double (*at)(const struct curve *, double r);
};

extern const struct curve_kind *const curve_kinds[]; /* NULL-ended */

/* Its value at r, 0 <= r. */
double curve_at(const struct curve *, double r);

#endif
