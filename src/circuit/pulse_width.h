/* SPDX-License-Identifier: Apache-2.0 */
/* What makes the inputs of rows pulse widths (pwm_dac.c), without the rows' drivers. */
#ifndef MHO_CIRCUIT_PULSE_WIDTH_H
#define MHO_CIRCUIT_PULSE_WIDTH_H

#include "circuit/est.h"
#include "device/transistor.h"

/* One vector of values of n_bits; latency: of the longest pulse, in steps of t_step or what the counter
 * takes if that is more. */
struct est pulse_width_logic(const struct tech *, int n_rows, int n_bits, double t_step);

#endif
