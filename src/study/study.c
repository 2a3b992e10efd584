/* SPDX-License-Identifier: Apache-2.0 */
#include "study/study.h"

#include <math.h>
#include <string.h>

#include "arch/design.h"
#include "arch/price.h"
#include "base/arena.h"
#include "base/diag.h"
#include "base/path.h"
#include "device/update.h"
#include "net/network.h"
#include "study/exhibits.h"
#include "train/recipe.h"
#include "train/rule.h"

#define MAX_POINTS 100000

const struct field study_fields[] = {
	NAME(study, name, NULL, "name of the study, as it stands in the results"),
	NAME(study, title, "", "one line for the head of the tables"),
	NAMES(study, designs, NULL, "designs to compare, by name or path; float is exact arithmetic"),
	NAMES(study, networks, NULL, "networks, by name or path"),
	NAMES(study, recipes, "", "training recipes, by name or path; absent: nothing is trained, only priced"),
	BOOL(study, train, "true", "false: nothing is trained, points are priced with the learning rules and batches of their recipes"),
	REALS(study, seeds, DIM_NONE, 0, 9007199254740992.0, "", "seeds; absent: the recipe's own"),
	TREE(study, axes, "",
		"what varies: a path (design.array.n_rows) and a list of values; or a name and the paths that "
		"vary together, each with its list; or a name and named settings, each a map from paths to values"),
	TREE(study, quick, "", "values for --quick: a map from a path to a value"),
	LIST(study, figures, struct figure, figure_fields, 0, 100, "", "figures to make of the results"),
	{"tables", FIELD_LIST, DIM_NONE, offsetof(struct study, sheets), 0, 100, "", sheet_fields,
		"tables to make of the results", sizeof(struct sheet)},
	FIELD_END,
};

bool study_trains(const struct study *s)
{
	return s->recipes.n > 0 && s->train;
}

static bool check_names(const struct field_names *names, const char *key, struct diag *d)
{
	for (int i = 0; i < names->n; i++)
		for (int k = 0; k < i; k++)
			if (strcmp(names->value[i], names->value[k]) == 0) {
				diag_error(d, diag_where(d, &names->value[i]), "'%s': '%s' is given twice", key,
					names->value[i]);
				return false;
			}
	if (names->n > 0)
		return true;
	diag_error(d, diag_where(d, names), "'%s' is empty: the study has nothing to run", key);
	return false;
}

static bool check_seeds(const struct field_reals *seeds, struct diag *d)
{
	bool good = true;

	for (int i = 0; i < seeds->n; i++) {
		struct loc at = diag_where(d, &seeds->value[i]);
		if (seeds->value[i] != floor(seeds->value[i])) {
			diag_error(d, at, "'seeds': expected whole numbers");
			good = false;
		}
		for (int k = 0; k < i; k++)
			if (seeds->value[k] == seeds->value[i]) {
				diag_error(d, at, "'seeds': %.0f is given twice", seeds->value[i]);
				good = false;
			}
	}
	return good;
}

/* The name becomes a folder. */
static bool check_study_name(const struct study *s, struct diag *d)
{
	size_t n = strspn(s->name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-");

	if (*s->name && *s->name != '.' && !s->name[n])
		return true;
	diag_error(d, diag_where(d, &s->name),
		"'name': expected letters, digits, '-', '_' and '.', not a '.' first");
	return false;
}

static bool study_check(void *study, struct arena *a, struct diag *d)
{
	const struct study *s = study;
	bool good = check_names(&s->designs, "designs", d);

	(void)a;
	good &= check_names(&s->networks, "networks", d);
	if (s->recipes.n > 0)
		good &= check_names(&s->recipes, "recipes", d);
	return check_seeds(&s->seeds, d) && check_study_name(s, d) && good;
}

const struct file_kind study_file = {"study", "reports", sizeof(struct study), study_fields, study_check,
	NULL, NULL};

struct find_path {
	struct arena *arena;
	const char *path;
	bool found;
};

static void compare_path(void *ctx, const char *path, const struct field *f)
{
	struct find_path *find = ctx;

	const char *plain = path_without_kinds(find->arena, path);

	find->found |= strcmp(plain, find->path) == 0 ||
		(f->type == FIELD_KIND && strcmp(arena_printf(find->arena, "%s.kind", plain), find->path) == 0);
}

/* An axis of arrays says nothing to a design without them, if only it is a key of designs; a setting of one
 * run alone is told of. */
static void excuse_arrays(struct loader *l, const char *design, bool in_study)
{
	for (int i = 0; i < l->n_override; i++) {
		struct find_path find = {l->arena, l->override[i].path, false};
		if (l->override[i].used || strncmp(find.path, "design.", 7) != 0)
			continue;
		field_walk(l->arena, design_fields, "design", compare_path, &find);
		l->override[i].used = find.found;
		if (find.found && !in_study)
			diag_warn(l->diag, l->override[i].loc, "'%s' has no effect: '%s' has no arrays", find.path, design);
	}
}

/* A value that the files of a point hold ("design.node"), NULL if there is none. */
static const char *setting(const struct loader *l, const char *path)
{
	for (int i = 0; i < l->n_setting; i++)
		if (strcmp(l->setting[i].path, path) == 0)
			return l->setting[i].text;
	return NULL;
}

static const char *cell_names(const struct loader *l)
{
	static const char *const paths[] = {"design.synapse.cell", "design.synapse.nonvolatile",
		"design.synapse.volatile"};
	const char *text = NULL;

	for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
		const char *name = setting(l, paths[i]);
		if (name)
			text = text ? arena_printf(l->arena, "%s+%s", text, name) : name;
	}
	return text;
}

