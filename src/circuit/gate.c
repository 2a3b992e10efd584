/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Static gates with folding, and transmission gates.
 *
 * Model    height fixed; a type whose width exceeds its share of the height is folded
 *          into ceil(w/w_max) fingers; width of a region 2 pitches unfolded, (fingers +
 *          1) pitches folded, (k + 1) pitches for k unfolded inputs that share
 *          diffusions; drain capacitance from the area, outer perimeter and gate edges of
 *          its diffusions
 *          input: c_gate + c_edge (the drain moves against it); output: diffusions + 2 c_edge
 *          of the switching pair + c_edge of every other gate edge on a net that moves
 *          leakage: mean over the 2^k input states; j off transistors in series leak
 *          k_stack^(j-1)
 *          pass gate near v: r = 1/(g_n + g_p), triode, gate drives v_dd - v - v_th and v -
 *          v_th; over a whole swing: the stronger transistor's r beside twice the weaker's,
 *          mean of both edges; where it conducts, half a channel at each end
 * Source   [CACTI] (folding, drain capacitance), [Roy2003] (stack effect), [SakuraiNewton1990]
 *          (triode, series transistors), [WesteHarris2010] (Miller factor, whole swing)
 * Assumes  no wires inside or between gates (blocks add k_wiring); no short-circuit current
 * Valid    any width >= 1 F or one fin
 * Checked  tests/unit/check_spice.c: model cards in SPICE; tests/unit/check_circuit.c: layout
 */
#include "circuit/gate.h"

#include <math.h>

#include "circuit/edge.h"

/* Diffusion of one type: how it is folded. */
struct strip {
	int n_fold;
	double h; /* diffusion height of a finger */
	double w; /* layout width of one transistor alone */
};

static struct strip strip_make(const struct tech *t, double w, double w_max)
{
	const struct node_layout *l = &t->node->layout;
	double l_pitch = (l->k_gate_width + l->k_gate_gap) * t->l_feature;

	if (t->node->fin) /* whole fins in a finger */
		w_max = fmax(floor(w_max / t->node->fin->l_pitch), 1) * t->node->fin->l_pitch;
	if (w <= w_max)
		return (struct strip){1, w, 2 * l_pitch};

	int n_fold = (int)ceil(w / w_max);

	return (struct strip){n_fold, w / n_fold, (n_fold + 1) * l_pitch};
}

/* Diffusions of n transistors of one type, in series or in parallel. */
static double c_diffusion(const struct tech *t, struct strip s, int n, bool series)
{
	double w_gap = t->node->layout.k_gate_gap * t->l_feature;
	double w_drain, l_perimeter, n_edges = s.n_fold * (series ? 2 * n - 1 : n);

	if (s.h <= 0)
		return 0;
	if (s.n_fold == 1) {
		/* neighbours share a diffusion: in parallel every second one is the drain; in
		 * series all of the stack's inner nodes count, as they are charged with it */
		w_drain = w_gap * (series ? n : (n + 1) / 2);
		l_perimeter = 2 * w_drain + (series || n % 2 ? s.h : 0);
	} else {
		bool even = s.n_fold % 2 == 0;
		int n_drain = (s.n_fold + 2) / 2, n_source = (s.n_fold + 1) / 2;
		int n_ends = even ? 2 : 1;
		w_drain = w_gap * (n * n_drain + (series ? (n - 1) * n_source : 0));
		l_perimeter = 2 * w_drain + s.h * n_ends * n +
			      (series ? s.h * (2 - n_ends) * (n - 1) : 0);
	}
	return t->c_junction_per_a * w_drain * s.h + t->c_side_per_l * l_perimeter +
	       t->c_channel_per_l * n_edges * s.h;
}

static double p_leak(const struct tech *t, struct gate_shape g)
{
	double i_n = transistor_w_channel(t, g.w_n) * t->i_off_n_per_w;
	double i_p = transistor_w_channel(t, g.w_p) * t->i_off_p_per_w;
	double i_series = g.type == GATE_NOR ? i_p : i_n,
	       i_parallel = g.type == GATE_NOR ? i_n : i_p;
	double k_states = 1, i_sum = g.n_in * i_parallel; /* the stack conducts: the others leak */

	for (int j = 1; j <= g.n_in; j++) {
		k_states = k_states * (g.n_in - j + 1) / j; /* ways to have j off in the stack */
		i_sum += k_states * i_series * pow(t->node->current.k_stack, j - 1);
	}
	return t->v_dd * ldexp(i_sum, -g.n_in);
}

