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
#include "device/structure.h"

struct cell_pulse {
	double v; /* amplitude [V], its magnitude */
	double t; /* width [s] */
};

struct cell_geometry {
	double k_width_in_f, k_height_in_f; /* footprint in feature sizes: along a row, along a column */
	double k_access_in_f;               /* width of a 1T1R's access transistor; 0: as needed */
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

/* The kept part of a cell that holds two numbers (2T1F, FeMFET): levels of polarisation. */
struct cell_remanent {
	double n_levels;
	struct cell_pulse program, erase;
	double v_coercive;        /* [V] across the film */
	double q_switched_per_a;  /* 2 P_r [C/m^2] */
	double k_film_area_in_f2; /* film, in feature sizes squared */
	double c_film;            /* [F] of a film in series with the gate; 0: the film is the gate */
	double k_program;         /* sigma of a programmed level, share of the polarisation window */
	double n_endurance;       /* erases; 0: no limit known */
};

/* What a crosspoint has in place of a transistor. */
struct cell_selector {
	double v_threshold, v_hold; /* [V] turns on; drop while on */
	double i_half;              /* [A] at half of the threshold */
	double v_decade;            /* [V] per decade of the off-current */
};

struct cell_track {
	double i_write; /* [A] */
};

struct cell {
	const char *name;    /* one line */
	int structure;       /* index of cell_structures[] */
	struct cell_geometry geometry;
	double g_min, g_max; /* [S] window */
	struct cell_read read;
	struct cell_write write;
	const struct response *response;
	struct cell_variation variation;
	const struct cell_hold *hold;           /* NULL: non-volatile on the time scale of a training */
	const struct cell_capacitor *capacitor; /* structures that store charge */
	const struct cell_remanent *remanent;   /* 2T1F and FeMFET */
	const struct cell_selector *selector;   /* crosspoint; NULL: none */
	const struct cell_track *track;         /* skyrmion */
	double n_endurance;                     /* writes; 0: unlimited */
};

extern const struct field cell_fields[];
extern const struct file_kind cell_file;

/* The pulse of a polarity; an erase that is not given is a pulse down. */
struct cell_pulse cell_pulse(const struct cell *, enum polarity);
bool cell_has_pulse(const struct cell *, enum polarity); /* given on its own */

#endif
