/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Outer products of activations and errors, image by image, on the cells.
 *
 * Model    dw = -rate x d for every vector of every image, rate = k_array_rate learning_rate / (images of
 *          the batch) / scale of the layer: the sum over a batch is what rules with a summed gradient ask for.
 *          Fast arrays: k_fast times the recipe's learning rate, without its schedule, which transfers follow
 * Source   [GokmenVlasov2016]
 * Assumes  activations and errors of a batch are those of the weights at its beginning, so only a batch of
 *          one image is what an array does that is updated after every image
 * Checked  tests/unit/check_outer.c
 */
#include "base/arena.h"
#include "base/diag.h"
#include "device/synapse_array.h"
#include "train/ranks.h"
#include "train/trainer_priv.h"

bool outer_fits(const struct train_spec *s, struct diag *d)
{
	const struct recipe *r = s->recipe;
	const char *kind = s->update->kind->head.name;
	bool good = true;

	if (r->clip_norm > 0) {
		diag_error(d, diag_where(d, &r->clip_norm),
			"'update: {kind: %s}' sums no gradient whose norm could be limited: remove 'clip_norm'", kind);
		good = false;
	}
	if (r->k_decay > 0) {
		diag_error(d, diag_where(d, &r->k_decay),
			"'update: {kind: %s}' moves weights by products of activations and errors alone: remove "
			"'k_decay'",
			kind);
		good = false;
	}
	if (s->ranks && s->ranks->n > 1) {
		diag_error(d, diag_where(d, s->update),
			"'update: {kind: %s}' is trained by one rank alone: the images of a batch move the cells "
			"one after the other",
			kind);
		good = false;
	}
	for (int i = 0; i < s->network->n_weight_layers; i++) {
		const struct layer *l = network_weight_layer(s->network, i);
		if (l->kind->signed_state || layer_matrix(l).n_groups > 1) {
			diag_error(d, layer_where(d, l, l),
				"layer '%s': 'update: {kind: %s}' takes dense layers and convolutions without groups",
				l->name, kind);
			good = false;
		}
	}
	return good;
}

/* Images that were dealt before this batch. */
static uint64_t images_before(const struct trainer *t)
{
	long batch = t->step - (long)t->epoch * t->cut.n_batches;

	return (uint64_t)t->epoch * (uint64_t)t->cut.n_images + (uint64_t)batch * (uint64_t)t->cut.n_batch;
}

/* Where a layer lays out its products: apart from other layers, which are at work. */
struct desk {
	void *scratch;
	float *x, *d; /* [n_vectors][n_rows], [n_vectors][n_cols] */
};

static struct desk desk_new(struct arena *a, const struct train_layer_kind *kind, const struct weights *w)
{
	size_t n_vectors = (size_t)layer_matrix(w->layer).n_vectors;

	return (struct desk){
		.scratch = kind->scratch ? NEW(a, char, kind->scratch(w->layer, w)) : NULL,
		.x = NEW(a, float, n_vectors *(size_t)w->n_rows),
		.d = NEW(a, float, n_vectors *(size_t)w->n_cols),
	};
}

/* Products of one image after the other, laid out first. */
static void image_by_image(
	struct trainer *t, int i, struct pass p, const struct desk *desk, struct outer_products *o)
{
	const struct weights *w = &t->model->weights[i];

	p.scratch = desk->scratch;
	o->n = layer_matrix(w->layer).n_vectors;
	o->x = desk->x;
	o->d = desk->d;
	for (int image = 0; image < p.n; image++, o->number += (uint64_t)o->n) {
		t->model->kind[w->layer->index]->products(&p, image, desk->x, desk->d);
		synapse_array_outer(w->cells, t->outer, o, &t->tally->layer[i].update,
			&t->tally->layer[i].transfer);
	}
}

/* Products of all images of a shard, as they stand or image by image. */
static void update_layer(struct trainer *t, int i, int n, double rate)
{
	const struct model *m = t->model;
	const struct layer *l = m->weights[i].layer;
	const struct train_layer_kind *kind = m->kind[l->index];
	struct arena *a = arena_new();
	const struct desk desk = kind->products ? desk_new(a, kind, &m->weights[i]) : (struct desk){0};
	const struct update_transfer *x = update_transfer(t->spec.update);
	const struct recipe *r = t->spec.recipe;
	double fast = x ? x->k_fast * r->learning_rate : rate;
	struct outer_products o = {
		.rate = fast * r->k_array_rate / n / (double)m->weights[i].scale,
		.is_signed = m->weights[i].mvm->spec.is_signed,
		.k_transfer = x ? x->k_transfer * r->k_array_rate * rate : 0,
		.n_bits_read = t->spec.numerics->exact ? 0 : t->spec.numerics->n_bits_converter,
		.number = images_before(t) * (uint64_t)layer_matrix(l).n_vectors,
	};

	for (int s = m->own_from; s < m->own_to; s++) {
		struct pass *p = &m->shard[s].pass[l->index];
		if (kind->products) {
			image_by_image(t, i, *p, &desk, &o);
			continue;
		}
		o.n = p->n;
		o.x = p->seen;
		o.d = p->errors;
		synapse_array_outer(m->weights[i].cells, t->outer, &o, &t->tally->layer[i].update,
			&t->tally->layer[i].transfer);
		o.number += (uint64_t)p->n;
	}
	synapse_array_refresh_parts(m->weights[i].cells);
	arena_free(a);
}

/* Threads share the products of a wide layer; of the others each takes whole ones. */
void outer_update(struct trainer *t, int n, double rate)
{
	const struct weights *w = t->model->weights;
	int n_layers = t->model->n_weight_layers;

	for (int i = 0; i < n_layers; i++) {
		synapse_array_outer_room(w[i].cells, t->outer);
		if (synapse_array_is_wide(w[i].cells))
			update_layer(t, i, n, rate);
	}
#pragma omp parallel for schedule(dynamic)
	for (int i = 0; i < n_layers; i++)
		if (!synapse_array_is_wide(w[i].cells))
			update_layer(t, i, n, rate);
}
