/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The memory of a shard: outputs go where their readers find them, gradients through as few buffers
 * as the graph allows. A gradient lives from the last reader of an output (the first to run backward)
 * to its own layer; a buffer is then free for another.
 */
#include "train/shard.h"

#include <string.h>

#include "base/arena.h"
#include "train/feedback.h"

/* Buffers by number; sizes in values per image. */
struct pool {
	size_t *size;
	bool *taken;
	int n;
};

struct planner {
	const struct model *model;
	struct plan *plan;
	struct pool pool;
	int *n_readers; /* [n_layers] */
	bool *wants;    /* [n_layers] something at or before the layer is trained */
	bool *guarded;  /* [n_layers] its output buffer is looked at in backward passes */
};

static const struct layer *layer_of(const struct planner *p, int i)
{
	return network_layer(p->model->spec.network, i);
}

static size_t size_of(const struct planner *p, int i)
{
	return (size_t)shape_size(layer_of(p, i)->out);
}

/* The free buffer that grows least for so many values, or a new one. */
static int take(struct pool *b, size_t size)
{
	int best = -1;

	for (int i = 0; i < b->n; i++) {
		if (b->taken[i])
			continue;
		bool fits = b->size[i] >= size, best_fits = best >= 0 && b->size[best] >= size;
		if (best < 0 || (fits && !best_fits) ||
			(fits == best_fits &&
				(fits ? b->size[i] < b->size[best] : b->size[i] > b->size[best])))
			best = i;
	}
	if (best < 0)
		best = b->n++;
	b->taken[best] = true;
	if (b->size[best] < size)
		b->size[best] = size;
	return best;
}

static void count_readers(struct planner *p)
{
	for (int i = 0; i < p->model->n_layers; i++) {
		const struct layer *l = layer_of(p, i);
		p->wants[i] = l->i_weight >= 0 || p->model->i_norm[i] >= 0;
		for (int k = 0; k < l->n_from; k++) {
			int from = l->from[k]->index;
			if (from < 0) {
				p->plan->n_input_readers++;
				continue;
			}
			p->n_readers[from]++;
			p->wants[i] |= p->wants[from];
		}
	}
}

/* Outputs that may be written over inputs: nobody else reads these, nor will a backward pass. */
static void plan_outputs(struct planner *p)
{
	for (int i = 0; i < p->model->n_layers; i++) {
		const struct train_layer_kind *kind = p->model->kind[i];
		int from = layer_of(p, i)->from[0]->index;
		bool alone = from < 0 ? p->plan->n_input_readers == 1 : p->n_readers[from] == 1;
		bool guarded = from >= 0 && p->guarded[from];
		bool shares = kind->in_place && alone && (kind->keeps_values || !guarded);
		p->plan->route[i].shares = shares;
		p->guarded[i] = kind->reads_y || (shares && guarded);
	}
}

/* Where the gradient of input k of layer i goes. */
static void plan_input(struct planner *p, int i, int k)
{
	struct route *route = p->plan->route, *me = &route[i];
	const struct layer *l = layer_of(p, i);
	int from = l->from[k]->index;

	me->dx[k] = -1;
	if (from < 0 || !p->wants[from])
		return;
	if (route[from].dy >= 0) { /* another reader was there before */
		me->adds[k] = true;
		me->dx[k] = route[from].dy;
	} else if (p->model->kind[i]->back_in_place && !me->passed_on) {
		me->passed_on = true;
		me->dx[k] = route[from].dy = me->dy;
	} else {
		me->dx[k] = route[from].dy = take(&p->pool, size_of(p, from));
	}
}

static void plan_gradients(struct planner *p)
{
	int n = p->model->n_layers;
	struct route *route = p->plan->route;

	route[n - 1].dy = take(&p->pool, size_of(p, n - 1));
	for (int i = n - 1; i >= 0; i--) {
		const struct layer *l = layer_of(p, i);
		bool joins = l->kind == &layer_add || l->kind == &layer_concat;
		if (route[i].dy < 0 || !p->wants[i])
			continue;
		route[i].works = true;
		for (int k = 0; k < l->n_from; k++)
			plan_input(p, i, k);
		/* other kinds do not add: they write to a buffer of their own, which is added */
		if (!joins && route[i].adds[0]) {
			route[i].into = route[i].dx[0];
			route[i].dx[0] = p->model->kind[i]->back_in_place
						? route[i].dy
						: take(&p->pool, size_of(p, l->from[0]->index));
			p->pool.taken[route[i].dx[0]] = false;
		}
		if (!route[i].passed_on)
			p->pool.taken[route[i].dy] = false;
	}
}

struct plan *plan_new(struct arena *a, const struct model *m)
{
	int n = m->n_layers, n_gradients = n + 1;
	struct planner p = {.model = m, .plan = NEW(a, struct plan, 1)};

	for (int i = 0; i < n; i++)
		n_gradients += network_layer(m->spec.network, i)->n_from;
	p.n_readers = NEW(a, int, n);
	p.wants = NEW(a, bool, n);
	p.guarded = NEW(a, bool, n);
	p.pool = (struct pool){NEW(a, size_t, n_gradients), NEW(a, bool, n_gradients), 0};
	p.plan->route = NEW(a, struct route, n);
	for (int i = 0; i < n; i++) {
		int n_from = layer_of(&p, i)->n_from;
		p.plan->route[i] = (struct route){.dy = -1,
			.into = -1,
			.dx = NEW(a, int, n_from),
			.adds = NEW(a, bool, n_from)};
	}
	count_readers(&p);
	plan_outputs(&p);
	plan_gradients(&p);
	p.plan->n_buffers = p.pool.n;
	p.plan->buffer_size = p.pool.size;
	return p.plan;
}

