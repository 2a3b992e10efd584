/* SPDX-License-Identifier: Apache-2.0 */
/* The price of a network on a chip without arrays: the reference that arrays are compared with. */
#ifndef MHO_ARCH_DIGITAL_H
#define MHO_ARCH_DIGITAL_H

#include "arch/design.h"
#include "arch/price.h"
#include "net/network.h"

struct cost *digital_price(
	struct arena *, const struct design *, const struct network *,
	const struct activity *, double n_images, int n_batch);

#endif
