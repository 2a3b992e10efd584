/* SPDX-License-Identifier: Apache-2.0 */
/* From the list of a file to a graph: repeats unrolled, names, what reads what, shapes. Linear in the
 * number of layers. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "net/network.h"

/* Products of sizes stay far from the range of int. */
#define MAX_VALUES (1 << 26)
#define MAX_LAYERS 20000
#define N_KINDS_MAX 64
#define LETTERS     "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-"

/* A layer of the graph while it is made. */
struct node {
	struct layer *layer;
	const char *scope; /* "_2_3": copy 3 of a repeat in copy 2 of another */
	int entry;         /* layer before the innermost copy, -1: the network's input */
	bool is_read;
};

struct wiring {
	struct network *net;
	struct arena *arena;
	struct diag *diag;
	struct node *node;
	int n, cap;
	int *slot; /* names to numbers of nodes: open addressing, -1 is free */
	size_t n_slots;
	const char **name; /* of the nodes, for suggestions */
};

static bool append(struct wiring *w, struct layer *origin, const char *scope, int entry)
{
	if (w->n == MAX_LAYERS) {
		diag_error(w->diag, diag_where(w->diag, origin),
			"the network has more than %d layers", MAX_LAYERS);
		return false;
	}
	if (w->n == w->cap) {
		int cap = w->cap ? 2 * w->cap : 64;
		struct node *more = NEW(w->arena, struct node, cap);
		if (w->n)
			memcpy(more, w->node, (size_t)w->n * sizeof *more);
		w->node = more;
		w->cap = cap;
	}

	struct layer *l = arena_alloc(w->arena, 1, origin->kind->head.size);

	memcpy(l, origin, origin->kind->head.size);
	l->origin = origin;
	l->index = w->n;
	if (l->name && *scope)
		l->name = arena_printf(w->arena, "%s%s", l->name, scope);
	if (l->tensor && *scope)
		l->tensor = arena_printf(w->arena, "%s%s", l->tensor, scope);
	w->node[w->n++] = (struct node){l, scope, entry, false};
	return true;
}

static bool unroll(struct wiring *w, const struct field_list *list, const char *scope, int entry)
{
	for (int i = 0; i < list->n; i++) {
		struct layer *l = list->each[i];
		if (l->kind != &layer_repeat) {
			if (!append(w, l, scope, entry))
				return false;
			continue;
		}
		const struct layer_repeat *r = (const struct layer_repeat *)l;
		for (int copy = 1; copy <= r->times; copy++)
			if (!unroll(w, &r->layers, arena_printf(w->arena, "%s_%d", scope, copy),
				    w->n - 1))
				return false;
	}
	return true;
}

/* Where a name is or would be. */
static size_t slot_of(const struct wiring *w, const char *name)
{
	uint64_t hash = 14695981039346656037u;

	for (const char *c = name; *c; c++)
		hash = (hash ^ (unsigned char)*c) * 1099511628211u;

	size_t at = (size_t)hash & (w->n_slots - 1);

	while (w->slot[at] >= 0 && strcmp(w->node[w->slot[at]].layer->name, name) != 0)
		at = (at + 1) & (w->n_slots - 1);
	return at;
}

static bool name_is_good(const struct wiring *w, const struct layer *l)
{
	struct loc at = layer_where(w->diag, l, &l->name);

	if (strspn(l->name, LETTERS) != strlen(l->name)) {
		diag_error(w->diag, at,
			"layer name '%s': only letters, digits, '_' and '-' are allowed", l->name);
		return false;
	}
	if (strcmp(l->name, "input") == 0 || strcmp(l->name, "entry") == 0) {
		diag_error(w->diag, at, "a layer cannot be named '%s': the word has a meaning of its own",
			l->name);
		return false;
	}
	return true;
}

static int by_tensor(const void *x, const void *y)
{
	const struct layer *const *l = x, *const *m = y;
	int order = strcmp((*l)->tensor, (*m)->tensor);

	return order ? order : (*l)->index - (*m)->index;
}

/* What files of weights call the layers' tensors. */
static bool name_tensors(struct wiring *w)
{
	struct layer **sorted = NEW(w->arena, struct layer *, w->n);
	bool named = false;

	for (int i = 0; i < w->n; i++) {
		struct layer *l = sorted[i] = w->node[i].layer;
		named |= l->tensor != NULL;
		if (!l->tensor)
			l->tensor = l->name;
		if (*l->tensor && strspn(l->tensor, LETTERS ".") == strlen(l->tensor))
			continue;
		diag_error(w->diag, layer_where(w->diag, l, &l->tensor),
			"layer '%s': its 'tensor' takes letters, digits, '.', '_' and '-'", l->name);
		return false;
	}
	if (!named)
		return true;
	qsort(sorted, (size_t)w->n, sizeof(struct layer *), by_tensor);
	for (int i = 1; i < w->n; i++) {
		const struct layer *l = sorted[i], *before = sorted[i - 1];
		if (strcmp(l->tensor, before->tensor) != 0)
			continue;
		diag_error(w->diag, layer_where(w->diag, l, &l->tensor), "layers '%s' and '%s' have the same 'tensor', '%s'",
			before->name, l->name, l->tensor);
		return false;
	}
	return true;
}

static int kind_index(const struct layer_kind *kind)
{
	int i = 0;

	while (layer_kinds[i] != kind)
		i++;
	return i;
}

