/* SPDX-License-Identifier: Apache-2.0 */
/* Softmax cross-entropy: what training makes small. */
#ifndef MHO_TRAIN_LOSS_H
#define MHO_TRAIN_LOSS_H

#include <stdint.h>

struct loss {
	double sum; /* over images */
	int n_right;
};

/* logits [n][n_classes]; gradient of the sum over images into [n][n_classes], NULL: not wanted. */
struct loss loss_softmax(
	const float *logits, const uint8_t *label, int n, int n_classes, float *gradient);

#endif
