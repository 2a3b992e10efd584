/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Dense layer.
 *
 * Model    y = x W + b; dx = dy W^T, dW = x^T dy, db = sum of dy over images
 *          through arrays: x as the input codes saw it, dy rounded per image
 * Source   [Rumelhart1986]; straight-through rounding [Bengio2013]
 * Assumes  the transposed read of errors is not converted: it is exact but for the rounded errors
 * Checked  tests/unit/check_train.c: central differences
 */
#include <cblas.h>

#include "train/mvm.h"
#include "train/pass.h"

/* Images that one product takes when inputs come whole. */
#define TOGETHER 64

struct dense_scratch {
	uint8_t *code;
	uint64_t *word;
	float *acc;
	float *in, *out; /* [n_rows], [n_cols][TOGETHER]: inputs that come whole */
	float *tile;
	size_t n_bytes;
};

/* For one image at a time. */
static struct dense_scratch lay_out(const struct weights *w, void *memory)
{
	struct scratch at = {memory, 0};
	struct dense_scratch s = {0};

	if (w->mvm && w->mvm->spec.whole) {
		s.code = scratch_take(&at, (size_t)w->n_rows + KERN_SLACK);
		s.in = scratch_take(&at, (size_t)w->n_rows * TOGETHER * sizeof *s.in);
		s.out = scratch_take(&at, (size_t)w->n_cols * TOGETHER * sizeof *s.out);
		s.tile = scratch_take(&at, MVM_WHOLE_SCRATCH);
	} else if (w->mvm) {
		size_t n_cols = (size_t)w->mvm->n_panels * KERN_LANES;
		s.code = scratch_take(&at, (size_t)w->mvm->n_code);
		s.word = scratch_take(&at, (size_t)w->mvm->n_words * sizeof *s.word);
		s.acc = scratch_take(&at, n_cols * (size_t)w->mvm->spec.n_planes * sizeof *s.acc);
	}
	s.n_bytes = at.n;
	return s;
}

static size_t dense_scratch(const struct layer *l, const struct weights *w)
{
	(void)l;
	return lay_out(w, NULL).n_bytes;
}

static void pack_image(struct pass *p, const struct dense_scratch *s, int image)
{
	const struct weights *w = p->weights;
	size_t from = (size_t)image * (size_t)w->n_rows;

	uint8_t *code = mvm_codes(w->mvm, s->word, s->code);

	mvm_encode(w->mvm, p->x + from, (size_t)w->n_rows, code, p->seen + from);
	mvm_pack(w->mvm, code, 1, s->word);
	if (p->count) {
		p->n_input_ones += mvm_ones(w->mvm, s->word, 1);
		p->n_input_bits += (uint64_t)w->n_rows * (uint64_t)w->mvm->spec.n_planes;
	}
}

/* Images first..first+n-1 as their codes stand for them, side by side into s->in. */
static void take_whole(struct pass *p, const struct dense_scratch *s, int first, int n)
{
	const struct weights *w = p->weights;
	size_t n_rows = (size_t)w->n_rows;

	for (int i = 0; i < n; i++) {
		size_t from = (size_t)(first + i) * n_rows;
		mvm_encode(w->mvm, p->x + from, n_rows, s->code, p->seen + from);
		for (size_t row = 0; row < n_rows; row++)
			s->in[row * TOGETHER + (size_t)i] = p->seen[from + row];
		if (p->count) {
			p->n_input_ones += pass_ones(s->code, n_rows);
			p->n_input_bits += n_rows * (uint64_t)w->mvm->spec.n_planes;
		}
	}
}

static int least(int a, int b)
{
	return a < b ? a : b;
}

static void forward_whole(struct pass *p)
{
	const struct weights *w = p->weights;
	struct dense_scratch s = lay_out(w, p->scratch);

	for (int first = 0; first < p->n; first += TOGETHER) {
		int n = least(TOGETHER, p->n - first);
		take_whole(p, &s, first, n);
		mvm_read_whole(w->mvm, s.in, n, TOGETHER, w->bias, s.out, s.tile);
		for (int i = 0; i < n; i++)
			for (int col = 0; col < w->n_cols; col++)
				p->y[(size_t)(first + i) * (size_t)w->n_cols + (size_t)col] =
					s.out[(size_t)col * TOGETHER + (size_t)i];
	}
}

static void forward_arrays(struct pass *p)
{
	const struct weights *w = p->weights;
	struct dense_scratch s = lay_out(w, p->scratch);

	for (int image = 0; image < p->n; image++) {
		float *y = p->y + (size_t)image * (size_t)w->n_cols;
		pack_image(p, &s, image);
		mvm_read(w->mvm, s.word, 1, s.acc);
		for (int part = 0; part < w->mvm->spec.n_parts; part++) {
			const float *acc = s.acc + (size_t)part * (size_t)w->n_cols;
			float unit = mvm_unit(w->mvm, part);
			for (int col = 0; col < w->n_cols; col++)
				y[col] += acc[col] * unit;
		}
	}
}

static void dense_observe(struct pass *p, struct mvm_stats *stats)
{
	const struct mvm *m = p->weights->mvm;
	struct dense_scratch s = lay_out(p->weights, p->scratch);

	for (int first = 0; m->spec.whole && first < p->n; first += TOGETHER) {
		int n = least(TOGETHER, p->n - first);
		take_whole(p, &s, first, n);
		mvm_observe_whole(m, s.in, n, TOGETHER, s.tile, stats);
	}
	for (int image = 0; image < p->n && !m->spec.whole; image++) {
		pack_image(p, &s, image);
		mvm_observe(p->weights->mvm, s.word, 1, s.acc, stats);
	}
}

static void dense_forward(struct pass *p)
{
	const struct weights *w = p->weights;

	if (w->mvm)
		pass_watch(p, dense_observe);
	if (w->mvm && w->mvm->spec.whole) {
		forward_whole(p);
		return;
	}
	pass_fill_bias(w, p->y, p->n);
	if (w->mvm)
		forward_arrays(p);
	else
		cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, p->n, w->n_cols, w->n_rows,
			1, pass_input(p), w->n_rows, w->w, w->n_cols, 1, p->y, w->n_cols);
}

static void dense_backward(struct pass *p)
{
	const struct weights *w = p->weights;
	const float *x = p->seen ? p->seen : p->x;
	size_t n_cols = (size_t)w->n_cols;

	for (int image = 0; image < p->n; image++)
		pass_round_errors(p, p->dy + (size_t)image * n_cols, n_cols);
	if (!p->no_sums)
		cblas_sgemm(CblasRowMajor, CblasTrans, CblasNoTrans, w->n_rows, w->n_cols, p->n, 1, x,
			w->n_rows, p->dy, w->n_cols, 0, p->dw, w->n_cols);
	for (size_t col = 0; col < n_cols; col++)
		p->db[col] = p->dy[col];
	for (int image = 1; image < p->n; image++)
		p->kern->add(p->db, p->dy + (size_t)image * n_cols, n_cols);
	if (p->dx)
		cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, p->n, w->n_rows, w->n_cols, 1,
			p->dy, w->n_cols, w->back, w->n_cols, 0, p->dx, w->n_rows);
}

const struct train_layer_kind train_dense = {
	.kind = &layer_dense,
	.scratch = dense_scratch,
	.forward = dense_forward,
	.backward = dense_backward,
	.observe = dense_observe,
};
