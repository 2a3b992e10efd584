/* SPDX-License-Identifier: Apache-2.0 */
/* Nodes as the SPICE decks have them. */
#ifndef MHO_TESTS_BARE_H
#define MHO_TESTS_BARE_H

#include <check.h>

#include "base/field.h"
#include "device/node.h"
#include "fixture.h"

/* Without wires inside the gates. */
static inline struct node bare_node(const char *name)
{
	struct loader l;

	loader_init(&l, arena, diag);

	const struct node *n = loader_file(&l, &node_file, name, "");

	ck_assert_ptr_nonnull(n);

	struct node bare = *n;

	bare.layout.k_wiring = 1;
	return bare;
}

#endif
