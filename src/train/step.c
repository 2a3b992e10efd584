/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a batch changes: gradients are folded, clipped and rounded, digital parameters move, cells are
 * asked for their changes. The work is cut into pieces of fixed size, so that no sum depends on the
 * number of threads.
 *
 * Model    norm > clip_norm: g <- g clip_norm / norm
 *          cells: dw = -k_array_rate rate (g + k_decay w) / scale, at most the whole span
 * Source   [Pascanu2013] (clipping); update flow [Luo2020]; rules in device/update.h
 */
#include <math.h>

#include "base/arena.h"
#include "base/rng.h"
#include "device/pulse_kern.h"
#include "device/synapse_array.h"
#include "train/infer.h"
#include "train/quantise.h"
#include "train/trainer_priv.h"

#define PIECE 8192

/* What one batch asks for. */
struct change {
	int n; /* images */
	double rate;
	double k_gradient; /* what makes a sum of gradients the mean, clipped */
};

static int cut(struct piece *piece, int layer, bool bias, size_t from, size_t to)
{
	int n = 0;

	for (; from < to; from += PIECE, n++)
		if (piece)
			piece[n] = (struct piece){.layer = layer,
				.bias = bias,
				.from = from,
				.to = to - from < PIECE ? to : from + PIECE};
	return n;
}

static int cut_all(const struct model *m, struct piece *piece)
{
	int n = 0;

	for (int i = 0; i < m->n_weight_layers; i++) {
		const struct weights *w = &m->weights[i];
		size_t from = m->at_param[i], bias = from + (size_t)w->n_rows * (size_t)w->n_cols;
		n += cut(piece ? piece + n : NULL, i, false, from, bias);
		if (w->bias)
			n += cut(piece ? piece + n : NULL, i, true, bias, bias + (size_t)w->n_cols);
	}
	/* scales and shifts of normalisations are treated like biases */
	return n + cut(piece ? piece + n : NULL, 0, true, m->at_digital, m->n_params);
}

void step_init(struct trainer *t, struct arena *a)
{
	optimiser_init(&t->optimiser, a, t->spec.recipe, t->model->n_params);
	t->change = NEW(a, float, t->model->n_params);
	t->n_pieces = cut_all(t->model, NULL);
	t->piece = NEW(a, struct piece, t->n_pieces);
	cut_all(t->model, t->piece);
	if (!t->spec.synapse)
		return;
	t->call = (struct update_call){.pulse = update_pulse_of(t->spec.synapse),
		.kern = pulse_kern_pick(t->spec.kern->name),
		.rounding = rng_stream(t->spec.seed, RNG_KEPT, 0)};
	for (int i = 0; i < update_memory(t->spec.update); i++)
		t->memory[i] = NEW(a, float, t->model->n_params);
	for (int i = 0; i < t->model->n_weight_layers && update_transfer(t->spec.update); i++)
		synapse_array_keep_transfers(t->model->weights[i].cells, a, update_transfer(t->spec.update));
}

/* Several ranks: the sum goes from rank to rank, each adds its shards in their order, the last one tells
 * the result. */
static void fold_over_ranks(struct trainer *t)
{
	enum { AT_ONCE = 1 << 20 };
	const struct model *m = t->model;
	const struct ranks *r = m->spec.ranks;
	float *sum = m->shard[0].gradient;

	for (size_t from = 0; from < m->n_params; from += AT_ONCE) {
		size_t to = m->n_params - from < AT_ONCE ? m->n_params : from + AT_ONCE;
		ranks_receive(r, sum + from, to - from);
#pragma omp parallel for schedule(static)
		for (size_t at = from; at < to; at += PIECE)
			model_fold(m, at, to - at < PIECE ? to : at + PIECE);
		ranks_send(r, sum + from, to - from);
	}
	for (size_t from = 0; from < m->n_params; from += AT_ONCE)
		ranks_spread(r, sum + from, m->n_params - from < AT_ONCE ? m->n_params - from : AT_ONCE);
}

/* Weights that no sum of gradients moves. */
static bool moves_by_products(const struct trainer *t, const struct piece *p)
{
	return t->outer && !p->bias && t->model->weights[p->layer].cells;
}

static void fold(struct trainer *t)
{
	bool wants_norm = t->spec.recipe->clip_norm > 0;
	bool alone = !t->spec.ranks || t->spec.ranks->n == 1;

	if (!alone)
		fold_over_ranks(t);
#pragma omp parallel for schedule(static)
	for (int i = 0; i < t->n_pieces; i++) {
		struct piece *p = &t->piece[i];
		const float *gradient = t->model->shard[0].gradient;
		if (moves_by_products(t, p))
			continue;
		if (alone)
			model_fold(t->model, p->from, p->to);
		p->square = 0;
		for (size_t k = p->from; wants_norm && k < p->to; k++)
			p->square += (double)gradient[k] * (double)gradient[k];
	}
}

