/* SPDX-License-Identifier: Apache-2.0 */
/* The network between the chip's buffer and its tiles: an H-tree, or a mesh of routers. */
#ifndef MHO_ARCH_NOC_H
#define MHO_ARCH_NOC_H

#include "arch/design.h"
#include "arch/floorplan.h"
#include "circuit/est.h"

struct noc {
	struct est est; /* area and leakage of all of it; one word between buffer and a tile */
	double count;   /* trees, or routers */
};

/* n_tiles in the grid of a plan; one tile needs no network. */
struct noc noc_make(const struct design *, const struct tech *, const struct plan *, int n_tiles);

/* Words sent one after the other follow each other in a clock's distance. */
double noc_t_words(const struct noc *, const struct tech *, double n_words);

#endif
