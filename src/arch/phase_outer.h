/* SPDX-License-Identifier: Apache-2.0 */
/* Outer products on the arrays: rows and columns fire together, cells move where they meet. */
#ifndef MHO_ARCH_PHASE_OUTER_H
#define MHO_ARCH_PHASE_OUTER_H

#include "arch/phases.h"

/* The update of one batch. */
void phase_outer(struct run);

/* The transfers from a fast array to a slow one of one batch (phase_fast_slow.c). */
void phase_fast_slow(struct run);

/* Digital work of one product of layer i: the largest values, and the scaling to probabilities. */
struct work outer_work(const struct chip *, int i);

/* A record of defaults, where nothing was trained. */
void outer_default(struct layer_activity *, const struct placed *, const struct update *, int n_batch);

#endif