static float *values(struct arena *a, int n_images, size_t n)
{
	return NEW(a, float, (size_t)n_images *n + KERN_SLACK);
}

/* Inputs and outputs of a layer. */
static void init_data(
	const struct model *m, struct arena *a, struct shard *s, int i, const struct route *route)
{
	const struct layer *l = network_layer(m->spec.network, i);
	struct pass *p = &s->pass[i];
	int n = m->n_shard_images;

	p->xs = NEW(a, const float *, l->n_from);
	for (int k = 0; k < l->n_from; k++) {
		int from = l->from[k]->index;
		p->xs[k] = from < 0 ? s->input : s->pass[from].y;
	}
	p->x = p->xs[0];
	if (route->shares)
		p->y = l->from[0]->index < 0 ? s->input : s->pass[l->from[0]->index].y;
	else
		p->y = values(a, n, (size_t)shape_size(l->out));
	if (m->kind[i]->keep)
		p->keep = NEW(a, char, (size_t)n * m->kind[i]->keep(l) + KERN_SLACK * sizeof(float));
}

static void init_params(const struct model *m, struct arena *a, struct shard *s, int i)
{
	const struct layer *l = network_layer(m->spec.network, i);
	struct pass *p = &s->pass[i];

	if (l->i_weight >= 0) {
		const struct weights *w = &m->weights[l->i_weight];
		p->weights = w;
		p->dw = s->gradient + m->at_param[l->i_weight];
		p->db = p->dw + (size_t)w->n_rows * (size_t)w->n_cols;
		p->seen = w->mvm || w->n_bits_activation
				  ? values(a, m->n_shard_images, (size_t)shape_size(l->in))
				  : NULL;
		p->errors = m->spec.outer ? values(a, m->n_shard_images, (size_t)shape_size(l->out)) : NULL;
		p->no_sums = m->spec.outer && !m->spec.dfa; /* whose angles are measured from sums */
	}
	if (m->i_norm[i] >= 0) {
		p->norm = &m->norm[m->i_norm[i]];
		p->dw = s->gradient + (p->norm->scale - m->param);
		p->db = s->gradient + (p->norm->shift - m->param);
	}
	if (m->kind[i]->n_shared) {
		p->own = NEW(a, double, m->kind[i]->n_shared(l));
		p->all = m->shared[i];
	}
}

static void init_gradients(const struct model *m, struct arena *a, struct shard *s,
	const struct plan *plan)
{
	float **buffer = NEW(a, float *, plan->n_buffers);

	for (int i = 0; i < plan->n_buffers; i++)
		buffer[i] = values(a, m->n_shard_images, plan->buffer_size[i]);
	for (int i = 0; i < m->n_layers; i++) {
		const struct route *w = &plan->route[i];
		struct pass *p = &s->pass[i];
		int n_from = p->layer->n_from;
		p->adds = w->adds;
		p->dxs = NEW(a, float *, n_from);
		p->dy = w->dy >= 0 ? buffer[w->dy] : NULL;
		p->into = w->into >= 0 ? buffer[w->into] : NULL;
		for (int k = 0; k < n_from; k++)
			p->dxs[k] = w->works && w->dx[k] >= 0 ? buffer[w->dx[k]] : NULL;
		p->dx = p->dxs[0];
		p->works = w->works;
	}
}

void shard_init(const struct model *m, struct arena *a, const struct plan *plan, struct shard *s)
{
	const struct network *net = m->spec.network;
	size_t n_scratch = 0;

	s->pass = NEW(a, struct pass, m->n_layers);
	s->input = values(a, m->n_shard_images, (size_t)shape_size(net->image.out));
	s->label = NEW(a, uint8_t, m->n_shard_images);
	s->gradient = NEW(a, float, m->n_params + KERN_SLACK);
	for (int i = 0; i < m->n_layers; i++) {
		const struct layer *l = network_layer(net, i);
		s->pass[i].layer = l;
		s->pass[i].kern = m->spec.kern;
		s->pass[i].rng = rng_stream(m->spec.seed, RNG_DROPOUT, (uint32_t)i);
		init_data(m, a, s, i, &plan->route[i]);
		init_params(m, a, s, i);
		if (m->kind[i]->scratch) {
			size_t want = m->kind[i]->scratch(l, s->pass[i].weights);
			n_scratch = want > n_scratch ? want : n_scratch;
		}
	}

	void *scratch = NEW(a, char, n_scratch);

	for (int i = 0; i < m->n_layers; i++)
		s->pass[i].scratch = scratch;
	init_gradients(m, a, s, plan);
}

void shard_load(const struct model *m, struct shard *s)
{
	size_t size = (size_t)shape_size(m->spec.network->image.out);

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

void shard_backward(const struct model *m, struct shard *s, int i)
{
	struct pass *p = &s->pass[i];

	if (!p->works)
		return;
	if (m->feedback)
		feedback_enter(m->feedback, s, i);
	m->kind[i]->backward(p);
	if (p->errors)
		memcpy(p->errors, p->dy, (size_t)p->n * (size_t)shape_size(p->layer->out) * sizeof *p->dy);
	if (p->into)
		p->kern->add(p->into, p->dx, (size_t)p->n * (size_t)shape_size(p->layer->in));
}
