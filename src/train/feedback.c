/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Direct feedback alignment.
 *
 * Model    error at the output h of a layer's activation: B e, e the error at the network's output;
 *          what lies before the activation is left to its own backward pass.
 *          B = k_feedback (G - G_ref)/(sigma(G) P^(1/2)), P the positions of a channel, over which the
 *          gradient of a convolution sums; G = exp(k_shape n) after one pulse on a reset cell, n
 *          normal; G(t) = G (t/t_first)^-nu, nu normal from cell to cell, G_ref drifts with the mean;
 *          merged: layer l uses the first columns of one matrix
 *          compensation: reference: times (t/t_first)^k_drift; norm: rms(B) as programmed; reprogram: new
 *          draws, t from there
 * Source   [Nokland2016] (rule), [Lu2020] (phase-change states, merged matrix); [Joshi2020] (drift)
 * Assumes  the shape of G after one pulse is log-normal; errors are rounded as the arrays' drivers do;
 *          B is read without noise
 * Valid    chains of layers
 * Checked  tests/unit/check_rule.c
 */
#include "train/feedback.h"

#include <cblas.h>
#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/rng.h"
#include "train/shard.h"

#define K_AGE 1.02

struct matrix_b {
	int n_out;      /* values of a layer's output */
	float *b;       /* [classes][n_stride] as it is now */
	float scale;    /* what comes out of it is multiplied by */
	size_t n_stride;
	uint32_t id;    /* of its random numbers; merged: one for all */
};

struct feedback {
	const struct rule_dfa *rule;
	int n_layers, n_classes;
	struct matrix_b *at; /* [n_layers] n_out 0: no feedback enters */
	int *i_weight;       /* [n_layers] layer with weights it is for */
	float **pool;        /* one per id */
	size_t *pool_size;
	int n_pools;
	uint64_t seed;
	double n_age;      /* steps of K_AGE that drift has been told of */
	long n_programmed; /* times */
};

/* Mean and standard deviation of exp(s n), n standard normal. */
static void log_normal(double s, double *mean, double *sigma)
{
	*mean = exp(s * s / 2);
	*sigma = *mean * sqrt(expm1(s * s));
}

/* One cell at t_since after programming. */
static double element(const struct feedback *f, uint32_t id, size_t i, double t_since)
{
	const struct rule_dfa *r = f->rule;
	struct rng rng = rng_stream(f->seed, RNG_FEEDBACK, id);
	double n = (double)rng_normal(rng, i, (uint64_t)f->n_programmed), mean = 1, sigma = 1, g = n;
	double age = log(fmax(t_since, r->t_first) / r->t_first), nu = r->k_drift, shrink;

	if (r->k_shape > 0) {
		log_normal(r->k_shape, &mean, &sigma);
		g = exp(r->k_shape * n) - mean;
	}
	if (age <= 0 || (nu <= 0 && r->k_drift_spread <= 0))
		return g / sigma;
	nu += r->k_drift_spread *
	      (double)rng_normal(rng_stream(f->seed, RNG_FEEDBACK_DRIFT, id), i, (uint64_t)f->n_programmed);
	shrink = exp(-r->k_drift * age);
	g = r->k_shape > 0 ? (g + mean) * exp(-nu * age) - mean * shrink : g * exp(-nu * age);
	if (r->compensation == DFA_REFERENCE)
		g /= shrink;
	return g / sigma;
}

static void fill(struct feedback *f, double t_since)
{
	for (int k = 0; k < f->n_pools; k++) {
		float *b = f->pool[k];
		size_t n = f->pool_size[k];
#pragma omp parallel for schedule(static)
		for (size_t i = 0; i < n; i++)
			b[i] = (float)element(f, (uint32_t)k, i, t_since);
		if (f->rule->compensation != DFA_NORM)
			continue;
		double sum = 0;
		for (size_t i = 0; i < n; i++)
			sum += (double)b[i] * (double)b[i];
		float scale = (float)(1 / sqrt(sum / (double)n));
		for (size_t i = 0; i < n; i++)
			b[i] *= scale;
	}
}

/* Nothing goes back from behind layer i: the next layer with weights need not answer for its inputs. */
static void cut(struct pass *pass, int i)
{
	int k = i + 1;

	for (; !pass[k].weights; k++)
		pass[k].works = false;
	pass[k].dx = pass[k].into = NULL;
}

static void cut_shards(struct arena *a, const struct feedback *f, const struct model *m)
{
	for (int k = 0; k < m->n_shards; k++) {
		struct shard *s = &m->shard[k];
		s->error = NEW(a, float, (size_t)m->n_shard_images *(size_t)f->n_classes);
		s->whole = NEW(a, struct pass, m->n_layers);
		memcpy(s->whole, s->pass, (size_t)m->n_layers * sizeof *s->whole);
		for (int i = 0; i < m->n_layers; i++)
			if (f->at[i].n_out > 0)
				cut(s->pass, i);
	}
}

struct feedback *feedback_new(struct arena *a, const struct model *m, const struct rule_dfa *r)
{
	const struct network *net = m->spec.network;
	struct feedback *f = NEW(a, struct feedback, 1);
	size_t widest = 0;

