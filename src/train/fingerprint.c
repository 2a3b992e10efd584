/* SPDX-License-Identifier: Apache-2.0 */
/* What determines a training, as text: a study runs a training once for all points that share
 * it. */
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/memo.h"
#include "device/crossbar.h"
#include "device/soft_bounds.h"
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

static void put_fields(FILE *f, const struct field *field, const void *base);

static void put_setting(FILE *f, const struct field *field, const void *at)
{
	const struct field_reals *list = at;

	switch (field->type) {
	case FIELD_REAL:
		fprintf(f, " %s %.17g", field->key, *(const double *)at);
		break;
	case FIELD_INT:
	case FIELD_WORD:
		fprintf(f, " %s %d", field->key, *(const int *)at);
		break;
	case FIELD_BOOL:
		fprintf(f, " %s %d", field->key, *(const bool *)at);
		break;
	case FIELD_REALS:
		fprintf(f, " %s", field->key);
		for (int i = 0; i < list->n; i++)
			fprintf(f, " %.17g", list->value[i]);
		break;
	case FIELD_MAP:
		fprintf(f, " %s", field->key);
		put_fields(f, field->sub, at);
		break;
	default:
		BUG("a setting without a text");
	}
}

/* Every setting of a kind. */
static void put_fields(FILE *f, const struct field *field, const void *base)
{
	for (; field->key; field++)
		put_setting(f, field, (const char *)base + field->offset);
}

static void put_ends(FILE *f, const struct crossbar_ends *e)
{
	fprintf(f, " %.17g %.17g", e->r_drive, e->r_sense);
}

static void put_crossbar(FILE *f, const struct crossbar *c)
{
	fprintf(f, "wires %d rows %d outputs %d together %d converters %d per reference %d", c->how,
		c->n_rows, c->n_outputs, c->n_together, c->n_converters,
		c->n_outputs_per_reference);
	for (int i = 0; i < c->n_arrays; i++) {
		const struct crossbar_array *q = &c->array[i];
		fprintf(f, " array %.17g %.17g %.17g %.17g", q->g_low, q->g_high, q->r_row,
			q->r_column);
		put_ends(f, &q->forward);
		put_ends(f, &q->transposed);
	}
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
	fprintf(f, "loss %d optimiser %d beta2 %.17g decay %.17g clip %.17g normalise %d drop %.17g at",
		r->loss, r->optimiser, r->k_beta2, r->k_decay, r->clip_norm, r->normalise, r->k_drop);
	for (int i = 0; i < r->drops.n; i++)
		fprintf(f, " %.17g", r->drops.value[i]);
	if (r->augment)
		fprintf(f, "\naugment crop %d flip %d cutout %d", r->augment->crop,
			r->augment->flip, r->augment->cutout);
	if (r->bits && !s->synapse)
		fprintf(f, "\nbits scheme %d weight %d activation %d error %d gradient %d",
			r->bits->scheme, r->bits->n_weight, r->bits->n_activation, r->bits->n_error,
			r->bits->n_gradient);
	if (rule_dfa_of(r->rule)) {
		fprintf(f, "\nrule %s", r->rule->kind->name);
		put_fields(f, r->rule->kind->fields, r->rule);
	}
	fputc('\n', f);
}

/* Steps across the window, of the nominal cell and of one with other labels. */
static void put_steps(FILE *f, const struct cell *c, bool up, double label)
{
	struct own own = own_nominal;

	own.label_up = own.label_down = label;
	for (int i = 0; i <= 16; i++) {
		fprintf(f, " %.17g", response_step(c->response, &own, up, i / 16.0));
		if (c->response->kind->sigma)
			fprintf(f, " %.17g", c->response->kind->sigma(c->response, up, i / 16.0));
	}
}

static void put_cell(FILE *f, const struct cell *c)
{
	const struct cell_variation *v = &c->variation;

	fprintf(f, " response %s", c->response->kind->head.name);
	for (int label = 0; label < 2; label++) {
		put_steps(f, c, true, label);
		put_steps(f, c, false, label);
	}
	if (c->response->kind->step) /* not a line: the steps above do not tell it all */
		put_fields(f, c->response->kind->head.fields, c->response);
	fprintf(f, " reference %.17g", soft_bounds_shift(c->response, &own_nominal, 1));
	fprintf(f, " pulses %.17g %.17g one_sided %d k_cycle %.17g %.17g k_device %.17g %d %.17g",
		c->response->n_up, c->response->n_down, c->write.one_sided, v->k_cycle, v->k_cycle_step,
		v->k_device, v->log_normal, v->k_asymmetry);
	fprintf(f, " slope %.17g window %.17g %.17g write %.17g %.17g", v->k_slope, v->k_g_min,
		v->k_g_max, v->k_write, v->k_erase);
	if (c->stuck)
		fprintf(f, " stuck %.17g %.17g %.17g %.17g %.17g", c->stuck->k_low, c->stuck->k_high,
			c->stuck->k_value, c->stuck->y_from, c->stuck->y_to);
	if (c->wear)
		fprintf(f, " wear %.17g %.17g %.17g %.17g %.17g %d", c->wear->n_half,
			c->wear->k_slope, c->wear->y_close, c->wear->n_fail, c->wear->k_spread,
			c->wear->fails);
	if (c->hold)
		fprintf(f, " hold %d %.17g %.17g %.17g %.17g %.17g", c->hold->law,
			c->hold->t_retention, c->hold->k_spread, c->hold->y_rest,
			c->hold->e_activation, c->hold->temp_ref);
}

