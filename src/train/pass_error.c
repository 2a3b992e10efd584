/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Errors through the arrays of a layer.
 *
 * Model    dx = W d; exact, or as the transposed read gives it: magnitude bits of the rounded errors one at a time,
 *          the sign is the polarity of the drive, n_columns_error columns together, every partial sum converted
 *          (mvm.h)
 * Source   [Gokmen2017] (transposed read of errors), doc/models.md
 * Assumes  converters are calibrated on the errors that exact products give
 * Checked  tests/unit/check_mvm.c, tests/unit/check_train.c
 */
#include "train/pass_error.h"

#include <cblas.h>
#include <math.h>

#include "train/quantise.h"

/* Rows that one product takes. */
#define TOGETHER 64

struct room {
	float *code, *out; /* [n_cols], [n_rows][TOGETHER] */
	float *tile;
	float step[TOGETHER];
	size_t n_bytes;
};

static struct room lay_out(const struct weights *w, void *memory)
{
	struct scratch at = {memory, 0};
	struct room r = {0};

	if (!w->errors)
		return r;
	r.code = scratch_take(&at, (size_t)w->n_cols * TOGETHER * sizeof *r.code);
	r.out = scratch_take(&at, (size_t)w->n_rows * TOGETHER * sizeof *r.out);
	r.tile = scratch_take(&at, pass_error_tile(w));
	r.n_bytes = at.n;
	return r;
}

float pass_error_step(const struct pass *p, const float *d, size_t n)
{
	float most = quantise_largest(d, n);
	int e;

	if (!(most > 0))
		return 1;
	frexpf(most, &e);
	return ldexpf(1, e - (p->weights->n_bits_error - 1));
}

size_t pass_error_tile(const struct weights *w)
{
	return w->errors ? mvm_whole_scratch(w->errors) : 0;
}

void pass_error_columns(struct pass *p, int group, const struct mvm_draw *draw, const float *code, int n, float *out,
	float *scratch)
{
	const struct weights *w = p->weights;
	const struct mvm *m = w->errors;

	if (!p->calibrates) {
		mvm_read_whole(m, group, draw, code, n, (size_t)n, NULL, out, scratch);
		return;
	}
	mvm_observe_whole(m, group, code, n, (size_t)n, scratch, &p->seen_errors);
	cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, w->n_rows, n, m->spec.n_rows, 1,
		w->back + (size_t)group * (size_t)m->spec.n_rows, w->n_cols, code, n, 0, out, n);
}

size_t pass_error_rows_scratch(const struct weights *w)
{
	return lay_out(w, NULL).n_bytes;
}

/* n <= TOGETHER */
static void convert_rows(struct pass *p, const struct mvm_draw *draw, const float *d, int n, float *dx, struct room *r)
{
	const struct weights *w = p->weights;
	size_t n_rows = (size_t)w->n_rows, n_cols = (size_t)w->n_cols, n_all = (size_t)n;

	for (size_t i = 0; i < n_all; i++) {
		r->step[i] = pass_error_step(p, d + i * n_cols, n_cols);
		for (size_t col = 0; col < n_cols; col++)
			r->code[col * n_all + i] = d[i * n_cols + col] / r->step[i];
	}
	pass_error_columns(p, 0, draw, r->code, n, r->out, r->tile);
	for (size_t i = 0; i < n_all; i++)
		for (size_t row = 0; row < n_rows; row++)
			dx[i * n_rows + row] = r->out[row * n_all + i] * r->step[i];
}

void pass_error_rows(struct pass *p, const struct mvm_draw *draw, const float *d, int n, float *dx, void *scratch)
{
	const struct weights *w = p->weights;
	struct room r = lay_out(w, scratch);

	if (!w->errors) {
		cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, n, w->n_rows, w->n_cols, 1, d, w->n_cols, w->back,
			w->n_cols, 0, dx, w->n_rows);
		return;
	}
	for (int first = 0; first < n; first += TOGETHER) {
		int n_now = n - first < TOGETHER ? n - first : TOGETHER;
		struct mvm_draw now = {draw->first + (uint64_t)first * draw->apart, draw->apart, draw->step};
		convert_rows(p, &now, d + (size_t)first * (size_t)w->n_cols, n_now,
			dx + (size_t)first * (size_t)w->n_rows, &r);
	}
}
