/* SPDX-License-Identifier: Apache-2.0 */
/* Convolution: every output position is one product of the weight matrix with a patch of the input.
 * Rows of the matrix are the patch in the order [c][ky][kx], columns are output channels. */
#include "base/diag.h"
#include "net/network.h"

static const struct field conv_fields[] = {
	NAME(layer, name, "", "name in reports and checkpoints; conv1, conv2... if absent"),
	INT(layer_conv, out, 1, 65536, NULL, "output channels"),
	INT(layer_conv, kernel, 1, 64, NULL, "width and height of the kernel"),
	INT(layer_conv, stride, 1, 64, "1", "step between output positions"),
	INT(layer_conv, pad, 0, 63, "0", "rows and columns of zeros around the input"),
	BOOL(layer_conv, bias, "true", "add a trained constant to every output channel"),
	FIELD_END,
};

static bool conv_shape(const struct layer *l, struct shape in, struct shape *out, struct diag *d)
{
	const struct layer_conv *c = (const struct layer_conv *)l;
	int h = in.h + 2 * c->pad - c->kernel, w = in.w + 2 * c->pad - c->kernel;

	if (h < 0 || w < 0) {
		diag_error(d, diag_where(d, &c->kernel),
			"layer '%s': a kernel of %d does not fit an input of %d x %d with pad %d",
			l->name, c->kernel, in.h, in.w, c->pad);
		return false;
	}
	if (c->pad >= c->kernel) {
		diag_error(d, diag_where(d, &c->pad),
			"layer '%s': pad must be less than the kernel (%d)", l->name, c->kernel);
		return false;
	}
	*out = (struct shape){c->out, h / c->stride + 1, w / c->stride + 1};
	return true;
}

static struct matrix conv_matrix(const struct layer *l)
{
	const struct layer_conv *c = (const struct layer_conv *)l;

	return (struct matrix){
		.n_rows = l->in.c * c->kernel * c->kernel,
		.n_cols = c->out,
		.n_vectors = l->out.h * l->out.w,
	};
}

const struct layer_kind layer_conv = {
	.head = {"conv", "convolution with a square kernel", NULL, sizeof(struct layer_conv),
		conv_fields},
	.shape = conv_shape,
	.matrix = conv_matrix,
};
