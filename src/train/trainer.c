/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The trainer: epochs, batches, updates.
 *
 * Model    every batch: forward, loss, backward, update (step.c); cells age by the seconds of a batch and of
 *          a transfer, which happens every so many batches as the synapse says; both are priced with the
 *          counts so far after batches 1, 2, 4, 8... of the first epoch, the first batch of every epoch
 *          and transfers 1, 2, 4, 8..., before they pass
 * Assumes  references of converters and input steps are set anew at the start of every epoch and,
 *          in the first one, at batches 1, 2, 4, 8...; a transfer at the end of an epoch takes
 *          place before the test
 * Checked  tests/unit/check_train.c
 */
#include "train/trainer.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/diag.h"
#include "base/rng.h"
#include "device/update.h"
#include "train/infer.h"
#include "train/feedback.h"
#include "train/ranks.h"
#include "train/trainable.h"
#include "train/trainer_priv.h"

/* Of the epoch that begins no transfer has been tested yet. */
static void forget_transfer(struct trainer *t)
{
	for (size_t i = 0; i < sizeof t->around / sizeof *t->around; i++)
		t->around[i] = (double)NAN;
}

struct trainer *trainer_new(struct arena *a, const struct train_spec *spec, struct diag *d)
{
	const struct recipe *r = spec->recipe;

	if (!trainer_fits(spec, d))
		return NULL;

	struct trainer *t = NEW(a, struct trainer, 1);

	t->spec = *spec;
	if (!t->spec.update)
		t->spec.update = &update_default;
	t->outer = spec->synapse ? update_outer(t->spec.update) : NULL;
	t->cut = trainer_cut(spec);

	struct model_spec model = trainable_model(a, spec);

	model.dfa = rule_dfa_of(r->rule);
	model.outer = t->outer != NULL;
	model.n_batch = t->cut.n_batch;
	model.ranks = spec->ranks;
	t->model = model_new(a, &model);
	t->spec.kern = model.kern;
	if (spec->numerics)
		t->times = spec->numerics->times;
	step_init(t, a);
	t->order = NEW(a, int, t->cut.n_images);
	t->log = NEW(a, struct epoch_log, spec->epochs + 1);
	t->saved_step = -1;
	forget_transfer(t);
	if (t->model->feedback)
		t->alignment = NEW(a, double, spec->epochs *t->model->n_weight_layers);
	t->tally = tally_new(a, t->model);
	t->activity.layer = NEW(a, struct layer_activity, t->model->n_weight_layers);
	if (spec->synapse) {
		t->activity.cells = synapse_text(a, spec->synapse);
		t->activity.update = t->spec.update->kind->head.name;
	}
	return t;
}

/* Forward and backward of all shards of a batch; their gradients are not folded yet. */
static struct loss pass_batch(struct trainer *t, int first, int n)
{
	struct model *m = t->model;
	int every = t->spec.recipe->sample_every;
	bool arrays = t->spec.synapse != NULL, sample = arrays && every > 0 && t->step % every == 0;
	int used = model_deal(m, &t->spec.data->train, t->order, first, n);

	if (arrays && (first == 0 || (t->epoch == 0 && is_power_of_two(t->step))))
		model_calibrate(m, used);
	if (m->feedback)
		feedback_age(m->feedback, t->t_simulated, t->step);
	tally_sample(m, sample);

	struct loss total = model_gradients(m, used);

	if (sample)
		tally_collect(t->tally, m);
	tally_sample(m, false);
	return total;
}

/* The first layer whose outputs are not numbers in one shard; n_layers if there is none. */
static int broken_in(const struct model *m, const struct shard *s)
{
	for (int layer = 0; layer < m->n_layers; layer++) {
		const struct pass *p = &s->pass[layer];
		size_t n = (size_t)p->n * (size_t)shape_size(p->layer->out);
		for (size_t k = 0; k < n; k++)
			if (!isfinite(p->y[k]))
				return layer;
	}
	return m->n_layers;
}

