/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "cmd/cmd.h"
#include "lab/fit.h"

static void show(const char *what, struct estimate e)
{
	if (e.fitted)
		printf("  %-14s %.6g +- %.2g\n", what, e.value, e.se);
}

static int run(struct args *args)
{
	struct arena *a = args->arena;
	struct diag *d = diag_new(a, stderr);
	struct trace *t = trace_read(a, args->word[0], d);
	struct fit_options o = {.kind = args_get(args, "kind"), .g_min = (double)NAN, .g_max = (double)NAN,
		.one_sided = args_get(args, "one-sided") != NULL};
	struct fit *f = t ? fit_pulses(a, t, &o, d) : NULL;

	if (!f)
		return STATUS_INPUT;
	for (int i = 0; i < f->n_results; i++) {
		const struct fit_result *r = &f->result[i];
		printf("%s bic %.2f lnl %.2f n %d %s\n", r->kind->head.name, r->bic, r->lnl, r->n_parameters, r->trouble ? r->trouble : "");
		for (int k = 0; k < r->n_keys; k++)
			show(r->key[k], r->of[k]);
		show("g_min", r->g_min);
		show("g_max", r->g_max);
		show("k_cycle", r->variation.k_cycle);
		show("k_cycle_step", r->variation.k_cycle_step);
		show("k_write", r->variation.k_write);
		show("k_device", r->variation.k_device);
		show("k_asymmetry", r->variation.k_asymmetry);
		show("k_g_min", r->variation.k_g_min);
		show("k_g_max", r->variation.k_g_max);
	}
	return STATUS_DONE;
}

static const struct option options[] = {
	{"kind", 0, "KIND", "the response to fit, instead of the best of all"},
	{"one-sided", 0, NULL, "the cell goes down by an erase only: no depression train is expected"},
	OPTION_OUT,
	OPTION_END,
};

extern const struct command cmd_fit;
const struct command cmd_fit = {"fit", "measured pulse or retention data to a cell's techfile", "DATA.csv", 1, 1, options, run};
