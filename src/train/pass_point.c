/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Layers that work value by value, and flatten, which does nothing to the data.
 *
 * Model    relu: y = x < 0 ? 0 : x (so that NaN passes on), dx = y > 0 ? dy : 0
 *          relu6, hardtanh: y = x within 0..6, -1..1; dx = dy inside the bounds, else 0
 *          sigmoid: y = 1 / (1 + exp(-x)), dx = y (1 - y) dy
 *          tanh: dx = (1 - y^2) dy
 *          dropout: y = x / (1 - k_drop) with probability 1 - k_drop, else 0; x outside of training
 * Source   [Glorot2011] (ReLU), [Rumelhart1986], [Srivastava2014]
 * Assumes  a value's fate depends on the image's place in the epoch, the value's place in the image
 *          and the epoch alone
 * Checked  tests/unit/check_layers.c: central differences
 */
#include <math.h>
#include <string.h>

#include "train/pass.h"

static size_t n_values(const struct pass *p)
{
	return (size_t)p->n * (size_t)shape_size(p->layer->out);
}

/* All work in place after a copy, which usually is not needed: y is x. */
static void copy(float *to, const float *from, size_t n)
{
	if (to != from)
		memcpy(to, from, n * sizeof *to);
}

static void relu_forward(struct pass *p)
{
	size_t n = n_values(p);
	float *y = p->y;

	copy(y, p->x, n);
	for (size_t i = 0; i < n; i++)
		y[i] = y[i] < 0 ? 0 : y[i];
}

static void relu_backward(struct pass *p)
{
	size_t n = n_values(p);
	float *dx = p->dx;

	if (!dx)
		return;
	copy(dx, p->dy, n);
	for (size_t i = 0; i < n; i++)
		dx[i] = p->y[i] > 0 ? dx[i] : 0;
}

static void clamp_forward(struct pass *p, float low, float high)
{
	size_t n = n_values(p);
	float *y = p->y;

	copy(y, p->x, n);
	for (size_t i = 0; i < n; i++) {
		float v = y[i] < low ? low : y[i];
		y[i] = v > high ? high : v;
	}
}

static void clamp_backward(struct pass *p, float low, float high)
{
	size_t n = n_values(p);
	float *dx = p->dx;

	if (!dx)
		return;
	copy(dx, p->dy, n);
	for (size_t i = 0; i < n; i++)
		dx[i] = p->y[i] > low && p->y[i] < high ? dx[i] : 0;
}

static void relu6_forward(struct pass *p)
{
	clamp_forward(p, 0, 6);
}

static void relu6_backward(struct pass *p)
{
	clamp_backward(p, 0, 6);
}

static void hardtanh_forward(struct pass *p)
{
	clamp_forward(p, -1, 1);
}

static void hardtanh_backward(struct pass *p)
{
	clamp_backward(p, -1, 1);
}

static void sigmoid_forward(struct pass *p)
{
	size_t n = n_values(p);

	for (size_t i = 0; i < n; i++)
		p->y[i] = 1 / (1 + expf(-p->x[i]));
}

static void sigmoid_backward(struct pass *p)
{
	size_t n = n_values(p);

	if (!p->dx)
		return;
	for (size_t i = 0; i < n; i++)
		p->dx[i] = p->y[i] * (1 - p->y[i]) * p->dy[i];
}

static void tanh_forward(struct pass *p)
{
	size_t n = n_values(p);

	for (size_t i = 0; i < n; i++)
		p->y[i] = tanhf(p->x[i]);
}

static void tanh_backward(struct pass *p)
{
	size_t n = n_values(p);

	if (!p->dx)
		return;
	for (size_t i = 0; i < n; i++)
		p->dx[i] = (1 - p->y[i] * p->y[i]) * p->dy[i];
}

static size_t dropout_keep(const struct layer *l)
{
	return (size_t)shape_size(l->out) * sizeof(float);
}

/* One factor per value, 0 or 1/(1 - k_drop). */
static void draw_factors(struct pass *p, float *factor)
{
	double k_drop = ((const struct layer_dropout *)p->layer)->k_drop;
	uint32_t limit = (uint32_t)(k_drop * 4294967296.0);
	float up = (float)(1 / (1 - k_drop));
	size_t n_blocks = ((size_t)shape_size(p->layer->out) + 3) / 4;
	size_t n = (size_t)shape_size(p->layer->out);

	for (int image = 0; image < p->n; image++, factor += n)
		for (size_t block = 0; block < n_blocks; block++) {
			uint32_t word[4];
			rng_u32x4(p->rng, (uint64_t)(p->first + image) * n_blocks + block,
				(uint64_t)p->epoch, word);
			for (size_t i = 0; i < 4 && 4 * block + i < n; i++)
				factor[4 * block + i] = word[i] < limit ? 0 : up;
		}
}

static void dropout_forward(struct pass *p)
{
	size_t n = n_values(p);
	const float *factor = p->keep;

	if (p->epoch < 0) {
		copy(p->y, p->x, n);
		return;
	}
	draw_factors(p, p->keep);
	for (size_t i = 0; i < n; i++)
		p->y[i] = factor[i] * p->x[i];
}

static void dropout_backward(struct pass *p)
{
	size_t n = n_values(p);
	const float *factor = p->keep;

	for (size_t i = 0; p->dx && i < n; i++)
		p->dx[i] = factor[i] * p->dy[i];
}

static void flatten_forward(struct pass *p)
{
	copy(p->y, p->x, n_values(p));
}

static void flatten_backward(struct pass *p)
{
	if (p->dx)
		copy(p->dx, p->dy, n_values(p));
}

#define POINT(what)                                                                                \
	const struct train_layer_kind train_##what = {                                             \
		.kind = &layer_##what,                                                             \
		.in_place = true,                                                                  \
		.back_in_place = true,                                                             \
		.reads_y = true,                                                                   \
		.forward = what##_forward,                                                         \
		.backward = what##_backward,                                                       \
	}

POINT(relu);
POINT(relu6);
POINT(hardtanh);
POINT(tanh);
POINT(sigmoid);

const struct train_layer_kind train_dropout = {
	.kind = &layer_dropout,
	.in_place = true,
	.back_in_place = true,
	.keep = dropout_keep,
	.forward = dropout_forward,
	.backward = dropout_backward,
};

const struct train_layer_kind train_flatten = {
	.kind = &layer_flatten,
	.in_place = true,
	.back_in_place = true,
	.keeps_values = true,
	.forward = flatten_forward,
	.backward = flatten_backward,
};
