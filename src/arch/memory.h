/* SPDX-License-Identifier: Apache-2.0 */
/* Memory outside the chip: none, or devices of one type side by side. */
#ifndef MHO_ARCH_MEMORY_H
#define MHO_ARCH_MEMORY_H

#include "base/field.h"
#include "device/dram.h"

struct memory {
	const struct kind_head *kind;
};

struct memory_dram {
	struct memory memory;
	const struct dram *device;
	int n_devices;
};

extern const struct kind_head *const memory_kinds[]; /* NULL-ended: none, dram */

/* The devices of a memory; NULL: none. */
const struct memory_dram *memory_of(const struct memory *);

/* One transfer; requested ahead, nobody waits for its first bit. */
double memory_t(const struct memory_dram *, double n_bits, bool ahead);
double memory_e(const struct memory_dram *, double n_bits);

#endif
