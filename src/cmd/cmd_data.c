/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/field.h"
#include "cmd/cmd.h"
#include "train/dataset.h"

static int run(struct args *args)
{
	struct diag *d = diag_new(args->arena, stderr);
	const struct dataset_kind *kind = NULL;
	const char *names[32] = {0};

	for (int i = 0; dataset_kinds[i] && i < 31; i++) {
		names[i] = dataset_kinds[i]->name;
		if (strcmp(names[i], args->word[0]) == 0)
			kind = dataset_kinds[i];
	}
	if (!kind)
		usage_error(args, "data: unknown data set '%s', expected %s", args->word[0],
			words_text(args->arena, names));

	const char *folder = dataset_locate(args->arena, kind, args_get(args, "dir"), d);

	if (!folder || !dataset_verify(args->arena, kind, folder, d) ||
		!dataset_read(args->arena, kind, folder, d))
		return STATUS_INPUT;
	printf("%s\n", folder);
	return STATUS_DONE;
}

static const struct option options[] = {
	{"dir", 0, "DIR", "look there only"},
	OPTION_END,
};

extern const struct command cmd_data;
const struct command cmd_data = {"data", "locate a data set and verify it", "NAME", 1, 1, options, run};
