/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What synapse_array.c shares with the rules by which weights are programmed, updated and transferred:
 * pulses (single, pair, hybrid), digits (sliced), charge and level (2T1F, FeMFET).
 */
#ifndef MHO_DEVICE_SYNAPSE_ARRAY_PRIV_H
#define MHO_DEVICE_SYNAPSE_ARRAY_PRIV_H

#include "base/rng.h"
#include "device/population.h"
#include "device/synapse_array.h"
#include "device/update.h"

#define SIDES 2

struct part_state {
	struct part part;
	bool one_sided;
	int n_sides;
	float sign;                    /* -1: the weight is what the states say with the other sign */
	struct population side[SIDES]; /* plus, minus */
	const char *name[SIDES];       /* of the states in a checkpoint */
	float *level;                  /* [n] kept level, 0..1, of cells that hold two numbers; else NULL */
	float *sum;                    /* [n] of level and charge, 0..1 of the window */
	uint32_t *n_levels_written;    /* [n] */
	float *zero;                   /* [n] state that counts as 0; NULL: mid-window */
	float *weight;                 /* [n_rows][n_cols] k_weight u */
	float *seen[SIDES];            /* [n] states behind the weights; NULL: nobody asks */
	struct rng noise[SIDES], transfer_noise[SIDES];
};

struct synapse_array {
	int n_rows, n_cols, n_parts, i_worn;
	bool reads_digits; /* each cell is read as its nearest level */
	struct synapse_transfer transfer;
	float read_step;   /* of a transfer's read, share of the window; 0: exact */
	const struct synapse_rule *rule;
	struct part_state part[SYNAPSE_MAX_PARTS];
	struct rng rounding, row_trains, column_trains, transfer_trains, chops, keeping;
	struct arena *arena;
	struct trains *trains;               /* of outer products; NULL: none yet */
	struct transfer_room *transfer_room; /* NULL: none yet */
	/* transfers of a fast array: */
	int n_kept;
	float *kept[TRANSFER_REFERRED]; /* [n] digital sum, mean of reads, the mean it is compared with; in last places */
	float *sign;                    /* [n_rows] of choppers, +-1; NULL: none */
	uint64_t *n_reads;              /* [n_rows] that led to them */
};

/* What one row's commands amount to; folded in row order. */
struct row_counts {
	double n_up, n_down, n_erase, n_cells, n_back_up, n_back_down, n_reset_square;
	int longest_up, longest_down, longest_back_up, longest_back_down;
	/* verified: a row waits for its longest train in every round; again: of those after the first */
	int round, n_rounds, again_up[TRANSFER_MAX_TRIES], again_down[TRANSFER_MAX_TRIES];
	uint64_t levels[4]; /* a bit for every level that was programmed: each is a period */
	bool touched, erased, reset;
	double n_reads, n_touched; /* of a fast array's rows: transfers, and those with pulses */
};

/* Columns of a row that are worked on together. */
enum { SPAN = 512 };

struct span {
	size_t from; /* first cell */
	int n;
	float dw[SPAN]; /* wanted change of the weight */
	float x[SPAN];  /* in pulses or last places */
	int32_t k[SPAN];
	bool stochastic;
	struct rng rounding;
	uint64_t step;
};

struct synapse_rule {
	void (*program)(struct synapse_array *, size_t i, float w);
	void (*update)(struct synapse_array *, struct span *, struct row_counts *);
	/* Is there anything to transfer or refresh, and doing it for one weight. */
	bool (*transfers)(const struct synapse_array *);
	void (*transfer)(struct synapse_array *, size_t i, uint64_t step, struct row_counts *);
};

extern const struct synapse_rule synapse_rule_pulses, synapse_rule_digits, synapse_rule_levels,
	synapse_rule_fast_slow;

/* Sum of a cell that holds two numbers, 0..1 of its window, when its charge stands at y. */
float part_state_sum(const struct part_state *, size_t i, float y_charge);
float part_state_u(const struct part_state *, size_t i);

/* u, -1..1, of weight i with the sides at these states, 0..1; minus counts for a pair only. */
static inline float part_u(const struct part_state *ps, size_t i, float plus, float minus)
{
	return ps->sign * (ps->zero ? 2 * (plus - ps->zero[i]) : ps->n_sides == 1 ? 2 * plus - 1 : plus - minus);
}

static inline float synapse_clip(float x, float low, float high)
{
	return x < low ? low : x > high ? high : x;
}

/* Round half away from zero; no more than a full train and a bit makes sense. */
int synapse_round(float x);

/* Whole steps of a transfer; half a step moves nothing: codes of a read stand on halves, and what is sent to and fro
 * between two of them only wears the cells and adds their noise. */
int synapse_whole(float n);

/* The pulses that move state by dy, positive up. */
float synapse_pulses(const struct cell *, float dy);

/* Round x of a span to commands and give them to one side of a part. */
void synapse_send(struct part_state *, struct span *, int side, struct row_counts *);

/* A state 0..1 as the read of a transfer or refresh gives it. */
float synapse_as_read(const struct synapse_array *, float y);

/* One command outside of an update, in the present round. */
void synapse_command(struct part_state *, int side, size_t i, int k, uint64_t step, struct row_counts *);

/* The same, counted as taking a transferred amount off the volatile cell. */
void synapse_take_back(struct part_state *, size_t i, int k, uint64_t step, struct row_counts *);

/* The volatile cell to its middle, with its row. */
void synapse_reset(struct part_state *, size_t i, struct row_counts *);
struct row_counts *synapse_rows_new(int n_rows);
/* Add the rows in their order, and free them. */
void synapse_rows_fold(struct write_counts *, struct row_counts *, int n_rows);

void row_count(struct row_counts *, int k);

#endif
