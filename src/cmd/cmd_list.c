/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/field.h"
#include "base/path.h"
#include "circuit/adc.h"
#include "circuit/module.h"
#include "cmd/cmd.h"
#include "device/synapse.h"
#include "device/update.h"
#include "train/dataset.h"
#include "train/rule.h"

/* Files of a folder whose names begin with a prefix; the first line of interest of each. */
static void list_files(struct arena *a, const char *folder, const char *prefix)
{
	const char **names = path_list(a, folder);

	for (int i = 0; names[i]; i++) {
		if (strncmp(names[i], prefix, strlen(prefix)) != 0)
			continue;
		size_t n;
		const char *path = path_find(a, folder, names[i]);
		const char *text = file_read(a, path, (size_t)16 << 20, &n);
		struct diag *d = diag_new(a, stderr);
		struct yaml *y = yaml_read_text(a, path, text, n, true, d);
		const struct yaml *title = yaml_get(y, "title"), *name = title ? title : yaml_get(y, "name");
		if (name && name->type == YAML_MAP)
			name = yaml_get(name, "value");
		printf("%-24s %s\n", names[i], name && name->type == YAML_SCALAR ? name->text : "");
	}
}

static void list_cells(struct arena *a)
{
	list_files(a, "techfiles", "cell-");
}

static void list_nodes(struct arena *a)
{
	list_files(a, "techfiles", "node-");
}

static void list_memories(struct arena *a)
{
	list_files(a, "techfiles", "dram-");
}

static void list_networks(struct arena *a)
{
	list_files(a, "networks", "");
}

static void list_designs(struct arena *a)
{
	printf("%-24s %s\n", "float", "exact arithmetic without hardware: the accuracy reference");
	list_files(a, "designs", "");
}

static void list_recipes(struct arena *a)
{
	list_files(a, "recipes", "");
}

static void list_studies(struct arena *a)
{
	list_files(a, "reports", "");
}

static void list_kinds(const void *kinds)
{
	for (const struct kind_head *const *k = kinds; *k; k++)
		printf("%-24s %s\n", (*k)->name, (*k)->summary);
}

static void list_modules(struct arena *a)
{
	(void)a;
	list_kinds(module_kinds);
}

static void list_synapses(struct arena *a)
{
	(void)a;
	list_kinds(synapse_kinds);
}

static void list_converters(struct arena *a)
{
	(void)a;
	list_kinds(adc_kinds);
}

static void list_updates(struct arena *a)
{
	(void)a;
	list_kinds(update_kinds);
}

static void list_rules(struct arena *a)
{
	(void)a;
	list_kinds(rule_kinds);
}

static void list_datasets(struct arena *a)
{
	(void)a;
	for (int i = 0; dataset_kinds[i]; i++)
		printf("%-24s %s\n", dataset_kinds[i]->name, dataset_kinds[i]->summary);
}

static const struct {
	const char *name;
	void (*list)(struct arena *);
} things[] = {
	{"cells", list_cells},
	{"nodes", list_nodes},
	{"memories", list_memories},
	{"modules", list_modules},
	{"synapses", list_synapses},
	{"converters", list_converters},
	{"updates", list_updates},
	{"rules", list_rules},
	{"networks", list_networks},
	{"datasets", list_datasets},
	{"designs", list_designs},
	{"recipes", list_recipes},
	{"studies", list_studies},
};

enum { N_THINGS = sizeof things / sizeof things[0] };

static int run(struct args *args)
{
	const char *names[N_THINGS + 1] = {0};

	for (int i = 0; i < N_THINGS; i++) {
		names[i] = things[i].name;
		if (args->n_words == 0)
			printf("%s\n", things[i].name);
		else if (strcmp(args->word[0], things[i].name) == 0) {
			things[i].list(args->arena);
			return STATUS_DONE;
		}
	}
	if (args->n_words == 0)
		return STATUS_DONE;
	usage_error(args, "list: '%s' is not a thing to list, expected %s", args->word[0],
		words_text(args->arena, names));
}

static const struct option options[] = {OPTION_END};

extern const struct command cmd_list;
const struct command cmd_list = {"list", "what there is: cells, nodes, designs, networks, ...", "[THING]", 0,
	1, options, run};
