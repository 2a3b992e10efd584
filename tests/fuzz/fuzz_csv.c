/* SPDX-License-Identifier: Apache-2.0 */
/* The reader of measured traces. */
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "lab/trace.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct arena *a = arena_new();
	char *text = arena_alloc(a, n + 1, 1);

	if (n)
		memcpy(text, data, n);
	trace_read_text(a, "fuzz", text, n, diag_new(a, NULL));
	arena_free(a);
	return 0;
}
