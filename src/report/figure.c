/* SPDX-License-Identifier: Apache-2.0 */
#include "report/figure.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/spread.h"
#include "report/labels.h"

enum {
	CURVES = PLOT_SERIES / 2, /* each has its error bars */
	CROWD = 300 /* marks that are drawn small */
};

/* Rows by panel, curve and place along x. */
struct groups {
	struct arena *arena;
	const struct figure *figure;
	const struct frame *frame;
	struct diag *diag;
	int x, y, panel, *series;
	struct words panels, curves, places;
	struct group {
		struct spread x, y;
		const char *point;
	} *group;
	double *x_place;     /* of the places along x */
	const char *x_unit;  /* NULL: places are names */
	struct scale scale, x_scale;
};

static struct loc nowhere(void)
{
	return (struct loc){NULL, 0, 0};
}

static const char *curve_of(const struct groups *g, int row)
{
	const char *text = "";

	for (int i = 0; i < g->figure->series.n; i++)
		text = arena_printf(g->arena, "%s%s%s", text, i ? ", " : "",
			label_value(g->arena, g->figure->series.value[i], frame_text(g->frame, row, g->series[i])));
	return text;
}

static const char *place_of(const struct groups *g, int row)
{
	bool scatter = g->figure->kind == FIGURE_SCATTER;

	return frame_text(g->frame, row, scatter ? frame_column(g->frame, "point") : g->x);
}

static struct group *group_of(struct groups *g, int row)
{
	int panel = g->panel < 0 ? 0 : words_index(g->arena, &g->panels, frame_text(g->frame, row, g->panel));
	int curve = words_index(g->arena, &g->curves, curve_of(g, row));
	int place = words_index(g->arena, &g->places, place_of(g, row));

	return g->group ? &g->group[(panel * g->curves.n + curve) * g->places.n + place] : NULL;
}

static const char *missing(const struct groups *g)
{
	const struct figure *f = g->figure;
	const char *const keys[] = {f->x, f->y, f->panels ? f->panels : f->x, "point", "seed", "network"};

	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
		if (frame_column(g->frame, keys[i]) < 0)
			return keys[i];
	for (int i = 0; i < f->series.n; i++)
		if (frame_column(g->frame, f->series.value[i]) < 0)
			return f->series.value[i];
	return NULL;
}

static bool find_columns(struct groups *g)
{
	const char *none = missing(g);

	if (none) {
		diag_error(g->diag, nowhere(), "figure '%s': results.csv has no column '%s'", g->figure->name, none);
		return false;
	}
	g->x = frame_column(g->frame, g->figure->x);
	g->y = frame_column(g->frame, g->figure->y);
	g->panel = g->figure->panels ? frame_column(g->frame, g->figure->panels) : -1;
	g->series = NEW(g->arena, int, g->figure->series.n + 1);
	for (int i = 0; i < g->figure->series.n; i++)
		g->series[i] = frame_column(g->frame, g->figure->series.value[i]);
	return true;
}

static bool check_size(const struct groups *g)
{
	const char *what = g->curves.n > CURVES ? "curves" : "panels";
	int n = g->curves.n > CURVES ? g->curves.n : g->panels.n;

	if (g->places.n == 0) {
		diag_warn(g->diag, nowhere(), "figure '%s': no row has '%s'", g->figure->name, g->figure->y);
		return false;
	}
	if (g->curves.n <= CURVES && g->panels.n <= PLOT_PANELS)
		return true;
	diag_error(g->diag, nowhere(), "figure '%s': %d %s, at most %d can be told apart: leave some out with "
		"'where'", g->figure->name, n, what, g->curves.n > CURVES ? CURVES : PLOT_PANELS);
	return false;
}

/* All rows into their groups; false after reported errors. */
static bool gather(struct groups *g)
{
	const struct frame *f = g->frame;
	double *y = NEW(g->arena, double, f->n_rows);
	bool scatter = g->figure->kind == FIGURE_SCATTER;
	int point = frame_column(f, "point");

	for (int r = 0; r < f->n_rows; r++) {
		y[r] = frame_chosen(f, &g->figure->choice, r, g->y);
		if (isfinite(y[r]))
			group_of(g, r);
	}
	if (!check_size(g))
		return false;
	if (g->panels.n == 0)
		g->panels.n = 1;
	g->group = NEW(g->arena, struct group, g->panels.n * g->curves.n * g->places.n);
	for (int r = 0; r < f->n_rows; r++) {
		if (!isfinite(y[r]))
			continue;
		struct group *one = group_of(g, r);
		if (one->point && strcmp(one->point, frame_text(f, r, point)) != 0) {
			diag_error(g->diag, nowhere(), "figure '%s': several points lie at %s %s of '%s': tell them "
				"apart by 'series' or 'panels', or leave some out with 'where'",
				g->figure->name, g->figure->x, place_of(g, r), curve_of(g, r));
			return false;
		}
		one->point = frame_text(f, r, point);
		spread_add(&one->y, y[r]);
		if (scatter)
			spread_add(&one->x, frame_number(f, r, g->x));
	}
	return true;
}

