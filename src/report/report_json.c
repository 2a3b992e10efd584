/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>

#include <jansson.h>

#include "base/arena.h"
#include "base/json_text.h"
#include "report/report.h"

static json_t *number(double x)
{
	return isfinite(x) ? json_real(x) : json_null();
}

static json_t *table_json(const struct report_table *one)
{
	const struct table *t = one->table;
	json_t *root = json_object(), *rows = json_array();

	json_object_set_new(root, "name", json_string(one->name));
	json_object_set_new(root, "title", json_string(t->title ? t->title : ""));
	for (int r = 0; r < t->n_rows; r++) {
		json_t *row = json_object();
		for (int c = 0; c < t->n_columns; c++) {
			const struct table_cell *x = &t->cell[r * t->n_columns + c];
			json_object_set_new(row, t->column[c].key, x->empty ? json_null()
					: x->text ? json_string(x->text) : number(x->number));
		}
		json_array_append_new(rows, row);
	}
	json_object_set_new(root, "rows", rows);
	return root;
}

static json_t *series_json(const struct plot_series *s)
{
	json_t *root = json_object(), *points = json_array();

	json_object_set_new(root, "title", json_string(s->title ? s->title : ""));
	for (int i = 0; i < s->n; i++)
		json_array_append_new(points, json_pack("{s:o,s:o,s:o,s:o}", "x", number(s->point[i].x), "y",
			number(s->point[i].y), "low", number(s->point[i].low), "high", number(s->point[i].high)));
	json_object_set_new(root, "points", points);
	return root;
}

static json_t *panel_json(const struct plot_panel *p)
{
	json_t *root = json_object(), *series = json_array(), *ticks = json_array();

	json_object_set_new(root, "title", json_string(p->title ? p->title : ""));
	json_object_set_new(root, "x_label", json_string(p->x_label));
	json_object_set_new(root, "y_label", json_string(p->y_label));
	for (int i = 0; i < p->n_ticks; i++)
		json_array_append_new(ticks, json_pack("{s:o,s:s}", "x", number(p->x_tick[i]), "name", p->tick[i]));
	json_object_set_new(root, "ticks", ticks);
	for (int i = 0; i < p->n_series; i++)
		if (p->series[i].style != PLOT_WHISKERS) /* the same points again */
			json_array_append_new(series, series_json(&p->series[i]));
	json_object_set_new(root, "series", series);
	return root;
}

static json_t *figure_json(const struct report_figure *f)
{
	json_t *root = json_object(), *panels = json_array();

	json_object_set_new(root, "name", json_string(f->name));
	json_object_set_new(root, "title", json_string(f->plot->title ? f->plot->title : ""));
	json_object_set_new(root, "caption", json_string(f->caption));
	for (int i = 0; i < f->plot->n_panels; i++)
		json_array_append_new(panels, panel_json(&f->plot->panel[i]));
	json_object_set_new(root, "panels", panels);
	return root;
}

void report_json(struct arena *a, const struct report *r, FILE *out)
{
	json_t *root = json_object(), *tables = json_array(), *figures = json_array(), *assumed = json_array();

	json_object_set_new(root, "study", json_string(r->plan->study->name));
	json_object_set_new(root, "title", json_string(r->plan->study->title ? r->plan->study->title : ""));
	json_object_set_new(root, "version", json_string(r->record->version));
	json_object_set_new(root, "command", json_string(r->record->command));
	for (int i = 0; i < r->n_tables; i++)
		json_array_append_new(tables, table_json(&r->table[i]));
	for (int i = 0; i < r->n_figures; i++)
		json_array_append_new(figures, figure_json(&r->figure[i]));
	for (int i = 0; i < r->record->n_assumed; i++) {
		const struct record_assumed *x = &r->record->assumed[i];
		json_array_append_new(assumed, json_pack("{s:s,s:s,s:s}", "setting", x->path, "value", x->value,
			"designs", x->designs));
	}
	json_object_set_new(root, "tables", tables);
	json_object_set_new(root, "figures", figures);
	json_object_set_new(root, "assumed", assumed);
	fprintf(out, "%s\n", json_text(a, root));
}
