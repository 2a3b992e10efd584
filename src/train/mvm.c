/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Products through arrays. A plane of ones selects rows, so the partial sum of a block is a sum of
 * table entries: for every group of 4 rows the 16 possible sums are tabulated, for one register of
 * columns after the other (32 kB for 128 rows), and all vectors looked up. That costs a quarter of the
 * additions and no multiplication. Digits of few bits are counted instead (kern.h).
 * Loading: mvm_load.c. Model and limits: mvm.h.
 */
#include "train/mvm.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "base/arena.h"
#include "base/whole.h"

#define WORD_ROWS  8
#define N_OBSERVED (1 << 17) /* partial sums */
#define LONG_WORDS 8 /* words of one plane in 64 bits */

/* A part whose cells are (nearly) all at zero while calibrating gets the range of cells that are
 * spread independently with this rms, as a fraction of the part's span. */
#define K_RMS_EMPTY 0.1

/* Then the codes of a vector lie in words without gaps. */
static bool blocks_end_at_words(const struct mvm *m)
{
	return !m->spec.order && (m->n_blocks == 1 || m->spec.n_block_rows % WORD_ROWS == 0);
}

static int groups_of(const struct mvm_spec *s)
{
	return s->n_groups > 1 ? s->n_groups : 1;
}

static bool by_level(const struct mvm_spec *s)
{
	return s->whole || s->bipolar || s->k_noise_input > 0 || s->k_noise_read > 0;
}

/* Digits of so few bits that the kernels rather count ones than look sums up. */
static int bit_planes(const struct mvm_spec *s, const struct kern *kern)
{
	int most = 0;

	for (int p = 0; p < s->n_parts; p++) {
		int n = 0;
		if (s->n_levels[p] == 0)
			return 0;
		while (s->n_levels[p] >> n)
			n++;
		n += s->is_pair[p];
		most = n > most ? n : most;
	}
	return !by_level(s) && s->n_block_rows <= KERN_MAX_COUNTED && most <= kern->n_counted_planes() ? most : 0;
}

static void tile_init(struct mvm *m, struct arena *a, struct tile *t, int block, int n_bit_planes)
{
	int n_rows = least(m->spec.n_block_rows, m->spec.n_rows - block * m->spec.n_block_rows);
	int n_words = div_up(n_rows, WORD_ROWS), n_longs = div_up(n_words, LONG_WORDS);

	*t = (struct tile){
		.n_panels = m->n_panels,
		.n_cols = m->spec.n_cols * m->spec.n_parts,
		.n_rows = n_rows,
		.n_words = n_words,
		.n_planes = m->spec.n_planes,
		.per_code = m->per_code,
		.top = (float)((1 << (m->spec.converter.n_bits - 1)) - 1),
		.n_longs = n_longs,
		.n_bit_planes = n_bit_planes,
		.k_count = m->k_count,
		.k_ones = m->k_ones,
	};
	if (n_bit_planes > 0)
		t->bits = NEW(a, uint64_t, (size_t)m->n_panels *(size_t)n_bit_planes *(size_t)n_longs *KERN_LANES);
}

/* Where the rows of the weights lie. */
static void invert_order(struct mvm *m, struct arena *a)
{
	const int *order = m->spec.order;

	m->n_inputs = order ? 0 : m->spec.n_rows;
	m->place = order ? NEW(a, int, m->spec.n_rows) : NULL;
	for (int i = 0; order && i < m->spec.n_rows; i++)
		if (order[i] >= 0) {
			m->place[order[i]] = i;
			m->n_inputs++;
		}
}

struct mvm *mvm_new(struct arena *a, const struct mvm_spec *spec, const struct kern *kern)
{
	struct mvm *m = NEW(a, struct mvm, 1);
	int n_groups = groups_of(spec), n_bit_planes = bit_planes(spec, kern);

	m->spec = *spec;
	m->spec.n_groups = n_groups;
	m->kern = m->reader = kern;
	while (m->reader->narrow && 2 * spec->n_cols * spec->n_parts <= m->reader->n_lanes)
		m->reader = m->reader->narrow;
	m->by_level = by_level(spec);
	invert_order(m, a);
	m->n_blocks = div_up(spec->n_rows, spec->n_block_rows);
	m->n_panels = div_up(spec->n_cols * spec->n_parts, KERN_LANES);
	m->per_code = NEW(a, float, m->n_panels *KERN_LANES);
	m->k_count = NEW(a, float, m->n_panels *KERN_LANES);
	m->k_ones = NEW(a, float, m->n_panels *KERN_LANES);
	m->tile = NEW(a, struct tile, n_groups *m->n_blocks);
	for (int i = 0; i < n_groups * m->n_blocks; i++)
		tile_init(m, a, &m->tile[i], i % m->n_blocks, n_bit_planes);
	for (int b = 0; b < m->n_blocks; b++)
		m->n_words += m->tile[b].n_words;
	m->n_octets = n_groups * m->n_words;
	m->digital = NEW(a, uint32_t, m->n_octets);
	m->n_code = blocks_end_at_words(m) ? m->n_words * WORD_ROWS : spec->n_rows;
	float *row = NEW(a, float, (size_t)m->n_octets *WORD_ROWS *(size_t)m->n_panels *KERN_LANES);

