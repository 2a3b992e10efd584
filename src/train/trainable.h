/* SPDX-License-Identifier: Apache-2.0 */
/* A network, its data and the numbers of a design: whether they go together, and as a model. */
#ifndef MHO_TRAIN_TRAINABLE_H
#define MHO_TRAIN_TRAINABLE_H

#include "train/model.h"
#include "train/trainer.h"

/* False after reported errors: the network does not fit the data, has layers that cannot be trained,
 * or does not fit the arrays. */
bool trainable(const struct train_spec *, struct diag *);

/* What training and inference have in common. */
struct model_spec trainable_model(struct arena *, const struct train_spec *);

#endif
