/* SPDX-License-Identifier: Apache-2.0 */
/* Router of a mesh, and the link between two. */
#ifndef MHO_CIRCUIT_ROUTER_H
#define MHO_CIRCUIT_ROUTER_H

#include "circuit/module.h"

struct router {
	struct module module;
	int n_ports, n_bits, n_depth; /* flits that an input port holds */
};

struct link {
	struct module module;
	int n_bits;
	double l_link; /* [m] */
};

/* One flit. */
struct est router_estimate(const struct router *, const struct tech *);
struct est link_estimate(const struct link *, const struct tech *);

#endif
