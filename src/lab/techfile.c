/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/techfile.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/memo.h"
#include "lab/retention.h"

#define NEAR_END 0.05 /* share of the window that counts as its end */

const char techfile_template[] =
	"format: 1\n"
	"name: cell\n"
	"trust: fit\n"
	"structure: {value: 1t1r, source: assumed}\n"
	"geometry: {source: assumed, k_width_in_f: 4, k_height_in_f: 4}\n"
	"g_min: {value: 0 S, source: assumed}\n"
	"g_max: {value: 1 uS, source: assumed}\n"
	"read: {source: assumed, v_read: 0.2 V}\n"
	"write: {source: assumed, up: {v: 1.5 V, t: 100 ns}, down: {v: 1.5 V, t: 100 ns}, erase: {v: 3 V, t: 100 ns}}\n"
	"response: {kind: ideal, n_up: 100, n_down: 100, source: assumed}\n"
	"variation: {k_cycle: 0, source: assumed}\n";

struct entry {
	const char *path, *text; /* a scalar as it stands in the file */
	const char *source, *note;
};

struct entries {
	struct arena *arena;
	struct entry *entry;
	int n, cap;
};

/* Dimension of a path among the fields of a cell. */
struct search {
	struct arena *arena;
	const char *path;
	const struct field *found;
};

static void compare(void *ctx, const char *path, const struct field *f)
{
	struct search *s = ctx;

	if (!s->found && strcmp(path_without_kinds(s->arena, path), s->path) == 0)
		s->found = f;
}

static void put(struct entries *e, const char *path, const char *text, const char *source, const char *note)
{
	for (int i = 0; i < e->n; i++)
		if (strcmp(e->entry[i].path, path) == 0) {
			e->entry[i] = (struct entry){path, text, source, note};
			return;
		}
	if (e->n == e->cap) {
		int cap = e->cap ? 2 * e->cap : 64;
		struct entry *more = NEW(e->arena, struct entry, cap);
		if (e->n)
			memcpy(more, e->entry, (size_t)e->n * sizeof *more);
		e->entry = more;
		e->cap = cap;
	}
	e->entry[e->n++] = (struct entry){path, text, source, note};
}

static const char *with_unit(struct arena *a, const char *number, enum dim dim)
{
	return dim == DIM_NONE ? number : arena_printf(a, "%s %s", number, dim_si(dim));
}

/* Six digits for what has an error, all for what is exact. */
static const char *estimate_text(struct arena *a, struct estimate e, enum dim dim)
{
	const char *number = e.se > 0 ? arena_printf(a, "%.6g", e.value) : number_text(a, e.value);

	return with_unit(a, number, dim);
}

static const char *error_text(struct arena *a, struct estimate e)
{
	return e.se > 0 ? arena_printf(a, "standard error %.2g", e.se) : "exact in the data";
}

static bool begins(const char *s, const char *head)
{
	return strncmp(s, head, strlen(head)) == 0;
}

