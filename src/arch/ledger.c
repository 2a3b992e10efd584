/* SPDX-License-Identifier: Apache-2.0 */
#include "arch/ledger.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"

#define MAX_INNER 8 /* chip, tile, pe, subarray and its parts, vector unit */

static const char *const part_names[PART_LEAVES] = {
	[PART_CELLS] = "cells",
	[PART_ROW_SWITCH] = "row_switch",
	[PART_COLUMN_SWITCH] = "column_switch",
	[PART_MUX] = "mux",
	[PART_LEVEL_SHIFTER] = "level_shifter",
	[PART_CHARGE_PUMP] = "charge_pump",
};

/* Below "chip"; in preorder. */
static const char *const leaf_paths[LEAF_COUNT] = {
	[LEAF_ADC] = "chip/tile/pe/subarray/adc",
	[LEAF_SHIFT_ADD] = "chip/tile/pe/subarray/shift_add",
	[LEAF_WRITE_LOGIC] = "chip/tile/pe/subarray/write_logic",
	[LEAF_SUBARRAY_WHITE] = "chip/tile/pe/subarray/white_space",
	[LEAF_PE_TREE] = "chip/tile/pe/adder_tree",
	[LEAF_PE_SHIFT] = "chip/tile/pe/shift_register",
	[LEAF_PE_FEEDBACK] = "chip/tile/pe/feedback",
	[LEAF_PE_WHITE] = "chip/tile/pe/white_space",
	[LEAF_TILE_TREE] = "chip/tile/adder_tree",
	[LEAF_TILE_BUFFER] = "chip/tile/buffer",
	[LEAF_TILE_HTREE] = "chip/tile/htree",
	[LEAF_TILE_GATE] = "chip/tile/power_gate",
	[LEAF_TILE_WHITE] = "chip/tile/white_space",
	[LEAF_CHIP_TREE] = "chip/adder_tree",
	[LEAF_MAC_ARRAY] = "chip/mac_array",
	[LEAF_MAC_ACCUMULATOR] = "chip/mac_accumulator",
	[LEAF_WEIGHT_BUFFER] = "chip/weight_buffer",
	[LEAF_CHIP_BUFFER] = "chip/buffer",
	[LEAF_CHIP_HTREE] = "chip/htree",
	[LEAF_CHIP_MESH] = "chip/mesh",
	[LEAF_VECTOR + VECTOR_REQUANTISE] = "chip/vector_unit/requantise",
	[LEAF_VECTOR + VECTOR_RELU] = "chip/vector_unit/relu",
	[LEAF_VECTOR + VECTOR_LOOKUP] = "chip/vector_unit/lookup",
	[LEAF_VECTOR + VECTOR_MAX] = "chip/vector_unit/max",
	[LEAF_VECTOR + VECTOR_ADD] = "chip/vector_unit/add",
	[LEAF_VECTOR + VECTOR_SCALE] = "chip/vector_unit/scale",
	[LEAF_VECTOR + VECTOR_SOFTMAX] = "chip/vector_unit/softmax",
	[LEAF_VECTOR + VECTOR_MAC] = "chip/vector_unit/mac",
	[LEAF_GRADIENT_UNIT] = "chip/gradient_unit",
	[LEAF_GRADIENT_ACCUMULATOR] = "chip/gradient_accumulator",
	[LEAF_GRADIENT_BUFFER] = "chip/gradient_buffer",
	[LEAF_UPDATE_UNIT] = "chip/update_unit",
	[LEAF_UPDATE_MEMORY] = "chip/update_memory",
	[LEAF_MEMORY] = "chip/memory",
	[LEAF_CHIP_WHITE] = "chip/white_space",
};

bool leaf_in_tile(int leaf)
{
	return leaf < LEAF_CHIP_TREE;
}

int leaf_of_part(int array, enum part_leaf leaf)
{
	return LEAF_PART + array * PART_LEAVES + (int)leaf;
}

void bill_add(struct bill b, int leaf, double t, double e)
{
	struct phase_cost *total = &b.ledger->leaf[leaf].phase[b.phase];
	struct phase_cost *layer = &b.layer->phase[b.phase];

	total->latency += t;
	total->energy += e;
	layer->latency += t;
	layer->energy += e;
}

void bill_bits(struct bill b, int leaf, double n_bits)
{
	b.ledger->leaf[leaf].n_bytes[b.phase] += n_bits / 8;
}

void ledger_hasten(struct ledger *l, enum phase p, double k)
{
	for (int i = 0; i < LEAF_COUNT; i++)
		l->leaf[i].phase[p].latency *= k;
}

