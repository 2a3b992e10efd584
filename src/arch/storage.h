/* SPDX-License-Identifier: Apache-2.0 */
/* What the chip keeps where: sizes of its buffers, and what goes to the external memory instead. */
#ifndef MHO_ARCH_STORAGE_H
#define MHO_ARCH_STORAGE_H

#include "arch/mapping.h"

struct storage {
	double n_tile, n_chip, n_gradient; /* [bit] in buffers */
	double k_spill;                    /* share of the activations that the chip's buffer does not hold */
	double k_spill_gradient;           /* share of the sums of gradients likewise */
};

/* Share of n_bits above a limit (0: none); n_bits becomes what stays. */
double storage_spill(double *n_bits, double n_bytes_max);

/* n_bits_sum: of a sum over all blocks of a layer. */
struct storage storage_make(const struct design *, const struct mapping *, int n_bits_sum);

#endif
