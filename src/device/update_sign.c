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

#include "base/diag.h"
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

static bool sign_check(const struct update *u, const struct synapse *s, struct diag *d)
{
	struct update_pulse p = update_pulse_of(s);

	if (p.up <= 1 && p.down <= 1)
		return true;
	diag_error(d, diag_where(d, u),
		"a pulse moves a weight by %g of its range of 2: one pulse per batch cannot find a value between, expected "
		"cells of two steps or more",
		(double)fmaxf(p.up, p.down));
	return false;
}

static void sign_ask(const struct update *u, const struct update_call *call, float *restrict change,
	float *const *memory, size_t n)
{
	struct update_pulse pulse = call->pulse;
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
	.check = sign_check,
	.ask = sign_ask,
};
