/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Macros: one array with its drivers and converters.
 *
 * Model    area: cells, switches, multiplexers, level shifters, converters, shift-and-add; access:
 *          one vector into as many columns as there are converters (arch/read.c); where input
 *          bits are added up before a conversion, each of them drives and settles, and the
 *          converter works once for each part of them; an integrator that weights bits by the
 *          number of samples takes n_samples t_sample, while the lines rest; energy with the
 *          leakage of the macro during the access; operations 2 rows sums input bits weight bits
 * Source   doc/validation.md
 * Assumes  write voltages come from outside
 * Valid    designs with one part per weight
 * Checked  tests/unit/check_validation.c
 */
#include "arch/macro.h"

#include <math.h>
#include <string.h>

#include "arch/read.h"
#include "base/arena.h"
#include "base/diag.h"
#include "device/supply.h"

static const struct field access_fields[] = {
	INT(macro_access, n_rows, 0, 100000, "0", "rows added up in one sum; 0: operations are not counted"),
	INT(macro_access, n_sums, 1, 100000, "1", "sums per access: converters that work at once"),
	INT(macro_access, n_bits_in, 1, 16, "1", "input bits per access, applied one at a time"),
	INT(macro_access, n_bits_weight, 1, 16, "1", "bits of a weight in one cell, as the operations count them"),
	BOOL(macro_access, once, "false", "input bits are added up before one conversion"),
	INT(macro_access, n_parts, 1, 16, "1",
		"parts of the input bits that are added up and converted one after the other"),
	INT(macro_access, n_samples, 0, 100000, "0",
		"samples added up in an access, where a bit is weighted by their number; 0: one per bit"),
	REAL(macro_access, t_sample, DIM_SECOND, 0, 1, "0 s",
		"time of a sample where the design fixes it; 0: as long as lines and converter take"),
	REAL(macro_access, t_part, DIM_SECOND, 0, 1, "0 s", "time between two parts, likewise"),
	REAL(macro_access, k_ones, DIM_NONE, 0, 1, "0.5", "share of ones in the input"),
	REAL(macro_access, k_state, DIM_NONE, 0, 1, "0.5", "mean state of the cells in their window"),
	FIELD_END,
};

static const struct field block_fields[] = {
	NAME(macro_block, name, NULL, "what the publication calls it"),
	NAMES(macro_block, leaves, "", "blocks of the estimate that belong to it"),
	REAL(macro_block, k_area, DIM_NONE, 0, 1, "0", "published share of the area"),
	REAL(macro_block, k_energy, DIM_NONE, 0, 1, "0", "published share of the energy"),
	FIELD_END,
};

static const struct field point_fields[] = {
	NAME(macro_point, name, "", "what is different at this point"),
	TREE(macro_point, set, "", "settings of this point: a map from a path (design.v_dd) to a value"),
	REAL(macro_point, area, DIM_SQUARE_METRE, 0, 1, "0 m^2", "area of one macro"),
	REAL(macro_point, t_access, DIM_SECOND, 0, 1, "0 s", "one access"),
	REAL(macro_point, energy, DIM_JOULE, 0, 1, "0 J", "of one access"),
	REAL(macro_point, tops_per_w, DIM_NONE, 0, 1e6, "0", "one-bit operations, in 10^12 per joule"),
	BOOL(macro_point, apart, "false",
		"a conversion, array included, draws less than the cheapest tenth of published "
		"converters of its node, bits and rate: the efficiency is shown, but not averaged"),
	LIST(macro_point, blocks, struct macro_block, block_fields, 0, 100, "", "published shares"),
	FIELD_END,
};

const struct field macro_fields[] = {
	NAME(macro, name, NULL, "what was published, in one line"),
	WORD(macro, class, macro_classes, NULL, "class over which errors are averaged"),
	SUBFILE(macro, design, &design_file, "", "the array, as a design"),
	SUBFILE(macro, node, &node_file, "", "CMOS node of a block"),
	REAL(macro, v_dd, DIM_VOLT, 0, 5, "0 V", "supply of a block; 0: the node's own"),
	REAL(macro, temp, DIM_KELVIN, 200, 450, "300 K", "temperature of a block"),
	KIND(macro, module, module_kinds, "", "the block, as in mho module"),
	MAP(macro, access, access_fields, "what happens in the published access time"),
	LIST(macro, points, struct macro_point, point_fields, 1, 100, NULL, "what was measured"),
	FIELD_END,
};

static bool access_check(const struct macro_access *s, struct diag *d)
{
	if (!s->once && (s->n_parts > 1 || s->n_samples > 0 || s->t_sample > 0 || s->t_part > 0)) {
		diag_error(d, diag_where(d, s),
			"parts and samples are of input bits that are added up before a conversion: 'once: true'");
		return false;
	}
	if (s->n_parts > s->n_bits_in) {
		diag_error(d, diag_where(d, &s->n_parts), "%d input bits have no %d parts", s->n_bits_in,
			s->n_parts);
		return false;
	}
	if (s->n_samples > 0 && s->n_samples < s->n_bits_in) {
		diag_error(d, diag_where(d, &s->n_samples), "%d input bits need as many samples at least",
			s->n_bits_in);
		return false;
	}
	return true;
}

