/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pulse responses: how write pulses move the normalised state y = (g - g_min)/(g_max - g_min) of a
 * cell. Each kind is one file response_*.c and one entry of response_kinds[].
 *
 * A kind answers in one of two ways:
 *     branch   the step is linear in y; k pulses are then one jump in closed form,
 *              y <- y + s(y) c_k(m), c_k(m) = (1 - (1 - m)^k)/m, m the contraction per pulse
 *     step     any step of the position x in the window (own_window: the cell's own); pulses are taken
 *              one by one
 * Everything else (spread, noise, stuck cells, wear) is the population's (device/population.h) and the
 * same for all kinds.
 */
#ifndef MHO_DEVICE_RESPONSE_H
#define MHO_DEVICE_RESPONSE_H

#include <stdbool.h>

#include "base/field.h"

struct arena;
struct cell;
struct diag;

/* What makes one cell differ from the nominal one. */
struct own {
	double label_up, label_down; /* added to the labels of a curve that has them */
	double slope_up, slope_down; /* added to the slopes of linear steps */
	double k_up, k_down;         /* times the steps */
	double low, high;            /* its window in units of the nominal one */
};

extern const struct own own_nominal;

/* Steps linear in y: s(y) = at_low (high - y) + at_high (y - low), signed; the contraction per pulse
 * is at_low - at_high. Between 0 and 1 these are the steps at the two ends; ends are kept, not the
 * asymptote, because strong labels put it nearer to the end than a double can tell. */
struct branch {
	double at_low, at_high;
	double low, high;
};

struct response {
	const struct response_kind *kind;
	double n_up, n_down; /* steps of mid-window (or nominal) size that make up the whole window */
};

/* Steps of a measured cell at the two ends of its window and in its middle, magnitudes above 0 in
 * shares of the window: where a fit starts. */
struct response_ends {
	double up_low, up_mid, up_high, down_low, down_mid, down_high;
	double g_low, g_span; /* [S] the window */
};

/* What a fit to measured pulses (lab/fit.h) has to know of a kind. */
struct response_fit {
	const char *const *keys;    /* NULL-ended: keys of the field table that the pulses determine */
	const char *const *scatter; /* NULL-ended: those of the response's own scatter, NULL: none */
	bool vanishes;              /* steps end at the bounds, so that the data show where these are */
	bool seen_against;          /* needs a reference that the data do not show: only when asked for */
	int n_starts;               /* attempts, 0 .. n_starts - 1 */
	/* Fills the struct, keys that are not fitted included. */
	void (*start)(struct response *, const struct response_ends *, int attempt);
};

struct response_kind {
	struct kind_head head;
	bool labels;     /* device-to-device spread shifts labels (and not the size of the steps) */
	bool slopes;     /* slopes can differ from cell to cell */
	bool own_window; /* the steps follow the cell's own window, not the nominal one */
	/* Says what is wrong with the keys and completes what follows from them. */
	bool (*check)(struct response *, const struct cell *, struct arena *, struct diag *);
	/* Exactly one of these: */
	void (*branch)(const struct response *, const struct own *, bool up, struct branch *);
	double (*step)(const struct response *, bool up, double x); /* nominal, signed */
	/* With step only, may be NULL: the response's own scatter of one pulse. */
	double (*sigma)(const struct response *, bool up, double x);
	/* With step only, may be NULL: the step that a share u of all pulses does not exceed; replaces
	 * sigma where has_quantiles says so. */
	double (*quantile)(const struct response *, bool up, double x, double u);
	bool (*has_quantiles)(const struct response *);
	const struct response_fit *fit; /* NULL: no fit by parameters */
};

extern const struct response_kind *const response_kinds[]; /* NULL-ended */

/* Mean change of y by one pulse at state y, signed. */
double response_step(const struct response *, const struct own *, bool up, double y);

/* State after |k| pulses without noise (k > 0 up), within the cell's own window. */
double response_move(const struct response *, const struct own *, double y, double k);

/* How many pulses of a train from the end of the window lead the nominal cell to y: the pulse number
 * that names the amplitude in a staircase. At most n_most. */
double response_position(const struct response *, bool up, double y, double n_most);

/* Asymptote and contraction of a branch of n pulses and a label (0: straight line) over 0..1.
 * up: true for potentiation. */
struct branch branch_of_label(double label, double n_pulses, bool up);

/* State after k >= 0 pulses along a branch, not clipped. */
double branch_move(const struct branch *, double y, double k);

#endif
