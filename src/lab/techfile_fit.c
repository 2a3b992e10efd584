/* SPDX-License-Identifier: Apache-2.0 */
/* The techfile of a fit to pulses. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "device/cell.h"
#include "lab/techfile_priv.h"

#define NEAR_END 0.05 /* share of the window that counts as its end */

/* There is no conductance below 0; an end of the window may lie there by less than two of its errors. */
static const char *end_text(struct arena *a, struct estimate end)
{
	end.value = fmax(end.value, 0);
	return text_of_estimate(a, end, DIM_SIEMENS);
}

/* window: of a list of conductances that has to end where the window does, to the last digit; else NULL */
static const char *list_text(struct arena *a, const struct field_reals *list, enum dim dim, const struct fit_result *window)
{
	const char *text = "[";

	for (int i = 0; i < list->n; i++) {
		const char *item = text_with_unit(a, arena_printf(a, "%.6g", list->value[i]), dim);
		if (window && (i == 0 || i == list->n - 1))
			item = end_text(a, i ? window->g_max : window->g_min);
		text = arena_printf(a, "%s%s%s", text, i ? ", " : "", item);
	}
	return arena_printf(a, "%s]", text);
}

static const char *list_note(struct arena *a, const char *key, const struct jump *table, int n)
{
	const char *text = "standard errors";

	if (strcmp(key, "dg") != 0)
		return strcmp(key, "g") == 0 ? "nodes over the window" : "scatter of the measured increments";
	for (int i = 0; i < n; i++)
		text = arena_printf(a, "%s%s %.2g", text, i ? "," : "", table[i].dg.se);
	return text;
}

static void take_list(struct entries *e, const struct fit_result *r, const struct field *map, const char *data)
{
	for (const struct field *f = map->sub; f->type != FIELD_LAST; f++) {
		const struct field_reals *list =
			(const void *)((const char *)r->response + map->offset + f->offset);
		if (list->n == 0)
			continue;
		entries_put(e, arena_printf(e->arena, "response.%s.%s", map->key, f->key),
			list_text(e->arena, list, f->dim, strcmp(f->key, "g") == 0 ? r : NULL), data,
			list_note(e->arena, f->key, r->table[strcmp(map->key, "up") == 0], r->n_table));
	}
}

static void take_response(struct entries *e, const struct fit_result *f, const char *data)
{
	struct arena *a = e->arena;

	entries_put(e, "response.kind", f->kind->head.name, NULL, NULL);
	for (const struct field *k = f->kind->head.fields; k->type != FIELD_LAST; k++) {
		const char *path = arena_printf(a, "response.%s", k->key);
		int i = 0;
		if (k->type == FIELD_MAP) {
			take_list(e, f, k, data);
			continue;
		}
		if (k->type == FIELD_BOOL) {
			bool on = *(const bool *)(const void *)((const char *)f->response + k->offset);
			if (on != (strcmp(k->dflt, "true") == 0))
				entries_put(e, path, on ? "true" : "false", "assumed", "the data do not tell");
			continue;
		}
		while (i < f->n_keys && strcmp(f->key[i], k->key) != 0)
			i++;
		if (i < f->n_keys) {
			entries_put(e, path, text_of_estimate(a, f->of[i], k->dim), data, text_of_error(a, f->of[i]));
			continue;
		}
		double v = *(const double *)(const void *)((const char *)f->response + k->offset);
		if (!k->dflt)
			entries_put(e, path, text_with_unit(a, arena_printf(a, "%.6g", v), k->dim), "assumed", "the data do not tell");
	}
}

static void take_variation(struct entries *e, const char *key, struct estimate x, const char *data)
{
	const char *path = arena_printf(e->arena, "variation.%s", key);

	if (!x.fitted)
		entries_put(e, path, "0", "assumed", "the data do not tell");
	else if (x.value > 0)
		entries_put(e, path, arena_printf(e->arena, "%.6g", x.value), data, text_of_error(e->arena, x));
	else
		entries_put(e, path, "0", data, "not to be told from 0");
}

/* Cells that do not move: at an end of the window, or in between. */
static void take_stuck(struct entries *e, const struct fit *fit, const struct fit_result *f, const char *data)
{
	const char *const keys[] = {"stuck.k_low", "stuck.k_high", "stuck.k_value"};
	double from = 1, to = 0;
	int n[3] = {0};

	for (int i = 0; i < fit->n_still; i++) {
		double y = (fit->g_still[i] - f->g_min.value) / (f->g_max.value - f->g_min.value);
		n[y < NEAR_END ? 0 : y > 1 - NEAR_END ? 1 : 2]++;
		if (y < NEAR_END || y > 1 - NEAR_END)
			continue;
		from = fmin(from, y);
		to = fmax(to, y);
	}
	for (int i = 0; i < 3; i++)
		if (n[i])
			entries_put(e, keys[i], arena_printf(e->arena, "%.6g", (double)n[i] / fit->n_cells), data,
				arena_printf(e->arena, "%d of %d cells", n[i], fit->n_cells));
	if (n[2]) {
		entries_put(e, "stuck.y_from", arena_printf(e->arena, "%.6g", from), data, NULL);
		entries_put(e, "stuck.y_to", arena_printf(e->arena, "%.6g", to), data, NULL);
	}
}

char *techfile_of_fit(struct arena *a, const struct techfile *base, const struct fit *fit, const struct fit_result *f,
	const char *name, const char *data)
{
	struct entries e = {.arena = a};

	/* all but the scatter of erased states is told by the data */
	entries_take(&e, base, (const char *const[]){"response.", "variation.", fit->n_still ? "stuck." : NULL, NULL});
	for (int i = 0; i < base->n; i++)
		if (strcmp(base->setting[i].path, "variation.k_erase") == 0 && !base->setting[i].is_default)
			entries_put(&e, "variation.k_erase", base->setting[i].text, base->setting[i].source, NULL);
	entries_put(&e, "name", text_scalar(a, name), NULL, NULL);
	entries_put(&e, "g_min", end_text(a, f->g_min), data, text_of_error(a, f->g_min));
	entries_put(&e, "g_max", end_text(a, f->g_max), data, text_of_error(a, f->g_max));
	if (fit->one_sided)
		entries_put(&e, "write.one_sided", "true", "assumed", "no depression train in the data");
	take_response(&e, f, data);
	take_stuck(&e, fit, f, data);
	const struct fit_variation *v = &f->variation;
	const struct {
		const char *key;
		const struct estimate *x;
	} all[] = {{"k_cycle", &v->k_cycle}, {"k_cycle_step", &v->k_cycle_step}, {"k_device", &v->k_device},
		{"k_asymmetry", &v->k_asymmetry}, {"k_g_min", &v->k_g_min}, {"k_g_max", &v->k_g_max},
		{"k_write", &v->k_write}};
	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		bool silent = strcmp(all[i].key, "k_asymmetry") == 0 && (f->kind->labels || !all[i].x->fitted);
		if (i == 0 && (f->n_table || f->kind->fit->scatter)) {
			entries_put(&e, "variation.k_cycle", "0", data, "the scatter of pulses is in the response");
			continue;
		}
		if (!silent && (all[i].x->value > 0 || i == 0 || i == 2))
			take_variation(&e, all[i].key, *all[i].x, data);
	}
	if (v->log_normal)
		entries_put(&e, "variation.log_normal", "true", data, NULL);
	return entries_finish(&e);
}
