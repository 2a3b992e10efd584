/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A design (designs/NAME.yaml): one chip that runs a network, and trains it unless it is for
 * inference alone.
 *
 * Everything stays on the chip: there is no external memory. The chip's buffer holds the
 * activations of one image (for the gradient) and the errors in flight; the gradient buffer holds
 * one sum per weight.
 */
#ifndef MHO_ARCH_DESIGN_H
#define MHO_ARCH_DESIGN_H

#include "arch/calibration.h"
#include "base/field.h"
#include "circuit/adc.h"
#include "device/node.h"
#include "device/synapse.h"

/* Rows and columns are lines of the largest part of the synapse; a pair takes two columns. */
struct design_array {
	int n_rows, n_cols;
	int n_rows_parallel; /* read together, the others after them; 0: all */
	int n_columns_per_converter;
	int n_outputs_per_reference; /* columns of single cells that share a reference column */
	double k_access;             /* access transistor over lowest cell resistance */
	double k_drop;               /* switch over line resistance */
};

struct design_input {
	int n_bits; /* applied one at a time */
};

struct design_error {
	int n_bits; /* sign and magnitude: magnitude bits one at a time, the sign is the polarity */
};

enum mapping_copies { COPIES_NONE, COPIES_BALANCE };

struct design_mapping {
	int copies;        /* enum mapping_copies */
	int n_copies_max;  /* of one layer */
	double k_area_max; /* subarrays with copies over subarrays without */
	int n_subarrays_per_pe, n_pes_per_tile;
};

struct design_bus {
	int n_bits; /* of the trees and of a word of the buffers */
};

struct design_gradient {
	int n_side; /* of the outer-product engine */
	int n_bits; /* of a summed gradient */
};

struct design_write {
	int n_bits_count;      /* of a pulse counter */
	double k_simultaneous; /* share of a row's cells that a charge pump feeds at once */
	int n_bits_transfer;   /* of a weight in the transfer logic */
	int bias;              /* enum write_bias of a crosspoint */
};

struct design {
	const char *name;
	double temp;   /* [K] */
	double v_dd;   /* [V] 0: the node's own; the check replaces the node by one at this supply */
	bool training; /* false: no transposed read, no gradient unit, no update and transfer logic */
	const struct node *node;
	const struct synapse *synapse;
	const struct update *update;
	const struct adc *converter;
	struct design_array array;
	struct design_input input;
	struct design_error error;
	struct design_mapping mapping;
	struct design_bus bus;
	struct design_gradient gradient;
	struct design_write write;
	const struct calibration *calibration; /* NULL: estimates as they fall out */
};

/* Rows that are read together. */
int design_rows_parallel(const struct design *);

/* By what area, time and energy of its arrays are multiplied. */
struct factors design_factors(const struct design *);

extern const struct field design_fields[];
extern const struct file_kind design_file;

#endif