/* Where the places stand along x, and the units of both axes. */
static void set_axes(struct groups *g)
{
	double x_max = 0, y_max = 0;
	int n = g->panels.n * g->curves.n * g->places.n;

	for (int i = 0; i < n; i++) {
		y_max = fmax(y_max, g->group[i].y.n ? fabs(spread_mean(&g->group[i].y)) : 0);
		x_max = fmax(x_max, g->group[i].x.n ? fabs(spread_mean(&g->group[i].x)) : 0);
	}
	g->scale = label_scale(g->arena, g->figure->y, &g->figure->choice, y_max);
	g->x_scale = label_scale(g->arena, g->figure->x, &(struct choice){0}, x_max);
	g->x_place = NEW(g->arena, double, g->places.n + 1);
	if (g->figure->kind == FIGURE_LINE)
		g->x_unit = label_numbers(g->arena, g->places.word, g->places.n, g->x_place);
	for (int i = 0; i < g->places.n && !g->x_unit; i++)
		g->x_place[i] = i;
}

static int by_x(const void *a, const void *b)
{
	const struct plot_point *p = a, *q = b;

	return (p->x > q->x) - (p->x < q->x);
}

static double half_bar(const struct groups *g, const struct spread *s)
{
	double h = g->figure->bars == BARS_NONE ? 0
		: g->figure->bars == BARS_INTERVAL ? spread_interval(s) : spread_deviation(s);

	return isfinite(h) ? h * g->scale.k : 0;
}

/* The points of one curve in the order of x; *spread: does one have error bars? */
static int points_of(const struct groups *g, int panel, int curve, double shift, struct plot_point *point, bool *spread)
{
	const struct group *group = &g->group[(panel * g->curves.n + curve) * g->places.n];
	bool scatter = g->figure->kind == FIGURE_SCATTER;
	int n = 0;

	*spread = false;
	for (int i = 0; i < g->places.n; i++) {
		const struct group *one = &group[i];
		double y = spread_mean(&one->y) * g->scale.k, h = half_bar(g, &one->y);
		double x = scatter ? spread_mean(&one->x) * g->x_scale.k : g->x_place[i] + shift;
		if (one->y.n == 0 || !isfinite(x))
			continue;
		double low = g->figure->log_y && y - h <= 0 ? y : y - h;
		point[n++] = (struct plot_point){x, y, low, y + h};
		*spread |= h > 0;
	}
	if (g->x_unit || scatter)
		qsort(point, (size_t)n, sizeof *point, by_x);
	return n;
}

static void add_ticks(const struct groups *g, struct plot_panel *p)
{
	enum { VALUES = 12 }; /* more than that are left to gnuplot */

	if (g->figure->kind == FIGURE_SCATTER || (g->x_unit && g->places.n > VALUES))
		return;
	p->n_ticks = g->places.n;
	p->tick = NEW(g->arena, const char *, g->places.n);
	p->x_tick = g->x_place;
	for (int i = 0; i < g->places.n; i++)
		p->tick[i] = g->x_unit ? arena_printf(g->arena, "%g", g->x_place[i])
			: isalpha((unsigned char)*g->places.word[i]) ? label_value(g->arena, g->figure->x, g->places.word[i])
			: g->places.word[i];
}

/* So that no mark stands on the frame. */
static void add_room(const struct groups *g, struct plot_panel *p)
{
	double low = g->x_place[0], high = low;

	if (g->figure->kind == FIGURE_SCATTER)
		return;
	for (int i = 1; i < g->places.n; i++) {
		low = fmin(low, g->x_place[i]);
		high = fmax(high, g->x_place[i]);
	}
	if (!g->x_unit || !(high > low)) {
		p->x_low = low - 0.5;
		p->x_high = high + 0.5;
	} else if (p->log_x && low > 0) {
		double k_room = pow(high / low, 0.05);
		p->x_low = low / k_room;
		p->x_high = high * k_room;
	} else {
		p->x_low = low - 0.05 * (high - low);
		p->x_high = high + 0.05 * (high - low);
	}
}

static void fill_panel(const struct groups *g, struct plot_panel *p, int panel)
{
	static const enum plot_style styles[] = {[FIGURE_LINE] = PLOT_MARKS, [FIGURE_POINTS] = PLOT_DOTS,
		[FIGURE_BAR] = PLOT_BOXES, [FIGURE_SCATTER] = PLOT_DOTS};
	const struct figure *f = g->figure;
	struct plot_point *point = NEW(g->arena, struct plot_point, g->places.n);
	bool beside = f->kind == FIGURE_POINTS || f->kind == FIGURE_BAR, spread;
	double pitch = f->kind == FIGURE_BAR ? 0.8 / g->curves.n : fmin(0.6 / g->curves.n, 0.12);

	for (int c = 0; c < g->curves.n; c++) {
		double shift = beside ? (c - (g->curves.n - 1) / 2.0) * pitch : 0;
		int n = points_of(g, panel, c, shift, point, &spread);
		const char *title = *g->curves.word[c] ? g->curves.word[c] : NULL;
		if (f->kind == FIGURE_BAR) /* errors over boxes, but below marks */
			plot_add(g->arena, p, title, styles[f->kind], c, point, n);
		if (spread)
			plot_add(g->arena, p, NULL, PLOT_WHISKERS, f->kind == FIGURE_BAR ? PLOT_COLORS - 1 : c, point, n);
		if (f->kind != FIGURE_BAR)
			plot_add(g->arena, p, title, n > CROWD ? PLOT_POINTS : styles[f->kind], c, point, n);
	}
	if (f->kind == FIGURE_BAR)
		p->w_box = 0.92 * pitch;
	add_ticks(g, p);
	add_room(g, p);
}