	*f = (struct feedback){
		.rule = r, .n_layers = m->n_layers, .n_classes = net->classes, .seed = m->spec.seed};
	f->at = NEW(a, struct matrix_b, f->n_layers);
	f->i_weight = NEW(a, int, f->n_layers);
	f->pool = NEW(a, float *, m->n_weight_layers);
	f->pool_size = NEW(a, size_t, m->n_weight_layers);
	for (int i = 0; i < m->n_weight_layers; i++) {
		int at = rule_entry(r, net, i);
		if (at < 0)
			continue;
		size_t n = (size_t)shape_size(network_layer(net, at)->out);
		f->at[at] = (struct matrix_b){.n_out = (int)n, .n_stride = n, .id = (uint32_t)f->n_pools};
		f->at[at].scale = (float)(r->k_feedback / sqrt((double)n / network_layer(net, at)->out.c));
		f->i_weight[at] = i;
		widest = n > widest ? n : widest;
		if (!r->merged)
			f->pool_size[f->n_pools++] = n * (size_t)f->n_classes;
	}
	if (r->merged)
		f->pool_size[f->n_pools++] = widest * (size_t)f->n_classes;
	for (int k = 0; k < f->n_pools; k++)
		f->pool[k] = NEW(a, float, f->pool_size[k]);
	for (int i = 0; i < f->n_layers; i++) {
		struct matrix_b *b = &f->at[i];
		if (b->n_out == 0)
			continue;
		b->id = r->merged ? 0 : b->id;
		b->n_stride = r->merged ? widest : b->n_stride;
		b->b = f->pool[b->id];
	}
	cut_shards(a, f, m);
	fill(f, 0);
	return f;
}

void feedback_note(const struct feedback *f, struct shard *s)
{
	struct pass *last = &s->pass[f->n_layers - 1];
	size_t n = (size_t)f->n_classes;

	memcpy(s->error, last->dy, (size_t)s->n * n * sizeof *s->error);
	for (int i = f->n_layers - 1; i >= 0; i--)
		if (s->pass[i].weights) { /* the drivers of the last layer's errors */
			struct pass p = s->pass[i];
			p.count = false;
			for (int k = 0; k < s->n; k++)
				pass_round_errors(&p, s->error + (size_t)k * n, n);
			return;
		}
}

void feedback_enter(const struct feedback *f, struct shard *s, int i)
{
	const struct matrix_b *b = &f->at[i];

	if (b->n_out == 0)
		return;
	cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, s->n, b->n_out, f->n_classes, b->scale, s->error,
		f->n_classes, b->b, (int)b->n_stride, 0, s->pass[i].dy, b->n_out);
}

void feedback_age(struct feedback *f, double t, long step)
{
	const struct rule_dfa *r = f->rule;
	long n_programmed = r->compensation == DFA_REPROGRAM ? step / r->n_reprogram : 0;
	/* batches take equal times */
	double t_programmed = step > 0 ? t * (double)(n_programmed * r->n_reprogram) / (double)step : 0;
	double t_since = t - t_programmed;
	/* drift goes with the logarithm of time: 2 % of it at a time */
	double n_age = t_since > r->t_first ? floor(log(t_since / r->t_first) / log(K_AGE)) : 0;

	if (!rule_drifts(&r->rule))
		n_age = 0;
	if (n_age == f->n_age && n_programmed == f->n_programmed)
		return;
	f->n_age = n_age;
	f->n_programmed = n_programmed;
	fill(f, r->t_first * pow(K_AGE, n_age));
}

/* Gradients of a batch by one set of passes. */
static void gradients(struct model *m, int n_shards, bool whole)
{
	struct feedback *f = m->feedback;

	for (int i = 0; whole && i < n_shards; i++) {
		struct shard *s = &m->shard[i];
		struct pass *cut = s->pass;
		for (int k = 0; k < m->n_layers; k++) {
			s->whole[k].n = cut[k].n;
			s->whole[k].first = cut[k].first;
			s->whole[k].n_all = cut[k].n_all;
			s->whole[k].epoch = cut[k].epoch;
		}
		s->pass = s->whole;
		s->whole = cut;
	}
	m->feedback = whole ? NULL : f;
	model_gradients(m, n_shards);
	m->feedback = f;
	for (int i = 0; whole && i < n_shards; i++) {
		struct pass *cut = m->shard[i].whole;
		m->shard[i].whole = m->shard[i].pass;
		m->shard[i].pass = cut;
	}
	model_fold(m, 0, m->n_params);
}

void feedback_alignment(struct model *m, int n_shards, double *cosine)
{
	struct arena *a = arena_new();
	float *exact = NEW(a, float, m->n_params), *own = m->shard[0].gradient;

	gradients(m, n_shards, true);
	memcpy(exact, own, m->n_params * sizeof *exact);
	gradients(m, n_shards, false);
	for (int i = 0; i < m->n_weight_layers; i++) {
		const struct weights *w = &m->weights[i];
		size_t from = m->at_param[i], n = (size_t)w->n_rows * (size_t)w->n_cols;
		double xy = 0, xx = 0, yy = 0;
		for (size_t k = from; k < from + n; k++) {
			double x = (double)exact[k], y = (double)own[k];
			xy += x * y;
			xx += x * x;
			yy += y * y;
		}
		cosine[i] = xx > 0 && yy > 0 ? xy / sqrt(xx * yy) : 0;
	}
	arena_free(a);
}

int feedback_size(const struct feedback *f, int i_weight)
{
	for (int i = 0; i < f->n_layers; i++)
		if (f->at[i].n_out > 0 && f->i_weight[i] == i_weight)
			return f->at[i].n_out;
	return 0;
}
