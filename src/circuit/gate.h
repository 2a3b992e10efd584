/* SPDX-License-Identifier: Apache-2.0 */
/* Static CMOS gates and transmission gates: layout, capacitances, resistances, leakage. */
#ifndef MHO_CIRCUIT_GATE_H
#define MHO_CIRCUIT_GATE_H

#include "circuit/module.h"

enum gate_type { GATE_INVERTER, GATE_NAND, GATE_NOR };

struct gate_shape {
	enum gate_type type;
	int n_in;        /* 1 for an inverter */
	double w_n, w_p; /* [m] of each transistor */
};

struct gate {
	double a;           /* [m^2] */
	double c_in, c_out; /* [F] of one input pin, of the output's drains */
	double r_n, r_p;    /* [Ohm] pull-down and pull-up path */
	double p_leak;      /* [W] mean over input states */
};

struct gate gate_make(const struct tech *, struct gate_shape);

/* k times the minimum gate: every path as strong as the minimum inverter's, times k. */
struct gate gate_inverter(const struct tech *, double k);
struct gate gate_nand(const struct tech *, int n_in, double k);
struct gate gate_nor(const struct tech *, int n_in, double k);

/* Switching time constant of a gate that drives c_load, mean of both edges. */
double gate_tau(const struct gate *, double c_load);

/* Transmission gate that carries levels near v. */
struct pass_gate {
	double a;
	double c_drain;            /* [F] at each end */
	double c_channel;          /* [F] more at each end while it conducts */
	double c_gate_n, c_gate_p; /* [F] */
	double r;                  /* [Ohm] when on, near v */
	double r_swing;            /* [Ohm] when on, for a whole swing of v_dd */
};
struct pass_gate pass_gate_make(const struct tech *, double w, double v);
/* At most r_max, and no narrower than 1 F or one fin. */
struct pass_gate pass_gate_for(const struct tech *, double r_max, double v);

/* Delay of an inverter with a fan-out of four in a chain of its like: the unit of logic delay. [s]
 */
double gate_t_fo4(const struct tech *);

/* mho module inverter|nand2|nor2 */
struct gate_module {
	struct module module;
	double w_n, w_p; /* [m] 0: minimum */
	int n_fanout;
};

#endif
