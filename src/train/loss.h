/* SPDX-License-Identifier: Apache-2.0 */
/* Losses: what training makes small. */
#ifndef MHO_TRAIN_LOSS_H
#define MHO_TRAIN_LOSS_H

#include <stdint.h>

struct loss {
	double sum; /* over images */
	int n_right;
};

/* Of outputs [n][n_classes]; gradient of the sum over images into [n][n_classes], NULL: not wanted. */
typedef struct loss loss_function(
	const float *y, const uint8_t *label, int n, int n_classes, float *gradient);

loss_function loss_softmax; /* cross-entropy of the softmax */
loss_function loss_squares; /* half the squared distance from one hot */

#endif
