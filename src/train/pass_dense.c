/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Dense layer.
 *
 * Model    y = x W + b; dx = dy W^T, dW = x^T dy, db = sum of dy over images
 *          through arrays: x as the input codes saw it, dy rounded per image
 * Source   [Rumelhart1986]; straight-through rounding [Bengio2013]
 * Checked  tests/unit/check_train.c: central differences
 */
#include <cblas.h>

#include "train/pass_array.h"
#include "train/pass_error.h"

static size_t dense_scratch(const struct layer *l, const struct weights *w)
{
	size_t forward = pass_array_scratch(w), backward = pass_error_rows_scratch(w);

	(void)l;
	return forward > backward ? forward : backward;
}

static void dense_observe(struct pass *p, struct mvm_stats *stats)
{
	pass_array_observe(p, p->x, p->n, p->seen, stats);
}

static void dense_forward(struct pass *p)
{
	const struct weights *w = p->weights;

	if (w->mvm) {
		pass_watch(p, dense_observe);
		struct mvm_draw draw = pass_draw(p, 0, 1, 1, 0);
		pass_array_rows(p, &draw, p->x, p->n, p->seen, p->y);
		return;
	}
	pass_fill_bias(w, p->y, p->n);
	cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, p->n, w->n_cols, w->n_rows, 1, pass_input(p),
		w->n_rows, w->w, w->n_cols, 1, p->y, w->n_cols);
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
	if (p->dx) {
		struct mvm_draw draw = pass_draw(p, 0, 1, 1, 0);
		pass_error_rows(p, &draw, p->dy, p->n, p->dx, p->scratch);
	}
}

const struct train_layer_kind train_dense = {
	.kind = &layer_dense,
	.scratch = dense_scratch,
	.forward = dense_forward,
	.backward = dense_backward,
	.observe = dense_observe,
};
