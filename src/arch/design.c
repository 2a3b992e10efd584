/* SPDX-License-Identifier: Apache-2.0 */
/* Designs: the field table of designs/NAME.yaml and what makes no sense in one. */
#include "arch/design.h"

#include <math.h>

#include "arch/feasible.h"
#include "base/diag.h"
#include "device/crossbar.h"
#include "device/update.h"
#include "device/supply.h"
#include "device/transistor.h"

static const char *const ir_drop_words[] = {
	[IR_DROP_NONE] = "none",
	[IR_DROP_FIRST_ORDER] = "first_order",
	[IR_DROP_FULL] = "full",
	NULL,
};

static const struct field array_fields[] = {
	INT(design_array, n_rows, 2, 4096, "128", "rows of a subarray"),
	INT(design_array, n_cols, 2, 4096, "128", "columns of a subarray; a pair takes two"),
	INT(design_array, n_rows_parallel, 0, 4096, "0",
		"rows read together, the others of a subarray after them; 0: all"),
	REAL(design_array, t_settle_max, DIM_SECOND, 0, 1, "0 s",
		"time in which a line that is read must settle to the converter's resolution; 0: any"),
	INT(design_array, n_columns_per_converter, 1, 256, "8", "columns that share a converter"),
	INT(design_array, n_outputs_per_reference, 1, 4096, "8",
		"columns of single cells that share one reference column"),
	REAL(design_array, k_access, DIM_NONE, 0.01, 1, "0.25",
		"resistance of an access transistor over the lowest of its cell"),
	REAL(design_array, k_drop, DIM_NONE, 0.01, 1, "0.25",
		"resistance of a line's switch over that of the line's cells in parallel"),
	WORD(design_array, ir_drop, ir_drop_words, "none",
		"what the lines' resistance does to reads: none, first_order or full (solved)"),
	FIELD_END,
};

static const char *const encoding_words[] = {
	[ENCODING_SERIAL] = "bit_serial", [ENCODING_WIDTH] = "pulse_width", NULL};

static const struct field input_fields[] = {
	INT(design_input, n_bits, 1, 8, "5",
		"bits of an activation, of its magnitude in layers that see either sign: what is below zero "
		"passes after what is above"),
	WORD(design_input, encoding, encoding_words, "bit_serial",
		"one bit at a time, each bit converted, or one pulse of that width with one conversion"),
	REAL(design_input, t_step, DIM_SECOND, 1e-12, 1e-3, "1 ns", "pulse_width: one step of the width"),
	REAL(design_input, k_noise, DIM_NONE, 0, 1, "0",
		"rms noise of a driven row's level in every read (of its pulse's width), over full level"),
	FIELD_END,
};

static const char *const error_words[] = {[ERROR_EXACT] = "exact", [ERROR_CONVERTER] = "converter", NULL};

static const struct field error_fields[] = {
	INT(design_error, n_bits, 2, 16, "8",
		"bits of an error: a sign, and magnitude bits applied one at a time"),
	WORD(design_error, read, error_words, "exact",
		"what training makes of the transposed read: exact sums, or every partial sum converted"),
	FIELD_END,
};

static const char *const mapping_words[] = {
	[MAPPING_UNROLLED] = "unrolled",
	[MAPPING_POSITION] = "kernel_position",
	NULL,
};

static const char *const copies_words[] = {
	[COPIES_NONE] = "none",
	[COPIES_BALANCE] = "balance",
	NULL,
};

static const struct field mapping_fields[] = {
	WORD(design_mapping, kind, mapping_words, "unrolled",
		"kernels unrolled to columns, or every kernel position in subarrays of its own with "
		"inputs handed on between them"),
	WORD(design_mapping, copies, copies_words, "none",
		"copies of layers: none, or balance the layers' latencies"),
	INT(design_mapping, n_copies_max, 1, 4096, "16", "copies of one layer"),
	REAL(design_mapping, k_area_max, DIM_NONE, 1, 100, "2",
		"subarrays with copies over subarrays without"),
	INT(design_mapping, n_subarrays_max, 0, 10000000, "0",
		"subarrays of the chip; layers beyond are loaded from memory for every image; 0: as many "
		"as needed"),
	BOOL(design_mapping, pack, "false", "let small layers share subarrays"),
	INT(design_mapping, n_subarrays_per_pe, 1, 256, "4", "subarrays of a processing element"),
	INT(design_mapping, n_pes_per_tile, 1, 256, "4", "processing elements of a tile"),
	FIELD_END,
};

