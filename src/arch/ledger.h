/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The ledger: every joule, second, square metre and leaked watt is booked once, on one leaf of the
 * breakdown; all totals are sums over leaves.
 */
#ifndef MHO_ARCH_LEDGER_H
#define MHO_ARCH_LEDGER_H

#include <stdbool.h>

#include "arch/price.h"
#include "device/synapse.h"

struct arena;

/* Leaves of one array of the synapse inside a subarray. */
enum part_leaf {
	PART_CELLS, /* cells and lines */
	PART_ROW_SWITCH,
	PART_COLUMN_SWITCH,
	PART_MUX,
	PART_LEVEL_SHIFTER,
	PART_CHARGE_PUMP,
	PART_LEAVES
};

/* Units of the vector unit, for what is not a product. */
enum vector_leaf {
	VECTOR_REQUANTISE, /* bias, scale, saturation of a sum */
	VECTOR_RELU,
	VECTOR_LOOKUP, /* a function of one variable: sigmoid, tanh */
	VECTOR_MAX,    /* a comparison of two values */
	VECTOR_ADD,
	VECTOR_SCALE, /* a x + b, or a product of two values */
	VECTOR_SOFTMAX,
	VECTOR_MAC, /* products of activations with activations */
	VECTOR_LEAVES
};

enum leaf {
	LEAF_PART, /* array i: LEAF_PART + i PART_LEAVES + enum part_leaf */
	LEAF_ADC = LEAF_PART + SYNAPSE_MAX_ARRAYS * PART_LEAVES,
	LEAF_SHIFT_ADD,
	LEAF_WRITE_LOGIC,
	LEAF_SUBARRAY_WHITE,
	LEAF_PE_TREE,
	LEAF_PE_SHIFT, /* registers that hand inputs on from one kernel position to the next */
	LEAF_PE_FEEDBACK, /* arrays of random feedback, with their circuits */
	LEAF_PE_WHITE,
	LEAF_TILE_TREE,
	LEAF_TILE_BUFFER,
	LEAF_TILE_HTREE,
	LEAF_TILE_GATE, /* power switches: waking */
	LEAF_TILE_WHITE,
	LEAF_CHIP_TREE, /* the first that no tile holds */
	LEAF_MAC_ARRAY, /* of a digital chip */
	LEAF_MAC_ACCUMULATOR,
	LEAF_WEIGHT_BUFFER,
	LEAF_CHIP_BUFFER,
	LEAF_CHIP_HTREE,
	LEAF_CHIP_MESH,
	LEAF_VECTOR, /* unit i: LEAF_VECTOR + enum vector_leaf */
	LEAF_GRADIENT_UNIT = LEAF_VECTOR + VECTOR_LEAVES,
	LEAF_GRADIENT_ACCUMULATOR,
	LEAF_GRADIENT_BUFFER,
	LEAF_UPDATE_UNIT,
	LEAF_UPDATE_MEMORY,
	LEAF_MEMORY,
	LEAF_CHIP_WHITE,
	LEAF_COUNT
};

struct account {
	double area, leakage, count; /* of all instances on the chip */
	struct phase_cost phase[PHASE_COUNT];
	double n_bytes[PHASE_COUNT];
};

struct ledger {
	struct account leaf[LEAF_COUNT];
	int n_arrays;
	bool fast_slow; /* the second array takes what is read into the first */
	double n_subarrays, n_pes, n_tiles;
	double busy[PHASE_COUNT][LEAF_COUNT]; /* [s] that a block works, waited for or not */
};

bool leaf_in_tile(int leaf);
int leaf_of_part(int array, enum part_leaf);
const char *ledger_leaf_name(int leaf); /* "adc" */

/* What a piece of work is booked under. */
struct bill {
	struct ledger *ledger;
	struct layer_cost *layer;
	enum phase phase;
};
void bill_add(struct bill, int leaf, double t, double e);

/* What passes through it. */
void bill_bits(struct bill, int leaf, double n_bits);

/* Layers work side by side in a phase: what was booked one after the other takes k of that time. */
void ledger_hasten(struct ledger *, enum phase, double k);

/* n blocks of an area and a leakage. */
void ledger_build(struct ledger *, int leaf, double n, double area, double leakage);

/* Of the blocks inside tiles, or of the others. */
double ledger_leakage(const struct ledger *, bool in_tiles);
double ledger_area(const struct ledger *);

/* The tree in preorder; each phase weighted by k_phase; tiles leak for t_tiles, the rest for t_chip. */
struct entry *ledger_entries(struct arena *, const struct ledger *, const double *k_phase,
	double t_tiles, double t_chip, int *n);

#endif
