/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/path.h"
#include "cmd/common.h"
#include "report/report.h"
#include "study/results.h"
#include "study/store.h"
#include "study/sweep.h"
#include "train/dataset.h"
#include "train/ranks.h"
#include "train/recipe.h"
#include "train/sha256.h"

#define MAX_STUDY_BYTES ((size_t)16 << 20)

/* A training that several results share. */
struct training {
	const char *fingerprint;
	struct outcome outcome;
};

struct study_run {
	struct arena *arena;
	struct args *args;
	struct study_plan *plan;
	struct diag *diag;
	const struct kern *kern;
	struct ranks ranks;
	struct store *store;
	int n_data;
	const struct dataset **data; /* one per data set in use */
	int n_results, n_trainings, n_stored; /* n_stored: results whose training was in the store */
	struct result *result;
	struct training *training;
	int n_recorded;
	const struct point **recorded; /* whose settings run.json holds */
};

static const struct dataset *data_of(struct study_run *r, const struct point *p)
{
	for (int i = 0; i < r->n_data; i++)
		if (strcmp(r->data[i]->kind->name, p->recipe->dataset) == 0)
			return r->data[i];

	const struct dataset *data = common_data(r->arena, p->recipe->dataset, NULL, r->diag);

	if (data)
		r->data[r->n_data++] = data;
	return data;
}

static bool load_data(struct study_run *r)
{
	r->data = NEW(r->arena, const struct dataset *, r->plan->n_points);
	for (int i = 0; i < r->plan->n_points; i++)
		if (!data_of(r, &r->plan->point[i]))
			return false;
	return true;
}

/* What cannot be trained is refused before anything is. */
static bool check_points(struct study_run *r)
{
	bool good = true;

	for (int i = 0; i < r->plan->n_points && good; i++) {
		const struct point *p = &r->plan->point[i];
		diag_about(r->diag, point_title(r->arena, r->plan, i));
		good = point_check(p, data_of(r, p), &r->ranks, r->diag);
	}
	diag_about(r->diag, NULL);
	return good;
}

static void train(struct study_run *r, const struct point *p, uint64_t seed, struct training *t, int i,
	int n)
{
	/* its own memory, given back when it is done, and its own diagnostics: an error of one point is
	 * that point's status */
	struct arena *a = arena_new();
	struct diag *d = diag_within(a, r->diag);
	struct outcome outcome;
	struct progress progress;
	struct watcher watcher = {.progress = progress_show, .ctx = &progress};
	struct keep keep = {.ranks = &r->ranks};
	const char *what = arena_printf(r->arena, "%d/%d %s", i + 1, n, p->design_name);

	diag_about(d, arena_printf(a, "%s, seed %llu", point_title(a, r->plan, (int)(p - r->plan->point)),
			      (unsigned long long)seed));
	progress_start(&progress, what, p->recipe->epochs, r->ranks.rank == 0 && args_get(r->args, "progress"));
	point_train(a, p, data_of(r, p), seed, r->kern, &watcher, &keep, &outcome, d);
	progress_clear(&progress);
	t->outcome = outcome_keep(r->arena, &outcome);
	arena_free(a);
}

static const char *fingerprint_of(struct study_run *r, const struct point *p, uint64_t seed)
{
	return point_fingerprint(r->arena, p, data_of(r, p), seed);
}

static int seeds_of(const struct study_plan *plan)
{
	return plan->n_seeds ? plan->n_seeds : 1;
}

static uint64_t seed_of(const struct study_plan *plan, int i)
{
	int n = seeds_of(plan);

	return plan->n_seeds ? plan->seed[i % n] : (uint64_t)plan->point[i / n].recipe->seed;
}

/* What is to be trained, and what of it is in the store: alike on all ranks, or some would wait for others. */
static bool agree(struct study_run *r, bool good)
{
	struct rank_start own = {.good = good};
	struct sha256 sum;

	sha256_init(&sum);
	for (int i = 0; r->store && r->ranks.n > 1 && i < r->plan->n_points * seeds_of(r->plan); i++) {
		const char *text = fingerprint_of(r, &r->plan->point[i / seeds_of(r->plan)], seed_of(r->plan, i));
		sha256_add(&sum, text, strlen(text));
		sha256_add(&sum, store_find(r->store, text) ? "1" : "0", 1);
	}
	sha256_text(&sum, own.digest);
	return ranks_agree(&r->ranks, &own, r->diag);
}