/* Edges between gates and moving diffusions: one of the inputs moves, the others rest. */
static double c_edges(const struct tech *t, struct gate_shape g)
{
	double c_n = transistor_c_edge(t, g.w_n), c_p = transistor_c_edge(t, g.w_p);
	double c_series = g.type == GATE_NOR ? c_p : c_n, c_parallel = g.type == GATE_NOR ? c_n : c_p;

	return 2 * (c_n + c_p) + (g.n_in - 1) * (2 * c_series + c_parallel);
}

struct gate gate_make(const struct tech *t, struct gate_shape g)
{
	g.w_n = transistor_w_drawn(t, g.w_n);
	g.w_p = transistor_w_drawn(t, g.w_p);

	const struct node_layout *l = &t->node->layout;
	double l_pitch = (l->k_gate_width + l->k_gate_gap) * t->l_feature;
	double h_cell = l->k_cell_height * t->l_feature;
	double h_used = h_cell - (l->k_np_gap + l->k_edge) * t->l_feature;
	double k_p = g.w_p / (g.w_p + g.w_n);
	struct strip n = strip_make(t, g.w_n, (1 - k_p) * h_used);
	struct strip p = strip_make(t, g.w_p, k_p * h_used);
	double w_cell = fmax(n.w, p.w);

	double k_n = g.type == GATE_NAND ? transistor_k_stack(t, g.n_in) : 1;
	double k_p_stack = g.type == GATE_NOR ? transistor_k_stack(t, g.n_in) : 1;

	if (g.type != GATE_INVERTER)
		w_cell = n.n_fold == 1 && p.n_fold == 1 ? (g.n_in + 1) * l_pitch : g.n_in * w_cell;
	return (struct gate){
		.a = w_cell * h_cell,
		.c_in = transistor_c_gate(t, g.w_n) + transistor_c_edge(t, g.w_n) +
			transistor_c_gate(t, g.w_p) + transistor_c_edge(t, g.w_p),
		.c_out = c_diffusion(t, n, g.n_in, g.type == GATE_NAND) +
			 c_diffusion(t, p, g.n_in, g.type == GATE_NOR) + c_edges(t, g),
		.r_n = k_n * transistor_r_n(t, g.w_n),
		.r_p = k_p_stack * transistor_r_p(t, g.w_p),
		.p_leak = p_leak(t, g),
	};
}

struct gate gate_inverter(const struct tech *t, double k)
{
	return gate_make(
		t, (struct gate_shape){GATE_INVERTER, 1, k * t->w_min, k * t->k_beta * t->w_min});
}

struct gate gate_nand(const struct tech *t, int n_in, double k)
{
	return gate_make(t, (struct gate_shape){GATE_NAND, n_in, n_in * k * t->w_min,
				    k * t->k_beta * t->w_min});
}

struct gate gate_nor(const struct tech *t, int n_in, double k)
{
	return gate_make(t,
		(struct gate_shape){GATE_NOR, n_in, k * t->w_min, n_in * k * t->k_beta * t->w_min});
}

double gate_tau(const struct gate *g, double c_load)
{
	return (g->r_n + g->r_p) / 2 * (g->c_out + c_load);
}

double gate_t_fo4(const struct tech *t)
{
	struct gate g = gate_inverter(t, 1);

	return edge_t_rise_steady(gate_tau(&g, 4 * g.c_in)) / 2;
}

/* Fingers for the least area (n + 1)(w/n + h_rest) that fit the height. */
static int pass_gate_folds(double w, double h_free, double h_rest)
{
	int n_least = (int)ceil(sqrt(0.25 + w / h_rest) - 0.5); /* w <= n (n + 1) h_rest */
	int n_fits = (int)ceil(w / h_free);

	return n_least > n_fits ? n_least : n_fits;
}

