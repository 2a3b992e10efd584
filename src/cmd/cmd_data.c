/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/field.h"
#include "cmd/cmd.h"
#include "cmd/fetch.h"
#include "train/dataset.h"

/* Where it lies, after fetching it if it lies nowhere; NULL after reported errors. */
static const char *locate_or_fetch(struct args *args, const struct dataset_kind *k, struct diag *d)
{
	struct arena *a = args->arena;
	const char *dir = args_get(args, "dir"), *home = getenv("HOME");
	FILE *nowhere = fopen("/dev/null", "w"); /* not there is no error here */

	if (!nowhere)
		die_errno("cannot open '/dev/null'");

	const char *found = dataset_locate(a, k, dir, diag_new(a, nowhere));

	fclose(nowhere);
	if (found)
		return found;
	if (!dir)
		dir = arena_printf(a, "%s/.cache/mho/data/%s", home && *home ? home : ".", k->folder);
	return fetch_dataset(a, k, dir, d) ? dir : NULL;
}

static int run(struct args *args)
{
	struct diag *d = diag_new(args->arena, stderr);
	const struct dataset_kind *kind = dataset_kind_of(args->word[0]);

	if (!kind)
		usage_error(args, "data: unknown data set '%s', expected %s", args->word[0],
			words_text(args->arena, kind_names(args->arena, dataset_kinds)));

	const char *folder = locate_or_fetch(args, kind, d);

	if (!folder || !dataset_verify(args->arena, kind, folder, d))
		return STATUS_INPUT;

	const struct dataset *data = dataset_read(args->arena, kind, folder, d);

	if (!data)
		return STATUS_INPUT;
	printf("%s\n", folder);
	fprintf(stderr, "%s: %d images to train, %d to test\n", dataset_label(data), data->train.n,
		data->test.n);
	return STATUS_DONE;
}

static const struct option options[] = {
	{"dir", 0, "DIR", "look there only, and put there what is fetched"},
	OPTION_END,
};

extern const struct command cmd_data;
const struct command cmd_data = {"data", "locate or fetch a data set and verify it", "NAME", 1, 1,
	options, run};
