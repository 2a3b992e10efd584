/* SPDX-License-Identifier: Apache-2.0 */
#include "study/sweep.h"

#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/diag.h"
#include "base/path.h"

struct sweep {
	struct arena *arena; /* of what stays; used by one thread at a time */
	struct study_plan *plan;
	const struct study_sets *sets;
	bool quick;
	struct result *result;
};

/* Load and price point i in memory of its own. */
static struct cost *try_point(const struct sweep *s, int i, struct arena *a, struct diag *d, struct point *p)
{
	if (!study_point(s->plan, s->sets, s->quick, i, a, d, p) || !point_load(p))
		return NULL;
	return p->design ? point_price(a, p, SWEEP_IMAGES, point_activity(a, p, SWEEP_BATCH)) : NULL;
}

static const char *keep_text(struct arena *a, const char *text)
{
	return text ? arena_dup(a, text) : NULL;
}

/* What a row needs of a point and its price, in the sweep's own memory. */
static void keep(struct sweep *s, int i, const struct point *p, const struct cost *cost, const char *error,
	double wall_s)
{
	struct arena *a = s->arena;
	struct outcome *o = NEW(a, struct outcome, 1);
	struct point *kept = &s->plan->point[i];

	*kept = (struct point){
		.design_name = p->design_name, .network_name = p->network_name, .recipe_name = p->recipe_name};
	kept->axis_text = NEW(a, const char *, s->plan->n_axes + 1);
	for (int k = 0; k < s->plan->n_axes; k++)
		kept->axis_text[k] = keep_text(a, p->axis_text[k]);
	kept->text = (struct point_texts){keep_text(a, p->text.node), keep_text(a, p->text.synapse),
		keep_text(a, p->text.cells), keep_text(a, p->text.update), keep_text(a, p->text.rule)};
	*o = (struct outcome){.status = error ? arena_dup(a, error) : "ok",
		.accuracy_percent = (double)NAN,
		.loss = (double)NAN,
		.wall_s = wall_s};
	s->result[i] = (struct result){.i_point = i, .outcome = o};
	if (cost) {
		struct cost *c = NEW(a, struct cost, 1);
		*c = *cost;
		c->layer = NULL;
		c->entry = NULL;
		c->n_layers = c->n_entries = 0;
		s->result[i].cost = c;
	}
}

static void do_point(struct sweep *s, int i, FILE *nowhere)
{
	struct arena *a = arena_new();
	struct diag *d = diag_new(a, nowhere);
	struct point p = {0};
	double start = clock_now();
	const struct cost *cost = try_point(s, i, a, d, &p);
	double wall_s = clock_now() - start;

#pragma omp critical(sweep_keep)
	keep(s, i, &p, cost, diag_errors(d) > 0 ? diag_first(d) : NULL, wall_s);
	arena_free(a);
}

/* The first point of every design and network stays loaded. */
static const struct point **load_first(const struct sweep *s, struct diag *d, int *n)
{
	int n_combinations = 1, n_all = s->plan->n_points;

	for (int i = 0; i < s->plan->n_axes; i++)
		n_combinations *= s->plan->axis[i].n;
	*n = n_all / n_combinations;

	const struct point **first = NEW(s->arena, const struct point *, *n + 1);

	for (int i = 0; i < *n; i++) {
		struct point *p = NEW(s->arena, struct point, 1);
		try_point(s, i * n_combinations, s->arena, d, p);
		first[i] = p;
	}
	return first;
}

static void show_failed(const struct sweep *s)
{
	for (int i = 0; i < s->plan->n_points; i++) {
		struct point p;
		if (strcmp(s->result[i].outcome->status, "ok") == 0)
			continue;
		try_point(s, i, s->arena, diag_new(s->arena, stderr), &p);
		return;
	}
}

struct result *sweep_run(struct arena *a, struct study_plan *plan, const struct study_sets *sets,
	bool quick, const struct point ***first, int *n)
{
	struct sweep s = {a, plan, sets, quick, NEW(a, struct result, plan->n_points)};
	FILE *nowhere = fopen("/dev/null", "w");

	if (!nowhere)
		die_errno("cannot open '/dev/null'");
	*first = load_first(&s, diag_new(a, nowhere), n);
#pragma omp parallel for schedule(dynamic, 16)
	for (int i = 0; i < plan->n_points; i++)
		do_point(&s, i, nowhere);
	fclose(nowhere);
	show_failed(&s);
	return s.result;
}
