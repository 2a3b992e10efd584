/* SPDX-License-Identifier: Apache-2.0 */
#include "circuit/module.h"

#include <assert.h>
#include <math.h>
#include <stddef.h>

const struct module_kind *const module_kinds[] = {
	&module_inverter,
	&module_nand2,
	&module_nor2,
	&module_register,
	&module_wire,
	&module_decoder,
	&module_row_switch,
	&module_column_switch,
	&module_mux,
	&module_adc_sar,
	&module_adder,
	&module_adder_tree,
	&module_shift_add,
	&module_buffer,
	&module_htree,
	&module_level_shifter,
	&module_charge_pump,
	&module_mac_array,
	&module_transfer_logic,
	&module_vector_unit,
	NULL,
};

struct est module_estimate(const struct module *m, const struct tech *t)
{
	struct est e = m->kind->estimate(m, t);

	assert(isfinite(e.area) && e.area >= 0);
	assert(isfinite(e.latency) && e.latency >= 0);
	assert(isfinite(e.energy) && e.energy >= 0);
	assert(isfinite(e.leakage) && e.leakage >= 0);
	return e;
}
