/* SPDX-License-Identifier: Apache-2.0 */
/* The IDX reader, gzip or not, as images and as labels. */
#include <stdint.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/diag.h"
#include "train/idx.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static const int dims[] = {1, 3};
	FILE *sink = fopen("/dev/null", "w");
	struct arena *a = arena_new();
	struct source src = {"fuzz", NULL};
	struct idx x;

	for (int i = 0; i < 2; i++)
		idx_parse(a, &src, data, n, dims[i], &x, diag_new(a, sink));
	arena_free(a);
	fclose(sink);
	return 0;
}
