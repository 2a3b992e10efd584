/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Cell structures: how a cell is built and which lines of an array it hangs on. Each is a descriptor
 * in a file structure_*.c and one entry of cell_structures[]; arrays ask it for loads, conductance,
 * leakage, the levels of a write and the energy of a pulse.
 *
 * Lines: a word line along the row opens transistors; a row line along the row and a column line
 * carry the read current; a write line runs beside the column.
 */
#ifndef MHO_DEVICE_STRUCTURE_H
#define MHO_DEVICE_STRUCTURE_H

#include <stdbool.h>

#include "device/transistor.h"

struct cell;
struct diag;

enum polarity {
	PULSE_UP,
	PULSE_DOWN,
	PULSE_ERASE,  /* to the bottom of the window; of a cell with a remanent part: of that part */
	PULSE_PROGRAM /* the remanent part to a level */
};

/* What keeps cells that share one line with a written cell from being written. */
enum write_bias { BIAS_HALF, BIAS_THIRD };

enum word_use {
	WORD_NONE,  /* there is no word line */
	WORD_WRITE, /* only to write */
	WORD_READ,  /* open for a whole vector of inputs, and to write */
	WORD_INPUT  /* carries the input bits: there is no row line */
};

/* What one cell adds to its lines. */
struct cell_load {
	double w_access;                       /* [m] of an access transistor, 0: none */
	double c_word, c_row, c_column, c_write; /* [F] */
};

/* Levels of the lines while a row is written. [V] */
struct write_levels {
	double v_word_row; /* word line, raised once per row */
	double v_word;     /* word line, every period */
	double v_row;      /* row line, every period */
	double v_column;   /* column of a pulsed cell */
	double v_idle;     /* column that is not pulsed in a period of its row */
	double v_write;    /* write line of a pulsed cell */
	double v_others;   /* row lines that are not written, every period */
	/* across cells that are not written: in the row, in a pulsed column, elsewhere */
	double v_half_row, v_half_column, v_rest;
};

struct cell_structure {
	const char *name;    /* in YAML: "structure: 1t1r" */
	const char *summary; /* one line */
	const char *source;  /* key in doc/references.bib */
	enum word_use word;
	bool has_access;      /* an n transistor in series with the element */
	bool transposes;      /* columns can drive and rows be read */
	bool from_supply;     /* pulses are drawn from the supply: no pump, no level shifter */
	bool one_write;       /* both polarities in one write of a row */
	bool binary;          /* two states */
	bool disturbed;       /* rows that are read together may write each other */
	bool needs_capacitor, needs_remanent, needs_charge, needs_track, takes_selector;
	bool g_of_node; /* the conductance follows from the node, not from g_min and g_max */

	struct cell_load (*load)(const struct cell *, const struct tech *, double k_access);
	/* Current over v_read of a cell that is read, access device included. [S] */
	double (*g_read)(const struct cell *, const struct tech *, const struct cell_load *, double y);
	/* One pulse in one cell at state y: drawn at the pulse's voltage, lines not included. [J] */
	double (*e_pulse)(const struct cell *, const struct tech *, enum polarity, double y);
	struct write_levels (*levels)(const struct cell *, const struct tech *, enum polarity,
		enum write_bias);
	/* Current of a cell that is not selected, across which v lies. NULL: none. [A] */
	double (*i_unselected)(const struct cell *, double y, double v);
	/* Static. NULL: none. [W] */
	double (*p_leak)(const struct cell *, const struct tech *);
	/* What makes no sense in the cell, and in the cell on a node; NULL: nothing more to check. */
	bool (*check)(const struct cell *, struct diag *);
	bool (*fits)(const struct cell *, const struct node *, struct diag *);
};

extern const struct cell_structure *const cell_structures[]; /* NULL-ended */
extern const char *const structure_words[];                  /* their names in the same order */

const struct cell_structure *cell_structure(const struct cell *);

/* v_dd - v_th - v_read: what opens an access transistor beyond its threshold. [V] */
double access_drive(const struct cell *, const struct tech *);

/* Conductance of the element at state y. [S] */
double cell_g(const struct cell *, double y);

/* The same with its access transistor in series: the g_read of such structures. [S] */
double access_g_read(const struct cell *, const struct tech *, const struct cell_load *, double y);

#endif
