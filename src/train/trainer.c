/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The trainer: epochs, batches, updates.
 *
 * Model    every batch: forward, loss, backward, update (step.c); cells age by t_batch per batch and
 *          t_transfer per transfer, which happens every so many batches as the synapse says
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
#include "train/trainable.h"
#include "train/feedback.h"
#include "train/ranks.h"
#include "train/trainer_priv.h"

/* Of the epoch that begins no transfer has been tested yet. */
static void forget_transfer(struct trainer *t)
{
	for (size_t i = 0; i < sizeof t->around / sizeof *t->around; i++)
		t->around[i] = (double)NAN;
}

/* A layer whose fast array is never read. */
static void warn_of_rows(const struct train_spec *s, long n_images, struct diag *d)
{
	const struct update_transfer *u = update_transfer(s->update);

	for (int i = 0; u && i < s->network->n_weight_layers; i++) {
		const struct layer *l = network_weight_layer(s->network, i);
		long n = n_images * layer_matrix(l).n_vectors;
		if (u->n_every <= n)
			continue;
		diag_warn(d, diag_where(d, &u->n_every),
			"the run ends after %ld products of layer '%s', before the first transfer", n, l->name);
		return;
	}
}

/* What is legal, but makes the part of a synapse that takes the updates useless. */
static void warn_of_transfers(const struct train_spec *s, long n_steps, struct diag *d)
{
	const struct synapse_transfer *x = synapse_transfer(s->synapse);
	struct part part[SYNAPSE_MAX_PARTS];

	if (!x && !synapse_is_fast_slow(s->synapse))
		return;

	int n = synapse_parts(s->synapse, part);
	const struct cell_hold *hold = part[x ? 0 : n - 1].cell->hold;

	if (x && x->n_interval > n_steps)
		diag_warn(d, diag_where(d, &x->n_interval),
			"the run ends after %ld batches, before the first transfer", n_steps);
	if (hold && hold->t_retention < s->numerics->t_batch)
		diag_warn(d, diag_where(d, &hold->t_retention),
			"the volatile part forgets faster than a batch takes (%.1g s)", s->numerics->t_batch);
}

struct trainer *trainer_new(struct arena *a, const struct train_spec *spec, struct diag *d)
{
	const struct recipe *r = spec->recipe;

	if (!trainable(a, spec, d))
		return NULL;
	if (rule_dfa_of(r->rule) && spec->ranks && spec->ranks->n > 1) {
		diag_error(d, diag_where(d, &r->rule),
			"random feedback is trained by one rank alone: its angles to back-propagation are "
			"measured on whole batches");
		return NULL;
	}

	if (spec->synapse && spec->update && update_outer(spec->update) && !outer_fits(spec, d))
		return NULL;

	struct trainer *t = NEW(a, struct trainer, 1);
	int n_all = spec->data->train.n;

	t->spec = *spec;
	if (!t->spec.update)
		t->spec.update = &update_default;
	t->outer = spec->synapse ? update_outer(t->spec.update) : NULL;
	t->n_images = r->n_images > 0 && r->n_images < n_all ? r->n_images : n_all;
	t->n_batch = r->batch < t->n_images ? r->batch : t->n_images;
	t->n_batches = (t->n_images + t->n_batch - 1) / t->n_batch;
	if (spec->synapse) {
		warn_of_transfers(spec, (long)t->n_batches * spec->epochs, d);
		warn_of_rows(&t->spec, (long)t->n_images * spec->epochs, d);
	}

	const struct rule_dfa *dfa = rule_dfa_of(r->rule);

	if (dfa && dfa->compensation == DFA_REPROGRAM && dfa->n_reprogram >= (long)t->n_batches * spec->epochs)
		diag_warn(d, diag_where(d, &dfa->n_reprogram),
			"the whole training has %ld batches: its feedback is never programmed anew",
			(long)t->n_batches * spec->epochs);

	struct model_spec model = trainable_model(a, spec);

