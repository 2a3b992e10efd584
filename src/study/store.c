/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Trainings in SQLite: one row each. Numbers lie in blobs as this machine has them; the version in the
 * file names their sizes, so that another build refuses rather than misreads them.
 */
#include "study/store.h"

#include <stdio.h>
#include <string.h>

#include <sqlite3.h>

#include "base/arena.h"
#include "base/diag.h"

struct training {
	const char *fingerprint;
	struct outcome outcome;
	struct training *next;
};

struct store {
	sqlite3 *file;
	const char *path;
	bool writes;
	struct training *first;
};

static const char *version(struct arena *a)
{
	return arena_printf(a, "mho store 1 %zu %zu %zu", sizeof(struct epoch_log), sizeof(struct activity),
		sizeof(struct layer_activity));
}

static void must(const struct store *s, int status, int wanted)
{
	if (status != wanted)
		die("cannot write '%s': %s", s->path, sqlite3_errmsg(s->file));
}

/* A blob of exactly n bytes, NULL if it is of another size. */
static const void *blob(sqlite3_stmt *row, int column, size_t n)
{
	return sqlite3_column_bytes(row, column) == (int)n ? sqlite3_column_blob(row, column) : NULL;
}

static const char *text(struct arena *a, sqlite3_stmt *row, int column)
{
	return arena_dup(a, (const char *)sqlite3_column_text(row, column));
}

/* Layers' names, one per line, back to where they belong. */
static void name_layers(struct arena *a, struct activity *act, const char *names)
{
	for (int i = 0; i < act->n_layers; i++) {
		size_t n = strcspn(names, "\n");
		act->layer[i].name = arena_dup_n(a, names, n);
		names += n + (names[n] == '\n');
	}
}

static bool take_activity(struct arena *a, struct outcome *o, sqlite3_stmt *row)
{
	const void *record = blob(row, 7, sizeof(struct activity));
	struct activity *act = NEW(a, struct activity, 1);

	if (sqlite3_column_type(row, 7) == SQLITE_NULL)
		return true;
	if (!record)
		return false;
	memcpy(act, record, sizeof *act);
	if (act->n_layers < 0 || act->n_layers > 1 << 20)
		return false;

	size_t n = (size_t)act->n_layers * sizeof *act->layer;
	const void *layers = blob(row, 8, n);

	if (!layers)
		return false;
	act->layer = NEW(a, struct layer_activity, act->n_layers);
	memcpy(act->layer, layers, n);
	name_layers(a, act, text(a, row, 9));
	act->cells = act->update = act->dataset = NULL; /* pointers of another process */
	o->activity = act;
	return true;
}

static bool take_row(struct arena *a, struct store *s, sqlite3_stmt *row)
{
	struct training *t = NEW(a, struct training, 1);
	struct outcome *o = &t->outcome;

	*o = (struct outcome){
		.status = "ok",
		.accuracy_percent = sqlite3_column_double(row, 1),
		.loss = sqlite3_column_double(row, 2),
		.wall_s = sqlite3_column_double(row, 3),
		.simulated_s = sqlite3_column_double(row, 4),
		.epochs = sqlite3_column_int(row, 5),
		.n_log = sqlite3_column_bytes(row, 6) / (int)sizeof *o->log,
	};
	t->fingerprint = text(a, row, 0);

	const void *log = blob(row, 6, (size_t)o->n_log * sizeof *o->log);

	if (!take_activity(a, o, row) || (o->n_log > 0 && !log))
		return false;
	o->log = NEW(a, struct epoch_log, o->n_log + 1);
	if (o->n_log > 0)
		memcpy(o->log, log, (size_t)o->n_log * sizeof *o->log);
	t->next = s->first;
	s->first = t;
	return true;
}

static bool is_ours(struct arena *a, struct store *s)
{
	sqlite3_stmt *row;
	bool ours = false;

	if (sqlite3_prepare_v2(s->file, "select version from store", -1, &row, NULL) != SQLITE_OK)
		return false;
	if (sqlite3_step(row) == SQLITE_ROW)
		ours = strcmp(text(a, row, 0), version(a)) == 0;
	sqlite3_finalize(row);
	return ours;
}