static const struct field bus_fields[] = {
	INT(design_bus, n_bits, 8, 4096, "128", "width of the trees and of a word of the buffers"),
	FIELD_END,
};

static const char *const interconnect_words[] = {
	[INTERCONNECT_HTREE] = "htree",
	[INTERCONNECT_MESH] = "mesh",
	NULL,
};

static const struct field interconnect_fields[] = {
	WORD(design_interconnect, kind, interconnect_words, "htree", "network between the tiles"),
	INT(design_interconnect, n_depth, 1, 256, "4", "mesh: flits that an input port holds"),
	FIELD_END,
};

static const char *const execution_words[] = {
	[LAYER_BY_LAYER] = "layer_by_layer",
	[PIPELINED] = "pipelined",
	NULL,
};

static const struct field gating_fields[] = {
	REAL(design_gating, k_residual, DIM_NONE, 0, 1, "0.05",
		"share of its leakage that a sleeping tile keeps"),
	REAL(design_gating, c_rail_per_a, DIM_FARAD_PER_SQUARE_METRE, 0, 1, "1 fF/um^2",
		"supply rail of a tile, charged when it wakes"),
	REAL(design_gating, t_wake, DIM_SECOND, 0, 1e-3, "50 ns", "time that a tile takes to wake"),
	FIELD_END,
};

static const struct field buffer_fields[] = {
	REAL(design_buffer, n_bytes_max, DIM_NONE, 0, 1e9, "0",
		"limit of the chip's buffer in bytes; 0: as large as needed"),
	FIELD_END,
};

static const struct field vector_fields[] = {
	INT(design_vector, n_lanes, 1, 4096, "16", "elements handled at once"),
	FIELD_END,
};

static const char *const gradient_words[] = {
	[GRADIENT_MAC] = "mac",
	[GRADIENT_SRAM_CIM] = "sram_cim",
	NULL,
};

static const struct field bank_fields[] = {
	INT(design_bank, n_banks, 1, 4096, "16", "banks side by side"),
	INT(design_bank, n_rows, 1, 1024, "128", "rows: image positions held"),
	INT(design_bank, n_converters, 1, 1024, "16", "converters"),
	INT(design_bank, n_columns_per_converter, 1, 256, "8", "columns that share a converter"),
	INT(design_bank, n_bits_converter, 1, 8, "4", "resolution of a converter"),
	FIELD_END,
};

static const struct field verify_fields[] = {
	REAL(design_verify, k_sigma, DIM_NONE, 1e-6, 100, "0.5",
		"scatter of what a pulse leaves, in steps of a pulse"),
	REAL(design_verify, k_tolerance, DIM_NONE, 1e-6, 100, "1",
		"accepted error, in steps of a pulse"),
	INT(design_verify, n_max, 1, 10000, "20", "tries at most"),
	FIELD_END,
};

static const struct field gradient_fields[] = {
	WORD(design_gradient, kind, gradient_words, "mac",
		"digital outer products, or compute-in-memory banks of SRAM"),
	INT(design_gradient, n_side, 1, 128, "16",
		"multiply-accumulators on each side of the outer-product engine"),
	INT(design_gradient, n_bits, 4, 48, "24", "bits of a gradient summed over a batch"),
	REAL(design_gradient, n_bytes_max, DIM_NONE, 0, 1e9, "0",
		"limit of the gradient buffer in bytes; 0: as large as needed"),
	MAP(design_gradient, bank, bank_fields, "compute-in-memory banks (kind: sram_cim)"),
	FIELD_END,
};

static const char *const bias_words[] = {
	[BIAS_HALF] = "half",
	[BIAS_THIRD] = "third",
	NULL,
};