static const char *caption_of(const struct groups *g)
{
	static const char *const bars[] = {"bars: standard deviation", "bars: 95 % interval of the mean", NULL};
	int n_most = 0, n = g->panels.n * g->curves.n * g->places.n;
	const char *what = bars[g->figure->bars];

	for (int i = 0; i < n; i++)
		n_most = g->group[i].y.n > n_most ? g->group[i].y.n : n_most;
	if (n_most < 2)
		return "One seed.";
	return arena_printf(g->arena, "Mean over %d seeds%s%s.", n_most, what ? "; " : "", what ? what : "");
}

struct plot *figure_make(struct arena *a, const struct figure *f, const struct frame *frame,
	const char **caption, struct diag *d)
{
	struct groups g = {.arena = a, .figure = f, .frame = frame, .diag = d};
	struct plot *plot = NEW(a, struct plot, 1);

	if (!find_columns(&g) || !gather(&g))
		return NULL;
	set_axes(&g);
	*plot = (struct plot){.title = f->title, .n_panels = g.panels.n, .names = true,
		.n_columns = g.panels.n < 3 ? g.panels.n : g.panels.n == 4 ? 2 : 3};
	for (int i = 0; i < g.panels.n; i++) {
		struct plot_panel *p = &plot->panel[i];
		const char *x_unit = f->kind == FIGURE_SCATTER ? g.x_scale.unit : g.x_unit ? g.x_unit : "";
		p->title = g.panel < 0 ? NULL : label_value(a, f->panels, g.panels.word[i]);
		p->x_label = f->x_label ? f->x_label : label_axis(a, label_column(a, f->x, NULL, true), x_unit);
		p->y_label = f->y_label ? f->y_label
					 : label_axis(a, label_column(a, f->y, &f->choice, true), g.scale.unit);
		p->log_x = f->log_x && (g.x_unit || f->kind == FIGURE_SCATTER);
		p->log_y = f->log_y;
		p->whole_y = (f->from_zero || f->kind == FIGURE_BAR) && !f->choice.against && !f->log_y;
		fill_panel(&g, p, i);
	}
	*caption = caption_of(&g);
	return plot;
}

/* x is what varies most, curves are the rest; false if that are too many. */
static bool arrange(struct arena *a, const struct study_plan *p, struct figure *f)
{
	const struct study *s = p->study;
	int n = p->n_axes + 3, most = 0, product = 1;
	const char **name = NEW(a, const char *, n);
	int *count = NEW(a, int, n);

	for (int i = 0; i < p->n_axes; i++) {
		name[i] = p->axis[i].name;
		count[i] = p->axis[i].n;
	}
	name[n - 3] = "network", count[n - 3] = s->networks.n;
	name[n - 2] = "recipe", count[n - 2] = s->recipes.n;
	name[n - 1] = "design", count[n - 1] = s->designs.n;
	for (int i = 0; i < n; i++)
		most = count[i] > count[most] || (count[i] == count[most] && count[i] == 1) ? i : most;
	f->x = name[most];
	f->series.value = NEW(a, const char *, n);
	for (int i = n - 1; i >= 0; i--)
		if (i != most && count[i] > 1) {
			product = product > CURVES ? product : product * count[i];
			f->series.value[f->series.n++] = name[i];
		}
	return product <= CURVES;
}

struct figure *figure_defaults(struct arena *a, const struct study_plan *p, int *n)
{
	bool trains = study_trains(p->study);
	struct figure one = {0};
	struct figure *all = NEW(a, struct figure, 2);

	*n = 0;
	if (!arrange(a, p, &one)) { /* too many points for curves */
		one = (struct figure){.name = "points", .kind = FIGURE_SCATTER, .x = "area_mm2",
			.y = trains ? "accuracy_percent" : "forward_energy_J"};
		if (p->study->designs.n > 1 && p->study->designs.n <= CURVES)
			one.series = (struct field_names){1, NEW(a, const char *, 1)};
		for (int i = 0; i < one.series.n; i++)
			one.series.value[i] = "design";
		all[(*n)++] = one;
		return all;
	}
	if (trains) {
		one.name = "accuracy";
		one.y = "accuracy_percent";
		one.kind = strcmp(one.x, "design") == 0 ? FIGURE_POINTS : FIGURE_LINE;
		all[(*n)++] = one;
	}
	one.name = "energy";
	one.y = trains ? "training_energy_J" : "forward_energy_J";
	one.kind = strcmp(one.x, "design") == 0 ? FIGURE_BAR : FIGURE_LINE;
	one.from_zero = true;
	all[(*n)++] = one;
	return all;
}
