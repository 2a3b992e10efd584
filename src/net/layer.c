/* SPDX-License-Identifier: Apache-2.0 */
/* What all layers share. */
#include "net/layer.h"

#include <stddef.h>

#include "base/diag.h"

#define MAX_WEIGHTS (1 << 28)

const struct layer_kind *const layer_kinds[] = {
	&layer_conv,
	&layer_dense,
	&layer_linear,
	&layer_lstm,
	&layer_maxpool,
	&layer_avgpool,
	&layer_globalpool,
	&layer_batchnorm,
	&layer_layernorm,
	&layer_relu,
	&layer_relu6,
	&layer_hardtanh,
	&layer_tanh,
	&layer_sigmoid,
	&layer_gelu,
	&layer_softmax,
	&layer_dropout,
	&layer_flatten,
	&layer_add,
	&layer_concat,
	&layer_attention,
	&layer_repeat,
	NULL,
};

int shape_size(struct shape s)
{
	return s.c * s.h * s.w;
}

double matrix_weights(struct matrix m)
{
	return (double)m.n_rows * m.n_cols * m.n_groups;
}

double matrix_macs(struct matrix m)
{
	return matrix_weights(m) * m.n_vectors;
}

struct loc layer_where(const struct diag *d, const struct layer *l, const void *member)
{
	ptrdiff_t offset = (const char *)member - (const char *)l;

	return diag_where(d, (const char *)l->origin + offset);
}

bool layer_weights_fit(const struct layer *l, double n_rows, double n_cols, struct diag *d)
{
	if (n_rows * n_cols <= MAX_WEIGHTS)
		return true;
	diag_error(d, layer_where(d, l, l), "layer '%s' has %.0f weights, at most %d are supported",
		l->name, n_rows * n_cols, MAX_WEIGHTS);
	return false;
}

bool layer_has_bias(const struct layer *l)
{
	return l->bias;
}

struct matrix layer_matrix(const struct layer *l)
{
	return l->kind->matrix(l);
}

double layer_macs(const struct layer *l)
{
	return l->kind->matrix ? matrix_macs(layer_matrix(l)) : 0;
}

int layer_work(const struct layer *l, struct layer_work *work)
{
	return l->kind->work ? l->kind->work(l, work) : 0;
}

bool layer_same_shape(const struct layer *l, struct shape *out, struct diag *d)
{
	(void)d;
	*out = l->in;
	return true;
}
