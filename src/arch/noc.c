/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Network between the chip's buffer and the tiles.
 *
 * Model    H-tree: htree.c over a square of the plan's area
 *          mesh: a router per tile, links of a tile's pitch in both directions; the buffer stands at
 *          the middle of one edge, so that a word passes (n_x^2/4)/n_x + (n_y - 1)/2 links in the mean
 *          and one router more
 *          both: one word per clock leaves or enters the buffer, which bounds the traffic
 * Source   [Bakoglu1990] [Wang2002]; htree.c, router.c
 * Assumes  layers lie anywhere, so the mean distance counts; shortest paths; no contention beyond
 *          that at the buffer's port; words that several tiles need are sent to each
 * Valid    any number of tiles
 * Checked  tests/unit/check_chip.c
 */
#include "arch/noc.h"

#include <math.h>

#include "circuit/htree.h"
#include "circuit/router.h"

#define N_PORTS 5 /* four neighbours and the tile */

static struct noc mesh(const struct design *z, const struct tech *t, const struct plan *p, int n_tiles)
{
	struct est router = router_estimate(&(struct router){.n_ports = N_PORTS,
						    .n_bits = z->bus.n_bits,
						    .n_depth = z->interconnect.n_depth},
		t);
	struct est link = link_estimate(&(struct link){.n_bits = z->bus.n_bits,
						.l_link = sqrt(p->w * p->h / ((double)p->n_x * p->n_y))},
		t);
	double n_x = p->n_x, n_y = p->n_y;
	double n_links = 2 * ((n_x - 1) * n_y + n_x * (n_y - 1));
	double n_hops = floor(n_x * n_x / 4) / n_x + (n_y - 1) / 2;

	return (struct noc){
		.est =
			{
				.area = n_tiles * router.area + n_links * link.area,
				.latency = (n_hops + 1) * router.latency + n_hops * link.latency,
				.energy = (n_hops + 1) * router.energy + n_hops * link.energy,
				.leakage = n_tiles * router.leakage + n_links * link.leakage,
			},
		.count = n_tiles,
	};
}

struct noc noc_make(const struct design *z, const struct tech *t, const struct plan *p, int n_tiles)
{
	struct htree tree = {
		.l_side = sqrt(p->w * p->h), .n_leaves = n_tiles, .n_bits = z->bus.n_bits, .on_global = true};

	if (n_tiles < 2)
		return (struct noc){.count = 0};
	if (z->interconnect.kind == INTERCONNECT_MESH)
		return mesh(z, t, p, n_tiles);
	return (struct noc){.est = htree_estimate(&tree, t).est, .count = 1};
}

double noc_t_words(const struct noc *n, const struct tech *t, double n_words)
{
	if (n_words <= 0)
		return 0;
	return n->est.latency + n_words / t->node->f_clock;
}
