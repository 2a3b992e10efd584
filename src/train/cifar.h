/* SPDX-License-Identifier: Apache-2.0 */
/* One CIFAR-10 batch from memory, gzip or not. */
#ifndef MHO_TRAIN_CIFAR_H
#define MHO_TRAIN_CIFAR_H

#include <stddef.h>

#include "train/dataset.h"

/* False after a reported error. */
bool cifar_parse(struct arena *, struct loc, const uint8_t *bytes, size_t n, struct images *,
	struct diag *);

#endif
