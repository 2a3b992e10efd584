/* SPDX-License-Identifier: Apache-2.0 */
#include "base/path.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/diag.h"

#ifndef MHO_SOURCE_DIR
#define MHO_SOURCE_DIR "."
#endif
#ifndef MHO_SHARE_DIR
#define MHO_SHARE_DIR "/usr/local/share/mho"
#endif

static bool is_file(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && !S_ISDIR(st.st_mode);
}

/* The i-th folder of the search path, NULL past the end. */
static const char *search_folder(struct arena *a, int i)
{
	const char *list = getenv("MHO_PATH");

	for (const char *p = list; p && *p;) {
		size_t n = strcspn(p, ":");
		if (n && i-- == 0)
			return arena_dup_n(a, p, n);
		p += n + (p[n] == ':');
	}
	return i == 0 ? MHO_SOURCE_DIR : i == 1 ? MHO_SHARE_DIR : NULL;
}

const char *path_find(struct arena *a, const char *folder, const char *name)
{
	const char *top;

	if (is_file(name))
		return arena_dup(a, name);
	if (name[0] == '/')
		return NULL;
	for (int i = 0; (top = search_folder(a, i)); i++) {
		const char *as_name = arena_printf(a, "%s/%s/%s.yaml", top, folder, name);
		const char *as_path = arena_printf(a, "%s/%s", top, name);
		const char *as_study = arena_printf(a, "%s/%s/%s/study.yaml", top, folder, name);
		if (is_file(as_name))
			return as_name;
		if (is_file(as_study))
			return as_study;
		if (is_file(as_path))
			return as_path;
	}
	return NULL;
}

static int by_text(const void *x, const void *y)
{
	return strcmp(*(const char *const *)x, *(const char *const *)y);
}

/* The name under which path_find finds an entry of a folder, NULL if it is none of ours. */
static const char *entry_name(struct arena *a, const char *folder, const char *entry)
{
	size_t n = strlen(entry);

	if (n > 5 && strcmp(entry + n - 5, ".yaml") == 0)
		return arena_dup_n(a, entry, n - 5);
	return is_file(arena_printf(a, "%s/%s/study.yaml", folder, entry)) ? arena_dup(a, entry) : NULL;
}

static int list_folder(struct arena *a, const char *path, const char **names, int n, int cap)
{
	DIR *dir = opendir(path);

	if (!dir)
		return n;
	for (struct dirent *entry; (entry = readdir(dir)) && n < cap;) {
		const char *stem = entry_name(a, path, entry->d_name);
		bool known = !stem || entry->d_name[0] == '.';
		for (int i = 0; i < n && !known; i++)
			known = strcmp(names[i], stem) == 0;
		if (!known)
			names[n++] = stem;
	}
	closedir(dir);
	return n;
}

const char **path_list(struct arena *a, const char *folder)
{
	enum { CAP = 1000 };
	const char **names = NEW(a, const char *, CAP + 1), *top;
	int n = 0;

	for (int i = 0; (top = search_folder(a, i)); i++)
		n = list_folder(a, arena_printf(a, "%s/%s", top, folder), names, n, CAP);
	qsort(names, (size_t)n, sizeof *names, by_text);
	return names;
}

