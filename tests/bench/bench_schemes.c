/* SPDX-License-Identifier: Apache-2.0 */
/*
 * schemes NETWORK[:IMAGES]...: steps of 64 images per second of every update rule and learning rule, as shares of the
 * plain float training of the same network in the same run, with so many images (12 800) in an epoch; processor
 * time of one thread.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <omp.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/rng.h"
#include "device/update.h"
#include "study/evaluate.h"
#include "train/recipe.h"

enum { N_IMAGES = 12800, N_BATCH = 64, N_EPOCHS = 3 };

struct subject {
	const char *network;
	int n_images;
};

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* Where a pixel may be other than blank: the middle, as in handwritten digits. */
static bool inside(struct shape s, size_t i)
{
	int x = (int)i % s.w, y = (int)i / s.w % s.h;

	return 7 * x >= s.w && 7 * x < 6 * s.w && 7 * y >= s.h && 7 * y < 6 * s.h;
}

/* Images of a random pattern of their class, a third of the middle, with a tenth of its pixels wrong. */
static struct dataset *patterns(struct arena *a, const struct network *net, int n_images)
{
	struct dataset_kind *kind = NEW(a, struct dataset_kind, 1);
	struct dataset *s = NEW(a, struct dataset, 1);
	struct rng r = rng_stream(1, RNG_TEST, 0);
	struct shape shape = {net->input.channels, net->input.height, net->input.width};
	size_t n_values = (size_t)n_images * (size_t)shape_size(shape);

	*kind = (struct dataset_kind){.name = "mnist", .shape = shape, .classes = net->classes};
	*s = (struct dataset){.kind = kind, .shape = shape, .classes = net->classes};
	s->train = (struct images){n_images, NEW(a, uint8_t, n_values), NEW(a, uint8_t, n_images)};
	for (int i = 0; i < n_images; i++)
		s->train.label[i] = (uint8_t)(i % net->classes);
	for (size_t i = 0; i < n_values; i++) {
		size_t at = i % (size_t)shape_size(shape), image = i / (size_t)shape_size(shape);
		bool drawn = rng_u32(r, at, 1 + s->train.label[image]) % 3 == 0;
		uint32_t word = rng_u32(r, i, 0);
		s->train.pixel[i] = (uint8_t)(inside(shape, at) && drawn != (word % 10 == 0) ? word >> 24 : 0);
	}
	s->test = s->train;
	s->test.n = 1;
	return s;
}

struct clock {
	double last, best;
};

static void lap(void *ctx, const struct outcome *o)
{
	struct clock *c = ctx;
	double t = now();

	(void)o;
	c->best = t - c->last < c->best ? t - c->last : c->best;
	c->last = t;
}

/* Steps per second of the best epoch: the others were disturbed. 0 of networks that the rule is not for. */
static double rate_of(struct subject on, const char *design, const char *set)
{
	struct arena *a = arena_new();
	struct diag *d = diag_new(a, stderr);
	struct point p = {.design_name = design, .network_name = on.network, .recipe_name = "mnist"};
	struct clock c = {0, 1e30};
	struct watcher w = {NULL, lap, &c};
	struct outcome out;

	loader_init(&p.loader, a, d);
	if (!loader_set(&p.loader, arena_printf(a, "recipe.epochs=%d", N_EPOCHS)) ||
		!loader_set(&p.loader, set))
		exit(1);
	if (point_load(&p)) {
		c.last = now();
		point_train(a, &p, patterns(a, p.network, on.n_images), 1, NULL, &w, NULL, &out, d);
	}
	arena_free(a);
	return c.best < 1e30 ? on.n_images / N_BATCH / c.best : 0;
}

static void row(struct subject on, const char *design, const char *set, double float_rate)
{
	double rate = rate_of(on, design, set);

	printf("  %-16s %-18s %-52s %7.3g steps/s  %3.0f %%\n", on.network, design, set, rate, 100 * rate / float_rate);
	fflush(stdout);
}

int main(int argc, char **argv)
{
	static const char *const sets[] = {"recipe.rule=bp", "design.update={kind: averaged, adaptive: true}",
		"recipe.rule=dfa-all", "recipe.rule={kind: dfa-all, merged: true}", "recipe.rule=dfa-fc"};
	static const char *const designs[] = {"rram-40nm", "pcm-40nm", "hybrid-pcm-40nm", "2t1f-40nm", "rram-sliced-40nm"};
	struct arena *a = arena_new();

	omp_set_num_threads(1);
	for (int i = 1; i < argc; i++) {
		char *colon = strchr(argv[i], ':');
		struct subject on = {argv[i], N_IMAGES};
		if (colon) {
			*colon = 0;
			on.n_images = atoi(colon + 1);
		}
		double plain = rate_of(on, "float", sets[0]);
		row(on, "float", sets[0], plain);
		for (size_t k = 2; k < sizeof sets / sizeof *sets; k++)
			row(on, "float", sets[k], plain);
		for (int k = 0; update_kinds[k]; k++)
			row(on, update_kinds[k]->transfers ? "tiki-taka-rram-40nm" : designs[0],
				arena_printf(a, "design.update=%s", update_kinds[k]->head.name), plain);
		for (size_t k = 1; k < sizeof sets / sizeof *sets; k++)
			row(on, designs[0], sets[k], plain);
		for (size_t k = 1; k < sizeof designs / sizeof *designs; k++)
			row(on, designs[k], sets[0], plain);
	}
	arena_free(a);
	return 0;
}
