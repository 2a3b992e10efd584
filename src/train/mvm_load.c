/* SPDX-License-Identifier: Apache-2.0 */
/* Weights into the rows and bit planes of mvm.c. Model and limits: mvm.h. */
#include <math.h>
#include <string.h>

#include "base/whole.h"
#include "train/mvm.h"

#define OCTET     8  /* rows: a word of inputs */
#define LONG_ROWS 64

/* How far a weight may be from a whole number of last places to count as one: what single precision leaves
 * of it, far below anything a converter tells. */
#define K_WHOLE 1e-4f

/* Where eight rows lies. */
struct octet {
	int group, block;
	int in_block; /* its first row there */
	int n_rows;   /* of the matrix; the others fill the block up */
	int from;     /* its first row in the matrix */
	float *row;
};

static struct octet octet_of(const struct mvm *m, int octet)
{
	int n_per_group = m->n_octets / m->spec.n_groups, first = octet % n_per_group;
	struct octet q = {.group = octet / n_per_group};

	for (; first >= m->tile[q.block].n_words; q.block++)
		first -= m->tile[q.block].n_words;

	const struct tile *t = &m->tile[q.group * m->n_blocks + q.block];

	q.in_block = first * OCTET;
	q.n_rows = least(OCTET, t->n_rows - q.in_block);
	q.from = q.block * m->spec.n_block_rows + q.in_block;
	q.row = t->row + (size_t)q.in_block * (size_t)m->n_panels * KERN_LANES;
	return q;
}

/* One row: the parts side by side, and their sum. */
static void load_row(const struct mvm *m, const float *const part[], size_t from, float *to, float *whole)
{
	int n_cols = m->spec.n_cols;
	float scale = (float)m->spec.scale;

	for (int p = 0; p < m->spec.n_parts; p++)
		memcpy(to + (ptrdiff_t)p * n_cols, part[p] + from, (size_t)n_cols * sizeof *to);
	for (int col = 0; col < n_cols; col++) {
		float sum = to[col];
		for (int p = 1; p < m->spec.n_parts; p++)
			sum += to[p * n_cols + col];
		whole[from + (size_t)col] = sum * scale;
	}
}

static float last_places(const struct mvm *m, int part)
{
	return (float)((double)m->spec.n_levels[part] / m->spec.k_weight[part]);
}

/* Of a pair any whole number, of a single cell every second one. */
static bool are_digits(const struct mvm *m, int part, const float *x)
{
	float per_place = last_places(m, part), top = (float)m->spec.n_levels[part];
	float half = m->spec.is_pair[part] ? 1 : 0.5f, most = 0;

	for (int i = 0; i < m->spec.n_cols; i++) {
		float v = (x[i] * per_place + top) * half, off = v - rintf(v);
		most = fmaxf(most, fabsf(off));
	}
	return most < K_WHOLE;
}

void mvm_load_octet(struct mvm *m, int octet, const float *const part[], float *whole)
{
	size_t n_stride = (size_t)m->n_panels * KERN_LANES, n_cols = (size_t)m->spec.n_cols;
	struct octet q = octet_of(m, octet);
	uint32_t digital = ~(uint32_t)0;

	for (int i = 0; i < q.n_rows; i++) {
		int at = m->spec.order ? m->spec.order[q.from + i] : q.from + i;
		if (at < 0)
			continue;
		float *row = q.row + (size_t)i * n_stride;
		size_t from = ((size_t)at * (size_t)m->spec.n_groups + (size_t)q.group) * n_cols;
		load_row(m, part, from, row, whole);
		for (int p = 0; p < m->spec.n_parts; p++)
			if (m->spec.n_levels[p] == 0 || !are_digits(m, p, row + (size_t)p * n_cols))
				digital &= ~((uint32_t)1 << p);
	}
	m->digital[octet] = digital;
}

