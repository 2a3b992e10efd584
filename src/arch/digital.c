/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Digital accelerator.
 *
 * Model    products of an R x C matrix with V vectors on an s x s square of multiply-accumulators that
 *          holds s x s weights at a time while the vectors of a whole batch of B images stream
 *          through: ceil(R/s) ceil(C/s) max(V B, s) clocks per batch, the next weights being loaded
 *          meanwhile; forward with the matrix, error with its transpose, gradient as R x C products of
 *          V pairs, whose sums over an image stay in the accumulators
 *          traffic per image: weights once per batch; every input once per column of squares; sums
 *          are read and written in the accumulator for every square and leave it once; activations
 *          of an image are kept for its gradient; a gradient's sum is read and written once per image; an update
 *          reads sum and weight and writes the weight
 *          random feedback: an error enters as the product of the output's error with a random matrix, which lies
 *          with the weights
 *          latency = the longest of multiply-accumulators, buffers, vector unit and memory
 * Source   [Jouppi2017] (weights held, vectors streamed); [Chen2017] (buffer and DRAM of the shipped references); [WesteHarris2010]; circuit: mac_array, buffer
 * Assumes  integers of n_bits with sums of twice as many (a 32-bit floating-point multiply-accumulate
 *          costs of the same order); what exceeds a buffer's limit lies in the memory and is asked for
 *          ahead; the accumulator reads and writes in one clock; everything is powered all the time
 * Valid    any network
 * Checked  tests/unit/check_digital.c
 */
#include "arch/digital.h"

#include <math.h>

#include "arch/cost.h"
#include "arch/projection.h"
#include "arch/ledger.h"
#include "arch/mapping.h"
#include "arch/storage.h"
#include "base/arena.h"
#include "circuit/buffer.h"
#include "circuit/mac_array.h"

struct digital {
	const struct design *design;
	struct tech tech;
	double n_bits, n_side, n_batch;
	int n_classes; /* values of the network's output */
	struct est macs;
	struct buffer_est weights, values, sums, accumulator;
	double k_weights, k_values, k_sums; /* shares in the memory */
	struct vector_set vector;
	const struct memory_dram *memory;
};

static void make_buffers(struct digital *g, const struct placed *layer, int n_layers)
{
	const struct design *z = g->design;
	int n_word = (int)(g->n_side * g->n_bits);
	double n_weights = 0, n_values = 0, n_largest = 0, n_error = 0, n_vectors = 0, n_sums = 0;

	for (int i = 0; i < n_layers; i++) {
		double n_in = shape_size(layer[i].layer->in);
		n_weights += (layer[i].n_weights + g->n_classes * layer[i].n_feedback_own) * g->n_bits;
		n_sums += z->training ? 2 * layer[i].n_weights * g->n_bits : 0;
		n_values += n_in * g->n_bits;
		n_vectors = fmax(n_vectors, layer[i].matrix.n_vectors);
		n_largest = fmax(n_largest, (n_in + layer[i].n_out) * g->n_bits);
		n_error = fmax(n_error, layer[i].n_cols * layer[i].matrix.n_vectors * g->n_bits);
	}
	n_values = z->training ? n_values + 2 * n_error : n_largest;
	g->k_weights = storage_spill(&n_weights, z->digital->n_bytes_max);
	g->k_values = storage_spill(&n_values, z->buffer.n_bytes_max);
	g->k_sums = storage_spill(&n_sums, z->gradient.n_bytes_max);
	g->weights = buffer_estimate(&(struct buffer){.n_bits = n_weights, .n_word = n_word}, &g->tech);
	g->values = buffer_estimate(&(struct buffer){.n_bits = n_values, .n_word = n_word}, &g->tech);
	g->accumulator = buffer_estimate(
		&(struct buffer){.n_bits = n_vectors * 2 * n_word, .n_word = 2 * n_word}, &g->tech);
	g->sums = buffer_estimate(&(struct buffer){.n_bits = n_sums, .n_word = 2 * n_word}, &g->tech);
}

static void make_vector(struct digital *g, const struct placed *layer, int n_layers)
{
	struct design z = *g->design;
	struct work total = {.n_ops = {0}};

	z.input.n_bits = z.error.n_bits = (int)g->n_bits;
	for (int i = 0; i < n_layers; i++)
		for (int k = 0; k < VECTOR_LEAVES; k++)
			total.n_ops[k] += layer[i].work.n_ops[k];
	g->vector = vector_make(&z, &g->tech, &total, 2 * (int)g->n_bits);
}

