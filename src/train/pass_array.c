/* SPDX-License-Identifier: Apache-2.0 */
/* Vectors of inputs through the arrays of a layer. Model and limits: mvm.h. */
#include "train/pass_array.h"

#include "base/whole.h"

/* Vectors that one product takes. */
#define TOGETHER 64

struct array_scratch {
	uint8_t *code, *below;       /* [TOGETHER][n_code] */
	uint64_t *word, *word_below; /* [TOGETHER][n_words] */
	float *acc;                  /* [TOGETHER][n_panels * KERN_LANES] */
	float *room;                 /* mvm_scratch */
	float *level;    /* [n_rows] */
	float *in, *out; /* [n_rows], [n_cols][TOGETHER]: inputs that come whole */
	float *tile;
	size_t n_bytes;
};

static struct array_scratch lay_out(const struct weights *w, void *memory)
{
	struct scratch at = {memory, 0};
	struct array_scratch s = {0};
	const struct mvm *m = w->mvm;
	size_t n_rows = (size_t)w->n_rows;

	if (m && m->by_level) {
		s.code = scratch_take(&at, n_rows + KERN_SLACK);
		s.level = scratch_take(&at, n_rows * sizeof *s.level);
		s.in = scratch_take(&at, n_rows * TOGETHER * sizeof *s.in);
		s.out = scratch_take(&at, (size_t)w->n_cols * TOGETHER * sizeof *s.out);
		s.tile = scratch_take(&at, mvm_whole_scratch(m));
	} else if (m) {
		size_t n_cols = (size_t)m->n_panels * KERN_LANES, n_words = (size_t)m->n_words * TOGETHER;
		s.code = scratch_take(&at, (size_t)m->n_code * TOGETHER);
		s.word = scratch_take(&at, n_words * sizeof *s.word);
		if (m->spec.is_signed) {
			s.below = scratch_take(&at, (size_t)m->n_code * TOGETHER);
			s.word_below = scratch_take(&at, n_words * sizeof *s.word);
		}
		s.acc = scratch_take(&at, n_cols * TOGETHER * sizeof *s.acc);
		s.room = scratch_take(&at, mvm_scratch(m));
	}
	s.n_bytes = at.n;
	return s;
}

size_t pass_array_scratch(const struct weights *w)
{
	return lay_out(w, NULL).n_bytes;
}

void pass_encode(const struct weights *w, const float *x, size_t n, uint8_t *code, uint8_t *below, float *seen)
{
	enum { SOME = 256 };
	float back[SOME];

	mvm_encode(w->mvm, x, n, false, code, seen);
	for (size_t i = 0; w->mvm->spec.is_signed && i < n; i += SOME) {
		size_t n_now = n - i < SOME ? n - i : SOME;
		mvm_encode(w->mvm, x + i, n_now, true, below + i, back);
		w->mvm->kern->add(seen + i, back, n_now);
	}
}

void pass_encode_whole(struct pass *p, const float *x, size_t n, uint8_t *code, float *level, float *seen)
{
	const struct mvm *m = p->weights->mvm;
	float top = (float)((1 << m->spec.n_planes) - 1);

	for (int below = 0; below <= m->spec.is_signed; below++) {
		float sign = below ? -1 : 1;
		p->kern->encode(x, n, sign / m->input_step, sign, top, code, below ? seen : level);
		if (below)
			p->kern->add(level, seen, n);
		if (p->count) {
			p->n_input_ones += pass_ones(code, n);
			p->n_input_bits += n * (uint64_t)m->spec.n_planes;
		}
	}
	p->kern->affine(level, n, m->input_step, 0, seen);
}

void pass_count_ones(struct pass *p, const uint64_t *word, int n_vectors)
{
	const struct mvm *m = p->weights->mvm;

	if (!p->count)
		return;
	p->n_input_ones += mvm_ones(m, word, n_vectors);
	p->n_input_bits += (uint64_t)m->n_inputs * (uint64_t)n_vectors * (uint64_t)m->spec.n_planes;
}

/* Vectors to bit planes; returns those below zero, NULL without. */
static const uint64_t *pack(struct pass *p, const struct array_scratch *s, const float *x, int n, float *seen)
{
	const struct mvm *m = p->weights->mvm;
	size_t n_rows = (size_t)p->weights->n_rows, n_code = (size_t)m->n_code;
	uint8_t *code = mvm_codes(m, s->word, s->code);
	uint8_t *below = m->spec.is_signed ? mvm_codes(m, s->word_below, s->below) : NULL;

	for (size_t i = 0; i < (size_t)n; i++)
		pass_encode(p->weights, x + i * n_rows, n_rows, code + i * n_code, below ? below + i * n_code : NULL,
			seen + i * n_rows);
	mvm_pack(m, code, n, s->word);
	pass_count_ones(p, s->word, n);
	if (!below)
		return NULL;
	mvm_pack(m, below, n, s->word_below);
	pass_count_ones(p, s->word_below, n);
	return s->word_below;
}

