/* SPDX-License-Identifier: Apache-2.0 */
#include "device/dram.h"

#include <stddef.h>

const struct field dram_fields[] = {
	NAME(dram, name, "", "one line"),
	REAL(dram, n_pins, DIM_NONE, 1, 4096, NULL, "data pins of the device"),
	REAL(dram, f_pin, DIM_BIT_PER_SECOND, 1e6, 1e11, NULL, "rate of each pin"),
	REAL(dram, k_efficiency, DIM_NONE, 0.01, 1, NULL,
		"share of the peak rate that row misses, turn-around and refresh leave"),
	REAL(dram, e_per_bit, DIM_JOULE_PER_BIT, 1e-15, 1e-9, NULL,
		"access and transfer of one bit"),
	REAL(dram, t_access, DIM_SECOND, 1e-9, 1e-5, NULL, "first bit of a random access"),
	REAL(dram, p_idle, DIM_WATT, 0, 100, NULL, "refresh and interface while powered"),
	FIELD_END,
};

const struct file_kind dram_file = {"dram", "techfiles", sizeof(struct dram), dram_fields, NULL,
	NULL, NULL};

double dram_f_peak(const struct dram *d)
{
	return d->n_pins * d->f_pin;
}