static void build(const struct digital *g, struct ledger *l)
{
	ledger_build(l, LEAF_MAC_ARRAY, 1, g->macs.area, g->macs.leakage);
	ledger_build(l, LEAF_MAC_ACCUMULATOR, 1, g->accumulator.area, g->accumulator.leakage);
	ledger_build(l, LEAF_WEIGHT_BUFFER, 1, g->weights.area, g->weights.leakage);
	ledger_build(l, LEAF_CHIP_BUFFER, 1, g->values.area, g->values.leakage);
	for (int k = 0; k < VECTOR_LEAVES; k++)
		if (g->vector.unit[k].area > 0)
			ledger_build(l, LEAF_VECTOR + k, 1, g->vector.unit[k].area,
				g->vector.unit[k].leakage);
	if (g->design->training)
		ledger_build(l, LEAF_GRADIENT_BUFFER, 1, g->sums.area, g->sums.leakage);
	if (g->memory)
		ledger_build(l, LEAF_MEMORY, g->memory->n_devices, 0, g->memory->device->p_idle);
}

/* Work of a phase: clocks, products, words of side numbers in and out of the buffers, bits of memory. */
struct load {
	double n_clocks, n_macs;
	double n_weights, n_values, n_sums; /* words, reads and writes alike */
	double n_accumulated;               /* words read and written */
	double n_memory;
	struct work work;
};

static void book(const struct digital *g, struct bill bill, const struct load *f)
{
	double t_clock = 1 / g->tech.node->f_clock;
	double t_main = f->n_clocks * g->macs.latency, t_last = t_main;
	int last = LEAF_MAC_ARRAY;
	struct {
		int leaf;
		double t, e;
	} part[4 + VECTOR_LEAVES] = {
		{LEAF_WEIGHT_BUFFER, f->n_weights * fmax(g->weights.t_access, t_clock),
			f->n_weights * (g->weights.e_read + g->weights.e_write) / 2},
		{LEAF_CHIP_BUFFER, f->n_values * fmax(g->values.t_access, t_clock),
			f->n_values * (g->values.e_read + g->values.e_write) / 2},
		{LEAF_GRADIENT_BUFFER, f->n_sums * fmax(g->sums.t_access, t_clock),
			f->n_sums * (g->sums.e_read + g->sums.e_write) / 2},
		{LEAF_MEMORY, g->memory ? memory_t(g->memory, f->n_memory, true) : 0,
			g->memory ? memory_e(g->memory, f->n_memory) : 0},
	};

	for (int k = 0; k < VECTOR_LEAVES; k++) {
		part[4 + k].leaf = LEAF_VECTOR + k;
		if (f->work.n_ops[k] <= 0)
			continue;
		double n_steps = f->work.n_ops[k] / g->vector.n_per_step[k];
		part[4 + k].t = ceil(n_steps) * g->vector.unit[k].latency;
		part[4 + k].e = n_steps * g->vector.unit[k].energy;
	}
	bill_add(bill, LEAF_MAC_ACCUMULATOR, 0,
		f->n_accumulated * (g->accumulator.e_read + g->accumulator.e_write));
	bill_add(bill, LEAF_MAC_ARRAY, t_main, f->n_macs / (g->n_side * g->n_side) * g->macs.energy);
	for (int i = 0; i < 4 + VECTOR_LEAVES; i++) {
		if (part[i].e > 0)
			bill_add(bill, part[i].leaf, 0, part[i].e);
		if (part[i].t > t_last) {
			t_last = part[i].t;
			last = part[i].leaf;
		}
	}
	bill_add(bill, last, t_last - t_main, 0);
}

/* n_rows x n_cols weights of each group, held while the vectors of a batch pass. */
static struct load products(const struct digital *g, const struct placed *p, double n_rows, double n_cols)
{
	double s = g->n_side, n_groups = p->matrix.n_groups, n_vectors = p->matrix.n_vectors;
	double n_row_squares = ceil(n_rows / s), n_col_squares = ceil(n_cols / s);
	double n_words_row = ceil(n_rows / s), n_words_col = ceil(n_cols / s);

	return (struct load){
		.n_clocks = n_groups * n_row_squares * n_col_squares * fmax(n_vectors, s / g->n_batch),
		.n_macs = p->n_weights * n_vectors,
		.n_weights = n_groups * n_rows * n_words_col / g->n_batch,
		.n_values = n_groups * n_vectors * (n_words_row * n_col_squares + n_words_col),
		.n_accumulated = n_groups * n_vectors * n_words_col * n_row_squares,
		.n_memory = g->k_weights * p->n_weights * g->n_bits / g->n_batch,
	};
}

