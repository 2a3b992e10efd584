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
#include "train/checkpoint.h"
#include "train/trainer_priv.h"

static bool fits_data(const struct train_spec *s, struct diag *d)
{
	const struct network *net = s->network;
	struct shape want = s->data->shape;
	struct loc at = diag_where(d, &net->input);

	if (net->input.channels != want.c || net->input.height != want.h ||
		net->input.width != want.w) {
		diag_error(d, at,
			"the network takes images of %d x %d x %d, but '%s' has images of %d x %d x %d",
			net->input.channels, net->input.height, net->input.width,
			s->data->kind->name, want.c, want.h, want.w);
		return false;
	}
	if (network_layer(net, net->layers.n - 1)->out.h != 1 ||
		network_layer(net, net->layers.n - 1)->out.w != 1) {
		diag_error(d, diag_where(d, &net->classes),
			"the last layer answers for every position, but an image of '%s' has one class",
			s->data->kind->name);
		return false;
	}
	if (net->classes != s->data->classes) {
		diag_error(d, diag_where(d, &net->classes),
			"the network tells %d classes apart, but '%s' has %d", net->classes,
			s->data->kind->name, s->data->classes);
		return false;
	}
	return true;
}

/* Is there a way to train a layer? NULL, or what is in the way. */
static const char *untrainable(const struct layer *l, struct arena *a)
{
	if (!train_layer_kind_of(l))
		return arena_printf(a, "its kind '%s' cannot be trained yet", l->kind->head.name);
	if (l->n_from != 1 || l->from[0]->index != l->index - 1)
		return "training takes layers one after the other";
	if (l->i_weight >= 0 && layer_matrix(l).n_groups > 1)
		return "training takes convolutions without groups";
	if (l->kind == &layer_conv) {
		const struct layer_conv *c = (const struct layer_conv *)l;
		if (conv_kernel_width(c) != c->kernel || conv_pad_width(c) != c->pad)
			return "training takes square kernels";
	}
	if (l->kind == &layer_maxpool && ((const struct layer_pool *)l)->pad > 0)
		return "training takes pooling without pad";
	return NULL;
}

static bool can_be_trained(const struct network *net, struct arena *a, struct diag *d)
{
	for (int i = 0; i < net->layers.n; i++) {
		const struct layer *l = network_layer(net, i);
		const char *why = untrainable(l, a);
		if (!why)
			continue;
		diag_error(d, layer_where(d, l, l), "layer '%s': %s", l->name, why);
		return false;
	}
	return true;
}

/* Input codes of arrays are unsigned. */
static bool inputs_are_positive(
	const struct network *net, const struct recipe *r, struct diag *d)
{
	bool positive = r->normalise == NORMALISE_NONE;

	for (int i = 0; i < net->layers.n; i++) {
		const struct layer *l = network_layer(net, i);
		const struct train_layer_kind *k = train_layer_kind_of(l);
		if (l->i_weight >= 0 && !positive) {
			diag_error(d, diag_where(d, net->layers.each[i]),
				"layer '%s': its inputs can be negative, but arrays take unsigned inputs: %s",
				l->name,
				i == 0 ? "set the recipe's normalise to none"
				       : "put a relu or sigmoid before it");
			return false;
		}
		positive = k->makes_positive || (k->keeps_sign && positive);
	}
	return true;
}

static bool numerics_are_sane(const struct numerics *n, struct diag *d)
{
	struct {
		const char *name;
		int value, min, max;
	} limit[] = {
		{"rows read together", n->n_rows, 1, 1 << 20},
		{"bits of an input", n->n_bits_input, 1, 8},
		{"bits of an error", n->n_bits_error, 2, 16},
		{"bits of the converter", n->n_bits_converter, 2, 16},
	};
	bool good = true;

	for (size_t i = 0; i < sizeof limit / sizeof *limit; i++)
		if (limit[i].value < limit[i].min || limit[i].value > limit[i].max) {
			diag_error(d, (struct loc){NULL, 0, 0},
				"%s: training supports %d to %d, the design has %d", limit[i].name,
				limit[i].min, limit[i].max, limit[i].value);
			good = false;
		}
	if (!(n->k_full_scale > 0)) {
		diag_error(d, (struct loc){NULL, 0, 0},
			"converter range: expected more than 0, the design has %g", n->k_full_scale);
		good = false;
	}
	return good;
}

struct trainer *trainer_new(struct arena *a, const struct train_spec *spec, struct diag *d)
{
	const struct recipe *r = spec->recipe;

	if (!fits_data(spec, d) || !can_be_trained(spec->network, a, d))
		return NULL;
	if (spec->synapse &&
		(!inputs_are_positive(spec->network, r, d) || !numerics_are_sane(spec->numerics, d)))
		return NULL;

	struct trainer *t = NEW(a, struct trainer, 1);
	int n_all = spec->data->train.n;

	t->spec = *spec;
	if (!t->spec.update)
		t->spec.update = &update_default;
	if (!t->spec.kern)
		t->spec.kern = kern_pick(NULL);
	t->n_images = r->n_images > 0 && r->n_images < n_all ? r->n_images : n_all;
	t->n_batch = r->batch < t->n_images ? r->batch : t->n_images;
	t->n_batches = (t->n_images + t->n_batch - 1) / t->n_batch;
	t->model = model_new(a, &(struct model_spec){
					.network = spec->network,
					.kern = t->spec.kern,
					.synapse = spec->synapse,
					.numerics = spec->numerics,
					.seed = spec->seed,
					.k_weight_range = r->k_weight_range,
					.bits = spec->synapse ? NULL : r->bits,
					.intake = intake_new(a, r, spec->data, spec->seed),
					.n_batch = t->n_batch,
				});
	step_init(t, a);
	t->order = NEW(a, int, t->n_images);
	t->tally = tally_new(a, t->model);
	t->activity.layer = NEW(a, struct layer_activity, t->model->n_weight_layers);
	return t;
}