/* A plain word needs no quotes. */
static const char *scalar(struct arena *a, const char *s)
{
	const char *text = "\"";

	if (*s && !s[strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._+/ -")] && *s != ' ' &&
		*s != '-' && s[strlen(s) - 1] != ' ')
		return s;
	for (; *s; s++)
		text = arena_printf(a, *s == '"' || *s == '\\' ? "%s\\%c" : "%s%c", text, *s);
	return arena_printf(a, "%s\"", text);
}

/* A list of numbers as it stands among the settings, each with its unit. */
static const char *numbers_with_unit(struct arena *a, const char *list, enum dim dim)
{
	const char *text = "[";

	for (const char *s = list + 1; *s && *s != ']'; s += strspn(s, ", ")) {
		size_t n = strcspn(s, ",]");
		text = arena_printf(a, "%s%s%s", text, text[1] ? ", " : "", with_unit(a, arena_dup_n(a, s, n), dim));
		s += n;
	}
	return arena_printf(a, "%s]", text);
}

/* The path without the places in lists. */
static const char *path_without_places(struct arena *a, const char *path)
{
	char *out = arena_dup(a, path), *to = out;

	for (const char *s = path; *s; s++) {
		size_t n = *s == '.' ? strspn(s + 1, "0123456789") : 0;
		s += n > 0 && s[n + 1] == '.' ? n + 1 : 0;
		*to++ = *s;
	}
	*to = '\0';
	return out;
}

static void take_base(struct entries *e, const struct techfile *base, const char *const *without)
{
	for (int i = 0; i < base->n; i++) {
		const struct setting *s = &base->setting[i];
		struct search search = {e->arena, path_without_places(e->arena, s->path), NULL};
		bool out = s->is_default;
		for (const char *const *w = without; *w; w++)
			out |= begins(s->path, *w);
		if (out)
			continue;
		field_walk(e->arena, cell_fields, "", compare, &search);
		const char *text = s->text, *dot = strrchr(s->path, '.');
		char *end;
		if (search.found && search.found->type == FIELD_REAL && (strtod(s->text, &end), !*end))
			text = with_unit(e->arena, s->text, search.found->dim);
		else if (search.found && search.found->type == FIELD_REALS)
			text = numbers_with_unit(e->arena, s->text, search.found->dim);
		else
			text = scalar(e->arena, s->text);
		/* which kind is no value with a source */
		put(e, s->path, text, dot && strcmp(dot, ".kind") == 0 ? NULL : s->source, NULL);
	}
}

/* There is no conductance below 0; an end of the window may lie there by less than two of its errors. */
static const char *end_text(struct arena *a, struct estimate end)
{
	end.value = fmax(end.value, 0);
	return estimate_text(a, end, DIM_SIEMENS);
}

/* window: of a list of conductances that has to end where the window does, to the last digit; else NULL */
static const char *list_text(struct arena *a, const struct field_reals *list, enum dim dim, const struct fit_result *window)
{
	const char *text = "[";

	for (int i = 0; i < list->n; i++) {
		const char *item = with_unit(a, arena_printf(a, "%.6g", list->value[i]), dim);
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
		put(e, arena_printf(e->arena, "response.%s.%s", map->key, f->key),
			list_text(e->arena, list, f->dim, strcmp(f->key, "g") == 0 ? r : NULL), data,
			list_note(e->arena, f->key, r->table[strcmp(map->key, "up") == 0], r->n_table));
	}
}

static void take_response(struct entries *e, const struct fit_result *f, const char *data)
{
	struct arena *a = e->arena;

	put(e, "response.kind", f->kind->head.name, NULL, NULL);
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
				put(e, path, on ? "true" : "false", "assumed", "the data do not tell");
			continue;
		}
		while (i < f->n_keys && strcmp(f->key[i], k->key) != 0)
			i++;
		if (i < f->n_keys) {
			put(e, path, estimate_text(a, f->of[i], k->dim), data, error_text(a, f->of[i]));
			continue;
		}
		double v = *(const double *)(const void *)((const char *)f->response + k->offset);
		if (!k->dflt)
			put(e, path, with_unit(a, arena_printf(a, "%.6g", v), k->dim), "assumed", "the data do not tell");
	}
}

static void take_variation(struct entries *e, const char *key, struct estimate x, const char *data)
{
	const char *path = arena_printf(e->arena, "variation.%s", key);

	if (!x.fitted)
		put(e, path, "0", "assumed", "the data do not tell");
	else if (x.value > 0)
		put(e, path, arena_printf(e->arena, "%.6g", x.value), data, error_text(e->arena, x));
	else
		put(e, path, "0", data, "not to be told from 0");
}

