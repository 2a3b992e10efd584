/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Validation.
 *
 * Model    error of a class: geometric mean and geometric standard deviation of estimated/published,
 *          share of rows within a factor of two; every published figure is one row
 *          fit: factor e^(-mean ln(estimated/published)) per class and quantity; half of the chips,
 *          or all but one
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
	double published, double estimated, double k)
{
	struct validation_row *row = &v->row[v->n_rows];

	if (published <= 0)
		return;
	*row = *like;
	row->quantity = q;
	row->published = published;
	row->estimated = estimated;
	row->calibrated = k * estimated;
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
	const struct macro_cost *c, struct factors f)
{
	const struct macro_block *b = p->blocks.item;

	add_row(v, like, QUANTITY_AREA, p->area, c->area, f.k_area);
	add_row(v, like, QUANTITY_TIME, p->t_access, c->t_access, f.k_time);
	struct validation_row efficiency = *like;

	efficiency.apart = p->apart;
	add_row(v, &efficiency, QUANTITY_EFFICIENCY, 1e12 * p->tops_per_w, 1e12 * c->tops_per_w,
		1 / f.k_energy);
	add_row(v, like, QUANTITY_ENERGY, p->energy, c->energy, f.k_energy);
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

struct validation *validate(struct arena *a, const char **names, int n,
	const struct calibration *calibration, struct diag *d)
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
			add_point(v, &like, &p[k], &c,
				calibration_factors(calibration, (enum macro_class)m->class));
		}
	}
	return v;
}

struct validation_error validation_error(
	const struct validation *v, int class, enum quantity q, bool calibrated)
{
	struct validation_error e = {0};
	double sum = 0, squares = 0;
	int last = -1;

	for (int i = 0; i < v->n_rows; i++) {
		const struct validation_row *r = &v->row[i];
		if (r->class != class || r->apart || (q != QUANTITY_COUNT && r->quantity != q))
			continue;
		double x = log((calibrated ? r->calibrated : r->estimated) / r->published);
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

/* ln(estimated/published) of a row as an area, time or energy; false for another. */
static bool counts(const struct validation_row *r, int class, enum quantity q, double *x)
{
	bool is_energy = r->quantity == QUANTITY_EFFICIENCY || r->quantity == QUANTITY_ENERGY;

	if (r->class != class || r->apart || (q == QUANTITY_ENERGY ? !is_energy : r->quantity != q))
		return false;
	*x = log(r->estimated / r->published);
	if (r->quantity == QUANTITY_EFFICIENCY)
		*x = -*x;
	return true;
}

/* Mean of x over the rows of all chips but one (-1: of all). */
static double mean_without(const struct validation *v, int class, enum quantity q, int chip)
{
	double sum = 0, x;
	int n = 0;

	for (int i = 0; i < v->n_rows; i++)
		if (v->row[i].chip != chip && counts(&v->row[i], class, q, &x)) {
			sum += x;
			n++;
		}
	return n > 0 ? sum / n : 0;
}

struct validation_fit validation_fit(const struct validation *v, int class, enum quantity q)
{
	struct validation_fit f = {.k = 1};
	double fit = 0, test = 0, error = 0, left_out = 0, x;
	int n_chips = 0, last = -1;

	for (int i = 0; i < v->n_rows; i++) {
		const struct validation_row *r = &v->row[i];
		if (!counts(r, class, q, &x))
			continue;
		n_chips += r->chip != last;
		last = r->chip;
		if (n_chips % 2) {
			fit += x;
			f.n_fit++;
		} else {
			test += x;
			f.n_test++;
		}
		error += fabs(x);
		left_out += fabs(x - mean_without(v, class, q, r->chip));
	}
	if (f.n_fit == 0)
		return f;
	f.k = exp(-fit / f.n_fit);
	f.k_all = exp(-mean_without(v, class, q, -1));
	f.k_error = exp(error / (f.n_fit + f.n_test));
	f.k_left_out = exp(left_out / (f.n_fit + f.n_test));
	if (f.n_test > 0) {
		f.k_blind = exp(test / f.n_test);
		f.k_after = f.k * f.k_blind;
	}
	return f;
}
