/* SPDX-License-Identifier: Apache-2.0 */
/* The techfile of a fit to retention data. */
#include "base/arena.h"
#include "device/cell.h"
#include "lab/retention.h"
#include "lab/techfile_priv.h"

static void put_estimate(struct entries *e, const char *path, struct estimate x, enum dim dim, const char *data)
{
	entries_put(e, path, text_of_estimate(e->arena, x, dim), x.fitted ? data : "assumed",
		x.fitted ? text_of_error(e->arena, x) : "the data do not tell");
}

/* Time constant, spread and rest of a decay. */
static void put_decay(struct entries *e, const char *map, const struct retention_law *r, const char *data)
{
	struct arena *a = e->arena;
	struct estimate rest = r->y_rest;

	rest.value = rest.value < 0 ? 0 : rest.value > 1 ? 1 : rest.value;
	put_estimate(e, arena_printf(a, "%s.t_retention", map), r->mean, DIM_SECOND, data);
	put_estimate(e, arena_printf(a, "%s.k_spread", map), r->spread, DIM_NONE, data);
	put_estimate(e, arena_printf(a, "%s.y_rest", map), rest, DIM_NONE, data);
}

static void put_power_law(struct entries *e, const struct retention_law *r, const char *data)
{
	entries_put(e, "drift.kind", "power_law", NULL, NULL);
	entries_put(e, "drift.t_0", text_with_unit(e->arena, arena_printf(e->arena, "%.6g", r->t_0), DIM_SECOND), data,
		"with which the power law fits best");
	entries_put(e, "drift.nu.kind", "constant", NULL, NULL);
	put_estimate(e, "drift.nu.value", r->mean, DIM_NONE, data);
	entries_put(e, "drift.nu_sigma.kind", "constant", NULL, NULL);
	put_estimate(e, "drift.nu_sigma.value", r->spread, DIM_NONE, data);
	entries_put(e, "drift.both_ways", "true", data, "exponents of either sign");
}

static void put_logarithmic(struct entries *e, const struct retention_law *r, const char *data)
{
	struct estimate mean = r->mean, spread = r->spread;
	double unit = 1e-6; /* S */

	mean = (struct estimate){mean.value / unit, mean.se / unit, true};
	spread = (struct estimate){spread.value / unit, spread.se / unit, spread.fitted};
	entries_put(e, "drift.kind", "logarithmic", NULL, NULL);
	entries_put(e, "drift.g_unit", "1 uS", data, "unit of the following");
	put_estimate(e, "drift.k_mean", mean, DIM_NONE, data);
	put_estimate(e, "drift.k_sigma", spread, DIM_NONE, data);
	put_estimate(e, "drift.k_sigma_offset", (struct estimate){0, 0, false}, DIM_NONE, data);
}

char *techfile_of_retention(struct arena *a, const struct techfile *base, const struct retention *r, const char *data)
{
	struct entries e = {.arena = a};
	const struct retention_law *best = &r->law[r->best];

	/* one way of forgetting takes the place of all: two of them would forget twice */
	entries_take(&e, base, (const char *const[]){"hold.", "drift.", "relaxation.", NULL});
	if (r->best == RETENTION_POWER_LAW)
		put_power_law(&e, best, data);
	else if (r->best == RETENTION_LOGARITHMIC)
		put_logarithmic(&e, best, data);
	else if (r->best == RETENTION_STRETCHED) {
		entries_put(&e, "drift.kind", "stretched", NULL, NULL);
		put_decay(&e, "drift", best, data);
		put_estimate(&e, "drift.k_beta", best->beta, DIM_NONE, data);
	} else {
		if (r->best == RETENTION_CURRENT)
			entries_put(&e, "hold.law", "constant_current", data, "the better of the laws");
		put_decay(&e, "hold", best, data);
	}
	return entries_finish(&e);
}
