/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Convolution: the patches under the kernel are laid out as a matrix, small images side by side, and
 * the layer is a product of matrices, one for each group of channels.
 *
 * Model    col[n_rows][pixels] = patches of x with its zero border; y = W^T col + b
 *          dW = col dy^T, db = sums of dy over pixels, dx = patches of W dy added up
 *          through arrays: x as the input codes saw it, dy rounded per image
 * Source   [Chellapilla2006] (patches as a matrix); straight-through rounding [Bengio2013]
 * Checked  tests/unit/check_train.c: central differences
 */
#include <cblas.h>
#include <string.h>

#include "base/whole.h"
#include "train/pass_array.h"
#include "train/pass_error.h"

/* Images are taken together until a product has about this many columns: matrices are then packed less
 * often. */
#define WANTED_COLUMNS 512

struct conv_scratch {
	float *map;        /* [c][h + 2 pad][w + 2 pad]; not used without a border */
	float *col;        /* [n_rows][images][pixels], of one group */
	float *out;        /* [n_cols][images][pixels], with several images together */
	uint8_t *code, *below; /* [images][c][h][w] */
	uint8_t *code_map; /* of one image, with border */
	uint8_t *row;      /* [pixels of one image][n_code] */
	uint64_t *word, *word_below; /* [images][pixels][n_words] */
	float *level;      /* [images][c][h][w] of inputs that come whole */
	float *acc;        /* [images][pixels][n_panels * KERN_LANES] */
	float *room;       /* mvm_scratch */
	float *tile;       /* of inputs that come whole */
	float *error, *error_tile; /* [n_cols of a group][images][pixels] in steps; NULL: errors are not converted */
	float *step;               /* [images] of their errors */
	size_t n_bytes;
};

static const struct layer_conv *conv_of(const struct layer *l)
{
	return (const struct layer_conv *)l;
}

/* Of all channels of one image. */
static struct patch patch_of(const struct layer *l)
{
	const struct layer_conv *c = conv_of(l);

	return (struct patch){
		.c = l->in.c,
		.h = l->in.h + 2 * c->pad,
		.w = l->in.w + 2 * conv_pad_width(c),
		.kernel = c->kernel,
		.kernel_w = conv_kernel_width(c),
		.stride = c->stride,
		.out_h = l->out.h,
		.out_w = l->out.w,
		.n_apart = (ptrdiff_t)l->out.h * l->out.w,
	};
}

/* Images that one product takes at most. */
static int most_together(const struct layer *l)
{
	int n_pixels = l->out.h * l->out.w;

	return n_pixels >= WANTED_COLUMNS ? 1 : WANTED_COLUMNS / n_pixels;
}

/* Images from first on in the next product; as even as can be. */
static int together(const struct pass *p, int first)
{
	int most = most_together(p->layer), n_left = p->n - first;

	return div_up(n_left, div_up(n_left, most));
}

/* Values of a map with its border. */
static size_t n_map(const struct layer *l)
{
	struct patch p = patch_of(l);

	return (size_t)p.c * (size_t)p.h * (size_t)p.w;
}

static struct conv_scratch lay_out(const struct layer *l, const struct weights *w, void *memory)
{
	struct scratch at = {memory, 0};
	struct conv_scratch s = {0};
	struct patch p = patch_of(l);
	size_t n_pixels = (size_t)p.out_h * (size_t)p.out_w, n_rows = (size_t)w->n_rows;
	size_t n_together = (size_t)most_together(l);

	s.map = scratch_take(&at, (n_map(l) + KERN_SLACK) * sizeof *s.map);
	s.col = scratch_take(
		&at, (KERN_MAX_KERNEL + n_rows * n_together * n_pixels + KERN_SLACK) * sizeof *s.col);
	s.col += memory ? KERN_MAX_KERNEL : 0;
	if (n_together > 1)
		s.out = scratch_take(&at, (size_t)w->n_cols * n_together * n_pixels * sizeof *s.out);
	if (w->mvm)
		s.code = scratch_take(&at, n_together * (size_t)shape_size(l->in) + KERN_SLACK);
	if (w->errors) {
		s.error = scratch_take(&at, (size_t)w->errors->spec.n_rows * n_together * n_pixels * sizeof *s.error);
		s.error_tile = scratch_take(&at, pass_error_tile(w));
		s.step = scratch_take(&at, n_together * sizeof *s.step);
	}
	if (w->mvm && w->mvm->by_level) {
		s.level = scratch_take(&at, (size_t)shape_size(l->in) * n_together * sizeof *s.level);
		s.tile = scratch_take(&at, mvm_whole_scratch(w->mvm));
	}
	if (w->mvm && !w->mvm->by_level) {
		size_t n_cols = (size_t)w->mvm->n_panels * KERN_LANES, n_all = n_together * n_pixels;
		size_t n_word = (n_all * (size_t)w->mvm->n_words + KERN_MAX_KERNEL) * sizeof *s.word;
		s.below = w->mvm->spec.is_signed ? scratch_take(&at, n_together * (size_t)shape_size(l->in) + KERN_SLACK) : NULL;
		s.code_map = scratch_take(&at, n_map(l) + KERN_SLACK);
		s.row = scratch_take(&at, n_pixels * (size_t)w->mvm->n_code + KERN_MAX_KERNEL);
		s.word = scratch_take(&at, n_word);
		s.word_below = w->mvm->spec.is_signed ? scratch_take(&at, n_word) : NULL;
		s.acc = scratch_take(&at, n_all * n_cols * sizeof *s.acc);
		s.room = scratch_take(&at, mvm_scratch(w->mvm));
	}
	s.n_bytes = at.n;
	return s;
}

