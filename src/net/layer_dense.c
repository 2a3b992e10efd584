/* SPDX-License-Identifier: Apache-2.0 */
/* Dense layer: one product of the weight matrix with the whole input, flattened in the order
 * [c][h][w]. */
#include "base/diag.h"
#include "net/network.h"

static const struct field dense_fields[] = {
	NAME(layer, name, "", "name in reports and checkpoints; dense1, dense2... if absent"),
	INT(layer_dense, out, 1, 65536, NULL, "outputs"),
	BOOL(layer_dense, bias, "true", "add a trained constant to every output"),
	FIELD_END,
};

static bool dense_shape(const struct layer *l, struct shape in, struct shape *out, struct diag *d)
{
	(void)in;
	(void)d;
	*out = (struct shape){((const struct layer_dense *)l)->out, 1, 1};
	return true;
}

static struct matrix dense_matrix(const struct layer *l)
{
	return (struct matrix){shape_size(l->in), shape_size(l->out), 1};
}

const struct layer_kind layer_dense = {
	.head = {"dense", "every output sees every input", NULL, sizeof(struct layer_dense),
		dense_fields},
	.shape = dense_shape,
	.matrix = dense_matrix,
};
