/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The weights of one layer as cells: state, updates by pulses, transfer, decay. Matrix layout is
 * that of the hardware: n_rows inputs (word lines) x n_cols outputs, row-major, so that
 * y[n_cols] = x[n_rows] * W. All functions are deterministic for any number of threads.
 */
#ifndef MHO_DEVICE_SYNAPSE_ARRAY_H
#define MHO_DEVICE_SYNAPSE_ARRAY_H

#include <stdbool.h>
#include <stdint.h>

#include "device/population.h"
#include "device/synapse.h"

struct arena;
struct synapse_array;
struct update_outer;
struct update_transfer;

/* What the pulses of one call did; added to by every call. */
struct write_counts {
	double n_up, n_down;          /* pulses */
	double n_erase;               /* erase pulses */
	double n_cells;               /* write commands (cells addressed, any number of pulses) */
	double n_rows;                /* rows that saw at least one pulse */
	double n_longest_up;          /* sum over rows of the longest potentiation train in the row */
	double n_longest_down;        /* same, depression */
	double n_rows_erase;          /* rows with at least one erase */
	/* hybrid transfer: pulses that take the moved amount off the volatile cells, and the sums over
	 * rows of their longest trains */
	double n_back_up, n_back_down, n_longest_back_up, n_longest_back_down;
	double n_read_rows;           /* rows read for a transfer or refresh */
	double n_verify_rows;         /* and after rounds of pulses */
	double n_reset_rows;          /* rows of volatile cells reset, */
	double n_reset_square;        /* sum over their cells of the square of the way, in windows */
	/* outer products: how many, slots of their trains (of every phase), pulses on rows and on
	 * columns; pulses of cells above are coincidences */
	double n_products, n_slots, n_row_pulses, n_column_pulses;
	double n_events;              /* calls */
};

struct synapse_array *synapse_array_new(struct arena *, const struct synapse *, int n_rows, int n_cols,
	uint64_t seed, uint32_t layer);

/* Kernels by name, NULL: the best this machine has (the same bits). */
void synapse_array_isa(struct synapse_array *, const char *isa);

/* Let every digit be read as its nearest level, as where rows are read one by one; otherwise sums
 * carry what digits are off. Nothing where there are no digits. */
void synapse_array_read_digits(struct synapse_array *);

/* How many bits the converter has through which transfers and refreshes see the cells, if they do (synapse_transfer);
 * without this call they see them exactly. */
void synapse_array_transfer_bits(struct synapse_array *, int n_bits);

/* Program weights (|w| <= 1, clipped) exactly, as after write-verify: the volatile part at its middle, but
 * for weights beyond synapse_kept, where it takes what the other part cannot. */
void synapse_array_program(struct synapse_array *, const float *w);

/* Ask for a change dw of every weight: turned into pulses on the part that takes updates,
 * k = round(|dy| P), stochastically if asked; dy = du/2 for a single cell and for each side of a
 * two-way pair, dy = |du| for the side of a one-sided pair that the sign names. */
void synapse_array_update(struct synapse_array *, const float *dw, uint64_t step, bool stochastic,
	struct write_counts *);

/* Outer products, one after the other. */
struct outer_products {
	int n;
	const float *x;  /* [n][n_rows] */
	bool is_signed;  /* x of either sign */
	const float *d;  /* [n][n_cols]: a weight is asked for -rate x d */
	double rate;
	uint64_t number; /* of the first, counted from the start of the training; < 2^48 */
	/* of a fast array: share of a read that is transferred; bits of the converter, 0: exact */
	double k_transfer;
	int n_bits_read;
};

/* What a rule that transfers keeps per weight: once, before anything else. */
void synapse_array_keep_transfers(struct synapse_array *, struct arena *, const struct update_transfer *);

/* Whether a product on these cells is worth more than one thread. */
bool synapse_array_is_wide(const struct synapse_array *);
/* Room for products; synapse_array_outer makes it if it is not there, but from an arena that others share. */
void synapse_array_outer_room(struct synapse_array *, const struct update_outer *);

/* Let them meet on the cells as coincidences of pulses (device/update.h: a rule with trains). The
 * weights (synapse_array_part) follow with synapse_array_refresh_parts. */
void synapse_array_outer(struct synapse_array *, const struct update_outer *, const struct outer_products *,
	struct write_counts *update, struct write_counts *transfer);

/* Transfer (hybrid) or refresh of saturated pairs (one-sided pair); does nothing otherwise. */
void synapse_array_transfer(struct synapse_array *, uint64_t step, struct write_counts *);

/* Let t seconds pass at temperature temp [K] (0: 300 K). */
void synapse_array_decay(struct synapse_array *, double t, double temp);

/* Let the parts (synapse_array_part) show what is read of cells that were programmed to their states
 * with verification some time ago: errors of programming, drift, relaxation, noise of the read. The
 * states stay; synapse_array_refresh_parts shows them again. */
void synapse_array_read(struct synapse_array *, const struct reading *);

/* Let the parts show what is left when the volatile part is lost and stands at its middle again. The
 * states stay; synapse_array_refresh_parts shows them again. */
void synapse_array_show_kept(struct synapse_array *);

int synapse_array_parts(const struct synapse_array *);
/* k_weight * u of one part, [n_rows][n_cols]; valid until the next change. */
const float *synapse_array_part(const struct synapse_array *, int part);
/* From now on keep what the cells of each side (0: plus, 1: minus) of a part are read as, 0..1 of
 * the window: what synapse_array_part is made of. NULL: the part has no such side. */
void synapse_array_keep_states(struct synapse_array *, struct arena *);
const float *synapse_array_states(const struct synapse_array *, int part, int side);
/* The whole weight, summed over parts, into w [n_rows][n_cols]. */
void synapse_array_weights(const struct synapse_array *, float *w);

/* Mean conductance of the cells of a part over the window, 0..1. */
double synapse_array_mean_state(const struct synapse_array *, int part);
/* Pulses per cell since the start, erases too (of a film, its erases): mean and maximum over the non-volatile
 * cells, of a fast and a slow array over the fast one's where they are. */
void synapse_array_wear(const struct synapse_array *, double *mean, double *max);
/* The maximum over the slow array where the fast one's cells are non-volatile, too; else 0. */
double synapse_array_wear_slow(const struct synapse_array *);
/* The same cell by cell: the i-th list of n_rows x n_cols counts, NULL if there is none. */
const uint32_t *synapse_array_writes(const struct synapse_array *, int i);

/* The states for checkpoints: planes of n_rows x n_cols floats, y of every cell, with a name each
 * ("state_plus", "kept_minus", ...). plane 0 .. synapse_array_planes - 1. */
int synapse_array_planes(const struct synapse_array *);
float *synapse_array_plane(struct synapse_array *, int plane, const char **name);
/* Everything about the cells that a training changes, for checkpoints: stores of n_rows x n_cols
 * values or counts each. A new kind of state belongs in here, or resumed trainings go astray. */
struct synapse_store {
	const char *name;
	float *value;    /* one of the two */
	uint32_t *count;
	bool alone;      /* one value for all cells */
	float low, high; /* what a value may be, */
	const struct population *cells; /* NULL, or counted from the ends of its cells' own windows */
};
int synapse_array_stores(struct synapse_array *);
struct synapse_store synapse_array_store(struct synapse_array *, int i, struct arena *);
/* May cell i of a store hold what it holds? */
bool synapse_store_holds(const struct synapse_store *, size_t i);
/* To be called after planes or stores were overwritten. */
void synapse_array_refresh_parts(struct synapse_array *);

#endif
