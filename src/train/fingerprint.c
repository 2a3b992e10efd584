/* SPDX-License-Identifier: Apache-2.0 */
/* What determines a training, as text: a study runs a training once for all points that share
 * it. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/memo.h"
#include "device/crossbar.h"
#include "device/soft_bounds.h"
#include "device/synapse.h"
#include "device/update.h"
#include "train/trainer.h"

static void put_fields(FILE *f, const struct field *field, const void *base, const char *const *apart);

static void put_setting(FILE *f, const struct field *field, const void *at)
{
	const struct field_reals *list = at;
	const void *const *may_be = at;

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
		put_fields(f, field->sub, at, NULL);
		break;
	case FIELD_OPT:
		if (!*may_be)
			break;
		fprintf(f, " %s", field->key);
		put_fields(f, field->sub, *may_be, NULL);
		break;
	case FIELD_NAME: /* counts for what it stands for */
	case FIELD_NAMES:
		break;
	default:
		BUG("a setting without a text");
	}
}

/* Every setting of a table but for some (NULL: none). */
static void put_fields(FILE *f, const struct field *field, const void *base, const char *const *apart)
{
	for (; field->key; field++)
		if (!word_among(field->key, apart))
			put_setting(f, field, (const char *)base + field->offset);
}

static void put_layer(FILE *f, const struct layer *l)
{
	fprintf(f, "layer %s %s %dx%dx%d -> %dx%dx%d", l->kind->head.name, l->name, l->in.c,
		l->in.h, l->in.w, l->out.c, l->out.h, l->out.w);
	for (int i = 0; i < l->n_from; i++)
		fprintf(f, " from %s", l->from[i]->name);
	put_fields(f, l->kind->head.fields, l, NULL);
	fputc('\n', f);
}

static void put_network(FILE *f, const struct network *n)
{
	for (int i = 0; i < n->layers.n; i++)
		put_layer(f, network_layer(n, i));
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
	/* what is written elsewhere, or does not count always */
	static const char *const apart[] = {"dataset", "rule", "bits", "sample_every", "seed", NULL};
	const struct recipe *r = s->recipe;
	const struct field *bits = recipe_fields;

	fprintf(f, "data %s train %d test %d sha256:%s\n", s->data->kind->name, s->data->train.n, s->data->test.n,
		s->data->sha256);
	fprintf(f, "recipe run %d seed %llu", s->epochs, (unsigned long long)s->seed);
	put_fields(f, recipe_fields, r, apart);
	while (strcmp(bits->key, "bits") != 0)
		bits++;
	put_setting(f, bits, &s->bits);
	if (rule_dfa_of(r->rule)) {
		fprintf(f, "\nrule %s", r->rule->kind->name);
		put_fields(f, r->rule->kind->fields, r->rule, NULL);
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
	static const char *const by_table[] = {"variation", "stuck", "wear", "hold", NULL};

	fprintf(f, " response %s", c->response->kind->head.name);
	for (int label = 0; label < 2; label++) {
		put_steps(f, c, true, label);
		put_steps(f, c, false, label);
	}
	if (c->response->kind->step) /* not a line: the steps above do not tell it all */
		put_fields(f, c->response->kind->head.fields, c->response, NULL);
	fprintf(f, " reference %.17g", soft_bounds_shift(c->response, &own_nominal, 1));
	fprintf(f, " pulses %.17g %.17g one_sided %d", c->response->n_up, c->response->n_down, c->write.one_sided);
	for (const struct field *field = cell_fields; field->key; field++)
		if (word_among(field->key, by_table))
			put_setting(f, field, (const char *)c + field->offset);
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
	put_fields(f, update->kind->head.fields, update, NULL);
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

size_t fingerprints_part(const char *one, const char *other)
{
	size_t at = 0;

	while (one[at] && one[at] == other[at])
		at++;
	return at;
}

const char *fingerprint_setting(struct arena *a, const char *text, const char *other)
{
	size_t at = fingerprints_part(text, other), from = at, n;

	if (text[at] == ' ' && other[at] == '\n') /* one that the other does not have */
		from++;
	else if (text[at] == '\n' && other[at] == ' ')
		return "nothing";
	while (from > 0 && !(isspace((unsigned char)text[from - 1]) && isalpha((unsigned char)text[from])))
		from--;
	n = strcspn(text + from, "\n");
	for (size_t i = 2; i < n; i++)
		if (text[from + i - 1] == ' ' && isalpha((unsigned char)text[from + i]))
			n = i - 1;
	return arena_dup_n(a, text + from, n);
}

const char *network_fingerprint(struct arena *a, const struct network *n)
{
	struct memo m;

	memo_open(&m);
	put_network(m.file, n);
	return memo_text(&m, a);
}

const char *train_fingerprint(struct arena *a, const struct train_spec *s)
{
	struct memo m;

	memo_open(&m);
	fprintf(m.file, "training 4\n");
	put_network(m.file, s->network);
	put_recipe(m.file, s);
	if (s->synapse)
		put_arrays(m.file, s);
	else
		fprintf(m.file, "float\n");
	return memo_text(&m, a);
}