/* Vectors as their codes stand for them, side by side into s->in. */
static void take_whole(struct pass *p, const struct array_scratch *s, const float *x, int n, float *seen)
{
	size_t n_rows = (size_t)p->weights->n_rows;

	for (size_t i = 0; i < (size_t)n; i++) {
		pass_encode_whole(p, x + i * n_rows, n_rows, s->code, s->level, seen + i * n_rows);
		for (size_t row = 0; row < n_rows; row++)
			s->in[row * TOGETHER + i] = s->level[row];
	}
}

struct mvm_draw pass_draw(
	const struct pass *p, int first_image, uint64_t n_vectors, uint64_t apart, uint64_t first)
{
	return (struct mvm_draw){
		.first = (uint64_t)(p->first + first_image) * n_vectors + first,
		.apart = apart,
		.step = (uint64_t)(p->epoch + 1),
	};
}

static void rows_whole(
	struct pass *p, const struct mvm_draw *draw, const float *x, int n, float *seen, float *y)
{
	const struct weights *w = p->weights;
	struct array_scratch s = lay_out(w, p->scratch);
	size_t n_rows = (size_t)w->n_rows, n_cols = (size_t)w->n_cols;

	for (int first = 0; first < n; first += TOGETHER) {
		int n_now = least(TOGETHER, n - first);
		struct mvm_draw now = {draw->first + (uint64_t)first * draw->apart, draw->apart, draw->step};
		take_whole(p, &s, x + (size_t)first * n_rows, n_now, seen + (size_t)first * n_rows);
		mvm_read_whole(w->mvm, 0, &now, s.in, n_now, TOGETHER, w->bias, s.out, s.tile);
		for (size_t i = 0; i < (size_t)n_now; i++)
			for (size_t col = 0; col < n_cols; col++)
				y[((size_t)first + i) * n_cols + col] = s.out[col * TOGETHER + i];
	}
}

/* Codes of all parts to outputs. */
static void add_parts(const struct weights *w, const float *acc, float *y)
{
	for (int part = 0; part < w->mvm->spec.n_parts; part++, acc += w->n_cols) {
		float unit = mvm_unit(w->mvm, part);
		for (int col = 0; col < w->n_cols; col++)
			y[col] += acc[col] * unit;
	}
}

void pass_array_rows(
	struct pass *p, const struct mvm_draw *draw, const float *x, int n, float *seen, float *y)
{
	const struct weights *w = p->weights;
	struct array_scratch s = lay_out(w, p->scratch);
	size_t n_apart = (size_t)w->mvm->n_panels * KERN_LANES;

	if (w->mvm->by_level) {
		rows_whole(p, draw, x, n, seen, y);
		return;
	}
	pass_fill_bias(w, y, n);
	for (int first = 0, n_now; first < n; first += n_now, x += n_now * w->n_rows, seen += n_now * w->n_rows) {
		n_now = least(TOGETHER, n - first);
		mvm_read(w->mvm, 0, s.word, pack(p, &s, x, n_now, seen), n_now, s.room, s.acc);
		for (int i = 0; i < n_now; i++, y += w->n_cols)
			add_parts(w, s.acc + (size_t)i * n_apart, y);
	}
}

void pass_array_observe(struct pass *p, const float *x, int n, float *seen, struct mvm_stats *stats)
{
	const struct weights *w = p->weights;
	const struct mvm *m = w->mvm;
	struct array_scratch s = lay_out(w, p->scratch);

	for (int first = 0, n_now; first < n; first += n_now, x += n_now * w->n_rows, seen += n_now * w->n_rows) {
		n_now = least(TOGETHER, n - first);
		if (m->by_level) {
			take_whole(p, &s, x, n_now, seen);
			mvm_observe_whole(m, 0, s.in, n_now, TOGETHER, s.tile, stats);
			continue;
		}
		const uint64_t *below = pack(p, &s, x, n_now, seen);
		int n_at_once = below ? 1 : n_now; /* what is above and below zero of a vector belongs together */
		for (int i = 0; i < n_now; i += n_at_once) {
			ptrdiff_t at = (ptrdiff_t)i * m->n_words;
			mvm_observe(m, 0, s.word + at, n_at_once, s.room, stats);
			if (below)
				mvm_observe(m, 0, below + at, n_at_once, s.room, stats);
		}
	}
}
