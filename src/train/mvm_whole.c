/* SPDX-License-Identifier: Apache-2.0 */
/* Products with inputs that pass as numbers: those that come whole, and bits with noise. Model and limits:
 * mvm.h. */
#include <cblas.h>
#include <math.h>
#include <string.h>

#include "base/whole.h"
#include "train/mvm.h"

/* Columns col..col+n_cols-1 of a part, vectors at..at+n-1. */
struct whole_tile {
	int group, part, col, n_cols, at, n;
	const struct mvm_draw *draw; /* NULL: without noise */
};

/* One read of a block: inputs above zero (sign 1) or below, all bits of them (plane -1) or one. */
struct whole_pass {
	int block, number, plane;
	bool bipolar;       /* both at once */
	float sign, k_code; /* what its codes count */
};

/* Codes of a block of rows, and what is worked on beside them. */
struct whole_room {
	float *sum, *acc; /* [MVM_TILE][MVM_TILE] */
	float *level;     /* [n_block_rows][MVM_TILE] of one pass */
};

/* Inputs are read once and as they stand. */
static bool reads_plainly(const struct mvm *m)
{
	return m->spec.whole && !m->spec.order && !m->spec.is_signed && !m->spec.bipolar && !(m->spec.k_noise_input > 0);
}

size_t mvm_whole_scratch(const struct mvm *m)
{
	size_t n_rows = reads_plainly(m) ? 0 : (size_t)m->tile[0].n_rows;

	return (2 * (size_t)MVM_TILE + n_rows) * MVM_TILE * sizeof(float);
}

static struct whole_room room_of(float *scratch)
{
	size_t n = (size_t)MVM_TILE * MVM_TILE;

	return (struct whole_room){scratch, scratch + n, scratch + 2 * n};
}

/* What a pass drives rows with. */
static void take_levels(const struct mvm *m, const struct whole_pass *p, const float *x, size_t n_apart, int n,
	float *level)
{
	int first = p->block * m->spec.n_block_rows;

	for (int row = first; row < first + m->tile[p->block].n_rows; row++, level += n) {
		int of = m->spec.order ? m->spec.order[row] : row;
		const float *from = x + (size_t)(of < 0 ? 0 : of) * n_apart;
		for (int i = 0; i < n; i++) {
			float v = of < 0 ? 0 : p->sign * from[i], size = p->bipolar ? fabsf(v) : v > 0 ? v : 0;
			size = p->plane < 0 ? size : (float)((int)size >> p->plane & 1);
			level[i] = v < 0 ? -size : size;
		}
	}
}

/* Normal draws of the vectors of a tile, added k times: those of one line of a block in one pass. */
static void add_noise(struct rng rng, const struct whole_tile *t, uint64_t line, int pass, float k, bool driven,
	float *x)
{
	const struct mvm_draw *d = t->draw;
	uint64_t block = ~(uint64_t)0;
	float draw[4];

	for (int i = 0; i < t->n; i++) {
		uint64_t vector = d->first + (uint64_t)(t->at + i) * d->apart;
		uint64_t cell = line << 36 | vector;
		if (cell / 4 != block)
			rng_normal4(rng, block = cell / 4, d->step << 8 | (uint64_t)pass, draw);
		if (!driven || x[i] != 0)
			x[i] += k * draw[cell % 4];
	}
}

/* Rows that are driven are so with noise. */
static void disturb_rows(const struct mvm *m, const struct whole_tile *t, const struct whole_pass *p, float *level)
{
	float top = p->plane < 0 ? (float)((1 << m->spec.n_planes) - 1) : 1;
	int first = t->group * m->spec.n_rows + p->block * m->spec.n_block_rows;

	for (int row = 0; row < m->tile[p->block].n_rows; row++)
		add_noise(m->spec.noise_input, t, (uint64_t)(first + row), p->number,
			top * (float)m->spec.k_noise_input, true, level + (size_t)row * (size_t)t->n);
}

/* Partial sums of a block of rows into sum[n_cols][n]. */
static void tile_sums(const struct mvm *m, const struct whole_tile *t, int block, const float *x, size_t n_apart, float *sum)
{
	const struct tile *rows = &m->tile[t->group * m->n_blocks + block];
	const float *w = rows->row + (size_t)t->part * (size_t)m->spec.n_cols + (size_t)t->col;

	cblas_sgemm(CblasRowMajor, CblasTrans, CblasNoTrans, t->n_cols, t->n, rows->n_rows, 1, w,
		m->n_panels * KERN_LANES, x, (int)n_apart, 0, sum, t->n);
}

/* What is done with the partial sums of a tile in every pass. */
typedef void (*tile_user)(
	const struct mvm *, const struct whole_tile *, const struct whole_pass *, float *sum, void *to);

static struct whole_pass pass_of(const struct mvm *m, int block, int number)
{
	int n_signs = 1 + m->spec.is_signed; /* bipolar ones have one */
	int plane = m->spec.whole ? -1 : number / n_signs;
	float sign = number % n_signs ? -1 : 1;

