/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Maximum pooling.
 *
 * Model    y = largest of the window, the first one if several; the gradient goes to where it was
 * Source   [Ranzato2007]
 * Checked  tests/unit/check_train.c: central differences
 */
#include <string.h>

#include "train/pass.h"

static void pool_forward(struct pass *p)
{
	const struct layer_pool *l = (const struct layer_pool *)p->layer;
	struct shape in = p->layer->in, out = p->layer->out;
	uint16_t *choice = p->choice;
	float *y = p->y;

	for (int plane = 0; plane < p->n * in.c; plane++)
		for (int oy = 0; oy < out.h; oy++, y += out.w, choice += out.w)
			p->kern->pool(
				p->x + ((size_t)plane * (size_t)in.h + (size_t)(oy * l->stride)) *
						(size_t)in.w,
				in.w, l->size, l->stride, out.w, y, choice);
}

static void pool_backward(struct pass *p)
{
	const struct layer_pool *l = (const struct layer_pool *)p->layer;
	struct shape in = p->layer->in, out = p->layer->out;
	const float *dy = p->dy;
	const uint16_t *choice = p->choice;

	if (!p->dx)
		return;
	memset(p->dx, 0, (size_t)p->n * (size_t)shape_size(in) * sizeof *p->dx);
	for (int plane = 0; plane < p->n * in.c; plane++)
		for (int oy = 0; oy < out.h; oy++) {
			float *dx =
				p->dx + ((size_t)plane * (size_t)in.h + (size_t)(oy * l->stride)) *
						(size_t)in.w;
			for (int ox = 0; ox < out.w; ox++, dx += l->stride, dy++, choice++)
				dx[*choice / l->size * in.w + *choice % l->size] += *dy;
		}
}

const struct train_layer_kind train_maxpool = {
	.kind = &layer_maxpool,
	.keeps_sign = true,
	.forward = pool_forward,
	.backward = pool_backward,
};
