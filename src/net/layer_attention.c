/* SPDX-License-Identifier: Apache-2.0 */
/* Attention between the positions of a sequence. The input holds queries, keys and values side by
 * side (3 x channels); the products of activations with activations are digital work: no weights, so
 * no arrays. */
#include "base/diag.h"
#include "net/layer.h"

static const struct field attention_fields[] = {
	LAYER_FIELDS,
	INT(layer_attention, heads, 1, 1024, NULL, "parts of the channels that attend on their own"),
	BOOL(layer_attention, causal, "true", "a position sees itself and those before it only"),
	FIELD_END,
};

static bool attention_shape(const struct layer *l, struct shape *out, struct diag *d)
{
	int n_heads = ((const struct layer_attention *)l)->heads;

	*out = (struct shape){l->in.c / 3, l->in.h, l->in.w};
	if (l->in.c % 3 == 0 && out->c % n_heads == 0)
		return true;
	diag_error(d, layer_where(d, l, l),
		"layer '%s': its %d input channels should be three times a multiple of its %d heads",
		l->name, l->in.c, n_heads);
	return false;
}

static int attention_work(const struct layer *l, struct layer_work *work)
{
	const struct layer_attention *a = (const struct layer_attention *)l;
	double n = (double)l->in.h * l->in.w, n_values = shape_size(l->out);
	double n_pairs = a->causal ? n * (n + 1) / 2 : n * n;

	work[0] = (struct layer_work){
		WORK_MAC, n_pairs * l->out.c, 2 * n_values, n_pairs * a->heads};
	work[1] = (struct layer_work){
		WORK_SOFTMAX, n_pairs * a->heads, n_pairs * a->heads, n_pairs * a->heads};
	work[2] = (struct layer_work){
		WORK_MAC, n_pairs * l->out.c, n_pairs * a->heads + n_values, n_values};
	return 3;
}

const struct layer_kind layer_attention = {
	.head = {"attention", "each position gathers values of others by key", "Vaswani2017",
		sizeof(struct layer_attention), attention_fields},
	.shape = attention_shape,
	.work = attention_work,
};