static const struct field write_fields[] = {
	INT(design_write, n_bits_count, 1, 16, "8", "bits of a pulse counter, sign included"),
	REAL(design_write, k_simultaneous, DIM_NONE, 0.001, 1, "0.1",
		"share of a row's cells that the charge pump can feed at once"),
	INT(design_write, n_bits_transfer, 2, 24, "10", "bits of a weight in the transfer logic"),
	OPT(design_write, verify, struct design_verify, verify_fields,
		"read after each pulse and try again; absent: blind pulses"),
	WORD(design_write, bias, bias_words, "half",
		"of lines that are not selected while a crosspoint is written: half or third of the voltage"),
	BOOL(design_write, pump, "true",
		"charge pumps make the voltages above the supply; false: there are none"),
	FIELD_END,
};

static const struct field digital_fields[] = {
	INT(design_digital, n_bits, 4, 32, "8", "bits of a weight, an activation and an error"),
	INT(design_digital, n_side, 1, 256, "32", "multiply-accumulators on each side of the array"),
	REAL(design_digital, n_bytes_max, DIM_NONE, 0, 1e12, "0",
		"bytes of the buffer of weights, the rest lies in the memory; 0: as large as needed"),
	FIELD_END,
};

const struct field design_fields[] = {
	NAME(design, name, NULL, "what the design is, in one line"),
	REAL(design, temp, DIM_KELVIN, 200, 450, "300 K", "temperature of the chip"),
	BOOL(design, training, "true", "false: inference alone, without what only training needs"),
	SUBFILE(design, node, &node_file, NULL, "CMOS node"),
	REAL(design, v_dd, DIM_VOLT, 0, 5, "0 V", "supply; 0: the node's own"),
	KIND(design, synapse, synapse_kinds, "", "how cells make up one weight; absent in a digital chip"),
	OPT(design, digital, struct design_digital, digital_fields, "a digital chip in place of arrays"),
	KIND(design, update, update_kinds, "pulses", "what becomes of gradients before they are pulses"),
	KIND(design, converter, adc_kinds, "sar", "column converter"),
	MAP(design, array, array_fields, "subarray"),
	MAP(design, input, input_fields, "activations"),
	MAP(design, error, error_fields, "errors propagated back"),
	MAP(design, mapping, mapping_fields, "layers onto subarrays"),
	WORD(design, execution, execution_words, "layer_by_layer",
		"layers one after the other, or all at once on consecutive images"),
	BOOL(design, double_buffer, "true",
		"transfers behind the work of the arrays; false: before and after it"),
	OPT(design, power_gating, struct design_gating, gating_fields,
		"tiles without work sleep; absent: everything is powered always"),
	MAP(design, bus, bus_fields, "width of the interconnect"),
	MAP(design, interconnect, interconnect_fields, "network between the tiles"),
	MAP(design, buffer, buffer_fields, "buffer of the chip"),
	KIND(design, memory, memory_kinds, "none", "memory outside the chip"),
	MAP(design, vector, vector_fields, "digital unit for what is not a product"),
	MAP(design, gradient, gradient_fields, "digital gradient unit"),
	MAP(design, write, write_fields, "writing"),
	SUBFILE(design, calibration, &calibration_file, "", "factors from published silicon; absent: none"),
	FIELD_END,
};

int design_rows_parallel(const struct design *z)
{
	return z->array.n_rows_parallel > 0 ? z->array.n_rows_parallel : z->array.n_rows;
}

struct factors design_factors(const struct design *z)
{
	struct part part[SYNAPSE_MAX_PARTS];
	bool is_sram;

	if (!z->synapse)
		return calibration_factors(NULL, MACRO_RESISTIVE);
	synapse_parts(z->synapse, part);
	is_sram = cell_structure(part[0].cell)->g_of_node;
	return calibration_factors(z->calibration, is_sram ? MACRO_SRAM_CURRENT : MACRO_RESISTIVE);
}

bool design_reads_digits(const struct design *z)
{
	struct part part[SYNAPSE_MAX_PARTS];

	if (!z->synapse)
		return false;
	synapse_parts(z->synapse, part);
	return design_rows_parallel(z) == 1 && part[0].n_bits > 0 &&
	       z->converter->n_bits >= part[0].n_bits;
}

/* v_last: of the last pulse of a staircase. pumped: the voltage is not the supply's. */
static bool check_voltage(const struct design *z, const struct cell_pulse *p, double v_last, bool pumped,
	struct diag *d)
{
	double v = p ? fmax(p->v, v_last) : 0;

