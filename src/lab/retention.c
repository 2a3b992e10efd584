/* SPDX-License-Identifier: Apache-2.0 */
/* All laws of forgetting tried on a trace; the best in words. */
#include "lab/retention.h"

#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "lab/retention_priv.h"

const char *const retention_words[] = {
	[RETENTION_POWER_LAW] = "power_law",
	[RETENTION_DECAY] = "exponential_decay",
	[RETENTION_STRETCHED] = "stretched",
	[RETENTION_CURRENT] = "constant_current",
	[RETENTION_LOGARITHMIC] = "logarithmic",
	NULL,
};

#define STANDS_OUT 2.0 /* difference of BIC from which a law is more than chance */

static bool check_times(struct series *s, struct diag *d)
{
	const struct trace *t = s->trace;
	struct source src = {t->file, NULL};

	for (int i = 0; i < t->n; i++)
		s->from[t->sample[i].cell + 1] = i + 1;
	for (int c = 0; c < t->n_cells; c++) {
		struct loc loc = {&src, t->sample[s->from[c]].line, 1};
		if (s->from[c + 1] - s->from[c] < 3) {
			diag_error(d, loc, "cell '%s' has %d times, expected 3 or more", t->cell[c], s->from[c + 1] - s->from[c]);
			return false;
		}
	}
	return true;
}

void retention_summary(const struct series *s, const double *v, struct retention_law *law)
{
	int n = s->trace->n_cells;
	struct spread between = spread_between(v, s->se, n);
	double weight = 0, square = 0;

	for (int i = 0; i < n; i++) {
		weight += 1 / (s->se[i] * s->se[i] + between.variance);
		square += s->se[i] * s->se[i] / n;
	}
	law->mean = (struct estimate){between.mean, sqrt(1 / weight) * (between.variance > 0 ? student_factor(n) : 1), true};
	law->spread = (struct estimate){0, 0, n > 1};
	if (between.variance > 0)
		law->spread = (struct estimate){sqrt(between.variance),
			(between.variance + square) * sqrt(2.0 / (n - 1)) / (2 * sqrt(between.variance)), true};
}

/* BIC of cells that forget nothing. */
static double still(const struct series *s)
{
	const struct trace *t = s->trace;
	double all = 0, least = pow(1e-12 * t->sample[0].g, 2);

	for (int c = 0; c < t->n_cells; c++) {
		double n = s->from[c + 1] - s->from[c], sum = 0;
		for (int i = s->from[c]; i < s->from[c + 1]; i++)
			sum += t->sample[i].g;
		for (int i = s->from[c]; i < s->from[c + 1]; i++)
			all += pow(t->sample[i].g - sum / n, 2);
	}
	return (t->n_cells + 1) * log(t->n) + t->n * (log(all / t->n + least) + LN_2_PI_E);
}

struct retention *fit_retention(struct arena *a, const struct trace *t, const struct cell *base, const char *kind,
	struct diag *d)
{
	struct series s = {.trace = t, .base = base, .arena = a, .scratch = arena_new()};
	struct retention *r = NEW(a, struct retention, 1);
	struct source src = {t->file, NULL};
	bool any = false;

	s.from = NEW(a, int, t->n_cells + 1);
	s.se = NEW(a, double, t->n_cells);

	bool good = check_times(&s, d);

	for (enum retention_kind k = 0; k < RETENTION_KINDS && good; k++) {
		struct retention_law *law = &r->law[k];
		law->start = NEW(a, double, t->n_cells);
		law->own = NEW(a, double, t->n_cells);
		if (kind && strcmp(kind, retention_words[k]) != 0)
			law->trouble = "not asked for";
		else if (k == RETENTION_POWER_LAW || k == RETENTION_LOGARITHMIC)
			retention_line(&s, k, law);
		else
			retention_decay(&s, k, law);
		if (!law->trouble && (!any || law->bic < r->law[r->best].bic))
			r->best = k;
		any |= !law->trouble;
	}
	arena_free(s.scratch);
	for (int k = 0; k < RETENTION_KINDS && good && !any; k++)
		if (!kind || strcmp(kind, retention_words[k]) == 0)
			diag_error(d, (struct loc){&src, r->law[k].line ? r->law[k].line : t->sample[0].line, 1}, "%s: %s",
				retention_words[k], r->law[k].trouble);
	if (any && !(r->law[r->best].bic < still(&s) - STANDS_OUT)) {
		diag_error(d, (struct loc){&src, t->sample[0].line, 1}, "nothing forgotten stands out of the noise: BIC %.6g of the best "
			"law, %s, %.6g of none", r->law[r->best].bic, retention_words[r->best], still(&s));
		return NULL;
	}
	return any ? r : NULL;
}

double retention_at(const struct retention *r, const struct cell *base, int cell, double t)
{
	const struct retention_law *law = &r->law[r->best];
	double start = law->start[cell], own = law->own[cell];

	if (r->best == RETENTION_POWER_LAW)
		return start * pow(1 + t / law->t_0, -own);
	if (r->best == RETENTION_LOGARITHMIC)
		return fmax(start + own * log(fmax(t, 1)), 0);
	return base->g_min + (base->g_max - base->g_min) *
		retention_decayed(r->best, start, law->y_rest.value, t / own, law->beta.value);
}

static void line(FILE *out, const char *what, struct estimate e)
{
	if (!e.fitted)
		fprintf(out, "  %-40s %.6g, assumed: the data do not tell\n", what, e.value);
	else
		fprintf(out, "  %-40s %.6g +- %.2g\n", what, e.value, e.se);
}

void retention_text(const struct retention *r, FILE *out)
{
	static const struct {
		const char *mean, *spread, *noise;
	} words[] = {
		[RETENTION_POWER_LAW] = {"exponent nu", "its sigma", "noise of a reading, relative"},
		[RETENTION_DECAY] = {"time constant [s]", "sigma of its logarithm", "noise of a reading, share of the window"},
		[RETENTION_STRETCHED] = {"time constant [s]", "sigma of its logarithm", "noise of a reading, share of the window"},
		[RETENTION_CURRENT] = {"time across the window [s]", "sigma of its logarithm",
			"noise of a reading, share of the window"},
		[RETENTION_LOGARITHMIC] = {"change per ln(t/1 s) [S]", "its sigma [S]", "noise of a reading [S]"},
	};
	const struct retention_law *best = &r->law[r->best];

	for (int k = 0; k < RETENTION_KINDS; k++)
		if (r->law[k].trouble)
			fprintf(out, "%s: %s\n", retention_words[k], r->law[k].trouble);
		else
			fprintf(out, "%-20s BIC %.8g\n", retention_words[k], r->law[k].bic);
	fprintf(out, "\n%s: values and standard errors\n", retention_words[r->best]);
	line(out, words[r->best].mean, best->mean);
	line(out, words[r->best].spread, best->spread);
	if (r->best == RETENTION_STRETCHED)
		line(out, "power of the time", best->beta);
	if (r->best == RETENTION_POWER_LAW)
		fprintf(out, "  %-40s %.6g\n", "time t_0 at which it sets in [s]", best->t_0);
	else if (r->best != RETENTION_LOGARITHMIC)
		line(out, "state it decays to", best->y_rest);
	fprintf(out, "  %-40s %.3g\n", words[r->best].noise, best->noise);
}