/* What makes sums of gradients the mean, its norm not above the limit. */
static double gradient_factor(const struct trainer *t, int n)
{
	double sum = 0, limit = t->spec.recipe->clip_norm;

	if (limit <= 0)
		return 1.0 / n;
	for (int i = 0; i < t->n_pieces; i++)
		sum += t->piece[i].square;

	double norm = sqrt(sum) / n;

	return norm > limit ? limit / norm / n : 1.0 / n;
}

/* Largest magnitude among a layer's weights in x, its pieces measured before. */
static float largest_of_layer(const struct trainer *t, int layer)
{
	float most = 0;

	for (int i = 0; i < t->n_pieces; i++)
		if (t->piece[i].layer == layer && !t->piece[i].bias && t->piece[i].largest > most)
			most = t->piece[i].largest;
	return most;
}

static void measure(struct trainer *t, const float *x)
{
#pragma omp parallel for schedule(static)
	for (int i = 0; i < t->n_pieces; i++)
		t->piece[i].largest = quantise_largest(
			x + t->piece[i].from, t->piece[i].to - t->piece[i].from);
}

/* Round weights' values in x stochastically: per_step and step are those of each layer. */
static void round_all(struct trainer *t, float *x, const float *per_step, const float *step)
{
	const struct model *m = t->model;

#pragma omp parallel for schedule(static)
	for (int i = 0; i < t->n_pieces; i++) {
		const struct piece *p = &t->piece[i];
		if (!p->bias && per_step[p->layer] > 0)
			quantise_stochastic(x + p->from, p->to - p->from, per_step[p->layer],
				step[p->layer],
				rng_stream(t->spec.seed, RNG_GRADIENT, (uint32_t)p->layer),
				p->from - m->at_param[p->layer], (uint64_t)t->step);
	}
}

static void round_gradients(struct trainer *t, int n_bits)
{
	struct arena *a = arena_new();
	int n = t->model->n_weight_layers;
	float *per_step = NEW(a, float, n), *step = NEW(a, float, n);

	measure(t, t->model->shard[0].gradient);
	for (int i = 0; i < n; i++) {
		float most = largest_of_layer(t, i);
		int e = 0;
		frexpf(most, &e); /* 2^e > most >= 2^(e-1) */
		if (most > 1e-30f && most < 1e30f) {
			step[i] = ldexpf(1, e - (n_bits - 1));
			per_step[i] = 1 / step[i];
		}
	}
	round_all(t, t->model->shard[0].gradient, per_step, step);
	arena_free(a);
}

/* The update of the power-of-two scheme: normalised, in steps of the weights' range. */
static void round_changes(struct trainer *t, double rate, int n_bits)
{
	struct arena *a = arena_new();
	const struct model *m = t->model;
	int n = m->n_weight_layers;
	float *per_step = NEW(a, float, n), *step = NEW(a, float, n);

	measure(t, t->change);
	for (int i = 0; i < n; i++) {
		double most = (double)largest_of_layer(t, i) / rate;
		if (most > 1e-30 && most < 1e30) {
			per_step[i] = (float)(exp2(n_bits - 1 - round(log2(most))));
			step[i] = (float)(m->weights[i].range * exp2(1 - n_bits));
		}
	}
	round_all(t, t->change, per_step, step);
	arena_free(a);
}

/* No request exceeds the whole span of a weight. */
static float request(float x)
{
	return x > 2 ? 2 : x < -2 ? -2 : x;
}

/* What a piece of a layer of cells asks of them, in units of the cells. */
static void ask(struct trainer *t, const struct change *c, const struct piece *p)
{
	const struct weights *w = &t->model->weights[p->layer];
	const float *restrict gradient = t->model->shard[0].gradient;
	const float *restrict param = t->model->param;
	float *restrict change = t->change;
	double rate = c->rate * t->spec.recipe->k_array_rate;
	float factor = (float)(-rate * c->k_gradient / (double)w->scale);
	float decay = (float)(-rate * t->spec.recipe->k_decay / (double)w->scale);

	for (size_t i = p->from; i < p->to; i++)
		change[i] = request(gradient[i] * factor + decay * param[i]);

	const struct update *rule = t->spec.update;
	float *memory[UPDATE_MAX_MEMORY];

	if (!rule->kind->ask)
		return;

	struct update_call call = t->call;

	call.step = (uint64_t)t->step;
	call.from = p->from;
	for (int i = 0; i < UPDATE_MAX_MEMORY; i++)
		memory[i] = t->memory[i] ? t->memory[i] + p->from : NULL;
	rule->kind->ask(rule, &call, change + p->from, memory, p->to - p->from);
}

