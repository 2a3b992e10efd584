/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Batch normalisation.
 *
 * Model    y = (x - m) s scale + shift for every channel, m and s = 1/sqrt(v + epsilon) over all
 *          images of the batch and all pixels; running mean and variance (n/(n - 1) v) move by
 *          1 - k_keep and stand in for m and v outside of training
 *          dx = scale s (dy - mean dy - (x - m) s^2 mean(dy (x - m)))
 *          dscale = s sum dy (x - m), dshift = sum dy
 * Source   [Ioffe2015]
 * Assumes  statistics of the whole batch, however it is cut into shards: shards meet before the
 *          layer, forward and backward, and their sums are added in their order; so the result
 *          depends on the batch alone, as users of other tools expect, and not on threads
 * Valid    sums are taken of x minus the running mean, in double between rows of 16 partial sums
 * Checked  tests/unit/check_layers.c: central differences; plain two-pass statistics
 */
#include <math.h>

#include "train/pass.h"

static size_t n_plane(const struct pass *p)
{
	return (size_t)p->layer->in.h * (size_t)p->layer->in.w;
}

static int n_shared(const struct layer *l)
{
	return 2 * l->in.c;
}

/* Sums over the images of d and d (x - shift), channel by channel. */
static void gather_sums(struct pass *p, const float *d, const float *shift)
{
	size_t plane = n_plane(p);
	int n = p->norm->n;

	for (int i = 0; i < 2 * n; i++)
		p->own[i] = 0;
	for (int image = 0; image < p->n; image++)
		for (int c = 0; c < n; c++) {
			size_t at = ((size_t)image * (size_t)n + (size_t)c) * plane;
			p->kern->moments(
				d ? d + at : NULL, p->x + at, plane, shift[c], p->own + 2 * c);
		}
}

static void gather(struct pass *p)
{
	gather_sums(p, NULL, p->norm->mean);
}

static void settle(const struct pass *p, double k_keep)
{
	struct norm *m = p->norm;
	double n = (double)p->n_all * (double)n_plane(p);
	const struct layer_norm *l = (const struct layer_norm *)p->layer;
	double keep = k_keep < 0 ? l->k_keep : k_keep;

	for (int c = 0; c < m->n; c++) {
		double off = p->all[2 * c] / n, mean = (double)m->mean[c] + off;
		double variance = fmax(0, p->all[2 * c + 1] / n - off * off);
		double unbiased = n > 1 ? variance * n / (n - 1) : variance;
		m->centre[c] = (float)mean;
		m->inverse[c] = (float)(1 / sqrt(variance + l->epsilon));
		m->mean[c] = (float)(keep * (double)m->mean[c] + (1 - keep) * mean);
		m->variance[c] = (float)(keep * (double)m->variance[c] + (1 - keep) * unbiased);
	}
}

void norm_use_running(struct norm *m)
{
	double epsilon = ((const struct layer_norm *)m->layer)->epsilon;

	for (int c = 0; c < m->n; c++) {
		m->centre[c] = m->mean[c];
		m->inverse[c] = (float)(1 / sqrt((double)m->variance[c] + epsilon));
	}
}

static void forward(struct pass *p)
{
	const struct norm *m = p->norm;
	size_t plane = n_plane(p), at = 0;

	for (int image = 0; image < p->n; image++)
		for (int c = 0; c < m->n; c++, at += plane) {
			float a = m->inverse[c] * m->scale[c];
			p->kern->affine(p->x + at, plane, a, m->shift[c] - m->centre[c] * a, p->y + at);
		}
}

static void gather_back(struct pass *p)
{
	const struct norm *m = p->norm;

	gather_sums(p, p->dy, m->centre);
	for (int c = 0; c < m->n; c++) {
		p->dw[c] = (float)(p->own[2 * c + 1] * (double)m->inverse[c]);
		p->db[c] = (float)p->own[2 * c];
	}
}

static void backward(struct pass *p)
{
	const struct norm *m = p->norm;
	size_t plane = n_plane(p), at = 0;
	double n = (double)p->n_all * (double)plane;

	if (!p->dx)
		return;
	for (int image = 0; image < p->n; image++)
		for (int c = 0; c < m->n; c++, at += plane) {
			double s = (double)m->inverse[c], a = s * (double)m->scale[c];
			double slope = -a * s * s * p->all[2 * c + 1] / n;
			double rest = -a * p->all[2 * c] / n - slope * (double)m->centre[c];
			p->kern->affine2(p->dy + at, p->x + at, plane, (float)a, (float)slope,
				(float)rest, p->dx + at);
		}
}

const struct train_layer_kind train_batchnorm = {
	.kind = &layer_batchnorm,
	.back_in_place = true,
	.n_shared = n_shared,
	.gather = gather,
	.settle = settle,
	.gather_back = gather_back,
	.forward = forward,
	.backward = backward,
};