void ledger_build(struct ledger *l, int leaf, double n, double area, double leakage)
{
	l->leaf[leaf].area += n * area;
	l->leaf[leaf].leakage += n * leakage;
	l->leaf[leaf].count += n;
}

double ledger_leakage(const struct ledger *l, bool in_tiles)
{
	double sum = 0;

	for (int i = 0; i < LEAF_COUNT; i++)
		if (leaf_in_tile(i) == in_tiles)
			sum += l->leaf[i].leakage;
	return sum;
}

double ledger_area(const struct ledger *l)
{
	double sum = 0;

	for (int i = 0; i < LEAF_COUNT; i++)
		sum += l->leaf[i].area;
	return sum;
}

static const char *leaf_path(struct arena *a, const struct ledger *l, int leaf)
{
	static const char *const two[][SYNAPSE_MAX_ARRAYS] = {{"volatile", "nonvolatile"}, {"slow", "fast"}};
	int array = (leaf - LEAF_PART) / PART_LEAVES;

	if (leaf >= LEAF_ADC)
		return leaf_paths[leaf];
	return arena_printf(a, "chip/tile/pe/subarray/%s/%s", l->n_arrays > 1 ? two[l->fast_slow][array] : "array",
		part_names[(leaf - LEAF_PART) % PART_LEAVES]);
}

const char *ledger_leaf_name(int leaf)
{
	if (leaf >= LEAF_ADC)
		return strrchr(leaf_paths[leaf], '/') + 1;
	return part_names[(leaf - LEAF_PART) % PART_LEAVES];
}

/* Instances of the inner node that ends at path[n]. */
static double node_count(const struct ledger *l, const char *path, size_t n)
{
	static const char subarray[] = "chip/tile/pe/subarray", pe[] = "chip/tile/pe",
			  tile[] = "chip/tile";

	if (n >= sizeof subarray - 1 && strncmp(path, subarray, sizeof subarray - 1) == 0)
		return l->n_subarrays;
	if (n == sizeof pe - 1 && strncmp(path, pe, n) == 0)
		return l->n_pes;
	if (n == sizeof tile - 1 && strncmp(path, tile, n) == 0)
		return l->n_tiles;
	return 1;
}

static void add(struct entry *to, const struct entry *from)
{
	to->area += from->area;
	to->energy += from->energy;
	to->latency += from->latency;
	to->leakage += from->leakage;
	to->bytes += from->bytes;
}

/* Emit the ancestors of a leaf that are not open yet and add the leaf to all of its ancestors. */
static void add_leaf(struct arena *a, const struct ledger *l, struct entry *entry, int *n,
	const struct entry *leaf)
{
	for (const char *slash = strchr(leaf->path, '/'); slash; slash = strchr(slash + 1, '/')) {
		size_t length = (size_t)(slash - leaf->path);
		struct entry *at = NULL;
		for (int i = 0; i < *n; i++)
			if (strlen(entry[i].path) == length &&
				strncmp(entry[i].path, leaf->path, length) == 0)
				at = &entry[i];
		if (!at) {
			at = &entry[(*n)++];
			at->path = arena_dup_n(a, leaf->path, length);
			at->count = node_count(l, leaf->path, length);
		}
		add(at, leaf);
	}
	entry[(*n)++] = *leaf;
}

struct entry *ledger_entries(struct arena *a, const struct ledger *l, const double *k_phase,
	double t_tiles, double t_chip, int *n)
{
	struct entry *entry = NEW(a, struct entry, LEAF_COUNT + MAX_INNER);

	*n = 0;
	for (int i = 0; i < LEAF_COUNT; i++) {
		const struct account *c = &l->leaf[i];
		struct entry e = {.area = c->area, .leakage = c->leakage, .count = c->count};
		if (c->count <= 0) {
			for (int p = 0; p < PHASE_COUNT; p++)
				assert(c->phase[p].energy == 0 && c->phase[p].latency == 0);
			continue;
		}
		e.path = leaf_path(a, l, i);
		for (int p = 0; p < PHASE_COUNT; p++) {
			e.energy += k_phase[p] * c->phase[p].energy;
			e.latency += k_phase[p] * c->phase[p].latency;
			e.bytes += k_phase[p] * c->n_bytes[p];
		}
		e.energy += c->leakage * (leaf_in_tile(i) ? t_tiles : t_chip);
		add_leaf(a, l, entry, n, &e);
	}
	return entry;
}
