/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pixels to inputs.
 *
 * Model    input = (pixel / 255 - mean) / deviation per channel; a crop moves the image by up to crop
 *          pixels and fills with zeros, a flip swaps left and right, a cut-out blanks a square
 *          around a random pixel (cut off at the border)
 * Source   [He2016] (crop and flip), [DeVries2017] (cut-out)
 * Checked  tests/unit/check_intake.c
 */
#include "train/intake.h"

#include <math.h>
#include <string.h>

#include "base/arena.h"

/* Mean and deviation of a channel over all images; exact sums of integers. */
static void measure(const struct images *x, struct shape s, int channel, double *mean, double *deviation)
{
	size_t plane = (size_t)s.h * (size_t)s.w, image = plane * (size_t)s.c;
	double n = (double)x->n * (double)plane;
	uint64_t sum = 0, squares = 0;

	for (int i = 0; i < x->n; i++) {
		const uint8_t *p = x->pixel + (size_t)i * image + (size_t)channel * plane;
		for (size_t k = 0; k < plane; k++) {
			sum += p[k];
			squares += (uint64_t)p[k] * p[k];
		}
	}
	*mean = (double)sum / n;
	*deviation = sqrt(fmax(0, (double)squares / n - *mean * *mean));
}

struct intake *intake_new(
	struct arena *a, const struct recipe *r, const struct dataset *data, uint64_t seed)
{
	struct intake *t = NEW(a, struct intake, 1);
	float *scale = NEW(a, float, data->shape.c), *shift = NEW(a, float, data->shape.c);

	for (int c = 0; c < data->shape.c; c++) {
		double mean, deviation;
		scale[c] = 1.0f / 255;
		if (r->normalise == NORMALISE_NONE)
			continue;
		measure(&data->train, data->shape, c, &mean, &deviation);
		if (deviation <= 0)
			deviation = 1;
		scale[c] = (float)(1 / deviation);
		shift[c] = (float)(-mean / deviation);
	}
	*t = (struct intake){.shape = data->shape,
		.scale = scale,
		.shift = shift,
		.augment = r->augment,
		.rng = rng_stream(seed, RNG_AUGMENT, 0)};
	return t;
}

static int below(uint32_t word, int n)
{
	return (int)((uint64_t)word * (uint64_t)n >> 32);
}

/* Where an image is taken from. */
struct place {
	int dx, dy;
	bool flip;
	int hole_x, hole_y, hole; /* hole: side; 0: none */
};

static struct place draw(const struct intake *t, int image, int epoch)
{
	const struct recipe_augment *a = t->augment;
	struct place p = {0};
	uint32_t word[2][4];

	if (!a || epoch < 0)
		return p;
	for (int i = 0; i < 2; i++)
		rng_u32x4(t->rng, 2 * (uint64_t)image + (uint64_t)i, (uint64_t)epoch, word[i]);
	p.dx = below(word[0][0], 2 * a->crop + 1) - a->crop;
	p.dy = below(word[0][1], 2 * a->crop + 1) - a->crop;
	p.flip = a->flip && word[0][2] >> 31;
	p.hole = a->cutout;
	p.hole_x = below(word[1][0], t->shape.w) - a->cutout / 2;
	p.hole_y = below(word[1][1], t->shape.h) - a->cutout / 2;
	return p;
}

static void take_row(const struct intake *t, const struct place *p, int c, const uint8_t *from, float *to)
{
	float scale = t->scale[c], shift = t->shift[c];
	int w = t->shape.w;

	if (p->dx == 0 && !p->flip) {
		for (int x = 0; x < w; x++)
			to[x] = (float)from[x] * scale + shift;
		return;
	}
	for (int x = 0; x < w; x++) {
		int at = (p->flip ? w - 1 - x : x) + p->dx;
		to[x] = at >= 0 && at < w ? (float)from[at] * scale + shift : 0;
	}
}

void intake_take(const struct intake *t, const uint8_t *pixel, int image, int epoch, float *to)
{
	struct place p = draw(t, image, epoch);
	struct shape s = t->shape;

	for (int c = 0; c < s.c; c++)
		for (int y = 0; y < s.h; y++, to += s.w) {
			int at = y + p.dy;
			if (at >= 0 && at < s.h)
				take_row(t, &p, c, pixel + ((size_t)c * (size_t)s.h + (size_t)at) * (size_t)s.w,
					to);
			else
				memset(to, 0, (size_t)s.w * sizeof *to);
			if (y >= p.hole_y && y < p.hole_y + p.hole)
				for (int x = p.hole_x < 0 ? 0 : p.hole_x;
					x < p.hole_x + p.hole && x < s.w; x++)
					to[x] = 0;
		}
}
