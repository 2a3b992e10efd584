/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sign of the gradient (Manhattan rule).
 *
 * Model    one pulse in the direction of the change asked, if that is at least k_threshold of a
 *          pulse
 * Source   [Zamanidoost2015]
 * Assumes  the comparison is that of the pulse counts
 * Valid    k_threshold >= 0
 * Checked  tests/unit/check_update.c
 */
#include <math.h>

#include "device/update.h"

struct sign {
	struct update update;
	double k_threshold;
};

static const struct field sign_fields[] = {
	REAL(sign, k_threshold, DIM_NONE, 0, 1000, "0.1",
		"change asked, in pulses, below which a weight is left alone"),
	FIELD_END,
};

static void sign_ask(const struct update *u, struct update_pulse pulse, float *restrict change,
	float *const *memory, size_t n)
{
	float least = (float)((const struct sign *)u)->k_threshold;

	(void)memory;
	for (size_t i = 0; i < n; i++) {
		float one = change[i] > 0 ? pulse.up : -pulse.down;
		change[i] = change[i] != 0 && fabsf(change[i]) >= least * fabsf(one) ? one : 0;
	}
}

const struct update_kind update_sign = {
	.head = {"sign", "one pulse in the direction of the gradient", "Zamanidoost2015",
		sizeof(struct sign), sign_fields},
	.whole_pulses = true,
	.ask = sign_ask,
};
