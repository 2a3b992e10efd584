/* SPDX-License-Identifier: Apache-2.0 */
/* A network at work: setting up its memory, taking images, one shard forward and backward. */
#include "train/model.h"

#include <cblas.h>
#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/rng.h"
#include "device/synapse_array.h"
#include "train/quantise.h"

/* Shards of a full batch: threads beyond this number have nothing to do. */
#define N_SHARDS 8

static float clip(double x, double limit)
{
	return (float)fmax(-limit, fmin(limit, x));
}

/* He initialisation, uniform, within what the cells can hold. [He2015] */
static void init_weights(const struct model_spec *spec, struct weights *w)
{
	struct rng rng = rng_stream(spec->seed, RNG_INIT_WEIGHT, (uint32_t)w->layer->i_weight);
	double limit = sqrt(6.0 / w->n_rows);
	size_t n = (size_t)w->n_rows * (size_t)w->n_cols;

	for (size_t i = 0; i < n; i++)
		w->w[i] = clip(limit * (2 * (double)rng_uniform(rng, i, 0) - 1), (double)w->scale);
}

static void init_cells(struct arena *a, const struct model_spec *spec, struct weights *w)
{
	size_t n = (size_t)w->n_rows * (size_t)w->n_cols;
	struct arena *scratch = arena_new();
	float *in_cells = NEW(scratch, float, n);
	struct part part[SYNAPSE_MAX_PARTS];
	struct mvm_spec m = {
		.n_rows = w->n_rows,
		.n_cols = w->n_cols,
		.n_parts = synapse_parts(spec->synapse, part),
		.n_block_rows = spec->numerics->n_rows,
		.n_planes = spec->numerics->n_bits_input,
		.converter = {spec->numerics->n_bits_converter, spec->numerics->k_full_scale},
		.scale = (double)w->scale,
	};

	for (int p = 0; p < m.n_parts; p++)
		m.k_weight[p] = part[p].k_weight;
	w->mvm = mvm_new(a, &m, spec->kern);
	w->n_bits_error = spec->numerics->n_bits_error;
	w->cells = synapse_array_new(
		a, spec->synapse, w->n_rows, w->n_cols, spec->seed, (uint32_t)w->layer->i_weight);
	for (size_t i = 0; i < n; i++)
		in_cells[i] = w->w[i] / w->scale;
	synapse_array_program(w->cells, in_cells);
	arena_free(scratch);
}

/* Few bits: the passes see a rounded copy of the weights. */
static void init_bits(struct model *m, struct weights *w)
{
	const struct recipe_bits *bits = m->spec.bits;

	w->range = quantise_range(sqrt(6.0 / w->n_rows));
	w->n_bits_error = bits->n_error;
	w->n_bits_activation = bits->n_activation;
	if (m->rounded)
		w->w = m->rounded + (w->w - m->param);
}

static void init_params(struct model *m, struct arena *a)
{
	m->weights = NEW(a, struct weights, m->n_weight_layers);
	m->at_param = NEW(a, size_t, m->n_weight_layers + 1);
	for (int i = 0; i < m->n_weight_layers; i++) {
		struct matrix shape = layer_matrix(network_weight_layer(m->spec.network, i));
		m->at_param[i] = m->n_params;
		m->n_params += ((size_t)shape.n_rows + 1) * (size_t)shape.n_cols;
	}
	m->param = NEW(a, float, m->n_params + KERN_SLACK);
	if (m->spec.bits && m->spec.bits->n_weight)
		m->rounded = NEW(a, float, m->n_params + KERN_SLACK);
	for (int i = 0; i < m->n_weight_layers; i++) {
		struct weights *w = &m->weights[i];
		w->layer = network_weight_layer(m->spec.network, i);
		w->n_rows = layer_matrix(w->layer).n_rows;
		w->n_cols = layer_matrix(w->layer).n_cols;
		w->w = m->param + m->at_param[i];
		w->bias = layer_has_bias(w->layer) ? w->w + (size_t)w->n_rows * (size_t)w->n_cols
						   : NULL;
		w->scale = (float)(m->spec.k_weight_range * sqrt(2.0 / w->n_rows));
		init_weights(&m->spec, w);
		if (m->spec.synapse)
			init_cells(a, &m->spec, w);
		else if (m->spec.bits)
			init_bits(m, w);
	}
	model_load_weights(m);
}

static float *values(struct arena *a, int n_images, struct shape s)
{
	return NEW(a, float, (size_t)n_images *(size_t)shape_size(s) + KERN_SLACK);
}

