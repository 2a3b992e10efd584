/* SPDX-License-Identifier: Apache-2.0 */
/* The YAML reader and the binding engine behind it, as a cell file and as a network. */
#include <stdint.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/field.h"
#include "device/cell.h"
#include "net/network.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void bind(struct arena *a, const struct file_kind *kind, const struct yaml *map, struct diag *d)
{
	struct loader l;

	loader_init(&l, a, d);

	void *out = arena_alloc(a, 1, kind->size);

	if (loader_bind(&l, kind->fields, map, "", out) && kind->check)
		kind->check(out, a, d);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct arena *a = arena_new();
	FILE *quiet = fopen("/dev/null", "w");
	struct diag *d = diag_new(a, quiet);
	struct yaml *y = yaml_read_text(a, "input", (const char *)data, n, true, d);

	if (y) {
		bind(a, &cell_file, y, d);
		bind(a, &network_file, y, d);
	}
	fclose(quiet);
	arena_free(a);
	return 0;
}