static void move(struct trainer *t)
{
	float *restrict param = t->model->param;
	const float *restrict change = t->change;

#pragma omp parallel for schedule(static)
	for (int i = 0; i < t->n_pieces; i++) {
		const struct piece *p = &t->piece[i];
		if (t->model->weights[p->layer].cells && !p->bias)
			continue;
		for (size_t k = p->from; k < p->to; k++)
			param[k] += change[k];
	}
}

static void use_gradients(struct trainer *t, struct change *c)
{
	const struct recipe_bits *bits = t->spec.bits;
	bool rounds = bits && bits->n_gradient > 0,
	     straight = rounds && bits->scheme == SCHEME_STRAIGHT_THROUGH;
	struct optimiser_step step = {.rate = c->rate, .number = t->step + 1};

	fold(t);
	step.k_gradient = c->k_gradient = gradient_factor(t, c->n);
	if (straight)
		round_gradients(t, bits->n_gradient);
#pragma omp parallel for schedule(static)
	for (int i = 0; i < t->n_pieces; i++) {
		const struct piece *p = &t->piece[i];
		if (moves_by_products(t, p))
			continue;
		if (t->model->weights[p->layer].cells && !p->bias)
			ask(t, c, p);
		else
			optimiser_change(&t->optimiser, &step, t->model->shard[0].gradient,
				t->model->param, !p->bias, p->from, p->to, t->change);
	}
	if (rounds && !straight)
		round_changes(t, c->rate, bits->n_gradient);
	move(t);
}

static void update_cells(struct trainer *t, const struct change *c)
{
	bool stochastic = t->spec.recipe->rounding == ROUNDING_STOCHASTIC &&
			  !t->spec.update->kind->whole_pulses;

	if (t->outer) {
		outer_update(t, c->n, c->rate);
		return;
	}
	for (int i = 0; i < t->model->n_weight_layers; i++)
		synapse_array_update(t->model->weights[i].cells, t->change + t->model->at_param[i],
			(uint64_t)t->step, stochastic, &t->tally->layer[i].update);
}

static void decay(struct trainer *t, double seconds)
{
	for (int i = 0; i < t->model->n_weight_layers; i++)
		synapse_array_decay(t->model->weights[i].cells, seconds, t->spec.numerics->temp);
	t->t_simulated += seconds;
}

/* The clock goes by the counts so far; before the first sample and the first transfer by the defaults. */
static void set_clock(struct trainer *t)
{
	if (!t->spec.price || t->tally->n_samples == 0)
		return;

	struct batch_times now = t->spec.price(t->spec.pricer, trainer_activity(t));

	t->times.t_batch = now.t_batch;
	if (t->tally->n_events > 0)
		t->times.t_transfer = now.t_transfer;
}

static void transfer(struct trainer *t)
{
	for (int i = 0; i < t->model->n_weight_layers; i++)
		synapse_array_transfer(
			t->model->weights[i].cells, (uint64_t)t->step, &t->tally->layer[i].transfer);
	t->tally->n_events++;
	if (is_power_of_two((long)t->tally->n_events))
		set_clock(t);
	decay(t, t->times.t_transfer);
}

static double test_now(struct trainer *t)
{
	model_load_cells(t->model);
	return 100.0 * model_test(t->model, &t->spec.data->test).n_right / t->spec.data->test.n;
}

static void lose_volatile(struct model *m)
{
	for (int i = 0; i < m->n_weight_layers; i++)
		synapse_array_show_kept(m->weights[i].cells);
}

static void show_all(struct model *m)
{
	for (int i = 0; i < m->n_weight_layers; i++)
		synapse_array_refresh_parts(m->weights[i].cells);
}

/* Nothing that is trained changes by the tests. */
static void transfer_tested(struct trainer *t)
{
	t->around[0] = test_now(t);
	transfer(t);
	t->around[1] = test_now(t);
	lose_volatile(t->model);
	t->around[2] = test_now(t);
	show_all(t->model);
	model_set_epoch(t->model, t->epoch);
}

void step_apply(struct trainer *t, int n, double rate)
{
	struct model *m = t->model;
	struct change c = {.n = n, .rate = rate};

	use_gradients(t, &c);
	if (!t->spec.synapse) {
		model_load_weights(m);
		return;
	}
	update_cells(t, &c);
	t->tally->n_batches++;
	if (t->step == (long)t->epoch * t->cut.n_batches || (t->epoch == 0 && is_power_of_two(t->step + 1)))
		set_clock(t);
	decay(t, t->times.t_batch);

	/* rows of a fast array went with the products */
	int interval = update_transfer(t->spec.update) ? 1 : synapse_interval(t->spec.synapse);

	if (interval > 0 && (t->step + 1) % interval == 0) {
		bool last = t->step + 1 + interval > (long)(t->epoch + 1) * t->cut.n_batches;
		if (last && synapse_transfer(t->spec.synapse))
			transfer_tested(t);
		else
			transfer(t);
	}
	model_load_cells(m);
}
