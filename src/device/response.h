/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pulse responses: how write pulses move the normalised state y = (g - g_min)/(g_max - g_min) of a
 * cell. Each kind is one file response_*.c and one entry of response_kinds[].
 *
 * Every kind here answers with the four constants of a linear recursion,
 *     k pulses up:   y <- y_inf_up   - (y_inf_up   - y) rho_up^k
 *     k pulses down: y <- y_inf_down - (y_inf_down - y) rho_down^k
 * (rho = 1 stands for the straight line, moved by step per pulse), so that the population kernels
 * are one piece of code.
 */
#ifndef MHO_DEVICE_RESPONSE_H
#define MHO_DEVICE_RESPONSE_H

#include <stdbool.h>

#include "base/field.h"

struct diag;

/* The asymptote lies beyond the window: above 1 or below 0, for strong labels by less than a double can
 * tell from the end itself. So only the distance from that end is kept. */
struct branch {
	double beyond; /* y_inf - 1 if > 0, y_inf if < 0; unused when rho is 1 */
	double rho;    /* contraction per pulse (expansion if > 1) */
	double step;   /* change of y per pulse on the straight line (signed); 0 when rho is not 1 */
};

struct response {
	const struct response_kind *kind;
	double n_up, n_down; /* pulses that carry an ideal cell across the whole window */
};

struct response_kind {
	struct kind_head head;
	bool (*check)(const struct response *, struct diag *);
	/* Constants of one cell whose curve labels differ from the nominal by dev_up, dev_down (label
	 * units, the device-to-device spread). */
	void (*branches)(const struct response *, double dev_up, double dev_down, struct branch *up,
		struct branch *down);
};

extern const struct response_kind *const response_kinds[]; /* NULL-ended */

/* Curvature alpha (fractions of the full pulse count) of a nonlinearity label, signed like the label.
 * label 0 has no curvature: the caller treats it as the straight line.
 * Range 0 < |label| <= 9. Source [ChenPeng2018], closed form in doc/models.md. */
double label_to_curvature(double label);
double curvature_to_label(double alpha);

/* Asymptote and contraction of a branch of n pulses and a label (0: straight line).
 * up: true for potentiation. */
struct branch branch_of_label(double label, double n_pulses, bool up);

/* State after k >= 0 pulses along a branch, clipped to [0, 1]. */
double branch_move(struct branch, double y, double k);

#endif
