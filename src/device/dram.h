/* SPDX-License-Identifier: Apache-2.0 */
/* An external memory device as a techfile (dram-*.yaml) describes it: one stack, one package. */
#ifndef MHO_DEVICE_DRAM_H
#define MHO_DEVICE_DRAM_H

#include "base/field.h"

struct dram {
	const char *name;
	double n_pins;       /* data pins of the device */
	double f_pin;        /* [bit/s] rate of each */
	double k_efficiency; /* share of the peak that row misses, turn-around and refresh leave */
	double e_per_bit;    /* [J] access and transfer, on both sides of the pins */
	double t_access;     /* [s] first bit of a random access */
	double p_idle;       /* [W] refresh and interface while powered */
};

extern const struct field dram_fields[];
extern const struct file_kind dram_file;

double dram_f_peak(const struct dram *); /* [bit/s] */

#endif
