/* SPDX-License-Identifier: Apache-2.0 */
/* What the layer families share. */
#include "train/pass.h"

#include <string.h>

#define ALIGNMENT 64

const struct train_layer_kind *const train_layer_kinds[] = {
	&train_conv,
	&train_dense,
	&train_lstm,
	&train_maxpool,
	&train_avgpool,
	&train_globalpool,
	&train_batchnorm,
	&train_relu,
	&train_relu6,
	&train_hardtanh,
	&train_tanh,
	&train_sigmoid,
	&train_dropout,
	&train_flatten,
	&train_add,
	&train_concat,
	NULL,
};

const struct train_layer_kind *train_layer_kind_of(const struct layer *l)
{
	for (int i = 0; train_layer_kinds[i]; i++)
		if (train_layer_kinds[i]->kind == l->kind)
			return train_layer_kinds[i];
	return NULL;
}

void *scratch_take(struct scratch *s, size_t n)
{
	void *piece = s->base ? s->base + s->n : NULL;

	s->n += (n + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
	return piece;
}

void pass_fill_bias(const struct weights *w, float *y, int n)
{
	size_t row = (size_t)w->n_cols * sizeof *y;

	for (int i = 0; i < n; i++, y += w->n_cols) {
		if (w->bias)
			memcpy(y, w->bias, row);
		else
			memset(y, 0, row);
	}
}

const float *pass_input(struct pass *p)
{
	int n_bits = p->weights->n_bits_activation;
	size_t n_in = (size_t)shape_size(p->layer->in);

	if (n_bits == 0)
		return p->x;
	memcpy(p->seen, p->x, (size_t)p->n * n_in * sizeof *p->seen);
	for (int image = 0; image < p->n; image++)
		p->kern->round_errors(p->seen + (size_t)image * n_in, n_in, n_bits, false);
	return p->seen;
}

void pass_watch(struct pass *p, void (*observe)(struct pass *, struct mvm_stats *))
{
	int n = p->n;
	bool count = p->count;

	if (!p->watch || n == 0)
		return;
	p->n = 1;
	p->count = false;
	observe(p, &p->watched);
	p->n = n;
	p->count = count;
}

uint64_t pass_ones(const uint8_t *code, size_t n)
{
	uint64_t ones = 0;

	for (size_t i = 0; i < n; i++)
		ones += (uint64_t)__builtin_popcount(code[i]);
	return ones;
}

void pass_round_errors(struct pass *p, float *dy, size_t n)
{
	int n_bits = p->weights->n_bits_error;

	if (n_bits == 0)
		return;

	uint64_t ones = p->kern->round_errors(dy, n, n_bits, p->count);

	if (p->count) {
		p->n_error_ones += ones;
		p->n_error_bits += n * (uint64_t)(n_bits - 1);
	}
}
