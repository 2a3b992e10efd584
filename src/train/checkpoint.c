/* SPDX-License-Identifier: Apache-2.0 */
/* Writing checkpoints; the format is in checkpoint.h. */
#include "train/checkpoint.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/path.h"
#include "device/synapse_array.h"
#include "train/model.h"

#define HEADER_ALIGNMENT 8

struct tensor {
	const char *name, *shape; /* shape as JSON */
	const float *value;
	size_t n;
};

/* A text as a JSON string, quotes included. */
static const char *json_text(struct arena *a, const char *s)
{
	char *out = NEW(a, char, 6 * strlen(s) + 3), *to = out;

	*to++ = '"';
	for (; *s; s++) {
		unsigned char c = (unsigned char)*s;
		if (c < 0x20)
			to += snprintf(to, 7, "\\u%04x", c);
		else if (c == '"' || c == '\\')
			to += snprintf(to, 3, "\\%c", c);
		else
			*to++ = (char)c;
	}
	*to++ = '"';
	*to = 0;
	return out;
}

/* [rows][columns] to [columns][rows]: rows of a convolution are [c][ky][kx] already. */
static struct tensor weight_tensor(struct arena *a, const struct weights *w)
{
	size_t n_rows = (size_t)w->n_rows, n_cols = (size_t)w->n_cols;
	float *value = NEW(a, float, n_rows *n_cols);
	const char *shape = arena_printf(a, "[%d,%d]", w->n_cols, w->n_rows);

	for (size_t row = 0; row < n_rows; row++)
		for (size_t col = 0; col < n_cols; col++)
			value[col * n_rows + row] = w->w[row * n_cols + col];
	if (w->layer->kind == &layer_conv) {
		int kernel = ((const struct layer_conv *)w->layer)->kernel;
		shape = arena_printf(a, "[%d,%d,%d,%d]", w->n_cols, w->layer->in.c, kernel, kernel);
	}
	return (struct tensor){
		arena_printf(a, "%s.weight", w->layer->name), shape, value, n_rows * n_cols};
}

/* The four tensors of a batch normalisation, under the names of PyTorch. */
static int list_norm(struct arena *a, const struct norm *norm, struct tensor *out)
{
	const char *const name[] = {"weight", "bias", "running_mean", "running_var"};
	const float *const value[] = {norm->scale, norm->shift, norm->mean, norm->variance};

	for (int i = 0; i < 4; i++)
		out[i] = (struct tensor){arena_printf(a, "%s.%s", norm->layer->name, name[i]),
			arena_printf(a, "[%d]", norm->n), value[i], (size_t)norm->n};
	return 4;
}

/* All tensors in file order; returns their number. */
static int list_tensors(struct arena *a, const struct model *m, struct tensor **out)
{
	int n = 0, most = 0;

	for (int i = 0; i < m->n_weight_layers; i++)
		most += 2 + (m->weights[i].cells ? synapse_array_planes(m->weights[i].cells) : 0);
	*out = NEW(a, struct tensor, most + 4 * m->n_norms);
	for (int i = 0; i < m->n_weight_layers; i++) {
		const struct weights *w = &m->weights[i];
		const char *layer = w->layer->name;
		(*out)[n++] = weight_tensor(a, w);
		if (w->bias)
			(*out)[n++] = (struct tensor){arena_printf(a, "%s.bias", layer),
				arena_printf(a, "[%d]", w->n_cols), w->bias, (size_t)w->n_cols};
		for (int p = 0; w->cells && p < synapse_array_planes(w->cells); p++) {
			const char *name = NULL;
			const float *value = synapse_array_plane(w->cells, p, &name);
			(*out)[n++] = (struct tensor){arena_printf(a, "%s.%s", layer, name),
				arena_printf(a, "[%d,%d]", w->n_rows, w->n_cols), value,
				(size_t)w->n_rows * (size_t)w->n_cols};
		}
	}
	for (int i = 0; i < m->n_norms; i++)
		n += list_norm(a, &m->norm[i], *out + n);
	return n;
}

/* Through the bits, so that the file is little-endian everywhere. */
static void put_floats(FILE *f, const float *value, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		uint32_t bits;
		memcpy(&bits, &value[i], sizeof bits);
		for (int shift = 0; shift < 32; shift += 8)
			putc((int)(bits >> shift & 255), f);
	}
}

/* The header, filled up with spaces so that the data begin at a multiple of HEADER_ALIGNMENT. */
static void put_header(FILE *f, const struct tensor *tensor, int n)
{
	size_t at = 0;

	for (int i = 0; i < n; i++) {
		size_t end = at + tensor[i].n * sizeof(float);
		fprintf(f, ",\"%s\":{\"dtype\":\"F32\",\"shape\":%s,\"data_offsets\":[%zu,%zu]}",
			tensor[i].name, tensor[i].shape, at, end);
		at = end;
	}
	fputs("}", f);
	while (ftell(f) % HEADER_ALIGNMENT != 0)
		putc(' ', f);
}

void checkpoint_write(
	const struct model *m, const char *path, const char *settings_json, int epoch, long step)
{
	struct arena *a = arena_new();
	struct tensor *tensor;
	struct out file;
	int n = list_tensors(a, m, &tensor);
	char *header = NULL;
	size_t n_header = 0;
	FILE *h = open_memstream(&header, &n_header);

	if (!h)
		die("out of memory");
	fprintf(h,
		"{\"__metadata__\":{\"format\":\"mho\",\"epoch\":\"%d\",\"step\":\"%ld\",\"settings\":%s}",
		epoch, step, json_text(a, settings_json ? settings_json : ""));
	put_header(h, tensor, n);
	if (fclose(h) != 0)
		die("out of memory");

	out_open(&file, path);
	for (int shift = 0; shift < 64; shift += 8)
		putc((int)((uint64_t)n_header >> shift & 255), file.file);
	fwrite(header, 1, n_header, file.file);
	for (int i = 0; i < n; i++)
		put_floats(file.file, tensor[i].value, tensor[i].n);
	out_close(&file);
	free(header);
	arena_free(a);
}