static bool is_power_of_two(long n)
{
	return (n & (n - 1)) == 0;
}

/* Forward and backward of all shards of a batch; their gradients are not folded yet. */
static struct loss pass_batch(struct trainer *t, int first, int n, int *n_shards)
{
	struct model *m = t->model;
	bool arrays = t->spec.synapse != NULL, sample = arrays && t->step % TALLY_SAMPLE == 0;
	int used = model_deal(m, &t->spec.data->train, t->order, first, n);
	struct loss total = {0};

	if (arrays && (first == 0 || (t->epoch == 0 && is_power_of_two(t->step))))
		model_calibrate(m, used);
	tally_sample(m, sample);
#pragma omp parallel for schedule(dynamic)
	for (int i = 0; i < used; i++) {
		shard_load(m, &m->shard[i]);
		shard_forward(m, &m->shard[i]);
		shard_backward(m, &m->shard[i]);
	}
	for (int i = 0; i < used; i++) {
		total.sum += m->shard[i].loss.sum;
		total.n_right += m->shard[i].loss.n_right;
	}
	if (sample)
		tally_collect(t->tally, m);
	tally_sample(m, false);
	*n_shards = used;
	return total;
}

/* The first layer whose outputs are not numbers. */
static const char *broken_layer(const struct model *m)
{
	for (int layer = 0; layer < m->n_layers; layer++)
		for (int i = 0; i < m->n_shards; i++) {
			const struct pass *p = &m->shard[i].pass[layer];
			size_t n = (size_t)p->n * (size_t)shape_size(p->layer->out);
			for (size_t k = 0; k < n; k++)
				if (!isfinite(p->y[k]))
					return p->layer->name;
		}
	return network_layer(m->spec.network, m->n_layers - 1)->name;
}

static struct loss test(struct trainer *t)
{
	struct model *m = t->model;
	struct loss total = {0};
	int n_test = t->spec.data->test.n;

	model_augment(m, -1);

	for (int first = 0; first < n_test; first += t->n_batch) {
		int n = n_test - first < t->n_batch ? n_test - first : t->n_batch;
		int used = model_deal(m, &t->spec.data->test, NULL, first, n);
#pragma omp parallel for schedule(dynamic)
		for (int i = 0; i < used; i++) {
			shard_load(m, &m->shard[i]);
			shard_forward(m, &m->shard[i]);
		}
		for (int i = 0; i < used; i++) {
			total.sum += m->shard[i].loss.sum;
			total.n_right += m->shard[i].loss.n_right;
		}
	}
	return total;
}

static void report_progress(const struct trainer *t, int batch)
{
	int every = t->n_batches / 100 > 0 ? t->n_batches / 100 : 1;

	if (t->spec.progress && (batch % every == 0 || batch == t->n_batches))
		t->spec.progress(t->spec.ctx, t->epoch + 1, (double)batch / t->n_batches);
}

bool trainer_epoch(struct trainer *t, struct epoch_log *log, struct diag *d)
{
	long n_all = (long)t->n_batches * t->spec.epochs;
	double start = clock_now(), rate = 0;
	struct loss sum = {0};

	model_augment(t->model, t->epoch);
	rng_permutation(rng_stream(t->spec.seed, RNG_SHUFFLE, 0), (uint64_t)t->epoch, t->n_images,
		t->order);
	for (int batch = 0; batch < t->n_batches; batch++, t->step++) {
		int first = batch * t->n_batch;
		int n = t->n_images - first < t->n_batch ? t->n_images - first : t->n_batch;
		int n_shards;
		struct loss loss = pass_batch(t, first, n, &n_shards);
		if (!isfinite(loss.sum)) {
			diag_error(d, (struct loc){NULL, 0, 0},
				"the loss is no longer finite in epoch %d, batch %d, layer '%s': try a lower "
				"learning_rate than %g",
				t->epoch + 1, batch + 1, broken_layer(t->model),
				t->spec.recipe->learning_rate);
			return false;
		}
		rate = recipe_rate(t->spec.recipe, t->step, n_all);
		step_apply(t, n, n_shards, rate);
		sum.sum += loss.sum;
		sum.n_right += loss.n_right;
		report_progress(t, batch + 1);
	}
	t->epoch++;

	struct loss tested = test(t);

	*log = (struct epoch_log){
		.epoch = t->epoch,
		.train_loss = sum.sum / t->n_images,
		.train_accuracy_percent = 100.0 * sum.n_right / t->n_images,
		.test_loss = tested.sum / t->spec.data->test.n,
		.test_accuracy_percent = 100.0 * tested.n_right / t->spec.data->test.n,
		.learning_rate = rate,
		.simulated_s = t->t_simulated,
		.wall_s = clock_now() - start,
	};
	return true;
}

const struct activity *trainer_activity(struct trainer *t)
{
	if (!t->spec.synapse)
		return NULL;
	tally_report(t->tally, t->model, &t->activity);
	t->activity.n_images_per_epoch = t->n_images;
	t->activity.n_epochs = t->epoch;
	return &t->activity;
}

void trainer_save(struct trainer *t, const char *path, const char *settings_json)
{
	checkpoint_write(t->model, path, settings_json, t->epoch, t->step);
}
