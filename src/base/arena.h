/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Arena: memory with one of two lifetimes, the run or the step.
 *
 * A function that allocates takes the arena as its first argument; one that takes none does not
 * allocate. Whoever made an arena frees it; blocks are never freed singly. Running out of memory
 * ends the process with status 3, so callers never see NULL.
 */
#ifndef MHO_BASE_ARENA_H
#define MHO_BASE_ARENA_H

#include <stdarg.h>
#include <stddef.h>

struct arena;

struct arena *arena_new(void);
void arena_free(struct arena *);

/* n * size bytes, zeroed, aligned to 64; the product is checked for overflow. */
void *arena_alloc(struct arena *, size_t n, size_t size);
#define NEW(a, type, n) ((type *)arena_alloc((a), (size_t)(n), sizeof(type)))

/* Give back everything allocated since the mark. */
size_t arena_mark(const struct arena *);
void arena_reset(struct arena *, size_t mark);

/* Strings, NUL-terminated. */
char *arena_dup(struct arena *, const char *s);
char *arena_dup_n(struct arena *, const char *s, size_t n);
char *arena_printf(struct arena *, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
char *arena_vprintf(struct arena *, const char *fmt, va_list) __attribute__((format(printf, 2, 0)));

#endif