	for (int i = 0; i < n_groups * m->n_blocks; i++) {
		m->tile[i].row = row;
		row += (size_t)m->tile[i].n_words * WORD_ROWS * (size_t)m->n_panels * KERN_LANES;
	}
	for (int p = 0; p < spec->n_parts; p++) {
		m->unit[p] = 1;
		if (spec->full_scale[p] > 0)
			mvm_set_full_scale(m, p, spec->full_scale[p]);
	}
	mvm_set_input(m, 1);
	return m;
}

void mvm_set_input(struct mvm *m, double top)
{
	m->input_step = (float)(top / ((1 << m->spec.n_planes) - 1));
}

void mvm_set_converter(struct mvm *m, const struct mvm_stats *s)
{
	for (int p = 0; p < m->spec.n_parts; p++) {
		double rms = sqrt(s->square[p] / s->n_sums);
		double empty =
			K_RMS_EMPTY * m->spec.k_weight[p] * sqrt(fmax(1, s->n_ones / s->n_reads));
		mvm_set_full_scale(m, p,
			m->spec.full_scale[p] > 0 ? m->spec.full_scale[p]
						  : m->spec.converter.k_full_scale * fmax(rms, empty));
	}
}

void mvm_set_full_scale(struct mvm *m, int part, double full_scale)
{
	m->full_scale[part] = full_scale;
	for (int col = 0; col < m->spec.n_cols; col++)
		m->per_code[part * m->spec.n_cols + col] =
			(float)((double)m->tile[0].top / full_scale * m->unit[part]);
}

void mvm_encode(const struct mvm *m, const float *x, size_t n, bool below, uint8_t *code, float *back)
{
	float top = (float)((1 << m->spec.n_planes) - 1), step = below ? -m->input_step : m->input_step;

	m->kern->encode(x, n, 1 / step, step, top, code, back);
}

uint8_t *mvm_codes(const struct mvm *m, uint64_t *word, uint8_t *spare)
{
	return blocks_end_at_words(m) ? (uint8_t *)word : spare;
}

static void spread_blocks(const struct mvm *m, const uint8_t *code, int n_vectors, uint64_t *word)
{
	for (int v = 0; v < n_vectors; v++, code += m->n_code)
		for (int b = 0; b < m->n_blocks; b++) {
			const int *order = m->spec.order ? m->spec.order + (ptrdiff_t)b * m->spec.n_block_rows : NULL;
			word[m->tile[b].n_words - 1] = 0; /* rows that fill up the last word */
			for (int i = 0; order && i < m->tile[b].n_rows; i++)
				((uint8_t *)word)[i] = order[i] < 0 ? 0 : code[order[i]];
			if (!order)
				memcpy(word, code + (ptrdiff_t)b * m->spec.n_block_rows, (size_t)m->tile[b].n_rows);
			word += m->tile[b].n_words;
		}
}

void mvm_pack(const struct mvm *m, const uint8_t *code, int n_vectors, uint64_t *word)
{
	int n_last = m->spec.n_rows % WORD_ROWS;

	if (!blocks_end_at_words(m))
		spread_blocks(m, code, n_vectors, word);
	else if (n_last > 0)
		for (int v = 1; v <= n_vectors; v++)
			word[(ptrdiff_t)v * m->n_words - 1] &= ((uint64_t)1 << 8 * n_last) - 1;
	m->kern->to_planes(word, (size_t)n_vectors * (size_t)m->n_words);
}

static void add_codes(
	const struct mvm *m, int group, const uint64_t *word, int n_vectors, float *scratch, float *acc)
{
	for (int b = 0; b < m->n_blocks; b++) {
		const struct tile *t = &m->tile[group * m->n_blocks + b];
		if (m->counts)
			m->kern->count(t, word, (size_t)m->n_words, n_vectors, acc);
		else
			m->reader->read(t, word, (size_t)m->n_words, n_vectors, scratch, acc);
		word += t->n_words;
	}
}