struct pass_gate pass_gate_make(const struct tech *t, double w, double v)
{
	const struct node_layout *l = &t->node->layout;
	double l_pitch = (l->k_gate_width + l->k_gate_gap) * t->l_feature;
	double h_free = (l->k_cell_height - l->k_np_gap - l->k_edge) * t->l_feature;
	double g = transistor_g_triode_n(t, w, t->v_dd - v - t->node->v_th) +
		   transistor_g_triode_p(t, w, v - t->node->v_th);
	double r_n = transistor_r_n(t, w), r_p = transistor_r_p(t, w);

	w = transistor_w_drawn(t, w);

	double h_rest = (l->k_np_gap + l->k_edge) * t->l_feature;
	int n_fold = pass_gate_folds(2 * w, h_free, h_rest);
	struct strip s = {n_fold, w / n_fold, 0};

	return (struct pass_gate){
		.a = (n_fold + 1) * l_pitch * (2 * w / n_fold + h_rest),
		.c_drain = 2 * (c_diffusion(t, s, 1, false) + transistor_c_edge(t, w)),
		.c_channel = transistor_c_gate(t, w) - 2 * transistor_c_edge(t, w),
		.c_gate_n = transistor_c_gate(t, w),
		.c_gate_p = transistor_c_gate(t, w),
		.r = 1 / g,
		.r_swing = (1 / (1 / r_p + 0.5 / r_n) + 1 / (1 / r_n + 0.5 / r_p)) / 2,
	};
}

struct pass_gate pass_gate_for(const struct tech *t, double r_max, double v)
{
	double w_min = t->l_feature;
	double w =
		w_min * pass_gate_make(t, w_min, v).r / r_max; /* conductance is linear in width */

	return pass_gate_make(t, fmax(w, w_min), v);
}

static struct est estimate(const struct gate_module *m, const struct tech *t, enum gate_type type)
{
	int n_in = type == GATE_INVERTER ? 1 : 2;
	double k_n = type == GATE_NAND ? 2 : 1, k_p = type == GATE_NOR ? 2 : 1;
	double w_n = m->w_n > 0 ? m->w_n : k_n * t->w_min;
	double w_p = m->w_p > 0 ? m->w_p : w_n / k_n * k_p * t->k_beta;
	struct gate g = gate_make(t, (struct gate_shape){type, n_in, w_n, w_p});
	double tau = gate_tau(&g, m->n_fanout * g.c_in);
	struct edge in = {0, edge_t_rise_steady(tau)};

	return (struct est){
		.area = g.a,
		.latency = edge_through(in, tau).t,
		.energy = (g.c_out + m->n_fanout * g.c_in) * t->v_dd * t->v_dd,
		.leakage = g.p_leak,
	};
}

static const struct field gate_fields[] = {
	REAL(gate_module, w_n, DIM_METRE, 0, 1e-4, "0 m",
		"n width; 0: minimum (2 F, for two in series 4 F)"),
	REAL(gate_module, w_p, DIM_METRE, 0, 1e-4, "0 m", "p width; 0: as strong as the n side"),
	{"fanout", FIELD_INT, DIM_NONE, offsetof(struct gate_module, n_fanout), 0, 1000, "4", NULL,
		"identical gates driven", 0},
	FIELD_END,
};

static struct est inverter_estimate(const struct module *m, const struct tech *t)
{
	return estimate((const struct gate_module *)m, t, GATE_INVERTER);
}

static struct est nand_estimate(const struct module *m, const struct tech *t)
{
	return estimate((const struct gate_module *)m, t, GATE_NAND);
}

static struct est nor_estimate(const struct module *m, const struct tech *t)
{
	return estimate((const struct gate_module *)m, t, GATE_NOR);
}

const struct module_kind module_inverter = {
	.head = {"inverter", "CMOS inverter", "CACTI", sizeof(struct gate_module), gate_fields},
	.estimate = inverter_estimate,
};
const struct module_kind module_nand2 = {
	.head = {"nand2", "two-input NAND gate", "CACTI", sizeof(struct gate_module), gate_fields},
	.estimate = nand_estimate,
};
const struct module_kind module_nor2 = {
	.head = {"nor2", "two-input NOR gate", "CACTI", sizeof(struct gate_module), gate_fields},
	.estimate = nor_estimate,
};
