/* SPDX-License-Identifier: Apache-2.0 */
/* Designs with settings, networks and their prices, for tests. */
#ifndef MHO_TESTS_LOAD_H
#define MHO_TESTS_LOAD_H

#include <check.h>
#include <stdio.h>
#include <string.h>

#include "arch/design.h"
#include "arch/price.h"
#include "fixture.h"
#include "net/activity.h"
#include "net/network.h"

#define N_IMAGES 60000
#define N_BATCH  100

/* A design with settings, separated by semicolons; NULL after reported errors. */
static inline const struct design *try_design(const char *name, const char *sets, struct diag *d)
{
	struct loader l;
	char *text = arena_dup(arena, sets), *save;

	loader_init(&l, arena, d);
	for (char *s = strtok_r(text, ";", &save); s; s = strtok_r(NULL, ";", &save))
		ck_assert(loader_set(&l, s));

	const struct design *z = loader_file(&l, &design_file, name, "");

	return z && loader_finish(&l) ? z : NULL;
}

static inline const struct design *design(const char *name, const char *sets)
{
	const struct design *z = try_design(name, sets, diag);

	ck_assert_ptr_nonnull(z);
	return z;
}

static inline const struct network *network(const char *name)
{
	struct loader l;

	loader_init(&l, arena, diag);

	const struct network *n = loader_file(&l, &network_file, name, "");

	ck_assert_ptr_nonnull(n);
	return n;
}

/* A network of one layer, given as YAML, on an input c x h x w. */
static inline const struct network *one_layer(int c, int h, int w, const char *layer, int classes)
{
	const char *text = arena_printf(arena,
		"{name: x, input: {channels: %d, height: %d, width: %d}, classes: %d, layers: [%s]}", c, h, w,
		classes, layer);
	struct yaml *y = yaml_read_text(arena, "net", text, strlen(text), false, diag);
	struct network *n = NEW(arena, struct network, 1);
	struct loader l;

	loader_init(&l, arena, diag);
	ck_assert(loader_bind(&l, network_file.fields, y, "", n) && network_file.check(n, arena, diag));
	return n;
}

static inline const struct cost *cost_of(const struct design *z, const char *net)
{
	const struct network *n = network(net);

	ck_assert(price_check(z, n, diag));
	return price(arena, z, n, activity_default(arena, n, N_BATCH), N_IMAGES, N_BATCH);
}

/* The entry of a breakdown; all zero if there is none. */
static inline const struct entry *entry(const struct cost *c, const char *path)
{
	static const struct entry none;

	for (int i = 0; i < c->n_entries; i++)
		if (strcmp(c->entry[i].path, path) == 0)
			return &c->entry[i];
	return &none;
}

#endif
