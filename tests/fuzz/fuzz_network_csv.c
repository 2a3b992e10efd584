/* SPDX-License-Identifier: Apache-2.0 */
/* Tables of layers: the reader, and the wiring of what it makes of them. */
#include <stdint.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/diag.h"
#include "net/network.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct arena *a = arena_new();
	FILE *quiet = fopen("/dev/null", "w");
	struct diag *d = diag_new(a, quiet);
	struct yaml *y = network_parse_csv(a, "input", (const char *)data, n, d);
	struct network *net = NEW(a, struct network, 1);
	struct loader l;

	loader_init(&l, a, d);
	if (y && loader_bind(&l, network_fields, y, "", net) && network_file.check(net, a, d))
		network_macs(net);
	fclose(quiet);
	arena_free(a);
	return 0;
}
