/* SPDX-License-Identifier: Apache-2.0 */
/* Nodes that have no file, from the two of their type on either side. */
#ifndef MHO_DEVICE_NODE_BETWEEN_H
#define MHO_DEVICE_NODE_BETWEEN_H

#include "base/field.h"

/* For loader.missing: the tree of node-SIZEnm-TYPE, with a warning that names the two nodes it lies
 * between; NULL if the name is no such node, has no neighbours, or lies between a planar node and a
 * FinFET. */
struct yaml *node_between(struct loader *, const struct file_kind *, const char *name, struct loc);

#endif
