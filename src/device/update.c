/* SPDX-License-Identifier: Apache-2.0 */
/* The update rules and the plain one: every batch's change goes to the cells. */
#include "device/update.h"

#include "base/diag.h"
#include "device/synapse.h"

const char *const update_trains_words[] = {"stochastic", "spread", NULL};

static const struct field plain_fields[] = {FIELD_END};

const struct update_kind update_plain = {
	.head = {"pulses", "gradient of a batch turned into pulses on the cells", "ChenPeng2018", sizeof(struct update),
		plain_fields},
};

const struct update update_default = {&update_plain};

const struct update_kind *const update_kinds[] = {
	&update_plain,
	&update_average,
	&update_sign,
	&update_mixed,
	&update_stochastic,
	&update_tiki_taka_1,
	&update_tiki_taka_2,
	&update_tiki_taka_chopped,
	&update_agad,
	NULL,
};

struct update_pulse update_pulse_of(const struct synapse *s)
{
	return (struct update_pulse){(float)synapse_step(s, true), (float)synapse_step(s, false)};
}

const struct update_outer *update_outer(const struct update *u)
{
	return u->kind->outer ? (const struct update_outer *)u : NULL;
}

const struct update_transfer *update_transfer(const struct update *u)
{
	return u->kind->transfers ? (const struct update_transfer *)u : NULL;
}

int update_memory(const struct update *u)
{
	return u->kind->memory ? u->kind->memory(u) : 0;
}

int update_bits(const struct update *u)
{
	return u->kind->bits ? u->kind->bits(u) : 0;
}

int update_operations(const struct update *u)
{
	return u->kind->operations ? u->kind->operations(u) : u->kind->n_operations;
}

bool update_check(const struct update *u, const struct synapse *s, struct diag *d)
{
	if (synapse_is_fast_slow(s) && !u->kind->transfers) {
		diag_error(d, diag_where(d, s),
			"nothing reads the fast array into the slow one with 'update: {kind: %s}': use tiki_taka_v1, "
			"tiki_taka_v2, tiki_taka_chopped or agad",
			u->kind->head.name);
		return false;
	}
	return !u->kind->check || u->kind->check(u, s, d);
}
