/* SPDX-License-Identifier: Apache-2.0 */
/* Normalisation: of each channel by its statistics over the batch (kept running averages outside of
 * training), or of the channels of each position. Scale and shift of a channel are digital. */
#include "net/layer.h"

static const struct field batch_fields[] = {
	LAYER_FIELDS,
	REAL(layer_norm, epsilon, DIM_NONE, 1e-12, 1, "1e-5", "added to the variance"),
	REAL(layer_norm, k_keep, DIM_NONE, 0, 0.9999, "0.9",
		"share of the running statistics that a batch leaves"),
	LAYER_TENSOR,
	FIELD_END,
};

static const struct field layer_fields[] = {
	LAYER_FIELDS,
	REAL(layer_norm, epsilon, DIM_NONE, 1e-12, 1, "1e-5", "added to the variance"),
	FIELD_END,
};

static int batch_work(const struct layer *l, struct layer_work *work)
{
	double n = shape_size(l->out);

	work[0] = (struct layer_work){WORK_SCALE, n, n, n};
	return 1;
}

/* Sum, sum of squares, then scale and shift. */
static int layer_work_of(const struct layer *l, struct layer_work *work)
{
	double n = shape_size(l->out);

	work[0] = (struct layer_work){WORK_ADD, n, n, l->in.h * l->in.w};
	work[1] = (struct layer_work){WORK_MAC, n, n, l->in.h * l->in.w};
	work[2] = (struct layer_work){WORK_SCALE, n, n, n};
	return 3;
}

const struct layer_kind layer_batchnorm = {
	.head = {"batchnorm", "each channel with mean 0 and variance 1 over a batch, then scaled",
		"Ioffe2015", sizeof(struct layer_norm), batch_fields},
	.shape = layer_same_shape,
	.work = batch_work,
};

const struct layer_kind layer_layernorm = {
	.head = {"layernorm", "each position with mean 0 and variance 1 over its channels, then scaled",
		"Ba2016", sizeof(struct layer_norm), layer_fields},
	.shape = layer_same_shape,
	.work = layer_work_of,
};
