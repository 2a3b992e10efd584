/* SPDX-License-Identifier: Apache-2.0 */
/* Convolution: every output position is one product of the weight matrix with a patch of the input.
 * Rows of the matrix are the patch in the order [c][ky][kx], columns are output channels. With
 * groups, the channels of input and output fall into as many parts, each with a matrix of its own. */
#include "base/diag.h"
#include "net/layer.h"

static const struct field conv_fields[] = {
	LAYER_FIELDS,
	INT(layer_conv, out, 1, 65536, NULL, "output channels"),
	INT(layer_conv, kernel, 1, 64, NULL, "height of the kernel, and its width unless said"),
	INT(layer_conv, kernel_width, 0, 64, "0", "width of the kernel; 0: as its height"),
	INT(layer_conv, stride, 1, 64, "1", "step between output positions"),
	INT(layer_conv, pad, 0, 63, "0", "rows of zeros above and below, and columns unless said"),
	INT(layer_conv, pad_width, -1, 63, "-1", "columns of zeros at either side; -1: as pad"),
	INT(layer_conv, groups, 1, 65536, "1", "parts of the channels that do not see each other"),
	LAYER_TENSOR,
	BOOL(layer, bias, "true", "add a trained constant to every output channel"),
	FIELD_END,
};

int conv_kernel_width(const struct layer_conv *c)
{
	return c->kernel_width > 0 ? c->kernel_width : c->kernel;
}

int conv_pad_width(const struct layer_conv *c)
{
	return c->pad_width >= 0 ? c->pad_width : c->pad;
}

static bool kernel_fits(const struct layer_conv *c, struct diag *d)
{
	const struct layer *l = &c->layer;
	int k_w = conv_kernel_width(c), pad_w = conv_pad_width(c);

	if (l->in.h + 2 * c->pad < c->kernel || l->in.w + 2 * pad_w < k_w) {
		diag_error(d, layer_where(d, l, &c->kernel),
			"layer '%s': a kernel of %d x %d does not fit an input of %d x %d with pad %d",
			l->name, c->kernel, k_w, l->in.h, l->in.w, c->pad);
		return false;
	}
	if (c->pad >= c->kernel || pad_w >= k_w) {
		diag_error(d, layer_where(d, l, &c->pad),
			"layer '%s': pad must be less than the kernel (%d x %d)", l->name, c->kernel, k_w);
		return false;
	}
	return true;
}

static bool groups_divide(const struct layer_conv *c, struct diag *d)
{
	const struct layer *l = &c->layer;

	if (l->in.c % c->groups == 0 && c->out % c->groups == 0)
		return true;
	diag_error(d, layer_where(d, l, &c->groups),
		"layer '%s': %d groups must divide its %d input and %d output channels", l->name,
		c->groups, l->in.c, c->out);
	return false;
}

static bool conv_shape(const struct layer *l, struct shape *out, struct diag *d)
{
	const struct layer_conv *c = (const struct layer_conv *)l;
	int k_w = conv_kernel_width(c), pad_w = conv_pad_width(c);

	if (!kernel_fits(c, d) || !groups_divide(c, d) ||
		!layer_weights_fit(l, (double)l->in.c / c->groups * c->kernel * k_w, c->out, d))
		return false;
	*out = (struct shape){c->out, (l->in.h + 2 * c->pad - c->kernel) / c->stride + 1,
		(l->in.w + 2 * pad_w - k_w) / c->stride + 1};
	return true;
}

static struct matrix conv_matrix(const struct layer *l)
{
	const struct layer_conv *c = (const struct layer_conv *)l;

	return (struct matrix){
		.n_rows = l->in.c / c->groups * c->kernel * conv_kernel_width(c),
		.n_cols = c->out / c->groups,
		.n_vectors = l->out.h * l->out.w,
		.n_groups = c->groups,
	};
}

const struct layer_kind layer_conv = {
	.head = {"conv", "convolution", NULL, sizeof(struct layer_conv), conv_fields},
	.shape = conv_shape,
	.matrix = conv_matrix,
};
