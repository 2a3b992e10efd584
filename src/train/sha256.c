/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SHA-256.
 *
 * Source   [FIPS180-4] sections 4.1.2, 5.3.3 and 6.2
 * Checked  tests/unit/check_dataset.c: empty text, "abc", the two-block message, a million 'a'
 */
#include "train/sha256.h"

#include <cpuid.h>
#include <immintrin.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* First 32 bits of the fractional parts of the cube roots of the first 64 primes. */
_Alignas(16) static const uint32_t round_constant[64] = {
	0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
	0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
	0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
	0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
	0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
	0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
	0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
	0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

static uint32_t turn(uint32_t x, int n)
{
	return x >> n | x << (32 - n);
}

static void schedule(const uint8_t *block, uint32_t w[64])
{
	for (int i = 0; i < 16; i++)
		w[i] = (uint32_t)block[4 * i] << 24 | (uint32_t)block[4 * i + 1] << 16 |
		       (uint32_t)block[4 * i + 2] << 8 | block[4 * i + 3];
	for (int i = 16; i < 64; i++) {
		uint32_t s0 = turn(w[i - 15], 7) ^ turn(w[i - 15], 18) ^ w[i - 15] >> 3;
		uint32_t s1 = turn(w[i - 2], 17) ^ turn(w[i - 2], 19) ^ w[i - 2] >> 10;
		w[i] = w[i - 16] + s0 + w[i - 7] + s1;
	}
}

static void compress_one(uint32_t state[8], const uint8_t *block)
{
	uint32_t w[64], a = state[0], b = state[1], c = state[2], d = state[3];
	uint32_t e = state[4], f = state[5], g = state[6], h = state[7];

	schedule(block, w);
	for (int i = 0; i < 64; i++) {
		uint32_t t1 = h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) +
			      round_constant[i] + w[i];
		uint32_t t2 =
			(turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
		h = g;
		g = f;
		f = e;
		e = d + t1;
		d = c;
		c = b;
		b = a;
		a = t1 + t2;
	}

	const uint32_t add[8] = {a, b, c, d, e, f, g, h};

	for (int i = 0; i < 8; i++)
		state[i] += add[i];
}

static void compress(uint32_t state[8], const uint8_t *block, size_t n_blocks)
{
	for (; n_blocks > 0; n_blocks--, block += 64)
		compress_one(state, block);
}

#define WITH_SHA __attribute__((target("sha,sse4.1")))

static WITH_SHA __m128i load(const void *at)
{
	return _mm_loadu_si128(at);
}

/* The CPU's instructions take the state as (a, b, e, f) and (c, d, g, h), the highest word first, and
 * do two rounds at a time. */
static WITH_SHA void compress_sha(uint32_t state[8], const uint8_t *block, size_t n_blocks)
{
	const __m128i big_endian = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
	__m128i badc = _mm_shuffle_epi32(load(state), 0xb1), efgh = _mm_shuffle_epi32(load(state + 4), 0x1b);
	__m128i abef = _mm_alignr_epi8(badc, efgh, 8), cdgh = _mm_blend_epi16(efgh, badc, 0xf0);

	for (; n_blocks > 0; n_blocks--, block += 64) {
		const __m128i abef_before = abef, cdgh_before = cdgh;
		__m128i w[4]; /* sixteen words of the schedule */
		for (int i = 0; i < 4; i++)
			w[i] = _mm_shuffle_epi8(load(block + (ptrdiff_t)16 * i), big_endian);
		for (int i = 0; i < 16; i++) {
			__m128i x = _mm_add_epi32(w[0], load(round_constant + (ptrdiff_t)4 * i));
			__m128i next = _mm_add_epi32(_mm_sha256msg1_epu32(w[0], w[1]), _mm_alignr_epi8(w[3], w[2], 4));
			cdgh = _mm_sha256rnds2_epu32(cdgh, abef, x);
			abef = _mm_sha256rnds2_epu32(abef, cdgh, _mm_shuffle_epi32(x, 0x0e));
			next = _mm_sha256msg2_epu32(next, w[3]);
			w[0] = w[1];
			w[1] = w[2];
			w[2] = w[3];
			w[3] = next;
		}
		abef = _mm_add_epi32(abef, abef_before);
		cdgh = _mm_add_epi32(cdgh, cdgh_before);
	}

	__m128i feba = _mm_shuffle_epi32(abef, 0x1b), dchg = _mm_shuffle_epi32(cdgh, 0xb1);

	_mm_storeu_si128((void *)state, _mm_blend_epi16(feba, dchg, 0xf0));
	_mm_storeu_si128((void *)(state + 4), _mm_alignr_epi8(dchg, feba, 8));
}

static bool has_sha(void)
{
	unsigned a, b, c, d;

	return __get_cpuid_count(7, 0, &a, &b, &c, &d) && b & bit_SHA;
}

void sha256_init(struct sha256 *s)
{
	sha256_init_scalar(s);
	if (has_sha())
		s->compress = compress_sha;
}

void sha256_init_scalar(struct sha256 *s)
{
	/* fractional parts of the square roots of the first 8 primes */
	static const uint32_t start[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
		0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};

	memcpy(s->state, start, sizeof start);
	s->n = 0;
	s->compress = compress;
}

void sha256_add(struct sha256 *s, const void *bytes, size_t n)
{
	const uint8_t *in = bytes;
	size_t held = s->n % sizeof s->block;

	s->n += n;
	if (held + n < sizeof s->block) {
		if (n > 0)
			memcpy(s->block + held, in, n);
		return;
	}
	if (held > 0) {
		size_t fill = sizeof s->block - held;
		memcpy(s->block + held, in, fill);
		s->compress(s->state, s->block, 1);
		in += fill;
		n -= fill;
	}
	s->compress(s->state, in, n / sizeof s->block);
	if (n % sizeof s->block > 0)
		memcpy(s->block, in + n / sizeof s->block * sizeof s->block, n % sizeof s->block);
}

void sha256_text(struct sha256 *s, char out[65])
{
	static const uint8_t end[64] = {0x80};
	uint64_t n_bits = s->n * 8;
	size_t held = s->n % sizeof s->block;
	uint8_t length[8];

	for (int i = 0; i < 8; i++)
		length[i] = (uint8_t)(n_bits >> (56 - 8 * i));
	sha256_add(s, end, held < 56 ? 56 - held : 120 - held);
	sha256_add(s, length, sizeof length);
	for (int i = 0; i < 8; i++)
		snprintf(out + (ptrdiff_t)8 * i, 9, "%08x", (unsigned)s->state[i]);
}
