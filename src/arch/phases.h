/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The five phases of one layer. Each books energy and latency under its bill; forward, error and
 * gradient for one image, update for one batch, transfer for one event.
 */
#ifndef MHO_ARCH_PHASES_H
#define MHO_ARCH_PHASES_H

#include "arch/chip.h"
#include "net/activity.h"

struct run {
	const struct chip *chip;
	const struct placed *placed;
	const struct layer_activity *activity;
	struct bill bill;
};

void phase_forward(struct run);
void phase_error(struct run); /* through the layer if it is asked for its inputs' errors, and random feedback */
void phase_gradient(struct run);
void phase_update(struct run);
void phase_transfer(struct run);

/* The adders of n_sums sums over n_blocks partial sums each; the time they take. */
double book_trees(const struct run *, double n_sums, int n_blocks);

#endif
