/* SPDX-License-Identifier: Apache-2.0 */
/* Safetensors: what is written is read; every kind of damage has its own message. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/diag.h"
#include "near.h"
#include "train/safetensors.h"

/* A file with that header and n bytes of data (bytes 0, 1, 2...). */
static uint8_t *file_of(struct arena *a, const char *header, size_t n_data, size_t *n)
{
	size_t n_header = strlen(header);
	uint8_t *file = NEW(a, uint8_t, 8 + n_header + n_data);

	for (int i = 0; i < 8; i++)
		file[i] = (uint8_t)((uint64_t)n_header >> 8 * i);
	memcpy(file + 8, header, n_header);
	for (size_t i = 0; i < n_data; i++)
		file[8 + n_header + i] = (uint8_t)i;
	*n = 8 + n_header + n_data;
	return file;
}

#define X(shape, offsets) "\"x\":{\"dtype\":\"F32\",\"shape\":" shape ",\"data_offsets\":" offsets "}"

static const struct {
	const char *header;
	size_t n_data;
	const char *message; /* NULL: good */
} cases[] = {
	{"{" X("[2,2]", "[0,16]") "}", 16, NULL},
	{"{" X("[]", "[0,4]") "}", 4, NULL},
	{"{" X("[0,5]", "[0,0]") "}", 0, NULL},
	{"{}", 0, NULL},
	{"{\"__metadata__\":{\"a\":\"b\"}," X("[4]", "[0,16]") "}", 16, NULL},
	{"{\"__metadata__\":{\"a\":3}}", 0, "metadata 'a' is not a text"},
	{"[]", 0, "the header is not a JSON object"},
	{"{" X("[2,2]", "[0,16]") "," X("[2,2]", "[0,16]") "}", 16,
		"the header is not a JSON object: duplicate object key near '\"x\"'"},
	{"{" X("[2,2]", "[0,16]") "}", 12,
		"truncated: tensor 'x' ends at byte 16 of the data, 12 are there"},
	{"{" X("[2,2]", "[0,16]") "}", 20, "there are 4 bytes after the last tensor"},
	{"{" X("[2,3]", "[0,16]") "}", 16,
		"tensor 'x': its shape and its place in the file differ in size"},
	{"{" X("[2,2]", "[4,20]") "}", 20, "tensor 'x': there is a gap before it"},
	{"{" X("[2]", "[0,8]") ",\"y\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[4,8]}}", 8,
		"tensor 'y': it overlaps another one"},
	{"{" X("[2,2]", "[16,0]") "}", 16, "tensor 'x': 'data_offsets' are not a begin and an end"},
	{"{" X("[2,2]", "[0]") "}", 16, "tensor 'x': 'data_offsets' are not a begin and an end"},
	{"{" X("[2,2]", "[-4,12]") "}", 16, "tensor 'x': 'data_offsets' are not a begin and an end"},
	{"{" X("[2,-2]", "[0,16]") "}", 16, "tensor 'x': 'shape' is not a list of sizes"},
	{"{" X("3", "[0,16]") "}", 16, "tensor 'x': 'shape' is not a list of sizes"},
	{"{" X("[4294967296,4294967296,4294967296,4294967296]", "[0,16]") "}", 16,
		"tensor 'x': its shape has more values than any file"},
	{"{" X("[1,1,1,1,1,1,1,1,1]", "[0,4]") "}", 4, "tensor 'x': more than 8 dimensions"},
	{"{\"x\":{\"dtype\":\"F33\",\"shape\":[1],\"data_offsets\":[0,4]}}", 4,
		"tensor 'x': 'dtype' is none of the types of the format"},
	{"{\"x\":7}", 4, "tensor 'x': 'dtype' is none of the types of the format"},
};

START_TEST(damage_has_its_own_message)
{
	struct arena *a = arena_new();
	FILE *sink = fopen("/dev/null", "w");
	struct diag *d = diag_new(a, sink);
	size_t n;
	const uint8_t *file = file_of(a, cases[_i].header, cases[_i].n_data, &n);
	struct tensors *t = tensors_parse(a, (struct loc){NULL, 0, 0}, file, n, d);

	if (cases[_i].message) {
		ck_assert_ptr_null(t);
		ck_assert_str_eq(diag_first(d), cases[_i].message);
	} else {
		ck_assert_ptr_nonnull(t);
	}
	fclose(sink);
	arena_free(a);
}
END_TEST

/* Every prefix of a good file is refused, never read past. */
START_TEST(cut_files_are_refused)
{
	struct arena *a = arena_new();
	FILE *sink = fopen("/dev/null", "w");
	size_t n;
	const uint8_t *file = file_of(a, cases[0].header, 16, &n);

	for (size_t cut = 0; cut < n; cut++) {
		uint8_t *part = malloc(cut ? cut : 1);
		ck_assert_ptr_nonnull(part);
		memcpy(part, file, cut);
		struct diag *d = diag_new(a, sink);
		ck_assert_ptr_null(tensors_parse(a, (struct loc){NULL, 0, 0}, part, cut, d));
		ck_assert(strncmp(diag_first(d), "truncated", 9) == 0);
		free(part);
	}
	fclose(sink);
	arena_free(a);
}
END_TEST

