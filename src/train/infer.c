/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Inference: a finished network on the arrays of a design.
 *
 * Model    the cells are programmed and read t seconds later (device/aging.h), then the test images pass;
 *          gdc: one factor per layer, the ratio of summed output magnitudes for random vectors of zeros
 *          and ones, after programming over at t. At 0 s the cells are as the training left them;
 *          adabs: statistics of batch normalisations anew as means over N_REFRESH training images
 * Source   [Joshi2020] (global drift compensation, adaptive batch normalisation statistics)
 * Checked  tests/resume/run.sh: what the training's last test gave
 */
#include "train/infer.h"

#include <cblas.h>
#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "device/synapse_array.h"
#include "train/checkpoint.h"
#include "train/trainable.h"

#define N_REFRESH 2600 /* training images: a twentieth of CIFAR-10 [Joshi2020] */

struct infer {
	struct train_spec spec;
	struct model *model;
};

struct loss model_test(struct model *m, const struct images *images)
{
	struct loss total = {0};
	int n_batch = m->spec.n_batch;

	model_set_epoch(m, -1);
	for (int first = 0; first < images->n; first += n_batch) {
		int n = images->n - first < n_batch ? images->n - first : n_batch;
		int used = model_deal(m, images, NULL, first, n);
		struct loss loss = model_forward(m, used);
		total.sum += loss.sum;
		total.n_right += loss.n_right;
	}
	return total;
}

static void calibrate(struct infer *f)
{
	const struct images *train = &f->spec.data->train;
	int n = train->n < f->model->spec.n_batch ? train->n : f->model->spec.n_batch;

	model_set_epoch(f->model, -1);
	model_calibrate(f->model, model_deal(f->model, train, NULL, 0, n));
}

struct infer *infer_new(struct arena *a, const struct train_spec *spec, const struct tensors *weights, struct diag *d)
{
	struct infer *f = NEW(a, struct infer, 1);

	if (!trainable(spec, d))
		return NULL;

	struct model_spec model = trainable_model(a, spec);
	struct numerics *numerics = NEW(a, struct numerics, 1);

	if (spec->numerics) {
		*numerics = *spec->numerics;
		numerics->n_columns_error = 0; /* nothing goes back */
		model.numerics = numerics;
	}
	f->spec = *spec;
	f->model = model_new(a, &model);
	if (!checkpoint_take(f->model, weights, d))
		return NULL;
	if (spec->synapse && !checkpoint_has_cells(f->model, weights))
		calibrate(f);
	return f;
}

/* What the cells held after programming, to come back to. */
static float *copy_of_cells(struct arena *a, struct synapse_array *cells, size_t n)
{
	int n_planes = synapse_array_planes(cells);
	float *kept = NEW(a, float, (size_t)n_planes * n);

	for (int p = 0; p < n_planes; p++) {
		const char *name;
		memcpy(kept + (size_t)p * n, synapse_array_plane(cells, p, &name), n * sizeof *kept);
	}
	return kept;
}

static void put_back(struct synapse_array *cells, size_t n, const float *kept)
{
	for (int p = 0; p < synapse_array_planes(cells); p++) {
		const char *name;
		memcpy(synapse_array_plane(cells, p, &name), kept + (size_t)p * n, n * sizeof *kept);
	}
	synapse_array_refresh_parts(cells);
}

/* Sum of the magnitudes a layer gives for N_PROBES random vectors of zeros and ones. */
static double probe(const struct infer *f, const struct weights *w)
{
	enum { N_PROBES = 32 };
	struct arena *a = arena_new();
	struct rng rng = rng_stream(f->spec.seed, RNG_PROBE, (uint32_t)w->layer->i_weight);
	size_t n_rows = (size_t)w->n_rows, n_cols = (size_t)w->n_cols;
	float *x = NEW(a, float, N_PROBES * n_rows), *y = NEW(a, float, N_PROBES * n_cols);
	double sum = 0;

	for (size_t i = 0; i < N_PROBES * n_rows; i++)
		x[i] = rng_u32(rng, i, 0) >> 31 ? 1.0f : 0.0f;
	cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, N_PROBES, w->n_cols, w->n_rows, 1, x,
		w->n_rows, w->w, w->n_cols, 0, y, w->n_cols);
	for (size_t i = 0; i < N_PROBES * n_cols; i++)
		sum += fabs((double)y[i]);
	arena_free(a);
	return sum;
}

/* The outputs of a layer's cells as they are read now. */
static double probe_cells(const struct infer *f, struct weights *w)
{
	synapse_array_weights(w->cells, w->w);
	for (size_t k = 0; k < (size_t)w->n_rows * (size_t)w->n_cols; k++)
		w->w[k] *= w->scale;
	return probe(f, w);
}

