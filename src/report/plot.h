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
	PLOT_BOXES, /* from 0 to y, as wide as the points stand apart, or the panel's w_box */
	PLOT_MARKS, /* marks, each colour with its own shape, joined by a line */
	PLOT_DOTS,  /* the same without the line */
	PLOT_WHISKERS, /* errors from low to high without a mark */
	PLOT_MAP   /* y over x, low the value as a shade from 0; a full grid, x slowest */
};

struct plot_point {
	double x, y, low, high;
};

struct plot_series {
	const char *title; /* NULL: not in the key */
	enum plot_style style;
	int color; /* 0 .. PLOT_COLORS - 1 */
	bool dashed; /* colours began anew */
	int n;
	const struct plot_point *point;
};

enum { PLOT_COLORS = 7, PLOT_SERIES = 32, PLOT_PANELS = 12 };

struct plot_panel {
	const char *title, *x_label, *y_label;
	bool log_x, log_y;
	bool whole_y; /* the y axis begins at 0 */
	double x_low, x_high; /* range of x; both 0: that of the points */
	double w_box;         /* 0: as wide as the points stand apart */
	int n_ticks;          /* of x at given places; 0: gnuplot's own */
	const char **tick;
	const double *x_tick;
	int n_series;
	struct plot_series series[PLOT_SERIES];
};

struct plot {
	const char *title;
	int n_columns; /* panels side by side */
	int n_panels;
	bool names; /* the data say in further columns what panel, series and place are called */
	struct plot_panel panel[PLOT_PANELS];
};

/* A new series of a panel; points are copied. */
void plot_add(struct arena *, struct plot_panel *, const char *title, enum plot_style, int color,
	const struct plot_point *, int n);

/* path ends with .svg. Dies (status 3) if gnuplot is not there or fails; an old figure stays then. */
void plot_write(struct arena *, const struct plot *, const char *path);

/* Is gnuplot there? */
bool plot_usable(void);

/* The drawing alone, as text; name: of the figure. */
const char *plot_text(struct arena *, const struct plot *, const char *name);

#endif