	if (v > z->node->io.v_max) {
		diag_error(d, diag_where(d, &p->v),
			"the write voltage exceeds the %g V that the node's "
			"thick-oxide transistors stand",
			z->node->io.v_max);
		return false;
	}
	if (!pumped || z->write.pump || v <= z->node->v_dd)
		return true;
	diag_error(d, diag_where(d, &p->v),
		"a pulse of %g V needs a charge pump (supply %g V), and the design says 'pump: false'", v,
		z->node->v_dd);
	return false;
}

static bool check_cell(const struct design *z, const struct cell *c, struct diag *d)
{
	const struct cell_structure *s = cell_structure(c);
	bool pumped = !s->from_supply && !c->remanent;
	bool good = check_voltage(z, &c->write.up, cell_pulse_last(c, PULSE_UP).v, pumped, d);

	good &= check_voltage(z, &c->write.down, cell_pulse_last(c, PULSE_DOWN).v, pumped, d);
	good &= check_voltage(z, c->write.erase, 0, pumped, d);
	if (c->remanent) {
		good &= check_voltage(z, &c->remanent->program, 0, true, d);
		good &= check_voltage(z, &c->remanent->erase, 0, true, d);
	}

	/* an access transistor is n; elsewhere a transmission gate must conduct one way or the
	 * other */
	double v = c->read.v_read, v_dd = z->node->v_dd, v_th = z->node->v_th;
	bool n_on = v<v_dd - v_th, p_on = v> v_th && v <= v_dd;

	if (!n_on && (s->has_access || !p_on)) {
		diag_error(d, diag_where(d, &c->read.v_read),
			"a read voltage of %g V leaves the switches of the node off (supply %g V, "
			"threshold %g V)",
			v, v_dd, v_th);
		return false;
	}
	return (!s->fits || s->fits(c, z->node, d)) && good;
}

static bool check_bank(const struct design *z, struct diag *d)
{
	const struct design_bank *b = &z->gradient.bank;

	if (z->gradient.kind != GRADIENT_SRAM_CIM ||
		b->n_converters * b->n_columns_per_converter >= z->input.n_bits)
		return true;
	diag_error(d, diag_where(d, &b->n_converters),
		"a bank of %d columns does not hold an activation of %d bits: enlarge 'n_converters' or "
		"'n_columns_per_converter'",
		b->n_converters * b->n_columns_per_converter, z->input.n_bits);
	return false;
}

/* A limit needs a place for what exceeds it. */
static bool check_memory(const struct design *z, struct diag *d)
{
	const double none = 0;
	const double *limit[] = {&z->buffer.n_bytes_max, &z->gradient.n_bytes_max,
		z->digital ? &z->digital->n_bytes_max : &none};
	const char *const key[] = {"buffer", "gradient", "digital"};
	bool good = true;

	for (int i = 0; i < 3; i++) {
		if (*limit[i] <= 0 || memory_of(z->memory))
			continue;
		diag_error(d, diag_where(d, limit[i]),
			"'%s.n_bytes_max' needs a memory for what exceeds it: 'memory: {kind: dram}'",
			key[i]);
		good = false;
	}
	return good;
}

/* Coincidences are not tried again. */
static bool check_outer(const struct design *z, struct diag *d)
{
	struct part part[SYNAPSE_MAX_PARTS];
	int n = synapse_parts(z->synapse, part);

	if (part[n - 1].referenced && part[n - 1].k_weight > 0 && z->array.ir_drop != IR_DROP_NONE) {
		diag_error(d, diag_where(d, &z->array.ir_drop),
			"what wires do to products of a fast array with reference cells of its own is not modelled: "
			"'ir_drop: none', 'k_gamma: 0' or 'reference: window'");
		return false;
	}
	if (!update_outer(z->update) || !z->write.verify)
		return true;
	diag_error(d, diag_where(d, z->write.verify),
		"'update: {kind: %s}' moves all cells of an array at once, blindly: remove 'verify'",
		z->update->kind->head.name);
	return false;
}

