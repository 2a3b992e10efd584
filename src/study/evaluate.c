/* SPDX-License-Identifier: Apache-2.0 */
#include "study/evaluate.h"

#include <string.h>
#include <unistd.h>

#include "arch/design.h"
#include "base/arena.h"
#include "base/clock.h"
#include "base/diag.h"
#include "train/infer.h"
#include "train/recipe.h"
#include "train/rule.h"

int point_images(const struct point *p, const struct dataset *data)
{
	int n = p->recipe->n_images;

	return n > 0 && n < data->train.n ? n : data->train.n;
}

/* Pixels that are normalised have either sign. */
struct activity *point_activity(struct arena *a, const struct point *p, int n_batch)
{
	struct activity *activity = activity_default(a, p->network, n_batch);
	const bool *is_signed =
		network_signs(a, p->network, p->recipe && p->recipe->normalise != NORMALISE_NONE);

	for (int i = 0; i < activity->n_layers; i++)
		activity->layer[i].n_passes = 1 + is_signed[i];
	if (p->recipe)
		rule_count(p->recipe->rule, p->network, activity);
	return activity;
}

struct cost *point_price(struct arena *a, const struct point *p, double n_images,
	const struct activity *activity)
{
	int n_wanted = p->recipe ? p->recipe->batch : activity->n_batch;
	int n_batch = n_wanted < n_images ? n_wanted : (int)n_images; /* as the trainer cuts it */

	if (!p->design)
		return NULL;
	return price(a, p->design, p->network, activity ? activity : point_activity(a, p, n_batch), n_images, n_batch);
}

struct numerics point_numerics(struct arena *a, const struct point *p, const struct dataset *data)
{
	if (!p->design)
		return (struct numerics){0};
	return design_numerics(p->design, point_price(a, p, point_images(p, data), NULL));
}

/* A digital chip of few bits trains with them, unless the recipe names its own. */
static const struct recipe_bits *bits_of(struct arena *a, const struct point *p)
{
	const struct design *design = p->design;

	if (!design || !design->digital || design->digital->n_bits > RECIPE_MAX_BITS || p->recipe->bits)
		return design && design->synapse ? NULL : p->recipe->bits;

	int n = design->digital->n_bits;
	struct recipe_bits *bits = NEW(a, struct recipe_bits, 1);

	*bits = (struct recipe_bits){SCHEME_STRAIGHT_THROUGH, n, n, n, n};
	return bits;
}

static struct train_spec spec_of(struct arena *a, const struct point *p, const struct dataset *data,
	uint64_t seed)
{
	struct numerics *numerics = NEW(a, struct numerics, 1);

	*numerics = point_numerics(a, p, data);
	return (struct train_spec){
		.network = p->network,
		.recipe = p->recipe,
		.bits = bits_of(a, p),
		.data = data,
		.synapse = p->design ? p->design->synapse : NULL,
		.update = p->design ? p->design->update : NULL,
		.numerics = p->design ? numerics : NULL,
		.seed = seed,
		.epochs = p->recipe->epochs,
	};
}

/* What a training asks its price of. */
struct pricer {
	const struct point *point;
	double n_images;
};

static struct batch_times times_of(void *ctx, const struct activity *activity)
{
	const struct pricer *p = ctx;
	struct arena *a = arena_new();
	const struct cost *c = point_price(a, p->point, p->n_images, activity);
	struct batch_times times = {c->t_batch, c->t_transfer};

	arena_free(a);
	return times;
}

const char *point_fingerprint(struct arena *a, const struct point *p, const struct dataset *data,
	uint64_t seed)
{
	struct train_spec spec = spec_of(a, p, data, seed);

	return train_fingerprint(a, &spec);
}

bool point_check(const struct point *p, const struct dataset *data, const struct ranks *ranks, struct diag *d)
{
	struct arena *a = arena_new();
	struct train_spec spec = spec_of(a, p, data, 0);
	bool good;

	spec.ranks = ranks;
	good = (!p->design || design_runs(p->design, d)) && trainer_fits(&spec, d);
	if (good && p->design && spec.numerics->crossbar && p->design->mapping.kind == MAPPING_POSITION)
		diag_warn(d, diag_where(d, &p->design->mapping.kind),
			"'ir_drop' is solved for rows as 'unrolled' has them: training sees that, the price 'kernel_position'");
	if (good)
		trainer_warn(&spec, d);
	arena_free(a);
	return good;
}

