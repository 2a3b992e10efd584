/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pixels to inputs: normalised, and for training cropped, flipped and cut out at random. Every image
 * of every epoch has its own counter, so it comes out the same whichever thread takes it in.
 */
#ifndef MHO_TRAIN_INTAKE_H
#define MHO_TRAIN_INTAKE_H

#include "base/rng.h"
#include "train/dataset.h"
#include "train/recipe.h"

struct intake {
	struct shape shape;
	const float *scale, *shift; /* [c] input = scale * pixel + shift */
	const struct recipe_augment *augment; /* NULL: none */
	struct rng rng;
};

/* What a recipe asks for; the means and deviations are those of the training images. */
struct intake *intake_new(
	struct arena *, const struct recipe *, const struct dataset *, uint64_t seed);

/* One image into to[c][h][w]; epoch < 0: as it is. */
void intake_take(const struct intake *, const uint8_t *pixel, int image, int epoch, float *to);

#endif
