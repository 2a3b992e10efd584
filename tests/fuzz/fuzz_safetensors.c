/* SPDX-License-Identifier: Apache-2.0 */
/* The reader of safetensors, and every tensor it accepts. */
#include <stdint.h>
#include <stdio.h>

#include "base/arena.h"
#include "train/safetensors.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	FILE *sink = fopen("/dev/null", "w");
	struct arena *a = arena_new();
	struct diag *d = diag_new(a, sink);
	struct tensors *t = tensors_parse(a, (struct loc){NULL, 0, 0}, data, n, d);

	for (int i = 0; t && i < t->n; i++) {
		tensor_shape_text(a, &t->tensor[i]);
		tensor_floats(t, &t->tensor[i], NEW(a, float, t->tensor[i].n + 1), d);
	}
	arena_free(a);
	fclose(sink);
	return 0;
}
