/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A design (designs/NAME.yaml): one chip that runs a network, and trains it unless it is for
 * inference alone.
 *
 * The chip's buffer holds the activations of one image (for the gradient) and the errors in flight;
 * the gradient buffer holds one sum per weight; what exceeds their limits goes to the external
 * memory, if there is one.
 */
#ifndef MHO_ARCH_DESIGN_H
#define MHO_ARCH_DESIGN_H

#include "arch/calibration.h"
#include "arch/memory.h"
#include "base/field.h"
#include "circuit/adc.h"
#include "device/node.h"
#include "device/synapse.h"

/* Rows and columns are lines of the largest part of the synapse; a pair takes two columns. */
struct design_array {
	int n_rows, n_cols;
	int n_rows_parallel; /* read together, the others after them; 0: all */
	double t_settle_max; /* [s] of a column or row that is read; 0: no limit */
	int n_columns_per_converter;
	int n_outputs_per_reference; /* columns of single cells that share a reference column */
	double k_access;             /* access transistor over lowest cell resistance */
	double k_drop;               /* switch over line resistance */
	int ir_drop;                 /* enum ir_drop (device/crossbar.h): what wires do to reads */
};

enum input_encoding { ENCODING_SERIAL, ENCODING_WIDTH };

struct design_input {
	int n_bits;    /* of a magnitude: layers that see values of either sign take two passes */
	int encoding;  /* enum input_encoding */
	double t_step; /* [s] of a pulse's width */
	double k_noise; /* rms of a driven row's level (width), over full level */
};

/* What training makes of the transposed read; the price has its converters always. */
enum error_read { ERROR_EXACT, ERROR_CONVERTER };

struct design_error {
	int n_bits; /* sign and magnitude: magnitude bits one at a time, the sign is the polarity */
	int read;   /* enum error_read */
};

enum mapping_kind { MAPPING_UNROLLED, MAPPING_POSITION };
enum mapping_copies { COPIES_NONE, COPIES_BALANCE };

struct design_mapping {
	int kind;          /* enum mapping_kind */
	int copies;        /* enum mapping_copies */
	int n_copies_max;  /* of one layer */
	double k_area_max; /* subarrays with copies over subarrays without */
	int n_subarrays_max; /* on the chip; 0: as many as needed */
	bool pack;         /* small layers share subarrays */
	int n_subarrays_per_pe, n_pes_per_tile;
};

struct design_bus {
	int n_bits; /* of the trees and of a word of the buffers */
};

enum interconnect_kind { INTERCONNECT_HTREE, INTERCONNECT_MESH };

struct design_interconnect {
	int kind;    /* enum interconnect_kind, between tiles */
	int n_depth; /* flits that an input port of a mesh router holds */
};

enum execution { LAYER_BY_LAYER, PIPELINED };

/* Tiles without work are cut off the supply. */
struct design_gating {
	double k_residual;   /* share of the leakage that stays */
	double c_rail_per_a; /* [F/m^2] of a tile's supply rail, charged again when it wakes */
	double t_wake;       /* [s] */
};

struct design_buffer {
	double n_bytes_max; /* of the chip's buffer; 0: as large as needed */
};

struct design_vector {
	int n_lanes; /* elements handled at once */
};

enum gradient_kind { GRADIENT_MAC, GRADIENT_SRAM_CIM };

/* SRAM compute-in-memory banks as a gradient unit. */
struct design_bank {
	int n_banks, n_rows, n_converters, n_columns_per_converter, n_bits_converter;
};

struct design_gradient {
	int kind;           /* enum gradient_kind */
	int n_side;         /* of the outer-product engine; sums added at once by the banks' accumulator */
	int n_bits;         /* of a summed gradient */
	double n_bytes_max; /* of the gradient buffer; 0: as large as needed */
	struct design_bank bank;
};

/* After each pulse the cells are read and those outside the tolerance get another. */
struct design_verify {
	double k_sigma;     /* scatter of what a pulse leaves, in steps of a pulse */
	double k_tolerance; /* accepted error, in the same */
	int n_max;          /* tries at most */
};

/* A chip without arrays: products on multiply-accumulators, weights in memory. */
struct design_digital {
	int n_bits;         /* of a weight, an activation and an error; sums have twice as many */
	int n_side;         /* of the square of multiply-accumulators */
	double n_bytes_max; /* of the buffer of weights; 0: as large as needed */
};

struct design_write {
	int n_bits_count;      /* of a pulse counter */
	double k_simultaneous; /* share of a row's cells that a charge pump feeds at once */
	int n_bits_transfer;   /* of a weight in the transfer logic */
	const struct design_verify *verify; /* NULL: written blindly */
	int bias;              /* enum write_bias of a crosspoint */
	bool pump;             /* there is a charge pump */
};

struct design {
	const char *name;
	double temp;   /* [K] */
	double v_dd;   /* [V] 0: the node's own; the check replaces the node by one at this supply */
	bool training; /* false: no transposed read, no gradient unit, no update and transfer logic */
	const struct node *node;
	const struct synapse *synapse;        /* NULL: a digital chip */
	const struct design_digital *digital; /* NULL: a chip of arrays */
	const struct update *update;
	const struct adc *converter;
	struct design_array array;
	struct design_input input;
	struct design_error error;
	struct design_mapping mapping;
	int execution;      /* enum execution */
	bool double_buffer; /* transfers behind the arrays' work; false: before and after it */
	const struct design_gating *power_gating; /* NULL: everything is powered always */
	struct design_bus bus;
	struct design_interconnect interconnect;
	struct design_buffer buffer;
	const struct memory *memory; /* outside the chip */
	struct design_vector vector;
	struct design_gradient gradient;
	struct design_write write;
	const struct calibration *calibration; /* NULL: estimates as they fall out */
};

/* Rows that are read together. */
int design_rows_parallel(const struct design *);

/* By what area, time and energy of its arrays are multiplied. */
struct factors design_factors(const struct design *);

/* Rows are read one by one, and the converter tells the levels of a digit apart: sums are digital. */
bool design_reads_digits(const struct design *);

/* Whether its numbers can be simulated, not only priced: reported if not. */
bool design_runs(const struct design *, struct diag *);

extern const struct field design_fields[];
extern const struct file_kind design_file;

#endif
