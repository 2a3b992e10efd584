/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The safetensors format: eight bytes with the length of a JSON header (little-endian), the header
 * (name, type, shape and place of every tensor; "__metadata__" of texts), the data, little-endian.
 * Source   [Safetensors]
 * Checked  tests/unit/check_checkpoint.c, tests/fuzz/fuzz_safetensors.c
 */
#ifndef MHO_TRAIN_SAFETENSORS_H
#define MHO_TRAIN_SAFETENSORS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/diag.h"

#define TENSOR_MAX_RANK 8

enum tensor_type { TENSOR_F16, TENSOR_BF16, TENSOR_F32, TENSOR_F64, TENSOR_U32, TENSOR_OTHER };

struct tensor {
	const char *name;
	enum tensor_type type;
	int rank;
	size_t shape[TENSOR_MAX_RANK];
	size_t n;         /* values */
	const void *data; /* read: bytes of the file, aligned to nothing */
};

/* A text of the metadata. */
struct tensor_note {
	const char *key, *text;
};

struct tensors {
	struct loc at; /* the file, for messages */
	int n, n_notes;
	struct tensor *tensor;
	struct tensor_note *note;
};

/* From memory, which must stay; NULL after a reported error. */
struct tensors *tensors_parse(
	struct arena *, struct loc at, const uint8_t *bytes, size_t n, struct diag *);
struct tensors *tensors_read(struct arena *, const char *path, struct diag *);

/* NULL if there is none of that name. */
const struct tensor *tensors_find(const struct tensors *, const char *name);
const char *tensors_note(const struct tensors *, const char *key);

/* Of its values in a file; types F32, F64 and U32. */
size_t tensor_bytes(const struct tensor *);

/* "[3,4]" */
const char *tensor_shape_text(struct arena *, const struct tensor *);

/* The values of a floating type as floats; all must be finite. False after a reported error. */
bool tensor_floats(const struct tensors *, const struct tensor *, float *to, struct diag *);

/* Written whole or not at all; dies (status 3) if that fails. Types F32, F64 and U32. */
void tensors_write(const struct tensors *, const char *path);

#endif
