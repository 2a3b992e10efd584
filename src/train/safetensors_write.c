/* SPDX-License-Identifier: Apache-2.0 */
/* Writing safetensors; the format is in safetensors.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/memo.h"
#include "base/path.h"
#include "train/safetensors.h"

#define HEADER_ALIGNMENT 8

static const char *type_name(enum tensor_type type)
{
	return type == TENSOR_F64 ? "F64" : type == TENSOR_U32 ? "U32" : "F32";
}

static size_t type_size(enum tensor_type type)
{
	return type == TENSOR_F64 ? 8 : 4;
}

/* A text as a JSON string, quotes included. */
static void put_text(FILE *f, const char *s)
{
	putc('"', f);
	for (; *s; s++) {
		unsigned char c = (unsigned char)*s;
		if (c < 0x20)
			fprintf(f, "\\u%04x", c);
		else if (c == '"' || c == '\\')
			fprintf(f, "\\%c", c);
		else
			putc(c, f);
	}
	putc('"', f);
}

size_t tensor_bytes(const struct tensor *x)
{
	return x->n * type_size(x->type);
}

/* Filled up with spaces so that the data begin at a multiple of HEADER_ALIGNMENT. */
static void put_header(struct arena *a, FILE *f, const struct tensors *t)
{
	size_t at = 0;

	fputs("{\"__metadata__\":{", f);
	for (int i = 0; i < t->n_notes; i++) {
		fputs(i ? "," : "", f);
		put_text(f, t->note[i].key);
		putc(':', f);
		put_text(f, t->note[i].text);
	}
	putc('}', f);
	for (int i = 0; i < t->n; i++) {
		const struct tensor *x = &t->tensor[i];
		size_t end = at + tensor_bytes(x);
		fprintf(f, ",\"%s\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":[%zu,%zu]}", x->name,
			type_name(x->type), tensor_shape_text(a, x), at, end);
		at = end;
	}
	fputs("}", f);
	while (ftell(f) % HEADER_ALIGNMENT != 0)
		putc(' ', f);
}

/* Through the bits, so that the file is little-endian everywhere. */
static void put_values(FILE *f, const struct tensor *x)
{
	size_t size = type_size(x->type);
	const char *at = x->data;

	for (size_t i = 0; i < x->n; i++, at += size) {
		uint64_t bits = 0;
		unsigned char out[8];
		uint32_t word;
		if (size == 8) {
			memcpy(&bits, at, size);
		} else {
			memcpy(&word, at, size);
			bits = word;
		}
		for (size_t k = 0; k < size; k++)
			out[k] = (unsigned char)(bits >> 8 * k);
		fwrite(out, 1, size, f);
	}
}

void tensors_write(const struct tensors *t, const char *path)
{
	struct arena *a = arena_new();
	struct out file;
	struct memo m;

	memo_open(&m);
	put_header(a, m.file, t);

	char *header = memo_close(&m);

	out_open_large(&file, path);
	for (int shift = 0; shift < 64; shift += 8)
		putc((int)((uint64_t)m.n >> shift & 255), file.file);
	fwrite(header, 1, m.n, file.file);
	for (int i = 0; i < t->n; i++)
		put_values(file.file, &t->tensor[i]);
	out_close(&file);
	free(header);
	arena_free(a);
}
