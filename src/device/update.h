/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Update rules: what becomes of the change a batch asks of a weight before it is pulses on cells.
 * The trainer applies them, the estimator charges the memory and the arithmetic they need; each kind
 * is one file update_*.c and one entry of update_kinds[].
 */
#ifndef MHO_DEVICE_UPDATE_H
#define MHO_DEVICE_UPDATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/field.h"
#include "base/rng.h"

struct diag;
struct pulse_kern;
struct synapse;

#define UPDATE_MAX_MEMORY 3

struct update {
	const struct update_kind *kind;
};

/* Mean change of a weight by one pulse in the middle of the window, as shares of its half range. */
struct update_pulse {
	float up, down;
};

/* Of one batch: what a pulse does, and how values that are kept are rounded. */
struct update_call {
	struct update_pulse pulse;
	const struct pulse_kern *kern;
	struct rng rounding;
	uint64_t step;
	size_t from; /* number of the first weight */
};

/* Values beyond that do not fit the kernels' rounding. */
#define UPDATE_MAX_BITS 20

/* Pulse trains on rows and columns whose coincidences move cells: what rules of parallel updates begin
 * with. */
struct update_trains {
	int n_slots;   /* of a train, at most */
	bool fixed;    /* always so many */
	bool balanced; /* the largest activation and the largest error fire equally often */
	int kind;      /* enum trains_kind */
};

enum trains_kind { TRAINS_STOCHASTIC, TRAINS_SPREAD };

struct update_outer {
	struct update update;
	struct update_trains trains;
};

/* Values kept digitally per weight between transfers; the numbers are their count. */
enum transfer_values { TRANSFER_DIRECT, TRANSFER_BUFFERED, TRANSFER_REFERRED = 3 };

/* Of rules that read a fast array into a slow one. */
struct update_transfer {
	struct update_outer outer; /* of the fast array */
	double k_fast, k_transfer; /* rates over the recipe's */
	int n_every;               /* products from one row's transfer to the next's */
	int n_slots_transfer;      /* pulses of a transfer, at most */
	double k_threshold;        /* digital sum that fires, in steps of the slow array */
	double k_keep;             /* of a fired sum */
	int n_bits;                /* of a digital value, in whose last places it is kept */
	double k_range;            /* of the sum, in thresholds */
	double k_chop;             /* signs of rows change; 0: never */
	bool regular;
	double k_tail;
};

/* Their rows in a field table of a struct that begins with struct update_outer. */
#define UPDATE_TRAIN(member, type, most, dflt, words, key, help)                                            \
	{key, type, DIM_NONE, offsetof(struct update_outer, trains.member), type == FIELD_INT, most, dflt, words, help, 0}
#define UPDATE_TRAIN_FIELDS                                                                                 \
	UPDATE_TRAIN(n_slots, FIELD_INT, 32, "31", NULL, "n_slots", "slots of a pulse train, at most"),     \
	UPDATE_TRAIN(fixed, FIELD_BOOL, 1, "false", NULL, "fixed_length",                                   \
		"trains always have so many slots; false: as many as the largest product asks for"),        \
	UPDATE_TRAIN(balanced, FIELD_BOOL, 1, "true", NULL, "balanced",                                     \
		"the largest activation and the largest error fire equally often"),                         \
	UPDATE_TRAIN(kind, FIELD_WORD, 0, "stochastic", update_trains_words, "trains",                      \
		"slots are drawn at random, or spread evenly")

extern const char *const update_trains_words[];

struct update_kind {
	struct kind_head head;
	bool outer; /* struct update_outer: every activation and error go to the cells, no gradient is summed */
	bool transfers; /* struct update_transfer */
	int transfer;   /* enum transfer_values */
	bool whole_pulses; /* what it asks are whole pulses: nothing is left to round */
	/* NULL: always fits */
	bool (*check)(const struct update *, const struct synapse *, struct diag *);
	/* Values kept per weight between batches, and the bits of all of them on the chip; NULL: none. */
	int (*memory)(const struct update *);
	int (*bits)(const struct update *);
	int n_operations; /* products and sums per weight and batch */
	int (*operations)(const struct update *); /* NULL: n_operations */
	/* change[n]: asked by the batch -> asked of the cells. memory[i][n]: value i kept of the same
	 * weights, 0 at the start. NULL: as it is. */
	void (*ask)(const struct update *, const struct update_call *, float *change, float *const *memory,
		size_t n);
};

extern const struct update_kind *const update_kinds[]; /* NULL-ended */
extern const struct update update_default; /* pulsed: where a design says nothing */
extern const struct update_kind update_plain, update_average, update_sign, update_mixed,
	update_stochastic, update_tiki_taka_1, update_tiki_taka_2, update_tiki_taka_chopped, update_agad;

/* NULL: gradients are summed over a batch. */
const struct update_outer *update_outer(const struct update *);

/* NULL: nothing is read of a fast array. */
const struct update_transfer *update_transfer(const struct update *);
int transfer_values(const struct update_transfer *);   /* kept digitally per weight */
bool transfer_refers(const struct update_transfer *);  /* reads are taken against a mean of earlier ones */
int transfer_period(const struct update_transfer *);   /* reads of a row between changes of its sign */
int transfer_places(const struct update_transfer *);   /* last places of a sum in its threshold, below 1: too few */

struct update_pulse update_pulse_of(const struct synapse *);
int update_memory(const struct update *); /* at most UPDATE_MAX_MEMORY */
int update_bits(const struct update *);
int update_operations(const struct update *);
/* Of rules with trains: what moves by coincidences. */
bool update_outer_check(const struct update *, const struct synapse *, struct diag *);
bool update_check(const struct update *, const struct synapse *, struct diag *);

#endif
