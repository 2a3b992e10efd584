/* SPDX-License-Identifier: Apache-2.0 */
/*
 * External memory.
 *
 * Model    t = t_access + bits/(n_devices n_pins f_pin k_efficiency); e = bits e_per_bit; idle
 *          power of all devices
 * Source   [OConnor2017] (energy per bit); bandwidths: the device's techfile
 * Assumes  long transfers in open rows, spread over all devices; no area: it is not on the chip
 * Valid    transfers much longer than a burst
 * Checked  tests/unit/check_blocks.c: HBM2 2.048e12 bit/s, 3.92 pJ/bit
 */
#include <stddef.h>

#include "circuit/module.h"
#include "device/dram.h"

/* mho module dram: one transfer. */
struct dram_module {
	struct module module;
	const struct dram *memory;
	int n_devices;
	double n_bits;
};

static struct est estimate(const struct module *module, const struct tech *t)
{
	const struct dram_module *m = (const struct dram_module *)module;
	const struct dram *d = m->memory;

	(void)t;
	return (struct est){
		.latency =
			d->t_access + m->n_bits / (m->n_devices * dram_f_peak(d) * d->k_efficiency),
		.energy = m->n_bits * d->e_per_bit,
		.leakage = m->n_devices * d->p_idle,
	};
}

static const struct field fields[] = {
	SUBFILE(dram_module, memory, &dram_file, "dram-hbm2", "device (techfiles/dram-*.yaml)"),
	INT(dram_module, n_devices, 1, 64, "1", "devices side by side"),
	REAL(dram_module, n_bits, DIM_NONE, 0, 1e18, "1e6", "bits of the transfer"),
	FIELD_END,
};

const struct module_kind module_dram = {
	.head = {"dram", "external memory, one transfer", "OConnor2017", sizeof(struct dram_module),
		fields},
	.estimate = estimate,
};