/* Depth of what two paths share. */
static void write_entries(const struct entries *e, FILE *out, struct arena *a)
{
	const char *open = ""; /* path of the map whose lines are being written */

	fputs("format: 1\n", out);
	for (int i = 0; i < e->n; i++) {
		const struct entry *x = &e->entry[i];
		const char *dot = strrchr(x->path, '.'), *key = dot ? dot + 1 : x->path;
		const char *map = dot ? arena_dup_n(a, x->path, (size_t)(dot - x->path)) : "";
		if (strcmp(map, open) != 0) {
			/* what of map is open already stays; the rest is opened level by level */
			size_t same = 0;
			for (size_t n = 0; map[n] || open[n]; n++) {
				bool end_map = !map[n] || map[n] == '.', end_open = !open[n] || open[n] == '.';
				if (end_map && end_open)
					same = n;
				if (map[n] != open[n] || !map[n] || !open[n])
					break;
			}
			for (size_t n = same; map[n];) {
				size_t from = n + (map[n] == '.'), to = from + strcspn(map + from, ".");
				int depth = 0;
				for (size_t q = 0; q < from; q++)
					depth += map[q] == '.';
				if (strspn(map + from, "0123456789") == to - from) /* place in a list */
					fprintf(out, "%*s-\n", 2 * depth, "");
				else
					fprintf(out, "%*s%.*s:\n", 2 * depth, "", (int)(to - from), map + from);
				n = to;
			}
			open = map;
		}
		int depth = *map != '\0';
		for (const char *s = map; *s; s++)
			depth += *s == '.';
		if (!x->source)
			fprintf(out, "%*s%s: %s\n", 2 * depth, "", key, x->text);
		else
			fprintf(out, "%*s%s: {value: %s, source: %s%s%s}\n", 2 * depth, "", key, x->text,
				scalar(a, x->source), x->note ? ", note: " : "", x->note ? scalar(a, x->note) : "");
	}
}

static int place_of(const char *path)
{
	const char *dot = strchr(path, '.');
	size_t n = dot ? (size_t)(dot - path) : strlen(path);

	for (int i = 0; cell_fields[i].type != FIELD_LAST; i++)
		if (strlen(cell_fields[i].key) == n && strncmp(cell_fields[i].key, path, n) == 0)
			return i;
	return -1;
}

/* In the order of the field table; entries of one map stay together and in their order. */
static void sort(struct entries *e)
{
	for (int i = 1; i < e->n; i++)
		for (int j = i; j > 0; j--) {
			struct entry *x = &e->entry[j - 1], *y = &e->entry[j], swap = *x;
			if (place_of(x->path) <= place_of(y->path))
				break;
			*x = *y;
			*y = swap;
		}
}

/* The text of the entries, in order. */
static char *finish(struct entries *e)
{
	struct memo m;

	memo_open(&m);
	sort(e);
	write_entries(e, m.file, e->arena);
	return memo_text(&m, e->arena);
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
			put(e, keys[i], arena_printf(e->arena, "%.6g", (double)n[i] / fit->n_cells), data,
				arena_printf(e->arena, "%d of %d cells", n[i], fit->n_cells));
	if (n[2]) {
		put(e, "stuck.y_from", arena_printf(e->arena, "%.6g", from), data, NULL);
		put(e, "stuck.y_to", arena_printf(e->arena, "%.6g", to), data, NULL);
	}
}

char *techfile_of_fit(struct arena *a, const struct techfile *base, const struct fit *fit, const struct fit_result *f,
	const char *name, const char *data)
{
	struct entries e = {.arena = a};

	/* all but the scatter of erased states is told by the data */
	take_base(&e, base, (const char *const[]){"response.", "variation.", fit->n_still ? "stuck." : NULL, NULL});
	for (int i = 0; i < base->n; i++)
		if (strcmp(base->setting[i].path, "variation.k_erase") == 0 && !base->setting[i].is_default)
			put(&e, "variation.k_erase", base->setting[i].text, base->setting[i].source, NULL);
	put(&e, "name", scalar(a, name), NULL, NULL);
	put(&e, "g_min", end_text(a, f->g_min), data, error_text(a, f->g_min));
	put(&e, "g_max", end_text(a, f->g_max), data, error_text(a, f->g_max));
	if (fit->one_sided)
		put(&e, "write.one_sided", "true", "assumed", "no depression train in the data");
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
		if (!silent && (all[i].x->value > 0 || i == 0 || i == 2))
			take_variation(&e, all[i].key, *all[i].x, data);
	}
	if (v->log_normal)
		put(&e, "variation.log_normal", "true", data, NULL);
	return finish(&e);
}