/* The cells of all layers at a time; factor: what the digital side multiplies each layer's outputs by,
 * from what the programmed cells gave at once. At 0 s they are as the training left them. */
static void age(struct infer *f, double t, enum compensation how, int repeat, float *factor)
{
	struct model *m = f->model;
	double temp = f->spec.numerics->temp;

	for (int i = 0; i < m->n_weight_layers; i++) {
		struct weights *w = &m->weights[i];
		struct reading r = {.temp = temp, .programming = (uint64_t)repeat};
		factor[i] = 1;
		if (t == 0)
			continue;
		synapse_array_read(w->cells, &r);
		double before = how == COMPENSATE_GDC ? probe_cells(f, w) : 1;
		synapse_array_decay(w->cells, t, temp);
		r.t = t;
		synapse_array_read(w->cells, &r);
		double after = how == COMPENSATE_GDC ? probe_cells(f, w) : 1;
		factor[i] = after > 0 ? (float)(before / after) : 1;
	}
}

/* Running statistics of the batch normalisations anew, over some training images through the cells as
 * they are now; returns the old ones. */
static float *refresh(struct arena *a, struct infer *f)
{
	struct model *m = f->model;
	const struct images *train = &f->spec.data->train;
	int n = N_REFRESH < train->n ? N_REFRESH : train->n;
	size_t n_values = 0;

	for (int i = 0; i < m->n_norms; i++)
		n_values += 2 * (size_t)m->norm[i].n;

	float *old = NEW(a, float, n_values), *to = old;

	for (int i = 0; i < m->n_norms; i++) {
		size_t n_channels = (size_t)m->norm[i].n;
		memcpy(to, m->norm[i].mean, n_channels * sizeof *to);
		memcpy(to + n_channels, m->norm[i].variance, n_channels * sizeof *to);
		to += 2 * n_channels;
	}
	model_refresh(m, train, NULL, n);
	return old;
}

static void put_statistics_back(struct model *m, const float *old)
{
	for (int i = 0; i < m->n_norms; i++) {
		size_t n = (size_t)m->norm[i].n;
		memcpy(m->norm[i].mean, old, n * sizeof *old);
		memcpy(m->norm[i].variance, old + n, n * sizeof *old);
		old += 2 * n;
	}
}

/* Test as it stands; with adabs on statistics of its own. */
static struct loss test_now(struct arena *a, struct infer *f, enum compensation how)
{
	float *statistics = how == COMPENSATE_ADABS ? refresh(a, f) : NULL;
	struct loss l = model_test(f->model, &f->spec.data->test);

	if (statistics)
		put_statistics_back(f->model, statistics);
	return l;
}

static struct loss test_aged(struct arena *a, struct infer *f, double t, enum compensation how, int repeat)
{
	struct model *m = f->model;
	float **kept = NEW(a, float *, m->n_weight_layers), *factor = NEW(a, float, m->n_weight_layers);
	float *scale = NEW(a, float, m->n_weight_layers);

	for (int i = 0; i < m->n_weight_layers; i++)
		kept[i] = copy_of_cells(a, m->weights[i].cells,
			(size_t)m->weights[i].n_rows * (size_t)m->weights[i].n_cols);
	age(f, t, how, repeat, factor);
	for (int i = 0; i < m->n_weight_layers; i++) {
		scale[i] = m->weights[i].scale;
		weights_set_scale(&m->weights[i], scale[i] * factor[i]);
	}
	model_load_cells(m);

	struct loss l = test_now(a, f, how);

	for (int i = 0; i < m->n_weight_layers; i++) {
		struct weights *w = &m->weights[i];
		put_back(w->cells, (size_t)w->n_rows * (size_t)w->n_cols, kept[i]);
		weights_set_scale(w, scale[i]);
	}
	model_load_cells(m);
	return l;
}

bool infer_test(struct infer *f, double t, enum compensation how, int repeat, struct infer_result *out,
	struct diag *d)
{
	int n = f->spec.data->test.n;

	if (how == COMPENSATE_ADABS && f->model->n_norms == 0) {
		diag_error(d, diag_where(d, &f->spec.network->layers),
			"'adabs' takes the statistics of batch norms anew, but '%s' has no batch norm",
			f->spec.network->name);
		return false;
	}

	struct arena *a = arena_new();
	struct loss l = f->spec.synapse ? test_aged(a, f, t, how, repeat) : test_now(a, f, how);

	arena_free(a);
	*out = (struct infer_result){100.0 * l.n_right / n, l.sum / n};
	return true;
}