static size_t conv_scratch(const struct layer *l, const struct weights *w)
{
	return lay_out(l, w, NULL).n_bytes;
}

/* Where row y of channel c of the image begins in a bordered map, in values. */
static size_t inside(const struct layer *l, int c, int y)
{
	size_t pad = (size_t)conv_of(l)->pad, pad_w = (size_t)conv_pad_width(conv_of(l));

	return (((size_t)c * ((size_t)l->in.h + 2 * pad) + (size_t)y + pad) *
		       ((size_t)l->in.w + 2 * pad_w)) +
	       pad_w;
}

static bool has_border(const struct layer *l)
{
	return conv_of(l)->pad > 0 || conv_pad_width(conv_of(l)) > 0;
}

/* Channels from..from+n-1 of an image of values of size bytes with their border of zeros: in map, or
 * the image itself. */
static const void *add_border(
	const struct layer *l, const void *image, size_t size, int from, int n, void *map)
{
	size_t row = (size_t)l->in.w * size, plane = n_map(l) / (size_t)l->in.c * size;
	const char *at = (const char *)image + (size_t)from * (size_t)l->in.h * row;

	if (!has_border(l))
		return at;
	memset(map, 0, (size_t)n * plane);
	for (int c = 0; c < n; c++)
		for (int y = 0; y < l->in.h; y++, at += row)
			memcpy((char *)map + inside(l, c, y) * size, at, row);
	return map;
}

static void drop_border(const struct layer *l, const float *map, int n, float *image)
{
	for (int c = 0; c < n; c++)
		for (int y = 0; y < l->in.h; y++, image += l->in.w)
			memcpy(image, map + inside(l, c, y), (size_t)l->in.w * sizeof *image);
}

/* Several images and one group of channels: a product of matrices. */
struct job {
	int first, n, group; /* images first..first+n-1 */
	int n_rows, n_cols;  /* of the group */
	int n_pixels;        /* of one image */
	int n_all;           /* of all images: columns of col and out */
	size_t n_in, n_out;  /* values of one image */
};

static struct job job_of(const struct pass *p, int first)
{
	const struct weights *w = p->weights;
	int n_pixels = p->layer->out.h * p->layer->out.w, n = together(p, first);

	return (struct job){
		.first = first,
		.n = n,
		.n_rows = w->n_rows,
		.n_cols = w->n_cols / conv_of(p->layer)->groups,
		.n_pixels = n_pixels,
		.n_all = n * n_pixels,
		.n_in = (size_t)shape_size(p->layer->in),
		.n_out = (size_t)shape_size(p->layer->out),
	};
}

static struct job job_of_one(const struct pass *p, int image)
{
	struct job j = job_of(p, image);

	j.n = 1;
	j.n_all = j.n_pixels;
	return j;
}

/* Patches of the job's images, which begin at x, side by side. */
static void patches(const struct pass *p, const struct conv_scratch *s, const struct job *j, const float *x)
{
	const struct layer *l = p->layer;
	struct patch patch = patch_of(l);
	int n_channels = l->in.c / conv_of(l)->groups;

	patch.c = n_channels;
	patch.n_apart = j->n_all;
	for (int i = 0; i < j->n; i++)
		p->kern->im2col(&patch,
			add_border(l, x + (size_t)i * j->n_in, sizeof *x,
				j->group * n_channels, n_channels, s->map),
			s->col + (size_t)i * (size_t)j->n_pixels);
}

/* Outputs [image][col][pixel] and back as the product has them, [col][image][pixel]. One image needs no
 * copy. */