/* A trainer at the point to go on from; NULL after reported errors. */
static struct trainer *begin(struct arena *a, struct train_spec *spec, const struct keep *keep, struct diag *d)
{
	if (keep) {
		spec->ranks = keep->ranks;
		spec->checkpoint = keep->checkpoint;
		spec->checkpoint_every = keep->every;
		spec->settings = keep->settings;
	}

	struct trainer *t = trainer_new(a, spec, d);

	if (!t || !keep)
		return t;
	if (keep->resume && keep->checkpoint && access(keep->checkpoint, F_OK) == 0)
		return trainer_resume(t, keep->checkpoint, d) ? t : NULL;
	return !keep->weights || trainer_start_from(t, keep->weights, d) ? t : NULL;
}

static struct trainer *start(struct arena *a, struct train_spec *spec, const struct keep *keep, struct diag *d)
{
	struct trainer *t = begin(a, spec, keep, d);

	return spec->ranks && !trainer_agrees(t, spec->ranks, d) ? NULL : t;
}

void point_train(struct arena *a, const struct point *p, const struct dataset *data, uint64_t seed,
	const struct kern *kern, const struct watcher *w, const struct keep *keep, struct outcome *out,
	struct diag *d)
{
	struct train_spec spec = spec_of(a, p, data, seed);
	struct pricer *pricer = NEW(a, struct pricer, 1);
	double begin = clock_now();

	*pricer = (struct pricer){p, point_images(p, data)};
	spec.price = p->design ? times_of : NULL;
	spec.pricer = pricer;

	*out = (struct outcome){.status = "ok", .epochs = p->recipe->epochs};
	out->log = NEW(a, struct epoch_log, out->epochs + 1);
	spec.kern = kern;
	if (w) {
		spec.progress = w->progress;
		spec.ctx = w->ctx;
	}
	if (p->design && p->design->write.verify)
		diag_warn(d, diag_where(d, p->design->write.verify),
			"'verify' is priced alone: the training gives every pulse once, blindly");
	out->trainer = start(a, &spec, keep, d);
	for (; out->trainer && out->n_log < trainer_epochs(out->trainer); out->n_log++)
		out->log[out->n_log] = *trainer_log(out->trainer, out->n_log);
	while (out->trainer && out->n_log < out->epochs) {
		struct epoch_log *log = &out->log[out->n_log];
		if (!trainer_epoch(out->trainer, log, d))
			break;
		log->wall_s = clock_now() - begin;
		out->n_log++;
		if (w && w->epoch)
			w->epoch(w->ctx, out);
	}
	out->wall_s = clock_now() - begin;
	if (!out->trainer || out->n_log < out->epochs) {
		out->status = diag_first(d) ? diag_first(d) : "training failed";
		return;
	}

	const struct epoch_log *last = &out->log[out->n_log - 1];

	out->accuracy_percent = last->test_accuracy_percent;
	out->loss = last->test_loss;
	out->simulated_s = last->simulated_s;
	out->activity = trainer_activity(out->trainer);
}

struct infer *point_infer(struct arena *a, const struct point *p, const struct dataset *data,
	const struct tensors *weights, uint64_t seed, const struct kern *kern, struct diag *d)
{
	struct train_spec spec = spec_of(a, p, data, seed);

	spec.kern = kern;
	return !p->design || design_runs(p->design, d) ? infer_new(a, &spec, weights, d) : NULL;
}

struct outcome outcome_keep(struct arena *a, const struct outcome *o)
{
	struct outcome kept = *o;

	kept.status = arena_dup(a, o->status);
	kept.trainer = NULL;
	kept.log = NEW(a, struct epoch_log, o->n_log + 1);
	memcpy(kept.log, o->log, (size_t)o->n_log * sizeof *kept.log);
	if (o->activity) {
		struct activity *activity = NEW(a, struct activity, 1);
		*activity = *o->activity;
		activity->layer = NEW(a, struct layer_activity, activity->n_layers);
		memcpy(activity->layer, o->activity->layer,
			(size_t)activity->n_layers * sizeof *activity->layer);
		if (activity->cells)
			activity->cells = arena_dup(a, activity->cells);
		kept.activity = activity;
	}
	return kept;
}
