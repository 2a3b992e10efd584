/* SPDX-License-Identifier: Apache-2.0 */
/* Delay of a chain of stages, each slowed by the finite slope of the one before. */
#ifndef MHO_CIRCUIT_EDGE_H
#define MHO_CIRCUIT_EDGE_H

#include "device/metal.h"

/* An edge on its way: when it crosses the middle, and how steep it is there. */
struct edge {
	double t;      /* [s] since the chain was started */
	double t_rise; /* [s] inverse of its slope: full swing over slope; 0 is a step */
};

/* After a stage with the time constant tau. */
struct edge edge_through(struct edge, double tau);

/* A wire or line with its length multiplied in. */
struct line {
	double r, c; /* [Ohm] [F] total, distributed */
};
struct line line_of(struct wire, double l);

/* Time constant of a driver at one end of a line with a load at the other. */
double line_tau(double r_drive, double c_drive, struct line, double c_load);

/* The steady rise time in a chain of equal stages of time constant tau. */
double edge_t_rise_steady(double tau);

#endif
