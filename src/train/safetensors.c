/* SPDX-License-Identifier: Apache-2.0 */
/* Reading safetensors: nothing in the file is believed before it is checked. */
#include "train/safetensors.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/arena.h"
#include "base/path.h"

#define LENGTH_BYTES 8
#define HEADER_MAX   ((uint64_t)64 << 20)
#define FILE_MAX     ((size_t)1 << 36)

static const struct {
	const char *name;
	enum tensor_type type;
	size_t size;
} types[] = {
	{"F16", TENSOR_F16, 2},
	{"BF16", TENSOR_BF16, 2},
	{"F32", TENSOR_F32, 4},
	{"F64", TENSOR_F64, 8},
	{"U32", TENSOR_U32, 4},
	{"BOOL", TENSOR_OTHER, 1},
	{"U8", TENSOR_OTHER, 1},
	{"I8", TENSOR_OTHER, 1},
	{"U16", TENSOR_OTHER, 2},
	{"I16", TENSOR_OTHER, 2},
	{"I32", TENSOR_OTHER, 4},
	{"I64", TENSOR_OTHER, 8},
	{"U64", TENSOR_OTHER, 8},
};

/* Where a tensor lies in the data. */
struct extent {
	const char *name;
	uint64_t from, to;
};

static bool wrong(const struct tensors *t, struct diag *d, const char *name, const char *what)
{
	diag_error(d, t->at, "tensor '%s': %s", name, what);
	return false;
}

static bool read_shape(
	const struct tensors *t, const json_t *shape, struct tensor *x, uint64_t *n, struct diag *d)
{
	*n = 1;
	if (!json_is_array(shape))
		return wrong(t, d, x->name, "'shape' is not a list of sizes");
	if (json_array_size(shape) > TENSOR_MAX_RANK)
		return wrong(t, d, x->name, "more than 8 dimensions");
	x->rank = (int)json_array_size(shape);
	for (int i = 0; i < x->rank; i++) {
		const json_t *size = json_array_get(shape, (size_t)i);
		json_int_t value = json_integer_value(size);
		if (!json_is_integer(size) || value < 0)
			return wrong(t, d, x->name, "'shape' is not a list of sizes");
		if (value > 0 && *n > FILE_MAX / (uint64_t)value)
			return wrong(t, d, x->name, "its shape has more values than any file");
		x->shape[i] = (size_t)value;
		*n *= (uint64_t)value;
	}
	x->n = (size_t)*n;
	return true;
}

static bool read_tensor(struct tensors *t, const json_t *entry, const uint8_t *data, uint64_t n_data,
	struct tensor *x, struct extent *e, struct diag *d)
{
	const char *type = json_string_value(json_object_get(entry, "dtype"));
	const json_t *place = json_object_get(entry, "data_offsets");
	uint64_t n = 0;
	size_t size = 0;

	for (size_t i = 0; type && i < sizeof types / sizeof *types; i++)
		if (strcmp(types[i].name, type) == 0) {
			x->type = types[i].type;
			size = types[i].size;
		}
	if (size == 0)
		return wrong(t, d, x->name, "'dtype' is none of the types of the format");
	if (!read_shape(t, json_object_get(entry, "shape"), x, &n, d))
		return false;

	const json_t *from = json_array_get(place, 0), *to = json_array_get(place, 1);

	if (json_array_size(place) != 2 || !json_is_integer(from) || !json_is_integer(to) ||
		json_integer_value(from) < 0 || json_integer_value(to) < json_integer_value(from))
		return wrong(t, d, x->name, "'data_offsets' are not a begin and an end");
	*e = (struct extent){x->name, (uint64_t)json_integer_value(from),
		(uint64_t)json_integer_value(to)};
	if (e->to > n_data) {
		diag_error(d, t->at, "truncated: tensor '%s' ends at byte %llu of the data, %llu are there",
			x->name, (unsigned long long)e->to, (unsigned long long)n_data);
		return false;
	}
	if (e->to - e->from != n * size)
		return wrong(t, d, x->name, "its shape and its place in the file differ in size");
	x->data = data + e->from;
	return true;
}

static int by_place(const void *x, const void *y)
{
	const struct extent *a = x, *b = y;

	return a->from != b->from ? (a->from > b->from) - (a->from < b->from)
				  : (a->to > b->to) - (a->to < b->to);
}

/* Tensors lie one behind the other without gaps. */
static bool places_are_sane(
	const struct tensors *t, struct extent *e, int n, uint64_t n_data, struct diag *d)
{
	uint64_t at = 0;

	qsort(e, (size_t)n, sizeof *e, by_place);
	for (int i = 0; i < n; at = e[i++].to)
		if (e[i].from != at)
			return wrong(t, d, e[i].name,
				e[i].from < at ? "it overlaps another one" : "there is a gap before it");
	if (at != n_data) {
		diag_error(d, t->at, "there are %llu bytes after the last tensor",
			(unsigned long long)(n_data - at));
		return false;
	}
	return true;
}

static bool read_notes(struct arena *a, struct tensors *t, json_t *notes, struct diag *d)
{
	const char *key;
	json_t *value;

	t->note = NEW(a, struct tensor_note, json_object_size(notes) + 1);
	json_object_foreach(notes, key, value) {
		if (!json_is_string(value)) {
			diag_error(d, t->at, "metadata '%s' is not a text", key);
			return false;
		}
		t->note[t->n_notes++] = (struct tensor_note){
			arena_dup(a, key), arena_dup(a, json_string_value(value))};
	}
	return true;
}

