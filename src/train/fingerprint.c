/* SPDX-License-Identifier: Apache-2.0 */
/* What determines a training, as text: a study runs a training once for all points that share
 * it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "device/crossbar.h"
#include "device/synapse.h"
#include "device/update.h"
#include "train/trainer.h"

static void put_layer(FILE *f, const struct layer *l)
{
	fprintf(f, "layer %s %s %dx%dx%d -> %dx%dx%d", l->kind->head.name, l->name, l->in.c,
		l->in.h, l->in.w, l->out.c, l->out.h, l->out.w);
	if (l->kind == &layer_conv) {
		const struct layer_conv *c = (const struct layer_conv *)l;
		fprintf(f, " kernel %d stride %d pad %d", c->kernel, c->stride, c->pad);
	} else if (l->kind == &layer_maxpool) {
		const struct layer_pool *p = (const struct layer_pool *)l;
		fprintf(f, " size %d stride %d", p->size, p->stride);
	}
	fprintf(f, " bias %d\n", layer_has_bias(l));
}

static void put_recipe(FILE *f, const struct train_spec *s)
{
	const struct recipe *r = s->recipe;

	fprintf(f, "data %s train %d test %d used %d\n", s->data->kind->name, s->data->train.n,
		s->data->test.n, r->n_images);
	fprintf(f,
		"recipe epochs %d of %d batch %d rate %.17g schedule %d k_final %.17g momentum %.17g",
		s->epochs, r->epochs, r->batch, r->learning_rate, r->schedule, r->k_final,
		r->momentum);
	fprintf(f,
		" rounding %d k_weight_range %.17g k_array_rate %.17g k_warmup %.17g seed %llu\n",
		r->rounding, r->k_weight_range, r->k_array_rate, r->k_warmup,
		(unsigned long long)s->seed);
}

static void put_branch(FILE *f, const char *name, const struct branch *b)
{
	fprintf(f, " %s %.17g %.17g %.17g", name, b->beyond, b->rho, b->step);
}

static void put_cell(FILE *f, const struct cell *c)
{
	/* the nominal curve, and one a label apart: together they tell the labels */
	for (int dev = 0; dev < 2; dev++) {
		struct branch up, down;
		c->response->kind->branches(c->response, dev, dev, &up, &down);
		put_branch(f, "up", &up);
		put_branch(f, "down", &down);
	}
	fprintf(f, " pulses %.17g %.17g one_sided %d k_cycle %.17g k_device %.17g",
		c->response->n_up, c->response->n_down, c->write.one_sided, c->variation.k_cycle,
		c->variation.k_device);
	if (c->hold)
		fprintf(f, " hold %.17g %.17g %.17g", c->hold->t_retention, c->hold->k_spread,
			c->hold->y_rest);
}

/* Every setting of a kind. */
static void put_fields(FILE *f, const struct field *field, const void *base)
{
	for (; field->key; field++) {
		const char *at = (const char *)base + field->offset;
		if (field->type == FIELD_REAL)
			fprintf(f, " %s %.17g", field->key, *(const double *)(const void *)at);
		else if (field->type == FIELD_INT || field->type == FIELD_WORD)
			fprintf(f, " %s %d", field->key, *(const int *)(const void *)at);
		else if (field->type == FIELD_BOOL)
			fprintf(f, " %s %d", field->key, *(const bool *)(const void *)at);
		else
			BUG("a setting without a text");
	}
}

static void put_ends(FILE *f, const struct crossbar_ends *e)
{
	fprintf(f, " %.17g %.17g", e->r_drive, e->r_sense);
}

static void put_crossbar(FILE *f, const struct crossbar *c, int n_parts)
{
	fprintf(f, "wires %d rows %d outputs %d converters %d per reference %d", c->how, c->n_rows,
		c->n_outputs, c->n_converters, c->n_outputs_per_reference);
	for (int p = 0; p < n_parts; p++) {
		const struct crossbar_part *q = &c->part[p];
		fprintf(f, " part %.17g %.17g %.17g %.17g", q->g_low, q->g_high, q->r_row,
			q->r_column);
		put_ends(f, &q->forward);
		put_ends(f, &q->transposed);
	}
	fputc('\n', f);
}

static void put_arrays(FILE *f, const struct train_spec *s)
{
	const struct numerics *n = s->numerics;
	const struct update *update = s->update ? s->update : &update_default;
	struct part part[SYNAPSE_MAX_PARTS];
	int n_parts = synapse_parts(s->synapse, part);
	bool forgets = false;

	fprintf(f, "synapse %s interval %d\n", s->synapse->kind->head.name,
		synapse_interval(s->synapse));
	fprintf(f, "update %s", update->kind->head.name);
	put_fields(f, update->kind->head.fields, update);
	fputc('\n', f);
	for (int p = 0; p < n_parts; p++) {
		fprintf(f, "part pair %d k_weight %.17g", part[p].pair, part[p].k_weight);
		put_cell(f, part[p].cell);
		fputc('\n', f);
		forgets |= part[p].cell->hold != NULL;
	}
	fprintf(f, "numerics rows %d input %d error %d converter %d k_full_scale %.17g\n",
		n->n_rows, n->n_bits_input, n->n_bits_error, n->n_bits_converter, n->k_full_scale);
	if (n->crossbar)
		put_crossbar(f, n->crossbar, n_parts);
	if (forgets)
		fprintf(f, "clock batch %.17g transfer %.17g\n", n->t_batch, n->t_transfer);
}

const char *train_fingerprint(struct arena *a, const struct train_spec *s)
{
	char *text = NULL;
	size_t n = 0;
	FILE *f = open_memstream(&text, &n);

	if (!f)
		die("out of memory");
	fprintf(f, "training 1\n");
	for (int i = 0; i < s->network->layers.n; i++)
		put_layer(f, network_layer(s->network, i));
	put_recipe(f, s);
	if (s->synapse)
		put_arrays(f, s);
	else
		fprintf(f, "float\n");
	if (fclose(f) != 0)
		die("out of memory");

	const char *copy = arena_dup(a, text);

	free(text);
	return copy;
}
