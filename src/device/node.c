/* SPDX-License-Identifier: Apache-2.0 */
/* Nodes: the field table of node-*.yaml and what makes no sense in one. */
#include "device/node.h"

#include "base/diag.h"

static const struct field current_fields[] = {
	REALS(node_current, temp, DIM_KELVIN, 200, 450, NULL, "temperatures of the lists below"),
	REALS(node_current, i_on_n, DIM_AMPERE_PER_METRE, 1, 1e4, NULL, "n on-current per width"),
	REALS(node_current, i_on_p, DIM_AMPERE_PER_METRE, 1, 1e4, NULL, "p on-current per width"),
	REALS(node_current, i_off_n, DIM_AMPERE_PER_METRE, 1e-9, 10, NULL,
		"n off-current per width"),
	REALS(node_current, i_off_p, DIM_AMPERE_PER_METRE, 1e-9, 10, NULL,
		"p off-current per width"),
	REAL(node_current, i_gm_n, DIM_AMPERE_PER_METRE, 0.1, 1e4, NULL,
		"n current per width at a gate voltage of 0.7 v_dd"),
	REAL(node_current, i_gm_p, DIM_AMPERE_PER_METRE, 0.1, 1e4, NULL,
		"p current per width at a gate voltage of 0.7 v_dd"),
	REAL(node_current, k_resistance, DIM_NONE, 0.5, 4, NULL,
		"resistance that discharges half of a swing in the same time, gate fully on, over v_dd / on-current"),
	REAL(node_current, k_v_sat, DIM_NONE, 0.1, 2, NULL,
		"saturation voltage over v_dd - v_th at full gate drive"),
	REAL(node_current, k_alpha, DIM_NONE, 0.8, 2, NULL,
		"exponent of the on-current's dependence on the gate drive (series resistance may bring it below 1)"),
	REAL(node_current, k_stack, DIM_NONE, 0.001, 1, NULL,
		"leakage of two stacked off transistors over that of one"),
	REAL(node_current, k_dibl, DIM_NONE, 0, 0.5, NULL,
		"fall of the threshold voltage per rise of the drain voltage"),
	FIELD_END,
};

static const struct field gate_fields[] = {
	REAL(node_gate, c_ideal_per_w, DIM_FARAD_PER_METRE, 1e-11, 1e-8, NULL,
		"channel capacitance of a gate per width"),
	REAL(node_gate, c_fringe_per_w, DIM_FARAD_PER_METRE, 0, 1e-8, NULL,
		"fringe capacitance of a gate per width"),
	REAL(node_gate, k_overlap, DIM_NONE, 0, 1, NULL, "overlap over channel capacitance"),
	REAL(node_gate, l_gate, DIM_METRE, 5e-9, 1e-6, NULL, "physical gate length"),
	FIELD_END,
};

static const struct field junction_fields[] = {
	REAL(node_junction, c_per_a, DIM_FARAD_PER_SQUARE_METRE, 1e-6, 0.1, NULL,
		"bottom capacitance at zero bias"),
	REAL(node_junction, c_side_per_l, DIM_FARAD_PER_METRE, 0, 1e-8, NULL,
		"sidewall capacitance at zero bias"),
	REAL(node_junction, c_channel_per_l, DIM_FARAD_PER_METRE, 0, 1e-8, NULL,
		"gate-edge sidewall capacitance at zero bias"),
	REAL(node_junction, v_built_in, DIM_VOLT, 0.1, 2, NULL, "built-in potential"),
	REAL(node_junction, k_grade, DIM_NONE, 0, 1, NULL, "grading exponent of the bottom"),
	REAL(node_junction, k_grade_side, DIM_NONE, 0, 1, NULL,
		"grading exponent of the sidewalls"),
	FIELD_END,
};

static const struct field fin_fields[] = {
	REAL(node_fin, h_fin, DIM_METRE, 5e-9, 2e-7, NULL, "height of a fin"),
	REAL(node_fin, w_fin, DIM_METRE, 2e-9, 5e-8, NULL, "thickness of a fin"),
	REAL(node_fin, l_pitch, DIM_METRE, 1e-8, 2e-7, NULL, "distance from fin to fin"),
	FIELD_END,
};

