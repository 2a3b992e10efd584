/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The whole state of a training: what is saved, and going on from there. Random numbers are functions
 * of the step, so their position is the step. A training that goes on ends with the same bytes as one
 * that was never interrupted.
 *
 * Tensors beside the network's (checkpoint.h):
 *     optimiser.velocity, optimiser.square, update.memoryN   [parameters]
 *     state.numbers     epoch, step, loss and hits so far in the epoch, simulated time, counts
 *     state.layers      [layers with weights][counts]: struct layer_tally
 *     state.alignment   [epochs][layers with weights], with random feedback
 *     state.log         [epochs done][columns]: struct epoch_log
 * Checked  tests/unit/check_checkpoint.c, tests/resume/run.sh (kills at random)
 */
#include <float.h>
#include <math.h>
#include <stddef.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "train/checkpoint.h"
#include "train/ranks.h"
#include "train/sha256.h"
#include "train/trainer_priv.h"

enum {
	EPOCH, STEP, LOSS, HITS, T_SIMULATED, T_BATCH, T_TRANSFER, TALLY_BATCHES, TALLY_SAMPLES, TALLY_EVENTS, AROUND,
	N_NUMBERS = AROUND + 3
};
/* A row of the log: the epoch, these, and 0 in place of the wall clock's time: same bytes from any run. */
static const size_t log_places[] = {
	offsetof(struct epoch_log, train_loss),
	offsetof(struct epoch_log, train_accuracy_percent),
	offsetof(struct epoch_log, test_loss),
	offsetof(struct epoch_log, test_accuracy_percent),
	offsetof(struct epoch_log, learning_rate),
	offsetof(struct epoch_log, simulated_s),
	offsetof(struct epoch_log, before_transfer_percent),
	offsetof(struct epoch_log, after_transfer_percent),
	offsetof(struct epoch_log, power_off_percent),
};
enum { N_PLACES = sizeof log_places / sizeof *log_places, N_LOG = N_PLACES + 2, N_LOG_ALWAYS = 7 /* never NaN */, N_TALLY = sizeof(struct layer_tally) / sizeof(double) };
enum { N_EXTRA = 2 + UPDATE_MAX_MEMORY + 5 };

#define MOST     1e18 /* of anything that is counted */
#define ALMOST_1 1.001 /* of a cosine with the errors of rounding */

static struct tensor of_params(const char *name, const struct trainer *t, float *data)
{
	return (struct tensor){.name = name, .type = TENSOR_F32, .rank = 1,
		.shape = {t->model->n_params}, .n = t->model->n_params, .data = data};
}

static struct tensor of_numbers(const char *name, size_t n_rows, size_t n_cols, const double *data)
{
	struct tensor x = {.name = name, .type = TENSOR_F64, .rank = n_rows ? 2 : 1,
		.shape = {n_rows ? n_rows : n_cols, n_rows ? n_cols : 0},
		.n = (n_rows ? n_rows : 1) * n_cols, .data = data};

	return x;
}

/* A tensor that lies in memory as it is in the file, and what its values may be. */
struct held {
	struct tensor tensor;
	double low, high;
};

static int plain(struct arena *a, const struct trainer *t, struct held *x)
{
	const struct model *m = t->model;
	size_t n_layers = (size_t)m->n_weight_layers;
	int n = 0;

	if (t->optimiser.velocity)
		x[n++] = (struct held){of_params("optimiser.velocity", t, t->optimiser.velocity), -FLT_MAX, FLT_MAX};
	if (t->optimiser.square)
		x[n++] = (struct held){of_params("optimiser.square", t, t->optimiser.square), 0, FLT_MAX};
	for (int i = 0; i < UPDATE_MAX_MEMORY; i++)
		if (t->memory[i])
			x[n++] = (struct held){of_params(arena_printf(a, "update.memory%d", i), t, t->memory[i]),
				-FLT_MAX, FLT_MAX};
	if (t->alignment)
		x[n++] = (struct held){of_numbers("state.alignment", (size_t)t->spec.epochs, n_layers, t->alignment),
			-ALMOST_1, ALMOST_1};
	x[n++] = (struct held){of_numbers("state.layers", n_layers, N_TALLY,
		(const double *)(const void *)t->tally->layer), -MOST, MOST};
	return n;
}

/* Report the first value that cannot be; NaN stands for none where it may. */
static bool are_sane(const struct tensors *file, const struct tensor *x, size_t from, size_t n, double low, double high,
	bool or_none, struct diag *d)
{
	for (size_t i = from; i < from + n; i++) {
		double value = x->type == TENSOR_F64 ? ((const double *)x->data)[i] : (double)((const float *)x->data)[i];
		if ((value >= low && value <= high) || (or_none && isnan(value)))
			continue;
		diag_error(d, file->at, "tensor '%s': value %zu is %g, which no training leaves", x->name, i, value);
		return false;
	}
	return true;
}

