/* SPDX-License-Identifier: Apache-2.0 */
#include "arch/calibration.h"

#include <stddef.h>

const char *const macro_classes[] = {
	[MACRO_RESISTIVE] = "resistive",
	[MACRO_SRAM_CURRENT] = "sram_current",
	[MACRO_SRAM_CHARGE] = "sram_charge",
	[MACRO_SRAM_DIGITAL] = "sram_digital",
	[MACRO_CONVERTER] = "converter",
	[MACRO_MEMORY] = "memory",
	[MACRO_CLASSES] = NULL,
};

static const struct field factor_fields[] = {
	REAL(factors, k_area, DIM_NONE, 0.01, 100, "1", "area, times what the models say"),
	REAL(factors, k_time, DIM_NONE, 0.01, 100, "1", "time of an access, times what the models say"),
	REAL(factors, k_energy, DIM_NONE, 0.01, 100, "1", "energy of an access, times what the models say"),
	FIELD_END,
};

#define CLASS(key, class, help)                                                                    \
	{                                                                                          \
		key, FIELD_MAP, DIM_NONE,                                                          \
			offsetof(struct calibration, of) + (class) * sizeof(struct factors), 0, 0, \
			NULL, factor_fields, help, 0                                               \
	}

const struct field calibration_fields[] = {
	NAME(calibration, name, NULL, "what it was fitted to, in one line"),
	CLASS("resistive", MACRO_RESISTIVE, "arrays of resistive cells with their converters"),
	CLASS("sram_current", MACRO_SRAM_CURRENT, "SRAM arrays that add up currents"),
	CLASS("sram_charge", MACRO_SRAM_CHARGE, "SRAM arrays that add up charge"),
	CLASS("sram_digital", MACRO_SRAM_DIGITAL, "digital SRAM compute macros"),
	CLASS("converter", MACRO_CONVERTER, "converters alone"),
	CLASS("memory", MACRO_MEMORY, "SRAM macros without compute"),
	FIELD_END,
};

const struct file_kind calibration_file = {
	.what = "calibration",
	.folder = "techfiles",
	.size = sizeof(struct calibration),
	.fields = calibration_fields,
};

struct factors calibration_factors(const struct calibration *c, enum macro_class class)
{
	return c ? c->of[class] : (struct factors){1, 1, 1};
}
