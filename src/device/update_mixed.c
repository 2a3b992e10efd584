/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Mixed precision: changes are summed digitally, cells get whole pulses.
 *
 * Model    chi <- chi + dw; p = trunc(chi / epsilon); |p| blind pulses; chi <- chi - p epsilon. chi
 *          is a whole number of n_bits, in last places of k_range 2^(1 - n_bits): what is added is
 *          rounded to the nearest, epsilon is the nearest whole number of them, and chi saturates
 * Source   [Nandakumar2020]
 * Assumes  no read before or after the pulses
 * Valid    epsilon at least one last place of chi; up to 24 bits, which a float holds exactly
 * Checked  tests/unit/check_update.c
 */
#include <math.h>

#include "base/diag.h"
#include "device/update.h"

struct mixed {
	struct update update;
	double epsilon, k_range;
	int n_bits;
};

static const struct field mixed_fields[] = {
	REAL(mixed, epsilon, DIM_NONE, 0, 2, "0",
		"sum, as a share of the half range of a weight, that fires a pulse; 0: what a pulse changes"),
	INT(mixed, n_bits, 4, 24, "16",
		"bits of the sum kept per weight; epsilon is rounded to its last place"),
	REAL(mixed, k_range, DIM_NONE, 1e-6, 16, "1", "range of the sum, in half ranges of a weight"),
	FIELD_END,
};

static double resolution(const struct mixed *m)
{
	return m->k_range * exp2(1 - m->n_bits);
}

static double threshold(const struct mixed *m, struct update_pulse p)
{
	return m->epsilon > 0 ? m->epsilon : ((double)p.up + (double)p.down) / 2;
}

/* epsilon in last places */
static double places(const struct mixed *m, double epsilon)
{
	return rint(epsilon / resolution(m));
}

static bool mixed_check(const struct update *u, const struct synapse *s, struct diag *d)
{
	const struct mixed *m = (const struct mixed *)u;
	double epsilon = threshold(m, update_pulse_of(s)), most = m->k_range - resolution(m);

	if (epsilon >= resolution(m) && epsilon <= most) {
		double rounded = places(m, epsilon) * resolution(m);
		if (fabs(rounded / epsilon - 1) > 0.01)
			diag_warn(d, diag_where(d, m->epsilon > 0 ? (const void *)&m->epsilon : &m->n_bits),
				"a pulse fires at %g in place of %g: the sum of %d bits over +-%g has steps of %g", rounded,
				epsilon, m->n_bits, m->k_range, resolution(m));
		return true;
	}
	if (epsilon > most)
		diag_error(d, diag_where(d, m->epsilon > 0 ? &m->epsilon : &m->k_range),
			"a pulse fires at %g, but the sum of %d bits reaches %g at most: raise 'k_range' (%g)", epsilon,
			m->n_bits, most, m->k_range);
	else
		diag_error(d, diag_where(d, m->epsilon > 0 ? (const void *)&m->epsilon : &m->n_bits),
			"a pulse fires at %g, but the sum of %d bits over +-%g has steps of %g: raise 'n_bits' "
			"or 'epsilon'",
			epsilon, m->n_bits, m->k_range, resolution(m));
	return false;
}

static int mixed_memory(const struct update *u)
{
	(void)u;
	return 1;
}

static int mixed_bits(const struct update *u)
{
	return ((const struct mixed *)u)->n_bits;
}

static void mixed_ask(const struct update *u, const struct update_call *call, float *restrict change,
	float *const *memory, size_t n)
{
	const struct mixed *m = (const struct mixed *)u;
	struct update_pulse pulse = call->pulse;
	float per_place = (float)(1 / resolution(m)), fire = (float)places(m, threshold(m, pulse));
	float bottom = -ldexpf(1, m->n_bits - 1), top = -bottom - 1;
	float *restrict chi = memory[0];

	for (size_t i = 0; i < n; i++) {
		float sum = chi[i] + rintf(change[i] * per_place);
		float in = sum > top ? top : sum < bottom ? bottom : sum, p = truncf(in / fire);
		chi[i] = in - p * fire;
		change[i] = p > 0 ? p * pulse.up : p * pulse.down;
	}
}

const struct update_kind update_mixed = {
	.head = {"mixed", "changes summed digitally, whole pulses when the sum is large enough",
		"Nandakumar2020", sizeof(struct mixed), mixed_fields},
	.whole_pulses = true,
	.n_operations = 2,
	.check = mixed_check,
	.memory = mixed_memory,
	.bits = mixed_bits,
	.ask = mixed_ask,
};
