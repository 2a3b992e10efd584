/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "arch/macro.h"
#include "base/arena.h"
#include "base/diag.h"
#include "base/path.h"
#include "cmd/cmd.h"
#include "cmd/files.h"
#include "device/node_between.h"
#include "study/study.h"

/* The kind whose table knows most of the file's keys: our files do not name their kind. */
static const struct file_kind *kind_of(const struct yaml *map, struct diag *d)
{
	const struct file_kind *best = NULL;
	int most = 0;

	for (int i = 0; file_kinds[i]; i++) {
		int n = 0;
		for (const struct field *f = file_kinds[i]->fields; f->type != FIELD_LAST; f++)
			n += yaml_get(map, f->key) && strcmp(f->key, "name") != 0;
		if (n > most) {
			most = n;
			best = file_kinds[i];
		}
	}
	if (!best)
		diag_error(d, map->loc,
			"none of its keys is known: not a node, cell, dram, design, network, recipe or study");
	return best;
}

/* Files of other formats are told by their name. */
static const struct file_kind *kind_of_name(const char *path)
{
	for (int i = 0; file_kinds[i]; i++)
		if (file_kind_is_other(file_kinds[i], path))
			return file_kinds[i];
	return NULL;
}

/* list: tell which values nobody published. */
static bool check_file(struct arena *a, const char *path, bool list, struct diag *d)
{
	struct study_sets none = {0};
	struct loader l;
	const struct file_kind *kind = kind_of_name(path);

	if (!kind) {
		struct yaml *map = yaml_read_file(a, path, d);
		if (!map)
			return false;
		kind = kind_of(map, d);
	}

	if (!kind)
		return false;
	if (kind == &study_file)
		return study_load(a, path, &none, false, d) != NULL;
	loader_init(&l, a, d);
	if (kind == &macro_file)
		l.missing = node_between; /* as mho validate does */
	if (!loader_file(&l, kind, path, kind->what))
		return false;
	for (int i = 0; list && i < l.n_setting; i++)
		if (l.setting[i].source && strcmp(l.setting[i].source, "assumed") == 0)
			printf("%s: assumed: %s = %s\n", path, l.setting[i].path, l.setting[i].text);
	return true;
}

static int run(struct args *args)
{
	bool good = true, readable = true;

	for (int i = 0; i < args->n_words; i++) {
		if (access(args->word[i], R_OK) != 0) {
			fprintf(stderr, "mho: cannot open '%s': %s\n", args->word[i], strerror(errno));
			readable = false;
			continue;
		}
		struct arena *a = arena_new();
		struct diag *d = diag_new(a, stderr);
		bool ok = check_file(a, args->word[i], args_get(args, "assumed") != NULL, d) && diag_errors(d) == 0;
		if (ok)
			printf("%s: good\n", args->word[i]);
		good &= ok;
		arena_free(a);
	}
	return !readable ? STATUS_MACHINE : good ? STATUS_DONE : STATUS_INPUT;
}

static const struct option options[] = {
	{"assumed", 0, NULL, "list the values that are assumed, not published"},
	OPTION_END,
};

extern const struct command cmd_check;
const struct command cmd_check = {"check", "validate YAML files of any kind", "FILE...", 1, 100000, options,
	run};
