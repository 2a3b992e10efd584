/* SPDX-License-Identifier: Apache-2.0 */
/* A network at work: its parameters, in float, in arrays or with few bits. */
#include "train/model.h"

#include <cblas.h>
#include <math.h>
#include <omp.h>
#include <string.h>

#include "base/arena.h"
#include "base/rng.h"
#include "base/whole.h"
#include "device/crossbar.h"
#include "device/synapse_array.h"
#include "train/feedback.h"
#include "train/quantise.h"
#include "train/shard.h"
#include "train/row_order.h"
#include "train/wires.h"

/* Of noise in the transposed read, beside the layer's number. */
#define ERROR_STREAM ((uint32_t)1 << 31)

static float clip(double x, double limit)
{
	return (float)fmax(-limit, fmin(limit, x));
}

/* What a column carries at full weight of a part. [A] */
static double i_full_weight(const struct part *p)
{
	return p->cell->read.v_read * (p->cell->g_max - p->cell->g_min) / (p->pair ? 1 : 2);
}

/* Numbers of the arrays of one layer. */
static struct mvm_spec mvm_spec_of(const struct model_spec *spec, const struct weights *w, struct row_order order,
	bool is_signed)
{
	const struct numerics *n = spec->numerics;
	struct matrix shape = layer_matrix(w->layer);
	struct part part[SYNAPSE_MAX_PARTS];
	struct mvm_spec m = {
		.n_rows = order.n_rows,
		.order = order.of,
		.n_cols = shape.n_cols,
		.n_groups = shape.n_groups,
		.n_parts = synapse_read_parts(spec->synapse),
		.n_block_rows = order.n_block_rows,
		.n_planes = n->n_bits_input,
		.whole = n->whole_inputs && !n->exact,
		.is_signed = is_signed,
		.converter = {n->n_bits_converter, n->k_full_scale},
		.k_noise_input = n->k_noise_input,
		.k_noise_read = n->k_noise_read,
		.noise_input = rng_stream(spec->seed, RNG_INPUT_LEVEL, (uint32_t)w->layer->i_weight),
		.noise_read = rng_stream(spec->seed, RNG_CONVERSION, (uint32_t)w->layer->i_weight),
		.scale = (double)w->scale,
	};
	double top = ldexp(1, n->n_bits_converter - 1) - 1;

	synapse_parts(spec->synapse, part);
	for (int p = 0; p < m.n_parts; p++) {
		m.k_weight[p] = part[p].k_weight;
		m.is_pair[p] = part[p].pair;
		m.n_levels[p] = (1 << part[p].n_bits) - 1;
		m.i_full_weight[p] = i_full_weight(&part[p]);
		if (n->exact)
			m.full_scale[p] = top * part[p].k_weight / m.n_levels[p];
		else if (n->i_full_scale > 0)
			m.full_scale[p] = part[p].k_weight * n->i_full_scale / m.i_full_weight[p];
	}
	return m;
}

/* The same, transposed. */
static struct mvm_spec errors_spec_of(const struct model_spec *spec, const struct weights *w)
{
	struct row_order order = {layer_matrix(w->layer).n_cols, spec->numerics->n_columns_error, NULL};
	struct mvm_spec m = mvm_spec_of(spec, w, order, false);

