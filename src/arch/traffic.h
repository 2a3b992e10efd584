/* SPDX-License-Identifier: Apache-2.0 */
/* What goes on beside the arrays in a phase: buffers, networks, vector unit, external memory. */
#ifndef MHO_ARCH_TRAFFIC_H
#define MHO_ARCH_TRAFFIC_H

#include "arch/phases.h"

/* Work beside the main work of a phase, and how long it takes. */
struct beside {
	int leaf;
	double t;
};

/* The main work takes t_main and is booked already. With double buffering what is beside it goes on
 * meanwhile, and only what takes longer is waited for; else everything follows. */
void wait_for(const struct run *, double t_main, const struct beside *, int n);

/* Bits of one phase of one layer. */
struct traffic {
	double n_tile_read, n_tile_write, n_chip_read, n_chip_write;
	double n_tile_net, n_chip_net; /* tile's tree, network between tiles */
	double n_memory;               /* external; none without one */
	struct work work;              /* of the vector unit */
	double n_shifts;               /* values handed on between kernel positions */
};
/* Energy of the vector unit; beside[VECTOR_LEAVES] gets the time of each of its units. */
void book_work(const struct run *, const struct work *, struct beside *);
void book_traffic(const struct run *, struct traffic, double t_main);

/* A transfer to or from the external memory; without one nothing is sent. */
void book_memory(const struct run *, double n_bits); /* energy only */
double t_memory(const struct chip *, double n_bits);

/* Words over tile trees and between tiles: energy only. */
void book_words(const struct run *, double n_tile_words, double n_chip_words);

/* Power up the tiles of the layer. */
void book_wake(const struct run *);

#endif
