/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/common.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <omp.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/diag.h"
#include "train/dataset.h"
#include "train/kern.h"

#define MAX_THREADS 4096

/* Threads that wait for each other by spinning make a training many times slower as soon as anything
 * else runs on the machine. The OpenMP library reads its settings before main: set them, start again. */
static void wait_asleep(const struct args *args)
{
	if (getenv("OMP_WAIT_POLICY") || getenv("GOMP_SPINCOUNT") || setenv("OMP_WAIT_POLICY", "passive", 1) != 0)
		return;
	execv("/proc/self/exe", args->argv);
}

void common_threads(const struct args *args)
{
	const char *given = getenv("OMP_NUM_THREADS");

	if (given && *given && strtol(given, NULL, 10) < 1)
		usage_error(args, "OMP_NUM_THREADS: expected a whole number from 1, found '%s'", given);
	wait_asleep(args);

	long n = args_int(args, "threads", 1, MAX_THREADS, 0);

	if (n > 0)
		omp_set_num_threads((int)n);
}

const struct kern *common_kern(const struct args *args)
{
	const char *isa = args_get(args, "isa");
	const struct kern *kern = kern_pick(isa);

	if (!kern)
		usage_error(args, "--isa: '%s' is not a kernel set this machine can use, expected %s", isa,
			kern_names(args->arena));
	return kern;
}

struct study_sets common_sets(const struct args *args, const char *prefix)
{
	static const char *const roots[] = {"design.", "network.", "recipe.", "study."};
	struct study_sets sets = {.option = NEW(args->arena, const char *, args->n_options + 1)};

	for (int i = 0; i < args->n_options; i++) {
		if (strcmp(args->option[i], "set") != 0)
			continue;
		bool rooted = false;
		for (size_t k = 0; k < sizeof roots / sizeof roots[0]; k++)
			rooted |= strncmp(args->value[i], roots[k], strlen(roots[k])) == 0;
		sets.option[sets.n++] = rooted ? args->value[i]
					       : arena_printf(args->arena, "%s.%s", prefix, args->value[i]);
	}
	return sets;
}

const struct dataset *common_data(struct arena *a, const char *name, const char *folder, struct diag *d)
{
	const struct dataset_kind *kind = dataset_kind_of(name);

	if (!kind)
		BUG("unknown data set in a checked recipe");

	const char *found = dataset_locate(a, kind, folder, d);

	return found ? dataset_read(a, kind, found, d) : NULL;
}

bool common_point(struct args *args, struct point *p, const char *dflt_recipe, const struct study_sets *first,
	struct diag *d)
{
	struct study_sets sets = common_sets(args, "design");
	const char *recipe = args_get(args, "recipe"), *epochs = args_get(args, "epochs");

	args_int(args, "epochs", 1, 100000, 1);
	loader_init(&p->loader, args->arena, d);
	for (int i = 0; first && i < first->n; i++)
		if (!loader_set(&p->loader, first->option[i]))
			return false;
	diag_setting(d, NULL);
	for (int i = 0; i < sets.n; i++)
		if (!loader_set(&p->loader, sets.option[i]))
			return false;
	if (epochs && !loader_set(&p->loader, arena_printf(args->arena, "recipe.epochs=%s", epochs)))
		return false;
	p->design_name = args->word[0];
	p->network_name = args->word[1];
	p->recipe_name = recipe ? recipe : dflt_recipe;
	return point_load(p);
}

const struct dataset *common_point_data(
	struct args *args, const struct point *p, struct diag *d)
{
	const char *given = args_get(args, "data"), *name = p->recipe->dataset;

	if (given && dataset_kind_of(given))
		return common_data(args->arena, given, NULL, d);
	return common_data(args->arena, name, given, d);
}

void progress_start(struct progress *p, const char *what, int epochs, bool wanted)
{
	*p = (struct progress){wanted || isatty(STDERR_FILENO), what, epochs, clock_now(), 0};
}

void progress_show(void *progress, int epoch, double share)
{
	enum { WIDTH = 24 };
	struct progress *p = progress;
	double t = clock_now(), done = epoch - 1 + share, all = p->epochs;
	char bar[WIDTH + 1];

	if (!p->on || t - p->last < 0.1)
		return;
	p->last = t;
	for (int i = 0; i < WIDTH; i++)
		bar[i] = i < done / all * WIDTH ? '#' : '.';
	bar[WIDTH] = '\0';

	double rate = done / (t - p->start), left = rate > 0 ? (all - done) / rate : 0;

	fprintf(stderr, "\r%s [%s] epoch %d of %d, %.2f epochs/min, %.0f s left \033[K", p->what, bar, epoch,
		p->epochs, 60 * rate, left);
	fflush(stderr);
}

void progress_clear(struct progress *p)
{
	if (p->on)
		fprintf(stderr, "\r\033[K");
}

void common_assumed(const struct loader *l, FILE *out)
{
	int n = 0;

	for (int i = 0; i < l->n_setting; i++)
		if (l->setting[i].source && strcmp(l->setting[i].source, "assumed") == 0)
			fprintf(out, "%s  %s = %s\n", n++ ? "" : "\nThese values are assumed, not published:\n", l->setting[i].path,
				l->setting[i].text);
}