void mvm_load_between(struct mvm *m)
{
	int n_cols = m->spec.n_cols;
	uint32_t all = ((uint32_t)1 << m->spec.n_parts) - 1;

	m->digital_parts = all;
	for (int i = 0; i < m->n_octets; i++)
		m->digital_parts &= m->digital[i];
	m->counts = m->digital_parts == all && m->tile[0].bits;
	for (int p = 0; p < m->spec.n_parts; p++) {
		m->unit[p] = m->digital_parts >> p & 1 ? m->spec.k_weight[p] / m->spec.n_levels[p] : 1;
		if (m->full_scale[p] > 0)
			mvm_set_full_scale(m, p, m->full_scale[p]);
		for (int col = p * n_cols; col < (p + 1) * n_cols; col++) {
			m->k_count[col] = m->spec.is_pair[p] ? 1 : 2;
			m->k_ones[col] = (float)m->spec.n_levels[p];
		}
	}
}

/* The row of a group's weights as it is kept. */
static float *row_at(const struct mvm *m, int group, int row)
{
	row = m->place ? m->place[row] : row;

	const struct tile *t = &m->tile[group * m->n_blocks + row / m->spec.n_block_rows];

	return t->row + (size_t)(row % m->spec.n_block_rows) * (size_t)m->n_panels * KERN_LANES;
}

void mvm_load_transposed(struct mvm *m, const struct mvm *of)
{
	int n_rows = m->spec.n_rows, n_cols = m->spec.n_cols, n_parts = m->spec.n_parts;
	int n_octets = div_up(n_rows, OCTET);

#pragma omp parallel for schedule(static)
	for (int i = 0; i < m->spec.n_groups * n_octets; i++) {
		int group = i / n_octets, from = i % n_octets * OCTET, to = from + OCTET < n_rows ? from + OCTET : n_rows;
		for (int col = 0; col < n_cols; col++) {
			const float *x = row_at(of, group, col);
			for (int row = from; row < to; row++)
				for (int p = 0; p < n_parts; p++)
					row_at(m, group, row)[p * n_cols + col] = x[p * n_rows + row];
		}
	}
	for (int p = 0; p < n_parts; p++) {
		m->unit[p] = of->unit[p];
		if (m->full_scale[p] > 0)
			mvm_set_full_scale(m, p, m->full_scale[p]);
	}
}

/* Weights of eight rows as bits, offset so that none is below zero, into the planes of their block: a
 * byte of each column's 64 rows. */
static void put_bits(const struct mvm *m, const struct tile *t, const struct octet *q)
{
	size_t n_stride = (size_t)m->n_panels * KERN_LANES, n_plane = (size_t)t->n_longs * KERN_LANES;

	for (int col = 0; col < m->spec.n_cols * m->spec.n_parts; col++) {
		uint64_t *to = t->bits + (size_t)(col / KERN_LANES) * (size_t)t->n_bit_planes * n_plane +
			       (size_t)(q->in_block / LONG_ROWS) * KERN_LANES + col % KERN_LANES;
		for (int b = 0; b < t->n_bit_planes; b++, to += n_plane) {
			unsigned bits = 0;
			for (int i = 0; i < q->n_rows; i++) {
				float x = q->row[(size_t)i * n_stride + (size_t)col];
				bits |= ((unsigned)((x + t->k_ones[col]) / t->k_count[col]) >> b & 1) << i;
			}
			((uint8_t *)to)[q->in_block % LONG_ROWS / OCTET] = (uint8_t)bits;
		}
	}
}

void mvm_round_octet(struct mvm *m, int octet)
{
	size_t n_stride = (size_t)m->n_panels * KERN_LANES;
	struct octet q = octet_of(m, octet);
	const struct tile *t = &m->tile[q.group * m->n_blocks + q.block];

	for (int p = 0; p < m->spec.n_parts; p++)
		for (int i = 0; i < q.n_rows && m->digital_parts >> p & 1; i++) {
			float *x = q.row + (size_t)i * n_stride + (ptrdiff_t)p * m->spec.n_cols;
			for (int col = 0; col < m->spec.n_cols; col++)
				x[col] = rintf(x[col] * last_places(m, p));
		}
	if (m->counts)
		put_bits(m, t, &q);
}

void mvm_load(struct mvm *m, const float *const part[], float *whole)
{
	for (int i = 0; i < m->n_octets; i++)
		mvm_load_octet(m, i, part, whole);
	mvm_load_between(m);
	for (int i = 0; i < m->n_octets; i++)
		mvm_round_octet(m, i);
}
