/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Losses.
 *
 * Model    softmax cross-entropy: p = exp(z - max z) / sum, loss = -ln p[label], gradient = p - one
 *          hot
 *          sum of squares: loss = |y - one hot|^2 / 2, gradient = y - one hot
 * Source   [Bridle1990]; sum of squares as in [ChenPeng2018]
 * Checked  tests/unit/check_layers.c: central differences
 */
#include "train/loss.h"

#include <math.h>
#include <stddef.h>

static int largest(const float *z, int n)
{
	int at = 0;

	for (int i = 1; i < n; i++)
		if (z[i] > z[at])
			at = i;
	return at;
}

struct loss loss_softmax(
	const float *logits, const uint8_t *label, int n, int n_classes, float *gradient)
{
	struct loss l = {0};

	for (int image = 0; image < n; image++, logits += n_classes) {
		int top = largest(logits, n_classes);
		double sum = 0;
		for (int i = 0; i < n_classes; i++)
			sum += exp((double)(logits[i] - logits[top]));
		l.sum += log(sum) - (double)(logits[label[image]] - logits[top]);
		l.n_right += top == label[image];
		if (!gradient)
			continue;
		for (int i = 0; i < n_classes; i++)
			gradient[i] = (float)(exp((double)(logits[i] - logits[top])) / sum) -
				      (i == label[image] ? 1.0f : 0.0f);
		gradient += n_classes;
	}
	return l;
}

struct loss loss_squares(
	const float *y, const uint8_t *label, int n, int n_classes, float *gradient)
{
	struct loss l = {0};

	for (int image = 0; image < n; image++, y += n_classes) {
		l.n_right += largest(y, n_classes) == label[image];
		for (int i = 0; i < n_classes; i++) {
			float off = y[i] - (i == label[image] ? 1.0f : 0.0f);
			l.sum += 0.5 * (double)off * (double)off;
			if (gradient)
				*gradient++ = off;
		}
	}
	return l;
}
