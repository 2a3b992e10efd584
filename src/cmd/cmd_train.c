/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "arch/design.h"
#include "base/arena.h"
#include "base/diag.h"
#include "base/path.h"
#include "base/table.h"
#include "cmd/common.h"
#include "train/dataset.h"
#include "train/ranks.h"
#include "train/recipe.h"

#define DEFAULT_RECIPE "fashion-mnist"

static const struct table_column log_columns[] = {
	{"epoch", "epoch", "", 0, 6},
	{"train_loss", "train loss", "", 0, 4},
	{"train_accuracy_percent", "train accuracy", "%", 1, 4},
	{"test_loss", "test loss", "", 0, 4},
	{"test_accuracy_percent", "test accuracy", "%", 1, 4},
	{"learning_rate", "rate", "", 0, 4},
	{"simulated_s", "simulated", "s", 1, 4},
};

static const struct table_column transfer_columns[] = {
	{"accuracy_before_transfer_percent", "before transfer", "%", 1, 4},
	{"accuracy_after_transfer_percent", "after transfer", "%", 1, 4},
	{"accuracy_after_power_off_percent", "after power-off", "%", 1, 4},
};

static const struct table_column wall_column = {"wall_s", "wall", "s", 1, 3};

enum {
	N_LOG_COLUMNS = sizeof log_columns / sizeof log_columns[0],
	N_TRANSFER_COLUMNS = sizeof transfer_columns / sizeof transfer_columns[0]
};

/* Of synapses with a volatile part also what transfers do. */
static struct table *log_table(struct arena *a, const struct point *p, const struct outcome *o)
{
	struct table_column *column = NEW(a, struct table_column, N_LOG_COLUMNS + N_TRANSFER_COLUMNS + 1);
	bool transfers = p->design && p->design->synapse && synapse_transfer(p->design->synapse);
	int n = N_LOG_COLUMNS;

	memcpy(column, log_columns, sizeof log_columns);
	for (int i = 0; transfers && i < N_TRANSFER_COLUMNS; i++)
		column[n++] = transfer_columns[i];
	column[n++] = wall_column;

	struct table *t = table_new(a, NULL, column, n);

	for (int i = 0; i < o->n_log; i++) {
		const struct epoch_log *l = &o->log[i];
		struct table_cell *cell = table_row(a, t);
		const double x[N_LOG_COLUMNS + N_TRANSFER_COLUMNS] = {l->epoch, l->train_loss,
			l->train_accuracy_percent, l->test_loss, l->test_accuracy_percent,
			l->learning_rate, l->simulated_s, l->before_transfer_percent,
			l->after_transfer_percent, l->power_off_percent};
		for (int k = 0; k < n - 1; k++)
			cell[k] = cell_number(x[k]);
		cell[n - 1] = cell_number(l->wall_s);
	}
	return t;
}

static const struct table_column alignment_columns[] = {{.key = "epoch"}, {.key = "layer"}, {.key = "cosine"}};

static struct table *alignment_table(struct arena *a, const struct point *p, const struct outcome *o)
{
	struct table *t = table_new(a, NULL, alignment_columns, 3);

	for (int i = 0; i < o->n_log; i++)
		for (int k = 0; k < p->network->n_weight_layers; k++) {
			struct table_cell *cell = table_row(a, t);
			cell[0] = cell_number(i + 1);
			cell[1] = cell_text(network_weight_layer(p->network, k)->name);
			cell[2] = cell_number(trainer_alignment(o->trainer, i)[k]);
		}
	return t;
}

static void write_text_file(const char *folder, const char *name, const char *text, struct arena *a)
{
	struct out out;

	out_open(&out, arena_printf(a, "%s/%s", folder, name));
	fputs(text, out.file);
	out_close(&out);
}

static const char *settings_of(struct arena *a, const struct args *args, const struct point *p,
	const struct dataset *data, uint64_t seed)
{
	const struct loader *loader = &p->loader;
	const char *name = arena_printf(a, "%s %s", p->design_name, p->network_name);
	struct run_record record = {.args = args, .seed = &seed, .n_seeds = 1, .loader = &loader, .name = &name,
		.n_points = 1, .data = &data, .n_data = 1};

	return common_run_json(a, &record);
}

static void write_logs(const char *folder, const struct point *p, const struct outcome *o)
{
	struct arena *a = arena_new();
	struct out out;

	out_open(&out, arena_printf(a, "%s/log.csv", folder));
	table_csv(a, log_table(a, p, o), out.file);
	out_close(&out);
	if (o->n_log > 0 && trainer_alignment(o->trainer, 0)) {
		out_open(&out, arena_printf(a, "%s/alignment.csv", folder));
		table_csv(a, alignment_table(a, p, o), out.file);
		out_close(&out);
	}
	arena_free(a);
}