static float *beside(const struct conv_scratch *s, const struct job *j, float *y)
{
	return j->n > 1 ? s->out
			: y + (size_t)j->first * j->n_out +
				  (size_t)j->group * (size_t)j->n_cols * (size_t)j->n_pixels;
}

static void copy_beside(const struct conv_scratch *s, const struct job *j, float *y, bool back)
{
	size_t n = (size_t)j->n_pixels;

	for (int col = 0; col < j->n_cols && j->n > 1; col++)
		for (int i = 0; i < j->n; i++) {
			float *in = y + (size_t)(j->first + i) * j->n_out +
				    ((size_t)j->group * (size_t)j->n_cols + (size_t)col) * n;
			float *out = s->out + (size_t)col * (size_t)j->n_all + (size_t)i * n;
			memcpy(back ? out : in, back ? in : out, n * sizeof *in);
		}
}

/* Patches of one group's codes of an image to bit planes. */
static void pack_image(
	struct pass *p, const struct conv_scratch *s, const uint8_t *code, int group, uint64_t *word)
{
	const struct mvm *m = p->weights->mvm;
	struct patch patch = patch_of(p->layer);
	uint8_t *row = mvm_codes(m, word, s->row);
	int n_pixels = patch.out_h * patch.out_w;

	patch.c /= conv_of(p->layer)->groups;
	p->kern->im2row(&patch, add_border(p->layer, code, 1, group * patch.c, patch.c, s->code_map),
		(size_t)m->n_code, row);
	mvm_pack(m, row, n_pixels, word);
	pass_count_ones(p, word, n_pixels);
}

/* The codes of a job's images. */
static void encode_bits(struct pass *p, const struct conv_scratch *s, const struct job *j)
{
	size_t from = (size_t)j->first * j->n_in;

	pass_encode(p->weights, p->x + from, (size_t)j->n * j->n_in, s->code, s->below, p->seen + from);
}

/* One group of a job's images; returns what is below zero, NULL without. */
static const uint64_t *pack_group(struct pass *p, const struct conv_scratch *s, const struct job *j)
{
	size_t n_words = (size_t)j->n_pixels * (size_t)p->weights->mvm->n_words;

	for (size_t i = 0; i < (size_t)j->n; i++) {
		pack_image(p, s, s->code + i * j->n_in, j->group, s->word + i * n_words);
		if (s->word_below)
			pack_image(p, s, s->below + i * j->n_in, j->group, s->word_below + i * n_words);
	}
	return s->word_below;
}

/* Codes of all parts of a group, whose first column is given, to outputs: [pixels][columns] to
 * [columns][pixels], a few pixels at a time, whose codes stay in the first cache. */
static void scatter(const struct weights *w, const float *acc, int first, int n_pixels, float *y)
{
	enum { SOME = 16 };
	size_t stride = (size_t)w->mvm->n_panels * KERN_LANES;
	int n_cols = w->mvm->spec.n_cols, n_parts = w->mvm->spec.n_parts;
	float unit[SYNAPSE_MAX_PARTS];

	for (int part = 0; part < n_parts; part++)
		unit[part] = mvm_unit(w->mvm, part);
	for (int from = 0; from < n_pixels; from += SOME, acc += SOME * stride, y += SOME) {
		int n = least(SOME, n_pixels - from);
		for (int col = 0; col < n_cols; col++) {
			const float *code = acc + col;
			float *to = y + (size_t)col * (size_t)n_pixels, bias = w->bias ? w->bias[first + col] : 0;
			for (int i = 0; i < n; i++)
				to[i] = bias;
			for (int part = 0; part < n_parts; part++, code += n_cols)
				for (int i = 0; i < n; i++)
					to[i] += code[(size_t)i * stride] * unit[part];
		}
	}
}

/* The codes of a job's images, and what they stand for into p->seen. */
static void encode_job(struct pass *p, const struct conv_scratch *s, const struct job *j)
{
	for (size_t i = 0; i < (size_t)j->n; i++) {
		size_t from = ((size_t)j->first + i) * j->n_in;
		pass_encode_whole(p, p->x + from, j->n_in, s->code, s->level + i * j->n_in, p->seen + from);
	}
}