static const char *broken_layer(const struct model *m, int n_shards)
{
	int layer[MODEL_SHARDS], first = m->n_layers - 1;
	void *place[MODEL_SHARDS] = {NULL};

	for (int i = 0; i < n_shards; i++) {
		layer[i] = i >= m->own_from && i < m->own_to ? broken_in(m, &m->shard[i]) : 0;
		place[i] = &layer[i];
	}
	if (m->spec.ranks)
		ranks_share(m->spec.ranks, n_shards, place, sizeof layer[0]);
	for (int i = 0; i < n_shards; i++)
		first = layer[i] < first ? layer[i] : first;
	return network_layer(m->spec.network, first)->name;
}

static void report_progress(const struct trainer *t, int batch)
{
	int every = t->cut.n_batches / 100 > 0 ? t->cut.n_batches / 100 : 1;

	if (t->spec.progress && (batch % every == 0 || batch == t->cut.n_batches))
		t->spec.progress(t->spec.ctx, t->epoch + 1, (double)batch / t->cut.n_batches);
}

/* What the batch that was number step of all, from 1, led to. */
static bool diverged(const struct trainer *t, long step, const char *what, const char *layer, struct diag *d)
{
	struct arena *a = arena_new();
	const char *kept = t->saved_step < 0 ? ""
					     : arena_printf(a, "; the state after %ld steps is in '%s'",
						       t->saved_step, t->spec.checkpoint);

	diag_error(d, (struct loc){NULL, 0, 0},
		"%s no longer finite in epoch %ld, batch %ld (step %ld), layer '%s': try a lower learning_rate than "
		"%g%s",
		what, (step - 1) / t->cut.n_batches + 1, (step - 1) % t->cut.n_batches + 1, step, layer,
		t->spec.recipe->learning_rate, kept);
	arena_free(a);
	return false;
}

/* The first layer with a parameter that is not a number, NULL if there is none. */
static const char *broken_weights(const struct model *m)
{
	for (int i = 0; i < m->n_weight_layers; i++) {
		const struct weights *w = &m->weights[i];
		size_t n = ((size_t)w->n_rows + (w->bias != NULL)) * (size_t)w->n_cols;
		const float *param = m->param + m->at_param[i];
		bool finite = true;
		for (size_t k = 0; k < n; k++)
			finite &= isfinite(param[k]) != 0;
		if (!finite)
			return w->layer->name;
	}
	for (int i = 0; i < m->n_norms; i++)
		for (int c = 0; c < m->norm[i].n; c++)
			if (!isfinite(m->norm[i].scale[c]) || !isfinite(m->norm[i].shift[c]) ||
				!isfinite(m->norm[i].mean[c]) || !isfinite(m->norm[i].variance[c]))
				return m->norm[i].layer->name;
	return NULL;
}

static bool weights_are_finite(const struct trainer *t, struct diag *d)
{
	const char *broken = broken_weights(t->model);

	return !broken || diverged(t, t->step, "the weights are", broken, d);
}

static void save(struct trainer *t)
{
	if (t->spec.checkpoint && (!t->spec.ranks || t->spec.ranks->rank == 0))
		trainer_save(t, t->spec.checkpoint, t->spec.settings);
}

static bool batch_of_epoch(struct trainer *t, int batch, struct diag *d)
{
	long n_all = (long)t->cut.n_batches * t->spec.epochs;
	int first = batch * t->cut.n_batch, every = t->spec.checkpoint_every;
	int n = t->cut.n_images - first < t->cut.n_batch ? t->cut.n_images - first : t->cut.n_batch;
	struct loss loss = pass_batch(t, first, n);

	if (!isfinite(loss.sum))
		return diverged(t, t->step + 1, "the loss is",
			broken_layer(t->model, (n + t->model->n_shard_images - 1) / t->model->n_shard_images), d);
	step_apply(t, n, recipe_rate(t->spec.recipe, t->step, n_all));
	t->so_far.sum += loss.sum;
	t->so_far.n_right += loss.n_right;
	t->step++;
	report_progress(t, batch + 1);
	if (every == 0 || t->step % every != 0 || batch + 1 == t->cut.n_batches)
		return true;
	if (!weights_are_finite(t, d))
		return false;
	save(t);
	return true;
}