START_TEST(hostile_header_sizes_are_refused)
{
	static const struct {
		uint64_t n;
		const char *message;
	} sizes[] = {
		{UINT64_MAX, "no safetensors file: it announces a header of 18446744073709551615 bytes"},
		{1 << 20, "truncated: a header of 1048576 bytes is announced, 16 are there"},
		{17, "truncated: a header of 17 bytes is announced, 16 are there"},
	};
	struct arena *a = arena_new();
	FILE *sink = fopen("/dev/null", "w");

	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		struct diag *d = diag_new(a, sink);
		uint8_t file[24] = {0};
		for (int k = 0; k < 8; k++)
			file[k] = (uint8_t)(sizes[i].n >> 8 * k);
		ck_assert_ptr_null(tensors_parse(a, (struct loc){NULL, 0, 0}, file, sizeof file, d));
		ck_assert_str_eq(diag_first(d), sizes[i].message);
	}
	fclose(sink);
	arena_free(a);
}
END_TEST

START_TEST(what_is_written_is_read)
{
	struct arena *a = arena_new();
	struct diag *d = diag_new(a, stderr);
	char path[] = "/tmp/mho-check-XXXXXX";
	float x[] = {1.5f, -2, 3e-40f, 1e30f, 0, 7}, back[6];
	double y[] = {1.0 / 3};
	uint32_t z[] = {4000000000u, 7};
	struct tensor tensor[] = {
		{"one.weight", TENSOR_F32, 2, {2, 3}, 6, x},
		{"y", TENSOR_F64, 1, {1}, 1, y},
		{"z", TENSOR_U32, 1, {2}, 2, z},
	};
	struct tensor_note note[] = {{"text", "two\nlines \"quoted\" \\ and a tab\t"}};
	struct tensors all = {.n = 3, .n_notes = 1, .tensor = tensor, .note = note};
	int fd = mkstemp(path);

	ck_assert_int_ge(fd, 0);
	close(fd);
	tensors_write(&all, path);
	struct tensors *t = tensors_read(a, path, d);
	ck_assert_ptr_nonnull(t);
	ck_assert_int_eq(t->n, 3);
	ck_assert_str_eq(tensors_note(t, "text"), note[0].text);
	ck_assert_ptr_null(tensors_note(t, "none"));
	const struct tensor *one = tensors_find(t, "one.weight");
	ck_assert_str_eq(tensor_shape_text(a, one), "[2,3]");
	ck_assert(tensor_floats(t, one, back, d));
	ck_assert(memcmp(back, x, sizeof x) == 0);
	ck_assert(tensor_floats(t, tensors_find(t, "y"), back, d) && back[0] == (float)y[0]);
	ck_assert(memcmp(tensors_find(t, "z")->data, z, sizeof z) == 0);
	unlink(path);
	arena_free(a);
}
END_TEST

/* Half precision of both kinds, and numbers that are none. */
START_TEST(other_float_types_are_converted)
{
	struct arena *a = arena_new();
	FILE *sink = fopen("/dev/null", "w");
	struct diag *d = diag_new(a, sink);
	const char header[] = "{\"h\":{\"dtype\":\"F16\",\"shape\":[4],\"data_offsets\":[0,8]},"
			      "\"b\":{\"dtype\":\"BF16\",\"shape\":[3],\"data_offsets\":[8,14]}}";
	const uint16_t half[] = {0x3c00, 0xc500, 0x0001, 0x7bff}, brain[] = {0x3f80, 0xc040, 0x7f80};
	size_t n;
	uint8_t *file = file_of(a, header, 14, &n);
	float x[4];

	for (int i = 0; i < 14; i++) {
		uint16_t v = i < 8 ? half[i / 2] : brain[(i - 8) / 2];
		file[n - 14 + (size_t)i] = (uint8_t)(v >> 8 * (i % 2));
	}
	struct tensors *t = tensors_parse(a, (struct loc){NULL, 0, 0}, file, n, d);
	ck_assert(tensor_floats(t, tensors_find(t, "h"), x, d));
	ck_assert(x[0] == 1 && x[1] == -5 && x[2] == 0x1p-24f && x[3] == 65504);
	ck_assert(!tensor_floats(t, tensors_find(t, "b"), x, d));
	ck_assert(x[0] == 1 && x[1] == -3);
	ck_assert_str_eq(diag_first(d), "tensor 'b': value 2 is not a finite number");
	fclose(sink);
	arena_free(a);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("checkpoint");
	TCase *t = tcase_create("checkpoint");

	tcase_add_loop_test(t, damage_has_its_own_message, 0, sizeof cases / sizeof *cases);
	tcase_add_test(t, cut_files_are_refused);
	tcase_add_test(t, hostile_header_sizes_are_refused);
	tcase_add_test(t, what_is_written_is_read);
	tcase_add_test(t, other_float_types_are_converted);
	suite_add_tcase(s, t);
	return run_suite(s);
}
