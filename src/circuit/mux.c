/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Column multiplexer.
 *
 * Model    n_out n_in transmission gates; a decoder of log2(n_in) bits whose every output
 *          and its complement drive the gates of n_out switches; latency of the decoder
 *          (settling through the switch belongs to the sensing)
 * Source   [WesteHarris2010]
 * Assumes  select lines run along the width of the gates, in buffered pieces of a delay of
 *          K_PIECE_FO4
 * Valid    n_in up to 1024
 * Checked  tests/prop/check_module_laws.c
 */
#include "circuit/mux.h"

#include <math.h>
#include <stddef.h>

#include "circuit/decoder.h"
#include "circuit/driver.h"
#include "circuit/gate.h"

#define K_PIECE_FO4 4

/* The decoder and its lines, cut into pieces whose own delay is that of a few buffers. */
static struct est select_lines(const struct mux *m, const struct tech *t, double l, double c)
{
	struct line all = line_of(t->local, l);
	double n = fmax(1, sqrt(line_tau(0, 0, all, c) / (K_PIECE_FO4 * gate_t_fo4(t))));
	struct line piece = line_of(t->local, l / n);
	struct est more = driver_estimate(&(struct driver){piece, c / n}, t).est;
	struct est e = decoder_estimate(
		&(struct decoder){
			.n_bits = decoder_bits(m->n_in), .line = piece, .c_load = c / n},
		t);

	e.area += m->n_in * (n - 1) * more.area;
	e.latency += (n - 1) * more.latency;
	e.energy += (n - 1) * more.energy;
	e.leakage += m->n_in * (n - 1) * more.leakage;
	return e;
}

struct mux_est mux_estimate(const struct mux *m, const struct tech *t)
{
	struct pass_gate p = pass_gate_for(t, m->r_pass, m->v_line);
	double c_select = m->n_out * (p.c_gate_n + p.c_gate_p);
	struct est d = select_lines(m, t, m->n_out * sqrt(p.a * m->n_in), c_select);

	return (struct mux_est){
		.est =
			{
				.area = d.area + (double)m->n_out * m->n_in * p.a,
				.latency = d.latency,
				.energy =
					d.energy + m->n_out * 2 * p.c_drain * m->v_line * m->v_line,
				.leakage = d.leakage,
			},
		.r = p.r,
		.c_out = m->n_in * p.c_drain,
		.c_in = p.c_drain,
	};
}

static const struct field fields[] = {
	INT(mux, n_out, 1, 10000, "16", "groups"),
	INT(mux, n_in, 1, 1024, "8", "lines per group"),
	REAL(mux, r_pass, DIM_OHM, 1, 1e9, "1 kOhm", "highest resistance of a closed switch"),
	REAL(mux, v_line, DIM_VOLT, 0, 5, "0.2 V", "level of the lines"),
	FIELD_END,
};

static struct est estimate(const struct module *m, const struct tech *t)
{
	return mux_estimate((const struct mux *)m, t).est;
}

const struct module_kind module_mux = {
	.head = {"mux", "analog multiplexer and its decoder", "WesteHarris2010", sizeof(struct mux),
		fields},
	.estimate = estimate,
};