static const struct outcome *outcome_of(struct study_run *r, const struct point *p, uint64_t seed, int i,
	int n)
{
	const char *fingerprint = fingerprint_of(r, p, seed);

	for (int k = 0; k < r->n_trainings; k++)
		if (strcmp(r->training[k].fingerprint, fingerprint) == 0)
			return &r->training[k].outcome;

	const struct outcome *stored = store_find(r->store, fingerprint);

	if (stored) {
		r->n_stored++;
		return stored;
	}

	struct training *t = &r->training[r->n_trainings++];

	t->fingerprint = fingerprint;
	train(r, p, seed, t, i, n);
	if (strcmp(t->outcome.status, "ok") == 0)
		store_put(r->store, fingerprint, &t->outcome);
	return &t->outcome;
}

static void compute(struct study_run *r)
{
	const struct study_plan *plan = r->plan;
	int n_seeds = seeds_of(plan), n = plan->n_points * n_seeds;

	r->result = NEW(r->arena, struct result, n);
	r->training = NEW(r->arena, struct training, n);
	for (int i = 0; i < n; i++) {
		const struct point *p = &plan->point[i / n_seeds];
		struct result *result = &r->result[i];
		result->i_point = i / n_seeds;
		result->seed = seed_of(plan, i);
		result->dataset = dataset_label(data_of(r, p));
		result->outcome = outcome_of(r, p, result->seed, i, n);
		if (strcmp(result->outcome->status, "ok") == 0)
			result->cost = point_price(r->arena, p, point_images(p, data_of(r, p)),
				result->outcome->activity);
	}
	r->n_results = n;
	r->n_recorded = plan->n_points;
	r->recorded = NEW(r->arena, const struct point *, plan->n_points);
	for (int i = 0; i < plan->n_points; i++)
		r->recorded[i] = &plan->point[i];
}

static void write_table(struct study_run *r, const char *folder, const char *name, const struct table *t,
	void (*write)(struct arena *, const struct table *, FILE *))
{
	struct out out;

	out_open(&out, arena_printf(r->arena, "%s/%s", folder, name));
	write(r->arena, t, out.file);
	out_close(&out);
}

/* Settings of every point; of a sweep, of the first of each design and network: the axes tell the rest. */
static void write_record(struct study_run *r, const char *folder, const struct study_sets *sets)
{
	size_t n_bytes;
	int n_seeds = seeds_of(r->plan);
	const struct loader **loader = NEW(r->arena, const struct loader *, r->n_recorded);
	const char **name = NEW(r->arena, const char *, r->n_recorded);
	uint64_t *seed = NEW(r->arena, uint64_t, n_seeds);
	int n_apart = r->plan->n_points / r->n_recorded; /* points from one recorded to the next */
	struct out out;

	for (int i = 0; i < r->n_recorded; i++) {
		loader[i] = &r->recorded[i]->loader;
		name[i] = arena_printf(r->arena, "%d %s %s", i * n_apart, r->recorded[i]->design_name,
			r->recorded[i]->network_name);
	}
	for (int i = 0; i < n_seeds; i++)
		seed[i] = r->result[i].seed;

	struct run_record record = {r->args, seed, n_seeds, loader, name, r->n_recorded, r->plan->file,
		r->plan->n_file, r->data, r->n_data,
		file_read(r->arena, r->plan->file[0], MAX_STUDY_BYTES, &n_bytes), sets};

	out_open(&out, arena_printf(r->arena, "%s/run.json", folder));
	fprintf(out.file, "%s\n", common_run_json(r->arena, &record));
	out_close(&out);
}

