/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The command line: one row per command, one table of options per command. Both yield parsing, --help
 * and the man pages' lists.
 */
#ifndef MHO_CMD_CMD_H
#define MHO_CMD_CMD_H

#include <stdbool.h>
#include <stdint.h>

struct arena;

#define MHO_VERSION "0.1.0"

enum status { STATUS_DONE = 0, STATUS_INPUT = 1, STATUS_USAGE = 2, STATUS_MACHINE = 3 };

struct option {
	const char *name; /* without the dashes */
	char letter;      /* short form, 0 without */
	const char *arg;  /* what it takes, NULL for a flag */
	const char *help;
};

struct args {
	struct arena *arena;
	const struct command *command;
	const char *command_line; /* as given, for run.json */
	char **argv;
	int n_words;
	const char **word; /* positional arguments */
	int n_options;
	const char **option; /* names, in the order given */
	const char **value;  /* their arguments */
};

struct command {
	const char *name, *summary;
	const char *words; /* positional arguments as shown in the usage line */
	int min_words, max_words;
	const struct option *options; /* ends with a NULL name */
	int (*run)(struct args *);
};

extern const struct command *const commands[]; /* NULL-ended */

int cmd_main(int argc, char **argv);

/* The last value of an option, NULL if it was not given ("" for a flag that was). */
const char *args_get(const struct args *, const char *name);
/* A usage error: message, exit status 2. */
_Noreturn void usage_error(const struct args *, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* A whole number option in [low, high], or the default. */
long args_int(const struct args *, const char *name, long low, long high, long dflt);
/* One of a NULL-ended list of words; index, or the default. */
int args_word(const struct args *, const char *name, const char *const *words, int dflt);

/* Options shared by several commands. */
#define OPTION_SET     {"set", 0, "PATH=VALUE", "replace one value of the input; may be given often"}
#define OPTION_THREADS {"threads", 0, "N", "threads to compute with (default: all processors)"}
#define OPTION_OUT     {"output", 'o', "FILE", "write the result there instead of to standard output"}
#define OPTION_SEED    {"seed", 0, "N", "seed of every random number"}
#define OPTION_BETWEEN {"interpolate", 0, NULL, "a node without a file is made from its two neighbours"}
#define OPTION_END     {NULL, 0, NULL, NULL}

#endif