static bool read_entries(struct arena *a, struct tensors *t, json_t *root, const uint8_t *data,
	uint64_t n_data, struct diag *d)
{
	struct extent *extent = NEW(a, struct extent, json_object_size(root) + 1);
	const char *name;
	json_t *entry;

	t->tensor = NEW(a, struct tensor, json_object_size(root) + 1);
	json_object_foreach(root, name, entry) {
		if (strcmp(name, "__metadata__") == 0) {
			if (!read_notes(a, t, entry, d))
				return false;
			continue;
		}
		struct tensor *x = &t->tensor[t->n];
		x->name = arena_dup(a, name);
		if (!read_tensor(t, entry, data, n_data, x, &extent[t->n], d))
			return false;
		t->n++;
	}
	return places_are_sane(t, extent, t->n, n_data, d);
}

struct tensors *tensors_parse(
	struct arena *a, struct loc at, const uint8_t *bytes, size_t n, struct diag *d)
{
	struct tensors *t = NEW(a, struct tensors, 1);
	uint64_t n_header = 0;
	json_error_t error;

	t->at = at;
	if (n < LENGTH_BYTES) {
		diag_error(d, at, "truncated: the file ends within the length of its header");
		return NULL;
	}
	for (int i = LENGTH_BYTES - 1; i >= 0; i--)
		n_header = n_header << 8 | bytes[i];
	if (n_header > HEADER_MAX) {
		diag_error(d, at, "no safetensors file: it announces a header of %llu bytes",
			(unsigned long long)n_header);
		return NULL;
	}
	if (n_header > n - LENGTH_BYTES) {
		diag_error(d, at, "truncated: a header of %llu bytes is announced, %zu are there",
			(unsigned long long)n_header, n - LENGTH_BYTES);
		return NULL;
	}

	json_t *root = json_loadb((const char *)bytes + LENGTH_BYTES, (size_t)n_header,
		JSON_REJECT_DUPLICATES, &error);
	bool good = json_is_object(root);

	if (!good)
		diag_error(d, at, "the header is not a JSON object%s%s", root ? "" : ": ",
			root ? "" : error.text);
	else
		good = read_entries(a, t, root, bytes + LENGTH_BYTES + n_header,
			n - LENGTH_BYTES - n_header, d);
	json_decref(root);
	return good ? t : NULL;
}

struct tensors *tensors_read(struct arena *a, const char *path, struct diag *d)
{
	struct source *src = NEW(a, struct source, 1);
	size_t n;
	const char *bytes = file_read(a, path, FILE_MAX, &n);

	src->name = arena_dup(a, path);
	return tensors_parse(a, (struct loc){src, 0, 0}, (const uint8_t *)bytes, n, d);
}

const struct tensor *tensors_find(const struct tensors *t, const char *name)
{
	for (int i = 0; i < t->n; i++)
		if (strcmp(t->tensor[i].name, name) == 0)
			return &t->tensor[i];
	return NULL;
}

const char *tensors_note(const struct tensors *t, const char *key)
{
	for (int i = 0; i < t->n_notes; i++)
		if (strcmp(t->note[i].key, key) == 0)
			return t->note[i].text;
	return NULL;
}

const char *tensor_shape_text(struct arena *a, const struct tensor *x)
{
	const char *text = "[";

	for (int i = 0; i < x->rank; i++)
		text = arena_printf(a, "%s%s%zu", text, i ? "," : "", x->shape[i]);
	return arena_printf(a, "%s]", text);
}

static float float_of_half(uint16_t bits)
{
	int e = bits >> 10 & 31, m = bits & 1023;
	float x = e == 31  ? (m ? NAN : INFINITY)
		  : e == 0 ? ldexpf((float)m, -24)
			   : ldexpf((float)(m + 1024), e - 25);

	return bits >> 15 ? -x : x;
}

/* Value i through its bits, whatever the machine's order. */
static float value_at(const struct tensor *x, size_t i)
{
	size_t size = x->type == TENSOR_F64 ? 8 : x->type == TENSOR_F32 ? 4 : 2;
	const uint8_t *at = (const uint8_t *)x->data + i * size;
	uint64_t bits = 0;
	uint32_t word;
	double wide;
	float value;

	for (size_t k = size; k-- > 0;)
		bits = bits << 8 | at[k];
	if (x->type == TENSOR_F64) {
		memcpy(&wide, &bits, sizeof wide);
		return (float)wide;
	}
	if (x->type == TENSOR_F16)
		return float_of_half((uint16_t)bits);
	word = (uint32_t)(x->type == TENSOR_BF16 ? bits << 16 : bits);
	memcpy(&value, &word, sizeof value);
	return value;
}

bool tensor_floats(const struct tensors *t, const struct tensor *x, float *to, struct diag *d)
{
	if (x->type == TENSOR_OTHER || x->type == TENSOR_U32)
		return wrong(t, d, x->name, "expected floating values (F16, BF16, F32 or F64)");
	for (size_t i = 0; i < x->n; i++) {
		to[i] = value_at(x, i);
		if (!isfinite(to[i])) {
			diag_error(d, t->at, "tensor '%s': value %zu is not a finite number", x->name, i);
			return false;
		}
	}
	return true;
}