static bool macro_check(void *macro, struct arena *a, struct diag *d)
{
	struct macro *m = macro;

	if (!access_check(&m->access, d))
		return false;
	if (!m->design == !m->module) {
		diag_error(d, diag_where(d, m), "a macro is either a 'design' or a 'module'");
		return false;
	}
	if (m->design)
		return true;
	if (!m->node) {
		diag_error(d, diag_where(d, m), "missing key 'node', of the block");
		return false;
	}
	if (!supply_check(m->node, &m->v_dd, d))
		return false;
	m->node = node_at_supply(a, m->node, m->v_dd);
	return true;
}

const struct file_kind macro_file = {
	.what = "macro",
	.folder = "validate",
	.size = sizeof(struct macro),
	.fields = macro_fields,
	.check = macro_check,
};

static void count(struct macro_cost *c, const struct macro_access *s)
{
	double n_ops = 2.0 * s->n_rows * s->n_sums * s->n_bits_in * s->n_bits_weight;

	c->tops_per_w = n_ops / c->energy * 1e-12;
}

static struct macro_cost of_module(const struct macro *m)
{
	struct tech t = tech_at(m->node, m->temp);
	struct est e = module_estimate(m->module, &t);
	struct macro_cost c = {.area = e.area,
		.t_access = e.latency,
		.energy = e.energy + e.leakage * e.latency};

	count(&c, &m->access);
	return c;
}

/* Bits added up before a conversion: read_vector converts each of them. Lines rest where word lines
 * close after they have settled and open again for the next bit. */
static void add_up(struct vector_cost *c, const struct macro_access *s, const struct subarray *sub)
{
	double k_convert = (double)s->n_parts / s->n_bits_in;
	int n_samples = s->n_samples > 0 ? s->n_samples : s->n_bits_in;

	c->adc.latency *= k_convert;
	c->adc.energy *= k_convert;
	c->shift_add.latency *= k_convert;
	c->shift_add.energy *= k_convert;
	for (int i = 0; i < sub->n_arrays; i++) {
		const struct block *b = &sub->block[i];
		struct phase_cost *cells = &c->part[i][PART_CELLS];
		cells->latency = fmax(cells->latency, n_samples * s->t_sample) +
				 (s->n_parts - 1) * s->t_part;
		if (s->t_sample > 0 && b->structure->word == WORD_READ)
			c->part[i][PART_ROW_SWITCH].energy +=
				(s->n_bits_in - 1) * s->n_rows * b->open_row.energy;
	}
}

static struct macro_cost of_design(const struct macro *m)
{
	const struct design *z = m->design;
	const struct macro_access *s = &m->access;
	struct tech t = tech_at(z->node, z->temp);
	struct subarray sub = subarray_make(z, &t);
	double k_state[SYNAPSE_MAX_PARTS];
	struct vector_read v = {.n_bits = s->n_bits_in,
		.k_ones = s->k_ones,
		.k_state = k_state,
		.n_driven = s->n_rows > 0 ? s->n_rows : sub.n_rows,
		.n_out = s->n_sums,
		.n_out_max = s->n_sums};
	struct macro_cost c = {.ledger.n_arrays = sub.n_arrays};
	struct layer_cost layer = {0};
	struct bill bill = {&c.ledger, &layer, PHASE_FORWARD};

	for (int i = 0; i < SYNAPSE_MAX_PARTS; i++)
		k_state[i] = s->k_state;

	struct vector_cost one = read_vector(&sub, z, &t, &v);
	if (s->once)
		add_up(&one, s, &sub);
	read_book(bill, &one, sub.n_arrays, 1, 1);
	subarray_build(&sub, &t, 1, &c.ledger);
	for (int i = 0; i < sub.n_arrays; i++)
		c.ledger.leaf[leaf_of_part(i, PART_CHARGE_PUMP)] = (struct account){0};
	c.area = ledger_area(&c.ledger);
	c.t_access = layer.phase[PHASE_FORWARD].latency;
	c.energy = layer.phase[PHASE_FORWARD].energy + ledger_leakage(&c.ledger, true) * c.t_access;
	count(&c, s);
	return c;
}

struct macro_cost macro_estimate(const struct macro *m)
{
	return m->design ? of_design(m) : of_module(m);
}

/* The leaves of a block, summed; the whole in *all. */
static double sum_leaves(const struct macro_cost *c, const struct macro_block *b, bool area, double *all)
{
	double sum = 0;

	*all = 0;
	for (int i = 0; i < LEAF_COUNT; i++) {
		const struct account *leaf = &c->ledger.leaf[i];
		double x = area ? leaf->area : leaf->phase[PHASE_FORWARD].energy;
		*all += x;
		for (int k = 0; k < b->leaves.n; k++)
			sum += strcmp(ledger_leaf_name(i), b->leaves.value[k]) == 0 ? x : 0;
	}
	return sum;
}

double macro_share_area(const struct macro_cost *c, const struct macro_block *b)
{
	double all, sum = sum_leaves(c, b, true, &all);

	return sum / all;
}

double macro_share_energy(const struct macro_cost *c, const struct macro_block *b)
{
	double all, sum = sum_leaves(c, b, false, &all);

	return sum / all;
}
