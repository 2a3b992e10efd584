/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pooling.
 *
 * Model    maximum: y = largest of the window, the first one if several; the gradient goes to where
 *          it was
 *          average: y = sum of the window / size^2, also at an edge where padding counts as zero
 *          global: y = mean of the channel
 * Source   [Ranzato2007] (maximum), [Lin2014] (global)
 * Checked  tests/unit/check_layers.c: central differences
 */
#include <string.h>

#include "train/pass.h"

/* Rows or columns first..last-1 of the input that window at covers. */
static void window(int at, int stride, int pad, int size, int n, int *first, int *last)
{
	*first = at * stride - pad;
	*last = *first + size < n ? *first + size : n;
	*first = *first > 0 ? *first : 0;
}

/* Called for every window: its place in the plane, its values' rows and columns. */
struct view {
	const struct layer_pool *pool;
	struct shape in;
	int y, y_end, x, x_end;
};

static struct view view_of(const struct layer *l, int oy, int ox)
{
	const struct layer_pool *p = (const struct layer_pool *)l;
	struct view v = {.pool = p, .in = l->in};

	window(oy, p->stride, p->pad, p->size, l->in.h, &v.y, &v.y_end);
	window(ox, p->stride, p->pad, p->size, l->in.w, &v.x, &v.x_end);
	return v;
}

static size_t n_plane(const struct layer *l)
{
	return (size_t)l->in.h * (size_t)l->in.w;
}

static size_t max_keep(const struct layer *l)
{
	return (size_t)shape_size(l->out) * sizeof(uint16_t);
}

/* Place in the window, counted as without padding: row by row from its upper left corner. */
static uint16_t largest_of(const struct view *v, const float *plane, int oy, int ox, float *y)
{
	const struct layer_pool *l = v->pool;
	int top = oy * l->stride - l->pad, left = ox * l->stride - l->pad;
	int at_y = v->y, at_x = v->x;

	for (int iy = v->y; iy < v->y_end; iy++)
		for (int ix = v->x; ix < v->x_end; ix++)
			if (plane[iy * v->in.w + ix] > plane[at_y * v->in.w + at_x]) {
				at_y = iy;
				at_x = ix;
			}
	*y = plane[at_y * v->in.w + at_x];
	return (uint16_t)((at_y - top) * l->size + at_x - left);
}

static void max_forward(struct pass *p)
{
	const struct layer_pool *l = (const struct layer_pool *)p->layer;
	struct shape in = p->layer->in, out = p->layer->out;
	uint16_t *choice = p->keep;
	const float *x = p->x;
	float *y = p->y;

	for (int plane = 0; plane < p->n * in.c; plane++, x += n_plane(p->layer))
		for (int oy = 0; oy < out.h; oy++, y += out.w, choice += out.w) {
			if (l->pad == 0) {
				p->kern->pool(x + (size_t)(oy * l->stride) * (size_t)in.w, in.w,
					l->size, l->stride, out.w, y, choice);
				continue;
			}
			for (int ox = 0; ox < out.w; ox++) {
				struct view v = view_of(p->layer, oy, ox);
				choice[ox] = largest_of(&v, x, oy, ox, &y[ox]);
			}
		}
}

static void max_backward(struct pass *p)
{
	const struct layer_pool *l = (const struct layer_pool *)p->layer;
	struct shape in = p->layer->in, out = p->layer->out;
	const float *dy = p->dy;
	const uint16_t *choice = p->keep;
	float *plane = p->dx;

	if (!p->dx)
		return;
	memset(p->dx, 0, (size_t)p->n * (size_t)shape_size(in) * sizeof *p->dx);
	for (int i = 0; i < p->n * in.c; i++, plane += n_plane(p->layer))
		for (int oy = 0; oy < out.h; oy++)
			for (int ox = 0; ox < out.w; ox++, dy++, choice++) {
				int y = oy * l->stride - l->pad + *choice / l->size;
				int x = ox * l->stride - l->pad + *choice % l->size;
				plane[y * in.w + x] += *dy;
			}
}

static float share(const struct layer *l)
{
	const struct layer_pool *p = (const struct layer_pool *)l;

	return 1.0f / (float)(p->size * p->size);
}

static void average_forward(struct pass *p)
{
	struct shape in = p->layer->in, out = p->layer->out;
	const float *x = p->x;
	float *y = p->y, k = share(p->layer);

	for (int plane = 0; plane < p->n * in.c; plane++, x += n_plane(p->layer))
		for (int oy = 0; oy < out.h; oy++)
			for (int ox = 0; ox < out.w; ox++) {
				struct view v = view_of(p->layer, oy, ox);
				float sum = 0;
				for (int iy = v.y; iy < v.y_end; iy++)
					for (int ix = v.x; ix < v.x_end; ix++)
						sum += x[iy * in.w + ix];
				*y++ = k * sum;
			}
}

static void average_backward(struct pass *p)
{
	struct shape in = p->layer->in, out = p->layer->out;
	const float *dy = p->dy;
	float *dx = p->dx, k = share(p->layer);

	if (!p->dx)
		return;
	memset(p->dx, 0, (size_t)p->n * (size_t)shape_size(in) * sizeof *p->dx);
	for (int plane = 0; plane < p->n * in.c; plane++, dx += n_plane(p->layer))
		for (int oy = 0; oy < out.h; oy++)
			for (int ox = 0; ox < out.w; ox++, dy++) {
				struct view v = view_of(p->layer, oy, ox);
				for (int iy = v.y; iy < v.y_end; iy++)
					for (int ix = v.x; ix < v.x_end; ix++)
						dx[iy * in.w + ix] += k * *dy;
			}
}

static void global_forward(struct pass *p)
{
	size_t n = n_plane(p->layer);

	for (int i = 0; i < p->n * p->layer->in.c; i++)
		p->y[i] = p->kern->sum(p->x + (size_t)i * n, n) / (float)n;
}

static void global_backward(struct pass *p)
{
	size_t n = n_plane(p->layer);

	for (int i = 0; p->dx && i < p->n * p->layer->in.c; i++)
		for (size_t k = 0; k < n; k++)
			p->dx[(size_t)i * n + k] = p->dy[i] / (float)n;
}

const struct train_layer_kind train_maxpool = {
	.kind = &layer_maxpool,
	.keep = max_keep,
	.forward = max_forward,
	.backward = max_backward,
};

const struct train_layer_kind train_avgpool = {
	.kind = &layer_avgpool,
	.forward = average_forward,
	.backward = average_backward,
};

const struct train_layer_kind train_globalpool = {
	.kind = &layer_globalpool,
	.forward = global_forward,
	.backward = global_backward,
};
