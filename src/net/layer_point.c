/* SPDX-License-Identifier: Apache-2.0 */
/* Layers that work value by value, softmax over the channels of each position, and flatten, which
 * only renames the shape. */
#include "net/layer.h"

static const struct field point_fields[] = {
	LAYER_FIELDS,
	FIELD_END,
};

static const struct field dropout_fields[] = {
	LAYER_FIELDS,
	REAL(layer_dropout, k_drop, DIM_NONE, 0, 0.99, "0.5", "share of the values set to zero in training"),
	FIELD_END,
};

static bool flat_shape(const struct layer *l, struct shape *out, struct diag *d)
{
	(void)d;
	*out = (struct shape){shape_size(l->in), 1, 1};
	return true;
}

static int each_value(const struct layer *l, enum work_op op, struct layer_work *work)
{
	double n = shape_size(l->out);

	work[0] = (struct layer_work){op, n, n, n};
	return 1;
}

static int rectify(const struct layer *l, struct layer_work *work)
{
	return each_value(l, WORK_RECTIFY, work);
}

static int look_up(const struct layer *l, struct layer_work *work)
{
	return each_value(l, WORK_LOOKUP, work);
}

static int exponential(const struct layer *l, struct layer_work *work)
{
	return each_value(l, WORK_SOFTMAX, work);
}

#define POINT(kind, summary, does, ...)                                                            \
	const struct layer_kind layer_##kind = {                                                   \
		.head = {#kind, summary, NULL, sizeof(struct layer), point_fields},                \
		.shape = layer_same_shape,                                                         \
		.work = does,                                                                      \
		__VA_ARGS__                                                                        \
	}

POINT(relu, "max(0, x)", rectify, .makes_positive = true);
POINT(relu6, "x between 0 and 6", rectify, .makes_positive = true);
POINT(hardtanh, "x between -1 and 1", rectify, .keeps_sign = true);
POINT(tanh, "hyperbolic tangent", look_up, .keeps_sign = true);
POINT(sigmoid, "1 / (1 + exp(-x))", look_up, .makes_positive = true);
POINT(gelu, "x times the normal distribution of x", look_up, .keeps_sign = true);
POINT(softmax, "exp(x) over its sum over the channels", exponential, .makes_positive = true);

const struct layer_kind layer_dropout = {
	.head = {"dropout", "values set to zero at random in training", "Srivastava2014",
		sizeof(struct layer_dropout), dropout_fields},
	.shape = layer_same_shape,
	.keeps_sign = true,
};

const struct layer_kind layer_flatten = {
	.head = {"flatten", "channels, rows and columns as one vector", NULL, sizeof(struct layer),
		point_fields},
	.shape = flat_shape,
	.keeps_sign = true,
};
