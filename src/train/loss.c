/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Softmax cross-entropy.
 *
 * Model    p = exp(z - max z) / sum, loss = -ln p[label], gradient = p - one hot
 * Source   [Bridle1990]
 * Checked  tests/unit/check_train.c: central differences
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
