/* SPDX-License-Identifier: Apache-2.0 */
/*
 * H-tree.
 *
 * Model    levels alternate in direction; the arm of level i has the length side/4
 *          2^-floor(i/2); there are 2^(i+1) arms on level i; repeated wires; word energy:
 *          k_bus of the wires along one path
 * Source   [Bakoglu1990] (wires), [CACTI] (tree)
 * Assumes  wires above the blocks: only repeaters take area; branches that a word does
 *          not take are gated; words follow each other every clock (wave pipelining by
 *          registers in the repeaters' place, whose cost is neglected)
 * Valid    square floorplans
 * Checked  tests/prop/check_module_laws.c
 */
#include "circuit/htree.h"

#include <math.h>
#include <stddef.h>

#include "circuit/decoder.h"
#include "circuit/wire.h"

struct htree_est htree_estimate(const struct htree *h, const struct tech *t)
{
	struct repeated w = wire_repeated(t, h->on_global ? t->global : t->intermediate);
	int n_levels = decoder_bits(h->n_leaves);
	double l_path = 0, l_all = 0;

	for (int i = 0; i < n_levels; i++) {
		double l_arm = ldexp(h->l_side / 4, -(i / 2));
		l_path += l_arm;
		l_all += ldexp(l_arm, i + 1);
	}
	return (struct htree_est){
		.est =
			{
				.area = l_all * h->n_bits * w.a_per_l,
				.latency = l_path * w.t_per_l,
				.energy = l_path * h->n_bits * t->node->activity.k_bus * w.e_per_l,
				.leakage = l_all * h->n_bits * w.p_per_l,
			},
		.l_path = l_path,
	};
}

double htree_t_words(const struct htree_est *h, const struct tech *t, double n_words)
{
	if (n_words <= 0)
		return 0;
	return h->est.latency + n_words / t->node->f_clock;
}

static const struct field fields[] = {
	REAL(htree, l_side, DIM_METRE, 0, 0.1, "1 mm", "side of the square"),
	INT(htree, n_leaves, 1, 65536, "16", "leaves"),
	INT(htree, n_bits, 1, 8192, "64", "width of the bus"),
	BOOL(htree, on_global, "true", "in the global layer; false: intermediate"),
	FIELD_END,
};

static struct est estimate(const struct module *m, const struct tech *t)
{
	return htree_estimate((const struct htree *)m, t).est;
}

const struct module_kind module_htree = {
	.head = {"htree", "bus from the centre to all leaves, one word", "Bakoglu1990",
		sizeof(struct htree), fields},
	.estimate = estimate,
};