static void measure_alignment(struct trainer *t)
{
	struct model *m = t->model;
	int n = t->cut.n_batch < t->cut.n_images ? t->cut.n_batch : t->cut.n_images;

	feedback_alignment(m, model_deal(m, &t->spec.data->train, t->order, 0, n),
		t->alignment + (ptrdiff_t)t->epoch * m->n_weight_layers);
}

const double *trainer_alignment(const struct trainer *t, int i)
{
	return t->alignment ? t->alignment + (ptrdiff_t)i * t->model->n_weight_layers : NULL;
}

/* After the first epoch. */
static void warn_of_rest(const struct trainer *t, struct diag *d)
{
	double n = 0;

	for (int i = 0; i < t->model->n_weight_layers; i++) {
		const struct write_counts *u = &t->tally->layer[i].update;
		n += u->n_up + u->n_down + u->n_cells;
	}
	if (t->spec.synapse && t->epoch == 0 && n == 0)
		diag_warn(d, diag_where(d, t->spec.update),
			"no cell was written in the whole first epoch: what batches ask for is less than 'update: {kind: %s}' "
			"and the rounding to pulses let through",
			t->spec.update->kind->head.name);
}

bool trainer_epoch(struct trainer *t, struct epoch_log *log, struct diag *d)
{
	long n_all = (long)t->cut.n_batches * t->spec.epochs;
	double start = clock_now();
	int begin = (int)(t->step - (long)t->epoch * t->cut.n_batches);

	model_set_epoch(t->model, t->epoch);
	rng_permutation(rng_stream(t->spec.seed, RNG_SHUFFLE, 0), (uint64_t)t->epoch, t->cut.n_images,
		t->order);
	for (int batch = begin; batch < t->cut.n_batches; batch++)
		if (!batch_of_epoch(t, batch, d))
			return false;
	if (!weights_are_finite(t, d))
		return false;
	warn_of_rest(t, d);

	struct loss tested = model_test(t->model, &t->spec.data->test);

	if (!isfinite(tested.sum))
		return diverged(t, t->step, "the test loss is", broken_layer(t->model, t->model->n_shards), d);

	*log = (struct epoch_log){
		.epoch = t->epoch + 1,
		.train_loss = t->so_far.sum / t->cut.n_images,
		.train_accuracy_percent = 100.0 * t->so_far.n_right / t->cut.n_images,
		.test_loss = tested.sum / t->spec.data->test.n,
		.test_accuracy_percent = 100.0 * tested.n_right / t->spec.data->test.n,
		.learning_rate = recipe_rate(t->spec.recipe, t->step - 1, n_all),
		.simulated_s = t->t_simulated,
		.before_transfer_percent = t->around[0],
		.after_transfer_percent = t->around[1],
		.power_off_percent = t->around[2],
		.wall_s = clock_now() - start,
	};
	if (t->alignment)
		measure_alignment(t);
	t->log[t->epoch++] = *log;
	t->so_far = (struct loss){0};
	forget_transfer(t);
	save(t);
	return true;
}

int trainer_epochs(const struct trainer *t)
{
	return t->epoch;
}

const struct epoch_log *trainer_log(const struct trainer *t, int i)
{
	return &t->log[i];
}

const struct activity *trainer_activity(struct trainer *t)
{
	if (!t->spec.synapse)
		return NULL;
	tally_report(t->tally, t->model, &t->activity);
	rule_count(t->spec.recipe->rule, t->spec.network, &t->activity);
	t->activity.n_images_per_epoch = t->cut.n_images;
	t->activity.n_epochs = t->epoch;
	return &t->activity;
}
