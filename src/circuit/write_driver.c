/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Write driver with write-verify.
 *
 * Model    each try lands within the tolerance with p = erf(k_tolerance/(sqrt(2) k_sigma)); tries
 *          of a cell are geometric, cut at n_max: mean (1 - q^n_max)/p, q = 1 - p; the row goes on
 *          until its last cell is there: sum_{k=0}^{n_max-1} (1 - (1 - q^k)^n_cells)
 *          pulse: v^2 g t + C v^2, from the supply times the pump's factor above it; verify: one
 *          read after each pulse; without scatter one pulse and no read
 *          circuit per cell: level shifter (inverter chain up to v_dd) to line and cell, done flag
 *          (flip-flop) and comparator with the target (one adder's carry chain of N_BITS)
 * Source   [Alibart2012] (write-verify), [Papandreou2011] (its statistics), [Palumbo2010]
 * Assumes  tries are independent (program-and-verify from a reset state); all tries use the same
 *          pulse
 * Valid    v_write up to io.v_max
 * Checked  tests/unit/check_blocks.c
 */
#include "circuit/write_driver.h"

#include <math.h>
#include <stddef.h>

#include "circuit/adder.h"
#include "circuit/charge_pump.h"
#include "circuit/driver.h"
#include "circuit/level_shifter.h"
#include "circuit/register.h"

#define N_BITS 6 /* of the value compared with the target */

struct tries write_tries(double n_cells, double k_tolerance, int n_max)
{
	double q = erfc(k_tolerance / sqrt(2)), q_k = 1;
	struct tries n = {0, 0};

	/* q^k: a cell is not there after k tries */
	for (int k = 0; k < n_max; k++, q_k *= q) {
		n.n_mean += q_k;
		n.n_row += -expm1(n_cells * log1p(-q_k));
	}
	return n;
}

struct write_driver_est write_driver_estimate(const struct write_driver *w, const struct tech *t)
{
	double v = w->v_write;
	struct est out =
		v > t->v_dd ? level_shifter_estimate(
				      &(struct level_shifter){.v_out = v, .c_load = w->c_line}, t)
			    : driver_estimate(&(struct driver){.c_load = w->c_line}, t).est;
	struct est flag = reg_bits(t, 1), compare = adder_bits(t, N_BITS);
	bool verified = w->k_sigma > 0;

	struct tries n = write_tries(
		w->n_cells, verified ? w->k_tolerance / w->k_sigma : (double)INFINITY, w->n_max);

	/* the driver's energy holds the line's charge; a pump serves only what is above the supply
	 */
	double e_pulse = charge_pump_k_energy(t, v) * (v * v * w->g_cell * w->t_pulse + out.energy);
	double e_verify = verified ? w->e_verify + compare.energy + flag.energy : 0;
	double t_try = w->t_pulse + out.latency +
		       (verified ? w->t_verify + compare.latency + flag.latency : 0);

	return (struct write_driver_est){
		.est =
			{
				.area = w->n_cells * (out.area + flag.area + compare.area),
				.latency = n.n_row * t_try,
				.energy = w->n_cells * n.n_mean * (e_pulse + e_verify),
				.leakage =
					w->n_cells * (out.leakage + flag.leakage + compare.leakage),
			},
		.n_mean = n.n_mean,
		.n_row = n.n_row,
	};
}

static const struct field fields[] = {
	INT(write_driver, n_cells, 1, 100000, "128", "cells written at once"),
	REAL(write_driver, v_write, DIM_VOLT, 0.1, 20, "2 V", "amplitude of a pulse"),
	REAL(write_driver, t_pulse, DIM_SECOND, 1e-12, 1, "100 ns", "width of a pulse"),
	REAL(write_driver, g_cell, DIM_SIEMENS, 0, 1, "20 uS", "conductance of a cell during it"),
	REAL(write_driver, c_line, DIM_FARAD, 0, 1e-9, "50 fF", "line charged per pulse and cell"),
	REAL(write_driver, k_sigma, DIM_NONE, 0, 1, "0.05",
		"scatter of what a pulse leaves, in windows; 0: no verify"),
	REAL(write_driver, k_tolerance, DIM_NONE, 1e-6, 1, "0.05", "accepted error, in windows"),
	INT(write_driver, n_max, 1, 10000, "20", "pulses at most"),
	REAL(write_driver, t_verify, DIM_SECOND, 0, 1, "20 ns", "one read"),
	REAL(write_driver, e_verify, DIM_JOULE, 0, 1, "0.5 pJ", "one read of one cell"),
	FIELD_END,
};

static struct est estimate(const struct module *m, const struct tech *t)
{
	return write_driver_estimate((const struct write_driver *)m, t).est;
}

const struct module_kind module_write_driver = {
	.head = {"write_driver", "write-verify of a row of cells", "Alibart2012",
		sizeof(struct write_driver), fields},
	.estimate = estimate,
};
