/* SPDX-License-Identifier: Apache-2.0 */
/*
 * External memory of a chip.
 *
 * Model    as module dram: t = t_access + bits/(n_devices n_pins f_pin k_efficiency), nothing for no
 *          bits and no t_access for what is requested ahead; e = bits e_per_bit
 * Source   [OConnor2017]; bandwidths: the device's techfile
 * Assumes  long transfers in open rows, spread over all devices
 * Valid    transfers much longer than a burst
 * Checked  tests/unit/check_chip.c
 */
#include "arch/memory.h"

#include <stddef.h>

static const struct field dram_keys[] = {
	SUBFILE(memory_dram, device, &dram_file, "dram-hbm2", "device (techfiles/dram-*.yaml)"),
	INT(memory_dram, n_devices, 1, 64, "1", "devices side by side"),
	FIELD_END,
};

static const struct field no_keys[] = {FIELD_END};

static const struct kind_head memory_none = {
	"none", "everything stays on the chip", NULL, sizeof(struct memory), no_keys};
static const struct kind_head memory_devices = {"dram",
	"DRAM for the input and for what exceeds the buffers", "OConnor2017",
	sizeof(struct memory_dram), dram_keys};

const struct kind_head *const memory_kinds[] = {&memory_none, &memory_devices, NULL};

const struct memory_dram *memory_of(const struct memory *m)
{
	return m->kind == &memory_devices ? (const struct memory_dram *)m : NULL;
}

double memory_t(const struct memory_dram *m, double n_bits, bool ahead)
{
	const struct dram *d = m->device;

	if (n_bits <= 0)
		return 0;
	return (ahead ? 0 : d->t_access) + n_bits / (m->n_devices * dram_f_peak(d) * d->k_efficiency);
}

double memory_e(const struct memory_dram *m, double n_bits)
{
	return n_bits * m->device->e_per_bit;
}