static bool is_override(const struct loader *l, const char *path)
{
	for (int i = 0; i < l->n_override; i++) {
		size_t n = strlen(l->override[i].path);
		if (strncmp(l->override[i].path, path, n) == 0 && (!path[n] || path[n] == '.'))
			return true;
	}
	return false;
}

/* Settings of arrays that a digital chip does not have; those of an axis are meant for other designs. */
static void warn_digital(const struct loader *l, const void *digital, bool in_study)
{
	static const char *const keys[] = {"design.array.", "design.converter", "design.input.", "design.error.",
		"design.mapping.", "design.execution", "design.interconnect", "design.update",
		"design.write.", "design.gradient.kind", "design.gradient.bank", "design.double_buffer",
		"design.power_gating"};

	for (int i = 0; i < l->n_setting; i++)
		for (size_t k = 0; k < sizeof keys / sizeof *keys; k++)
			if (!l->setting[i].is_default && !(in_study && is_override(l, l->setting[i].path)) &&
				strncmp(l->setting[i].path, keys[k], strlen(keys[k])) == 0)
				diag_warn(l->diag, diag_where(l->diag, digital),
					"'%s' has no effect: a digital chip has no arrays", l->setting[i].path);
}

bool point_load(struct point *p)
{
	struct loader *l = &p->loader;
	bool is_float = strcmp(p->design_name, DESIGN_FLOAT) == 0;

	if (!is_float)
		p->design = loader_file_at(l, &design_file, p->design_name, "design", p->design_loc);
	p->network = loader_file_at(l, &network_file, p->network_name, "network", p->network_loc);
	if (p->recipe_name)
		p->recipe = loader_file_at(l, &recipe_file, p->recipe_name, "recipe", p->recipe_loc);
	if ((!is_float && !p->design) || !p->network || (p->recipe_name && !p->recipe))
		return false;
	if (is_float || p->design->digital)
		excuse_arrays(l, p->design_name, p->axis_text != NULL);
	if (!is_float && p->design->digital)
		warn_digital(l, p->design->digital, p->axis_text != NULL);
	else if (!is_float && p->recipe && !p->design->training)
		diag_warn(l->diag, diag_where(l->diag, &p->design->training),
			"the design is for inference alone: what training it takes is not in its price");
	if (!loader_finish(l) || (!is_float && !price_check(p->design, p->network, l->diag)) ||
		(p->recipe && !rule_fits(p->recipe->rule, p->network, l->diag)))
		return false;
	if (!is_float)
		p->text = (struct point_texts){setting(l, "design.node"),
			p->design->synapse ? p->design->synapse->kind->head.name : "digital", cell_names(l),
			p->design->synapse ? p->design->update->kind->head.name : NULL, NULL};
	p->text.rule = p->recipe ? p->recipe->rule->kind->name : NULL;
	return true;
}

/* The overrides of a point: --quick, then its axis values, then --set. */
static bool add_overrides(const struct study_plan *plan, struct point *p, const int *index,
	const struct study_sets *sets, bool quick, struct arena *a)
{
	const struct yaml *q = plan->study->quick;
	bool good = true;

	for (int i = 0; quick && q && i < q->n; i++)
		loader_add(&p->loader, q->key[i], q->child[i], q->key_loc[i]);
	p->axis_text = NEW(a, const char *, plan->n_axes + 1);
	for (int i = 0; i < plan->n_axes; i++) {
		const struct axis_value *value = &plan->axis[i].value[index[i]];
		axis_apply(a, value, &p->loader);
		p->axis_text[i] = value->text;
	}
	for (int i = 0; i < sets->n; i++)
		if (strncmp(sets->option[i], "study.", 6) != 0)
			good &= loader_set(&p->loader, sets->option[i]);
	return good;
}

static const char *pick(const struct field_names *names, int i, const struct diag *d, struct loc *loc)
{
	*loc = diag_where(d, &names->value[i]);
	return names->value[i];
}