static void put_numbers(const struct trainer *t, double *x)
{
	x[EPOCH] = t->epoch;
	x[STEP] = (double)t->step;
	x[LOSS] = t->so_far.sum;
	x[HITS] = t->so_far.n_right;
	x[T_SIMULATED] = t->t_simulated;
	x[T_BATCH] = t->times.t_batch;
	x[T_TRANSFER] = t->times.t_transfer;
	x[TALLY_BATCHES] = t->tally->n_batches;
	x[TALLY_SAMPLES] = t->tally->n_samples;
	x[TALLY_EVENTS] = t->tally->n_events;
	memcpy(x + AROUND, t->around, sizeof t->around);
}

static double *log_numbers(struct arena *a, const struct trainer *t)
{
	double *x = NEW(a, double, t->epoch * N_LOG);

	for (int i = 0; i < t->epoch; i++) {
		double *row = x + (ptrdiff_t)i * N_LOG;
		row[0] = t->log[i].epoch;
		for (int k = 0; k < N_PLACES; k++)
			memcpy(&row[1 + k], (const char *)&t->log[i] + log_places[k], sizeof *row);
	}
	return x;
}

/* Everything that a training is. */
static struct tensors state_of(struct arena *a, const struct trainer *t)
{
	struct tensor *params;
	int n_params = checkpoint_tensors(a, t->model, &params);
	struct tensor *all = NEW(a, struct tensor, n_params + N_EXTRA);
	double *numbers = NEW(a, double, N_NUMBERS);
	struct tensors state = {.tensor = all, .n = n_params};
	struct held held[N_EXTRA];

	int n_held = plain(a, t, held);

	memcpy(all, params, (size_t)n_params * sizeof *all);
	for (int i = 0; i < n_held; i++)
		all[state.n++] = held[i].tensor;
	put_numbers(t, numbers);
	all[state.n++] = of_numbers("state.numbers", 0, N_NUMBERS, numbers);
	if (t->epoch > 0)
		all[state.n++] = of_numbers("state.log", (size_t)t->epoch, N_LOG, log_numbers(a, t));
	return state;
}

bool trainer_agrees(const struct trainer *t, const struct ranks *ranks, struct diag *d)
{
	struct arena *a = arena_new();
	struct rank_start own = {.step = t ? t->step : 0, .good = t};
	struct sha256 sum;

	if (t && ranks->n > 1) {
		const struct tensors state = state_of(a, t);
		const char *text = train_fingerprint(a, &t->spec);
		sha256_init(&sum);
		sha256_add(&sum, text, strlen(text));
		for (int i = 0; i < state.n; i++)
			sha256_add(&sum, state.tensor[i].data, tensor_bytes(&state.tensor[i]));
		sha256_text(&sum, own.digest);
	}
	arena_free(a);
	return ranks_agree(ranks, &own, d);
}

void trainer_save(struct trainer *t, const char *path, const char *settings)
{
	struct arena *a = arena_new();
	const struct recipe *r = t->spec.recipe;
	struct tensors file = state_of(a, t);
	struct tensor_note note[] = {
		{"format", "mho"},
		{"epoch", arena_printf(a, "%d", t->epoch)},
		{"step", arena_printf(a, "%ld", t->step)},
		{"data", t->spec.data->kind->name},
		{"dataset", dataset_label(t->spec.data)},
		{"normalise", r->normalise == NORMALISE_NONE ? "none" : "channel"},
		{"loss", r->loss == LOSS_SQUARES ? "squares" : "softmax"},
		{"bits", r->bits ? recipe_bits_text(a, r->bits) : ""},
		{"network", network_fingerprint(a, t->spec.network)},
		{"training", train_fingerprint(a, &t->spec)},
		{"cells", t->spec.synapse ? cells_fingerprint(a, t->spec.synapse) : ""},
		{"settings", settings ? settings : ""},
	};

	file.note = note;
	file.n_notes = sizeof note / sizeof *note;
	tensors_write(&file, path);
	t->saved_step = t->step;
	arena_free(a);
}

/* The first word of a line: what its settings are of. */
static const char *part_at(struct arena *a, const char *text, size_t at)
{
	while (at > 0 && text[at - 1] != '\n')
		at--;
	return arena_dup_n(a, text + at, strcspn(text + at, " \n"));
}

static bool same_training(
	struct arena *a, const struct trainer *t, const struct tensors *file, struct diag *d)
{
	const char *now = train_fingerprint(a, &t->spec), *then = tensors_note(file, "training");
	size_t at;

