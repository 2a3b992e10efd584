/* SPDX-License-Identifier: Apache-2.0 */
/* What every kind of chip sums up alike. */
#ifndef MHO_ARCH_COST_H
#define MHO_ARCH_COST_H

#include "arch/price.h"

/* Phases from the layers, the mean image from the phases, each weighted by k_phase; layers that work side by
 * side take k_beside (NULL: 1) of their summed time. */
void cost_sum(struct cost *, const double *k_phase, const double *k_beside);

/* Rates, of t_forward, utilization and area as they stand; an image passes every t_image in the mean. */
void cost_rate(struct cost *, const struct network *, double n_images, double t_image);

#endif