/* What the states of a layer's cells are states of. */
static void put_synapse(FILE *f, const struct synapse *s)
{
	struct part part[SYNAPSE_MAX_PARTS];
	int n_parts = synapse_parts(s, part);

	const struct synapse_transfer *t = synapse_transfer(s);

	fprintf(f, "synapse %s interval %d", s->kind->head.name, synapse_interval(s));
	if (t)
		fprintf(f, " threshold %.17g read %d remainder %d invert %d tries %d", t->k_threshold, t->read,
			t->remainder, t->invert, t->n_tries);
	fputc('\n', f);
	for (int p = 0; p < n_parts; p++) {
		fprintf(f, "part pair %d k_weight %.17g", part[p].pair, part[p].k_weight);
		if (part[p].n_bits > 0)
			fprintf(f, " digit %d", part[p].n_bits);
		if (part[p].k_span > 0)
			fprintf(f, " span %.17g levels %.17g k_program %.17g", part[p].k_span,
				part[p].cell->remanent->n_levels, part[p].cell->remanent->k_program);
		if (part[p].fast)
			fprintf(f, " fast referenced %d %.17g", part[p].referenced, part[p].k_reference);
		put_cell(f, part[p].cell);
		fputc('\n', f);
	}
}

/* What makes weights currents. */
static void put_currents(FILE *f, const struct synapse *s)
{
	struct part part[SYNAPSE_MAX_PARTS];
	int n_parts = synapse_parts(s, part);

	fputs("currents", f);
	for (int p = 0; p < n_parts; p++)
		fprintf(f, " %.17g %.17g", part[p].cell->read.v_read, part[p].cell->g_max - part[p].cell->g_min);
	fputc('\n', f);
}

static bool forgets(const struct synapse *s)
{
	struct part part[SYNAPSE_MAX_PARTS];

	for (int p = synapse_parts(s, part) - 1; p >= 0; p--)
		if (part[p].cell->hold)
			return true;
	return false;
}

static void put_arrays(FILE *f, const struct train_spec *s)
{
	const struct numerics *n = s->numerics;
	const struct update *update = s->update ? s->update : &update_default;

	if (n->whole_inputs)
		fprintf(f, "inputs whole\n");
	fprintf(f, "sample every %d\n", s->recipe->sample_every);
	fprintf(f, "update %s", update->kind->head.name);
	put_fields(f, update->kind->head.fields, update);
	fputc('\n', f);
	put_synapse(f, s->synapse);
	fprintf(f, "numerics rows %d input %d error %d converter %d k_full_scale %.17g\n",
		n->n_rows, n->n_bits_input, n->n_bits_error, n->n_bits_converter, n->k_full_scale);
	if (n->n_rows_position > 0)
		fprintf(f, "kernel positions in %d rows\n", n->n_rows_position);
	if (n->n_columns_error > 0)
		fprintf(f, "errors converted %d\n", n->n_columns_error);
	if (n->exact)
		fputs("digital sums\n", f);
	if (n->k_noise_input > 0 || n->k_noise_read > 0)
		fprintf(f, "noise input %.17g read %.17g\n", n->k_noise_input, n->k_noise_read);
	if (n->i_full_scale > 0)
		fprintf(f, "range %.17g A\n", n->i_full_scale);
	else if (n->one_range)
		fputs("one range\n", f);
	if (n->i_full_scale > 0 || n->one_range)
		put_currents(f, s->synapse);
	if (n->crossbar)
		put_crossbar(f, n->crossbar);
	if (forgets(s->synapse) || rule_drifts(s->recipe->rule))
		fprintf(f, "clock batch %.17g transfer %.17g at %.17g\n", n->times.t_batch,
			n->times.t_transfer, n->temp);
}

const char *cells_fingerprint(struct arena *a, const struct synapse *s)
{
	struct memo m;

	memo_open(&m);
	put_synapse(m.file, s);
	return memo_text(&m, a);
}

const char *train_fingerprint(struct arena *a, const struct train_spec *s)
{
	struct memo m;

	memo_open(&m);
	fprintf(m.file, "training 4\n");
	for (int i = 0; i < s->network->layers.n; i++)
		put_layer(m.file, network_layer(s->network, i));
	put_recipe(m.file, s);
	if (s->synapse)
		put_arrays(m.file, s);
	else
		fprintf(m.file, "float\n");
	return memo_text(&m, a);
}
