/* SPDX-License-Identifier: Apache-2.0 */
/* SHA-256, to tell whether a data file is the one everybody else has. */
#ifndef MHO_TRAIN_SHA256_H
#define MHO_TRAIN_SHA256_H

#include <stddef.h>
#include <stdint.h>

typedef void sha256_compress(uint32_t state[8], const uint8_t *block, size_t n_blocks);

struct sha256 {
	sha256_compress *compress;
	uint32_t state[8];
	uint64_t n; /* bytes so far */
	uint8_t block[64];
};

/* With the CPU's own instructions where it has them, and without. */
void sha256_init(struct sha256 *);
void sha256_init_scalar(struct sha256 *);
void sha256_add(struct sha256 *, const void *bytes, size_t n);
/* Lower-case hexadecimal digest, NUL-terminated. */
void sha256_text(struct sha256 *, char out[65]);

#endif
