/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Synapses: how cells compose one weight. The same object is read by the estimator (which columns
 * stand in an array, what a transfer costs) and by the trainer (what the weight is).
 *
 *     w = sum over parts of k_weight * u,     -1 <= u <= 1, sum of k_weight = 1
 *     u = 2 y - 1      one cell against a reference column at mid-window
 *     u = y+ - y-      a differential pair
 *
 * A part is what is converted: the two numbers of a 2T1F or FeMFET cell are one part.
 * Each part is converted separately: one conversion of its difference current per column.
 * Source   [Luo2020] [Ambrogio2018]; doc/models.md
 */
#ifndef MHO_DEVICE_SYNAPSE_H
#define MHO_DEVICE_SYNAPSE_H

#include <stdbool.h>

#include "base/field.h"
#include "device/cell.h"

struct arena;

#define SYNAPSE_MAX_PARTS  16
#define SYNAPSE_MAX_ARRAYS 2

struct part {
	const struct cell *cell;
	bool pair;       /* two cells g+ and g-; false: one cell against a reference column */
	double k_weight; /* share of the weight this part spans */
	int array;       /* parts of one number stand side by side in one array, in this order */
	int n_bits;      /* of a digit that is written as such; 0: the state is moved by pulses */
	bool fast;       /* takes updates that are read into part 0 from time to time */
	bool referenced; /* a reference cell beside each cell, at its symmetry point, off by k_reference of the window */
	double k_reference;
	double k_span;   /* cells that keep a level: span of the charge in steps of a level; else 0 */
};

struct synapse {
	const struct synapse_kind *kind;
};

enum transfer_read { TRANSFER_CONVERTER, TRANSFER_EXACT };
enum transfer_remainder { REMAINDER_CARRIED, REMAINDER_DROPPED };

/* How what the volatile part has collected comes into the part that keeps the weight. */
struct synapse_transfer {
	int read;           /* enum transfer_read */
	int n_interval;     /* batches between two looks at the cells */
	double k_threshold; /* cells that are off their middle by less than this share stay as they are */
	int remainder;      /* enum transfer_remainder: what whole pulses or levels cannot take */
	bool invert;        /* from one transfer to the next the volatile part counts with the other sign */
	int n_tries;        /* rounds of pulses into a pair, a read after each; 1: one, blindly */
};

#define TRANSFER_MAX_TRIES 16

struct synapse_kind {
	struct kind_head head;
	bool rewrites; /* an update reads the weights of a row, changes them and writes what differs */
	bool (*check)(const struct synapse *, struct diag *);
	/* Fills part[0..SYNAPSE_MAX_PARTS) and returns their number. Part 0 takes the updates; a second
	 * part receives the transfers, unless it is fast: then it is the other way round. */
	int (*parts)(const struct synapse *, struct part *part);
	/* The batches between two refreshes (one-sided pair), which may be 0: never. NULL, or NULL back: never. */
	const int *(*interval)(const struct synapse *);
	/* NULL: there is no volatile part. */
	const struct synapse_transfer *(*transfer)(const struct synapse *);
};

extern const struct synapse_kind *const synapse_kinds[]; /* NULL-ended */

int synapse_parts(const struct synapse *, struct part *part);
/* Parts that products read: the first so many. */
int synapse_read_parts(const struct synapse *);
bool synapse_is_fast_slow(const struct synapse *);
int synapse_interval(const struct synapse *); /* batches between transfers or refreshes; 0: never */
const int *synapse_interval_key(const struct synapse *); /* where that stands; NULL: nowhere */
const struct synapse_transfer *synapse_transfer(const struct synapse *); /* NULL: nothing is volatile */
/* The part whose wear counts: the last one that is not volatile. */
int synapse_worn_part(const struct synapse *);
/* The largest weight that is left when the volatile part stands at its middle. */
double synapse_kept(const struct synapse *);
int synapse_cells(const struct synapse *);         /* physical cells per weight, references not counted */
/* Change of the weight by one pulse in the middle of the window, or by the last digit's last place. */
double synapse_step(const struct synapse *, bool up);
/* Cells of a weight in a row: both of a pair, or one and its reference. */
int part_columns(const struct part *);
double part_step(const struct part *, bool up);
/* What it is, in a line: kind and names of the cells. */
const char *synapse_text(struct arena *, const struct synapse *);
bool synapse_check(const struct synapse *, struct diag *);

#endif
