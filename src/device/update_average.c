/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Averaged gradient ("momentum" of in-situ training).
 *
 * Model    v <- beta v + (1 - beta) g, v in place of g; plain: beta = k_keep; adaptive: beta =
 *          k_keep (1 - r), r = m^2/s the share of signal in the gradient, m <- k_keep m +
 *          (1 - k_keep) g, s <- k_keep s + (1 - k_keep) g^2, so that a gradient that keeps its sign
 *          is followed and one that alternates is averaged away
 * Source   [Huang2020] (why); the plain average as in [Peng2021]; the adaptive factor is ours: the
 *          publication's is not known
 * Assumes  the memory is wide enough not to round what it keeps
 * Valid    0 <= k_keep < 1
 * Checked  tests/unit/check_update.c
 */
#include "base/diag.h"
#include "device/update.h"

struct average {
	struct update update;
	double k_keep;
	bool adaptive;
	int n_bits;
};

static const struct field average_fields[] = {
	REAL(average, k_keep, DIM_NONE, 0, 0.9999, "0.9", "share of the average kept from batch to batch"),
	BOOL(average, adaptive, "false", "average less where the gradient keeps its sign"),
	INT(average, n_bits, 4, 32, "16", "bits of a kept average in the chip's memory"),
	FIELD_END,
};

static bool average_check(const struct update *u, const struct synapse *s, struct diag *d)
{
	const struct average *a = (const struct average *)u;

	(void)s;
	if (a->k_keep <= 0)
		diag_warn(d, diag_where(d, &a->k_keep),
			"an average that keeps nothing is the gradient itself: its memory is paid for nothing, 'kind: pulses' "
			"does the same");
	return true;
}

static int average_memory(const struct update *u)
{
	return ((const struct average *)u)->adaptive ? 3 : 1;
}

static int average_bits(const struct update *u)
{
	return average_memory(u) * ((const struct average *)u)->n_bits;
}

static void average_ask(const struct update *u, struct update_pulse pulse, float *restrict change,
	float *const *memory, size_t n)
{
	const struct average *a = (const struct average *)u;
	float keep = (float)a->k_keep;
	float *restrict v = memory[0];

	(void)pulse;
	if (!a->adaptive) {
		for (size_t i = 0; i < n; i++)
			change[i] = v[i] = keep * v[i] + (1 - keep) * change[i];
		return;
	}

	float *restrict mean = memory[1], *restrict square = memory[2];

	for (size_t i = 0; i < n; i++) {
		float g = change[i];
		mean[i] = keep * mean[i] + (1 - keep) * g;
		square[i] = keep * square[i] + (1 - keep) * g * g;
		float signal = square[i] > 0 ? mean[i] * mean[i] / square[i] : 0;
		float beta = keep * (1 - signal);
		change[i] = v[i] = beta * v[i] + (1 - beta) * g;
	}
}

const struct update_kind update_average = {
	.head = {"averaged", "a running average of the gradient as pulses", "Huang2020",
		sizeof(struct average), average_fields},
	.n_operations = 2,
	.check = average_check,
	.memory = average_memory,
	.bits = average_bits,
	.ask = average_ask,
};
