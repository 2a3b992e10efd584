/* SPDX-License-Identifier: Apache-2.0 */
/* What row and column switches share: a flip-flop and two transmission gates per line. */
#ifndef MHO_CIRCUIT_LINE_SWITCH_H
#define MHO_CIRCUIT_LINE_SWITCH_H

#include "circuit/edge.h"
#include "circuit/module.h"

struct line_switch {
	int n_lines;
	double r_drive, v_line; /* as in row_switch.h */
	struct line line;
	double c_line;
	double k_ones;
};

/* One vector of bits to all lines. */
struct est line_switch_estimate(const struct line_switch *, const struct tech *);

#endif
