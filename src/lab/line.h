/* SPDX-License-Identifier: Apache-2.0 */
/* A straight line z = base + slope x by least squares, from points that come one by one. */
#ifndef MHO_LAB_LINE_H
#define MHO_LAB_LINE_H

#include <math.h>

struct line {
	double n, x, z, xx, xz, zz; /* sums */
};

static inline void line_add(struct line *l, double x, double z)
{
	l->n++;
	l->x += x;
	l->z += z;
	l->xx += x * x;
	l->xz += x * z;
	l->zz += z * z;
}

/* Above 0 if there are two different x. */
static inline double line_det(const struct line *l)
{
	return l->n * l->xx - l->x * l->x;
}

/* 0 where it cannot be told. */
static inline double line_slope(const struct line *l)
{
	return line_det(l) > 0 ? (l->n * l->xz - l->x * l->z) / line_det(l) : 0;
}

static inline double line_base(const struct line *l)
{
	return (l->z - line_slope(l) * l->x) / l->n;
}

/* Sum of the squares that are left. */
static inline double line_left(const struct line *l)
{
	return fmax(l->zz - line_base(l) * l->z - line_slope(l) * l->xz, 0);
}

#endif
