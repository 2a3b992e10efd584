/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One kind of response fitted to readings.
 *
 * Method   values by least squares with the deviations of the last round, noise by its likelihood, in
 *          turns; then each cell's own deviation with the values held, until both stand
 *          errors: (J^T J)^-1; what is known of the window and of the mean deviation of the cells
 *          only to some variance v adds a^2 v, a = -(J^T J)^-1 J^T df/d(that)
 * Source   fit.h; [TierneyKadane1986] (Laplace's integral over the deviations)
 * Checked  tests/unit/check_fit.c
 */
#include <math.h>
#include <string.h>

#include <gsl/gsl_linalg.h>

#include "base/arena.h"
#include "base/diag.h"
#include "lab/fit_priv.h"

enum { ROUNDS = 3, MIN_CELLS = 3, MAX_UNKNOWN = FIT_MAX_KEYS + 2 };
#define SIGNIFICANT 0.05

struct job {
	const struct readings *rd;
	struct arena *arena, *scratch;
	struct diag *silent;
	struct response *response;
	struct cell cell;       /* as much of it as a response asks for */
	int n_keys, n_unknown;
	const struct field *field[MAX_UNKNOWN];
	bool free_end[2];
	struct window window;
	struct noise noise;
	struct own *own;        /* [n_cells] */
	double *se_up, *se_down; /* [n_cells] of the deviations */
	double *sd, *residual;  /* [n] */
	int only;               /* the cell whose deviation is sought */
	bool broken;            /* the response refused its values */
};

const struct field *fit_field(const struct response_kind *kind, const char *key)
{
	for (const struct field *f = kind->head.fields; f->type != FIELD_LAST; f++)
		if (strcmp(f->key, key) == 0)
			return f;
	BUG("a key of a fit that the kind does not have");
}

static double *value_at(struct response *r, const struct field *f)
{
	return (double *)(void *)((char *)r + f->offset);
}

static bool ends_with(const char *s, const char *tail)
{
	size_t n = strlen(s), m = strlen(tail);

	return n >= m && strcmp(s + n - m, tail) == 0;
}

/* Lets the response follow from its keys and the window. */
static void complete(struct job *j)
{
	const struct readings *rd = j->rd;
	size_t mark = arena_mark(j->scratch);

	j->cell.g_min = rd->g_zero + j->window.low * rd->g_scale;
	j->cell.g_max = rd->g_zero + j->window.high * rd->g_scale;
	j->broken = j->window.high - j->window.low < 1e-3 ||
		    !j->response->kind->check(j->response, &j->cell, j->scratch, j->silent);
	arena_reset(j->scratch, mark);
}

static void put(struct job *j, const struct unknown *u)
{
	int i = 0;

	for (; i < j->n_keys; i++)
		*value_at(j->response, j->field[i]) = u[i].value;
	if (j->free_end[0])
		j->window.low = u[i++].value;
	if (j->free_end[1])
		j->window.high = u[i++].value;
	complete(j);
}

static double run(struct job *j, int from, int to, bool frozen, double *sd, double *residual)
{
	return likelihood(j->rd, j->response, &j->window, &j->noise, j->own, from, to, frozen, sd, residual);
}

static void misfit(void *ctx, const struct unknown *u, double *residual)
{
	struct job *j = ctx;

	put(j, u);
	if (j->broken)
		for (int i = 0; i < j->rd->n; i++)
			residual[i] = 1e3;
	else
		run(j, 0, j->rd->n_cells, true, j->sd, residual);
}

/* Sums of a straight line through steps over places. */
struct line {
	double n, x, d, xx, xd, dd;
};

static void add(struct line *l, double x, double d)
{
	l->n++;
	l->x += x;
	l->d += d;
	l->xx += x * x;
	l->xd += x * d;
	l->dd += d * d;
}

static double line_at(const struct line *l, double x)
{
	double det = l->n * l->xx - l->x * l->x, b = det > 0 ? (l->n * l->xd - l->x * l->d) / det : 0;

	return (l->d - b * l->x) / fmax(l->n, 1) + b * x;
}

/* Steps at the ends of the window and in its middle: by lines through the thirds, or through all. */
static void look_at(const struct readings *rd, bool up, double step[3], double *square, int *count)
{
	enum { ENOUGH = 12 };
	struct line all = {0}, part[3] = {{0}};

	for (int i = 1; i < rd->n; i++) {
		const struct reading *r = &rd->reading[i];
		const struct window *w = &rd->own[r->cell];
		if ((up ? r->k <= 0 : r->k >= 0) || r->at)
			continue;
		double y = (r[-1].u - w->low) / (w->high - w->low), d = (r->u - r[-1].u) / (w->high - w->low) / r->k;
		add(&all, y, d);
		add(&part[y < 1 / 3.0 ? 0 : y < 2 / 3.0 ? 1 : 2], y, d);
	}
	double least = fmin(fmax(fabs(all.d) / fmax(all.n, 1) * 0.02, 1e-6), 0.4);
	for (int i = 0; i < 3; i++) {
		const struct line *l = part[i].n > ENOUGH ? &part[i] : &all;
		step[i] = all.n > 0 ? fmin(fmax(line_at(l, i / 2.0), least), 0.5) : least;
	}
	double b = line_at(&all, 1) - line_at(&all, 0);
	*square += all.dd - line_at(&all, 0) * all.d - b * all.xd;
	*count += (int)all.n;
}

static struct response_ends look(const struct readings *rd, double *rms)
{
	double up[3], down[3], square = 0;
	int count = 0;

	look_at(rd, true, up, &square, &count);
	look_at(rd, false, down, &square, &count);
	for (int i = 0; i < 3 && rd->one_sided; i++)
		down[i] = up[2 - i];
	*rms = sqrt(fmax(square, 0) / fmax(count, 1)) + 1e-7;
	return (struct response_ends){up[0], up[1], up[2], down[0], down[1], down[2],
		rd->g_zero + rd->nominal.low * rd->g_scale, (rd->nominal.high - rd->nominal.low) * rd->g_scale};
}

struct noise_job {
	struct job *job;
	double *scatter[2]; /* of the response */
	bool share, write;
	double unit;
};

static int noise_unknowns(const struct noise_job *n)
{
	return (n->scatter[0] ? 2 : 1) + n->write;
}

static void put_noise(const struct noise_job *n, const double *x)
{
	struct noise *z = &n->job->noise;
	int i = 1;

	z->step = z->share = 0;
	if (n->scatter[0]) {
		*n->scatter[0] = exp(x[0]) * n->unit;
		*n->scatter[1] = x[i++];
		n->job->noise.scatter = true;
	} else if (n->share)
		z->share = exp(x[0]);
	else
		z->step = exp(x[0]);
	z->write = n->write ? exp(x[i]) : 0;
}

static double minus_lnl(void *ctx, const double *x)
{
	struct noise_job *n = ctx;

	put_noise(n, x);
	return -run(n->job, 0, n->job->rd->n_cells, false, NULL, NULL);
}

/* Best noise of one sort; x its unknowns, returns lnL. */
static double fit_noise(struct noise_job *n, double *x, double *se)
{
	double step[3] = {0.1, n->scatter[0] ? 0.01 : 0.1, 0.1};

	int tries = noise_unknowns(n) > 1 ? 2 : 1;

	while (tries-- > 0)
		minimise(x, tries == 0 ? se : NULL, step, noise_unknowns(n), minus_lnl, n);
	put_noise(n, x);
	return -minus_lnl(n, x);
}

/* Scale of the noise from the residuals as they stand. */
static double rms_of(const struct job *j)
{
	double sum = 0;
	int n = 0;

	for (int i = 0; i < j->rd->n; i++)
		if (j->rd->reading[i].k != 0 && !j->rd->reading[i].at) {
			sum += j->residual[i] * j->residual[i];
			n++;
		}
	return n ? sqrt(sum / n) : 1;
}

/* Errors that undo each other from reading to reading are those of reading, not of pulses. */
static bool alternates(const struct job *j)
{
	double sum = 0, square = 0;

	for (int i = 1; i < j->rd->n; i++)
		if (j->rd->reading[i].k != 0 && j->rd->reading[i - 1].k != 0) {
			sum += j->residual[i] * j->residual[i - 1];
			square += j->residual[i] * j->residual[i];
		}
	return !j->rd->bound[0] && !j->rd->bound[1] && sum < -2 * square / sqrt(fmax(j->rd->n_pulses, 1));
}

static void choose_noise(struct job *j, struct noise_job *best, double *x, double *se)
{
	const struct response_fit *fit = j->response->kind->fit;
	double most = -HUGE_VAL, shares = 0;
	int n_sorts = fit->scatter ? 1 : 2;

	j->noise.write = 0;
	run(j, 0, j->rd->n_cells, false, j->sd, j->residual);
	/* mean step, in u */
	for (int i = 0; i < j->rd->n; i++)
		if (j->rd->reading[i].k)
			shares += fabs(j->rd->reading[i].u - j->rd->reading[i - 1].u) / j->rd->n_pulses;

	bool write = alternates(j);
	double step = j->noise.step > 0 ? j->noise.step * rms_of(j) : 0.3 * shares;

	for (int sort = 0; sort < n_sorts; sort++)
		for (int w = 0; w <= write; w++) {
			struct noise_job n = {.job = j, .share = sort == 1, .write = w, .unit = j->rd->g_scale};
			double y[3] = {log(fmax(step, 1e-9)), 0, 0}, e[3] = {0};
			if (fit->scatter) {
				for (int k = 0; k < 2; k++)
					n.scatter[k] = value_at(j->response, fit_field(j->response->kind, fit->scatter[k]));
			} else if (sort == 1)
				y[0] = log(fmax(step / fmax(shares, 1e-9), 1e-6));
			if (w)
				y[noise_unknowns(&n) - 1] = log(fmax(step * 0.5, 1e-9));
			/* one more parameter has to pay for itself */
			double l = fit_noise(&n, y, e) - 0.5 * log(j->rd->n_pulses) * w;
			if (l > most) {
				most = l;
				*best = n;
				memcpy(x, y, sizeof y);
				memcpy(se, e, sizeof e);
			}
		}
	put_noise(best, x);
}

static bool solve(struct job *j, struct unknown *u, double *lnl, const char **trouble)
{
	j->broken = false;
	put(j, u);
	if (j->broken) {
		*trouble = "no values that make sense fit";
		return false;
	}
	run(j, 0, j->rd->n_cells, false, j->sd, NULL);
	*trouble = least_squares(j->arena, u, j->n_unknown, j->rd->n, misfit, j, NULL);
	put(j, u);
	*lnl = j->broken ? -HUGE_VAL : run(j, 0, j->rd->n_cells, false, NULL, j->residual);
	return !j->broken && isfinite(*lnl);
}

/* Starts from each attempt of the kind; the best one stays. */
static bool solve_from_starts(struct job *j, struct unknown *u, const char **trouble)
{
	const struct response_fit *fit = j->response->kind->fit;
	struct unknown best[MAX_UNKNOWN], first[MAX_UNKNOWN];
	double rms, most = -HUGE_VAL;
	struct response_ends ends = look(j->rd, &rms);

	memcpy(first, u, sizeof first);
	for (int attempt = 0; attempt < fit->n_starts; attempt++) {
		const char *wrong = NULL;
		double l;
		memcpy(u, first, sizeof first);
		j->window = j->rd->nominal;
		if (fit->vanishes) { /* the ends of trains lie inside the bounds */
			double out = 0.02 * (j->window.high - j->window.low);
			j->window.low -= j->free_end[0] ? out : 0;
			j->window.high += j->free_end[1] ? out : 0;
		}
		fit->start(j->response, &ends, attempt);
		j->noise = (struct noise){.step = rms, .scatter = fit->scatter != NULL};
		for (int i = 0; i < j->n_keys; i++)
			u[i].value = *value_at(j->response, j->field[i]);
		for (int i = 0, k = j->n_keys; i < 2; i++)
			if (j->free_end[i])
				u[k++].value = i ? j->window.high : j->window.low;
		if (!solve(j, u, &l, &wrong)) {
			*trouble = wrong ? wrong : "no values that make sense fit";
			continue;
		}
		j->noise.step *= rms_of(j);
		l = run(j, 0, j->rd->n_cells, false, NULL, NULL);
		if (l > most) {
			most = l;
			*trouble = wrong;
			memcpy(best, u, sizeof best);
		}
	}
	memcpy(u, most > -HUGE_VAL ? best : first, sizeof best);
	return most > -HUGE_VAL;
}

static void own_misfit(void *ctx, const struct unknown *u, double *residual)
{
	struct job *j = ctx;
	struct own *o = &j->own[j->only];
	int from = j->rd->from[j->only], n = j->rd->from[j->only + 1] - from;

	if (j->response->kind->labels) {
		o->label_up = u[0].value;
		o->label_down = j->rd->one_sided ? 0 : u[1].value;
	} else {
		o->k_up = u[0].value;
		o->k_down = j->rd->one_sided ? u[0].value : u[1].value;
	}
	run(j, j->only, j->only + 1, true, j->sd, j->residual);
	memcpy(residual, j->residual + from, (size_t)n * sizeof *residual);
}

/* Each cell's deviation with everything else held. False where a cell's data do not tell. */
static bool fit_cells(struct job *j)
{
	bool labels = j->response->kind->labels, good = true;
	int n_dev = j->rd->one_sided ? 1 : 2;

	run(j, 0, j->rd->n_cells, false, j->sd, NULL);
	for (j->only = 0; j->only < j->rd->n_cells; j->only++) {
		struct own *o = &j->own[j->only], was = *o;
		double low = labels ? -9 : 1e-3, high = labels ? 9 : 1e3;
		struct unknown u[2] = {{labels ? o->label_up : o->k_up, low, high, !labels, 0, "up"},
			{labels ? o->label_down : o->k_down, low, high, !labels, 0, "down"}};
		int m = j->rd->from[j->only + 1] - j->rd->from[j->only];
		size_t mark = arena_mark(j->scratch);
		if (least_squares(j->scratch, u, n_dev, m, own_misfit, j, NULL)) {
			good = false;
			*o = was;
		}
		arena_reset(j->scratch, mark);
		j->se_up[j->only] = u[0].se;
		j->se_down[j->only] = n_dev > 1 ? u[1].se : u[0].se;
	}
	return good;
}

static void deviations(const struct job *j, double *up, double *down)
{
	bool labels = j->response->kind->labels;

	for (int c = 0; c < j->rd->n_cells; c++) {
		up[c] = labels ? j->own[c].label_up : j->own[c].k_up;
		down[c] = labels ? j->own[c].label_down : j->own[c].k_down;
	}
}

static void forget_deviations(struct job *j)
{
	for (int c = 0; c < j->rd->n_cells; c++) {
		j->own[c].label_up = j->own[c].label_down = 0;
		j->own[c].k_up = j->own[c].k_down = 1;
	}
}

/* The mean of the deviations belongs to the values. */
static void centre(struct job *j, const struct spread *up, const struct spread *down)
{
	for (int c = 0; c < j->rd->n_cells; c++) {
		struct own *o = &j->own[c];
		if (j->response->kind->labels) {
			o->label_up -= up->mean;
			o->label_down -= down->mean;
		} else {
			o->k_up /= up->mean;
			o->k_down /= down->mean;
		}
	}
}

/* Laplace: ln of the integral over a cell's deviation d +- se with spread variance v around mean. */
static double laplace(double d, double se, double mean, double variance)
{
	double all = se * se + variance;

	return 0.5 * log(se * se / all) - (d - mean) * (d - mean) / (2 * all);
}

struct cells_spread {
	bool there;
	struct spread up, down;
};

/* What a fit has come to, to return to it. */
struct state {
	struct unknown u[MAX_UNKNOWN];
	double x[3], se[3], lnl;
	const char *trouble;
};

static void go_back(struct job *j, struct state *now, const struct state *then, const struct noise_job *n)
{
	*now = *then;
	forget_deviations(j);
	put(j, now->u);
	put_noise(n, now->x);
}

/* Alternates values and deviations; sets lnl by the integral over the deviations. */
static struct cells_spread fit_spread(struct job *j, struct state *now, struct noise_job *n)
{
	int n_c = j->rd->n_cells;
	double *up = NEW(j->arena, double, n_c), *down = NEW(j->arena, double, n_c);
	const struct state then = *now;
	struct cells_spread s = {0};

	if (n_c < MIN_CELLS)
		return s;
	for (int round = 0; round <= ROUNDS; round++) {
		bool told = fit_cells(j);
		deviations(j, up, down);
		s.up = spread_between(up, j->se_up, n_c);
		s.down = spread_between(down, j->se_down, n_c);
		s.there = told && fmin(s.up.chance, s.down.chance) < SIGNIFICANT / 2;
		if (!s.there || round == ROUNDS)
			break;
		centre(j, &s.up, &s.down);
		s.there = solve(j, now->u, &now->lnl, &now->trouble);
		if (!s.there)
			break;
		now->lnl = fit_noise(n, now->x, now->se);
	}
	if (s.there) {
		now->lnl = run(j, 0, n_c, false, NULL, j->residual);
		for (int c = 0; c < n_c; c++) {
			now->lnl += laplace(up[c], j->se_up[c], s.up.mean, s.up.variance);
			if (!j->rd->one_sided)
				now->lnl += laplace(down[c], j->se_down[c], s.down.mean, s.down.variance);
		}
	}
	if (!s.there || !(now->lnl > then.lnl)) {
		go_back(j, now, &then, n);
		s = (struct cells_spread){0};
	}
	return s;
}

/* df/dx of something the residuals depend on, by a step h of it. */
static void derivative(struct job *j, const struct unknown *u, double *at, double h, double *d, double *work)
{
	double was = *at;

	*at = was + h;
	misfit(j, u, d);
	*at = was - h;
	misfit(j, u, work);
	*at = was;
	for (int i = 0; i < j->rd->n; i++)
		d[i] = (d[i] - work[i]) / (2 * h);
}

static void shift_cells(struct job *j, bool up, double by)
{
	for (int c = 0; c < j->rd->n_cells; c++) {
		struct own *o = &j->own[c];
		if (j->response->kind->labels)
			*(up ? &o->label_up : &o->label_down) += by;
		else
			*(up ? &o->k_up : &o->k_down) += by;
	}
}

/* Adds a^2 v to the squares of the errors; d is df/d(nuisance). */
static void add_error(const struct job *j, const gsl_matrix *inverse, const double *jac, const double *d, double v,
	double *square)
{
	int p = j->n_unknown, n = j->rd->n;

	for (int r = 0; r < p; r++) {
		double a = 0;
		for (int s = 0; s < p; s++) {
			double sum = 0;
			for (int i = 0; i < n; i++)
				sum += jac[(size_t)s * (size_t)n + (size_t)i] * d[i];
			a -= gsl_matrix_get(inverse, (size_t)r, (size_t)s) * sum;
		}
		square[r] += a * a * v;
	}
}

static const char *errors(struct job *j, struct unknown *u, const struct cells_spread *s)
{
	int p = j->n_unknown, n = j->rd->n, n_c = j->rd->n_cells;
	double *jac = NEW(j->arena, double, p * n), *d = NEW(j->arena, double, n), *work = NEW(j->arena, double, n);
	double square[MAX_UNKNOWN] = {0}, dof = (double)j->rd->n_pulses / fmax(j->rd->n_pulses - p, 1);
	gsl_matrix *m = gsl_matrix_alloc((size_t)p, (size_t)p);
	const char *trouble = NULL;

	if (!m)
		die("out of memory");
	put(j, u);
	run(j, 0, n_c, false, j->sd, NULL);
	for (int k = 0; k < p; k++)
		derivative(j, u, &u[k].value, 1e-5 * fmax(fabs(u[k].value), 1e-2), jac + (size_t)k * (size_t)n, work);
	for (int r = 0; r < p; r++)
		for (int c = 0; c < p; c++) {
			double sum = 0;
			for (int i = 0; i < n; i++)
				sum += jac[(size_t)r * (size_t)n + (size_t)i] * jac[(size_t)c * (size_t)n + (size_t)i];
			gsl_matrix_set(m, (size_t)r, (size_t)c, sum);
		}
	if (gsl_linalg_cholesky_decomp1(m) != GSL_SUCCESS || gsl_linalg_cholesky_invert(m) != GSL_SUCCESS) {
		gsl_matrix_free(m);
		return "the data do not tell its parameters apart";
	}
	for (int r = 0; r < p; r++)
		square[r] = gsl_matrix_get(m, (size_t)r, (size_t)r) * dof;
	for (int top = 0; top < 2; top++) {
		if (j->free_end[top] || j->rd->se[top] == 0 || !isfinite(j->rd->se[top]))
			continue;
		derivative(j, u, top ? &j->window.high : &j->window.low, 1e-5, d, work);
		add_error(j, m, jac, d, pow(j->rd->se[top], 2), square);
	}
	for (int up = 0; up < 2 && s->there; up++) {
		double h = 1e-4, v = up ? s->up.variance : s->down.variance;
		shift_cells(j, up, h);
		misfit(j, u, d);
		shift_cells(j, up, -2 * h);
		misfit(j, u, work);
		shift_cells(j, up, h);
		for (int i = 0; i < n; i++)
			d[i] = (d[i] - work[i]) / (2 * h);
		add_error(j, m, jac, d, v / n_c * pow(student_factor(n_c), 2), square);
	}
	gsl_matrix_free(m);
	for (int r = 0; r < p; r++) {
		u[r].se = WIDE * sqrt(square[r]);
		if (!isfinite(u[r].se))
			trouble = "the data do not tell its parameters apart";
	}
	return trouble;
}

/* Spread of a gain g = (up + down)/2 or an imbalance (up - down)/2; error of the sigma by its own scatter. */
static struct estimate sigma_between(const struct spread *s, double mean_square_se, int n)
{
	double v = s->variance;

	if (v <= 0)
		return (struct estimate){0, 0, true};
	return (struct estimate){sqrt(v), WIDE * (v + mean_square_se) * sqrt(2.0 / (n - 1)) / (2 * sqrt(v)), true};
}

static double mean_square(const double *x, int n)
{
	double sum = 0;

	for (int i = 0; i < n; i++)
		sum += x[i] * x[i] / n;
	return sum;
}

static void tell_spread(const struct job *j, const struct cells_spread *s, struct fit_variation *v)
{
	int n = j->rd->n_cells;
	double *up = NEW(j->arena, double, n), *down = NEW(j->arena, double, n), *se = NEW(j->arena, double, n);

	if (n < MIN_CELLS)
		return;
	v->k_device = v->k_asymmetry = (struct estimate){0, 0, true};
	if (j->response->kind->labels)
		v->k_asymmetry.fitted = false;
	if (!s->there)
		return;
	deviations(j, up, down);
	if (j->response->kind->labels) {
		struct spread both = s->up;
		int count = j->rd->one_sided ? 1 : 2;
		both.variance = (s->up.variance + (count - 1) * s->down.variance) / count;
		v->k_device = sigma_between(&both, mean_square(j->se_up, n), count * (n - 1) + 1);
		return;
	}

	double normal = 0, logs = 0, log_mean = 0, log_square = 0;

	for (int c = 0; c < n; c++) {
		double gain = j->rd->one_sided ? up[c] : (up[c] + down[c]) / 2, tilt = (up[c] - down[c]) / 2;
		se[c] = j->rd->one_sided ? j->se_up[c] : hypot(j->se_up[c], j->se_down[c]) / 2;
		up[c] = gain;
		down[c] = tilt;
		log_mean += log(gain) / n;
	}
	struct spread gain = spread_between(up, se, n), tilt = spread_between(down, se, n);
	for (int c = 0; c < n; c++)
		log_square += pow(log(up[c]) - log_mean, 2) / n;
	for (int c = 0; c < n; c++) {
		double all = gain.variance + se[c] * se[c];
		normal -= log(all) / 2 + pow(up[c] - gain.mean, 2) / (2 * all);
		logs -= log(log_square) / 2 + log(up[c]) + pow(log(up[c]) - log_mean, 2) / (2 * log_square);
	}
	v->k_device = gain.chance < SIGNIFICANT ? sigma_between(&gain, mean_square(se, n), n) : (struct estimate){0, 0, true};
	v->log_normal = logs > normal + 3 && v->k_device.value > 0;
	if (v->log_normal)
		v->k_device = (struct estimate){sqrt(log_square), sqrt(log_square / (2 * (n - 1))), true};
	if (!j->rd->one_sided && tilt.chance < SIGNIFICANT)
		v->k_asymmetry = sigma_between(&tilt, mean_square(se, n), n);
	if (j->rd->one_sided)
		v->k_asymmetry.fitted = false;
}

static void tell_window(const struct job *j, struct fit_result *f, const struct unknown *u)
{
	const struct readings *rd = j->rd;
	double span = j->window.high - j->window.low;

	for (int top = 0, k = j->n_keys; top < 2; top++) {
		double at = top ? j->window.high : j->window.low, se = j->free_end[top] ? u[k++].se : rd->se[top];
		double mean = top ? rd->nominal.high : rd->nominal.low, square = 0;
		*(top ? &f->g_max : &f->g_min) =
			(struct estimate){rd->g_zero + at * rd->g_scale, se * rd->g_scale, true};
		if (j->free_end[top] || rd->n_cells < MIN_CELLS)
			continue;
		for (int c = 0; c < rd->n_cells; c++)
			square += pow((top ? rd->own[c].high : rd->own[c].low) - mean, 2) / (rd->n_cells - 1);
		*(top ? &f->variation.k_g_max : &f->variation.k_g_min) =
			(struct estimate){sqrt(square) / span, sqrt(square / (2 * (rd->n_cells - 1))) / span, true};
	}
	f->bound_low = rd->bound[0];
	f->bound_high = rd->bound[1];
}

/* A sigma in u, e^x with error se of x, as a share of the window, whose ends have errors too. */
static struct estimate of_window(const struct job *j, const struct unknown *u, double x, double se)
{
	double span = j->window.high - j->window.low, share = exp(x) / span, square = se * se;

	for (int top = 0, k = j->n_keys; top < 2; top++) {
		double end = j->free_end[top] ? u[k++].se / WIDE : j->rd->se[top];
		square += isfinite(end) ? pow(end / span, 2) : 0;
	}
	return (struct estimate){share, WIDE * share * sqrt(square), true};
}

static void tell_noise(struct job *j, const struct noise_job *n, const struct unknown *u, const double *x,
	const double *se, struct fit_result *f)
{
	int w = noise_unknowns(n) - 1;

	f->variation.k_cycle = f->variation.k_cycle_step = f->variation.k_write = (struct estimate){0, 0, true};
	if (n->write)
		f->variation.k_write = of_window(j, u, x[w], se[w]);
	if (n->scatter[0]) {
		for (int k = 0; k < 2; k++) {
			f->key[f->n_keys] = j->response->kind->fit->scatter[k];
			f->of[f->n_keys++] = (struct estimate){*n->scatter[k], WIDE * (k ? se[1] : *n->scatter[0] * se[0]), true};
		}
	} else if (n->share)
		f->variation.k_cycle_step = (struct estimate){exp(x[0]), WIDE * exp(x[0]) * se[0], true};
	else
		f->variation.k_cycle = of_window(j, u, x[0], se[0]);
}

static void name_unknowns(struct job *j, struct unknown *u)
{
	const struct response_fit *fit = j->response->kind->fit;

	for (int i = 0; fit->keys[i]; i++) {
		const struct field *f = fit_field(j->response->kind, fit->keys[i]);
		if (j->rd->one_sided && ends_with(f->key, "_down"))
			continue;
		u[j->n_keys] = (struct unknown){.low = f->min, .high = f->max, .log = f->min > 0, .name = f->key};
		j->field[j->n_keys++] = f;
	}
	j->n_unknown = j->n_keys;
	for (int top = 0; top < 2; top++) {
		j->free_end[top] = fit->vanishes && !j->rd->bound[top] && j->rd->se[top] != 0 && !(top == 0 && j->rd->one_sided);
		for (int c = 0; c < j->rd->n_cells && j->free_end[top]; c++)
			*(top ? &j->own[c].high : &j->own[c].low) = top; /* where trains end says nothing of bounds */
		if (j->free_end[top])
			u[j->n_unknown++] = (struct unknown){
				.low = top ? 0.5 : -5, .high = top ? 6 : 0.5, .name = top ? "g_max" : "g_min"};
	}
}

static struct job job_new(struct arena *a, const struct readings *rd, const struct response_kind *kind)
{
	struct job j = {.rd = rd, .arena = a, .scratch = arena_new(), .window = rd->nominal};
	double span = rd->nominal.high - rd->nominal.low;

	j.silent = diag_new(a, NULL);
	j.response = arena_alloc(a, 1, kind->head.size);
	j.response->kind = kind;
	j.own = NEW(a, struct own, rd->n_cells);
	j.se_up = NEW(a, double, rd->n_cells);
	j.se_down = NEW(a, double, rd->n_cells);
	j.sd = NEW(a, double, rd->n);
	j.residual = NEW(a, double, rd->n);
	for (int c = 0; c < rd->n_cells; c++) {
		j.own[c] = own_nominal;
		j.own[c].low = (rd->own[c].low - rd->nominal.low) / span;
		j.own[c].high = 1 + (rd->own[c].high - rd->nominal.high) / span;
	}
	return j;
}

void fit_kind(struct arena *a, const struct readings *rd, struct fit_result *f)
{
	struct job j = job_new(a, rd, f->kind);
	struct noise_job n = {0};
	struct cells_spread s = {0};
	struct state now = {.lnl = -HUGE_VAL};

	name_unknowns(&j, now.u);
	f->response = j.response;
	if (solve_from_starts(&j, now.u, &now.trouble) && !now.trouble) {
		choose_noise(&j, &n, now.x, now.se);
		for (int round = 0; round < ROUNDS && solve(&j, now.u, &now.lnl, &now.trouble); round++)
			now.lnl = fit_noise(&n, now.x, now.se);
		if (!j.broken && !now.trouble)
			s = fit_spread(&j, &now, &n);
		if (!j.broken && !now.trouble)
			now.trouble = errors(&j, now.u, &s);
	}
	put(&j, now.u);
	f->trouble = j.broken && !now.trouble ? "no values that make sense fit" : now.trouble;
	f->lnl = now.lnl;
	for (f->n_keys = 0; f->n_keys < j.n_keys; f->n_keys++) {
		f->key[f->n_keys] = j.field[f->n_keys]->key;
		f->of[f->n_keys] = (struct estimate){now.u[f->n_keys].value, now.u[f->n_keys].se, true};
	}
	f->n_parameters = j.n_unknown + (s.there ? rd->one_sided ? 1 : 2 : 0) + (n.job ? noise_unknowns(&n) : 1);
	for (int top = 0; top < 2; top++)
		if (!j.free_end[top]) {
			f->n_parameters += rd->se[top] != 0;
			f->lnl -= ends_taken(rd, top);
		}
	if (!f->trouble) {
		run(&j, 0, rd->n_cells, false, NULL, j.residual);
		tell_window(&j, f, now.u);
		tell_noise(&j, &n, now.u, now.x, now.se, f);
		tell_spread(&j, &s, &f->variation);
	}
	for (int i = 0; i < rd->n; i++)
		if (rd->reading[i].k == 0)
			j.residual[i] = (double)NAN;
	f->residual = j.residual;
	f->own = j.own;
	arena_free(j.scratch);
}
