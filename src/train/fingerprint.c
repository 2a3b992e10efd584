/* SPDX-License-Identifier: Apache-2.0 */
/* What determines a training, as text: a study runs a training once for all points that share
 * it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "device/synapse.h"
#include "device/update.h"
#include "train/trainer.h"

/* Numbers of a layer; its names do not count but for what they stand for. */
static void put_member(FILE *f, const struct field *m, const void *at)
{
	if (m->type == FIELD_INT)
		fprintf(f, " %s %d", m->key, *(const int *)at);
	else if (m->type == FIELD_BOOL)
		fprintf(f, " %s %d", m->key, *(const bool *)at);
	else if (m->type == FIELD_REAL)
		fprintf(f, " %s %.17g", m->key, *(const double *)at);
}

static void put_layer(FILE *f, const struct layer *l)
{
	fprintf(f, "layer %s %s %dx%dx%d -> %dx%dx%d", l->kind->head.name, l->name, l->in.c,
		l->in.h, l->in.w, l->out.c, l->out.h, l->out.w);
	for (int i = 0; i < l->n_from; i++)
		fprintf(f, " from %s", l->from[i]->name);
	for (const struct field *m = l->kind->head.fields; m->type != FIELD_LAST; m++)
		put_member(f, m, (const char *)l + m->offset);
	fputc('\n', f);
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
	fprintf(f, "optimiser %d beta2 %.17g decay %.17g clip %.17g normalise %d drop %.17g at",
		r->optimiser, r->k_beta2, r->k_decay, r->clip_norm, r->normalise, r->k_drop);
	for (int i = 0; i < r->drops.n; i++)
		fprintf(f, " %.17g", r->drops.value[i]);
	if (r->augment)
		fprintf(f, "\naugment crop %d flip %d cutout %d", r->augment->crop,
			r->augment->flip, r->augment->cutout);
	if (r->bits && !s->synapse)
		fprintf(f, "\nbits scheme %d weight %d activation %d error %d gradient %d",
			r->bits->scheme, r->bits->n_weight, r->bits->n_activation, r->bits->n_error,
			r->bits->n_gradient);
	fputc('\n', f);
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
	fprintf(f, "training 2\n");
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
