/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Calibration (techfiles/calibration.yaml): factors per class of macros, fitted to published silicon, by
 * which area, time and energy of an array with its converters are multiplied. A design uses none
 * unless it names the file.
 */
#ifndef MHO_ARCH_CALIBRATION_H
#define MHO_ARCH_CALIBRATION_H

#include "base/field.h"

enum macro_class {
	MACRO_RESISTIVE,
	MACRO_SRAM_CURRENT,
	MACRO_SRAM_CHARGE,
	MACRO_SRAM_DIGITAL,
	MACRO_CONVERTER,
	MACRO_MEMORY,
	MACRO_CLASSES
};
extern const char *const macro_classes[]; /* NULL-ended */

struct factors {
	double k_area, k_time, k_energy;
};

struct calibration {
	const char *name;
	struct factors of[MACRO_CLASSES];
};

extern const struct field calibration_fields[];
extern const struct file_kind calibration_file;

/* Those of a class; of no calibration: ones. */
struct factors calibration_factors(const struct calibration *, enum macro_class);

#endif
