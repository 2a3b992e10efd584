/* SPDX-License-Identifier: Apache-2.0 */
/* A network's parameters to tensors and back. */
#include "train/checkpoint.h"

#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "device/synapse_array.h"
#include "train/model.h"
#include "train/trainer.h"

/* Shape of a weight matrix as Python users know it: [out][in] or [out][in][ky][kx]. */
static struct tensor weight_shape(struct arena *a, const struct weights *w)
{
	const struct layer *l = w->layer;
	size_t n_rows = (size_t)w->n_rows, n_cols = (size_t)w->n_cols;
	struct tensor t = {
		.name = arena_printf(a, "%s.weight", l->tensor),
		.type = TENSOR_F32,
		.rank = 2,
		.shape = {n_cols, n_rows},
		.n = n_rows * n_cols,
	};

	if (l->kind == &layer_conv) {
		const struct layer_conv *c = (const struct layer_conv *)l;
		size_t kernel = (size_t)c->kernel, width = (size_t)conv_kernel_width(c);
		t.rank = 4;
		t.shape[1] = n_rows / (kernel * width);
		t.shape[2] = kernel;
		t.shape[3] = width;
	}
	return t;
}

static struct tensor bias_shape(struct arena *a, const struct weights *w)
{
	return (struct tensor){
		.name = arena_printf(a, "%s.bias", w->layer->tensor),
		.type = TENSOR_F32,
		.rank = 1,
		.shape = {(size_t)w->n_cols},
		.n = (size_t)w->n_cols,
		.data = w->bias,
	};
}

static struct tensor store_shape(struct arena *a, const struct weights *w, int i)
{
	struct synapse_store s = synapse_array_store(w->cells, i, a);
	size_t n_rows = s.alone ? 1 : (size_t)w->n_rows, n_cols = s.alone ? 1 : (size_t)w->n_cols;

	return (struct tensor){
		.name = arena_printf(a, "%s.%s", w->layer->tensor, s.name),
		.type = s.value ? TENSOR_F32 : TENSOR_U32,
		.rank = 2,
		.shape = {n_rows, n_cols},
		.n = n_rows * n_cols,
		.data = s.value ? (void *)s.value : (void *)s.count,
	};
}

/* Weights that training moves: param, not their rounded copy. */
static float *master(const struct model *m, int i)
{
	return m->param + m->at_param[i];
}

/* [rows][columns] to [columns][rows] or back: rows of a convolution are [c][ky][kx] already. */
static void transpose(const float *from, size_t n_rows, size_t n_cols, float *to)
{
	for (size_t row = 0; row < n_rows; row++)
		for (size_t col = 0; col < n_cols; col++)
			to[col * n_rows + row] = from[row * n_cols + col];
}

/* The tensors of a batch normalisation, under the names of PyTorch. */
enum { N_NORM = 4 };

static struct tensor norm_shape(struct arena *a, const struct norm *norm, int i)
{
	static const char *const name[N_NORM] = {"weight", "bias", "running_mean", "running_var"};
	float *const value[N_NORM] = {norm->scale, norm->shift, norm->mean, norm->variance};

	return (struct tensor){
		.name = arena_printf(a, "%s.%s", norm->layer->tensor, name[i]),
		.type = TENSOR_F32,
		.rank = 1,
		.shape = {(size_t)norm->n},
		.n = (size_t)norm->n,
		.data = value[i],
	};
}

static bool take_norm(
	struct arena *a, struct norm *norm, const struct tensors *t, struct diag *d)
{
	float *const to[N_NORM] = {norm->scale, norm->shift, norm->mean, norm->variance};

	for (int i = 0; i < N_NORM; i++) {
		struct tensor want = norm_shape(a, norm, i);
		if (!checkpoint_copy(t, &want, to[i], d))
			return false;
	}
	for (int c = 0; c < norm->n; c++)
		if (norm->variance[c] < 0) {
			diag_error(d, t->at, "tensor '%s.running_var' holds a variance below 0",
				norm->layer->tensor);
			return false;
		}
	return true;
}

/* Per layer: activation per input code, weight per unit of the cells, full scale of each part. */
enum { INPUT_STEP, SCALE, FULL_SCALE, N_REFERENCE = FULL_SCALE + SYNAPSE_MAX_PARTS };

static struct tensor reference_shape(const struct model *m, const double *data)
{
	size_t n = (size_t)m->n_weight_layers;

	return (struct tensor){.name = "state.converters", .type = TENSOR_F64, .rank = 2,
		.shape = {n, N_REFERENCE}, .n = n * N_REFERENCE, .data = data};
}