/* Through the transposed weights, and from the output's error through random ones. */
static void book_error(const struct digital *g, const struct placed *p, struct bill bill)
{
	struct placed random = *p;
	double n_own = p->n_feedback_own;

	random.matrix = (struct matrix){g->n_classes, (int)n_own, 1, 1};
	random.n_weights = g->n_classes * n_own;
	if (p->n_feedback > 0) {
		struct load given = products(g, &random, g->n_classes, n_own);
		given.work.n_ops[VECTOR_REQUANTISE] = p->n_feedback;
		book(g, bill, &given);
	}
	if (p->answers) {
		struct load propagated = products(g, p, p->matrix.n_cols, p->matrix.n_rows);
		book(g, bill, &propagated);
	}
}

static void book_layer(const struct digital *g, const struct placed *p, struct ledger *l,
	struct layer_cost *cost)
{
	const struct matrix *m = &p->matrix;
	double n_in = shape_size(p->layer->in), b = g->n_bits;
	struct load forward = products(g, p, m->n_rows, m->n_cols);
	struct load gradient = products(g, p, m->n_rows, m->n_cols);
	struct load update = {0};

	forward.work = p->work;
	forward.n_memory += g->k_values * n_in * b;
	book(g, (struct bill){l, cost, PHASE_FORWARD}, &forward);
	if (!g->design->training)
		return;
	book_error(g, p, (struct bill){l, cost, PHASE_ERROR});

	/* outer products: both operands stream, the sums stay */
	double n_row_squares = ceil(m->n_rows / g->n_side), n_col_squares = ceil(m->n_cols / g->n_side);
	double n_words = p->n_rows * n_col_squares;

	gradient.n_clocks = m->n_groups * n_row_squares * n_col_squares * m->n_vectors;
	gradient.n_weights = gradient.n_accumulated = 0;
	gradient.n_values = 2.0 * m->n_groups * m->n_vectors * n_row_squares * n_col_squares;
	gradient.n_sums = 2 * n_words;
	gradient.n_memory = g->k_values * n_in * b + 4 * g->k_sums * p->n_weights * b;
	gradient.work = p->work;
	book(g, (struct bill){l, cost, PHASE_GRADIENT}, &gradient);

	update.n_macs = p->n_weights;
	update.n_clocks = ceil(p->n_weights / (g->n_side * g->n_side));
	update.n_weights = 2 * n_words;
	update.n_sums = n_words;
	update.n_memory = (2 * g->k_weights + 2 * g->k_sums) * p->n_weights * b;
	book(g, (struct bill){l, cost, PHASE_UPDATE}, &update);
}

struct cost *digital_price(struct arena *a, const struct design *z, const struct network *net,
	const struct activity *act, double n_images, int n_batch)
{
	struct placed *layer = mapping_layers(a, net);
	struct cost *c = NEW(a, struct cost, 1);
	struct ledger l = {.n_arrays = 1};
	struct digital g = {.design = z,
		.tech = tech_at(z->node, z->temp),
		.n_bits = z->digital->n_bits,
		.n_side = z->digital->n_side,
		.n_batch = n_batch,
		.n_classes = net->classes,
		.memory = memory_of(z->memory)};
	const double k_phase[PHASE_COUNT] = {1, 1, 1, ceil(n_images / n_batch) / n_images, 0};

	g.macs = mac_array_estimate(&(struct mac_array){.n_side = z->digital->n_side,
					    .n_bits_x = z->digital->n_bits,
					    .n_bits_y = z->digital->n_bits,
					    .n_bits_sum = 2 * z->digital->n_bits},
		&g.tech);
	projection_place(layer, net->n_weight_layers, act);
	make_buffers(&g, layer, net->n_weight_layers);
	make_vector(&g, layer, net->n_weight_layers);
	build(&g, &l);
	c->n_layers = net->n_weight_layers;
	c->layer = NEW(a, struct layer_cost, c->n_layers);
	for (int i = 0; i < c->n_layers; i++) {
		c->layer[i] = mapping_describe(&layer[i]);
		book_layer(&g, &layer[i], &l, &c->layer[i]);
	}
	c->area = ledger_area(&l);
	c->leakage = ledger_leakage(&l, false);
	for (int i = 0; i < c->n_layers; i++)
		for (int p = 0; p < PHASE_COUNT; p++)
			c->layer[i].phase[p].energy += c->leakage * c->layer[i].phase[p].latency;
	cost_sum(c, k_phase, NULL);
	c->entry = ledger_entries(a, &l, k_phase, 0, c->image.latency, &c->n_entries);
	c->t_forward = c->phase[PHASE_FORWARD].latency;
	c->utilization = 1; /* any product runs on any multiplier */
	cost_rate(c, net, n_images, c->image.latency);
	c->t_batch = n_batch * (c->phase[PHASE_FORWARD].latency + c->phase[PHASE_ERROR].latency +
				       c->phase[PHASE_GRADIENT].latency) +
		     c->phase[PHASE_UPDATE].latency;
	return c;
}
