/* SPDX-License-Identifier: Apache-2.0 */
/* The reader of CIFAR-10 batches, gzip or not. */
#include <stdint.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/diag.h"
#include "train/cifar.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	FILE *sink = fopen("/dev/null", "w");
	struct arena *a = arena_new();
	struct images x;

	cifar_parse(a, (struct loc){NULL, 0, 0}, data, n, &x, diag_new(a, sink));
	arena_free(a);
	fclose(sink);
	return 0;
}