static const struct field layout_fields[] = {
	REAL(node_layout, k_gate_width, DIM_NONE, 0.5, 20, NULL, "gate length as drawn, in F"),
	REAL(node_layout, k_gate_gap, DIM_NONE, 0.5, 50, NULL, "gap between contacted gates, in F"),
	REAL(node_layout, k_np_gap, DIM_NONE, 0, 50, NULL, "gap between n and p diffusion, in F"),
	REAL(node_layout, k_edge, DIM_NONE, 0, 50, NULL, "height lost at both cell edges, in F"),
	REAL(node_layout, k_cell_height, DIM_NONE, 8, 200, NULL, "height of a standard cell, in F"),
	REAL(node_layout, k_w_min, DIM_NONE, 1, 20, NULL,
		"width of the n transistor of a minimum gate, in F (FinFET: rounded up to whole fins)"),
	REAL(node_layout, k_wiring, DIM_NONE, 1, 5, NULL,
		"capacitance of a net inside a block over that of its gates alone"),
	REAL(node_layout, k_utilization, DIM_NONE, 0.2, 1, NULL,
		"area of the cells of a placed and routed block over that of the block"),
	FIELD_END,
};

static const struct field capacitor_fields[] = {
	REAL(node_capacitor, c_metal_per_a, DIM_FARAD_PER_SQUARE_METRE, 1e-5, 0.1, NULL,
		"density of a metal fringe capacitor"),
	REAL(node_capacitor, c_unit_min, DIM_FARAD, 1e-17, 1e-12, NULL,
		"smallest capacitor that is drawn"),
	REAL(node_capacitor, l_border, DIM_METRE, 0, 1e-4, NULL,
		"space from one drawn capacitor to the next, for shields and routing"),
	REAL(node_capacitor, k_mismatch, DIM_NONE, 0, 0.5, NULL,
		"sigma of dC/C of a pair of 1 fF capacitors"),
	REAL(node_capacitor, c_mos_per_a, DIM_FARAD_PER_SQUARE_METRE, 1e-5, 0.1, NULL,
		"density of a thick-oxide MOS capacitor"),
	FIELD_END,
};

static const struct field sram_fields[] = {
	REAL(node_sram, k_width_in_f, DIM_NONE, 4, 500, NULL,
		"cell size along the word line, in F"),
	REAL(node_sram, k_height_in_f, DIM_NONE, 4, 500, NULL,
		"cell size along the bit line, in F"),
	REAL(node_sram, k_w_access, DIM_NONE, 0.5, 20, NULL, "width of an access transistor, in F"),
	REAL(node_sram, k_w_pull_down, DIM_NONE, 0.5, 20, NULL, "width of a pull-down, in F"),
	REAL(node_sram, k_w_pull_up, DIM_NONE, 0.5, 20, NULL, "width of a pull-up, in F"),
	REAL(node_sram, v_swing, DIM_VOLT, 0.01, 1, NULL,
		"bit-line swing the sense amplifier needs"),
	FIELD_END,
};

static const struct field io_fields[] = {
	REAL(node_io, v_max, DIM_VOLT, 1, 20, NULL,
		"highest voltage of the thick-oxide transistors"),
	REAL(node_io, k_length, DIM_NONE, 1, 20, NULL, "their gate length over the core's"),
	REAL(node_io, k_area, DIM_NONE, 1, 100, NULL,
		"their layout area over that of equal core widths"),
	REAL(node_io, f_pump, DIM_HERTZ, 1e5, 1e10, NULL, "clock of a charge pump"),
	REAL(node_io, k_pump_loss, DIM_NONE, 0, 1, NULL,
		"charge lost to parasitics, per stage and charge delivered"),
	FIELD_END,
};

static const struct field activity_fields[] = {
	REAL(node_activity, k_logic, DIM_NONE, 0, 1, NULL,
		"share of random-logic nodes charged per operation"),
	REAL(node_activity, k_adder, DIM_NONE, 0, 1, NULL,
		"share of adder nodes charged per addition"),
	REAL(node_activity, k_register, DIM_NONE, 0, 1, NULL,
		"share of register bits that change per clock"),
	REAL(node_activity, k_bus, DIM_NONE, 0, 1, NULL, "share of bus wires charged per word"),
	REAL(node_activity, k_control, DIM_NONE, 0, 1, NULL,
		"share of control nodes charged per operation"),
	FIELD_END,
};

