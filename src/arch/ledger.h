/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The ledger: every joule, second, square metre and leaked watt is booked once, on one leaf of the
 * breakdown; all totals are sums over leaves.
 */
#ifndef MHO_ARCH_LEDGER_H
#define MHO_ARCH_LEDGER_H

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

enum leaf {
	LEAF_PART, /* array i: LEAF_PART + i PART_LEAVES + enum part_leaf */
	LEAF_ADC = LEAF_PART + SYNAPSE_MAX_ARRAYS * PART_LEAVES,
	LEAF_SHIFT_ADD,
	LEAF_WRITE_LOGIC,
	LEAF_PE_TREE,
	LEAF_TILE_TREE,
	LEAF_TILE_BUFFER,
	LEAF_TILE_HTREE,
	LEAF_CHIP_TREE,
	LEAF_CHIP_BUFFER,
	LEAF_CHIP_HTREE,
	LEAF_VECTOR,
	LEAF_GRADIENT_UNIT,
	LEAF_GRADIENT_BUFFER,
	LEAF_COUNT
};

struct account {
	double area, leakage, count; /* of all instances on the chip */
	struct phase_cost phase[PHASE_COUNT];
};

struct ledger {
	struct account leaf[LEAF_COUNT];
	int n_arrays;
	double n_subarrays, n_pes, n_tiles;
};

int leaf_of_part(int array, enum part_leaf);
const char *ledger_leaf_name(int leaf); /* "adc" */

/* What a piece of work is booked under. */
struct bill {
	struct ledger *ledger;
	struct layer_cost *layer;
	enum phase phase;
};
void bill_add(struct bill, int leaf, double t, double e);

/* n blocks of an area and a leakage. */
void ledger_build(struct ledger *, int leaf, double n, double area, double leakage);

double ledger_leakage(const struct ledger *);
double ledger_area(const struct ledger *);

/* The tree in preorder; each phase weighted by k_phase, leakage over t_image. */
struct entry *ledger_entries(
	struct arena *, const struct ledger *, const double *k_phase, double t_image, int *n);

#endif
