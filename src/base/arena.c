/* SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"

#if defined(__SANITIZE_ADDRESS__)
#define HAVE_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define HAVE_ASAN 1
#endif
#endif

#ifdef HAVE_ASAN
#include <sanitizer/asan_interface.h>
#define POISON(p, n)   ASAN_POISON_MEMORY_REGION(p, n)
#define UNPOISON(p, n) ASAN_UNPOISON_MEMORY_REGION(p, n)
#define RED_ZONE       64
#else
#define POISON(p, n)   ((void)(p), (void)(n))
#define UNPOISON(p, n) ((void)(p), (void)(n))
#define RED_ZONE       0
#endif

#define ALIGNMENT   64
#define FIRST_BLOCK ((size_t)1 << 16)

/* Blocks double in size; offsets count over all blocks, so that a mark is one number. */
struct block {
	struct block *prev;
	size_t start, used, size; /* start: offset of its first byte in the arena */
	char *base;
};

struct arena {
	struct block *last;
};

static struct block *block_new(struct block *prev, size_t size)
{
	struct block *b = malloc(sizeof *b);
	size_t rounded = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;

	if (!b || !(b->base = aligned_alloc(ALIGNMENT, rounded)))
		die("out of memory (asked for %zu bytes)", size);
	b->prev = prev;
	b->start = prev ? prev->start + prev->size : 0;
	b->used = 0;
	b->size = rounded;
	POISON(b->base, b->size);
	return b;
}

static void block_free(struct block *b)
{
	UNPOISON(b->base, b->size);
	free(b->base);
	free(b);
}

struct arena *arena_new(void)
{
	struct arena *a = malloc(sizeof *a);

	if (!a)
		die("out of memory");
	a->last = block_new(NULL, FIRST_BLOCK);
	return a;
}

void arena_free(struct arena *a)
{
	if (!a)
		return;
	for (struct block *b = a->last, *prev; b; b = prev) {
		prev = b->prev;
		block_free(b);
	}
	free(a);
}

void *arena_alloc(struct arena *a, size_t n, size_t size)
{
	if (size && n > (SIZE_MAX / 4 - ALIGNMENT) / size)
		die("out of memory (asked for %zu x %zu bytes)", n, size);

	size_t bytes = (n * size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
	size_t whole = bytes + RED_ZONE;

	if (a->last->size - a->last->used < whole) {
		size_t next = a->last->size * 2;
		a->last = block_new(a->last, next > whole ? next : whole);
	}

	char *p = a->last->base + a->last->used;

	UNPOISON(p, n * size);
	memset(p, 0, n * size);
	a->last->used += whole;
	return p;
}

size_t arena_mark(const struct arena *a)
{
	return a->last->start + a->last->used;
}

void arena_reset(struct arena *a, size_t mark)
{
	while (a->last->prev && a->last->start >= mark) {
		struct block *prev = a->last->prev;
		block_free(a->last);
		a->last = prev;
	}
	if (mark < a->last->start || mark - a->last->start > a->last->size)
		BUG("mark of another arena");
	if (mark - a->last->start < a->last->used)
		a->last->used = mark - a->last->start;
	POISON(a->last->base + a->last->used, a->last->size - a->last->used);
}

char *arena_dup_n(struct arena *a, const char *s, size_t n)
{
	char *copy = arena_alloc(a, n + 1, 1);

	memcpy(copy, s, n);
	return copy;
}

char *arena_dup(struct arena *a, const char *s)
{
	return arena_dup_n(a, s, strlen(s));
}

char *arena_vprintf(struct arena *a, const char *fmt, va_list args)
{
	va_list again;

	va_copy(again, args);
	int n = vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	if (n < 0)
		BUG("bad format");

	char *text = arena_alloc(a, (size_t)n + 1, 1);

	vsnprintf(text, (size_t)n + 1, fmt, args);
	return text;
}

char *arena_printf(struct arena *a, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	char *text = arena_vprintf(a, fmt, args);
	va_end(args);
	return text;
}
