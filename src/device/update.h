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

#include "base/field.h"

struct diag;
struct synapse;

#define UPDATE_MAX_MEMORY 3

struct update {
	const struct update_kind *kind;
};

/* Mean change of a weight by one pulse in the middle of the window, as shares of its half range. */
struct update_pulse {
	float up, down;
};

struct update_kind {
	struct kind_head head;
	bool whole_pulses; /* what it asks are whole pulses: nothing is left to round */
	int n_operations;  /* products and sums per weight and batch */
	/* NULL: always fits */
	bool (*check)(const struct update *, const struct synapse *, struct diag *);
	/* Values kept per weight between batches, and the bits of all of them on the chip; NULL: none. */
	int (*memory)(const struct update *);
	int (*bits)(const struct update *);
	/* change[n]: asked by the batch -> asked of the cells. memory[i][n]: value i kept of the same
	 * weights, 0 at the start. NULL: as it is. */
	void (*ask)(const struct update *, struct update_pulse, float *change, float *const *memory,
		size_t n);
};

extern const struct update_kind *const update_kinds[]; /* NULL-ended */
extern const struct update update_default; /* pulsed: where a design says nothing */
extern const struct update_kind update_plain, update_average, update_sign, update_mixed;

struct update_pulse update_pulse_of(const struct synapse *);
int update_memory(const struct update *); /* at most UPDATE_MAX_MEMORY */
int update_bits(const struct update *);
bool update_check(const struct update *, const struct synapse *, struct diag *);

#endif
