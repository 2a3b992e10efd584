/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory and arithmetic of an update rule.
 *
 * Model    per weight and batch: what the rule keeps is read and written once, and each of its
 *          operations is a product and a sum (circuit: batch_norm); as many lanes as the side of
 *          the gradient unit, so that a row of sums is handled as it comes
 * Source   [Nandakumar2020] (chi memory), [Huang2020] (momentum memory); sizes follow from the rule
 * Assumes  one port: a read and a write per word; dense: every weight's memory is touched, also where no
 *          pulse follows; above the gradient buffer's limit the memory lies outside the chip
 * Valid    any rule
 * Checked  tests/unit/check_chip.c
 */
#include "arch/update_unit.h"

#include <math.h>

#include "arch/storage.h"
#include "circuit/elementwise.h"
#include "device/update.h"

struct update_unit update_unit_make(const struct design *z, const struct tech *t, const struct mapping *m)
{
	struct update_unit u = {.n_lanes = z->gradient.n_side, .n_bits = update_bits(z->update)};
	double n = 0;

	if (!z->training)
		return (struct update_unit){0};
	for (int i = 0; i < m->n_layers; i++)
		n += m->layer[i].n_weights * u.n_bits;
	u.k_spill = storage_spill(&n, z->gradient.n_bytes_max);
	u.memory = buffer_estimate(&(struct buffer){.n_bits = n, .n_word = u.n_lanes * u.n_bits}, t);
	if (update_operations(z->update) > 0)
		u.unit = norm_estimate(&(struct elementwise){.n_lanes = u.n_lanes,
					       .n_bits = z->gradient.n_bits,
					       .n_channels = 1},
			t);
	return u;
}

struct update_work update_unit_work(const struct update_unit *u, const struct design *z,
	const struct tech *t, double n_rows, double n_cols)
{
	double n_words = n_rows * ceil(n_cols / u->n_lanes);
	double n_ops = n_words * update_operations(z->update);
	double n_kept = u->n_bits > 0 ? n_words : 0;

	return (struct update_work){
		.t_memory = 2 * n_kept * fmax(u->memory.t_access, 1 / t->node->f_clock),
		.e_memory = n_kept * (u->memory.e_read + u->memory.e_write),
		.t_unit = n_ops * u->unit.latency,
		.e_unit = n_ops * u->unit.energy,
		.n_spilled = 2 * u->k_spill * n_rows * n_cols * u->n_bits,
	};
}