	if (!then) {
		diag_error(d, file->at, "this file holds no training to go on with: use --weights to start "
					"from its weights");
		return false;
	}
	at = fingerprints_part(then, now);
	if (now[at] == then[at])
		return true;
	diag_error(d, file->at,
		"a checkpoint of another training: its %s has '%s', not '%s': go on with the settings it was made with, or "
		"start from its weights with --weights in another folder",
		part_at(a, then, at), fingerprint_setting(a, then, now), fingerprint_setting(a, now, then));
	return false;
}

static bool numbers_are_sane(const struct trainer *t, const double *x)
{
	for (int i = 0; i < AROUND; i++)
		if (!(x[i] >= 0 && x[i] <= MOST))
			return false;
	return x[EPOCH] == floor(x[EPOCH]) && x[STEP] == floor(x[STEP]) &&
	       x[EPOCH] <= t->spec.epochs && x[STEP] >= x[EPOCH] * t->cut.n_batches &&
	       (x[STEP] < (x[EPOCH] + 1) * t->cut.n_batches ||
		       (x[EPOCH] == t->spec.epochs && x[STEP] == x[EPOCH] * t->cut.n_batches)) &&
	       x[HITS] <= t->cut.n_images;
}

static bool take_numbers(struct arena *a, struct trainer *t, const struct tensors *file, struct diag *d)
{
	double *x = NEW(a, double, N_NUMBERS);
	struct tensor want = of_numbers("state.numbers", 0, N_NUMBERS, x);

	if (!checkpoint_copy(file, &want, x, d) || !are_sane(file, &want, AROUND, N_NUMBERS - AROUND, 0, 100, true, d))
		return false;
	if (!numbers_are_sane(t, x)) {
		diag_error(d, file->at, "tensor 'state.numbers' holds no state of this training");
		return false;
	}
	t->epoch = (int)x[EPOCH];
	t->step = (long)x[STEP];
	t->so_far = (struct loss){x[LOSS], (int)x[HITS]};
	t->t_simulated = x[T_SIMULATED];
	t->times = (struct batch_times){x[T_BATCH], x[T_TRANSFER]};
	t->tally->n_batches = x[TALLY_BATCHES];
	t->tally->n_samples = x[TALLY_SAMPLES];
	t->tally->n_events = x[TALLY_EVENTS];
	memcpy(t->around, x + AROUND, sizeof t->around);
	return true;
}

static bool take_log(struct arena *a, struct trainer *t, const struct tensors *file, struct diag *d)
{
	static const double high[N_LOG] = {MOST, DBL_MAX, 100, DBL_MAX, 100, MOST, MOST, 100, 100, 100, 0};
	double *x = NEW(a, double, t->epoch * N_LOG);
	struct tensor want = of_numbers("state.log", (size_t)t->epoch, N_LOG, x);

	if (t->epoch == 0)
		return true;
	if (!checkpoint_copy(file, &want, x, d))
		return false;
	for (size_t i = 0; i < want.n; i++)
		if (!are_sane(file, &want, i, 1, 0, high[i % N_LOG], i % N_LOG >= N_LOG_ALWAYS, d))
			return false;
	for (int i = 0; i < t->epoch; i++, x += N_LOG) {
		t->log[i] = (struct epoch_log){.epoch = i + 1};
		for (int k = 0; k < N_PLACES; k++)
			memcpy((char *)&t->log[i] + log_places[k], &x[1 + k], sizeof *x);
	}
	return true;
}

bool trainer_resume(struct trainer *t, const char *path, struct diag *d)
{
	struct arena *a = arena_new();
	const struct tensors *file = tensors_read(a, path, d);
	struct held want[N_EXTRA];
	bool good = file && same_training(a, t, file, d) && take_numbers(a, t, file, d) &&
		    take_log(a, t, file, d) &&
		    checkpoint_take(t->model, file, d);
	int n = good ? plain(a, t, want) : 0;

	for (int i = 0; i < n; i++) {
		const struct tensor *x = &want[i].tensor;
		/* what plain lists is the trainer's own memory */
		union {
			const void *from;
			void *to;
		} place = {x->data};
		good = checkpoint_copy(file, x, place.to, d) &&
		       are_sane(file, x, 0, x->n, want[i].low, want[i].high, false, d) && good;
	}
	t->saved_step = t->step;
	arena_free(a);
	return good;
}

bool trainer_start_from(struct trainer *t, const char *path, struct diag *d)
{
	struct arena *a = arena_new();
	const struct tensors *file = tensors_read(a, path, d);
	bool good = file && checkpoint_take(t->model, file, d);

	arena_free(a);
	return good;
}
