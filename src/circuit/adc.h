/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Column converters. Each kind is one file adc_*.c and one entry of adc_kinds[].
 *
 * In front of every kind stands the same current conveyor: it holds the column at its read level
 * and copies the (difference) current to the converter's input, where the design's full scale is
 * v_range.
 */
#ifndef MHO_CIRCUIT_ADC_H
#define MHO_CIRCUIT_ADC_H

#include "base/field.h"
#include "circuit/edge.h"
#include "circuit/est.h"
#include "device/transistor.h"

struct diag;

enum adc_range { RANGE_LAYER, RANGE_CHIP, RANGE_FIXED };
extern const char *const adc_range_words[];

struct adc {
	const struct adc_kind *kind;
	int n_bits;
	int range;           /* enum adc_range: what its full scale is */
	double k_full_scale; /* calibrated range in rms of partial sums */
	double i_full_scale; /* [A] fixed range */
	double k_noise;      /* rms of the noise at its input, in last places */
	double v_range;      /* [V] full scale at the comparator */
	double i_bias;       /* [A] of each of the two branches of the conveyor */
	double k_gm;         /* [1/V] transconductance over bias current, of conveyor and buffers */
};

struct adc_kind {
	struct kind_head head;
	bool (*check)(const struct adc *, const struct node *, struct diag *);
	/* One conversion, the conveyor not included. */
	struct est (*convert)(const struct adc *, const struct tech *);
};

extern const struct adc_kind *const adc_kinds[]; /* NULL-ended */
extern const struct adc_kind adc_sar_kind, adc_flash_kind, adc_slope_kind, adc_survey_kind,
	adc_latch_kind;

bool adc_check(const struct adc *, const struct node *, struct diag *);
struct est adc_convert(const struct adc *, const struct tech *);

/* For the check of a kind with a comparator: its offset's sigma lies below the range. */
bool adc_check_offset(const struct adc *, const double *v_offset, struct diag *);

/* What a kind's field table repeats for the members every kind has. */
#define ADC_FIELDS(st, bits) ADC_FIELDS_FROM(st, bits, 1)
#define ADC_FIELDS_FROM(st, bits, bits_min)                                                        \
	{"n_bits", FIELD_INT, DIM_NONE, offsetof(struct st, adc.n_bits), bits_min, 14, bits, NULL, \
		"resolution", 0},                                                                  \
		{"k_full_scale", FIELD_REAL, DIM_NONE, offsetof(struct st, adc.k_full_scale), 0.1, \
			100, "4", NULL, "calibrated range, in rms of partial sums", 0},            \
		{"range", FIELD_WORD, DIM_NONE, offsetof(struct st, adc.range), 0, 0, "layer",     \
			adc_range_words,                                                           \
			"full scale: calibrated on data for each layer, once for the whole chip, or fixed (i_full_scale)", 0}, \
		{"i_full_scale", FIELD_REAL, DIM_AMPERE, offsetof(struct st, adc.i_full_scale), 0, \
			1, "0 A", NULL, "fixed range: current of a column, or difference of a pair", 0}, \
		{"k_noise", FIELD_REAL, DIM_NONE, offsetof(struct st, adc.k_noise), 0, 100, "0", NULL, \
			"rms noise of a conversion at the converter's input, in last places", 0}, \
		{"v_range", FIELD_REAL, DIM_VOLT, offsetof(struct st, adc.v_range), 0.01, 5,       \
			"0.6 V", NULL, "full scale at the comparator", 0},                         \
		{"i_bias", FIELD_REAL, DIM_AMPERE, offsetof(struct st, adc.i_bias), 1e-9, 0.01,    \
			"10 uA", NULL, "bias of each branch of the current conveyor", 0},          \
	{                                                                                          \
		"k_gm", FIELD_REAL, DIM_NONE, offsetof(struct st, adc.k_gm), 1, 30, "15", NULL,    \
			"transconductance of conveyor and reference buffer per bias current, in 1/V", 0             \
	}

/* The conveyor: time to settle within half a step of the converter on a line whose driven cells
 * conduct g_cells to ground and draw i_cells, and what it draws meanwhile. c_load hangs on the line, r_pass lies
 * between line and conveyor. latency and energy of one settling; no area (negligible beside the
 * converter's own). */
struct sensed {
	struct line line;
	double c_load, r_pass, g_cells, i_cells;
};
struct est adc_settle(const struct adc *, const struct tech *, struct sensed);

/* A flash converter of usual calibration, described by its two main values. */
struct est adc_flash_plain(const struct tech *, int n_bits, double v_range);

/* Energy per conversion step. [J] */
double adc_figure_of_merit(const struct adc *, const struct tech *);

#endif