static void write_results(struct arena *a, const char *folder, const struct point *p, const struct dataset *data,
	const char *settings, const struct outcome *o)
{
	/* float counts nothing: its file holds the stated defaults and says so */
	struct activity activity = o->activity ? *o->activity : *point_activity(a, p, p->recipe->batch);

	activity.dataset = dataset_label(data);
	write_logs(folder, p, o); /* again: a run gone on with may have had no epoch left */
	write_text_file(folder, "activity.json", activity_to_json(a, &activity), a);
	write_text_file(folder, "run.json", arena_printf(a, "%s\n", settings), a);
}

/* Who follows a training, and where its log goes. */
struct follower {
	struct progress progress;
	const struct point *point;
	const char *folder; /* NULL: nowhere */
};

static void show_epoch(void *ctx, const struct outcome *o)
{
	struct follower *f = ctx;
	const struct epoch_log *l = &o->log[o->n_log - 1];

	progress_clear(&f->progress);
	printf("epoch %d  train loss %.4g  accuracy %.2f %%  test loss %.4g  accuracy %.2f %%\n", l->epoch,
		l->train_loss, l->train_accuracy_percent, l->test_loss, l->test_accuracy_percent);
	fflush(stdout);
	if (f->folder)
		write_logs(f->folder, f->point, o);
}

static void show_progress(void *ctx, int epoch, double share)
{
	progress_show(&((struct follower *)ctx)->progress, epoch, share);
}

static int run_on(struct args *args, const struct ranks *ranks)
{
	struct diag *d = diag_new(args->arena, stderr);
	const char *folder = args_get(args, "output");
	struct point point = {0};
	struct outcome outcome;
	struct follower follower = {.point = &point};
	struct keep keep = {
		.every = (int)args_int(args, "checkpoint-every", 1, 1000000000, 0),
		.resume = args_get(args, "resume") != NULL,
		.weights = args_get(args, "weights"),
		.ranks = ranks,
	};
	struct watcher watcher = {show_progress, show_epoch, &follower};

	const struct kern *kern = common_kern(args);

	bool good = common_point(args, &point, DEFAULT_RECIPE, NULL, d);
	const struct dataset *data = good ? common_point_data(args, &point, d) : NULL;

	good = data && point_check(&point, data, ranks, d);
	if (!ranks_agree(ranks, &(struct rank_start){.good = good}, d))
		return STATUS_INPUT;

	uint64_t seed = (uint64_t)args_int(args, "seed", 0, 9007199254740992, point.recipe->seed);

	if (folder) {
		if (ranks->rank == 0) {
			folder_make(folder);
			follower.folder = folder;
		}
		keep.checkpoint = arena_printf(args->arena, "%s/checkpoint.safetensors", folder);
		keep.settings = settings_of(args->arena, NULL, &point, data, seed);
	}
	if (data->label)
		printf("data: %s\n", data->label);
	progress_start(&follower.progress, "training", point.recipe->epochs,
		ranks->rank == 0 && args_get(args, "progress"));
	point_train(args->arena, &point, data, seed, kern, &watcher, &keep, &outcome, d);
	progress_clear(&follower.progress);
	if (strcmp(outcome.status, "ok") != 0)
		return STATUS_INPUT;
	if (folder && ranks->rank == 0)
		write_results(args->arena, folder, &point, data,
			settings_of(args->arena, args, &point, data, seed), &outcome);
	return STATUS_DONE;
}

static int run(struct args *args)
{
	if (args_get(args, "resume") && !args_get(args, "output"))
		usage_error(args, "--resume needs -o, the folder of the run to go on with");
	common_threads(args);

	struct ranks ranks = ranks_start();
	int status = run_on(args, &ranks);

	ranks_end();
	return status;
}

static const struct option options[] = {
	{"recipe", 0, "RECIPE", "how to train: name or file (default: " DEFAULT_RECIPE ")"},
	{"data", 0, "NAME|DIR", "data set, or the folder that holds its files"},
	{"output", 'o', "DIR", "leave checkpoint.safetensors, activity.json, run.json, log.csv there"},
	{"epochs", 0, "N", "epochs instead of the recipe's"},
	{"weights", 0, "FILE", "start from the weights of a safetensors file, by the names of the layers"},
	{"resume", 0, NULL, "go on from DIR/checkpoint.safetensors if it is there: same bytes at the end"},
	{"checkpoint-every", 0, "N", "save it after so many batches too, not only after every epoch"},
	OPTION_SEED,
	OPTION_SET,
	OPTION_THREADS,
	{"isa", 0, "ISA", "force scalar, avx2 or avx512 kernels"},
	{"progress", 0, NULL, "show progress even if standard error is no terminal"},
	OPTION_END,
};

extern const struct command cmd_train;
const struct command cmd_train = {"train", "train a network on a design", "DESIGN NETWORK", 2, 2, options,
	run};
