/* SPDX-License-Identifier: Apache-2.0 */
/* Writing with a read after each pulse, as the design asks for. */
#ifndef MHO_ARCH_VERIFY_H
#define MHO_ARCH_VERIFY_H

#include "arch/write.h"

/* As write_train, with tries and reads where cells are verified; returns the time it takes. */
double write_verified(struct run, struct pulse_train);

/* The reads after rounds of pulses that were counted, as write_verified books those it expects; returns the
 * time they take. */
double verify_reads(struct run, int array, double n_rows, double n_pulses);

/* What it adds to a subarray: comparators and the flags of cells that are done. */
struct est verify_logic(const struct design *, const struct tech *, int n_converters, int n_columns);

#endif
