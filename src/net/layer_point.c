/* SPDX-License-Identifier: Apache-2.0 */
/* Layers that work value by value, and flatten, which only renames the shape. */
#include "net/network.h"

static const struct field point_fields[] = {
	NAME(layer, name, "", "name in reports; kind and number if absent"),
	FIELD_END,
};

static bool same_shape(const struct layer *l, struct shape in, struct shape *out, struct diag *d)
{
	(void)l;
	(void)d;
	*out = in;
	return true;
}

static bool flat_shape(const struct layer *l, struct shape in, struct shape *out, struct diag *d)
{
	(void)l;
	(void)d;
	*out = (struct shape){shape_size(in), 1, 1};
	return true;
}

const struct layer_kind layer_relu = {
	.head = {"relu", "max(0, x)", NULL, sizeof(struct layer), point_fields},
	.shape = same_shape,
};

const struct layer_kind layer_sigmoid = {
	.head = {"sigmoid", "1 / (1 + exp(-x))", NULL, sizeof(struct layer), point_fields},
	.shape = same_shape,
};

const struct layer_kind layer_flatten = {
	.head = {"flatten", "channels, rows and columns as one vector", NULL, sizeof(struct layer),
		point_fields},
	.shape = flat_shape,
};
