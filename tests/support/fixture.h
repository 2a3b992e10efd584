/* SPDX-License-Identifier: Apache-2.0 */
/* What most tests stand on: an arena, and errors told on stderr. */
#ifndef MHO_TESTS_FIXTURE_H
#define MHO_TESTS_FIXTURE_H

#include <stdio.h>

#include "base/arena.h"
#include "base/diag.h"

static struct arena *arena;
static struct diag *diag;

static inline void setup(void)
{
	arena = arena_new();
	diag = diag_new(arena, stderr);
}

static inline void teardown(void)
{
	arena_free(arena);
}

#endif
