/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Accumulation of SET pulses in a phase-change cell, free of history.
 *
 * Model    dg = g_step + k_slope g + (g_sigma + k_sigma g) xi per SET pulse, g in siemens; a RESET
 *          pulse goes to the bottom of the window
 * Source   [Nandakumar2020]; the published form has a term in the pulses since RESET, which this
 *          simplified one leaves out
 * Assumes  every pulse has its own draw; spread scales the steps
 * Valid    below the state g_step/(-k_slope) where the mean step ends
 * Checked  tests/unit/check_response.c: mean and sigma of one pulse, 1e7 draws in check_stats.c
 */
#include <stddef.h>

#include "base/arena.h"
#include "base/diag.h"
#include "device/cell.h"

struct pcm {
	struct response response;
	double g_step, k_slope, g_sigma, k_sigma;
	double g_low, g_span; /* of the cell's window */
};

static const struct field fields[] = {
	REAL(pcm, g_step, DIM_SIEMENS, 1e-15, 1, NULL, "mean change of conductance by one SET pulse, at conductance 0"),
	REAL(pcm, k_slope, DIM_NONE, -1, 1, NULL, "change of the mean step per change of conductance (< 0: it tires)"),
	REAL(pcm, g_sigma, DIM_SIEMENS, 0, 1, NULL, "sigma of one step, at conductance 0"),
	REAL(pcm, k_sigma, DIM_NONE, -1, 1, NULL, "change of that sigma per change of conductance"),
	FIELD_END,
};

static double step(const struct response *r, bool up, double x)
{
	const struct pcm *p = (const struct pcm *)r;

	return up ? (p->g_step + p->k_slope * (p->g_low + x * p->g_span)) / p->g_span : -1;
}

static double sigma(const struct response *r, bool up, double x)
{
	const struct pcm *p = (const struct pcm *)r;

	return up ? (p->g_sigma + p->k_sigma * (p->g_low + x * p->g_span)) / p->g_span : 0;
}

static bool check(struct response *r, const struct cell *c, struct arena *a, struct diag *d)
{
	struct pcm *p = (struct pcm *)r;
	bool good = true;

	p->g_low = c->g_min;
	p->g_span = c->g_max - c->g_min;
	r->n_up = 1 / step(r, true, 0.5);
	r->n_down = 1;
	if (!(step(r, true, 0.5) > 0)) {
		diag_error(d, diag_where(d, &p->k_slope),
			"'k_slope': the mean step ends at %s, below mid-window",
			units_text(a, -p->g_step / p->k_slope, DIM_SIEMENS));
		good = false;
	}
	if (p->g_span > 0 && sigma(r, true, 1) < 0) {
		diag_error(d, diag_where(d, &p->k_sigma), "'k_sigma': sigma is negative at the top of the window");
		good = false;
	}
	return good;
}

static void start(struct response *r, const struct response_ends *e, int attempt)
{
	struct pcm *p = (struct pcm *)r;
	double slope = (e->up_high - e->up_low);

	(void)attempt;
	p->g_low = e->g_low;
	p->g_span = e->g_span;
	p->k_slope = slope;
	p->g_step = e->up_low * e->g_span - slope * e->g_low;
	p->g_sigma = e->up_low * e->g_span;
	p->k_sigma = 0;
}

static const char *const fit_keys[] = {"g_step", "k_slope", NULL};
static const char *const fit_scatter[] = {"g_sigma", "k_sigma", NULL};
static const struct response_fit fit = {
	.keys = fit_keys, .scatter = fit_scatter, .n_starts = 1, .start = start};

extern const struct response_kind response_pcm;
const struct response_kind response_pcm = {
	.head = {"pcm_accumulation", "phase change: SET pulses add up, RESET erases", "Nandakumar2020",
		sizeof(struct pcm), fields},
	.check = check,
	.step = step,
	.sigma = sigma,
	.fit = &fit,
};
