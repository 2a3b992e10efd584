/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One memory cell as a techfile (cell-*.yaml) describes it: what it looks like to a circuit, what
 * pulses do to it, how it forgets.
 */
#ifndef MHO_DEVICE_CELL_H
#define MHO_DEVICE_CELL_H

#include <stdbool.h>

#include "base/field.h"
#include "device/response.h"

enum cell_structure {
	CELL_1T1R,     /* resistive element in series with an access transistor */
	CELL_FEFET,    /* one transistor; the weight is its channel conductance, written through the gate */
	CELL_CAPACITOR /* storage capacitor on the gate of a read transistor, charged by current sources */
};

struct cell_pulse {
	double v; /* amplitude [V], its magnitude */
	double t; /* width [s] */
};

struct cell_geometry {
	double k_width_in_f, k_height_in_f; /* footprint in feature sizes: along a row, along a column */
};

struct cell_read {
	double v_read; /* [V] across the cell while it is read */
};

struct cell_write {
	struct cell_pulse up, down; /* one pulse of either polarity */
	const struct cell_pulse *erase; /* brings any state to g_min; NULL: a full depression train does */
	bool one_sided;             /* only potentiation is gradual; depression means erase */
	double q_switched_per_a;    /* FeFET: 2 P_r [C/m^2], moved by a full switch; else 0 */
	double k_gate_area_in_f2;   /* FeFET: area of the ferroelectric film in feature sizes squared */
};

struct cell_variation {
	double k_cycle;  /* sigma of one pulse, fraction of the window; k pulses: sqrt(k) */
	double k_device; /* sigma of the curve label from cell to cell, label units */
};

/* A cell that forgets: y decays to y_rest with time constant t_retention. */
struct cell_hold {
	double t_retention;  /* [s] median time constant */
	double k_spread;     /* sigma of ln(time constant) from cell to cell */
	double y_rest;       /* the state it decays to */
};

struct cell_capacitor {
	double c_storage;              /* [F] */
	double i_write;                /* [A] of the current sources */
	double k_width_source_in_f;    /* gate width of each current-source transistor */
	double k_width_read_in_f;      /* of the read transistor */
};

struct cell {
	const char *name;    /* one line */
	int structure;       /* enum cell_structure */
	struct cell_geometry geometry;
	double g_min, g_max; /* [S] window */
	struct cell_read read;
	struct cell_write write;
	const struct response *response;
	struct cell_variation variation;
	const struct cell_hold *hold;           /* NULL: non-volatile on the time scale of a training */
	const struct cell_capacitor *capacitor; /* CELL_CAPACITOR only */
	double n_endurance;                     /* writes; 0: unlimited */
};

extern const struct field cell_fields[];
extern const struct file_kind cell_file;

/* Energy of one write pulse in the cell itself (array lines not included) [J]: v^2 g t for a resistive
 * cell at conductance g [S]; v times the polarisation charge one of n pulses switches for a FeFET at
 * feature size l_feature [m]; v i t drawn by the current source of a capacitor cell. */
double cell_pulse_energy(const struct cell *, bool up, double g, double l_feature);

#endif
