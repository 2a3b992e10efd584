/* SPDX-License-Identifier: Apache-2.0 */
/* Shapes and counts of networks, and what is wrong in network files. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/field.h"
#include "base/path.h"
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
		{"conv1", {25, 6, 784, 1}},
		{"conv2", {150, 16, 100, 1}},
		{"dense1", {400, 120, 1, 1}},
		{"dense2", {120, 84, 1, 1}},
		{"dense3", {84, 10, 1, 1}},
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
		ck_assert_int_eq(m.n_groups, want[i].matrix.n_groups);
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
		"layer 'conv1': a kernel of 40 x 40 does not fit an input of 28 x 28 with pad 0"},
	{"  - {kind: conv, out: 6, kernel: 3, pad: 3}\n  - {kind: dense, out: 10}\n",
		"layer 'conv1': pad must be less than the kernel (3 x 3)"},
	{"  - {kind: maxpool, size: 30, stride: 1}\n  - {kind: dense, out: 10}\n",
		"layer 'maxpool1': a window of 30 does not fit an input of 28 x 28"},
	{"  - {kind: dense, out: 11}\n",
		"the last layer 'dense1' has 11 outputs, but there are 10 classes"},
	{"  - {kind: dense, name: a, out: 10}\n  - {kind: dense, name: a, out: 10}\n",
		"two layers are named 'a'"},
	{"  - {kind: dense, name: \"a b\", out: 10}\n",
		"layer name 'a b': only letters, digits, '_' and '-' are allowed"},
	{"  - {kind: dense, out: 65536}\n  - {kind: dense, out: 65536}\n  - {kind: dense, out: 10}\n",
		"layer 'dense2' has 4294967296 weights, at most 268435456 are supported"},
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

/* Weights (without biases) and multiply-accumulates per input of everything in networks/. */
static const struct {
	const char *name;
	int n_layers; /* with weights */
	double weights, macs;
} counts[] = {
	{"lenet5", 5, 61470, 416520},
	{"lenet5-relu6", 5, 61470, 416520},
	{"mlp-400-100-10", 2, 41000, 41000},
	{"mlp-64-32-10", 2, 2368, 2368},
	{"mlp-784-100-10", 2, 79400, 79400},
	{"mlp-784-250-10", 2, 198500, 198500},
	{"vgg8", 8, 12973440, 615917568},
	{"vgg8-bn", 8, 12973440, 615917568},
	{"vgg16-cifar", 16, 15239872, 313725952},
	{"resnet18", 21, 11678912, 1814073344},
	{"resnet20", 22, 270896, 40813184},
	{"resnet32", 34, 464432, 69124736},
	{"resnet32-pcm", 34, 361712, 58700336},
	{"resnet34", 37, 21779648, 3663761408},
	{"resnet50", 54, 25502912, 4089184256},
	{"densenet40", 40, 1001616, 264812928},
	{"mobilenet-v2", 53, 3469760, 300774272},
	{"lstm-128", 2, 81152, 28 * 79872 + 1280},
	{"gpt2-small", 12 * 4 + 1, 12.0 * 12 * 768 * 768 + 768.0 * 50257,
		1024 * (12.0 * 12 * 768 * 768 + 768.0 * 50257)},
	{"gpt2-medium", 24 * 4 + 1, 24.0 * 12 * 1024 * 1024 + 1024.0 * 50257,
		1024 * (24.0 * 12 * 1024 * 1024 + 1024.0 * 50257)},
	{"gpt2-large", 36 * 4 + 1, 36.0 * 12 * 1280 * 1280 + 1280.0 * 50257,
		1024 * (36.0 * 12 * 1280 * 1280 + 1280.0 * 50257)},
	{"gpt2-xl", 48 * 4 + 1, 48.0 * 12 * 1600 * 1600 + 1600.0 * 50257,
		1024 * (48.0 * 12 * 1600 * 1600 + 1600.0 * 50257)},
};

static const struct network *load(struct arena *a, const char *name)
{
	struct loader l;

	loader_init(&l, a, diag_new(a, stderr));
	return loader_file(&l, &network_file, name, "network");
}