static void forward_whole(struct pass *p, const struct conv_scratch *s)
{
	const struct weights *w = p->weights;
	struct job j;

	for (int first = 0; first < p->n; first += j.n) {
		struct mvm_draw draw = pass_draw(p, first, (uint64_t)p->layer->out.h * (uint64_t)p->layer->out.w, 1, 0);
		j = job_of(p, first);
		encode_job(p, s, &j);
		for (; j.group < w->mvm->spec.n_groups; j.group++) {
			patches(p, s, &j, s->level);
			mvm_read_whole(w->mvm, j.group, &draw, s->col, j.n_all, (size_t)j.n_all,
				w->bias ? w->bias + j.group * j.n_cols : NULL, beside(s, &j, p->y), s->tile);
			copy_beside(s, &j, p->y, false);
		}
	}
}

static void forward_arrays(struct pass *p, const struct conv_scratch *s)
{
	const struct weights *w = p->weights;
	struct job j;

	for (int first = 0; first < p->n; first += j.n) {
		j = job_of(p, first);
		encode_bits(p, s, &j);
		for (; j.group < w->mvm->spec.n_groups; j.group++) {
			size_t n_acc = (size_t)j.n_pixels * (size_t)w->mvm->n_panels * KERN_LANES;
			float *y = p->y + (size_t)first * j.n_out + (size_t)j.group * (size_t)j.n_cols * (size_t)j.n_pixels;
			mvm_read(w->mvm, j.group, s->word, pack_group(p, s, &j), j.n_all, s->room, s->acc);
			for (size_t i = 0; i < (size_t)j.n; i++)
				scatter(w, s->acc + i * n_acc, j.group * j.n_cols, j.n_pixels, y + i * j.n_out);
		}
	}
}

static void observe_whole(struct pass *p, const struct conv_scratch *s, struct mvm_stats *stats)
{
	const struct mvm *m = p->weights->mvm;
	struct job j;

	for (int first = 0; first < p->n; first += j.n) {
		j = job_of(p, first);
		encode_job(p, s, &j);
		for (; j.group < m->spec.n_groups; j.group++) {
			patches(p, s, &j, s->level);
			mvm_observe_whole(m, j.group, s->col, j.n_all, (size_t)j.n_all, s->tile, stats);
		}
	}
}

static void observe_bits(struct pass *p, const struct conv_scratch *s, struct mvm_stats *stats)
{
	const struct mvm *m = p->weights->mvm;

	for (int image = 0; image < p->n; image++) {
		struct job j = job_of_one(p, image);
		encode_bits(p, s, &j);
		for (; j.group < m->spec.n_groups; j.group++) {
			const uint64_t *below = pack_group(p, s, &j);
			mvm_observe(m, j.group, s->word, j.n_all, s->room, stats);
			if (below)
				mvm_observe(m, j.group, below, j.n_all, s->room, stats);
		}
	}
}

static void conv_observe(struct pass *p, struct mvm_stats *stats)
{
	struct conv_scratch s = lay_out(p->layer, p->weights, p->scratch);

	(p->weights->mvm->by_level ? observe_whole : observe_bits)(p, &s, stats);
}

static void conv_forward(struct pass *p)
{
	const struct weights *w = p->weights;
	struct conv_scratch s = lay_out(p->layer, w, p->scratch);

	if (w->mvm) {
		pass_watch(p, conv_observe);
		(w->mvm->by_level ? forward_whole : forward_arrays)(p, &s);
		return;
	}

	const float *x = pass_input(p);
	struct job j;

	for (int first = 0; first < p->n; first += j.n) {
		j = job_of(p, first);
		for (; j.group < conv_of(p->layer)->groups; j.group++) {
			float *y = beside(&s, &j, p->y);
			int from = j.group * j.n_cols;
			patches(p, &s, &j, x + (size_t)first * j.n_in);
			for (int col = 0; col < j.n_cols; col++)
				for (int i = 0; i < j.n_all; i++)
					y[(size_t)col * (size_t)j.n_all + (size_t)i] =
						w->bias ? w->bias[from + col] : 0;
			cblas_sgemm(CblasRowMajor, CblasTrans, CblasNoTrans, j.n_cols, j.n_all, j.n_rows,
				1, w->w + from, w->n_cols, s.col, j.n_all, 1, y, j.n_all);
			copy_beside(&s, &j, p->y, false);
		}
	}
}

