/* SPDX-License-Identifier: Apache-2.0 */
/* All kinds tried on a trace, the best first. */
#include "lab/fit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "lab/fit_priv.h"

#define AS_GOOD 2.0 /* difference of BIC below which two kinds describe data equally well */

static bool is_jump(const struct response_kind *k)
{
	return strcmp(k->head.name, "jump") == 0;
}

static bool wanted(const struct response_kind *k, const struct fit_options *o)
{
	if (o->kind)
		return strcmp(o->kind, k->head.name) == 0;
	if (!k->fit)
		return is_jump(k) && !o->one_sided;
	/* a reset in place of a depression is not in two-sided data */
	return !k->fit->seen_against && !(k->fit->scatter && !o->one_sided);
}

/* Erases in place of trains down. */
static bool erased_only(const struct trace *t)
{
	bool erased = false;

	for (int i = 0; i < t->n; i++) {
		erased |= t->sample[i].polarity == STEP_ERASE;
		if (t->sample[i].polarity == STEP_DOWN)
			return false;
	}
	return erased;
}

/* How far the pulses across the window are from the mean length of the trains, both branches. */
static double off_length(const struct trace *t, const struct response *r)
{
	double off = 0;

	for (int polarity = STEP_DOWN; polarity <= STEP_UP; polarity += 2) {
		double n = 0, trains = 0;
		for (int i = 1; i < t->n; i++)
			if (t->sample[i].polarity == polarity) {
				n += t->sample[i].pulse - t->sample[i - 1].pulse;
				trains += t->sample[i - 1].polarity != polarity;
			}
		if (trains > 0)
			off += fabs(log((polarity > 0 ? r->n_up : r->n_down) * trains / n));
	}
	return off;
}

static int by_bic(const void *x, const void *y)
{
	const struct fit_result *a = x, *b = y;

	double x_bic = rint(a->bic * 1e3), y_bic = rint(b->bic * 1e3); /* the last digits are chance */

	if (!a->trouble != !b->trouble)
		return a->trouble ? 1 : -1;
	return x_bic < y_bic ? -1 : x_bic > y_bic ? 1 : strcmp(a->kind->head.name, b->kind->head.name);
}

/* Kinds whose steps are linear in the state describe the same curves. Where the data do not decide,
 * the kind whose pulse count is the length of the trains goes first: trains are made to cross the
 * window. */
static void settle(struct fit *f)
{
	int best = 0;

	for (int i = 1; i < f->n_results; i++) {
		const struct fit_result *r = &f->result[i];
		if (r->trouble || r->bic - f->result[0].bic > AS_GOOD || r->n_keys != f->result[0].n_keys)
			continue;
		if (off_length(f->trace, r->response) < off_length(f->trace, f->result[best].response) - 1e-3)
			best = i;
	}

	struct fit_result r = f->result[best];

	memmove(f->result + 1, f->result, (size_t)best * sizeof r);
	f->result[0] = r;
}

void fit_charge(struct fit_result *f, const struct readings *rd, int n_values, int n_sigmas, const bool fitted_end[2])
{
	for (int top = 0; top < 2; top++) {
		/* the mean end of trains is taken from the data too */
		n_values += !fitted_end[top] && rd->se[top] != 0;
		if (fitted_end[top] || !rd->differ[top] || !f->kind->own_window)
			continue;
		f->n_parameters += rd->n_cells;
		f->charge += rd->n_cells * log((double)rd->n_pulses / rd->n_cells);
	}
	f->n_parameters += n_values + n_sigmas;
	f->charge += n_values * log(rd->n_pulses) + n_sigmas * log(rd->n_cells);
}

/* A fit of a cell that only an erase brings down has no use for pulses down. */
static bool check_one_sided(const struct trace *t, const struct fit_options *o, struct diag *d)
{
	struct source src = {t->file, NULL};

	for (int i = 0; i < t->n; i++)
		if (t->sample[i].polarity == STEP_DOWN) {
			diag_error(d, (struct loc){&src, t->sample[i].line, 1}, "a depression pulse beside %s%s",
				o->one_sided ? "--one-sided" : "--kind ", o->one_sided ? "" : o->kind);
			return false;
		}
	return true;
}

/* There is no conductance below 0. */
static const char *below_zero(struct arena *a, struct estimate g_min)
{
	if (!(g_min.value < -2 * g_min.se))
		return NULL;
	return arena_printf(a, "the bottom of its window would be %.3g +- %.2g S, below 0: give --g-min if it is known", g_min.value,
		g_min.se);
}

struct fit *fit_pulses(struct arena *a, const struct trace *t, const struct fit_options *asked, struct diag *d)
{
	struct source src = {t->file, NULL};
	struct loc first = {&src, t->sample[0].line, 1};
	struct fit_options o = *asked;
	struct fit *f = NEW(a, struct fit, 1);
	struct readings *rd = NEW(a, struct readings, 1);
	int n_kinds = 0;

	for (; response_kinds[n_kinds]; n_kinds++)
		if (o.kind && strcmp(o.kind, response_kinds[n_kinds]->head.name) == 0 && response_kinds[n_kinds]->fit &&
			response_kinds[n_kinds]->fit->scatter)
			o.one_sided = true;
	o.one_sided |= erased_only(t);
	if ((o.one_sided && !check_one_sided(t, asked, d)) || !readings_init(rd, a, t, &o, d))
		return NULL;
	*f = (struct fit){.trace = rd->trace, .n_cells = t->n_cells, .n_still = rd->n_still, .g_still = rd->g_still,
		.n = rd->n_pulses, .one_sided = o.one_sided, .result = NEW(a, struct fit_result, n_kinds)};
	for (int i = 0; i < n_kinds; i++) {
		struct fit_result *r = &f->result[f->n_results];
		if (!wanted(response_kinds[i], &o))
			continue;
		r->kind = response_kinds[i];
		f->n_results++;
		if (is_jump(r->kind))
			fit_jump(a, rd, r);
		else
			fit_kind(a, rd, r);
		r->trouble = r->trouble ? r->trouble : below_zero(a, r->g_min);
		r->aic = 2 * r->n_parameters - 2 * r->lnl;
		r->bic = r->charge - 2 * r->lnl;
	}
	qsort(f->result, (size_t)f->n_results, sizeof *f->result, by_bic);
	if (f->result[0].trouble) {
		for (int i = 0; i < f->n_results; i++)
			diag_error(d, first, "%s: %s", f->result[i].kind->head.name, f->result[i].trouble);
		return NULL;
	}

	double still = fit_still(a, rd);

	if (!(f->result[0].bic < still)) {
		diag_error(d, first, "no steps stand out of the noise: BIC %.6g of the best kind, %s, "
			"%.6g of noise alone", f->result[0].bic, f->result[0].kind->head.name, still);
		return NULL;
	}
	settle(f);
	return f;
}

void fit_curve(const struct fit_result *r, const struct trace *t, int from, int to, double *g)
{
	double low = r->g_min.value, span = r->g_max.value - low, y = 0;

	for (int i = from; i < to; i++) {
		const struct sample *s = &t->sample[i];
		const struct own *own = r->own ? &r->own[s->cell] : &own_nominal;
		if (s->polarity == STEP_START || s->polarity == STEP_ERASE)
			y = (s->g - low) / span;
		else
			y = response_move(r->response, own, y, s->polarity * (double)(s->pulse - s[-1].pulse));
		g[i - from] = low + y * span;
	}
}