static void put_estimate(struct entries *e, const char *path, struct estimate x, enum dim dim, const char *data)
{
	put(e, path, estimate_text(e->arena, x, dim), x.fitted ? data : "assumed",
		x.fitted ? error_text(e->arena, x) : "the data do not tell");
}

/* Time constant, spread and rest of a decay. */
static void put_decay(struct entries *e, const char *map, const struct retention_law *r, const char *data)
{
	struct arena *a = e->arena;
	struct estimate rest = r->y_rest;

	rest.value = rest.value < 0 ? 0 : rest.value > 1 ? 1 : rest.value;
	put_estimate(e, arena_printf(a, "%s.t_retention", map), r->mean, DIM_SECOND, data);
	put_estimate(e, arena_printf(a, "%s.k_spread", map), r->spread, DIM_NONE, data);
	put_estimate(e, arena_printf(a, "%s.y_rest", map), rest, DIM_NONE, data);
}

static void put_power_law(struct entries *e, const struct retention_law *r, const char *data)
{
	put(e, "drift.kind", "power_law", NULL, NULL);
	put(e, "drift.t_0", with_unit(e->arena, arena_printf(e->arena, "%.6g", r->t_0), DIM_SECOND), data,
		"with which the power law fits best");
	put(e, "drift.nu.kind", "constant", NULL, NULL);
	put_estimate(e, "drift.nu.value", r->mean, DIM_NONE, data);
	put(e, "drift.nu_sigma.kind", "constant", NULL, NULL);
	put_estimate(e, "drift.nu_sigma.value", r->spread, DIM_NONE, data);
	put(e, "drift.both_ways", "true", data, "exponents of either sign");
}

static void put_logarithmic(struct entries *e, const struct retention_law *r, const char *data)
{
	struct estimate mean = r->mean, spread = r->spread;
	double unit = 1e-6; /* S */

	mean = (struct estimate){mean.value / unit, mean.se / unit, true};
	spread = (struct estimate){spread.value / unit, spread.se / unit, spread.fitted};
	put(e, "drift.kind", "logarithmic", NULL, NULL);
	put(e, "drift.g_unit", "1 uS", data, "unit of the following");
	put_estimate(e, "drift.k_mean", mean, DIM_NONE, data);
	put_estimate(e, "drift.k_sigma", spread, DIM_NONE, data);
	put_estimate(e, "drift.k_sigma_offset", (struct estimate){0, 0, false}, DIM_NONE, data);
}

char *techfile_of_retention(struct arena *a, const struct techfile *base, const struct retention *r, const char *data)
{
	struct entries e = {.arena = a};
	const struct retention_law *best = &r->law[r->best];

	/* one way of forgetting takes the place of all: two of them would forget twice */
	take_base(&e, base, (const char *const[]){"hold.", "drift.", "relaxation.", NULL});
	if (r->best == RETENTION_POWER_LAW)
		put_power_law(&e, best, data);
	else if (r->best == RETENTION_LOGARITHMIC)
		put_logarithmic(&e, best, data);
	else if (r->best == RETENTION_STRETCHED) {
		put(&e, "drift.kind", "stretched", NULL, NULL);
		put_decay(&e, "drift", best, data);
		put_estimate(&e, "drift.k_beta", best->beta, DIM_NONE, data);
	} else {
		if (r->best == RETENTION_CURRENT)
			put(&e, "hold.law", "constant_current", data, "the better of the laws");
		put_decay(&e, "hold", best, data);
	}
	return finish(&e);
}
