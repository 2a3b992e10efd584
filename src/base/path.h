/* SPDX-License-Identifier: Apache-2.0 */
/* Finding our files, writing results atomically. */
#ifndef MHO_BASE_PATH_H
#define MHO_BASE_PATH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct arena;

/* A file by path or name: the path as given, then FOLDER/NAME.yaml, FOLDER/NAME/study.yaml (a study
 * has a folder to itself) and NAME as is below each part of $MHO_PATH, the source tree the program was built in, and the installed share folder. NULL if
 * there is none. */
const char *path_find(struct arena *, const char *folder, const char *name);

/* Names (without .yaml) of the files of a folder over the whole search path, sorted, NULL-ended. */
const char **path_list(struct arena *, const char *folder);

/* Last part of a path without its extension. */
const char *path_stem(struct arena *, const char *path);

/* The last part of a path. */
const char *path_tail(const char *path);

/* The folder a path lies in, "." if it names none. */
const char *path_folder(struct arena *, const char *path);

/* Do two paths lead to one file? False if there is none. */
bool path_same(const char *, const char *);

/* The whole file, NUL-terminated; *n its size. Dies (status 3) if it cannot be read or exceeds
 * max bytes. */
char *file_read(struct arena *, const char *path, size_t max, size_t *n);

/* Create a folder and its parents and try whether files can be made there; dies if not, so that a long
 * run does not find out at its end. */
void folder_make(const char *path);

/* A result file: collected in memory, then written under a temporary name beside the target, flushed
 * to disk and renamed by out_close; a killed or failing run leaves the old file or the new one.
 * "-" is stdout. Failures die with status 3 and remove the temporary file. */
struct out {
	FILE *file; /* write here */
	char *path, *text;
	size_t n;
	char *temp; /* a large one */
};
void out_open(struct out *, const char *path);
/* Dies where a result could not be written, before work that takes long or writes other files. */
void out_check(struct arena *, const char *path);
/* The same for what would not fit twice into memory: written to PATH.tmp as it comes. */
void out_open_large(struct out *, const char *path);
void out_close(struct out *);

#endif