	model.dfa = dfa;
	model.outer = t->outer != NULL;
	model.n_batch = t->n_batch;
	model.ranks = spec->ranks;
	t->model = model_new(a, &model);
	step_init(t, a);
	t->order = NEW(a, int, t->n_images);
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

static bool is_power_of_two(long n)
{
	return (n & (n - 1)) == 0;
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
	void *place[MODEL_SHARDS];

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
	int every = t->n_batches / 100 > 0 ? t->n_batches / 100 : 1;

	if (t->spec.progress && (batch % every == 0 || batch == t->n_batches))
		t->spec.progress(t->spec.ctx, t->epoch + 1, (double)batch / t->n_batches);
}

static bool diverged(const struct trainer *t, const char *layer, struct diag *d)
{
	struct arena *a = arena_new();
	const char *kept = t->saved_step < 0 ? ""
					     : arena_printf(a, "; the state after %ld steps is in '%s'",
						       t->saved_step, t->spec.checkpoint);

	diag_error(d, (struct loc){NULL, 0, 0},
		"the loss is no longer finite in epoch %d, batch %ld (step %ld), layer '%s': try a lower "
		"learning_rate than %g%s",
		t->epoch + 1, t->step - (long)t->epoch * t->n_batches + 1, t->step + 1, layer,
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

/* Only a state one can go on from is saved. */
static bool save(struct trainer *t, struct diag *d)
{
	const char *broken = t->spec.checkpoint ? broken_weights(t->model) : NULL;

	if (broken)
		return diverged(t, broken, d);
	if (t->spec.checkpoint && (!t->spec.ranks || t->spec.ranks->rank == 0))
		trainer_save(t, t->spec.checkpoint, t->spec.settings);
	return true;
}

static bool batch_of_epoch(struct trainer *t, int batch, struct diag *d)
{
	long n_all = (long)t->n_batches * t->spec.epochs;
	int first = batch * t->n_batch, every = t->spec.checkpoint_every;
	int n = t->n_images - first < t->n_batch ? t->n_images - first : t->n_batch;
	struct loss loss = pass_batch(t, first, n);

	if (!isfinite(loss.sum))
		return diverged(t, broken_layer(t->model, (n + t->model->n_shard_images - 1) / t->model->n_shard_images), d);
	step_apply(t, n, recipe_rate(t->spec.recipe, t->step, n_all));
	t->so_far.sum += loss.sum;
	t->so_far.n_right += loss.n_right;
	t->step++;
	report_progress(t, batch + 1);
	return every == 0 || t->step % every != 0 || batch + 1 == t->n_batches || save(t, d);
}

static void measure_alignment(struct trainer *t)
{
	struct model *m = t->model;
	int n = t->n_batch < t->n_images ? t->n_batch : t->n_images;

	feedback_alignment(m, model_deal(m, &t->spec.data->train, t->order, 0, n),
		t->alignment + (ptrdiff_t)t->epoch * m->n_weight_layers);
}

const double *trainer_alignment(const struct trainer *t, int i)
{
	return t->alignment ? t->alignment + (ptrdiff_t)i * t->model->n_weight_layers : NULL;
}

bool trainer_epoch(struct trainer *t, struct epoch_log *log, struct diag *d)
{
	long n_all = (long)t->n_batches * t->spec.epochs;
	double start = clock_now();
	int begin = (int)(t->step - (long)t->epoch * t->n_batches);

	model_set_epoch(t->model, t->epoch);
	rng_permutation(rng_stream(t->spec.seed, RNG_SHUFFLE, 0), (uint64_t)t->epoch, t->n_images,
		t->order);
	for (int batch = begin; batch < t->n_batches; batch++)
		if (!batch_of_epoch(t, batch, d))
			return false;

	struct loss tested = model_test(t->model, &t->spec.data->test);

	*log = (struct epoch_log){
		.epoch = t->epoch + 1,
		.train_loss = t->so_far.sum / t->n_images,
		.train_accuracy_percent = 100.0 * t->so_far.n_right / t->n_images,
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
	return save(t, d);
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
	t->activity.n_images_per_epoch = t->n_images;
	t->activity.n_epochs = t->epoch;
	return &t->activity;
}