static double *references(struct arena *a, const struct model *m)
{
	double *x = NEW(a, double, m->n_weight_layers * N_REFERENCE), *row = x;

	for (int i = 0; i < m->n_weight_layers; i++, row += N_REFERENCE) {
		const struct mvm *v = m->weights[i].mvm;
		row[INPUT_STEP] = (double)v->input_step;
		row[SCALE] = (double)m->weights[i].scale;
		for (int p = 0; p < v->spec.n_parts; p++)
			row[FULL_SCALE + p] = v->full_scale[p];
	}
	return x;
}

static bool is_range(double x)
{
	return x >= 0 && x < 1e30;
}

/* Ranges of the parts' converters; fixed ones stay. */
static bool take_ranges(struct mvm *v, const double *full)
{
	for (int p = 0; p < v->spec.n_parts; p++) {
		if (!is_range(full[p]))
			return false;
		if (full[p] > 0 && !(v->spec.full_scale[p] > 0))
			mvm_set_full_scale(v, p, full[p]);
	}
	return true;
}

static bool take_references(
	struct arena *a, struct model *m, const struct tensors *t, struct diag *d)
{
	double *x = NEW(a, double, m->n_weight_layers * N_REFERENCE), *row = x;
	struct tensor want = reference_shape(m, NULL);

	if (!checkpoint_copy(t, &want, x, d))
		return false;
	for (int i = 0; i < m->n_weight_layers; i++, row += N_REFERENCE) {
		struct mvm *v = m->weights[i].mvm;
		if (!is_range(row[INPUT_STEP]) || !is_range(row[SCALE]) || !take_ranges(v, row + FULL_SCALE)) {
			diag_error(d, t->at, "tensor '%s' holds no ranges", want.name);
			return false;
		}
		v->input_step = (float)row[INPUT_STEP];
		weights_set_scale(&m->weights[i], (float)row[SCALE]);
	}
	return true;
}

/* Ranges in the transposed read, where it is converted. */
static struct tensor error_ranges_shape(const struct model *m, const double *data)
{
	size_t n = (size_t)m->n_weight_layers;

	return (struct tensor){.name = "state.error_converters", .type = TENSOR_F64, .rank = 2,
		.shape = {n, SYNAPSE_MAX_PARTS}, .n = n * SYNAPSE_MAX_PARTS, .data = data};
}

static double *error_ranges(struct arena *a, const struct model *m)
{
	double *x = NEW(a, double, m->n_weight_layers * SYNAPSE_MAX_PARTS);

	for (int i = 0; i < m->n_weight_layers; i++)
		memcpy(x + i * SYNAPSE_MAX_PARTS, m->weights[i].errors->full_scale,
			SYNAPSE_MAX_PARTS * sizeof *x);
	return x;
}

static bool take_error_ranges(struct arena *a, struct model *m, const struct tensors *t, struct diag *d)
{
	double *x = NEW(a, double, m->n_weight_layers * SYNAPSE_MAX_PARTS);
	struct tensor want = error_ranges_shape(m, NULL);

	if (!checkpoint_copy(t, &want, x, d))
		return false;
	for (int i = 0; i < m->n_weight_layers; i++)
		if (!take_ranges(m->weights[i].errors, x + i * SYNAPSE_MAX_PARTS)) {
			diag_error(d, t->at, "tensor '%s' holds no ranges", want.name);
			return false;
		}
	return true;
}

int checkpoint_tensors(struct arena *a, const struct model *m, struct tensor **out)
{
	int n = 0, most = 2;

	for (int i = 0; i < m->n_weight_layers; i++)
		most += 2 + (m->weights[i].cells ? synapse_array_stores(m->weights[i].cells) : 0);
	*out = NEW(a, struct tensor, most + N_NORM * m->n_norms);
	for (int i = 0; i < m->n_weight_layers; i++) {
		const struct weights *w = &m->weights[i];
		struct tensor *t = &(*out)[n++];
		*t = weight_shape(a, w);
		float *value = NEW(a, float, t->n);
		transpose(master(m, i), (size_t)w->n_rows, (size_t)w->n_cols, value);
		t->data = value;
		if (w->bias)
			(*out)[n++] = bias_shape(a, w);
		for (int s = 0; w->cells && s < synapse_array_stores(w->cells); s++)
			(*out)[n++] = store_shape(a, w, s);
	}
	for (int i = 0; i < m->n_norms; i++)
		for (int k = 0; k < N_NORM; k++)
			(*out)[n++] = norm_shape(a, &m->norm[i], k);
	if (m->spec.synapse)
		(*out)[n++] = reference_shape(m, references(a, m));
	if (m->weights[0].errors)
		(*out)[n++] = error_ranges_shape(m, error_ranges(a, m));
	return n;
}

