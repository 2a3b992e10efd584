/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Jump table: the change of conductance by one pulse as a measured function of the conductance,
 * with its scatter: a mean and a sigma per conductance, or quantiles of the distribution itself.
 *
 * Model    dg(g) linear between the points; with quantiles dg = Q(g, u), u uniform, bilinear, and
 *          the outermost quantiles stand for everything beyond them
 * Source   [Alibart2012], the update map of a pulse; data from the techfile
 * Assumes  no memory beyond the conductance; spread scales the steps
 * Valid    the conductances of the table, which must cover the window
 * Checked  tests/unit/check_response.c: nodes, distribution against the quantiles
 */
#include <math.h>
#include <stddef.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "device/cell.h"

struct table {
	struct field_reals g;     /* [n_g] rising */
	struct field_reals dg;    /* [n_g] means, or [n_g][n_p] quantiles */
	struct field_reals sigma; /* [n_g] or none */
	struct field_reals p;     /* [n_p] or none */
};

struct jump {
	struct response response;
	struct table up, down;
	double g_low, g_span; /* of the cell's window */
};

static const struct field table_fields[] = {
	REALS(table, g, DIM_SIEMENS, 0, 1, NULL, "conductances, rising, from the bottom of the window to its top"),
	REALS(table, dg, DIM_SIEMENS, -1, 1, NULL,
		"change by one pulse at each of them; with 'p' its quantiles, all of one conductance together"),
	REALS(table, sigma, DIM_SIEMENS, 0, 1, "", "sigma of the change at each conductance"),
	REALS(table, p, DIM_NONE, 1e-6, 0.999999, "", "shares of the pulses below each quantile, rising"),
	FIELD_END,
};

static const struct field fields[] = {
	MAP(jump, up, table_fields, "potentiation"),
	MAP(jump, down, table_fields, "depression"),
	FIELD_END,
};

/* Index of the interval of a rising list that holds v, and the share of it below v. */
static int locate(const struct field_reals *list, double v, double *share)
{
	int i = 0;

	while (i < list->n - 2 && v >= list->value[i + 1])
		i++;

	double from = list->value[i], to = list->value[i + 1];

	*share = v <= from ? 0 : v >= to ? 1 : (v - from) / (to - from);
	return i;
}

static double between(const double *v, int i, int stride, double share)
{
	return v[i * stride] + (v[(i + 1) * stride] - v[i * stride]) * share;
}

static const struct table *table_of(const struct response *r, bool up)
{
	const struct jump *j = (const struct jump *)r;

	return up ? &j->up : &j->down;
}

static double quantile(const struct response *r, bool up, double x, double u)
{
	const struct jump *j = (const struct jump *)r;
	const struct table *t = table_of(r, up);
	double share_g, share_p;
	int i = locate(&t->g, j->g_low + x * j->g_span, &share_g), q = locate(&t->p, u, &share_p);

	return (between(t->dg.value + q, i, t->p.n, share_g) * (1 - share_p) +
		       between(t->dg.value + q + 1, i, t->p.n, share_g) * share_p) / j->g_span;
}

static double step(const struct response *r, bool up, double x)
{
	const struct jump *j = (const struct jump *)r;
	const struct table *t = table_of(r, up);
	double share, sum = 0;

	if (t->p.n == 0) {
		int i = locate(&t->g, j->g_low + x * j->g_span, &share);
		return between(t->dg.value, i, 1, share) / j->g_span;
	}
	/* the mean of a distribution that is linear between its quantiles and ends at them */
	for (int q = 0; q <= t->p.n; q++) {
		double from = q ? t->p.value[q - 1] : 0, to = q < t->p.n ? t->p.value[q] : 1;
		sum += (to - from) * (quantile(r, up, x, from) + quantile(r, up, x, to)) / 2;
	}
	return sum;
}

static double sigma(const struct response *r, bool up, double x)
{
	const struct jump *j = (const struct jump *)r;
	const struct table *t = table_of(r, up);
	double share;

	if (t->sigma.n == 0)
		return 0;

	int i = locate(&t->g, j->g_low + x * j->g_span, &share);

	return between(t->sigma.value, i, 1, share) / j->g_span;
}

