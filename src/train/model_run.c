/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Passes over all shards of a batch. A shard runs through the layers on its own until one needs sums
 * over the whole batch (batch normalisation in training): there the shards meet, their sums are added
 * in the order of the shards, and all go on. Without such layers they never wait for each other.
 */
#include <math.h>

#include "train/feedback.h"
#include "train/quantise.h"
#include "train/shard.h"

/* The first layer from at on where shards meet; n_layers if there is none. */
static int meeting_from(const struct model *m, int at)
{
	while (at < m->n_layers && !m->kind[at]->n_shared)
		at++;
	return at;
}

/* Give all ranks what their owners computed of the shards: size bytes at the place of each. */
static void share(const struct model *m, int n_shards, void *(*at)(struct shard *, int layer), int layer,
	size_t size)
{
	void *place[MODEL_SHARDS];

	if (!m->spec.ranks || m->spec.ranks->n == 1)
		return;
	for (int i = 0; i < n_shards; i++)
		place[i] = at(&m->shard[i], layer);
	ranks_share(m->spec.ranks, n_shards, place, size);
}

static void *sums_of(struct shard *s, int layer)
{
	return s->pass[layer].own;
}

static void *loss_of(struct shard *s, int layer)
{
	(void)layer;
	return &s->loss;
}

static void *stats_of(struct shard *s, int layer)
{
	(void)layer;
	return &s->stats;
}

static void *largest_of(struct shard *s, int layer)
{
	(void)layer;
	return &s->largest;
}

/* Add up what the shards gathered for layer i. */
static void meet(struct model *m, int i, int n_shards)
{
	int n = m->kind[i]->n_shared(m->shard[0].pass[i].layer);
	double *all = m->shared[i];

	share(m, n_shards, sums_of, i, (size_t)n * sizeof *all);

	for (int k = 0; k < n; k++) {
		all[k] = 0;
		for (int s = 0; s < n_shards; s++)
			all[k] += m->shard[s].pass[i].own[k];
	}
}

static void take_loss(const struct model *m, struct shard *s)
{
	struct pass *last = &s->pass[m->n_layers - 1];

	s->loss = m->spec.loss(last->y, s->label, s->n, m->spec.network->classes, last->dy);
	if (m->feedback)
		feedback_note(m->feedback, s);
}

/* Layers from..to-1 of one shard, its images and its loss where they belong. */
static void forward_stretch(const struct model *m, struct shard *s, int from, int to)
{
	if (from == 0)
		shard_load(m, s);
	for (int i = from; i < to; i++)
		m->kind[i]->forward(&s->pass[i]);
	if (to == m->n_layers)
		take_loss(m, s);
	else
		m->kind[to]->gather(&s->pass[to]);
}

/* k_keep < 0: as the layers say. */
static void forward_meeting(struct model *m, int n_shards, double k_keep)
{
	int from = 0, to = meeting_from(m, 0);

	for (;;) {
#pragma omp parallel for schedule(dynamic)
		for (int i = m->own_from; i < m->own_to; i++)
			forward_stretch(m, &m->shard[i], from, to);
		if (to == m->n_layers)
			return;
		meet(m, to, n_shards);
		m->kind[to]->settle(&m->shard[0].pass[to], k_keep);
		from = to;
		to = meeting_from(m, from + 1);
	}
}

/* The last layer below at where shards meet and that takes part; -1 if there is none. */
static int meeting_below(const struct model *m, int at)
{
	while (--at >= 0)
		if (m->kind[at]->n_shared && m->shard[0].pass[at].works)
			break;
	return at;
}

static void backward_meeting(struct model *m, int n_shards)
{
	int from = m->n_layers, to = meeting_below(m, from);

	for (;;) {
#pragma omp parallel for schedule(dynamic)
		for (int s = m->own_from; s < m->own_to; s++) {
			for (int i = from - 1; i > to; i--)
				shard_backward(m, &m->shard[s], i);
			if (to >= 0)
				m->kind[to]->gather_back(&m->shard[s].pass[to]);
		}
		if (to < 0)
			return;
		meet(m, to, n_shards);
		from = to + 1;
		to = meeting_below(m, to);
	}
}

