/* SPDX-License-Identifier: Apache-2.0 */
/* An update rule and the synapse it works on, from two lines of YAML, for tests. */
#ifndef MHO_TESTS_SCHEME_H
#define MHO_TESTS_SCHEME_H

#include <check.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "device/synapse.h"
#include "device/update.h"

struct scheme {
	const struct update *update;
	const struct synapse *synapse;
};

static const struct field scheme_fields[] = {
	KIND(scheme, update, update_kinds, "pulses", "rule"),
	KIND(scheme, synapse, synapse_kinds, NULL, "cells"),
	FIELD_END,
};

static inline struct scheme scheme(struct arena *a, const char *update, const char *synapse)
{
	struct scheme s;
	struct diag *d = diag_new(a, stderr);
	struct loader l;
	const char *text = arena_printf(a, "format: 1\nupdate: {%s}\nsynapse: {%s}\n", update, synapse);

	loader_init(&l, a, d);
	ck_assert(loader_bind(&l, scheme_fields, yaml_read_text(a, "test", text, strlen(text), true, d), "", &s));
	return s;
}

#endif
