/* SPDX-License-Identifier: Apache-2.0 */
/* Products with inputs that come whole. Model and limits: mvm.h. */
#include <cblas.h>
#include <math.h>
#include <string.h>

#include "train/mvm.h"

#define WORD_ROWS 8

/* Columns col..col+n_cols-1 of a part, vectors at..at+n-1. */
struct whole_tile {
	int part, col, n_cols, at, n;
};

static int least(int a, int b)
{
	return a < b ? a : b;
}

/* Partial sums of a block of rows into sum[n_cols][n]; returns the rows before the next block. */
static int tile_sums(const struct mvm *m, const struct whole_tile *t, int block, int row, const float *x,
	size_t n_apart, float *sum)
{
	size_t stride = (size_t)m->n_panels * KERN_LANES;
	int n_rows = least(m->spec.n_block_rows, m->spec.n_rows - block * m->spec.n_block_rows);
	const float *w = m->row + (size_t)row * stride +
			 (size_t)t->part * (size_t)m->spec.n_cols + (size_t)t->col;

	cblas_sgemm(CblasRowMajor, CblasTrans, CblasNoTrans, t->n_cols, t->n, n_rows, 1, w, (int)stride,
		x + (size_t)block * (size_t)m->spec.n_block_rows * n_apart + (size_t)t->at, (int)n_apart, 0,
		sum, t->n);
	return m->tile[block].n_words * WORD_ROWS;
}

/* The tile's outputs: bias for the first part, what is there for the others, and the codes' worth. */
static void put_tile(const struct mvm *m, const struct whole_tile *t, const float *acc, const float *bias,
	float *y, size_t n_apart)
{
	float unit = mvm_unit(m, t->part);

	for (int col = 0; col < t->n_cols; col++, acc += t->n) {
		float *to = y + (size_t)(t->col + col) * n_apart + (size_t)t->at;
		float first = bias ? bias[t->col + col] : 0;
		if (t->part == 0)
			for (int i = 0; i < t->n; i++)
				to[i] = first + acc[i] * unit;
		else
			for (int i = 0; i < t->n; i++)
				to[i] += acc[i] * unit;
	}
}

void mvm_read_whole(const struct mvm *m, const float *x, int n, size_t n_apart, const float *bias, float *y,
	float *scratch)
{
	float *sum = scratch, *acc = scratch + (size_t)MVM_TILE * MVM_TILE;
	struct whole_tile t;

	for (t.at = 0; t.at < n; t.at += MVM_TILE)
		for (t.col = 0; t.col < m->spec.n_cols; t.col += MVM_TILE)
			for (t.part = 0; t.part < m->spec.n_parts; t.part++) {
				float per_code = m->per_code[t.part * m->spec.n_cols] / m->input_step;
				t.n = least(MVM_TILE, n - t.at);
				t.n_cols = least(MVM_TILE, m->spec.n_cols - t.col);
				size_t n_values = (size_t)t.n * (size_t)t.n_cols;
				memset(acc, 0, n_values * sizeof *acc);
				for (int block = 0, row = 0; block < m->n_blocks; block++) {
					row += tile_sums(m, &t, block, row, x, n_apart, sum);
					m->kern->convert(sum, n_values, per_code, m->tile[0].top, acc);
				}
				put_tile(m, &t, acc, bias, y, n_apart);
			}
}

void mvm_observe_whole(const struct mvm *m, const float *x, int n, size_t n_apart, float *scratch,
	struct mvm_stats *s)
{
	double per_step = 1 / (double)m->input_step;
	struct whole_tile t;

	for (t.at = 0; t.at < n; t.at += MVM_TILE)
		for (t.col = 0; t.col < m->spec.n_cols; t.col += MVM_TILE)
			for (t.part = 0; t.part < m->spec.n_parts; t.part++) {
				double clips_at = mvm_clips_at(m, t.part);
				t.n = least(MVM_TILE, n - t.at);
				t.n_cols = least(MVM_TILE, m->spec.n_cols - t.col);
				for (int block = 0, row = 0; block < m->n_blocks; block++) {
					row += tile_sums(m, &t, block, row, x, n_apart, scratch);
					for (int i = 0; i < t.n * t.n_cols; i++) {
						double v = (double)scratch[i] * per_step;
						s->square[t.part] += v * v;
						s->n_clipped += fabs(v) > clips_at;
					}
				}
			}
	s->n_sums += (double)n * m->n_blocks * m->spec.n_cols;
	s->n_reads += (double)n * m->n_blocks;
	for (int row = 0; row < m->spec.n_rows; row++)
		for (int i = 0; i < n; i++) {
			double code = (double)x[(size_t)row * n_apart + (size_t)i] * per_step;
			s->n_ones += code * code;
		}
}
