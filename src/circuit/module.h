/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Circuit blocks that can be priced alone (mho module KIND). A block is one file: the struct that
 * describes it, which begins with struct module; its field table; one function from description and
 * technology to struct est; and one entry of module_kinds[].
 *
 * A block inside a larger one is described by a designated initialiser; its kind pointer is then
 * not read and may stay NULL.
 */
#ifndef MHO_CIRCUIT_MODULE_H
#define MHO_CIRCUIT_MODULE_H

#include "base/field.h"
#include "circuit/est.h"
#include "device/transistor.h"

struct module {
	const struct module_kind *kind;
};

struct module_kind {
	struct kind_head head;
	/* One operation; defined for every description the field table admits. */
	struct est (*estimate)(const struct module *, const struct tech *);
	/* Converters: the resolution, for the energy per conversion step; others: NULL. */
	int (*n_bits)(const struct module *);
};

extern const struct module_kind *const module_kinds[]; /* NULL-ended */

/* The answer of the kind, checked to be finite and not negative. */
struct est module_estimate(const struct module *, const struct tech *);

extern const struct module_kind module_inverter, module_nand2, module_nor2, module_pass_gate,
	module_register, module_register_file, module_wire, module_link, module_router,
	module_htree, module_decoder, module_word_driver, module_row_switch, module_column_switch,
	module_mux, module_input_driver, module_pwm_dac, module_level_shifter, module_charge_pump,
	module_write_driver, module_erase_driver, module_capacitor_reset, module_sense_latch,
	module_sense_current, module_adc_sar, module_adc_flash, module_adc_slope, module_adc_survey,
	module_encoder, module_adder, module_carry_select, module_mirror_adder, module_adder_tree, module_shift_add,
	module_buffer, module_precharger, module_sram_write, module_dram, module_mac_array,
	module_sram_cim, module_sram_current, module_sram_charge, module_sram_digital,
	module_grad_accumulator, module_transfer_logic, module_lsb_read,
	module_transfer_sequencer, module_transfer_quantise, module_pulse_counter, module_pulse_train,
	module_vector_unit, module_relu, module_residual_add, module_pool_max, module_pool_average,
	module_batch_norm, module_softmax;

#endif