START_TEST(counts_are_exact)
{
	struct arena *a = arena_new();
	const struct network *n = load(a, counts[_i].name);

	ck_assert_ptr_nonnull(n);
	ck_assert_int_eq(n->n_weight_layers, counts[_i].n_layers);
	ck_near(network_weights(n), counts[_i].weights, 0);
	ck_near(network_macs(n), counts[_i].macs, 0);
	arena_free(a);
}
END_TEST

START_TEST(no_network_is_left_uncounted)
{
	struct arena *a = arena_new();
	const char **name = path_list(a, "networks");
	int n = 0;

	while (name[n])
		n++;
	ck_assert_int_eq(n, (int)(sizeof counts / sizeof *counts));
	arena_free(a);
}
END_TEST

/* 361,722: the weights in arrays and the biases of the output layer. */
START_TEST(pcm_variant_of_resnet32_has_361722_weights)
{
	struct arena *a = arena_new();
	const struct network *n = load(a, "resnet32-pcm");
	double total = 0;

	for (int i = 0; i < n->n_weight_layers; i++) {
		struct matrix m = layer_matrix(network_weight_layer(n, i));
		total += matrix_weights(m);
		if (layer_has_bias(network_weight_layer(n, i)))
			total += (double)m.n_cols * m.n_groups;
	}
	ck_near(total, 361722, 0);
	arena_free(a);
}
END_TEST

/* Every key of the small networks below is exercised once, with the shape worked out by hand. */
static const struct {
	const char *layers; /* on 4 x 8 x 8; a dense layer to 10 follows */
	struct shape out;   /* of the last of these layers */
	double macs, work;  /* of all of them */
} shapes[] = {
	{"  - {kind: conv, out: 6, kernel: 3, kernel_width: 1, pad: 1, pad_width: 0}\n", {6, 8, 8},
		6 * 12 * 64, 0},
	{"  - {kind: conv, out: 8, kernel: 3, pad: 1, stride: 2, groups: 4}\n", {8, 4, 4},
		4 * 9 * 2 * 16, 0},
	{"  - {kind: maxpool, size: 3, stride: 2, pad: 1}\n", {4, 4, 4}, 0, 64 * 9},
	{"  - {kind: avgpool, size: 2, stride: 2}\n", {4, 4, 4}, 0, 64 * 4},
	{"  - {kind: globalpool}\n", {4, 1, 1}, 0, 256},
	{"  - {kind: batchnorm}\n  - {kind: relu6}\n", {4, 8, 8}, 0, 512},
	{"  - {kind: layernorm}\n", {4, 8, 8}, 0, 3 * 256},
	{"  - {kind: hardtanh}\n  - {kind: tanh}\n  - {kind: gelu}\n", {4, 8, 8}, 0, 3 * 256},
	{"  - {kind: softmax}\n  - {kind: dropout}\n", {4, 8, 8}, 0, 256},
	{"  - {kind: linear, out: 12}\n  - {kind: attention, heads: 2}\n", {4, 8, 8}, 4 * 12 * 64,
		2 * 4 * 64 * 65 / 2 + 2 * 64 * 65 / 2},
	{"  - {kind: attention, heads: 1, causal: false, input: wide}\n", {2, 8, 8}, 4 * 6 * 64,
		2 * 2 * 64 * 64 + 64 * 64},
	{"  - {kind: lstm, hidden: 5}\n", {5, 1, 1}, 8 * (32 + 5) * 20, 8 * 5 * 8},
	{"  - {kind: lstm, hidden: 5, last: false}\n", {5, 8, 1}, 8 * (32 + 5) * 20, 8 * 5 * 8},
	{"  - {kind: relu, name: a}\n  - {kind: concat, inputs: [a, input, a]}\n", {12, 8, 8}, 0, 256},
	{"  - {kind: relu, name: a}\n  - {kind: add, inputs: [a, input, a]}\n", {4, 8, 8}, 0,
		256 + 512},
	/* entry and names of the own copy: 4 channels become 8, 16, 32 */
	{"  - kind: repeat\n    times: 3\n    layers:\n      - {kind: relu, name: a}\n"
	 "      - {kind: concat, inputs: [a, entry]}\n",
		{32, 8, 8}, 0, 64 * (4 + 8 + 16)},
	/* a name outside is found from inside of two repeats */
	{"  - {kind: relu, name: a}\n  - kind: repeat\n    times: 2\n    layers:\n"
	 "      - kind: repeat\n        times: 2\n        layers:\n"
	 "          - {kind: concat, inputs: [entry, a]}\n",
		{20, 8, 8}, 0, 256},
};