/* conv1, conv2, relu1: kind and number. */
static bool name_all(struct wiring *w)
{
	int n_of_kind[N_KINDS_MAX] = {0};

	for (w->n_slots = 64; w->n_slots < 2 * (size_t)w->n;)
		w->n_slots *= 2;
	w->slot = NEW(w->arena, int, w->n_slots);
	memset(w->slot, 0xff, w->n_slots * sizeof *w->slot);
	w->name = NEW(w->arena, const char *, w->n + 1);
	for (int i = 0; i < w->n; i++) {
		struct layer *l = w->node[i].layer;
		int number = ++n_of_kind[kind_index(l->kind)];
		if (!l->name)
			l->name = arena_printf(w->arena, "%s%d", l->kind->head.name, number);
		else if (!name_is_good(w, l))
			return false;
		size_t at = slot_of(w, l->name);
		if (w->slot[at] >= 0) {
			diag_error(w->diag, layer_where(w->diag, l, &l->name),
				"two layers are named '%s'", l->name);
			return false;
		}
		w->slot[at] = i;
		w->name[i] = l->name;
	}
	return true;
}

/* The node of a name as node i means it: in its own copy, else in those around it. -1: none. */
static int look_up(const struct wiring *w, const char *name, int i)
{
	char *scope = arena_dup(w->arena, w->node[i].scope);

	for (;;) {
		int found = w->slot[slot_of(w, arena_printf(w->arena, "%s%s", name, scope))];
		if (found >= 0 || !*scope)
			return found;
		*strrchr(scope, '_') = '\0';
	}
}

static const struct layer *layer_at(struct wiring *w, int i)
{
	if (i < 0)
		return &w->net->image;
	w->node[i].is_read = true;
	return w->node[i].layer;
}

/* What node i calls by a name; NULL after a reported error. */
static const struct layer *named(struct wiring *w, const char *name, int i, struct loc at)
{
	const struct node *node = &w->node[i];
	const char *me = node->layer->name;

	if (strcmp(name, "input") == 0)
		return &w->net->image;
	if (strcmp(name, "entry") == 0 && *node->scope)
		return layer_at(w, node->entry);
	if (strcmp(name, "entry") == 0) {
		diag_error(w->diag, at, "layer '%s': there is no repeat around it for 'entry'", me);
		return NULL;
	}

	int found = look_up(w, name, i);

	if (found >= 0 && found < i)
		return layer_at(w, found);
	if (found >= 0) {
		diag_error(w->diag, at,
			"layer '%s' reads '%s', which is not before it: layers stand in the order of "
			"computing, without loops",
			me, name);
		return NULL;
	}

	const char *near = nearest_word(name, w->name);

	diag_error(w->diag, at, "layer '%s' reads '%s', but there is no such layer%s%s%s", me, name,
		near ? ", did you mean '" : "", near ? near : "", near ? "'?" : "");
	return NULL;
}

static bool connect(struct wiring *w, int i)
{
	struct layer *l = w->node[i].layer;
	const struct field_names *inputs = NULL;

	if (l->kind == &layer_add || l->kind == &layer_concat)
		inputs = &((const struct layer_join *)l)->inputs;
	l->n_from = inputs ? inputs->n : 1;
	l->from = NEW(w->arena, const struct layer *, l->n_from + 1);
	l->from[0] = NULL;
	for (int k = 0; inputs && k < inputs->n; k++) {
		struct loc at = diag_where(w->diag, &inputs->value[k]);
		if (!(l->from[k] = named(w, inputs->value[k], i, at)))
			return false;
	}
	if (!inputs)
		l->from[0] = l->input ? named(w, l->input, i, layer_where(w->diag, l, &l->input))
				      : layer_at(w, i - 1);
	l->in = l->from[0] ? l->from[0]->out : (struct shape){0};
	return l->from[0] || l->n_from == 0;
}

static bool size_is_sane(const struct layer *l, struct diag *d)
{
	double n_values = (double)l->out.c * l->out.h * l->out.w;

	if (n_values <= MAX_VALUES)
		return true;
	diag_error(d, layer_where(d, l, l), "layer '%s' has %.0f outputs, at most %d are supported",
		l->name, n_values, MAX_VALUES);
	return false;
}

/* Legal, but probably unmeant; one is enough to look. */
static void warn_unread(const struct wiring *w)
{
	for (int i = 0; i < w->n - 1; i++)
		if (!w->node[i].is_read) {
			const struct layer *l = w->node[i].layer;
			diag_warn(w->diag, layer_where(w->diag, l, l), "no layer reads '%s'", l->name);
			return;
		}
}

bool network_wire(struct network *n, struct arena *a, struct diag *d)
{
	struct wiring w = {.net = n, .arena = a, .diag = d};
	struct shape in = {n->input.channels, n->input.height, n->input.width};
	int n_weight_layers = 0;

	if ((double)in.c * in.h * in.w > MAX_VALUES) {
		diag_error(
			d, diag_where(d, &n->input), "an input has at most %d values", MAX_VALUES);
		return false;
	}
	n->image = (struct layer){.name = "input", .in = in, .out = in, .index = -1, .i_weight = -1};
	if (!unroll(&w, &n->layers, "", -1) || !name_all(&w) || !name_tensors(&w))
		return false;
	n->layers = (struct field_list){w.n, NULL, NEW(a, void *, w.n)};
	for (int i = 0; i < w.n; i++) {
		struct layer *l = w.node[i].layer;
		n->layers.each[i] = l;
		if (!connect(&w, i) || !l->kind->shape(l, &l->out, d) || !size_is_sane(l, d))
			return false;
		l->i_weight = l->kind->matrix ? n_weight_layers++ : -1;
	}
	warn_unread(&w);
	return true;
}
