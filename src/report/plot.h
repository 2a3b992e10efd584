/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Figures: panels of lines, bands, points, steps and maps. A figure leaves three files beside each
 * other: NAME.csv (every number shown), NAME.gp (the gnuplot script that draws them) and NAME.svg.
 * Same numbers, same bytes.
 */
#ifndef MHO_REPORT_PLOT_H
#define MHO_REPORT_PLOT_H

#include <stdbool.h>
#include <stddef.h>

struct arena;

enum plot_style {
	PLOT_LINE,
	PLOT_DASHES,
	PLOT_POINTS,
	PLOT_BARS, /* errors from low to high around y */
	PLOT_BAND, /* low to high over x */
	PLOT_BOXES, /* from 0 to y, as wide as the points stand apart */
	PLOT_MAP   /* y over x, low the value as a shade from 0; a full grid, x slowest */
};

struct plot_point {
	double x, y, low, high;
};

struct plot_series {
	const char *title; /* NULL: not in the key */
	enum plot_style style;
	int color; /* 0 .. PLOT_COLORS - 1 */
	int n;
	const struct plot_point *point;
};

enum { PLOT_COLORS = 7, PLOT_SERIES = 16, PLOT_PANELS = 6 };

struct plot_panel {
	const char *title, *x_label, *y_label;
	bool log_x, log_y;
	bool whole_y; /* the y axis begins at 0 */
	int n_series;
	struct plot_series series[PLOT_SERIES];
};

struct plot {
	const char *title;
	int n_columns; /* panels side by side */
	int n_panels;
	struct plot_panel panel[PLOT_PANELS];
};

/* A new series of a panel; points are copied. */
void plot_add(struct arena *, struct plot_panel *, const char *title, enum plot_style, int color,
	const struct plot_point *, int n);

/* path ends with .svg. Dies (status 3) if gnuplot is not there or fails; an old figure stays then. */
void plot_write(struct arena *, const struct plot *, const char *path);

#endif