/* Wire up the passes of a shard: outputs feed inputs, gradients go back through two buffers. */
static void init_shard(struct model *m, struct arena *a, struct shard *s)
{
	const struct network *net = m->spec.network;
	int n = m->n_shard_images, widest = 0, first_weights = network_weight_layer(net, 0)->index;
	size_t n_scratch = 0;

	s->pass = NEW(a, struct pass, m->n_layers);
	s->input = values(a, n, network_layer(net, 0)->in);
	s->label = NEW(a, uint8_t, n);
	s->gradient = NEW(a, float, m->n_params + KERN_SLACK);
	for (int i = 0; i < m->n_layers; i++) {
		const struct layer *l = network_layer(net, i);
		struct pass *p = &s->pass[i];
		p->layer = l;
		p->kern = m->spec.kern;
		p->x = i == 0 ? s->input : s->pass[i - 1].y;
		p->y = !m->kind[i]->in_place ? values(a, n, l->out)
		       : i == 0              ? s->input
					     : s->pass[i - 1].y;
		if (l->kind == &layer_maxpool)
			p->choice = NEW(a, uint16_t, (size_t)n * (size_t)shape_size(l->out));
		if (l->i_weight >= 0) {
			struct weights *w = &m->weights[l->i_weight];
			p->weights = w;
			p->dw = s->gradient + m->at_param[l->i_weight];
			p->db = p->dw + (size_t)w->n_rows * (size_t)w->n_cols;
			p->seen = w->mvm || w->n_bits_activation ? values(a, n, l->in) : NULL;
		}
		if (m->kind[i]->scratch) {
			size_t want = m->kind[i]->scratch(l, p->weights);
			n_scratch = want > n_scratch ? want : n_scratch;
		}
		widest = shape_size(l->out) > widest ? shape_size(l->out) : widest;
	}

	float *buffer[2];
	void *scratch = NEW(a, char, n_scratch);
	int turn = 0;

	for (int i = 0; i < 2; i++)
		buffer[i] = values(a, n, (struct shape){widest, 1, 1});
	for (int i = m->n_layers - 1; i >= 0; i--) {
		s->pass[i].scratch = scratch;
		s->pass[i].dy = buffer[turn];
		if (!m->kind[i]->in_place)
			turn = !turn;
		s->pass[i].dx = i > first_weights ? buffer[turn] : NULL;
	}
}

struct model *model_new(struct arena *a, const struct model_spec *spec)
{
	struct model *m = NEW(a, struct model, 1);

	openblas_set_num_threads(1); /* the threads are ours */
	m->spec = *spec;
	m->n_layers = spec->network->layers.n;
	m->n_weight_layers = spec->network->n_weight_layers;
	m->kind = NEW(a, const struct train_layer_kind *, m->n_layers);
	for (int i = 0; i < m->n_layers; i++)
		m->kind[i] = train_layer_kind_of(network_layer(spec->network, i));
	init_params(m, a);
	m->n_shard_images = (spec->n_batch + N_SHARDS - 1) / N_SHARDS;
	m->n_shards = (spec->n_batch + m->n_shard_images - 1) / m->n_shard_images;
	m->shard = NEW(a, struct shard, m->n_shards);
	for (int i = 0; i < m->n_shards; i++)
		init_shard(m, a, &m->shard[i]);
	if (spec->synapse)
		model_load_cells(m);
	return m;
}

/* One group of rows of one layer: the effective weights and the sums by pattern. */
static void load_group(struct weights *w, int group)
{
	const float *part[SYNAPSE_MAX_PARTS] = {NULL};

	for (int p = 0; p < w->mvm->spec.n_parts; p++)
		part[p] = synapse_array_part(w->cells, p);
	mvm_load_group(w->mvm, group, part, w->w);
}

void model_load_cells(struct model *m)
{
	int n_groups = 0;

	for (int i = 0; i < m->n_weight_layers; i++)
		n_groups += m->weights[i].mvm->n_groups;
#pragma omp parallel for schedule(static)
	for (int i = 0; i < n_groups; i++) {
		int layer = 0, group = i;
		for (; group >= m->weights[layer].mvm->n_groups; layer++)
			group -= m->weights[layer].mvm->n_groups;
		load_group(&m->weights[layer], group);
	}
}

void model_load_weights(struct model *m)
{
	const struct recipe_bits *bits = m->spec.bits;

	if (!m->rounded)
		return;
#pragma omp parallel for schedule(dynamic)
	for (int i = 0; i < m->n_weight_layers; i++) {
		const struct weights *w = &m->weights[i];
		float *master = m->param + m->at_param[i];
		size_t n = (size_t)w->n_rows * (size_t)w->n_cols;
		float step = (float)ldexp(w->range, 1 - bits->n_weight);
		if (bits->scheme == SCHEME_POWER_OF_TWO)
			quantise_clip(master, n, bits->n_weight, step);
		else
			step = quantise_largest(master, n) /
			       (float)((1 << (bits->n_weight - 1)) - 1);
		quantise_round(master, n, bits->n_weight, step > 0 ? step : 1, w->w);
	}
}

