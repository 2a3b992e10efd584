/* SPDX-License-Identifier: Apache-2.0 */
/* Products with inputs that come whole. Model and limits: mvm.h. */
#include <cblas.h>
#include <math.h>
#include <string.h>

#include "train/mvm.h"

#define WORD_ROWS 8

/* Columns col..col+n_cols-1 of a part, vectors at..at+n-1. */
struct whole_tile {
	int group, part, col, n_cols, at, n;
};

/* Codes of a block of rows, and what is worked on beside them. */
struct whole_room {
	float *sum, *acc; /* [MVM_TILE][MVM_TILE] */
	float *level;     /* [n_block_rows][MVM_TILE] of one sign */
};

static int least(int a, int b)
{
	return a < b ? a : b;
}

static int block_rows(const struct mvm *m, int block)
{
	return least(m->spec.n_block_rows, m->spec.n_rows - block * m->spec.n_block_rows);
}

size_t mvm_whole_scratch(const struct mvm *m)
{
	size_t n_rows = m->spec.is_signed ? (size_t)block_rows(m, 0) : 0;

	return (2 * (size_t)MVM_TILE + n_rows) * MVM_TILE * sizeof(float);
}

static struct whole_room room_of(float *scratch)
{
	size_t n = (size_t)MVM_TILE * MVM_TILE;

	return (struct whole_room){scratch, scratch + n, scratch + 2 * n};
}

/* The codes of one sign: sign 1, those above zero; -1: the others' magnitudes. */
static void take_sign(const float *x, size_t n_apart, int n_rows, int n, float sign, float *level)
{
	for (int row = 0; row < n_rows; row++, x += n_apart, level += n)
		for (int i = 0; i < n; i++) {
			float v = sign * x[i];
			level[i] = v > 0 ? v : 0;
		}
}

/* Partial sums of a block of rows into sum[n_cols][n]; row: what the blocks before it fill. */
static void tile_sums(const struct mvm *m, const struct whole_tile *t, int block, int row, const float *x,
	size_t n_apart, float *sum)
{
	size_t stride = (size_t)m->n_panels * KERN_LANES;
	const float *w = m->row + ((size_t)t->group * (size_t)m->n_words * WORD_ROWS + (size_t)row) * stride +
			 (size_t)t->part * (size_t)m->spec.n_cols + (size_t)t->col;

	cblas_sgemm(CblasRowMajor, CblasTrans, CblasNoTrans, t->n_cols, t->n, block_rows(m, block), 1, w,
		(int)stride, x, (int)n_apart, 0, sum, t->n);
}

/* What is done with the partial sums of a tile for every block of rows; sign -1: of the second pass. */
typedef void (*tile_user)(const struct mvm *, const struct whole_tile *, const float *sum, float sign, void *to);

static void each_block(const struct mvm *m, const struct whole_tile *t, const float *x, size_t n_apart,
	const struct whole_room *room, tile_user use, void *to)
{
	for (int block = 0, row = 0; block < m->n_blocks; row += m->tile[block++].n_words * WORD_ROWS) {
		const float *from = x + (size_t)block * (size_t)m->spec.n_block_rows * n_apart + (size_t)t->at;
		for (int pass = 0; pass <= m->spec.is_signed; pass++) {
			float sign = pass ? -1 : 1;
			if (m->spec.is_signed)
				take_sign(from, n_apart, block_rows(m, block), t->n, sign, room->level);
			tile_sums(m, t, block, row, m->spec.is_signed ? room->level : from,
				m->spec.is_signed ? (size_t)t->n : n_apart, room->sum);
			use(m, t, room->sum, sign, to);
		}
	}
}

/* Codes: those of the second pass are subtracted. */
static void add_codes(const struct mvm *m, const struct whole_tile *t, const float *sum, float sign, void *to)
{
	m->kern->convert(sum, (size_t)t->n * (size_t)t->n_cols, sign * m->per_code[t->part * m->spec.n_cols],
		m->tile[0].top, to);
}

static void add_stats(const struct mvm *m, const struct whole_tile *t, const float *sum, float sign, void *to)
{
	double clips_at = mvm_clips_at(m, t->part);
	struct mvm_stats *s = to;

	(void)sign;
	for (int i = 0; i < t->n * t->n_cols; i++) {
		double v = (double)sum[i] * m->unit[t->part];
		s->square[t->part] += v * v;
		s->n_clipped += fabs(v) > clips_at;
	}
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

void mvm_read_whole(const struct mvm *m, int group, const float *x, int n, size_t n_apart, const float *bias,
	float *y, float *scratch)
{
	struct whole_room room = room_of(scratch);
	struct whole_tile t = {.group = group};

	for (t.at = 0; t.at < n; t.at += MVM_TILE)
		for (t.col = 0; t.col < m->spec.n_cols; t.col += MVM_TILE)
			for (t.part = 0; t.part < m->spec.n_parts; t.part++) {
				t.n = least(MVM_TILE, n - t.at);
				t.n_cols = least(MVM_TILE, m->spec.n_cols - t.col);
				memset(room.acc, 0, (size_t)t.n * (size_t)t.n_cols * sizeof *room.acc);
				each_block(m, &t, x, n_apart, &room, add_codes, room.acc);
				put_tile(m, &t, room.acc, bias, y, n_apart);
			}
}

void mvm_observe_whole(const struct mvm *m, int group, const float *x, int n, size_t n_apart, float *scratch,
	struct mvm_stats *s)
{
	struct whole_room room = room_of(scratch);
	struct whole_tile t = {.group = group};
	double n_passes = m->spec.is_signed ? 2 : 1;

	for (t.at = 0; t.at < n; t.at += MVM_TILE)
		for (t.col = 0; t.col < m->spec.n_cols; t.col += MVM_TILE)
			for (t.part = 0; t.part < m->spec.n_parts; t.part++) {
				t.n = least(MVM_TILE, n - t.at);
				t.n_cols = least(MVM_TILE, m->spec.n_cols - t.col);
				each_block(m, &t, x, n_apart, &room, add_stats, s);
			}
	s->n_sums += n_passes * n * m->n_blocks * m->spec.n_cols;
	s->n_reads += n_passes * n * m->n_blocks;
	for (int row = 0; row < m->spec.n_rows; row++)
		for (int i = 0; i < n; i++) {
			double code = (double)x[(size_t)row * n_apart + (size_t)i];
			s->n_ones += code * code;
		}
}
