/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Layers with several inputs.
 *
 * Model    add: y = sum of the inputs, every input gets dy
 *          concat: channels side by side, every input gets its part of dy
 * Source   [He2016], [Huang2017]
 * Checked  tests/unit/check_layers.c: central differences
 */
#include <string.h>

#include "train/pass.h"

static void put(const struct pass *p, int i, float *to, const float *from, size_t n)
{
	if (p->adds[i])
		p->kern->add(to, from, n);
	else
		memcpy(to, from, n * sizeof *to);
}

static void add_forward(struct pass *p)
{
	size_t n = (size_t)p->n * (size_t)shape_size(p->layer->out);

	memcpy(p->y, p->xs[0], n * sizeof *p->y);
	for (int i = 1; i < p->layer->n_from; i++)
		p->kern->add(p->y, p->xs[i], n);
}

static void add_backward(struct pass *p)
{
	size_t n = (size_t)p->n * (size_t)shape_size(p->layer->out);
	int n_same = 0; /* dy itself is the gradient of one input, which may be read several times */

	for (int i = 0; i < p->layer->n_from; i++) {
		n_same += p->dxs[i] == p->dy;
		if (p->dxs[i] && p->dxs[i] != p->dy)
			put(p, i, p->dxs[i], p->dy, n);
	}
	for (size_t k = 0; n_same > 1 && k < n; k++)
		p->dy[k] *= (float)n_same;
}

static void concat_forward(struct pass *p)
{
	float *y = p->y;

	for (int image = 0; image < p->n; image++)
		for (int i = 0; i < p->layer->n_from; i++) {
			size_t n = (size_t)shape_size(p->layer->from[i]->out);
			memcpy(y, p->xs[i] + (size_t)image * n, n * sizeof *y);
			y += n;
		}
}

static void concat_backward(struct pass *p)
{
	const float *dy = p->dy;

	for (int image = 0; image < p->n; image++)
		for (int i = 0; i < p->layer->n_from; i++) {
			size_t n = (size_t)shape_size(p->layer->from[i]->out);
			if (p->dxs[i])
				put(p, i, p->dxs[i] + (size_t)image * n, dy, n);
			dy += n;
		}
}

const struct train_layer_kind train_add = {
	.kind = &layer_add,
	.back_in_place = true,
	.forward = add_forward,
	.backward = add_backward,
};

const struct train_layer_kind train_concat = {
	.kind = &layer_concat,
	.forward = concat_forward,
	.backward = concat_backward,
};
