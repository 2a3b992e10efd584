/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Convolution, image by image: the patches under the kernel are laid out as a matrix, and the layer
 * is a product of matrices.
 *
 * Model    col[n_rows][pixels] = patches of x with its zero border; y = W^T col + b
 *          dW = col dy^T, db = sums of dy over pixels, dx = patches of W dy added up
 *          through arrays: x as the input codes saw it, dy rounded per image
 * Source   [Chellapilla2006] (patches as a matrix); straight-through rounding [Bengio2013]
 * Assumes  the transposed read of errors is not converted: it is exact but for the rounded errors
 * Checked  tests/unit/check_train.c: central differences
 */
#include <cblas.h>
#include <string.h>

#include "train/mvm.h"
#include "train/pass.h"

struct conv_scratch {
	float *map;        /* [c][h + 2 pad][w + 2 pad]; not used without a border */
	float *col;        /* [n_rows][pixels] */
	uint8_t *code;     /* [c][h][w] */
	uint8_t *code_map; /* with border */
	uint8_t *row;      /* [pixels][n_code] */
	uint64_t *word;    /* [pixels][n_words] */
	float *acc;        /* [pixels][n_panels * KERN_LANES] */
	size_t n_bytes;
};

static struct patch patch_of(const struct layer *l)
{
	const struct layer_conv *c = (const struct layer_conv *)l;

	return (struct patch){
		.c = l->in.c,
		.h = l->in.h + 2 * c->pad,
		.w = l->in.w + 2 * c->pad,
		.kernel = c->kernel,
		.stride = c->stride,
		.out_h = l->out.h,
		.out_w = l->out.w,
	};
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

	s.map = scratch_take(&at, (n_map(l) + KERN_SLACK) * sizeof *s.map);
	s.col = scratch_take(
		&at, (KERN_MAX_KERNEL + n_rows * n_pixels + KERN_SLACK) * sizeof *s.col);
	s.col += memory ? KERN_MAX_KERNEL : 0;
	if (w->mvm) {
		size_t n_cols = (size_t)w->mvm->n_panels * KERN_LANES;
		size_t n_acc = n_pixels > (size_t)w->mvm->spec.n_planes
				       ? n_pixels
				       : (size_t)w->mvm->spec.n_planes;
		s.code = scratch_take(&at, (size_t)shape_size(l->in) + KERN_SLACK);
		s.code_map = scratch_take(&at, n_map(l) + KERN_SLACK);
		s.row = scratch_take(&at, n_pixels * (size_t)w->mvm->n_code + KERN_MAX_KERNEL);
		s.word = scratch_take(&at,
			(n_pixels * (size_t)w->mvm->n_words + KERN_MAX_KERNEL) * sizeof *s.word);
		s.acc = scratch_take(&at, n_acc * n_cols * sizeof *s.acc);
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
	size_t pad = (size_t)((const struct layer_conv *)l)->pad;

	return (((size_t)c * ((size_t)l->in.h + 2 * pad) + (size_t)y + pad) *
		       ((size_t)l->in.w + 2 * pad)) +
	       pad;
}

static bool has_border(const struct layer *l)
{
	return ((const struct layer_conv *)l)->pad > 0;
}

/* An image of values of size bytes with its border of zeros: in map, or the image itself. */
static const void *add_border(const struct layer *l, const void *image, size_t size, void *map)
{
	const char *from = image;
	size_t row = (size_t)l->in.w * size;

	if (!has_border(l))
		return image;
	memset(map, 0, n_map(l) * size);
	for (int c = 0; c < l->in.c; c++)
		for (int y = 0; y < l->in.h; y++, from += row)
			memcpy((char *)map + inside(l, c, y) * size, from, row);
	return map;
}

static void drop_border(const struct layer *l, const float *map, float *image)
{
	for (int c = 0; c < l->in.c; c++)
		for (int y = 0; y < l->in.h; y++, image += l->in.w)
			memcpy(image, map + inside(l, c, y), (size_t)l->in.w * sizeof *image);
}

static void patches(const struct pass *p, const struct conv_scratch *s, const float *x)
{
	struct patch patch = patch_of(p->layer);

	p->kern->im2col(&patch, add_border(p->layer, x, sizeof *x, s->map), s->col);
}

static void pack_image(struct pass *p, const struct conv_scratch *s, int image)
{
	const struct mvm *m = p->weights->mvm;
	struct patch patch = patch_of(p->layer);
	size_t n_in = (size_t)shape_size(p->layer->in), from = (size_t)image * n_in;
	int n_pixels = patch.out_h * patch.out_w;
	uint8_t *row = mvm_codes(m, s->word, s->row);

	mvm_encode(m, p->x + from, n_in, s->code, p->seen + from);
	p->kern->im2row(
		&patch, add_border(p->layer, s->code, 1, s->code_map), (size_t)m->n_code, row);
	mvm_pack(m, row, n_pixels, s->word);
	if (p->count) {
		p->n_input_ones += mvm_ones(m, s->word, n_pixels);
		p->n_input_bits += (uint64_t)p->weights->n_rows * (uint64_t)n_pixels *
				   (uint64_t)m->spec.n_planes;
	}
}

/* Codes of all parts to outputs, [pixels][columns] to [columns][pixels]. */
static void scatter(const struct weights *w, const float *acc, int n_pixels, float *y)
{
	size_t stride = (size_t)w->mvm->n_panels * KERN_LANES;

	for (int col = 0; col < w->n_cols; col++) {
		float bias = w->bias ? w->bias[col] : 0, unit = mvm_unit(w->mvm, 0);
		const float *from = acc + col;
		for (int i = 0; i < n_pixels; i++)
			y[i] = bias + from[(size_t)i * stride] * unit;
		for (int part = 1; part < w->mvm->spec.n_parts; part++) {
			unit = mvm_unit(w->mvm, part);
			from += w->n_cols;
			for (int i = 0; i < n_pixels; i++)
				y[i] += from[(size_t)i * stride] * unit;
		}
		y += n_pixels;
	}
}

static void conv_forward(struct pass *p)
{
	const struct weights *w = p->weights;
	struct conv_scratch s = lay_out(p->layer, w, p->scratch);
	int n_in = shape_size(p->layer->in), n_pixels = p->layer->out.h * p->layer->out.w;
	const float *x = w->mvm ? p->x : pass_input(p);
	float *y = p->y;

	for (int image = 0; image < p->n; image++, y += (size_t)w->n_cols * (size_t)n_pixels) {
		if (w->mvm) {
			pack_image(p, &s, image);
			mvm_read(w->mvm, s.word, n_pixels, s.acc);
			scatter(w, s.acc, n_pixels, y);
			continue;
		}
		patches(p, &s, x + (size_t)image * (size_t)n_in);
		for (int col = 0; col < w->n_cols; col++)
			for (int i = 0; i < n_pixels; i++)
				y[(size_t)col * (size_t)n_pixels + (size_t)i] =
					w->bias ? w->bias[col] : 0;
		cblas_sgemm(CblasRowMajor, CblasTrans, CblasNoTrans, w->n_cols, n_pixels, w->n_rows,
			1, w->w, w->n_cols, s.col, n_pixels, 1, y, n_pixels);
	}
}

static void input_gradient(struct pass *p, const struct conv_scratch *s, const float *dy, float *dx)
{
	const struct weights *w = p->weights;
	struct patch patch = patch_of(p->layer);
	int n_pixels = patch.out_h * patch.out_w;

	cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, w->n_rows, n_pixels, w->n_cols, 1,
		w->back, w->n_cols, dy, n_pixels, 0, s->col, n_pixels);

