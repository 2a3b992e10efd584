/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Constants of single cells in 16 bits, so that millions of them fit: positive floats with 5 bits of
 * exponent and 11 of mantissa, and window ends in units of 2^-14.
 *
 * Method   code = the upper bits of the float itself, so that decoding is a shift and an addition
 * Valid    2^-25 <= x < 2^7, relative error 2^-12; ends -2 to 2, error 2^-15
 * Checked  tests/unit/check_population.c
 */
#ifndef MHO_DEVICE_PULSE_CODE_H
#define MHO_DEVICE_PULSE_CODE_H

#include <math.h>
#include <stdint.h>
#include <string.h>

#define PULSE_CODE_BASE (102u << 23) /* the bits of 2^-25 */

static inline float pulse_decode(uint16_t code)
{
	uint32_t bits = ((uint32_t)code << 12) + PULSE_CODE_BASE;
	float x;

	memcpy(&x, &bits, sizeof x);
	return x;
}

static inline uint16_t pulse_encode(double x)
{
	float f = (float)fmax(x, 0x1p-25);
	uint32_t bits;

	memcpy(&bits, &f, sizeof bits);
	bits = (bits - PULSE_CODE_BASE + 0x800u) >> 12;
	return (uint16_t)(bits > 0xffffu ? 0xffffu : bits);
}

static inline float pulse_end(int16_t code)
{
	return (float)code * 0x1p-14f;
}

static inline int16_t pulse_end_code(double y)
{
	return (int16_t)lrint(fmin(fmax(y, -2), 2 - 0x1p-14) * 0x1p14);
}

#endif
