/* SPDX-License-Identifier: Apache-2.0 */
/* Can a network be trained? */
#ifndef MHO_TRAIN_TRAINABLE_H
#define MHO_TRAIN_TRAINABLE_H

#include <stdbool.h>

struct arena;
struct diag;
struct network;
struct recipe;

/* Layers for which there are no passes are reported. */
bool trainable(struct arena *, const struct network *, struct diag *);

/* Arrays take unsigned inputs: layers with weights that may see negative ones are reported. */
bool trainable_in_arrays(
	struct arena *, const struct network *, const struct recipe *, struct diag *);

#endif
