/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A published macro (validate/NAME.yaml): an array as a design, or a block as a module, with what was
 * measured on it. A macro is less than a chip: no buffers, no trees between arrays.
 */
#ifndef MHO_ARCH_MACRO_H
#define MHO_ARCH_MACRO_H

#include "arch/calibration.h"
#include "arch/design.h"
#include "arch/ledger.h"
#include "circuit/module.h"

/* One access: all converters work once, for every input bit or after all of them. */
struct macro_access {
	int n_rows, n_sums;           /* rows added up in a sum; sums per access */
	int n_bits_in, n_bits_weight; /* per access, as the published operations count them */
	bool once;                    /* input bits are added up before a conversion */
	int n_parts;                  /* of the input bits, each added up and converted by itself */
	int n_samples;                /* added up in the access; 0: one per input bit */
	double t_sample, t_part;      /* [s] of a sample, of a further part, as designed; 0: as long as it takes */
	double k_ones, k_state;       /* share of ones in the input; mean state of the cells */
};

/* A part of the macro whose share was published. */
struct macro_block {
	const char *name;
	struct field_names leaves;
	double k_area, k_energy; /* 0: not published */
};

/* An operating point: settings that differ, and what was measured; 0: not published. */
struct macro_point {
	const char *name;
	const struct yaml *set;
	double area, t_access, energy, tops_per_w;
	bool apart; /* the efficiency is shown, not averaged */
	struct field_list blocks;
};

struct macro {
	const char *name;
	int class; /* enum macro_class */
	const struct design *design;
	const struct node *node; /* of a module */
	double v_dd, temp;
	const struct module *module;
	struct macro_access access;
	struct field_list points;
};

struct macro_cost {
	double area, t_access, energy; /* one access; leakage included */
	double tops_per_w;             /* of one-bit operations; 0 without access.n_rows */
	struct ledger ledger;          /* design only: phase forward */
};

extern const struct field macro_fields[];
extern const struct file_kind macro_file;

struct macro_cost macro_estimate(const struct macro *);

/* Share of a block in the macro's area or dynamic energy. */
double macro_share_area(const struct macro_cost *, const struct macro_block *);
double macro_share_energy(const struct macro_cost *, const struct macro_block *);

#endif
