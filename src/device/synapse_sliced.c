/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bit-sliced synapse: a weight of n_cells digits, each in a cell of n_bits_cell bits, read one by one
 * and added with their significance behind the converter.
 *
 * Model    w = sum_i 2^(b i) u_i / sum_i 2^(b i); u = 2 d/(2^b - 1) - 1 against a reference column at
 *          mid-window (offset), u = (d+ - d-)/(2^b - 1) of a pair; the last place is
 *          2/(2^(b n) - 1), of pairs half of it
 * Source   [Shafiee2016] (slices, offset), [ChenPeng2018] (binary cells)
 * Assumes  a digit is written with verification: it arrives, whatever the pulses it took
 * Valid    n_cells n_bits_cell <= 16
 * Checked  tests/unit/check_compositions.c
 */
#include <math.h>
#include <stddef.h>

#include "base/diag.h"
#include "device/synapse.h"

#define MAX_BITS 16

enum sign { SIGN_OFFSET, SIGN_PAIR };

static const char *const sign_words[] = {
	[SIGN_OFFSET] = "offset",
	[SIGN_PAIR] = "pair",
	NULL,
};

struct sliced {
	struct synapse synapse;
	const struct cell *cell;
	int n_cells, n_bits_cell;
	int sign;
};

static const struct field fields[] = {
	SUBFILE(sliced, cell, &cell_file, NULL, "the cell of every digit"),
	INT(sliced, n_cells, 1, SYNAPSE_MAX_PARTS, "8", "digits of a weight"),
	INT(sliced, n_bits_cell, 1, 8, "1", "bits of a digit"),
	WORD(sliced, sign, sign_words, "offset",
		"of weights: offset (a reference column at mid-window) or pair (two cells per digit)"),
	FIELD_END,
};

static bool check(const struct synapse *synapse, struct diag *d)
{
	const struct sliced *s = (const struct sliced *)synapse;
	double n_levels = ldexp(1, s->n_bits_cell);
	bool good = true;

	if (s->n_cells * s->n_bits_cell > MAX_BITS) {
		diag_error(d, diag_where(d, &s->n_cells),
			"%d cells of %d bits: a weight has at most %d bits", s->n_cells, s->n_bits_cell,
			MAX_BITS);
		good = false;
	}
	if (s->cell->response->n_up < n_levels - 1) {
		diag_error(d, diag_where(d, &s->n_bits_cell),
			"a cell that crosses its window in %g pulses has no %g levels: %d bits at most",
			s->cell->response->n_up, n_levels, (int)log2(s->cell->response->n_up + 1));
		good = false;
	}
	if (s->cell->hold) {
		diag_error(d, diag_where(d, &s->cell),
			"the cell of a bit-sliced synapse must not forget (no key 'hold')");
		good = false;
	}
	return good;
}

static int parts(const struct synapse *synapse, struct part *part)
{
	const struct sliced *s = (const struct sliced *)synapse;
	double n_levels = ldexp(1, s->n_bits_cell), k_all = 0;

	for (int i = 0; i < s->n_cells; i++)
		k_all += pow(n_levels, i);
	for (int i = 0; i < s->n_cells; i++)
		part[i] = (struct part){.cell = s->cell,
			.pair = s->sign == SIGN_PAIR,
			.k_weight = pow(n_levels, i) / k_all,
			.n_bits = s->n_bits_cell};
	return s->n_cells;
}

extern const struct synapse_kind synapse_sliced;
const struct synapse_kind synapse_sliced = {
	.head = {"sliced", "cells of a few bits each, digits of one weight", "Shafiee2016",
		sizeof(struct sliced), fields},
	.rewrites = true,
	.check = check,
	.parts = parts,
};
