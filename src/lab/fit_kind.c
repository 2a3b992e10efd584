/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One kind of response fitted to readings.
 *
 * Method   values by least squares with the deviations of the last round, noise by its likelihood, in
 *          turns; then each cell's own deviation with the values held, until both stand
 * Source   fit.h
 * Checked  tests/unit/check_fit.c
 */
#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "lab/fit_job.h"

const struct field *fit_field(const struct response_kind *kind, const char *key)
{
	for (const struct field *f = kind->head.fields; f->type != FIELD_LAST; f++)
		if (strcmp(f->key, key) == 0)
			return f;
	BUG("a key of a fit that the kind does not have");
}

static bool ends_with(const char *s, const char *tail)
{
	size_t n = strlen(s), m = strlen(tail);

	return n >= m && strcmp(s + n - m, tail) == 0;
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
		if (j->free_end[top] || rd->n_cells < FIT_MIN_CELLS)
			continue;
		for (int c = 0; c < rd->n_cells; c++)
			square += pow((top ? rd->own[c].high : rd->own[c].low) - mean, 2) / (rd->n_cells - 1);
		*(top ? &f->variation.k_g_max : &f->variation.k_g_min) =
			(struct estimate){sqrt(square) / span,
				WIDE * student_factor(rd->n_cells) * sqrt(square / (2 * (rd->n_cells - 1))) / span, true};
	}
	f->bound_low = rd->bound[0];
	f->bound_high = rd->bound[1];
}

/* A sigma e^x with error se of x; 0 where it cannot be told from that. */
static struct estimate of_log(double x, double se)
{
	const double open = 3;

	return (struct estimate){se < open ? exp(x) : 0, WIDE * exp(x) * se, true};
}

/* The same in u, as a share of the window, whose ends have errors too. */
static struct estimate of_window(const struct job *j, const struct unknown *u, double x, double se)
{
	double span = j->window.high - j->window.low, square = se * se;

	for (int top = 0, k = j->n_keys; top < 2; top++) {
		double end = j->free_end[top] ? u[k++].se / WIDE : j->rd->se[top];
		square += isfinite(end) ? pow(end / span, 2) : 0;
	}
	return of_log(x - log(span), sqrt(square));
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
		f->variation.k_cycle_step = of_log(x[0], se[0]);
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
		u[j->n_keys] = (struct unknown){.low = f->min, .high = f->max, .log = f->min > 0, .name = f->key,
			.branch = ends_with(f->key, "_up") ? 1 : ends_with(f->key, "_down") ? -1 : 0};
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

double fit_still(struct arena *a, const struct readings *rd)
{
	extern const struct response_kind response_ideal;
	struct job j = job_new(a, rd, &response_ideal);
	struct noise_job n = {0};
	struct unknown u[FIT_MAX_UNKNOWN];
	double x[3], se[3];

	name_unknowns(&j, u);
	for (int i = 0; i < j.n_unknown; i++)
		u[i].value = u[i].high; /* so many steps that each is nothing */
	j.response->n_down = u[0].high; /* not among the unknowns of one side */
	job_put(&j, u);
	bool good = noise_choose(&j, &n, x, se);
	arena_free(j.scratch);
	return good ? noise_unknowns(&n) * log(rd->n_pulses) - 2 * job_run(&j, 0, rd->n_cells, false, NULL, NULL) : HUGE_VAL;
}

void fit_kind(struct arena *a, const struct readings *rd, struct fit_result *f)
{
	struct job j = job_new(a, rd, f->kind);
	struct noise_job n = {0};
	struct cells_spread s = {0};
	struct state now = {.lnl = -HUGE_VAL};

	name_unknowns(&j, now.u);
	f->response = j.response;
	if (job_start(&j, now.u, &now.trouble) && !now.trouble) {
		double before = -HUGE_VAL;
		if (!noise_choose(&j, &n, now.x, now.se))
			now.trouble = "no noise fits";
		for (int round = 0; !now.trouble && round < FIT_ROUNDS && job_solve(&j, now.u, &now.lnl, &now.trouble); round++) {
			now.lnl = noise_fit(&n, now.x, now.se);
			if (fabs(now.lnl - before) < FIT_STANDS)
				break;
			before = now.lnl;
		}
		if (!j.broken && !now.trouble)
			s = cells_fit(&j, &now, &n);
		if (!j.broken && !now.trouble)
			now.trouble = job_errors(&j, now.u, &s);
	}
	job_put(&j, now.u);
	f->trouble = j.broken && !now.trouble ? "no values that make sense fit" : now.trouble;
	f->lnl = now.lnl;
	for (f->n_keys = 0; f->n_keys < j.n_keys; f->n_keys++) {
		f->key[f->n_keys] = j.field[f->n_keys]->key;
		f->of[f->n_keys] = (struct estimate){now.u[f->n_keys].value, now.u[f->n_keys].se, true};
	}
	fit_charge(f, rd, j.n_unknown + (n.job ? noise_unknowns(&n) : 1), s.there ? rd->one_sided ? 1 : 2 : 0, j.free_end);
	if (!f->trouble) {
		job_run(&j, 0, rd->n_cells, false, NULL, j.residual);
		tell_window(&j, f, now.u);
		tell_noise(&j, &n, now.u, now.x, now.se, f);
		cells_tell(&j, &s, &f->variation);
	}
	for (int i = 0; i < rd->n; i++)
		if (rd->reading[i].k == 0)
			j.residual[i] = (double)NAN;
	f->residual = j.residual;
	f->own = j.own;
	arena_free(j.scratch);
}