const char *path_tail(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

const char *path_stem(struct arena *a, const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *base = slash ? slash + 1 : path;
	const char *dot = strrchr(base, '.');

	return dot && dot > base ? arena_dup_n(a, base, (size_t)(dot - base)) : arena_dup(a, base);
}

const char *path_folder(struct arena *a, const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? arena_dup_n(a, path, (size_t)(slash - path)) : ".";
}

char *file_read(struct arena *a, const char *path, size_t max, size_t *n)
{
	FILE *f = fopen(path, "rb");
	struct stat st;

	if (!f || fstat(fileno(f), &st) != 0)
		die_errno("cannot open '%s'", path);
	if (S_ISDIR(st.st_mode))
		die("cannot read '%s': it is a folder", path);

	/* A pipe has no size: grow until the end. */
	size_t cap = st.st_size > 0 ? (size_t)st.st_size + 1 : 65536, used = 0;

	if (st.st_size > 0 && (size_t)st.st_size > max)
		die("cannot read '%s': larger than %zu bytes", path, max);

	char *text = NEW(a, char, cap + 1);

	for (size_t got; (got = fread(text + used, 1, cap - used, f)) > 0;) {
		used += got;
		if (used > max)
			die("cannot read '%s': larger than %zu bytes", path, max);
		if (used == cap) {
			char *more = NEW(a, char, 2 * cap + 1);
			memcpy(more, text, used);
			text = more;
			cap *= 2;
		}
	}
	if (ferror(f))
		die_errno("cannot read '%s'", path);
	fclose(f);
	text[used] = '\0';
	*n = used;
	return text;
}

static void try_writing(const char *folder)
{
	size_t n = strlen(folder) + 32;
	char *probe = malloc(n);

	if (!probe)
		die("out of memory");
	snprintf(probe, n, "%s/.%ld.tmp", folder, (long)getpid());

	int fd = open(probe, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);

	if (fd < 0)
		die_errno("cannot write into the folder '%s'", folder);
	close(fd);
	unlink(probe);
	free(probe);
}

void folder_make(const char *path)
{
	char *copy = strdup(path);

	if (!copy)
		die("out of memory");
	for (char *p = copy + 1; *p; p++) {
		if (*p != '/')
			continue;
		*p = '\0';
		if (mkdir(copy, 0777) != 0 && errno != EEXIST)
			die_errno("cannot create the folder '%s'", copy);
		*p = '/';
	}
	if (mkdir(copy, 0777) != 0 && errno != EEXIST)
		die_errno("cannot create the folder '%s'", path);
	free(copy);

	struct stat st;

	if (stat(path, &st) != 0 || !S_ISDIR(st.st_mode))
		die("cannot create the folder '%s': a file of that name is there", path);
	try_writing(path);
}

void out_open(struct out *o, const char *path)
{
	*o = (struct out){.path = strdup(path)};
	o->file = open_memstream(&o->text, &o->n);
	if (!o->path || !o->file)
		die("out of memory");
}

static bool is_special(const char *path);

bool path_same(const char *a, const char *b)
{
	struct stat x, y;

	return stat(a, &x) == 0 && stat(b, &y) == 0 && x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

void out_check(struct arena *a, const char *path)
{
	if (strcmp(path, "-") != 0 && !is_special(path))
		try_writing(path_folder(a, path));
}

void out_open_large(struct out *o, const char *path)
{
	size_t n = strlen(path) + 8;

	if (strcmp(path, "-") == 0 || is_special(path)) {
		out_open(o, path);
		return;
	}
	*o = (struct out){.path = strdup(path), .temp = malloc(n)};
	if (!o->path || !o->temp)
		die("out of memory");
	snprintf(o->temp, n, "%s.tmp", path);
	o->file = fopen(o->temp, "wb");
	if (!o->file)
		die_errno("cannot write '%s'", path);
}

static void write_all(int fd, const char *text, size_t n, const char *path, const char *temp)
{
	while (n > 0) {
		ssize_t done = write(fd, text, n);
		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0) {
			int error = errno;
			if (temp)
				unlink(temp);
			errno = error;
			die_errno("cannot write '%s'", path);
		}
		text += done;
		n -= (size_t)done;
	}
}

/* Devices and pipes (/dev/full, /dev/stdout) cannot be replaced by renaming: write into them. */
static bool is_special(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && !S_ISREG(st.st_mode);
}

static void write_directly(const struct out *o, int fd, const char *shown)
{
	if (fd < 0)
		die_errno("cannot write '%s'", shown);
	write_all(fd, o->text, o->n, shown, NULL);
}

static void write_by_rename(const struct out *o)
{
	size_t n = strlen(o->path) + 32;
	char *temp = malloc(n);

	if (!temp)
		die("out of memory");
	snprintf(temp, n, "%s.%ld.tmp", o->path, (long)getpid());

	int fd = open(temp, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);

	if (fd < 0)
		die_errno("cannot write '%s'", o->path);
	write_all(fd, o->text, o->n, o->path, temp);
	/* Flush before the rename, or a crash could leave an empty file under the final name. */
	if (fsync(fd) != 0 || close(fd) != 0 || rename(temp, o->path) != 0) {
		int error = errno;
		unlink(temp);
		errno = error;
		die_errno("cannot write '%s'", o->path);
	}
	free(temp);
}

static void close_large(struct out *o)
{
	bool good = fflush(o->file) == 0 && !ferror(o->file) && fsync(fileno(o->file)) == 0;
	int error = errno;

	if (fclose(o->file) != 0 && good) {
		good = false;
		error = errno;
	}
	if (!good || rename(o->temp, o->path) != 0) {
		error = good ? errno : error;
		unlink(o->temp);
		errno = error;
		die_errno("cannot write '%s'", o->path);
	}
	free(o->temp);
	free(o->path);
	*o = (struct out){0};
}

void out_close(struct out *o)
{
	if (o->temp) {
		close_large(o);
		return;
	}
	if (fclose(o->file) != 0)
		die("out of memory");
	if (strcmp(o->path, "-") == 0)
		write_directly(o, STDOUT_FILENO, "standard output");
	else if (is_special(o->path)) {
		int fd = open(o->path, O_WRONLY | O_CLOEXEC);
		write_directly(o, fd, o->path);
		if (close(fd) != 0)
			die_errno("cannot write '%s'", o->path);
	} else {
		write_by_rename(o);
	}
	free(o->text);
	free(o->path);
	*o = (struct out){0};
}