	return (struct whole_pass){block, number, plane, m->spec.bipolar, sign, plane < 0 ? sign : sign * (float)(1 << plane)};
}

static int n_passes(const struct mvm *m)
{
	return (1 + m->spec.is_signed) * (m->spec.whole ? 1 : m->spec.n_planes);
}

static void each_pass(const struct mvm *m, const struct whole_tile *t, const float *x, size_t n_apart,
	const struct whole_room *room, tile_user use, void *to)
{
	bool plainly = reads_plainly(m);

	for (int block = 0; block < m->n_blocks; block++) {
		const float *from = x + (size_t)block * (size_t)m->spec.n_block_rows * n_apart + (size_t)t->at;
		for (int i = 0; i < n_passes(m); i++) {
			struct whole_pass p = pass_of(m, block, i);
			if (!plainly)
				take_levels(m, &p, x + t->at, n_apart, t->n, room->level);
			if (t->draw && m->spec.k_noise_input > 0)
				disturb_rows(m, t, &p, room->level);
			tile_sums(m, t, block, plainly ? from : room->level,
				plainly ? n_apart : (size_t)t->n, room->sum);
			use(m, t, &p, room->sum, to);
		}
	}
}

/* Codes, each for what its pass counts: those of inputs below zero are subtracted. */
static void add_codes(
	const struct mvm *m, const struct whole_tile *t, const struct whole_pass *p, float *sum, void *to)
{
	float per_code = m->per_code[t->part * m->spec.n_cols], top = m->tile[0].top, *acc = to;
	int first = (t->group * m->spec.n_parts + t->part) * m->spec.n_cols + t->col;

	if (m->spec.whole && !(m->spec.k_noise_read > 0)) {
		m->kern->convert(sum, (size_t)t->n * (size_t)t->n_cols, p->sign * per_code, top, acc);
		return;
	}
	for (int col = 0; col < t->n_cols; col++, sum += t->n, acc += t->n) {
		for (int i = 0; i < t->n; i++)
			sum[i] *= per_code;
		if (m->spec.k_noise_read > 0)
			add_noise(m->spec.noise_read, t, (uint64_t)(first + col) * (uint64_t)m->n_blocks + (uint64_t)p->block,
				p->number, (float)m->spec.k_noise_read, false, sum);
		for (int i = 0; i < t->n; i++)
			acc[i] += p->k_code * rintf(fminf(fmaxf(sum[i], -top), top));
	}
}

static void add_stats(
	const struct mvm *m, const struct whole_tile *t, const struct whole_pass *p, float *sum, void *to)
{
	double clips_at = mvm_clips_at(m, t->part);
	struct mvm_stats *s = to;

	(void)p;
	for (int i = 0; i < t->n * t->n_cols; i++) {
		double v = (double)sum[i] * m->unit[t->part];
		s->square[t->part] += v * v;
		s->n_clipped[t->part] += fabs(v) > clips_at;
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

void mvm_read_whole(const struct mvm *m, int group, const struct mvm_draw *draw, const float *x, int n,
	size_t n_apart, const float *bias, float *y, float *scratch)
{
	struct whole_room room = room_of(scratch);
	struct whole_tile t = {.group = group, .draw = draw};

	for (t.at = 0; t.at < n; t.at += MVM_TILE)
		for (t.col = 0; t.col < m->spec.n_cols; t.col += MVM_TILE)
			for (t.part = 0; t.part < m->spec.n_parts; t.part++) {
				t.n = least(MVM_TILE, n - t.at);
				t.n_cols = least(MVM_TILE, m->spec.n_cols - t.col);
				memset(room.acc, 0, (size_t)t.n * (size_t)t.n_cols * sizeof *room.acc);
				each_pass(m, &t, x, n_apart, &room, add_codes, room.acc);
				put_tile(m, &t, room.acc, bias, y, n_apart);
			}
}

void mvm_observe_whole(const struct mvm *m, int group, const float *x, int n, size_t n_apart, float *scratch,
	struct mvm_stats *s)
{
	struct whole_room room = room_of(scratch);
	struct whole_tile t = {.group = group};

	for (t.at = 0; t.at < n; t.at += MVM_TILE)
		for (t.col = 0; t.col < m->spec.n_cols; t.col += MVM_TILE)
			for (t.part = 0; t.part < m->spec.n_parts; t.part++) {
				t.n = least(MVM_TILE, n - t.at);
				t.n_cols = least(MVM_TILE, m->spec.n_cols - t.col);
				each_pass(m, &t, x, n_apart, &room, add_stats, s);
			}
	s->n_sums += (double)n_passes(m) * n * m->n_blocks * m->spec.n_cols;
	s->n_reads += (double)n_passes(m) * n * m->n_blocks;
	for (int row = 0; row < m->n_inputs; row++)
		for (int i = 0; i < n; i++) {
			double code = fabs((double)x[(size_t)row * n_apart + (size_t)i]);
			s->n_ones += m->spec.whole ? code * code : __builtin_popcount((unsigned)code);
		}
}
