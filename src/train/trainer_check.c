/* SPDX-License-Identifier: Apache-2.0 */
/* What a training cannot be, and what it can but hardly is meant to be. */
#include "base/diag.h"
#include "base/whole.h"
#include "device/synapse.h"
#include "device/update.h"
#include "train/ranks.h"
#include "train/trainable.h"
#include "train/trainer_priv.h"

struct train_cut trainer_cut(const struct train_spec *s)
{
	const struct recipe *r = s->recipe;
	int n_all = s->data->train.n, n_images = r->n_images > 0 && r->n_images < n_all ? r->n_images : n_all;
	int n_batch = r->batch < n_images ? r->batch : n_images;

	return (struct train_cut){n_images, n_batch, div_up(n_images, n_batch)};
}

bool trainer_fits(const struct train_spec *s, struct diag *d)
{
	bool good = trainable(s, d);

	if (good && rule_dfa_of(s->recipe->rule) && s->ranks && s->ranks->n > 1) {
		diag_error(d, diag_where(d, s->recipe->rule),
			"random feedback is trained by one rank alone: its angles to back-propagation are "
			"measured on whole batches");
		return false;
	}
	return good && (!s->synapse || !s->update || !update_outer(s->update) || outer_fits(s, d));
}

/* A layer whose fast array is never read. */
static void warn_of_rows(const struct train_spec *s, long n_images, struct diag *d)
{
	const struct update_transfer *u = s->update ? update_transfer(s->update) : NULL;

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

/* A part of the synapse that is never looked after, or keeps nothing. */
static void warn_of_cells(const struct train_spec *s, long n_steps, struct diag *d)
{
	const struct synapse_transfer *x = synapse_transfer(s->synapse);
	const int *n_interval = synapse_interval_key(s->synapse);
	struct part part[SYNAPSE_MAX_PARTS];
	int n = synapse_parts(s->synapse, part);
	const struct cell_hold *hold = part[x ? 0 : n - 1].cell->hold;

	if (n_interval && *n_interval > n_steps)
		diag_warn(d, diag_where(d, n_interval), "the run ends after %ld batches, before the first %s", n_steps,
			x ? "transfer" : "refresh");
	if (hold && hold->t_retention < s->numerics->times.t_batch && (x || synapse_is_fast_slow(s->synapse)))
		diag_warn(d, diag_where(d, &hold->t_retention),
			"the volatile part forgets faster than a batch takes (%.1g s)", s->numerics->times.t_batch);
}

/* What arrays do not take of a recipe. */
static void warn_of_recipe(const struct recipe *r, struct diag *d)
{
	if (r->optimiser == OPTIMISER_ADAM)
		diag_warn(d, diag_where(d, &r->optimiser),
			"'adam' moves the biases alone: weights in arrays take the plain gradient, scaled by "
			"'k_array_rate'");
	if (r->bits)
		diag_warn(d, diag_where(d, r->bits),
			"'bits' have no effect: arrays have those of the design's inputs, errors and converters");
}

static void warn_of_augment(const struct recipe_augment *g, struct shape image, struct diag *d)
{
	int side = image.h < image.w ? image.h : image.w;

	if (g->crop >= side)
		diag_warn(d, diag_where(d, &g->crop),
			"images of %d x %d may be moved out of sight: expected less than %d pixels", image.h, image.w,
			side);
	if (g->cutout >= side)
		diag_warn(d, diag_where(d, &g->cutout),
			"a square of %d pixels may blank out a whole image of %d x %d", g->cutout, image.h, image.w);
}

void trainer_warn(const struct train_spec *s, struct diag *d)
{
	const struct rule_dfa *dfa = rule_dfa_of(s->recipe->rule);
	struct train_cut cut = trainer_cut(s);
	long n_steps = (long)cut.n_batches * s->epochs;

	if (s->synapse) {
		warn_of_cells(s, n_steps, d);
		warn_of_rows(s, (long)cut.n_images * s->epochs, d);
		warn_of_recipe(s->recipe, d);
	}
	if (s->recipe->augment)
		warn_of_augment(s->recipe->augment, s->data->shape, d);
	if (dfa && dfa->compensation == DFA_REPROGRAM && dfa->n_reprogram >= n_steps)
		diag_warn(d, diag_where(d, &dfa->n_reprogram),
			"the whole training has %ld batches: its feedback is never programmed anew", n_steps);
}
