/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Converter as the published ones are: a regression over 215 of them, 1997 to 2023.
 *
 * Model    SNDR = 6.0206 b + 1.7609 dB
 *          FOM = min(213.7807 - 2.8719 ln f, 128.3068 + 3.22051 ceil(b)) dB
 *          e = exp(26.04962 + 1.880037 ln F - 2.829126 ln b - 1.470202)
 *          / (2 10^((FOM - SNDR)/10)) pJ, F in nm; f in 1/s
 *          a = exp(1.346192 + 0.993279 ln F + 0.180715 ln f + 0.299124 ln e) um^2
 *          idle: a fifth of the power at full rate, moving with the off-current
 *          from 300 K on
 * Source   [Andrulis2024]
 * Assumes  energy of the best fifth and area of the best tenth of the survey; b is the effective
 *          number of bits; idle power comes on top of e, so that a converter at its full rate
 *          draws 1.2 e f: the survey does not separate the two
 * Valid    b >= 4; converters in products: one inside an array takes a quarter to two fifths of
 *          the area and between 0.3 and 3.5 times the energy
 * Checked  tests/unit/check_blocks.c: 8 bits, 32 nm, 1.2 GS/s: 1.84856 pJ, 6313.03 um^2
 */
#include <math.h>
#include <stddef.h>

#include "circuit/adc.h"
#include "circuit/module.h"

#define K_LEAKAGE   0.2
#define TEMP_SURVEY 300 /* [K] */

struct survey {
	struct adc adc;
	double f_sample;
};

static struct est convert(const struct adc *a, const struct tech *t)
{
	const struct survey *s = (const struct survey *)a;
	double b = a->n_bits, ln_f = log(s->f_sample), ln_nm = log(t->l_feature * 1e9);
	double db_sndr = 6.0206 * b + 1.7609;
	double db_fom = fmin(213.7807 - 2.8719 * ln_f, 128.3068 + 3.22051 * b);
	double k_bound = 1 / (2 * pow(10, (db_fom - db_sndr) / 10));
	double e_pj = k_bound * exp(26.04962 + 1.880037 * ln_nm - 2.829126 * log(b) - 1.470202);
	double a_um2 = exp(1.346192 + 0.993279 * ln_nm + 0.180715 * ln_f + 0.299124 * log(e_pj));
	struct tech room = tech_at(t->node, TEMP_SURVEY);
	double k_off =
		(t->i_off_n_per_w + t->i_off_p_per_w) / (room.i_off_n_per_w + room.i_off_p_per_w);

	return (struct est){
		.area = a_um2 * 1e-12,
		.latency = 1 / s->f_sample,
		.energy = e_pj * 1e-12,
		.leakage = K_LEAKAGE * e_pj * 1e-12 * s->f_sample * k_off,
	};
}

static const struct field fields[] = {
	ADC_FIELDS_FROM(survey, "8", 4),
	REAL(survey, f_sample, DIM_HERTZ, 1e3, 1e11, "100 MHz", "conversions per second"),
	FIELD_END,
};

const struct adc_kind adc_survey_kind = {
	.head = {"survey", "regression over published converters", "Andrulis2024",
		sizeof(struct survey), fields},
	.convert = convert,
};

/* mho module adc_survey: one conversion. */
struct survey_module {
	struct module module;
	struct survey survey;
};

static const struct field module_fields[] = {
	{"n_bits", FIELD_INT, DIM_NONE, offsetof(struct survey_module, survey.adc.n_bits), 4, 14,
		"8", NULL, "effective number of bits", 0},
	{"f_sample", FIELD_REAL, DIM_HERTZ, offsetof(struct survey_module, survey.f_sample), 1e3,
		1e11, "100 MHz", NULL, "conversions per second", 0},
	FIELD_END,
};

static struct est estimate(const struct module *m, const struct tech *t)
{
	return convert(&((const struct survey_module *)m)->survey.adc, t);
}

static int n_bits(const struct module *m)
{
	return ((const struct survey_module *)m)->survey.adc.n_bits;
}

const struct module_kind module_adc_survey = {
	.head = {"adc_survey", "converter from a regression over published ones, one conversion",
		"Andrulis2024", sizeof(struct survey_module), module_fields},
	.estimate = estimate,
	.n_bits = n_bits,
};
