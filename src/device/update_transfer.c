/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Updates that go to a fast array and are read into a slow one: the Tiki-Taka family.
 *
 * Model    fast a <- a - eta s_i x_i d_j by coincidences of pulse trains (device/trains.h); every n_every
 *          products the next row i is read, r = round((2^(b - 1) - 1) a)/(2^(b - 1) - 1), b bits of the converter, and
 *          v1        c <- c + lambda r by a train of pulses
 *          v2        h <- h + lambda s_i r; n = trunc(h/theta), at most n_slots_transfer either way, theta =
 *                    k_threshold times the slow array's step; n pulses on c; h <- h - (1 - k_keep) n theta
 *          chopped   v2; after its read the sign s_i of a row flips with probability k_chop
 *          agad      h <- h + lambda s_i (r - mu); m <- (1 - tau) m + tau r; when s_i flips, every n reads,
 *                    mu <- m; n = max(ceil(1/k_chop), 2), tau = k_tail/n, at most 1
 *          eta = k_fast learning_rate, lambda = k_transfer times the rate of the schedule
 *          h, m and mu are whole numbers of n_bits, rounded up with the probability of the fraction, saturating:
 *          h over +-k_range theta, m and mu over +-1 (half a window); theta is a whole number of last places, what
 *          a fired sum loses is rounded to one
 * Source   [GokmenHaensch2020] (v1), [Gokmen2021] (v2), [Rasch2024] (chopped, agad);
 *          [Gupta2015] (stochastic rounding)
 * Assumes  chopper signs are those of rows
 * Valid    n_every >= 1; up to 20 bits (what the rounding holds)
 * Checked  tests/unit/check_transfer.c
 */
#include <math.h>
#include <stddef.h>

#include "base/diag.h"
#include "device/synapse.h"
#include "device/update.h"

#define COMMON                                                                                              \
	UPDATE_TRAIN_FIELDS,                                                                                \
	REAL(update_transfer, k_fast, DIM_NONE, 1e-6, 1e6, "1",                                             \
		"rate of the fast array over the learning rate at the start; no schedule")
#define SLOW(every, transfer, slots)                                                                        \
	INT(update_transfer, n_every, 1, 1000000000, every, "outer products from one row's transfer to the next's"), \
	REAL(update_transfer, k_transfer, DIM_NONE, 1e-9, 1e9, transfer,                                    \
		"share of what is read that is transferred, over the learning rate"),                       \
	INT(update_transfer, n_slots_transfer, 1, 32, slots, "pulses of a transfer, at most")
#define BUFFERED                                                                                            \
	REAL(update_transfer, k_threshold, DIM_NONE, 1e-3, 1e6, "1",                                        \
		"digital sum that fires a pulse, in steps of the slow array"),                              \
	REAL(update_transfer, k_keep, DIM_NONE, 0, 0.999, "0", "share of a fired sum that stays (momentum)"), \
	INT(update_transfer, n_bits, 4, UPDATE_MAX_BITS, "16",                                              \
		"bits of a digital value kept per weight"),                                                 \
	REAL(update_transfer, k_range, DIM_NONE, 1, 1e5, "1024",                                            \
		"range of the digital sum, in thresholds: beyond it saturates")
#define CHOPPED(chop)                                                                                       \
	REAL(update_transfer, k_chop, DIM_NONE, 1e-6, 0.5, chop,                                            \
		"probability that a row changes its sign after a transfer; regular: its inverse is the period")

static const struct field fields_1[] = {COMMON, SLOW("2", "1", "31"), FIELD_END};
static const struct field fields_2[] = {COMMON, SLOW("1", "1", "5"), BUFFERED, FIELD_END};
static const struct field fields_chopped[] = {COMMON, SLOW("1", "1", "5"), BUFFERED, CHOPPED("0.01"),
	BOOL(update_transfer, regular, "false", "signs change at regular intervals"), FIELD_END};
static const struct field fields_agad[] = {COMMON, SLOW("1", "1", "5"), BUFFERED, CHOPPED("0.02"),
	REAL(update_transfer, k_tail, DIM_NONE, 0.1, 1000, "5",
		"weight of a read in the mean, over the inverse of the period"),
	FIELD_END};

static bool check(const struct update *u, const struct synapse *s, struct diag *d)
{
	const struct update_transfer *t = (const struct update_transfer *)u;

	if (synapse_is_fast_slow(s)) {
		if (transfer_values(t) == TRANSFER_DIRECT || transfer_places(t) > 0)
			return true;
		diag_error(d, diag_where(d, &t->n_bits),
			"a sum of %d bits over %g thresholds has steps of more than one: raise 'n_bits' or lower 'k_range'",
			t->n_bits, t->k_range);
		return false;
	}
	diag_error(d, diag_where(d, u),
		"'kind: %s' reads a fast array into a slow one, but the synapse is '%s': use 'synapse: {kind: "
		"fast_slow, fast: CELL, slow: CELL}'",
		u->kind->head.name, s->kind->head.name);
	return false;
}

static int bits(const struct update *u)
{
	const struct update_transfer *t = (const struct update_transfer *)u;

	return t->n_bits * transfer_values(t);
}

int transfer_period(const struct update_transfer *t)
{
	int n = (int)ceil(1 / t->k_chop);

	return n > 2 ? n : 2;
}

int transfer_places(const struct update_transfer *t)
{
	return (int)rint(ldexp(1, t->n_bits - 1) / t->k_range);
}

int transfer_values(const struct update_transfer *t)
{
	return t->outer.update.kind->transfer;
}

bool transfer_refers(const struct update_transfer *t)
{
	return transfer_values(t) == TRANSFER_REFERRED;
}

#define KIND_OF(var, word, text, key, table, values, ops)                                                   \
	const struct update_kind var = {                                                                    \
		.head = {word, text, key, sizeof(struct update_transfer), table},                           \
		.outer = true,                                                                              \
		.transfers = true,                                                                          \
		.transfer = values,                                                                         \
		.whole_pulses = true,                                                                       \
		.n_operations = ops,                                                                        \
		.check = check,                                                                             \
		.bits = bits,                                                                               \
	}

KIND_OF(update_tiki_taka_1, "tiki_taka_v1", "pulses on a fast array, rows of it added to a slow one",
	"GokmenHaensch2020", fields_1, TRANSFER_DIRECT, 1);
KIND_OF(update_tiki_taka_2, "tiki_taka_v2", "the same through a digital sum that fires whole pulses", "Gokmen2021",
	fields_2, TRANSFER_BUFFERED, 2);
KIND_OF(update_tiki_taka_chopped, "tiki_taka_chopped",
	"the same with signs of rows that change, against offsets of the fast array", "Rasch2024", fields_chopped,
	TRANSFER_BUFFERED, 2);
KIND_OF(update_agad, "agad", "the same against the mean of reads before a sign changed, in place of a reference",
	"Rasch2024", fields_agad, TRANSFER_REFERRED, 5);