static bool take_all(struct arena *a, struct store *s)
{
	sqlite3_stmt *row;
	int status;
	bool good = true;

	if (sqlite3_prepare_v2(s->file,
		    "select fingerprint, accuracy_percent, loss, wall_s, simulated_s, epochs, log, activity, "
		    "layers, names from training where names is not null order by rowid",
		    -1, &row, NULL) != SQLITE_OK)
		return false;
	while ((status = sqlite3_step(row)) == SQLITE_ROW)
		good &= take_row(a, s, row);
	sqlite3_finalize(row);
	return good && status == SQLITE_DONE;
}

static void make_new(struct arena *a, struct store *s)
{
	const char *sql = arena_printf(a,
		"begin; drop table if exists store; drop table if exists training;"
		"create table store (version text not null);"
		"create table training (fingerprint text primary key not null, accuracy_percent real, "
		"loss real, wall_s real, simulated_s real, epochs integer, log blob, activity blob, "
		"layers blob, names text not null);"
		"insert into store values ('%s'); commit",
		version(a));

	must(s, sqlite3_exec(s->file, sql, NULL, NULL, NULL), SQLITE_OK);
}

static bool is_empty(struct store *s)
{
	sqlite3_stmt *row;
	bool empty = sqlite3_prepare_v2(s->file, "select 1 from sqlite_master", -1, &row, NULL) == SQLITE_OK &&
		     sqlite3_step(row) == SQLITE_DONE;

	sqlite3_finalize(row);
	return empty;
}

struct store *store_open(struct arena *a, const char *path, bool keep, bool writes, struct diag *d)
{
	struct store *s = NEW(a, struct store, 1);

	s->path = arena_dup(a, path);
	s->writes = writes;
	if (!keep && !writes)
		return s;
	if (!keep)
		remove(path);
	if (sqlite3_open(path, &s->file) != SQLITE_OK)
		die("cannot open '%s': %s", path, sqlite3_errmsg(s->file));
	sqlite3_busy_timeout(s->file, 10000);
	if (keep && !is_empty(s)) {
		if (is_ours(a, s) && take_all(a, s))
			return s;
		diag_error(d, (struct loc){NULL, 0, 0},
			"'%s' is no store of this version: remove it, or run without --resume", path);
		store_close(s);
		return NULL;
	}
	if (writes)
		make_new(a, s);
	return s;
}

void store_close(struct store *s)
{
	sqlite3_close(s->file);
	s->file = NULL;
}

const struct outcome *store_find(const struct store *s, const char *fingerprint)
{
	for (const struct training *t = s->first; t; t = t->next)
		if (strcmp(t->fingerprint, fingerprint) == 0)
			return &t->outcome;
	return NULL;
}

void store_put(struct store *s, const char *fingerprint, const struct outcome *o)
{
	const struct activity *act = o->activity;
	sqlite3_stmt *row;

	if (!s->writes)
		return;

	struct arena *a = arena_new();
	const char *names = "";

	for (int i = 0; act && i < act->n_layers; i++)
		names = arena_printf(a, "%s%s\n", names, act->layer[i].name);
	must(s, sqlite3_prepare_v2(s->file, "insert or replace into training values (?,?,?,?,?,?,?,?,?,?)", -1,
			&row, NULL), SQLITE_OK);
	sqlite3_bind_text(row, 1, fingerprint, -1, SQLITE_STATIC);
	sqlite3_bind_double(row, 2, o->accuracy_percent);
	sqlite3_bind_double(row, 3, o->loss);
	sqlite3_bind_double(row, 4, o->wall_s);
	sqlite3_bind_double(row, 5, o->simulated_s);
	sqlite3_bind_int(row, 6, o->epochs);
	sqlite3_bind_blob(row, 7, o->log, o->n_log * (int)sizeof *o->log, SQLITE_STATIC);
	if (act) {
		sqlite3_bind_blob(row, 8, act, sizeof *act, SQLITE_STATIC);
		sqlite3_bind_blob(row, 9, act->layer, act->n_layers * (int)sizeof *act->layer, SQLITE_STATIC);
	}
	sqlite3_bind_text(row, 10, names, -1, SQLITE_STATIC);
	must(s, sqlite3_step(row), SQLITE_DONE);
	sqlite3_finalize(row);
	arena_free(a);
}
