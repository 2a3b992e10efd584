/* SPDX-License-Identifier: Apache-2.0 */
/* Getting a data set: each source is a shell command that leaves files in a folder of its own. */
#include "cmd/fetch.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/path.h"
#include "train/dataset.h"

static bool is_folder(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static void remove_tree(struct arena *a, const char *path)
{
	DIR *dir = is_folder(path) ? opendir(path) : NULL;

	for (struct dirent *e; dir && (e = readdir(dir));)
		if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0)
			remove_tree(a, arena_printf(a, "%s/%s", path, e->d_name));
	if (dir)
		closedir(dir);
	remove(path);
}

/* The folder at or below path that holds the files, NULL if there is none. */
static const char *folder_with(struct arena *a, const struct dataset_kind *k, const char *path)
{
	const char *found = dataset_look_in(a, k, path);
	DIR *dir = found ? NULL : opendir(path);

	for (struct dirent *e; dir && !found && (e = readdir(dir));) {
		const char *below = arena_printf(a, "%s/%s", path, e->d_name);
		if (e->d_name[0] != '.' && is_folder(below))
			found = folder_with(a, k, below);
	}
	if (dir)
		closedir(dir);
	return found;
}

/* Run in a folder with what the command may want to know; its talk goes to standard error. */
static bool run_in(struct arena *a, const struct dataset_kind *k, const char *folder,
	const char *command)
{
	const char *files = "";
	char here[4096];
	int status = 0;

	for (const struct dataset_file *f = k->file; f->name; f++)
		files = arena_printf(a, "%s%s%s", files, *files ? " " : "", f->name);
	if (!getcwd(here, sizeof here))
		die_errno("cannot tell the working folder");
	fflush(NULL);

	pid_t child = fork();

	if (child < 0)
		die_errno("cannot start a process");
	if (child == 0) {
		if (chdir(folder) != 0 || setenv("FILES", files, 1) != 0 ||
			setenv("MHO_FROM", here, 1) != 0 || dup2(STDERR_FILENO, STDOUT_FILENO) < 0)
			_exit(STDERR_FILENO);
		execl("/bin/sh", "sh", "-c", command, (char *)NULL);
		_exit(127);
	}
	while (waitpid(child, &status, 0) < 0)
		;
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static void move_files(struct arena *a, const struct dataset_kind *k, const char *from, const char *to)
{
	folder_make(to);
	for (const struct dataset_file *f = k->file; f->name; f++) {
		const char *path = dataset_find(a, from, f->name);
		const char *target = arena_printf(a, "%s%s", to, strrchr(path, '/'));
		if (rename(path, target) != 0)
			die_errno("cannot write '%s'", target);
	}
}

bool fetch_dataset(
	struct arena *a, const struct dataset_kind *k, const char *folder, struct diag *d)
{
	const char *work = arena_printf(a, "%s.fetch-%ld", folder, (long)getpid());
	bool done = false;

	for (int i = 0; k->get[i].what && !done; i++) {
		const char *place = arena_printf(a, "%s/%d", work, i), *found = NULL;
		fprintf(stderr, "%s: trying %s\n", k->name, k->get[i].what);
		folder_make(place);
		if (run_in(a, k, place, k->get[i].command))
			found = folder_with(a, k, place);
		if (found && dataset_verify(a, k, found, diag_new(a, stderr))) {
			move_files(a, k, found, folder);
			done = true;
		}
	}
	remove_tree(a, work);
	if (!done)
		diag_error(d, (struct loc){NULL, 0, 0}, "no source has the data set '%s': %s",
			k->name, k->how_to_get);
	return done;
}
