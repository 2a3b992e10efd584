/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Row decoder: address inverters, two-bit predecoders, one NOR per output, sized drivers.
 *
 * Model    floor(n/2) predecoders of four NAND2 each; 2^n NORs of ceil(n/2) inputs; each
 *          predecoder line feeds 2^n/4 NORs; inverter chain to the line. Per access one
 *          predecoder line of each group and one output rise, another of each falls, and
 *          half of the address bits change
 * Source   [CACTI], [WesteHarris2010]
 * Assumes  predecoder lines run the height of the NOR column at one standard cell per
 *          output; nets loaded by k_wiring
 * Valid    n_bits <= 16
 * Checked  tests/unit/check_circuit.c, tests/prop/check_module_laws.c
 */
#include "circuit/decoder.h"

#include <math.h>
#include <stddef.h>

#include "circuit/driver.h"
#include "circuit/gate.h"

int decoder_bits(int n)
{
	int n_bits = 0;

	while (n_bits < 30 && (1 << n_bits) < n)
		n_bits++;
	return n_bits;
}

struct est decoder_estimate(const struct decoder *d, const struct tech *t)
{
	if (d->n_bits == 0)
		return (struct est){0};

	double n_out = ldexp(1, d->n_bits), k_wiring = t->node->layout.k_wiring;
	int n_groups = d->n_bits / 2, n_in = (d->n_bits + 1) / 2;
	struct gate inverter = gate_inverter(t, 1), nand = gate_nand(t, 2, 1);
	struct gate nor = n_in > 1 ? gate_nor(t, n_in, 1) : inverter;
	struct driver_est out = driver_estimate(&(struct driver){d->line, d->c_load}, t);
	struct line predecoded =
		line_of(t->local, n_out * t->node->layout.k_cell_height * t->l_feature / 4);
	double c_nors = n_out / 4 * nor.c_in;
	struct driver_est predriver = driver_estimate(&(struct driver){predecoded, c_nors}, t);
	struct edge e = {0, 0};

	e = edge_through(e, k_wiring * gate_tau(&inverter, 2 * nand.c_in));
	if (n_groups > 0) {
		e = edge_through(e, k_wiring * gate_tau(&nand, predriver.c_in));
		e.t += predriver.est.latency;
		e.t_rise = predriver.out.t_rise;
	}
	e = edge_through(e, k_wiring * gate_tau(&nor, out.c_in));

	double c_access = d->n_bits / 2.0 * (inverter.c_in + inverter.c_out + 2 * nand.c_in) +
			  n_groups * (nand.c_out + predriver.c_in) + nor.c_out + out.c_in;

	return (struct est){
		.area = d->n_bits * inverter.a + 4 * n_groups * (nand.a + predriver.est.area) +
			n_out * (nor.a + out.est.area),
		.latency = e.t + out.est.latency,
		.energy = k_wiring * c_access * t->v_dd * t->v_dd +
			  n_groups * predriver.est.energy + out.est.energy,
		.leakage = d->n_bits * inverter.p_leak +
			   4 * n_groups * (nand.p_leak + predriver.est.leakage) +
			   n_out * (nor.p_leak + out.est.leakage),
	};
}

static const struct field fields[] = {
	INT(decoder, n_bits, 0, 16, "7", "address bits"),
	REAL(decoder, c_load, DIM_FARAD, 0, 1e-9, "10 fF", "load of each output"),
	FIELD_END,
};

static struct est estimate(const struct module *m, const struct tech *t)
{
	return decoder_estimate((const struct decoder *)m, t);
}

const struct module_kind module_decoder = {
	.head = {"row_decoder", "address decoder with output drivers", "CACTI",
		sizeof(struct decoder), fields},
	.estimate = estimate,
};
