/* SPDX-License-Identifier: Apache-2.0 */
/* Long short-term memory over a sequence: the rows of the input, from top to bottom, are the steps.
 * One matrix takes [inputs of a step, state of the step before] to the four gates: columns are
 * [input, forget, candidate, output] x hidden. */
#include "base/diag.h"
#include "net/layer.h"

#define N_GATES 4

static const struct field lstm_fields[] = {
	LAYER_FIELDS,
	INT(layer_lstm, hidden, 1, 16384, NULL, "values of the state"),
	BOOL(layer_lstm, last, "true", "only the state after the last step goes on, not all of them"),
	LAYER_TENSOR,
	BOOL(layer, bias, "true", "add a trained constant to every gate"),
	FIELD_END,
};

static bool lstm_shape(const struct layer *l, struct shape *out, struct diag *d)
{
	const struct layer_lstm *s = (const struct layer_lstm *)l;

	*out = (struct shape){s->hidden, s->last ? 1 : l->in.h, 1};
	return layer_weights_fit(
		l, (double)l->in.c * l->in.w + s->hidden, (double)N_GATES * s->hidden, d);
}

static struct matrix lstm_matrix(const struct layer *l)
{
	int n_hidden = ((const struct layer_lstm *)l)->hidden;

	return (struct matrix){
		l->in.c * l->in.w + n_hidden, N_GATES * n_hidden, l->in.h, 1};
}

/* Per value and step: five functions; f c + i g and o tanh(c). */
static int lstm_work(const struct layer *l, struct layer_work *work)
{
	double n = (double)((const struct layer_lstm *)l)->hidden * l->in.h;

	work[0] = (struct layer_work){WORK_LOOKUP, 5 * n, 5 * n, 5 * n};
	work[1] = (struct layer_work){WORK_SCALE, 3 * n, 5 * n, 2 * n};
	return 2;
}

const struct layer_kind layer_lstm = {
	.head = {"lstm", "long short-term memory over the rows of the input", "Hochreiter1997",
		sizeof(struct layer_lstm), lstm_fields},
	.shape = lstm_shape,
	.matrix = lstm_matrix,
	.work = lstm_work,
	.signed_state = true,
};