START_TEST(shapes_and_work_are_right)
{
	struct arena *a = arena_new();
	const char *message = NULL;
	struct network *n = network_of(a,
		arena_printf(a,
			"  name: test\n  input: {channels: 4, height: 8, width: 8}\n  classes: 10\n  layers:\n%s%s%s",
			strstr(shapes[_i].layers, "wide") ? "  - {kind: linear, name: wide, out: 6}\n" : "",
			shapes[_i].layers, "  - {kind: dense, out: 10}\n"),
		&message);
	double work = 0;

	ck_assert_msg(n != NULL, "%s", message);

	const struct layer *last = network_layer(n, n->layers.n - 2);

	ck_assert_int_eq(last->out.c, shapes[_i].out.c);
	ck_assert_int_eq(last->out.h, shapes[_i].out.h);
	ck_assert_int_eq(last->out.w, shapes[_i].out.w);
	ck_near(network_macs(n) - 10.0 * shape_size(last->out), shapes[_i].macs, 0);
	for (int i = 0; i < n->layers.n; i++) {
		struct layer_work w[LAYER_MAX_WORK];
		int n_work = layer_work(network_layer(n, i), w);
		ck_assert_int_le(n_work, LAYER_MAX_WORK);
		for (int k = 0; k < n_work; k++)
			work += w[k].n_ops;
	}
	ck_near(work, shapes[_i].work, 0);
	arena_free(a);
}
END_TEST

/* Rows of the table that peers use; the counts are those of the same networks in YAML. */
static const struct {
	const char *table, *same;
	int n_layers; /* rectifiers, sums and pools included */
} tables[] = {
	{"32,32,3,3,3,128,0,1\n32,32,128,3,3,128,1,1\n16,16,128,3,3,256,0,1\n"
	 "16,16,256,3,3,256,1,1\n8,8,256,3,3,512,0,1\n8,8,512,3,3,512,1,1\n"
	 "1,1,8192,1,1,1024,0,1\n1,1,1024,1,1,10,0,1\n",
		"vgg8", 8 + 7 + 3},
	/* without padding in the second convolution: only so it meets the 400 inputs; a byte order mark */
	{"\xEF\xBB\xBF# LeNet-5\n28, 28, 1, 5, 5, 6, 1, 1\r\n\n14,14,6,5,5,16,1,1\n1,1,400,1,1,120,0,1\n"
	 "1,1,120,1,1,84,0,1\n1,1,84,1,1,10,0,1",
		"lenet5", 5 + 4 + 2},
	/* projections read what their block reads, and are added */
	{"224,224,3,7,7,64,1,2\n56,56,64,3,3,64,0,1\n56,56,64,3,3,64,0,1\n56,56,64,3,3,64,0,1\n"
	 "56,56,64,3,3,64,0,1\n56,56,64,3,3,128,0,2\n28,28,128,3,3,128,0,1\n"
	 "56,56,64,1,1,128,0,2\n28,28,128,3,3,128,0,1\n28,28,128,3,3,128,0,1\n"
	 "28,28,128,3,3,256,0,2\n14,14,256,3,3,256,0,1\n28,28,128,1,1,256,0,2\n"
	 "14,14,256,3,3,256,0,1\n14,14,256,3,3,256,0,1\n14,14,256,3,3,512,0,2\n"
	 "7,7,512,3,3,512,0,1\n14,14,256,1,1,512,0,2\n7,7,512,3,3,512,0,1\n"
	 "7,7,512,3,3,512,0,1\n1,1,512,1,1,1000,0,1\n",
		"resnet18", 21 + 20 + 1 + 3 + 1},
};

