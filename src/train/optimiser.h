/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Optimisers: from the gradient of the mean loss to the change of a parameter.
 *
 * Model    g' = g + k_decay w, but for adam
 *          sgd        change = -rate g'
 *          momentum   v <- m v + g', change = -rate v
 *          nesterov   v <- m v + g', change = -rate (g' + m v)
 *          adam       v <- m v + (1 - m) g, s <- b s + (1 - b) g^2,
 *                     change = -rate (v / (1 - m^t) / (sqrt(s / (1 - b^t)) + 1e-8) + k_decay w)
 * Source   [Polyak1964] [Sutskever2013] [Kingma2015] [Loshchilov2019] (decay apart)
 * Checked  tests/unit/check_quantise.c: against the formulas, step by step
 */
#ifndef MHO_TRAIN_OPTIMISER_H
#define MHO_TRAIN_OPTIMISER_H

#include <stddef.h>

#include "train/recipe.h"

struct arena;

struct optimiser {
	const struct recipe *recipe;
	float *velocity; /* [n] of parameters; NULL: not needed */
	float *square;
};

/* What one step has in common for all parameters. */
struct optimiser_step {
	double rate;
	double k_gradient; /* what a sum of gradients is multiplied by to be g */
	long number;       /* from 1 */
};

void optimiser_init(struct optimiser *, struct arena *, const struct recipe *, size_t n);

/* Changes of parameters from..to-1 from their summed gradients; decay: whether k_decay applies. */
void optimiser_change(struct optimiser *, const struct optimiser_step *, const float *gradient,
	const float *param, bool decay, size_t from, size_t to, float *change);

#endif
