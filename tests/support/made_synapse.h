/* SPDX-License-Identifier: Apache-2.0 */
/* A synapse from a line of YAML, for tests. */
#ifndef MHO_TESTS_MADE_SYNAPSE_H
#define MHO_TESTS_MADE_SYNAPSE_H

#include <string.h>

#include "base/field.h"
#include "device/synapse.h"
#include "fixture.h"

struct made_synapse {
	struct synapse *synapse;
};

static const struct field made_synapse_fields[] = {
	KIND(made_synapse, synapse, synapse_kinds, NULL, "a synapse"),
	FIELD_END,
};

/* text: "synapse: {...}". NULL after reported errors. */
static inline const struct synapse *made_synapse(const char *text)
{
	struct yaml *y = yaml_read_text(arena, "synapse", text, strlen(text), false, diag);
	struct made_synapse m = {0};
	struct loader l;

	loader_init(&l, arena, diag);
	if (!y || !loader_bind(&l, made_synapse_fields, y, "", &m) || !synapse_check(m.synapse, diag))
		return NULL;
	return m.synapse;
}

#endif
