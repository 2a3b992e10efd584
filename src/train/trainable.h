/* SPDX-License-Identifier: Apache-2.0 */
/* Whether a network, its data and the numbers of a design go together. */
#ifndef MHO_TRAIN_TRAINABLE_H
#define MHO_TRAIN_TRAINABLE_H

#include "net/numerics.h"
#include "train/dataset.h"
#include "train/recipe.h"

/* False after reported errors: the network does not fit the data, has layers that cannot be trained,
 * or (numerics not NULL) does not fit arrays, which take inputs >= 0. */
bool trainable(const struct network *, const struct recipe *, const struct dataset *,
	const struct numerics *, struct diag *);

#endif
