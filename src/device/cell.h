/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One memory cell as a techfile (cell-*.yaml) describes it: what it looks like to a circuit, what
 * pulses do to it, how it forgets.
 */
#ifndef MHO_DEVICE_CELL_H
#define MHO_DEVICE_CELL_H

#include <stdbool.h>

#include "base/field.h"
#include "device/aging.h"
#include "device/response.h"
#include "device/structure.h"

struct cell_pulse {
	double v; /* amplitude [V], its magnitude; of the first pulse of a staircase */
	double t; /* width [s]; of the first pulse of a staircase */
	double v_step, t_step; /* added per pulse number (enum cell_train) */
};

/* Which of a pulse's properties grow with its number in the train. The number is the place of the
 * state on its curve, so a train that starts half-way starts with the amplitude of half-way. */
enum cell_train {
	TRAIN_IDENTICAL,
	TRAIN_AMPLITUDE,
	TRAIN_WIDTH,
	TRAIN_BOTH
};

struct cell_geometry {
	double k_width_in_f, k_height_in_f; /* footprint in feature sizes: along a row, along a column */
	double c_element;                   /* [F] of a crosspoint's element between its lines */
	double k_access_in_f;               /* width of a 1T1R's access transistor; 0: as needed */
};

struct cell_read {
	double v_read; /* [V] across the cell while it is read */
};

struct cell_write {
	int train;                  /* enum cell_train */
	struct cell_pulse up, down; /* one pulse of either polarity */
	const struct cell_pulse *erase; /* brings any state to g_min; NULL: a full depression train does */
	bool one_sided;             /* only potentiation is gradual; depression means erase */
	double q_switched_per_a;    /* FeFET: 2 P_r [C/m^2], moved by a full switch; else 0 */
	double k_gate_area_in_f2;   /* FeFET: area of the ferroelectric film in feature sizes squared */
};

/* Spread from cell to cell is drawn once, noise anew for every command. Shares of the window unless
 * said otherwise; what is 0 costs neither time nor memory. */
struct cell_variation {
	double k_cycle;      /* sigma of one pulse; k pulses: sqrt(k) */
	double k_cycle_step; /* sigma of one pulse as a share of its step */
	double k_device;     /* sigma of the labels (label units), or of the steps (relative) */
	bool log_normal;     /* k_device is the sigma of the logarithm of the steps */
	double k_asymmetry;  /* sigma of the relative imbalance of steps up and down */
	double k_slope;      /* sigma of the slopes of linear steps */
	double k_g_min, k_g_max; /* sigma of the ends of the window */
	double k_write;      /* write noise: the state shown is off by this until the next write */
	double k_erase;      /* sigma of the state an erase leaves */
};

/* Cells that pulses do not move. */
struct cell_stuck {
	double k_low, k_high, k_value; /* shares of the cells at the bottom, the top, and in between */
	double y_from, y_to;           /* where those in between stand */
};

/* What writing does to a cell in the long run. */
struct cell_wear {
	double n_half;   /* pulses after which the window is half as wide; 0: it does not close */
	double k_slope;  /* of the closing: 1/(1 + (n/n_half)^k_slope) */
	double y_close;  /* state it closes around */
	double n_fail;   /* median pulses to failure; 0: never */
	double k_spread; /* sigma of the logarithm of a cell's own n_fail */
	int fails;       /* enum cell_fails */
};

enum cell_fails {
	FAILS_HELD, /* stays where it was */
	FAILS_LOW,
	FAILS_HIGH
};

/* A cell that forgets within a training: y goes to y_rest. */
struct cell_hold {
	int law;             /* enum hold_law */
	double t_retention;  /* [s] median time constant; at constant current, time across the window */
	double k_spread;     /* sigma of ln(time constant) from cell to cell */
	double y_rest;       /* the state it decays to */
	double e_activation; /* [J] t_retention follows Arrhenius' law */
	double temp_ref;     /* [K] temperature t_retention holds at */
};

enum hold_law {
	HOLD_EXPONENTIAL,     /* leakage through a resistance */
	HOLD_CONSTANT_CURRENT /* leakage that does not depend on the voltage */
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

/* What the numbers of a cell rest on. */
enum cell_trust {
	TRUST_ASSUMED,    /* stand-in values, or values of which the decisive ones are */
	TRUST_SIMULATION, /* simulated devices */
	TRUST_FIT,        /* a model fitted to measured devices */
	TRUST_SILICON     /* statistics measured on an array in silicon, as its authors published them */
};

struct cell {
	const char *name;    /* one line */
	int trust;           /* enum cell_trust */
	int structure;       /* index of cell_structures[] */
	struct cell_geometry geometry;
	double g_min, g_max; /* [S] window */
	struct cell_read read;
	struct cell_write write;
	const struct response *response;
	struct cell_variation variation;
	const struct cell_stuck *stuck;         /* NULL: none */
	const struct cell_wear *wear;           /* NULL: none on the time scale of a training */
	const struct cell_hold *hold;           /* NULL: non-volatile on the time scale of a training */
	const struct cell_programming *programming; /* NULL: programs exactly */
	const struct drift *drift;                  /* NULL: none */
	const struct cell_relaxation *relaxation;   /* NULL: none */
	const struct cell_read_noise *read_noise;   /* NULL: none */
	const struct cell_capacitor *capacitor; /* structures that store charge */
	const struct cell_remanent *remanent;   /* 2T1F and FeMFET */
	const struct cell_selector *selector;   /* crosspoint; NULL: none */
	const struct cell_track *track;         /* skyrmion */
	double n_endurance;                     /* pulses; 0: unlimited */
};

extern const struct field cell_fields[];
extern const struct file_kind cell_file;

/* The pulse of a polarity; an erase that is not given is a pulse down. Of a staircase the one that a
 * cell at mid-window gets; at state y; and the last of a train across the whole window, for what must
 * stand all of them. */
struct cell_pulse cell_pulse(const struct cell *, enum polarity);
struct cell_pulse cell_pulse_at(const struct cell *, enum polarity, double y);
struct cell_pulse cell_pulse_last(const struct cell *, enum polarity);
bool cell_has_pulse(const struct cell *, enum polarity); /* given on its own */

#endif