/* results.csv is the last of what cannot be made again; tables and figures are made from it and run.json. */
static void write_results(struct study_run *r, const char *folder, const struct study_sets *sets)
{
	struct arena *a = r->arena;

	remove(arena_printf(a, "%s/results.csv", folder));
	remove(arena_printf(a, "%s/report.html", folder));
	write_table(r, folder, "summary.csv", summary_table(a, r->plan, r->result, r->n_results), table_csv);
	write_record(r, folder, sets);
	write_table(r, folder, "results.csv", results_table(a, r->plan, r->result, r->n_results), table_csv);
}

/* False after reported errors: of a table or figure that the results do not allow. */
static bool show_results(struct study_run *r, const char *folder)
{
	struct report *report = report_read(r->arena, folder, NULL, r->diag);

	if (!report)
		return false;
	report_write(r->arena, report);
	table_text(r->arena, report->table[0].table, stdout);
	return diag_errors(r->diag) == 0;
}

/* Everything before the first training. */
static bool prepare(struct study_run *r, const struct study_sets *sets, bool quick, const char **folder)
{
	r->plan = study_load(r->arena, r->args->word[0], sets, quick, r->diag);
	if (!r->plan || (study_trains(r->plan->study) && (!load_data(r) || !check_points(r))))
		return false;
	if (!*folder)
		*folder = arena_printf(r->arena, "out/%s", r->plan->study->name);
	if (r->ranks.rank == 0)
		folder_make(*folder);
	if (!study_trains(r->plan->study))
		return true;
	r->store = store_open(r->arena, arena_printf(r->arena, "%s/store.sqlite", *folder),
		args_get(r->args, "resume") != NULL, r->ranks.rank == 0, r->diag);
	return r->store;
}

static int run_on(struct args *args, struct ranks ranks)
{
	struct arena *a = args->arena;
	struct study_run r = {.arena = a, .args = args, .ranks = ranks, .diag = diag_new(a, stderr)};
	struct study_sets sets = common_sets(args, "study");
	const char *folder = args_get(args, "output"), *seed = args_get(args, "seed");

	bool quick = args_get(args, "quick") != NULL, shown = true;

	r.kern = common_kern(args);
	args_int(args, "seed", 0, 9007199254740992, 0);
	if (seed)
		sets.option[sets.n++] = arena_printf(a, "study.seeds=[%s]", seed);
	if (!agree(&r, prepare(&r, &sets, quick, &folder)))
		return STATUS_INPUT;
	if (!study_trains(r.plan->study)) {
		r.result = sweep_run(a, r.plan, &sets, quick, &r.recorded, &r.n_recorded);
		r.n_results = r.plan->n_points;
		r.plan->n_seeds = 0; /* nothing is drawn */
	} else {
		compute(&r);
		store_close(r.store);
		if (r.n_stored > 0)
			fprintf(stderr, "%d of %d results: trained before, priced anew (%s/store.sqlite)\n", r.n_stored,
				r.n_results, folder);
	}
	if (ranks.rank == 0) {
		write_results(&r, folder, &sets);
		shown = show_results(&r, folder);
	}
	fprintf(stderr, "results in %s\n", folder);
	for (int i = 0; i < r.n_results; i++)
		if (strcmp(r.result[i].outcome->status, "ok") != 0)
			return STATUS_INPUT;
	return shown ? STATUS_DONE : STATUS_INPUT;
}

static int run(struct args *args)
{
	common_threads(args);

	struct ranks ranks = ranks_start();
	int status = run_on(args, ranks);

	ranks_end();
	return status;
}

static const struct option options[] = {
	{"output", 'o', "DIR", "folder for the results (default: out/NAME)"},
	{"resume", 0, NULL, "take the trainings that are done from DIR/store.sqlite"},
	OPTION_SET,
	OPTION_SEED,
	{"quick", 0, NULL, "with the study's small settings, to see that it runs"},
	OPTION_THREADS,
	{"isa", 0, "ISA", "force scalar, avx2 or avx512 kernels"},
	{"progress", 0, NULL, "show progress even if standard error is no terminal"},
	OPTION_END,
};

extern const struct command cmd_run;
const struct command cmd_run = {"run", "run a study: train, price, compare, write tables", "STUDY", 1, 1,
	options, run};