static struct loss sum_of_losses(const struct model *m, int n_shards)
{
	struct loss total = {0};

	share(m, n_shards, loss_of, 0, sizeof total);
	for (int i = 0; i < n_shards; i++) {
		total.sum += m->shard[i].loss.sum;
		total.n_right += m->shard[i].loss.n_right;
	}
	return total;
}

static bool meets(const struct model *m)
{
	return m->epoch >= 0 && meeting_from(m, 0) < m->n_layers;
}

struct loss model_forward(struct model *m, int n_shards)
{
	if (meets(m)) {
		forward_meeting(m, n_shards, -1);
	} else {
#pragma omp parallel for schedule(dynamic)
		for (int i = m->own_from; i < m->own_to; i++)
			forward_stretch(m, &m->shard[i], 0, m->n_layers);
	}
	return sum_of_losses(m, n_shards);
}

struct loss model_gradients(struct model *m, int n_shards)
{
	if (meets(m)) {
		forward_meeting(m, n_shards, -1);
		backward_meeting(m, n_shards);
		return sum_of_losses(m, n_shards);
	}
#pragma omp parallel for schedule(dynamic)
	for (int s = m->own_from; s < m->own_to; s++) {
		forward_stretch(m, &m->shard[s], 0, m->n_layers);
		for (int i = m->n_layers - 1; i >= 0; i--)
			shard_backward(m, &m->shard[s], i);
	}
	return sum_of_losses(m, n_shards);
}

void model_refresh(struct model *m, const struct images *images, const int *order, int n)
{
	int epoch = m->epoch;

	m->epoch = -1; /* neither augmented nor dropped out */
	for (int batch = 0, first = 0; first < n; batch++, first += m->spec.n_batch) {
		int n_now = n - first < m->spec.n_batch ? n - first : m->spec.n_batch;
		forward_meeting(m, model_deal(m, images, order, first, n_now),
			batch / (batch + 1.0));
	}
	model_set_epoch(m, epoch);
}

int model_deal(struct model *m, const struct images *images, const int *order, int first, int n)
{
	int used = (n + m->n_shard_images - 1) / m->n_shard_images;

	m->own_from = 0;
	m->own_to = used;
	if (m->spec.ranks)
		ranks_own(m->spec.ranks, used, &m->own_from, &m->own_to);
	for (int i = 0; i < used; i++) {
		struct shard *s = &m->shard[i];
		int from = i * m->n_shard_images;
		s->images = images;
		s->order = order;
		s->first = first + from;
		s->n = n - from < m->n_shard_images ? n - from : m->n_shard_images;
		for (int layer = 0; layer < m->n_layers; layer++) {
			struct pass *p = &s->pass[layer];
			p->n = s->n;
			p->first = s->first;
			p->n_all = n;
			p->epoch = m->epoch;
		}
	}
	return used;
}

static void *errors_of(struct shard *s, int layer)
{
	return &s->pass[layer].seen_errors;
}

/* Squared currents of partial sums. [A^2] */
struct currents {
	double square, n;
};

/* The activation of the largest code: the largest magnitude seen, or 1 for images and states. */
static void calibrate_input(struct model *m, int layer, int n_shards)
{
	const struct pass *first = &m->shard[0].pass[layer];
	float largest = 0;

#pragma omp parallel for schedule(dynamic)
	for (int i = m->own_from; i < m->own_to; i++) {
		struct shard *s = &m->shard[i];
		size_t n = (size_t)s->n * (size_t)shape_size(first->layer->in);
		s->largest = quantise_largest(s->pass[layer].x, n);
	}
	share(m, n_shards, largest_of, 0, sizeof largest);
	for (int i = 0; i < n_shards; i++)
		largest = fmaxf(largest, m->shard[i].largest);
	if (first->layer->kind->signed_state)
		largest = fmaxf(largest, 1);
	if (first->x == m->shard[0].input && !m->spec.signed_images)
		largest = 1;
	mvm_set_input(first->weights->mvm, largest > 0 ? (double)largest : 1);
}