/* What can be converted in a transposed read, as training sees it. */
static bool check_error(const struct design *z, struct diag *d)
{
	struct part part[SYNAPSE_MAX_PARTS];
	bool drives = true;
	const char *why = NULL;

	if (z->error.read == ERROR_EXACT)
		return true;
	for (int i = synapse_parts(z->synapse, part) - 1; i >= 0; i--)
		drives &= cell_structure(part[i].cell)->transposes;
	if (!drives)
		why = "cells whose columns cannot drive are read row by row and multiplied behind the converters";
	else if (design_reads_digits(z))
		why = "rows that are read one by one are multiplied behind the converters";
	else if (z->array.ir_drop != IR_DROP_NONE)
		why = "converted errors on lines with resistance ('ir_drop') are not modelled";
	if (why)
		diag_error(d, diag_where(d, &z->error.read), "%s: expected 'read: exact'", why);
	return !why;
}

bool design_runs(const struct design *z, struct diag *d)
{
	if (z->digital || z->converter->n_bits >= 2 || design_reads_digits(z))
		return true;
	diag_error(d, diag_where(d, &z->converter->n_bits),
		"a network runs on partial sums of either sign: expected 2 bits or more, or digits read one by one "
		"('n_rows_parallel: 1'); a chip that is priced alone has 'training: false'");
	return false;
}

/* What makes no sense in a chip of arrays. */
static bool check_arrays(const struct design *z, struct diag *d)
{
	const struct design_array *s = &z->array;
	struct part part[SYNAPSE_MAX_PARTS];
	bool good = synapse_check(z->synapse, d);

	good &= update_check(z->update, z->synapse, d) && check_outer(z, d);
	good &= check_error(z, d);
	good &= adc_check(z->converter, z->node, d);
	if (s->n_rows % design_rows_parallel(z) != 0) {
		diag_error(d, diag_where(d, &s->n_rows_parallel),
			"'n_rows_parallel' must divide 'n_rows' (%d)", s->n_rows);
		good = false;
	}
	if (s->n_cols % s->n_columns_per_converter != 0) {
		diag_error(d, diag_where(d, &s->n_columns_per_converter),
			"'n_columns_per_converter' must divide 'n_cols' (%d)", s->n_cols);
		good = false;
	}
	if (z->input.encoding == ENCODING_WIDTH && design_rows_parallel(z) == 1) {
		diag_error(d, diag_where(d, &z->input.encoding),
			"rows that are read one by one are read once and multiplied behind the converters: "
			"expected 'encoding: bit_serial'");
		good = false;
	}
	/* slices share their cell */
	for (int i = synapse_parts(z->synapse, part) - 1; i >= 0; i--)
		if (i == 0 || part[i].cell != part[i - 1].cell)
			good &= check_cell(z, part[i].cell, d);
	if (z->converter->kind == &adc_latch_kind && !design_reads_digits(z)) {
		diag_error(d, diag_where(d, &z->converter),
			"a latch tells two states of one cell apart: it needs 'n_rows_parallel: 1' and "
			"digits of one bit ('kind: sliced')");
		good = false;
	}
	good = good && (!z->training || design_runs(z, d));
	if (!good || s->t_settle_max <= 0)
		return good;

	struct tech t = tech_at(z->node, z->temp);
	struct subarray array = subarray_make(z, &t);

	return feasible_settling(z, &t, &array, d);
}

static bool design_check(void *design, struct arena *a, struct diag *d)
{
	struct design *z = design;
	bool good = check_memory(z, d) & check_bank(z, d);

	if (!supply_check(z->node, &z->v_dd, d))
		return false;
	z->node = node_at_supply(a, z->node, z->v_dd);
	if (!tech_covers(z->node, z->temp)) {
		const struct field_reals *t = &z->node->current.temp;
		diag_error(d, diag_where(d, &z->temp),
			"the node is described from %g K to %g K only", t->value[0],
			t->value[t->n - 1]);
		good = false;
	}
	if (!z->synapse == !z->digital) {
		diag_error(d, diag_where(d, z->digital ? (const void *)z->digital : design),
			z->digital ? "a digital chip has no synapse: remove 'synapse' or 'digital'"
				   : "a design needs the key 'synapse', or 'digital' for a chip without arrays");
		return false;
	}
	return (z->digital || check_arrays(z, d)) && good;
}

const struct file_kind design_file = {
	"design", "designs", sizeof(struct design), design_fields, design_check, NULL, NULL};
