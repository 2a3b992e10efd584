/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A node at one temperature: what circuits read. Widths are drawn gate widths in metres; a FinFET
 * has as many fins as cover it, at least one, and everything counts the same fins.
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
	double c_gate_per_w;                 /* [F/m] channel and both edges */
	double c_edge_per_w;                 /* [F/m] gate to source or drain: one edge */
	double c_junction_per_a;             /* mean over a swing of v_dd */
	double c_side_per_l, c_channel_per_l;
	struct wire local, intermediate, global;
};

/* Layout width after rounding up to whole fins (planar: w itself), and the width that conducts. */
double transistor_w_drawn(const struct tech *, double w);
double transistor_w_channel(const struct tech *, double w);

/* Effective gate drive where v_gs - v_th is v: v itself well above the threshold, falling
 * exponentially below it. [V] */
double transistor_drive(const struct node *, double temp, double v);
/* Gate voltage that changes the current below the threshold by a factor of e. [V] */
double transistor_v_slope(double temp);

/* Area of a block whose cells take a. [m^2] */
double tech_placed(const struct tech *, double a);

/* Is the temperature inside the node's tables? */
bool tech_covers(const struct node *, double temp);
struct tech tech_at(const struct node *, double temp);

/* Switching (large-signal) resistance with the gate fully on. [Ohm] */
double transistor_r_n(const struct tech *, double w);
double transistor_r_p(const struct tech *, double w);

/* Resistance of n_in equal transistors in series over that of one. */
double transistor_k_stack(const struct tech *, int n_in);

/* Small-signal conductance of a transistor near v_ds = 0 where v_gs - v_th is v_drive. [S] */
double transistor_g_triode_n(const struct tech *, double w, double v_drive);
double transistor_g_triode_p(const struct tech *, double w, double v_drive);

/* Transconductance near the switching point (gate at 0.7 v_dd). [S] */
double transistor_gm_n(const struct tech *, double w);
double transistor_gm_p(const struct tech *, double w);

/* Gate capacitance of a transistor whose source and drain rest. [F] */
double transistor_c_gate(const struct tech *, double w);
/* Capacitance between its gate and its drain outside the channel: counts twice where they move
 * against each other. [F] */
double transistor_c_edge(const struct tech *, double w);
/* Drain of a contacted, unfolded transistor that shares it with nobody; its gate rests. [F] */
double transistor_c_drain(const struct tech *, double w);

#endif