START_TEST(tables_of_layers_are_read)
{
	struct arena *a = arena_new();
	const char *path = arena_printf(a, "/tmp/mho-table-%d-%d.csv", (int)getpid(), _i);
	FILE *f = fopen(path, "w");

	ck_assert_ptr_nonnull(f);
	fputs(tables[_i].table, f);
	fclose(f);

	const struct network *n = load(a, path), *same = load(a, tables[_i].same);

	remove(path);
	ck_assert_ptr_nonnull(n);
	ck_near(network_weights(n), network_weights(same), 0);
	ck_near(network_macs(n), network_macs(same), 0);
	ck_assert_int_eq(n->n_weight_layers, same->n_weight_layers);
	ck_assert_int_eq(n->layers.n, tables[_i].n_layers);
	ck_assert_int_eq(n->classes, same->classes);
	arena_free(a);
}
END_TEST

/* Dense blocks: rows that take the channels of several rows side by side. */
START_TEST(a_table_of_a_dense_block_is_read)
{
	struct arena *a = arena_new();
	const char *path = arena_printf(a, "/tmp/mho-dense-%d.csv", (int)getpid());
	FILE *f = fopen(path, "w");

	ck_assert_ptr_nonnull(f);
	fputs("8,8,3,3,3,16,0,1\n8,8,16,3,3,12,0,1\n8,8,28,3,3,12,0,1\n8,8,40,1,1,40,1,1\n"
	      "1,1,40,1,1,10,0,1\n", f);
	fclose(f);

	const struct network *n = load(a, path);

	remove(path);
	ck_assert_ptr_nonnull(n);
	ck_near(network_macs(n), 64.0 * (27 * 16 + 144 * 12 + 252 * 12 + 40 * 40) + 400, 0);
	arena_free(a);
}
END_TEST

/* Thousands of layers with names and inputs: quick only if nothing in wiring is quadratic. */
START_TEST(long_networks_are_wired)
{
	struct arena *a = arena_new();
	const char *message = NULL;
	struct network *n = network_of(a,
		"  name: test\n  input: {channels: 1, height: 4, width: 4}\n  classes: 10\n  layers:\n"
		"  - kind: repeat\n    times: 1000\n    layers:\n      - kind: repeat\n        times: 4\n        layers:\n"
		"          - {kind: conv, name: a, out: 1, kernel: 1}\n"
		"          - {kind: add, inputs: [a, entry]}\n"
		"  - {kind: dense, out: 10}\n",
		&message);

	ck_assert_msg(n != NULL, "%s", message);
	ck_assert_int_eq(n->layers.n, 8001);
	ck_assert_int_eq(n->n_weight_layers, 4001);
	ck_assert_str_eq(network_layer(n, 7998)->name, "a_1000_4");
	ck_assert_ptr_eq(network_layer(n, 7999)->from[0], network_layer(n, 7998));
	ck_assert_ptr_eq(network_layer(n, 7999)->from[1], network_layer(n, 7997));
	arena_free(a);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("network");
	TCase *t = tcase_create("network");

	tcase_add_test(t, lenet5_has_the_shapes_of_the_paper);
	tcase_add_loop_test(t, bad_networks_are_named, 0, sizeof bad / sizeof *bad);
	tcase_add_loop_test(t, counts_are_exact, 0, sizeof counts / sizeof *counts);
	tcase_add_test(t, no_network_is_left_uncounted);
	tcase_add_test(t, pcm_variant_of_resnet32_has_361722_weights);
	tcase_add_loop_test(t, shapes_and_work_are_right, 0, sizeof shapes / sizeof *shapes);
	tcase_add_loop_test(t, tables_of_layers_are_read, 0, sizeof tables / sizeof *tables);
	tcase_add_test(t, a_table_of_a_dense_block_is_read);
	tcase_add_test(t, long_networks_are_wired);
	suite_add_tcase(s, t);
	return run_suite(s);
}