static const char *first_names(struct arena *a, const struct tensors *t)
{
	const char *text = "";

	for (int i = 0; i < t->n && i < 4; i++)
		text = arena_printf(a, "%s%s'%s'", text, i ? ", " : "", t->tensor[i].name);
	return t->n > 4 ? arena_printf(a, "%s...", text) : text;
}

/* The tensor of that name and shape, any floating type if want asks for F32; NULL after a report. */
static const struct tensor *match(
	struct arena *a, const struct tensors *t, const struct tensor *want, struct diag *d)
{
	const struct tensor *x = tensors_find(t, want->name);

	if (!x) {
		diag_error(d, t->at, "a checkpoint of another network: it has no tensor '%s', but %s",
			want->name, first_names(a, t));
		return NULL;
	}
	if (x->rank != want->rank || memcmp(x->shape, want->shape, sizeof x->shape) != 0) {
		diag_error(d, t->at,
			"a checkpoint of another network: tensor '%s' has the shape %s, expected %s",
			x->name, tensor_shape_text(a, x), tensor_shape_text(a, want));
		return NULL;
	}
	return x;
}

bool checkpoint_copy(const struct tensors *t, const struct tensor *want, void *to, struct diag *d)
{
	struct arena *a = arena_new();
	const struct tensor *x = match(a, t, want, d);
	bool good = x && (want->type == TENSOR_F32 || x->type == want->type);

	if (x && !good)
		diag_error(d, t->at, "tensor '%s' has another type than expected", x->name);
	else if (good && want->type == TENSOR_F32)
		good = tensor_floats(t, x, to, d);
	else
		for (size_t i = 0; good && i < x->n; i++) {
			size_t size = x->type == TENSOR_F64 ? 8 : 4;
			const uint8_t *at = (const uint8_t *)x->data + i * size;
			uint64_t bits = 0;
			for (size_t k = size; k-- > 0;)
				bits = bits << 8 | at[k];
			uint32_t word = (uint32_t)bits;
			memcpy((char *)to + i * size, size == 8 ? (void *)&bits : (void *)&word, size);
		}
	arena_free(a);
	return good;
}

/* Weights that do not fit the span of the cells would be cut off, those that need a volatile part lost
 * with it: the span of what is kept follows them. */
static void program(struct weights *w, const struct synapse *synapse, const float *value)
{
	size_t n = (size_t)w->n_rows * (size_t)w->n_cols;
	struct arena *a = arena_new();
	float *in_cells = NEW(a, float, n), most = 0;

	for (size_t i = 0; i < n; i++)
		most = fmaxf(most, fabsf(value[i]));
	if (most > 0)
		weights_set_scale(w, most / (float)synapse_kept(synapse));
	for (size_t i = 0; i < n; i++)
		in_cells[i] = value[i] / w->scale;
	synapse_array_program(w->cells, in_cells);
	arena_free(a);
}

/* The states of the cells as the file has them. */
static bool take_cells(
	struct arena *a, struct weights *w, const struct tensors *t, struct diag *d)
{
	int n = synapse_array_stores(w->cells);
	bool good = true;

	for (int i = 0; i < n; i++) {
		struct tensor want = store_shape(a, w, i);
		struct synapse_store s = synapse_array_store(w->cells, i, a);
		bool copied = checkpoint_copy(t, &want, s.value ? (void *)s.value : (void *)s.count, d);
		for (size_t k = 0; copied && k < want.n; k++)
			if (!synapse_store_holds(&s, k)) {
				diag_error(d, t->at, "tensor '%s': value %zu is %g, which is not a state of these cells",
					want.name, k, s.value ? (double)s.value[k] : s.count[k]);
				copied = false;
			}
		good &= copied;
	}
	synapse_array_refresh_parts(w->cells);
	return good;
}

bool checkpoint_has_cells(const struct model *m, const struct tensors *t)
{
	const char *cells = tensors_note(t, "cells");
	struct arena *a = arena_new();
	bool same = m->spec.synapse && cells && strcmp(cells, cells_fingerprint(a, m->spec.synapse)) == 0;

	arena_free(a);
	return same && tensors_find(t, "state.converters");
}

