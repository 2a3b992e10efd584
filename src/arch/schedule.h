/* SPDX-License-Identifier: Apache-2.0 */
/* Order of execution: how long an image takes in the mean, and who is powered meanwhile. */
#ifndef MHO_ARCH_SCHEDULE_H
#define MHO_ARCH_SCHEDULE_H

#include "arch/chip.h"

struct schedule {
	double t_forward; /* [s] between two images at inference */
	double t_image;   /* [s] forward, error and gradient of an image in the mean over a batch */
	double t_batch;   /* [s] the same of a whole batch */
	double k_beside[PHASE_COUNT]; /* time of a phase over the sum of its layers' times */
	double k_wall[PHASE_COUNT];   /* the same when images follow each other */
};

/* Layers with their latencies; n_batches of all n_images. */
struct schedule schedule_make(const struct chip *, const struct ledger *, const struct layer_cost *,
	double n_images, int n_batch, struct arena *);

/* Seconds that tiles and everything else are powered in a phase of a layer. */
struct powered {
	double t_tiles, t_chip;
};
struct powered schedule_powered(const struct chip *, const struct schedule *, const struct placed *,
	enum phase, double latency);

#endif