static bool has_quantiles(const struct response *r)
{
	const struct jump *j = (const struct jump *)r;

	return j->up.p.n > 0;
}

static bool rises(const struct field_reals *list, const char *key, struct diag *d)
{
	for (int i = 1; i < list->n; i++)
		if (list->value[i] <= list->value[i - 1]) {
			diag_error(d, diag_where(d, &list->value[i]), "'%s': must rise, but %g follows %g", key,
				list->value[i], list->value[i - 1]);
			return false;
		}
	return true;
}

static bool check_table(const struct table *t, const struct cell *c, struct arena *a, struct diag *d)
{
	int n_each = t->p.n ? t->p.n : 1;
	bool good = true;

	if (t->g.n < 2) {
		diag_error(d, diag_where(d, &t->g), "'g': a jump table needs at least 2 conductances");
		return false;
	}
	good &= rises(&t->g, "g", d) && rises(&t->p, "p", d);
	if (t->p.n == 1) {
		diag_error(d, diag_where(d, &t->p), "'p': one quantile is no distribution, expected 2 or more");
		good = false;
	}
	if (t->dg.n != t->g.n * n_each) {
		diag_error(d, diag_where(d, &t->dg), "'dg': has %d values, expected %d (%d conductances%s)", t->dg.n,
			t->g.n * n_each, t->g.n, t->p.n ? " times the quantiles in 'p'" : "");
		good = false;
	}
	if (t->sigma.n && t->p.n) {
		diag_error(d, diag_where(d, &t->sigma), "'sigma' and 'p': one description of the scatter is enough");
		good = false;
	}
	if (t->sigma.n && t->sigma.n != t->g.n) {
		diag_error(d, diag_where(d, &t->sigma), "'sigma': has %d values, expected %d, one per conductance",
			t->sigma.n, t->g.n);
		good = false;
	}
	if (t->g.value[0] > c->g_min * (1 + 1e-9) || t->g.value[t->g.n - 1] < c->g_max * (1 - 1e-9)) {
		diag_error(d, diag_where(d, &t->g), "'g': the jump table covers %s to %s, but the window is %s to %s",
			units_text(a, t->g.value[0], DIM_SIEMENS),
			units_text(a, t->g.value[t->g.n - 1], DIM_SIEMENS), units_text(a, c->g_min, DIM_SIEMENS),
			units_text(a, c->g_max, DIM_SIEMENS));
		good = false;
	}
	return good;
}

static bool check(struct response *r, const struct cell *c, struct arena *a, struct diag *d)
{
	struct jump *j = (struct jump *)r;

	if (!(check_table(&j->up, c, a, d) & check_table(&j->down, c, a, d)))
		return false;
	if ((j->up.p.n > 0) != (j->down.p.n > 0)) {
		diag_error(d, diag_where(d, j->up.p.n ? &j->down.g : &j->up.g),
			"'p': quantiles in one polarity need quantiles in the other");
		return false;
	}
	j->g_low = c->g_min;
	j->g_span = c->g_max - c->g_min;
	r->n_up = 1 / step(r, true, 0.5);
	r->n_down = -1 / step(r, false, 0.5);
	if (r->n_up > 0 && isfinite(r->n_up) && r->n_down > 0 && isfinite(r->n_down))
		return true;

	bool up = !(r->n_up > 0 && isfinite(r->n_up));

	diag_error(d, diag_where(d, up ? &j->up.dg : &j->down.dg),
		"'dg': the mean step at mid-window must be %s 0 for this polarity", up ? "above" : "below");
	return false;
}

extern const struct response_kind response_jump;
const struct response_kind response_jump = {
	.head = {"jump", "table of measured steps and their scatter", "Alibart2012", sizeof(struct jump), fields},
	.own_window = true,
	.check = check,
	.step = step,
	.sigma = sigma,
	.quantile = quantile,
	.has_quantiles = has_quantiles,
};