	float *map = has_border(p->layer) ? s->map : dx;

	memset(map, 0, n_map(p->layer) * sizeof *map);
	p->kern->col2im(&patch, s->col, map);
	if (has_border(p->layer))
		drop_border(p->layer, map, dx);
}

static void conv_backward(struct pass *p)
{
	const struct weights *w = p->weights;
	struct conv_scratch s = lay_out(p->layer, w, p->scratch);
	int n_pixels = p->layer->out.h * p->layer->out.w;
	size_t n_in = (size_t)shape_size(p->layer->in), n_out = (size_t)shape_size(p->layer->out);
	const float *x = p->seen ? p->seen : p->x;

	for (int image = 0; image < p->n; image++) {
		float *dy = p->dy + (size_t)image * n_out;
		pass_round_errors(p, dy, n_out);
		patches(p, &s, x + (size_t)image * n_in);
		cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, w->n_rows, w->n_cols, n_pixels,
			1, s.col, n_pixels, dy, n_pixels, image > 0, p->dw, w->n_cols);
		for (int col = 0; col < w->n_cols; col++) {
			float sum =
				p->kern->sum(dy + (size_t)col * (size_t)n_pixels, (size_t)n_pixels);
			p->db[col] = image > 0 ? p->db[col] + sum : sum;
		}
		if (p->dx)
			input_gradient(p, &s, dy, p->dx + (size_t)image * n_in);
	}
}

static void conv_observe(struct pass *p, struct mvm_stats *stats)
{
	struct conv_scratch s = lay_out(p->layer, p->weights, p->scratch);

	for (int image = 0; image < p->n; image++) {
		pack_image(p, &s, image);
		mvm_observe(
			p->weights->mvm, s.word, p->layer->out.h * p->layer->out.w, s.acc, stats);
	}
}

const struct train_layer_kind train_conv = {
	.kind = &layer_conv,
	.scratch = conv_scratch,
	.forward = conv_forward,
	.backward = conv_backward,
	.observe = conv_observe,
};