/* Errors dy of a group's outputs through its arrays to patches. */
static void convert_errors(struct pass *p, const struct conv_scratch *s, const struct job *j, const float *dy)
{
	struct mvm_draw draw = pass_draw(p, j->first, (uint64_t)j->n_pixels, 1, 0);
	size_t n_pixels = (size_t)j->n_pixels, n_all = (size_t)j->n_all;

	for (size_t i = 0; i < (size_t)j->n && j->group == 0; i++)
		s->step[i] = pass_error_step(p, p->dy + ((size_t)j->first + i) * j->n_out, j->n_out);
	for (size_t i = 0; i < (size_t)j->n; i++)
		for (size_t col = 0; col < (size_t)j->n_cols; col++)
			for (size_t at = col * n_all + i * n_pixels, k = 0; k < n_pixels; k++)
				s->error[at + k] = dy[at + k] / s->step[i];
	pass_error_columns(p, j->group, &draw, s->error, j->n_all, s->col, s->error_tile);
	for (size_t i = 0; i < (size_t)j->n; i++)
		for (size_t row = 0; row < (size_t)j->n_rows; row++)
			for (size_t at = row * n_all + i * n_pixels, k = 0; k < n_pixels; k++)
				s->col[at + k] *= s->step[i];
}

/* Channels of dx of one group, from the errors dy of all its outputs. */
static void input_gradient(
	struct pass *p, const struct conv_scratch *s, const struct job *j, const float *dy)
{
	const struct weights *w = p->weights;
	const struct layer *l = p->layer;
	struct patch patch = patch_of(l);
	int n_channels = l->in.c / conv_of(l)->groups;

	if (w->errors)
		convert_errors(p, s, j, dy);
	else
		cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, j->n_rows, j->n_all, j->n_cols, 1,
			w->back + (size_t)j->group * (size_t)j->n_cols, w->n_cols, dy, j->n_all, 0, s->col,
			j->n_all);
	patch.c = n_channels;
	patch.n_apart = j->n_all;
	for (int i = 0; i < j->n; i++) {
		float *dx = p->dx + (size_t)(j->first + i) * j->n_in +
			    (size_t)j->group * (size_t)n_channels * (size_t)l->in.h * (size_t)l->in.w;
		float *map = has_border(l) ? s->map : dx;
		memset(map, 0, n_map(l) / (size_t)l->in.c * (size_t)n_channels * sizeof *map);
		p->kern->col2im(&patch, s->col + (size_t)i * (size_t)j->n_pixels, map);
		if (has_border(l))
			drop_border(l, map, n_channels, dx);
	}
}

static void bias_gradient(struct pass *p, const struct job *j, const float *dy)
{
	for (int col = 0; col < j->n_cols; col++) {
		float sum = p->kern->sum(dy + (size_t)col * (size_t)j->n_all, (size_t)j->n_all);
		float *db = &p->db[j->group * j->n_cols + col];
		*db = j->first > 0 ? *db + sum : sum;
	}
}

static void conv_backward(struct pass *p)
{
	const struct weights *w = p->weights;
	struct conv_scratch s = lay_out(p->layer, w, p->scratch);
	const float *x = p->seen ? p->seen : p->x;
	size_t n_out = (size_t)shape_size(p->layer->out);
	struct job j;

	for (int image = 0; image < p->n; image++)
		pass_round_errors(p, p->dy + (size_t)image * n_out, n_out);
	for (int first = 0; first < p->n; first += j.n) {
		j = job_of(p, first);
		for (; j.group < conv_of(p->layer)->groups; j.group++) {
			float *dy = beside(&s, &j, p->dy);
			copy_beside(&s, &j, p->dy, true);
			if (!p->no_sums) {
				patches(p, &s, &j, x + (size_t)first * j.n_in);
				cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, j.n_rows, j.n_cols,
					j.n_all, 1, s.col, j.n_all, dy, j.n_all, first > 0,
					p->dw + (size_t)j.group * (size_t)j.n_cols, w->n_cols);
			}
			bias_gradient(p, &j, dy);
			if (p->dx)
				input_gradient(p, &s, &j, dy);
		}
	}
}

/* Patches and errors of one image, position by position. */
static void conv_products(struct pass *p, int image, float *x, float *d)
{
	struct conv_scratch s = lay_out(p->layer, p->weights, p->scratch);
	struct job j = job_of_one(p, image);
	size_t n = (size_t)j.n_pixels, n_rows = (size_t)j.n_rows, n_cols = (size_t)j.n_cols;
	const float *dy = p->errors + (size_t)image * j.n_out;

	patches(p, &s, &j, p->seen + (size_t)image * j.n_in);
	for (size_t row = 0; row < n_rows; row++)
		for (size_t i = 0; i < n; i++)
			x[i * n_rows + row] = s.col[row * n + i];
	for (size_t col = 0; col < n_cols; col++)
		for (size_t i = 0; i < n; i++)
			d[i * n_cols + col] = dy[col * n + i];
}

const struct train_layer_kind train_conv = {
	.kind = &layer_conv,
	.scratch = conv_scratch,
	.forward = conv_forward,
	.backward = conv_backward,
	.products = conv_products,
	.observe = conv_observe,
};
