/* SPDX-License-Identifier: Apache-2.0 */
/* Pooling: the largest or the mean value of each window, channel by channel. What a window lacks at a
 * padded edge counts for nothing; rows and columns left over are dropped. */
#include "base/diag.h"
#include "net/layer.h"

static const struct field pool_fields[] = {
	LAYER_FIELDS,
	INT(layer_pool, size, 1, 64, NULL, "width and height of the window"),
	INT(layer_pool, stride, 1, 64, NULL, "step between windows"),
	INT(layer_pool, pad, 0, 32, "0", "rows and columns by which windows reach over the edge"),
	FIELD_END,
};

static const struct field global_fields[] = {
	LAYER_FIELDS,
	FIELD_END,
};

static bool pool_shape(const struct layer *l, struct shape *out, struct diag *d)
{
	const struct layer_pool *p = (const struct layer_pool *)l;
	int h = l->in.h + 2 * p->pad - p->size, w = l->in.w + 2 * p->pad - p->size;

	if (h < 0 || w < 0) {
		diag_error(d, layer_where(d, l, &p->size),
			"layer '%s': a window of %d does not fit an input of %d x %d", l->name, p->size,
			l->in.h, l->in.w);
		return false;
	}
	if (2 * p->pad > p->size) {
		diag_error(d, layer_where(d, l, &p->pad),
			"layer '%s': pad must be at most half of the window (%d)", l->name, p->size);
		return false;
	}
	*out = (struct shape){l->in.c, h / p->stride + 1, w / p->stride + 1};
	return true;
}

/* n_ops: one operation for every value of every window, padding included. */
static int pool_work(const struct layer *l, enum work_op op, struct layer_work *work)
{
	const struct layer_pool *p = (const struct layer_pool *)l;
	double n_out = shape_size(l->out);

	work[0] = (struct layer_work){op, n_out * p->size * p->size, shape_size(l->in), n_out};
	return 1;
}

static int max_work(const struct layer *l, struct layer_work *work)
{
	return pool_work(l, WORK_MAX, work);
}

static int average_work(const struct layer *l, struct layer_work *work)
{
	return pool_work(l, WORK_ADD, work);
}

static bool global_shape(const struct layer *l, struct shape *out, struct diag *d)
{
	(void)d;
	*out = (struct shape){l->in.c, 1, 1};
	return true;
}

static int global_work(const struct layer *l, struct layer_work *work)
{
	work[0] = (struct layer_work){WORK_ADD, shape_size(l->in), shape_size(l->in), l->in.c};
	return 1;
}

const struct layer_kind layer_maxpool = {
	.head = {"maxpool", "the largest value of each window", NULL, sizeof(struct layer_pool),
		pool_fields},
	.shape = pool_shape,
	.work = max_work,
	.keeps_sign = true,
};

const struct layer_kind layer_avgpool = {
	.head = {"avgpool", "the mean of each window", NULL, sizeof(struct layer_pool),
		pool_fields},
	.shape = pool_shape,
	.work = average_work,
	.keeps_sign = true,
};

const struct layer_kind layer_globalpool = {
	.head = {"globalpool", "the mean of each channel", NULL, sizeof(struct layer),
		global_fields},
	.shape = global_shape,
	.work = global_work,
	.keeps_sign = true,
};
