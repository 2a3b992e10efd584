/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/cmd.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_errno.h>

#include "base/arena.h"
#include "base/field.h"

extern const struct command cmd_run, cmd_estimate, cmd_train, cmd_infer, cmd_module, cmd_device, cmd_fit, cmd_report,
	cmd_check, cmd_list, cmd_explain, cmd_data, cmd_validate, cmd_version;

const struct command *const commands[] = {
	&cmd_run,
	&cmd_estimate,
	&cmd_train,
	&cmd_infer,
	&cmd_module,
	&cmd_device,
	&cmd_fit,
	&cmd_report,
	&cmd_list,
	&cmd_explain,
	&cmd_check,
	&cmd_data,
	&cmd_validate,
	&cmd_version,
	NULL,
};

static void help_all(FILE *out)
{
	fputs("mho: accuracy, area, time and energy of networks trained on analog synapses\n\n"
	      "usage: mho COMMAND [OPTIONS] ...\n\n", out);
	for (int i = 0; commands[i]; i++)
		fprintf(out, "  %-9s %s\n", commands[i]->name, commands[i]->summary);
	fputs("\nmho COMMAND --help tells the options of a command.\n", out);
}

static void help_command(FILE *out, const struct command *c)
{
	fprintf(out, "usage: mho %s %s%s[OPTIONS]\n\n%s\n", c->name, c->words, *c->words ? " " : "", c->summary);
	if (c->options[0].name)
		fputs("\n", out);
	for (const struct option *o = c->options; o->name; o++) {
		char left[64];
		int n = o->letter ? snprintf(left, sizeof left, "-%c, ", o->letter) : snprintf(left, sizeof left, "    ");
		snprintf(left + n, sizeof left - (size_t)n, "--%s%s%s", o->name, o->arg ? " " : "",
			o->arg ? o->arg : "");
		fprintf(out, "  %-26s %s\n", left, o->help);
	}
}

_Noreturn void usage_error(const struct args *args, const char *fmt, ...)
{
	va_list list;

	fputs("mho: ", stderr);
	va_start(list, fmt);
	vfprintf(stderr, fmt, list);
	va_end(list);
	fprintf(stderr, "\n(mho%s%s --help tells more)\n", args->command ? " " : "",
		args->command ? args->command->name : "");
	arena_free(args->arena);
	exit(STATUS_USAGE);
}

static const struct option *find_option(const struct command *c, const char *word, size_t n)
{
	for (const struct option *o = c->options; o->name; o++)
		if ((strlen(o->name) == n && strncmp(o->name, word, n) == 0) ||
			(n == 1 && o->letter && o->letter == word[0]))
			return o;
	return NULL;
}

_Noreturn static void unknown_option(struct args *args, const char *word)
{
	const char *names[32] = {0};
	int n = 0;

	for (const struct option *o = args->command->options; o->name && n < 31; o++)
		names[n++] = arena_printf(args->arena, "--%s", o->name);

	const char *near = nearest_word(word, names);

	usage_error(args, "unknown option '%s'%s%s%s", word, near ? ", did you mean '" : "", near ? near : "",
		near ? "'?" : "");
}

/* One option at argv[i]; returns how many words it took. */
static int take_option(struct args *args, int argc, char **argv, int i)
{
	const char *word = argv[i];
	bool is_long = word[1] == '-';
	const char *name = word + (is_long ? 2 : 1), *equals = is_long ? strchr(name, '=') : NULL;
	size_t n = equals ? (size_t)(equals - name) : strlen(name);
	const struct option *o = is_long && n == 1 ? NULL : find_option(args->command, name, n);

	if ((is_long && strcmp(name, "help") == 0) || strcmp(word, "-h") == 0) {
		help_command(stdout, args->command);
		arena_free(args->arena);
		exit(STATUS_DONE);
	}
	if (!o)
		unknown_option(args, word);
	if (!o->arg && equals)
		usage_error(args, "option '--%s' takes no value", o->name);
	if (o->arg && !equals && i + 1 >= argc)
		usage_error(args, "option '--%s' needs %s", o->name, o->arg);
	args->option[args->n_options] = o->name;
	args->value[args->n_options++] = !o->arg ? "" : equals ? equals + 1 : argv[i + 1];
	return o->arg && !equals ? 2 : 1;
}

