/* SPDX-License-Identifier: Apache-2.0 */
/* A node at another supply than its own. */
#ifndef MHO_DEVICE_SUPPLY_H
#define MHO_DEVICE_SUPPLY_H

#include "device/node.h"

#include <stdbool.h>

struct arena;
struct diag;

/* Is a supply of the user's (0: none given) one that the node's transistors work at? */
bool supply_check(const struct node *, const double *v_dd, struct diag *);

/* The node as it is, if v_dd is 0 or its own supply; else a copy whose currents belong to v_dd. */
const struct node *node_at_supply(struct arena *, const struct node *, double v_dd);

#endif
