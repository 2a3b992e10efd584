/* SPDX-License-Identifier: Apache-2.0 */
/* Kernels for any CPU; the reference for the others. */
#include "device/pulse_kern_body.h"

static bool always(void)
{
	return true;
}

const struct pulse_kern pulse_kern_scalar = PULSE_KERN_TABLE("scalar", always);
