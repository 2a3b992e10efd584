/* SPDX-License-Identifier: Apache-2.0 */
/* Learning rules: how an output's error becomes the error of a hidden layer. */
#ifndef MHO_TRAIN_RULE_H
#define MHO_TRAIN_RULE_H

#include <stdbool.h>

#include "base/field.h"

struct activity;
struct diag;
struct network;

struct rule {
	const struct kind_head *kind;
};

/* Which layers get the output's error directly; the others get it from behind them. */
enum dfa_layers {
	DFA_ALL,   /* every hidden layer with weights */
	DFA_DENSE, /* hidden dense layers */
	DFA_BLOCKS /* the last convolution before a pooling layer, and hidden dense layers */
};

enum dfa_compensation {
	DFA_NONE,
	DFA_REFERENCE, /* one scale, from reference cells that drift alike */
	DFA_NORM,      /* the size of what comes out is kept */
	DFA_REPROGRAM  /* new random states every n_reprogram batches */
};

/* Random feedback held by phase-change cells. */
struct rule_dfa {
	struct rule rule;
	bool merged;      /* one matrix: a layer uses its first columns */
	double k_feedback; /* standard deviation of an element */
	double k_shape;   /* sigma of the logarithm of a conductance after one pulse; 0: normal elements */
	double k_drift, k_drift_spread; /* mean exponent, and its standard deviation from cell to cell */
	double t_first;   /* [s] after programming, when drift begins to count */
	int compensation; /* enum dfa_compensation */
	int n_reprogram;  /* batches */
};

extern const struct kind_head *const rule_kinds[]; /* NULL-ended: bp, and dfa of each choice of layers */

/* NULL: back-propagation. */
const struct rule_dfa *rule_dfa_of(const struct rule *);

/* Keys that do not fit each other: reported. */
bool rule_check(const struct rule *, struct diag *);

/* What it does changes with time. */
bool rule_drifts(const struct rule *);

/* What does not fit a network: reported. */
bool rule_fits(const struct rule *, const struct network *, struct diag *);

/* Where a layer with weights takes random feedback: the index of the last pointwise layer behind it,
 * -1: it does not. */
int rule_entry(const struct rule_dfa *, const struct network *, int i_weight);

/* What a record of a network's training says of the rule, measured or not. */
void rule_count(const struct rule *, const struct network *, struct activity *);

#endif
