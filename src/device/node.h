/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One CMOS node as a techfile (node-*.yaml) describes it: transistors, layout rules, metal,
 * capacitors. Lengths "in F" are multiples of l_feature. Circuits read it through struct tech
 * (transistor.h).
 */
#ifndef MHO_DEVICE_NODE_H
#define MHO_DEVICE_NODE_H

#include "base/field.h"
#include "device/metal.h"

/* Currents per metre of gate width; the lists are parallel to temp. */
struct node_current {
	struct field_reals temp;             /* [K] ascending */
	struct field_reals i_on_n, i_on_p;   /* [A/m] at v_gs = v_ds = v_dd */
	struct field_reals i_off_n, i_off_p; /* [A/m] at v_gs = 0, v_ds = v_dd */
	double i_gm_n, i_gm_p;               /* [A/m] at v_gs = 0.7 v_dd, 300 K */
	double k_resistance;                 /* switching resistance over v_dd / i_on */
	double k_v_sat; /* saturation voltage over v_dd - v_th at full gate drive */
	double k_alpha; /* exponent of the current's dependence on the gate drive */
	double k_stack; /* leakage of two stacked off transistors over one */
	double k_dibl;  /* fall of the threshold per rise of the drain */
};

struct node_gate {
	double c_ideal_per_w, c_fringe_per_w; /* [F/m] channel; both edges together */
	double k_overlap;                     /* overlap of both edges over the ideal one */
	double l_gate;                        /* [m] physical */
};

/* Zero-bias junction capacitances and how they fall with reverse bias. */
struct node_junction {
	double c_per_a;               /* [F/m^2] bottom */
	double c_side_per_l;          /* [F/m] outer sidewall */
	double c_channel_per_l;       /* [F/m] gate edge */
	double v_built_in;            /* [V] */
	double k_grade, k_grade_side; /* exponents of bottom and sidewalls */
};

/* Fins of a FinFET: a width is a whole number of them. */
struct node_fin {
	double h_fin, w_fin; /* [m] of one; the current flows on 2 h + w */
	double l_pitch;      /* [m] layout width that one takes */
};

/* Standard-cell layout, in F. */
struct node_layout {
	double k_gate_width, k_gate_gap; /* their sum is the contacted gate pitch */
	double k_np_gap;                 /* between n and p diffusion */
	double k_edge;                   /* height lost at both edges together */
	double k_cell_height;
	double k_w_min;  /* width of the n transistor of a minimum gate */
	double k_wiring; /* load of a net inside a block over that of its gates alone */
	double k_utilization; /* area of the cells of a block over that of the block */
};

struct node_capacitor {
	double c_metal_per_a; /* [F/m^2] metal fringe capacitor */
	double c_unit_min;    /* [F] smallest that is drawn */
	double l_border;      /* [m] from one drawn capacitor to the next */
	double k_mismatch;    /* sigma of dC/C of a pair of 1 fF; falls with the root of C */
	double c_mos_per_a;   /* [F/m^2] thick-oxide MOS capacitor */
};

struct node_sram {
	double k_width_in_f, k_height_in_f;            /* cell, along word line and bit line */
	double k_w_access, k_w_pull_down, k_w_pull_up; /* gate widths in F */
	double v_swing;                                /* [V] that the sense amplifier needs */
};

/* Thick-oxide transistors for voltages above v_dd. */
struct node_io {
	double v_max;       /* [V] */
	double k_length;    /* gate length over the core's */
	double k_area;      /* layout area over that of a core transistor of equal width */
	double f_pump;      /* [Hz] clock of a charge pump */
	double k_pump_loss; /* charge lost to parasitics per charge delivered and stage */
};

/* Share of the nodes of a block that are charged per operation. */
struct node_activity {
	double k_logic, k_adder, k_register, k_bus, k_control;
};

struct node {
	const char *name;
	double l_feature;  /* F [m] */
	double v_dd, v_th; /* [V] */
	double f_clock;    /* [Hz] of synchronous blocks */
	double v_mismatch; /* [V] sigma of the threshold difference of a pair of 1 um^2 gates */
	struct node_current current;
	struct node_gate gate;
	struct node_junction junction;
	const struct node_fin *fin; /* NULL: planar */
	struct node_layout layout;
	struct metal metal;
	struct node_capacitor capacitor;
	struct node_sram sram;
	struct node_io io;
	struct node_activity activity;
};

extern const struct field node_fields[];
extern const struct file_kind node_file;

#endif
