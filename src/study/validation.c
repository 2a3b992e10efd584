/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Validation.
 *
 * Model    error of a class: geometric mean and geometric standard deviation of estimated/published,
 *          share of rows within a factor of two; every published figure is one row
 * Source   doc/validation.md
 * Assumes  points of a chip count alike; those of one chip are not independent
 * Checked  tests/unit/check_validation.c
 */
#include "study/validation.h"

#include <math.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/path.h"
#include "device/node_between.h"

#define N_PER_POINT 4 /* figures of a point at most */

const char *const quantity_names[QUANTITY_COUNT] = {
	[QUANTITY_AREA] = "area",
	[QUANTITY_TIME] = "access_time",
	[QUANTITY_EFFICIENCY] = "efficiency",
	[QUANTITY_ENERGY] = "energy",
};

static const struct macro *load(struct arena *a, const char *name, const struct yaml *set, struct diag *d)
{
	struct loader l;

	loader_init(&l, a, d);
	l.missing = node_between;
	for (int i = 0; set && i < set->n; i++)
		loader_add(&l, set->key[i], set->child[i], set->key_loc[i]);

	const struct macro *m = loader_file(&l, &macro_file, name, "");

	return m && loader_finish(&l) ? m : NULL;
}

static void add_row(struct validation *v, const struct validation_row *like, enum quantity q,
	double published, double estimated)
{
	struct validation_row *row = &v->row[v->n_rows];

	if (published <= 0)
		return;
	*row = *like;
	row->quantity = q;
	row->published = published;
	row->estimated = estimated;
	v->n_rows++;
}

static void add_share(struct validation *v, const struct validation_row *like, const char *block, bool area,
	double published, double estimated)
{
	if (published > 0)
		v->share[v->n_shares++] = (struct validation_share){
			like->macro, like->point, block, area, published, estimated};
}

static void add_point(struct validation *v, const struct validation_row *like, const struct macro_point *p,
	const struct macro_cost *c)
{
	const struct macro_block *b = p->blocks.item;

	add_row(v, like, QUANTITY_AREA, p->area, c->area);
	add_row(v, like, QUANTITY_TIME, p->t_access, c->t_access);
	add_row(v, like, QUANTITY_EFFICIENCY, 1e12 * p->tops_per_w, 1e12 * c->tops_per_w);
	add_row(v, like, QUANTITY_ENERGY, p->energy, c->energy);
	for (int i = 0; i < p->blocks.n; i++) {
		add_share(v, like, b[i].name, true, b[i].k_area, macro_share_area(c, &b[i]));
		add_share(v, like, b[i].name, false, b[i].k_energy, macro_share_energy(c, &b[i]));
	}
}

static int blocks(const struct macro *m)
{
	const struct macro_point *p = m->points.item;
	int n = 0;

	for (int i = 0; i < m->points.n; i++)
		n += p[i].blocks.n;
	return n;
}

struct validation *validate(struct arena *a, const char **names, int n, struct diag *d)
{
	struct validation *v = NEW(a, struct validation, 1);
	const struct macro **first = NEW(a, const struct macro *, n + 1);
	int n_points = 0, n_blocks = 0;

	for (int i = 0; i < n; i++) {
		first[i] = load(a, names[i], NULL, d);
		if (!first[i])
			return NULL;
		n_points += first[i]->points.n;
		n_blocks += blocks(first[i]);
	}
	v->row = NEW(a, struct validation_row, N_PER_POINT * n_points + 1);
	v->share = NEW(a, struct validation_share, 2 * n_blocks + 1);
	for (int i = 0; i < n; i++) {
		const struct macro_point *p = first[i]->points.item;
		for (int k = 0; k < first[i]->points.n; k++) {
			const struct macro *m = p[k].set ? load(a, names[i], p[k].set, d) : first[i];
			if (!m)
				return NULL;
			struct macro_cost c = macro_estimate(m);
			struct validation_row like = {.class = m->class,
				.chip = i,
				.macro = path_stem(a, names[i]),
				.point = p[k].name ? p[k].name : ""};
			add_point(v, &like, &p[k], &c);
		}
	}
	return v;
}

struct validation_error validation_error(const struct validation *v, int class, enum quantity q)
{
	struct validation_error e = {0};
	double sum = 0, squares = 0;
	int last = -1;

	for (int i = 0; i < v->n_rows; i++) {
		const struct validation_row *r = &v->row[i];
		if (r->class != class || (q != QUANTITY_COUNT && r->quantity != q))
			continue;
		double x = log(r->estimated / r->published);
		sum += x;
		squares += x * x;
		e.k_within += fabs(x) <= log(2);
		e.n++;
		e.n_chips += r->chip != last;
		last = r->chip;
	}
	if (e.n == 0)
		return e;
	e.k_mean = exp(sum / e.n);
	e.k_spread = exp(sqrt(fmax(squares / e.n - sum / e.n * sum / e.n, 0)));
	e.k_within /= e.n;
	return e;
}
