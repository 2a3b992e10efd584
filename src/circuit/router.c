/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Router of a mesh, and the link between two.
 *
 * Model    router: per port a register file of n_depth flits; crossbar of n_ports^2
 *          tri-state drivers per bit on wires that span n_ports n_bits tracks of the
 *          intermediate layer; per output a matrix arbiter of n_ports (n_ports - 1)/2
 *          flip-flops and 3 NAND2 for each pair; a flit is written, arbitrated and
 *          read, and crosses: three stages of at least a clock
 *          energy of a flit: one write, one read, one arbitration, k_bus of its bits
 *          through an input and an output wire of the crossbar
 *          link: repeated wires (wire.c), a register per clock's distance in
 *          the mean, and one at the end
 * Source   [Wang2002] (router energy), [DallyTowles2004] (architecture), [Bakoglu1990]
 *          (wires)
 * Assumes  wormhole switching with one virtual channel; no contention; the crossbar
 *          lies above its drivers
 * Valid    2..8 ports
 * Checked  tests/unit/check_blocks.c
 */
#include "circuit/router.h"

#include <math.h>
#include <stddef.h>

#include "circuit/driver.h"
#include "circuit/edge.h"
#include "circuit/gate.h"
#include "circuit/logic.h"
#include "circuit/register.h"
#include "circuit/register_file.h"
#include "circuit/wire.h"

/* All inputs to all outputs; the energy of one flit. */
static struct est crossbar(const struct router *r, const struct tech *t)
{
	const struct metal_layer *m = &t->node->metal.intermediate;
	struct gate inverter = gate_inverter(t, 4), nand = gate_nand(t, 2, 1);
	struct line wire =
		line_of(t->intermediate, r->n_ports * r->n_bits * (m->w_wire + m->w_space));
	/* an input wire feeds a gate of every output; an output wire bears a drain of every input
	 */
	struct driver_est in = driver_estimate(&(struct driver){wire, r->n_ports * nand.c_in}, t);
	double c_out = wire.c + r->n_ports * inverter.c_out;
	double n_points = (double)r->n_ports * r->n_ports * r->n_bits;
	double n_in = (double)r->n_ports * r->n_bits;
	struct edge e = in.out;

	e = edge_through(e, t->node->layout.k_wiring * gate_tau(&nand, inverter.c_in));
	e = edge_through(e,
		line_tau((inverter.r_n + inverter.r_p) / 2, r->n_ports * inverter.c_out, wire, 0));
	return (struct est){
		.area = n_in * in.est.area + n_points * (nand.a + inverter.a),
		.latency = e.t,
		.energy =
			t->node->activity.k_bus * r->n_bits *
			(in.est.energy + (nand.c_out + inverter.c_in + c_out) * t->v_dd * t->v_dd),
		.leakage = n_in * in.est.leakage + n_points * (nand.p_leak + inverter.p_leak),
	};
}

static struct est arbiter(const struct router *r, const struct tech *t)
{
	int n_pairs = r->n_ports * (r->n_ports - 1) / 2;
	struct gate nand = gate_nand(t, 2, 1);
	double tau = t->node->layout.k_wiring * gate_tau(&nand, r->n_ports * nand.c_in);
	struct est e = est_then(logic_nands(t, 3.0 * n_pairs + r->n_ports), reg_bits(t, n_pairs));

	/* request and priority, then all others' vetoes */
	e.latency += edge_through(edge_through((struct edge){0, 0}, tau), tau).t;
	return e;
}

struct est router_estimate(const struct router *r, const struct tech *t)
{
	struct register_file_est buffer = register_file_estimate(
		&(struct register_file){.n_words = r->n_depth, .n_bits = r->n_bits}, t);
	struct est cross = crossbar(r, t), one = arbiter(r, t), out = reg_bits(t, r->n_bits);
	double t_clock = 1 / t->node->f_clock;

	return (struct est){
		.area = r->n_ports * (buffer.read.area + one.area + out.area) + cross.area,
		.latency = fmax(buffer.write.latency, t_clock) +
			   fmax(one.latency + buffer.read.latency, t_clock) +
			   fmax(cross.latency + out.latency, t_clock),
		.energy = buffer.write.energy + buffer.read.energy + one.energy + cross.energy +
			  out.energy,
		.leakage = r->n_ports * (buffer.read.leakage + one.leakage + out.leakage) +
			   cross.leakage,
	};
}

static const struct field router_fields[] = {
	INT(router, n_ports, 2, 8, "5", "ports, the local one included"),
	INT(router, n_bits, 1, 1024, "64", "width of a flit"),
	INT(router, n_depth, 1, 256, "4", "flits that an input port holds"),
	FIELD_END,
};

static struct est estimate_router(const struct module *m, const struct tech *t)
{
	return router_estimate((const struct router *)m, t);
}

const struct module_kind module_router = {
	.head = {"router", "router of a mesh, one flit", "Wang2002", sizeof(struct router),
		router_fields},
	.estimate = estimate_router,
};

struct est link_estimate(const struct link *l, const struct tech *t)
{
	struct repeated w = wire_repeated(t, t->global);
	double t_wire = l->l_link * w.t_per_l, l_all = l->n_bits * l->l_link;
	double n_stages = t_wire * t->node->f_clock + 1;
	struct est hold = reg_bits(t, l->n_bits);

	return (struct est){
		.area = l_all * w.a_per_l + n_stages * hold.area,
		.latency = t_wire + n_stages * hold.latency,
		.energy = t->node->activity.k_bus * l_all * w.e_per_l + n_stages * hold.energy,
		.leakage = l_all * w.p_per_l + n_stages * hold.leakage,
	};
}

static const struct field link_fields[] = {
	INT(link, n_bits, 1, 8192, "64", "width of a flit"),
	REAL(link, l_link, DIM_METRE, 0, 1, "1 mm", "length"),
	FIELD_END,
};

static struct est estimate_link(const struct module *m, const struct tech *t)
{
	return link_estimate((const struct link *)m, t);
}

const struct module_kind module_link = {
	.head = {"link", "pipelined link between two routers, one flit", "Bakoglu1990",
		sizeof(struct link), link_fields},
	.estimate = estimate_link,
};