static void parse(struct args *args, int argc, char **argv)
{
	bool only_words = false;

	args->word = NEW(args->arena, const char *, argc + 1);
	args->option = NEW(args->arena, const char *, argc + 1);
	args->value = NEW(args->arena, const char *, argc + 1);
	for (int i = 0; i < argc;) {
		if (!only_words && strcmp(argv[i], "--") == 0) {
			only_words = true;
			i++;
		} else if (!only_words && argv[i][0] == '-' && argv[i][1]) {
			i += take_option(args, argc, argv, i);
		} else {
			args->word[args->n_words++] = argv[i++];
		}
	}
	if (args->n_words < args->command->min_words)
		usage_error(args, "%s: expected %s", args->command->name, args->command->words);
	if (args->n_words > args->command->max_words)
		usage_error(args, "%s: '%s' is one argument too many", args->command->name,
			args->word[args->command->max_words]);
}

const char *args_get(const struct args *args, const char *name)
{
	for (int i = args->n_options - 1; i >= 0; i--)
		if (strcmp(args->option[i], name) == 0)
			return args->value[i];
	return NULL;
}

long args_int(const struct args *args, const char *name, long low, long high, long dflt)
{
	const char *text = args_get(args, name);
	char *end;

	if (!text)
		return dflt;
	errno = 0;

	long x = strtol(text, &end, 10);

	if (errno || end == text || *end || x < low || x > high)
		usage_error(args, "--%s: expected a whole number from %ld to %ld, found '%s'", name, low, high,
			text);
	return x;
}

int args_word(const struct args *args, const char *name, const char *const *words, int dflt)
{
	const char *text = args_get(args, name);

	if (!text)
		return dflt;
	for (int i = 0; words[i]; i++)
		if (strcmp(text, words[i]) == 0)
			return i;
	usage_error(args, "--%s: expected %s, found '%s'", name, words_text(args->arena, words), text);
}

static const struct command *find_command(struct args *args, const char *name)
{
	const char *names[32] = {0};

	for (int i = 0; commands[i]; i++) {
		if (strcmp(commands[i]->name, name) == 0)
			return commands[i];
		names[i] = commands[i]->name;
	}

	const char *near = nearest_word(name, names);

	usage_error(args, "unknown command '%s'%s%s%s", name, near ? ", did you mean '" : "", near ? near : "",
		near ? "'?" : "");
}

/* A word as a shell reads it back. */
static const char *quoted(struct arena *a, const char *word)
{
	const char *text = "";

	if (*word && !word[strspn(word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
					"_-+=.,:/@%^")])
		return word;
	for (; *word; word++)
		text = arena_printf(a, *word == '\'' ? "%s'\\%c'" : "%s%c", text, *word);
	return arena_printf(a, "'%s'", text);
}

int cmd_main(int argc, char **argv)
{
	struct args args = {.arena = arena_new(), .argv = argv};
	const char *line = "mho";

	gsl_set_error_handler_off();
	if (argc < 2 || strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 ||
		(strcmp(argv[1], "help") == 0 && argc == 2)) {
		help_all(argc < 2 ? stderr : stdout);
		arena_free(args.arena);
		return argc < 2 ? STATUS_USAGE : STATUS_DONE;
	}
	if (strcmp(argv[1], "help") == 0) {
		help_command(stdout, find_command(&args, argv[2]));
		arena_free(args.arena);
		return STATUS_DONE;
	}
	args.command = find_command(&args, strcmp(argv[1], "--version") == 0 ? "version" : argv[1]);
	for (int i = 1; i < argc; i++)
		line = arena_printf(args.arena, "%s %s", line, quoted(args.arena, argv[i]));
	args.command_line = line;
	parse(&args, argc - 2, argv + 2);

	int status = args.command->run(&args);

	/* A full disk or closed pipe behind standard output is only seen when the rest is flushed. */
	if (fflush(stdout) != 0 || ferror(stdout)) {
		fprintf(stderr, "mho: cannot write standard output: %s\n", strerror(errno));
		status = STATUS_MACHINE;
	}
	arena_free(args.arena);
	return status;
}