/* Values of the sums of one vector and block, before conversion. */
static size_t n_block_sums(const struct mvm *m)
{
	return (size_t)m->spec.n_planes * (size_t)m->n_panels * KERN_LANES;
}

/* Vectors whose sums of all blocks are observed together: more share a table, as many as fit into the second
 * cache. 0: one, block by block. */
static int observed_together(const struct mvm *m)
{
	size_t n = N_OBSERVED / (n_block_sums(m) * (size_t)m->n_blocks);

	return n > 16 ? 16 : (int)n;
}

static size_t n_table(const struct mvm *m)
{
	return (size_t)m->tile[0].n_words * KERN_WORD_SUMS;
}

size_t mvm_scratch(const struct mvm *m)
{
	size_t n_kept = (size_t)observed_together(m) * (size_t)m->n_blocks;

	return (n_table(m) + (n_kept > 0 ? n_kept : 1) * n_block_sums(m)) * sizeof(float);
}

void mvm_read(const struct mvm *m, int group, const uint64_t *word, const uint64_t *below, int n_vectors,
	float *scratch, float *acc)
{
	size_t n = (size_t)n_vectors * (size_t)m->n_panels * KERN_LANES;

	memset(acc, 0, n * sizeof *acc);
	if (below) {
		add_codes(m, group, below, n_vectors, scratch, acc);
		for (size_t i = 0; i < n; i++)
			acc[i] = -acc[i];
	}
	add_codes(m, group, word, n_vectors, scratch, acc);
}

double mvm_clips_at(const struct mvm *m, int part)
{
	return m->full_scale[part] * (1 + 0.5 / (double)m->tile[0].top);
}

float mvm_unit(const struct mvm *m, int part)
{
	double lsb = m->full_scale[part] / (double)m->tile[0].top;

	return (float)(lsb * (double)m->input_step * m->spec.scale);
}

/* Partial sums of some blocks and all planes of a vector. */
static void add_squares(const struct mvm *m, const float *sum, int n_blocks, struct mvm_stats *s)
{
	int n_reads = n_blocks * m->spec.n_planes;

	for (int part = 0; part < m->spec.n_parts; part++) {
		const float *at = sum + (ptrdiff_t)part * m->spec.n_cols;
		double unit = m->unit[part], clips_at = mvm_clips_at(m, part), square = s->square[part];
		for (int i = 0; i < n_reads; i++, at += m->n_panels * KERN_LANES)
			for (int col = 0; col < m->spec.n_cols; col++) {
				double x = (double)at[col] * unit;
				square += x * x;
				s->n_clipped[part] += fabs(x) > clips_at;
			}
		s->square[part] = square;
	}
}

void mvm_observe(const struct mvm *m, int group, const uint64_t *word, int n_vectors, float *scratch,
	struct mvm_stats *s)
{
	int together = observed_together(m);
	size_t n_block = n_block_sums(m), n_apart = n_block * (size_t)m->n_blocks;
	float *sum = scratch + n_table(m);

	s->n_ones += (double)mvm_ones(m, word, n_vectors);
	for (int first = 0, n; first < n_vectors; first += n, word += n * m->n_words) {
		const uint64_t *at = word;
		n = together > 0 ? least(together, n_vectors - first) : 1;
		for (int b = 0; b < m->n_blocks; b++) {
			const struct tile *t = &m->tile[group * m->n_blocks + b];
			m->reader->sums(t, at, (size_t)m->n_words, n, scratch, together > 0 ? sum + (size_t)b * n_block : sum, n_apart);
			at += t->n_words;
			if (together == 0)
				add_squares(m, sum, 1, s);
		}
		for (int i = 0; i < n && together > 0; i++)
			add_squares(m, sum + (size_t)i * n_apart, m->n_blocks, s);
	}
	s->n_sums += (double)n_vectors * m->n_blocks * m->spec.n_planes * m->spec.n_cols;
	s->n_reads += (double)n_vectors * m->n_blocks * m->spec.n_planes;
}

void mvm_stats_add(struct mvm_stats *to, const struct mvm_stats *from)
{
	for (int p = 0; p < SYNAPSE_MAX_PARTS; p++) {
		to->square[p] += from->square[p];
		to->n_clipped[p] += from->n_clipped[p];
	}
	to->n_sums += from->n_sums;
	to->n_ones += from->n_ones;
	to->n_reads += from->n_reads;
}

uint64_t mvm_ones(const struct mvm *m, const uint64_t *word, int n_vectors)
{
	size_t n = (size_t)n_vectors * (size_t)m->n_words;
	uint64_t ones = 0;

	for (size_t i = 0; i < n; i++)
		ones += (uint64_t)__builtin_popcountll(word[i]);
	return ones;
}