/* Adds the squares of the layer's currents to the chip's. */
static void set_ranges(struct mvm *v, const struct mvm_stats *s, struct currents *chip)
{
	mvm_set_converter(v, s);
	for (int p = 0; p < v->spec.n_parts; p++) {
		double i_per_weight = v->spec.i_full_weight[p] / v->spec.k_weight[p];
		chip->square += s->square[p] * i_per_weight * i_per_weight;
		chip->n += s->n_sums;
	}
}

static void calibrate_converter(struct model *m, int layer, int n_shards, struct currents *chip)
{
	const struct weights *w = m->shard[0].pass[layer].weights;
	struct mvm_stats all = {0};

#pragma omp parallel for schedule(dynamic)
	for (int i = m->own_from; i < m->own_to; i++) {
		struct shard *s = &m->shard[i];
		s->stats = (struct mvm_stats){0};
		m->kind[layer]->observe(&s->pass[layer], &s->stats);
	}
	share(m, n_shards, stats_of, 0, sizeof all);
	for (int i = 0; i < n_shards; i++)
		mvm_stats_add(&all, &m->shard[i].stats);
	set_ranges(w->mvm, &all, chip);
}

/* One range for all converters of the chip, which carry currents whatever the layer. */
static void calibrate_chip(struct model *m, const struct currents *chip, bool errors)
{
	double i_full = m->spec.numerics->k_full_scale * sqrt(chip->square / chip->n);

	if (!m->spec.numerics->one_range || !(chip->square > 0))
		return;
	for (int i = 0; i < m->n_weight_layers; i++) {
		struct mvm *v = errors ? m->weights[i].errors : m->weights[i].mvm;
		for (int p = 0; p < v->spec.n_parts; p++)
			mvm_set_full_scale(v, p, i_full * v->spec.k_weight[p] / v->spec.i_full_weight[p]);
	}
}

/* Statistics of this batch, without a trace in the running ones. */
static void calibrate_norm(struct model *m, int layer, int n_shards)
{
#pragma omp parallel for schedule(dynamic)
	for (int i = m->own_from; i < m->own_to; i++)
		m->kind[layer]->gather(&m->shard[i].pass[layer]);
	meet(m, layer, n_shards);
	m->kind[layer]->settle(&m->shard[0].pass[layer], 1);
}

static void calibrates(struct model *m, bool does)
{
	for (int i = m->own_from; i < m->own_to; i++)
		for (int layer = 0; layer < m->n_layers; layer++) {
			struct pass *p = &m->shard[i].pass[layer];
			p->calibrates = does;
			p->seen_errors = (struct mvm_stats){0};
		}
}

/* On the errors of this batch, without a trace in running statistics. */
static void calibrate_errors(struct model *m, int n_shards)
{
	struct currents chip = {0};

	calibrates(m, true);
	forward_meeting(m, n_shards, 1);
	backward_meeting(m, n_shards);
	for (int layer = 0; layer < m->n_layers; layer++) {
		const struct pass *p = &m->shard[0].pass[layer];
		struct mvm_stats all = {0};
		if (!p->weights)
			continue;
		share(m, n_shards, errors_of, layer, sizeof all);
		for (int i = 0; i < n_shards; i++)
			mvm_stats_add(&all, &m->shard[i].pass[layer].seen_errors);
		if (all.n_sums > 0) /* errors go further */
			set_ranges(p->weights->errors, &all, &chip);
	}
	calibrate_chip(m, &chip, true);
	calibrates(m, false);
}

void model_calibrate(struct model *m, int n_shards)
{
#pragma omp parallel for schedule(dynamic)
	for (int i = m->own_from; i < m->own_to; i++)
		shard_load(m, &m->shard[i]);
	struct currents chip = {0};

	for (int layer = 0; layer < m->n_layers; layer++) {
		if (m->shard[0].pass[layer].weights) {
			calibrate_input(m, layer, n_shards);
			calibrate_converter(m, layer, n_shards, &chip);
		}
		if (m->kind[layer]->n_shared && m->epoch >= 0)
			calibrate_norm(m, layer, n_shards);
#pragma omp parallel for schedule(dynamic)
		for (int i = m->own_from; i < m->own_to; i++)
			m->kind[layer]->forward(&m->shard[i].pass[layer]);
	}
	calibrate_chip(m, &chip, false);
	if (m->epoch >= 0 && m->weights[0].errors)
		calibrate_errors(m, n_shards);
}
