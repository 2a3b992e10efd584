/* SPDX-License-Identifier: Apache-2.0 */
/* Weights that the chip does not hold: loaded from the external memory for every image. */
#ifndef MHO_ARCH_RELOAD_H
#define MHO_ARCH_RELOAD_H

#include "arch/phases.h"

/* Program the layer into the subarrays that such layers share; nothing for a layer that stays. Returns the
 * bits that come from the external memory. */
double book_reload(const struct run *);

#endif
