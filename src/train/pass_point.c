/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Layers that work value by value: ReLU, sigmoid; and flatten, which does nothing to the data.
 *
 * Model    relu: y = x < 0 ? 0 : x (so that NaN passes on), dx = y > 0 ? dy : 0
 *          sigmoid: y = 1 / (1 + exp(-x)), dx = y (1 - y) dy
 * Source   [Glorot2011] (ReLU), [Rumelhart1986]
 * Checked  tests/unit/check_train.c: central differences
 */
#include <math.h>
#include <string.h>

#include "train/pass.h"

static size_t n_values(const struct pass *p)
{
	return (size_t)p->n * (size_t)shape_size(p->layer->out);
}

/* Both work in place after a copy, which usually is not needed: y is x. */
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

static void flatten_forward(struct pass *p)
{
	copy(p->y, p->x, n_values(p));
}

static void flatten_backward(struct pass *p)
{
	if (p->dx)
		copy(p->dx, p->dy, n_values(p));
}

const struct train_layer_kind train_relu = {
	.kind = &layer_relu,
	.in_place = true,
	.makes_positive = true,
	.forward = relu_forward,
	.backward = relu_backward,
};

const struct train_layer_kind train_sigmoid = {
	.kind = &layer_sigmoid,
	.in_place = true,
	.makes_positive = true,
	.forward = sigmoid_forward,
	.backward = sigmoid_backward,
};

const struct train_layer_kind train_flatten = {
	.kind = &layer_flatten,
	.in_place = true,
	.keeps_sign = true,
	.forward = flatten_forward,
	.backward = flatten_backward,
};
