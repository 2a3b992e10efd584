/* SPDX-License-Identifier: Apache-2.0 */
/* Dense layer: one product of the weight matrix with the whole input, flattened in the order
 * [c][h][w]. Linear layer: the same matrix for the channels of every position, as transformers have
 * it for every token. */
#include "base/diag.h"
#include "net/layer.h"

static const struct field dense_fields[] = {
	LAYER_FIELDS,
	INT(layer_dense, out, 1, 65536, NULL, "outputs"),
	LAYER_TENSOR,
	BOOL(layer, bias, "true", "add a trained constant to every output"),
	FIELD_END,
};

static int outputs(const struct layer *l)
{
	return ((const struct layer_dense *)l)->out;
}

static bool dense_shape(const struct layer *l, struct shape *out, struct diag *d)
{
	*out = (struct shape){outputs(l), 1, 1};
	return layer_weights_fit(l, shape_size(l->in), outputs(l), d);
}

static struct matrix dense_matrix(const struct layer *l)
{
	return (struct matrix){shape_size(l->in), outputs(l), 1, 1};
}

static bool linear_shape(const struct layer *l, struct shape *out, struct diag *d)
{
	*out = (struct shape){outputs(l), l->in.h, l->in.w};
	return layer_weights_fit(l, l->in.c, outputs(l), d);
}

static struct matrix linear_matrix(const struct layer *l)
{
	return (struct matrix){l->in.c, outputs(l), l->in.h * l->in.w, 1};
}

const struct layer_kind layer_dense = {
	.head = {"dense", "every output sees every input", NULL, sizeof(struct layer_dense),
		dense_fields},
	.shape = dense_shape,
	.matrix = dense_matrix,
};

const struct layer_kind layer_linear = {
	.head = {"linear", "one matrix for the channels of every position", NULL,
		sizeof(struct layer_dense), dense_fields},
	.shape = linear_shape,
	.matrix = linear_matrix,
};
