/* SPDX-License-Identifier: Apache-2.0 */
#include "circuit/module.h"

#include <assert.h>
#include <math.h>
#include <stddef.h>

const struct module_kind *const module_kinds[] = {
	&module_inverter,
	&module_nand2,
	&module_nor2,
	&module_pass_gate,
	&module_register,
	&module_register_file,
	&module_wire,
	&module_link,
	&module_router,
	&module_htree,
	&module_decoder,
	&module_word_driver,
	&module_row_switch,
	&module_column_switch,
	&module_mux,
	&module_input_driver,
	&module_pwm_dac,
	&module_level_shifter,
	&module_charge_pump,
	&module_write_driver,
	&module_erase_driver,
	&module_capacitor_reset,
	&module_sense_latch,
	&module_sense_current,
	&module_adc_sar,
	&module_adc_flash,
	&module_adc_slope,
	&module_adc_survey,
	&module_encoder,
	&module_adder,
	&module_carry_select,
	&module_mirror_adder,
	&module_adder_tree,
	&module_shift_add,
	&module_buffer,
	&module_precharger,
	&module_sram_write,
	&module_dram,
	&module_mac_array,
	&module_sram_cim,
	&module_sram_current,
	&module_sram_charge,
	&module_sram_digital,
	&module_grad_accumulator,
	&module_transfer_logic,
	&module_lsb_read,
	&module_transfer_sequencer,
	&module_transfer_quantise,
	&module_pulse_counter,
	&module_pulse_train,
	&module_vector_unit,
	&module_relu,
	&module_residual_add,
	&module_pool_max,
	&module_pool_average,
	&module_batch_norm,
	&module_softmax,
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
