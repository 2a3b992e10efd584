/* SPDX-License-Identifier: Apache-2.0 */
/* Shapes and counts of networks, and what is wrong in network files. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/field.h"
#include "near.h"
#include "net/network.h"

static const struct field holder_fields[] = {
	{"network", FIELD_FILE, DIM_NONE, 0, 0, 0, NULL, &network_file, "", 0},
	FIELD_END,
};

/* A network from text; NULL and the first message when it is refused. */
static struct network *network_of(struct arena *a, const char *text, const char **message)
{
	struct network *n = NULL;
	FILE *sink = fopen("/dev/null", "w");
	struct diag *d = diag_new(a, sink);
	struct loader l;
	const char *doc = arena_printf(a, "format: 1\nnetwork:\n%s", text);

	loader_init(&l, a, d);

	struct yaml *root = yaml_read_text(a, "test", doc, strlen(doc), true, d);
	bool good = root && loader_bind(&l, holder_fields, root, "", &n);

	*message = diag_first(d);
	fclose(sink);
	return good ? n : NULL;
}

#define HEAD "  name: test\n  input: {height: 28, width: 28}\n  classes: 10\n  layers:\n"

START_TEST(lenet5_has_the_shapes_of_the_paper)
{
	static const struct {
		const char *name;
		struct matrix matrix;
	} want[] = {
		{"conv1", {25, 6, 784}},
		{"conv2", {150, 16, 100}},
		{"dense1", {400, 120, 1}},
		{"dense2", {120, 84, 1}},
		{"dense3", {84, 10, 1}},
	};
	struct arena *a = arena_new();
	const char *message;
	struct network *n = network_of(a,
		HEAD
		"  - {kind: conv, out: 6, kernel: 5, pad: 2}\n  - {kind: relu}\n"
		"  - {kind: maxpool, size: 2, stride: 2}\n  - {kind: conv, out: 16, kernel: 5}\n"
		"  - {kind: relu}\n  - {kind: maxpool, size: 2, stride: 2}\n"
		"  - {kind: dense, out: 120}\n  - {kind: relu}\n  - {kind: dense, out: 84}\n"
		"  - {kind: relu}\n  - {kind: dense, out: 10}\n",
		&message);

	ck_assert_msg(n != NULL, "%s", message);
	ck_assert_int_eq(n->n_weight_layers, 5);
	for (int i = 0; i < 5; i++) {
		const struct layer *l = network_weight_layer(n, i);
		struct matrix m = layer_matrix(l);
		ck_assert_str_eq(l->name, want[i].name);
		ck_assert_int_eq(m.n_rows, want[i].matrix.n_rows);
		ck_assert_int_eq(m.n_cols, want[i].matrix.n_cols);
		ck_assert_int_eq(m.n_vectors, want[i].matrix.n_vectors);
		ck_assert(layer_has_bias(l));
	}
	ck_near(network_weights(n), 150 + 2400 + 48000 + 10080 + 840, 0);
	ck_near(network_macs(n), 117600 + 240000 + 48000 + 10080 + 840, 0);
	ck_assert_str_eq(network_layer(n, 1)->name, "relu1");
	arena_free(a);
}
END_TEST

static const struct {
	const char *layers, *message;
} bad[] = {
	{"  - {kind: conv, out: 6, kernel: 40}\n  - {kind: dense, out: 10}\n",
		"layer 'conv1': a kernel of 40 does not fit an input of 28 x 28 with pad 0"},
	{"  - {kind: conv, out: 6, kernel: 3, pad: 3}\n  - {kind: dense, out: 10}\n",
		"layer 'conv1': pad must be less than the kernel (3)"},
	{"  - {kind: maxpool, size: 30, stride: 1}\n  - {kind: dense, out: 10}\n",
		"layer 'maxpool1': a window of 30 does not fit an input of 28 x 28"},
	{"  - {kind: dense, out: 11}\n",
		"the last layer 'dense1' has 11 outputs, but there are 10 classes"},
	{"  - {kind: dense, name: a, out: 10}\n  - {kind: dense, name: a, out: 10}\n",
		"two layers are named 'a'"},
	{"  - {kind: dense, name: \"a b\", out: 10}\n",
		"layer name 'a b': only letters, digits, '_' and '-' are allowed"},
	{"  - {kind: dense, out: 65536}\n  - {kind: dense, out: 65536}\n  - {kind: dense, out: 10}\n",
		"layer 'dense2' has 65536 outputs and 4294967296 weights, at most 67108864 are supported"},
};

START_TEST(bad_networks_are_named)
{
	struct arena *a = arena_new();
	const char *message = NULL;

	ck_assert(network_of(a, arena_printf(a, "%s%s", HEAD, bad[_i].layers), &message) == NULL);
	ck_assert_ptr_nonnull(message);
	ck_assert_str_eq(message, bad[_i].message);
	arena_free(a);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("network");
	TCase *t = tcase_create("network");

	tcase_add_test(t, lenet5_has_the_shapes_of_the_paper);
	tcase_add_loop_test(t, bad_networks_are_named, 0, sizeof bad / sizeof *bad);
	suite_add_tcase(s, t);
	return run_suite(s);
}