static int lines_of(const char *text, size_t n)
{
	int lines = 0;

	for (size_t i = 0; i < n; i++)
		lines += text[i] == '\n';
	return lines;
}

/* The layers as they were in the training and as they are. */
static bool same_layers(struct arena *a, const struct network *n, const char *then, const struct tensors *t, struct diag *d)
{
	const char *now = network_fingerprint(a, n);
	size_t at = fingerprints_part(then, now);

	if (then[at] == now[at])
		return true;
	if (!then[at] || !now[at])
		diag_error(d, t->at, "a checkpoint of another network: it has %d layers, this one %d",
			lines_of(then, strlen(then)), n->layers.n);
	else
		diag_error(d, t->at, "a checkpoint of another network: its layer %d has '%s', this one's '%s'",
			lines_of(now, at) + 1, fingerprint_setting(a, then, now), fingerprint_setting(a, now, then));
	return false;
}

/* Does one of these layers take a tensor of that name? */
static bool is_taken(const struct model *m, const char *name)
{
	const char *what = strrchr(name, '.');
	size_t n = (size_t)(what - name);

	for (int i = 0; i < m->n_weight_layers; i++) {
		const struct weights *w = &m->weights[i];
		if (strlen(w->layer->tensor) == n && memcmp(w->layer->tensor, name, n) == 0)
			return strcmp(what, ".weight") == 0 || (w->bias && strcmp(what, ".bias") == 0);
	}
	for (int i = 0; i < m->n_norms; i++)
		if (strlen(m->norm[i].layer->tensor) == n && memcmp(m->norm[i].layer->tensor, name, n) == 0)
			return true;
	return false;
}

/* A file of somebody else's: weights that nobody takes belong to another network. */
static bool all_taken(const struct model *m, const struct tensors *t, struct diag *d)
{
	static const char *const weights[] = {".weight", ".bias", ".running_mean", ".running_var"};

	for (int i = 0; i < t->n; i++) {
		const char *name = t->tensor[i].name, *what = strrchr(name, '.');
		bool counts = false;
		for (size_t k = 0; what && k < sizeof weights / sizeof *weights; k++)
			counts |= strcmp(what, weights[k]) == 0;
		if (!counts || is_taken(m, name))
			continue;
		diag_error(d, t->at, "a checkpoint of another network: no layer takes its tensor '%s'", name);
		return false;
	}
	return true;
}

static bool is_of_network(struct arena *a, const struct model *m, const struct tensors *t, struct diag *d)
{
	const char *layers = tensors_note(t, "network");

	return layers ? same_layers(a, m->spec.network, layers, t, d) : all_taken(m, t, d);
}

bool checkpoint_take(struct model *m, const struct tensors *t, struct diag *d)
{
	struct arena *scratch = arena_new();
	bool good = is_of_network(scratch, m, t, d), has_cells = good && checkpoint_has_cells(m, t);

	arena_free(scratch);
	if (!good)
		return false;
	if (m->spec.synapse && !has_cells && tensors_find(t, "state.converters"))
		diag_warn(d, t->at,
			"the checkpoint is of other cells than the design's: these are programmed to its "
			"weights");
	if (has_cells) {
		struct arena *a = arena_new();
		good = take_references(a, m, t, d);
		if (good && m->weights[0].errors && tensors_find(t, "state.error_converters"))
			good = take_error_ranges(a, m, t, d);
		arena_free(a);
	}
	for (int i = 0; i < m->n_weight_layers && good; i++) {
		struct weights *w = &m->weights[i];
		struct arena *a = arena_new();
		struct tensor want = weight_shape(a, w), bias = bias_shape(a, w);
		float *value = NEW(a, float, want.n);
		bool taken = checkpoint_copy(t, &want, value, d);
		if (taken) {
			transpose(value, (size_t)w->n_cols, (size_t)w->n_rows, master(m, i));
			if (has_cells)
				taken = take_cells(a, w, t, d);
			else if (w->cells)
				program(w, m->spec.synapse, master(m, i));
		}
		if (w->bias)
			taken &= checkpoint_copy(t, &bias, w->bias, d);
		good &= taken;
		arena_free(a);
	}
	for (int i = 0; i < m->n_norms && good; i++) {
		struct arena *a = arena_new();
		good = take_norm(a, &m->norm[i], t, d);
		arena_free(a);
	}
	if (!good)
		return false;
	if (m->spec.synapse)
		model_load_cells(m);
	else
		model_load_weights(m);
	return true;
}