	m.n_cols = w->n_rows;
	m.n_planes = spec->numerics->n_bits_error - 1;
	m.whole = false;
	m.bipolar = true;
	m.noise_input = rng_stream(spec->seed, RNG_INPUT_LEVEL, ERROR_STREAM | (uint32_t)w->layer->i_weight);
	m.noise_read = rng_stream(spec->seed, RNG_CONVERSION, ERROR_STREAM | (uint32_t)w->layer->i_weight);
	return m;
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

static void init_cells(struct arena *a, const struct model_spec *spec, struct weights *w, bool is_signed)
{
	size_t n = (size_t)w->n_rows * (size_t)w->n_cols;
	struct arena *scratch = arena_new();
	float *in_cells = NEW(scratch, float, n);
	struct row_order order = row_order(a, w->layer, spec->numerics->n_rows_position, spec->numerics->n_rows);
	struct mvm_spec m = mvm_spec_of(spec, w, order, is_signed);

	w->mvm = mvm_new(a, &m, spec->kern);
	if (spec->numerics->n_columns_error > 0) {
		struct mvm_spec errors = errors_spec_of(spec, w);
		w->errors = mvm_new(a, &errors, spec->kern);
		mvm_set_input(w->errors, ldexp(1, errors.n_planes) - 1); /* in steps of the errors */
	}
	w->n_bits_error = spec->numerics->n_bits_error;
	w->cells = synapse_array_new(
		a, spec->synapse, w->n_rows, w->n_cols, spec->seed, (uint32_t)w->layer->i_weight);
	if (spec->numerics->exact)
		synapse_array_read_digits(w->cells);
	synapse_array_transfer_bits(w->cells, spec->numerics->n_bits_converter);
	synapse_array_isa(w->cells, spec->kern->name);
	for (size_t i = 0; i < n; i++)
		in_cells[i] = w->w[i] / w->scale;
	synapse_array_program(w->cells, in_cells);
	arena_free(scratch);
	if (!spec->numerics->crossbar)
		return;
	synapse_array_keep_states(w->cells, a);
	w->wires = wires_new(a, spec->numerics->crossbar, w->n_rows, w->n_cols, m.n_parts);
	w->back = wires_back(w->wires);
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

/* Batch normalisations begin as the identity of inputs with mean 0 and variance 1. */
static void init_norms(struct model *m, struct arena *a)
{
	float *param = m->param + m->at_digital;

	m->norm = NEW(a, struct norm, m->n_layers);
	m->i_norm = NEW(a, int, m->n_layers);
	m->shared = NEW(a, double *, m->n_layers);
	for (int i = 0; i < m->n_layers; i++) {
		const struct layer *l = network_layer(m->spec.network, i);
		size_t n = (size_t)l->in.c;
		struct norm *norm = &m->norm[m->n_norms];
		if (m->kind[i]->n_shared)
			m->shared[i] = NEW(a, double, m->kind[i]->n_shared(l));
		m->i_norm[i] = -1;
		if (l->kind != &layer_batchnorm)
			continue;
		*norm = (struct norm){.layer = l,
			.n = l->in.c,
			.scale = param,
			.shift = param + n,
			.mean = NEW(a, float, n),
			.variance = NEW(a, float, n),
			.centre = NEW(a, float, n),
			.inverse = NEW(a, float, n)};
		param += 2 * n;
		for (size_t c = 0; c < n; c++)
			norm->scale[c] = norm->variance[c] = 1;
		m->i_norm[i] = m->n_norms++;
	}
}

static void init_params(struct model *m, struct arena *a)
{
	const bool *is_signed = network_signs(a, m->spec.network, m->spec.signed_images);

	m->weights = NEW(a, struct weights, m->n_weight_layers);
	m->at_param = NEW(a, size_t, m->n_weight_layers + 1);
	for (int i = 0; i < m->n_weight_layers; i++) {
		struct matrix shape = layer_matrix(network_weight_layer(m->spec.network, i));
		m->at_param[i] = m->n_params;
		m->n_params += ((size_t)shape.n_rows + 1) * (size_t)shape.n_cols * (size_t)shape.n_groups;
	}
	m->at_digital = m->n_params;
	for (int i = 0; i < m->n_layers; i++)
		if (network_layer(m->spec.network, i)->kind == &layer_batchnorm)
			m->n_params += 2 * (size_t)network_layer(m->spec.network, i)->in.c;
	m->param = NEW(a, float, m->n_params + KERN_SLACK);
	if (m->spec.bits && m->spec.bits->n_weight)
		m->rounded = NEW(a, float, m->n_params + KERN_SLACK);
	for (int i = 0; i < m->n_weight_layers; i++) {
		struct weights *w = &m->weights[i];
		w->layer = network_weight_layer(m->spec.network, i);
		w->n_rows = layer_matrix(w->layer).n_rows;
		w->n_cols = layer_matrix(w->layer).n_cols * layer_matrix(w->layer).n_groups;
		w->w = m->param + m->at_param[i];
		w->bias = layer_has_bias(w->layer) ? w->w + (size_t)w->n_rows * (size_t)w->n_cols
						   : NULL;
		w->scale = (float)(m->spec.k_weight_range * sqrt(2.0 / w->n_rows));
		init_weights(&m->spec, w);
		if (w->bias && m->kind[w->layer->index]->init_bias)
			m->kind[w->layer->index]->init_bias(w->layer, w->bias);
		if (m->spec.synapse)
			init_cells(a, &m->spec, w, is_signed[i]);
		else if (m->spec.bits)
			init_bits(m, w);
		if (!w->wires)
			w->back = w->w;
	}
	model_load_weights(m);
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
	if (!m->spec.loss)
		m->spec.loss = loss_softmax;
	init_params(m, a);
	init_norms(m, a);

	const struct plan *plan = plan_new(a, m);

	m->n_shard_images = div_up(spec->n_batch, MODEL_SHARDS);
	m->n_shards = (spec->n_batch + m->n_shard_images - 1) / m->n_shard_images;
	m->shard = NEW(a, struct shard, m->n_shards);
	for (int i = 0; i < m->n_shards; i++)
		shard_init(m, a, plan, &m->shard[i]);
	if (spec->dfa)
		m->feedback = feedback_new(a, m, spec->dfa);
	if (spec->synapse && spec->numerics->crossbar) {
		const struct ladder_kern *kern = ladder_kern_pick(spec->kern->name);
		m->n_rooms = omp_get_max_threads();
		m->room = NEW(a, struct crossbar_room *, m->n_rooms);
		for (int i = 0; i < m->n_rooms; i++)
			m->room[i] = crossbar_room_new(a, spec->numerics->crossbar, kern);
	}
	if (spec->synapse)
		model_load_cells(m);
	return m;
}

/* Eight rows of one layer: the effective weights and what its mvm makes of them. */
static void load_octet(struct weights *w, int octet)
{
	const float *part[SYNAPSE_MAX_PARTS] = {NULL};

	for (int p = 0; p < w->mvm->spec.n_parts; p++)
		part[p] = w->wires ? wires_part(w->wires, p) : synapse_array_part(w->cells, p);
	mvm_load_octet(w->mvm, octet, part, w->w);
}

static void round_octet(struct weights *w, int octet)
{
	mvm_round_octet(w->mvm, octet);
}

/* All octets of all layers, dealt to the threads. */
static void each_octet(struct model *m, void (*work)(struct weights *, int octet))
{
	int n = 0;

	for (int i = 0; i < m->n_weight_layers; i++)
		n += m->weights[i].mvm->n_octets;
#pragma omp parallel for schedule(static)
	for (int i = 0; i < n; i++) {
		int layer = 0, octet = i;
		for (; octet >= m->weights[layer].mvm->n_octets; layer++)
			octet -= m->weights[layer].mvm->n_octets;
		work(&m->weights[layer], octet);
	}
}

/* Effective weights of all layers. */
static void solve_wires(struct model *m)
{
	int n_units = 0;

	for (int i = 0; i < m->n_weight_layers; i++)
		n_units += wires_units(m->weights[i].wires);
#pragma omp parallel for schedule(dynamic) num_threads(m->n_rooms)
	for (int i = 0; i < n_units; i++) {
		int layer = 0, unit = i;
		for (; unit >= wires_units(m->weights[layer].wires); layer++)
			unit -= wires_units(m->weights[layer].wires);
		wires_solve(m->weights[layer].wires, unit, m->weights[layer].cells,
			m->room[omp_get_thread_num()]);
	}
	for (int i = 0; i < m->n_weight_layers; i++)
		wires_sum_back(m->weights[i].wires, m->weights[i].scale);
}

void weights_set_scale(struct weights *w, float scale)
{
	w->scale = scale;
	w->mvm->spec.scale = (double)scale;
	if (w->errors)
		w->errors->spec.scale = (double)scale;
}

void model_load_cells(struct model *m)
{
	if (m->room)
		solve_wires(m);
	each_octet(m, load_octet);
	for (int i = 0; i < m->n_weight_layers; i++)
		mvm_load_between(m->weights[i].mvm);
	each_octet(m, round_octet);
	for (int i = 0; i < m->n_weight_layers; i++)
		if (m->weights[i].errors)
			mvm_load_transposed(m->weights[i].errors, m->weights[i].mvm);
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

void model_set_epoch(struct model *m, int epoch)
{
	m->epoch = epoch;
	for (int i = 0; epoch < 0 && i < m->n_norms; i++)
		norm_use_running(&m->norm[i]);
}

void model_fold(const struct model *m, size_t from, size_t to)
{
	/* shard 0 holds the sum of all before, of this rank or of those before it */
	for (int i = m->own_from > 0 ? m->own_from : 1; i < m->own_to; i++)
		m->spec.kern->add(
			m->shard[0].gradient + from, m->shard[i].gradient + from, to - from);
}
