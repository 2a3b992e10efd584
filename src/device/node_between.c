/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Interpolated nodes.
 *
 * Model    t = ln(F_a/F)/ln(F_a/F_b) between the nearest nodes F_a > F > F_b of one type; voltages and
 *          plain numbers linear in t, everything else log-linear
 * Source   [ITRS2009]: dimensions and currents shrink by a factor from node to node
 * Assumes  both neighbours planar, or both FinFETs; equal temperature lists
 * Valid    between the listed nodes
 * Checked  tests/unit/check_nodes.c: 55 and 12 nm
 */
#include "device/node_between.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/path.h"
#include "device/node.h"

/* The F of node-SIZEnm-TYPE in nm and where its "nm-TYPE" begins; 0 if it is another name. */
static double size_of(const char *name, const char **type)
{
	static const char head[] = "node-";
	char *end;

	if (strncmp(name, head, sizeof head - 1) != 0)
		return 0;
	if (strspn(name + sizeof head - 1, "0123456789.") == 0)
		return 0;

	double size = strtod(name + sizeof head - 1, &end);

	*type = end;
	return strncmp(end, "nm-", 3) == 0 ? size : 0;
}

struct pair {
	struct arena *arena;
	const struct loader *settings; /* of the larger node: its sources */
	double t;
};

static double mix(const struct pair *p, enum dim dim, double a, double b)
{
	if (dim == DIM_NONE || dim == DIM_VOLT || a <= 0 || b <= 0)
		return (1 - p->t) * a + p->t * b;
	return a == b ? a : exp((1 - p->t) * log(a) + p->t * log(b));
}

/* The unit of a dimension that is worth 1, as values are written with it. */
static const char *unit_of(const struct pair *p, enum dim dim)
{
	double x;
	enum dim found;

	for (size_t i = 0; units_name(dim, i); i++)
		if (units_parse(arena_printf(p->arena, "1 %s", units_name(dim, i)), dim, &x, &found) ==
				UNITS_OK &&
			x == 1)
			return units_name(dim, i);
	return "";
}

static const char *value_text(const struct pair *p, enum dim dim, double a, double b)
{
	return arena_printf(
		p->arena, "%s %s", number_text(p->arena, mix(p, dim, a, b)), unit_of(p, dim));
}

static const char *list_text(const struct pair *p, enum dim dim, const struct field_reals *a,
	const struct field_reals *b)
{
	const char *text = "[";

	for (int i = 0; i < a->n && i < b->n; i++)
		text = arena_printf(p->arena, "%s%s%s", text, i ? ", " : "",
			value_text(p, dim, a->value[i], b->value[i]));
	return arena_printf(p->arena, "%s]", text);
}

static const char *source_of(const struct pair *p, const char *path)
{
	for (int i = 0; i < p->settings->n_setting; i++)
		if (strcmp(p->settings->setting[i].path, path) == 0)
			return p->settings->setting[i].source;
	return NULL;
}

/* The members of two structs as a map in one line. */
static const char *map_text(const struct pair *p, const struct field *f, const char *prefix,
	const void *a, const void *b)
{
	const char *text = "{";

	for (; f->type != FIELD_LAST; f++) {
		const char *path = *prefix ? arena_printf(p->arena, "%s.%s", prefix, f->key) : f->key;
		const char *member_a = (const char *)a + f->offset,
			   *member_b = (const char *)b + f->offset;
		const void *sub_a = member_a, *sub_b = member_b;
		const char *value = NULL;
		switch (f->type) {
		case FIELD_REAL:
			value = value_text(p, f->dim, *(const double *)sub_a, *(const double *)sub_b);
			break;
		case FIELD_REALS:
			value = list_text(p, f->dim, sub_a, sub_b);
			break;
		case FIELD_NAME:
			value = "interpolated";
			break;
		case FIELD_OPT:
			memcpy(&sub_a, member_a, sizeof sub_a);
			memcpy(&sub_b, member_b, sizeof sub_b);
			if (!sub_a || !sub_b)
				continue;
			/* fall through */
		case FIELD_MAP:
			text = arena_printf(p->arena, "%s%s: %s, ", text, f->key,
				map_text(p, f->sub, path, sub_a, sub_b));
			continue;
		default:
			BUG("a field of a node that nobody interpolates");
		}
		const char *source = source_of(p, path);
		text = arena_printf(p->arena, "%s%s: {value: %s%s%s}, ", text, f->key, value,
			source ? ", source: " : "", source ? source : "");
	}
	return arena_printf(p->arena, "%s}", text);
}

/* Names of the nearest larger (0) and smaller (1) node of the type. */
static void neighbours(struct arena *a, double size, const char *type, const char *near[2])
{
	const char **names = path_list(a, node_file.folder), *other;
	double size_near[2] = {0, 0};

	for (; *names; names++) {
		double s = size_of(*names, &other);
		if (s <= 0 || strcmp(other, type) != 0)
			continue;
		if (s > size && (size_near[0] <= 0 || s < size_near[0])) {
			size_near[0] = s;
			near[0] = *names;
		} else if (s < size && s > size_near[1]) {
			size_near[1] = s;
			near[1] = *names;
		}
	}
}

struct yaml *node_between(
	struct loader *l, const struct file_kind *kind, const char *name, struct loc loc)
{
	const char *type, *near[2] = {NULL, NULL};
	double size = kind == &node_file ? size_of(name, &type) : 0;
	const struct node *node[2];
	struct loader load[2];

	if (size <= 0)
		return NULL;
	neighbours(l->arena, size, type, near);
	if (!near[0] || !near[1])
		return NULL;
	for (int i = 0; i < 2; i++) {
		loader_init(&load[i], l->arena, l->diag);
		node[i] = loader_file(&load[i], &node_file, near[i], "");
		if (!node[i])
			return NULL;
	}
	if (!node[0]->fin != !node[1]->fin) {
		diag_warn(l->diag, loc, "'%s' lies between the planar '%s' and the FinFET '%s': no interpolation",
			name, near[0], near[1]);
		return NULL;
	}

	double f_a = node[0]->l_feature, f_b = node[1]->l_feature;
	struct pair p = {l->arena, &load[0], log(f_a / (size * 1e-9)) / log(f_a / f_b)};
	const char *text = map_text(&p, node_fields, "", node[0], node[1]);

	diag_warn(l->diag, loc, "'%s' is interpolated between '%s' and '%s'", name, near[0], near[1]);
	return yaml_read_text(l->arena, name, text, strlen(text), false, l->diag);
}
