/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A node at one temperature: what circuits read. Widths are drawn gate widths in metres.
 */
#ifndef MHO_DEVICE_TRANSISTOR_H
#define MHO_DEVICE_TRANSISTOR_H

#include <stdbool.h>

#include "device/node.h"

struct tech {
	const struct node *node;
	double temp; /* [K] */
	double l_feature, v_dd;
	double w_min;                        /* [m] n transistor of a minimum gate */
	double k_beta;                       /* p over n width of a balanced gate */
	double i_on_n_per_w, i_on_p_per_w;   /* [A/m] */
	double i_off_n_per_w, i_off_p_per_w; /* [A/m] */
	double c_gate_per_w;                 /* [F/m] */
	double c_junction_per_a;             /* at a reverse bias of v_dd */
	double c_side_per_l, c_channel_per_l;
	struct wire local, intermediate, global;
};

/* Is the temperature inside the node's tables? */
bool tech_covers(const struct node *, double temp);
struct tech tech_at(const struct node *, double temp);

/* Switching (large-signal) resistance. [Ohm] */
double transistor_r_n(const struct tech *, double w);
double transistor_r_p(const struct tech *, double w);

/* Small-signal conductance of a fully conducting transistor near v_ds = 0 whose gate drive
 * v_gs - v_th is v_drive; 0 if it is off. [S] */
double transistor_g_triode_n(const struct tech *, double w, double v_drive);
double transistor_g_triode_p(const struct tech *, double w, double v_drive);

/* Transconductance near the switching point (gate at 0.7 v_dd). [S] */
double transistor_gm_n(const struct tech *, double w);
double transistor_gm_p(const struct tech *, double w);

/* Gate capacitance of a transistor. [F] */
double transistor_c_gate(const struct tech *, double w);
/* Drain junction of a contacted, unfolded transistor that shares it with nobody. [F] */
double transistor_c_drain(const struct tech *, double w);

#endif