const char *point_title(struct arena *a, const struct study_plan *plan, int i)
{
	const struct point *p = &plan->point[i];
	const char *text = arena_printf(a, "point %d: %s %s", i, p->design_name, p->network_name);

	if (p->recipe_name)
		text = arena_printf(a, "%s %s", text, p->recipe_name);
	for (int k = 0; k < plan->n_axes; k++)
		text = arena_printf(a, "%s, %s %s", text, plan->axis[k].name, p->axis_text[k]);
	return text;
}

bool study_point(const struct study_plan *plan, const struct study_sets *sets, bool quick, int i,
	struct arena *a, struct diag *d, struct point *p)
{
	const struct study *s = plan->study;
	int *index = NEW(a, int, plan->n_axes + 1), rest = i;

	for (int k = plan->n_axes - 1; k >= 0; k--) {
		index[k] = rest % plan->axis[k].n;
		rest /= plan->axis[k].n;
	}
	*p = (struct point){0};
	diag_setting(d, NULL);
	loader_init(&p->loader, a, d);
	p->loader.folder = path_folder(a, plan->file[0]); /* files beside the study */
	p->design_name = pick(&s->designs, rest % s->designs.n, plan->diag, &p->design_loc);
	rest /= s->designs.n;
	p->network_name = pick(&s->networks, rest % s->networks.n, plan->diag, &p->network_loc);
	rest /= s->networks.n;
	if (s->recipes.n > 0)
		p->recipe_name = pick(&s->recipes, rest, plan->diag, &p->recipe_loc);
	return add_overrides(plan, p, index, sets, quick, a);
}

static bool count_points(struct study_plan *plan, struct diag *d)
{
	const struct study *s = plan->study;
	double n = (double)s->designs.n * s->networks.n * (s->recipes.n > 0 ? s->recipes.n : 1);

	for (int i = 0; i < plan->n_axes; i++)
		n *= plan->axis[i].n;
	plan->n_points = n <= MAX_POINTS ? (int)n : 0;
	if (n > MAX_POINTS)
		diag_error(d, diag_where(d, &s->axes), "the study has %.0f points, more than %d", n, MAX_POINTS);
	return n <= MAX_POINTS;
}

static bool load_points(struct study_plan *plan, struct arena *a, const struct study_sets *sets,
	bool quick, struct diag *d)
{
	bool good = true;

	for (int i = 0; i < plan->n_points; i++) {
		struct point *p = &plan->point[i];
		good &= study_point(plan, sets, quick, i, a, d, p);
		good &= point_load(p);
		if (diag_errors(d) > 0)
			break; /* the same mistake would show in every further point */
	}
	return good && diag_errors(d) == 0;
}

static bool check_quick(const struct study *s, struct diag *d)
{
	bool good = true;

	if (!s->quick)
		return true;
	if (s->quick->type != YAML_MAP) {
		diag_error(d, s->quick->loc, "'quick': expected a map from a path to a value");
		return false;
	}
	for (int i = 0; i < s->quick->n; i++)
		good &= axes_path(s->quick->key[i], s->quick->key_loc[i], d);
	return good;
}

/* The file named, or its text where it stands in another. */
static const struct study *read_study(struct loader *l, const char *name, const char *text)
{
	if (!text)
		return loader_file(l, &study_file, name, "study");

	const struct yaml *map = yaml_read_text(l->arena, name, text, strlen(text), true, l->diag);
	struct study *s = NEW(l->arena, struct study, 1);

	return map && loader_bind(l, study_fields, map, "study", s) && study_check(s, l->arena, l->diag) ? s : NULL;
}

struct study_plan *study_open(struct arena *a, const char *name, const char *text,
	const struct study_sets *sets, struct diag *d)
{
	struct study_plan *plan = NEW(a, struct study_plan, 1);
	struct loader l;

	loader_init(&l, a, d);
	for (int i = 0; i < sets->n; i++)
		if (strncmp(sets->option[i], "study.", 6) == 0)
			loader_set(&l, sets->option[i]);
	plan->study = read_study(&l, name, text);
	if (!plan->study || !loader_finish(&l) ||
		!axes_read(a, plan->study->axes, &plan->axis, &plan->n_axes, d) || !check_quick(plan->study, d))
		return NULL;
	plan->file = l.file;
	plan->n_file = l.n_file;
	plan->n_seeds = plan->study->seeds.n;
	plan->seed = NEW(a, uint64_t, plan->n_seeds + 1);
	for (int i = 0; i < plan->n_seeds; i++)
		plan->seed[i] = (uint64_t)plan->study->seeds.value[i];
	plan->diag = d;
	return exhibits_check(plan, a, d) && count_points(plan, d) ? plan : NULL;
}

struct study_plan *study_load(struct arena *a, const char *name, const struct study_sets *sets,
	bool quick, struct diag *d)
{
	struct study_plan *plan = study_open(a, name, NULL, sets, d);

	if (!plan)
		return NULL;
	plan->point = NEW(a, struct point, plan->n_points);
	if (!study_trains(plan->study))
		return plan;
	return load_points(plan, a, sets, quick, d) ? plan : NULL;
}