const struct field node_fields[] = {
	NAME(node, name, NULL, "what the node is, in one line"),
	REAL(node, l_feature, DIM_METRE, 1e-9, 1e-6, NULL, "feature size F"),
	REAL(node, v_dd, DIM_VOLT, 0.2, 5, NULL, "supply voltage"),
	REAL(node, v_th, DIM_VOLT, 0.02, 2, NULL, "threshold voltage"),
	REAL(node, f_clock, DIM_HERTZ, 1e5, 2e10, NULL, "clock of synchronous blocks"),
	REAL(node, v_mismatch, DIM_VOLT, 1e-5, 0.1, NULL,
		"sigma of the threshold difference of two transistors of 1 um^2 gate area"),
	MAP(node, current, current_fields, "transistor currents"),
	MAP(node, gate, gate_fields, "gate capacitances"),
	MAP(node, junction, junction_fields, "junction capacitances"),
	OPT(node, fin, struct node_fin, fin_fields,
		"fins of a FinFET: widths become whole numbers of fins, currents and capacitances "
		"are per metre of 2 h_fin + w_fin"),
	MAP(node, layout, layout_fields, "standard-cell layout"),
	MAP(node, metal, metal_fields, "wires"),
	MAP(node, capacitor, capacitor_fields, "capacitors"),
	MAP(node, sram, sram_fields, "SRAM cell"),
	MAP(node, io, io_fields, "thick-oxide transistors and charge pumps"),
	MAP(node, activity, activity_fields, "switching activities"),
	FIELD_END,
};

static bool check_list(const struct node_current *c, const struct field_reals *list,
	const char *key, struct diag *d)
{
	if (list->n == c->temp.n)
		return true;
	diag_error(d, diag_where(d, list),
		"'%s' has %d values, expected %d: one per temperature of 'temp'", key, list->n,
		c->temp.n);
	return false;
}

static bool check_layer(const struct metal_layer *l, struct diag *d)
{
	if (2 * l->l_barrier < l->w_wire && l->l_barrier < l->k_aspect * l->w_wire)
		return true;
	diag_error(d, diag_where(d, &l->l_barrier), "the barrier fills the whole wire of %g m",
		l->w_wire);
	return false;
}

static bool node_check(void *node, struct arena *a, struct diag *d)
{
	const struct node *n = node;
	const struct node_current *c = &n->current;
	bool good = true;

	(void)a;
	if (c->temp.n < 1) {
		diag_error(d, diag_where(d, &c->temp),
			"'temp' is empty, expected at least one temperature");
		return false;
	}
	for (int i = 1; i < c->temp.n; i++)
		if (c->temp.value[i] <= c->temp.value[i - 1]) {
			diag_error(d, diag_where(d, &c->temp.value[i]), "'temp' must ascend");
			good = false;
		}
	good &= check_list(c, &c->i_on_n, "i_on_n", d);
	good &= check_list(c, &c->i_on_p, "i_on_p", d);
	good &= check_list(c, &c->i_off_n, "i_off_n", d);
	good &= check_list(c, &c->i_off_p, "i_off_p", d);
	if (n->fin && n->fin->w_fin >= n->fin->l_pitch) {
		diag_error(d, diag_where(d, &n->fin->l_pitch), "'l_pitch' must exceed 'w_fin' (%g m)",
			n->fin->w_fin);
		good = false;
	}
	if (n->v_th >= 0.7 * n->v_dd) {
		diag_error(d, diag_where(d, &n->v_th), "'v_th' must be below 0.7 v_dd (%g V)",
			0.7 * n->v_dd);
		good = false;
	}
	good &= check_layer(&n->metal.local, d);
	good &= check_layer(&n->metal.intermediate, d);
	good &= check_layer(&n->metal.global, d);
	return good;
}

const struct file_kind node_file = {
	"node", "techfiles", sizeof(struct node), node_fields, node_check, NULL, NULL};