void model_augment(struct model *m, int epoch)
{
	m->epoch = epoch;
}

int model_deal(struct model *m, const struct images *images, const int *order, int first, int n)
{
	int used = (n + m->n_shard_images - 1) / m->n_shard_images;

	for (int i = 0; i < used; i++) {
		struct shard *s = &m->shard[i];
		int from = i * m->n_shard_images;
		s->images = images;
		s->order = order;
		s->first = first + from;
		s->n = n - from < m->n_shard_images ? n - from : m->n_shard_images;
		for (int layer = 0; layer < m->n_layers; layer++)
			s->pass[layer].n = s->n;
	}
	return used;
}

void shard_load(const struct model *m, struct shard *s)
{
	size_t size = (size_t)shape_size(network_layer(m->spec.network, 0)->in);

	for (int k = 0; k < s->n; k++) {
		int image = s->order ? s->order[s->first + k] : s->first + k;
		const uint8_t *pixel = s->images->pixel + (size_t)image * size;
		float *to = s->input + (size_t)k * size;
		if (m->spec.intake)
			intake_take(m->spec.intake, pixel, image, m->epoch, to);
		else
			for (size_t i = 0; i < size; i++)
				to[i] = (float)pixel[i] * (1.0f / 255);
		s->label[k] = s->images->label[image];
	}
}

void shard_forward(const struct model *m, struct shard *s)
{
	struct pass *last = &s->pass[m->n_layers - 1];

	for (int i = 0; i < m->n_layers; i++)
		m->kind[i]->forward(&s->pass[i]);
	s->loss = loss_softmax(last->y, s->label, s->n, m->spec.network->classes, last->dy);
}

void shard_backward(const struct model *m, struct shard *s)
{
	for (int i = m->n_layers - 1; i >= 0; i--)
		if (s->pass[i].dx || s->pass[i].weights)
			m->kind[i]->backward(&s->pass[i]);
}

/* The activation of the largest code: the largest seen, or 1 for images. */
static void calibrate_input(struct model *m, int layer, int n_shards)
{
	float largest = 0;

#pragma omp parallel for schedule(dynamic)
	for (int i = 0; i < n_shards; i++) {
		struct shard *s = &m->shard[i];
		size_t n = (size_t)s->n * (size_t)shape_size(s->pass[layer].layer->in);
		s->largest = 0;
		for (size_t k = 0; k < n; k++)
			s->largest =
				s->pass[layer].x[k] > s->largest ? s->pass[layer].x[k] : s->largest;
	}
	for (int i = 0; i < n_shards; i++)
		largest = fmaxf(largest, m->shard[i].largest);
	if (m->shard[0].pass[layer].x == m->shard[0].input)
		largest = 1;
	mvm_set_input(m->shard[0].pass[layer].weights->mvm, largest > 0 ? (double)largest : 1);
}

static void calibrate_converter(struct model *m, int layer, int n_shards)
{
	struct mvm_stats all = {0};

#pragma omp parallel for schedule(dynamic)
	for (int i = 0; i < n_shards; i++) {
		struct shard *s = &m->shard[i];
		s->stats = (struct mvm_stats){0};
		m->kind[layer]->observe(&s->pass[layer], &s->stats);
	}
	for (int i = 0; i < n_shards; i++)
		mvm_stats_add(&all, &m->shard[i].stats);
	mvm_set_converter(m->shard[0].pass[layer].weights->mvm, &all);
}

void model_calibrate(struct model *m, int n_shards)
{
#pragma omp parallel for schedule(dynamic)
	for (int i = 0; i < n_shards; i++)
		shard_load(m, &m->shard[i]);
	for (int layer = 0; layer < m->n_layers; layer++) {
		if (m->shard[0].pass[layer].weights) {
			calibrate_input(m, layer, n_shards);
			calibrate_converter(m, layer, n_shards);
		}
#pragma omp parallel for schedule(dynamic)
		for (int i = 0; i < n_shards; i++)
			m->kind[layer]->forward(&m->shard[i].pass[layer]);
	}
}

void model_fold(const struct model *m, int n_shards, size_t from, size_t to)
{
	for (int i = 1; i < n_shards; i++)
		m->spec.kern->add(
			m->shard[0].gradient + from, m->shard[i].gradient + from, to - from);
}
