/* SPDX-License-Identifier: Apache-2.0 */
/* Laws of every cell structure in every composition: what an array of it costs. */
#include <check.h>
#include <glob.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "arch/design.h"
#include "arch/price.h"
#include "arch/read.h"
#include "arch/subarray.h"
#include "base/arena.h"
#include "base/diag.h"
#include "fixture.h"
#include "near.h"
#include "net/activity.h"
#include "net/network.h"
#include "net/numerics.h"

static const char *const synapses[] = {
	"{kind: single, cell: cell-rram-40nm}",
	"{kind: pair, cell: cell-rram-40nm}",
	"{kind: pair, cell: cell-pcm-40nm}",
	"{kind: single, cell: cell-fefet-40nm}",
	"{kind: pair, cell: cell-fefet-40nm}",
	"{kind: single, cell: cell-capacitor-2t1c}",
	"{kind: hybrid, nonvolatile: cell-pcm-40nm, volatile: cell-capacitor-2t1c}",
	"{kind: hybrid, nonvolatile: cell-fefet-40nm, volatile: cell-capacitor-2t1c}",
	"{kind: hybrid, nonvolatile: cell-rram-1s1r, volatile: cell-capacitor-3t1c}",
	"{kind: single, cell: cell-rram-1s1r}",
	"{kind: pair, cell: cell-rram-1s1r}",
	"{kind: 2t1f, cell: cell-2t1f}",
	"{kind: femfet, cell: cell-femfet}",
	"{kind: sliced, cell: cell-sram-6t, n_cells: 8}",
	"{kind: sliced, cell: cell-sram-8t, n_cells: 4, sign: pair}",
	"{kind: sliced, cell: cell-stt-mram, n_cells: 6}",
	"{kind: sliced, cell: cell-skyrmion, n_cells: 1}",
	"{kind: sliced, cell: cell-rram-40nm, n_cells: 4, n_bits_cell: 2}",
	"{kind: sliced, cell: cell-rram-1s1r, n_cells: 2, n_bits_cell: 4, sign: pair}",
	"{kind: sliced, cell: cell-pcm-40nm, n_cells: 2, n_bits_cell: 3}",
};

#define N_SYNAPSES ((int)(sizeof synapses / sizeof *synapses))
#define N_IMAGES   60000
#define N_BATCH	   100

static struct design *design_with(const char *synapse, const char *more)
{
	const char *text = arena_printf(
		arena, "name: x\nnode: node-40nm-lp\nsynapse: %s\n%s\n", synapse, more);
	struct yaml *y = yaml_read_text(arena, "design", text, strlen(text), false, diag);
	struct design *z = NEW(arena, struct design, 1);
	struct loader l;

	loader_init(&l, arena, diag);
	ck_assert(y && loader_bind(&l, design_file.fields, y, "", z));
	ck_assert(design_file.check(z, arena, diag));
	return z;
}

static const struct network *lenet(void)
{
	struct loader l;

	loader_init(&l, arena, diag);
	return loader_file(&l, &network_file, "lenet5", "");
}

static const struct cost *cost(const struct design *z)
{
	const struct network *n = lenet();

	return price(arena, z, n, activity_default(arena, n, N_BATCH), N_IMAGES, N_BATCH);
}

static double states[SYNAPSE_MAX_PARTS];

static struct vector_cost one_vector(const struct design *z, const struct subarray *s, const struct tech *t)
{
	for (int i = 0; i < SYNAPSE_MAX_PARTS; i++)
		states[i] = 0.7;
	return read_vector(s, z, t,
		&(struct vector_read){.n_bits = 3,
			.k_ones = 0.5,
			.k_state = states,
			.n_driven = s->n_rows,
			.n_out = s->n_outputs,
			.n_out_max = s->n_outputs,
			.groups = groups_of(s->n_rows, 1, s->n_rows, s->n_rows_parallel)});
}

/* The cells of a read take at least the heat of their current while the lines settle. */
START_TEST(reads_pay_joule_heat)
{
	const struct design *z = design_with(synapses[_i], "");
	struct tech t = tech_at(z->node, z->temp);
	struct subarray s = subarray_make(z, &t);
	struct vector_cost v = one_vector(z, &s, &t);

	for (int i = 0; i < s.n_arrays; i++) {
		const struct block *b = &s.block[i];
		double n_slots = 3 * ceil((double)s.n_outputs * b->n_slices / s.n_converters);
		double t_settle = v.part[i][PART_CELLS].latency / n_slots, v_read = b->cell->read.v_read;
		double n_cells = 3.0 * s.n_outputs * b->n_per_weight * 0.5 * s.n_rows;
		ck_assert_double_ge(v.part[i][PART_CELLS].energy,
			n_cells * v_read * v_read * block_g(b, &t, 0.7) * t_settle * 0.999);
	}
}
END_TEST

static void check_finite(const struct cost *c)
{
	double area = 0, energy = 0, latency = 0, leakage = 0;

	for (int i = 0; i < c->n_entries; i++) {
		const struct entry *e = &c->entry[i];
		bool leaf = true;
		ck_assert(isfinite(e->area) && e->area >= 0 && isfinite(e->energy) && e->energy >= 0);
		ck_assert(isfinite(e->latency) && e->latency >= 0 && isfinite(e->leakage) && e->leakage >= 0);
		for (int k = 0; k < c->n_entries; k++)
			leaf &= strncmp(c->entry[k].path, e->path, strlen(e->path)) != 0 ||
				c->entry[k].path[strlen(e->path)] != '/';
		if (!leaf)
			continue;
		area += e->area;
		energy += e->energy;
		latency += e->latency;
		leakage += e->leakage;
	}
	ck_near(area, c->area, 1e-9);
	ck_near(energy, c->image.energy, 1e-9);
	ck_near(latency, c->image.latency, 1e-9);
	ck_near(leakage, c->leakage, 1e-9);
}

START_TEST(leaves_add_up)
{
	const struct design *z = design_with(synapses[_i], "");
	const struct network *n = lenet();
	struct activity *idle = activity_default(arena, n, N_BATCH);

	check_finite(cost(z));
	for (int i = 0; i < idle->n_layers; i++)
		idle->layer[i] = (struct layer_activity){.name = idle->layer[i].name};
	check_finite(price(arena, z, n, idle, N_IMAGES, N_BATCH));
}
END_TEST

static double area_of(const struct design *z)
{
	struct tech t = tech_at(z->node, z->temp);

	return subarray_make(z, &t).area;
}

START_TEST(more_costs_more)
{
	struct design *z = design_with(synapses[_i], "");
	const struct cost *base = cost(z);
	double a_base = area_of(z);

	z->input.n_bits++;
	ck_assert_double_gt(cost(z)->phase[PHASE_FORWARD].energy, base->phase[PHASE_FORWARD].energy);
	ck_assert_double_gt(cost(z)->phase[PHASE_FORWARD].latency, base->phase[PHASE_FORWARD].latency);
	z->input.n_bits--;
	z->array.n_rows *= 2;
	ck_assert_double_gt(area_of(z), a_base);
	z->array.n_rows /= 2;
	z->array.n_cols *= 2;
	ck_assert_double_gt(area_of(z), a_base);
	z->array.n_cols /= 2;

	struct design *finer = design_with(synapses[_i], "converter: {kind: sar, n_bits: 8}");

	ck_assert_double_gt(area_of(finer), a_base);
	ck_assert_double_gt(cost(finer)->phase[PHASE_FORWARD].latency, base->phase[PHASE_FORWARD].latency);
	ck_assert_double_gt(cost(finer)->phase[PHASE_FORWARD].energy, base->phase[PHASE_FORWARD].energy);
}
END_TEST

/* Half of the rows at once: twice the conversions. Column switches carry half the current and are
 * narrower, so that columns settle a little sooner. */
START_TEST(row_groups_are_converted_one_by_one)
{
	const struct design *all = design_with(synapses[_i], "");
	const struct design *half = design_with(synapses[_i], "array: {n_rows_parallel: 64}");
	struct tech t = tech_at(all->node, 300);
	struct subarray s = subarray_make(all, &t), h = subarray_make(half, &t);
	struct vector_cost v = one_vector(all, &s, &t), w = one_vector(half, &h, &t);

	ck_near(w.adc.latency, 2 * v.adc.latency, 1e-12);
	ck_assert_double_ge(w.adc.energy, 2 * v.adc.energy * 0.95);
	ck_assert_double_gt(w.t, v.t);
	ck_assert_int_eq(h.n_bits_sum, s.n_bits_sum + 1);
	ck_assert_double_gt(cost(half)->phase[PHASE_FORWARD].latency,
		0.8 * cost(all)->phase[PHASE_FORWARD].latency);
}
END_TEST

/* VGG-8 at inference on the shipped designs at 65, 40 and 22 nm with both converters: smaller nodes take
 * less area and energy; images per second and watts are finite. */
START_TEST(inference_at_nodes)
{
	static const char *const designs[] = {"rram-40nm", "pcm-40nm", "fefet-40nm"};
	static const char *const nodes[] = {"node-65nm-lp", "node-40nm-lp", "node-22nm-lp"};
	static const char *const kinds[] = {"sar", "flash"};
	const struct cost *last = NULL;
	struct loader l;

	loader_init(&l, arena, diag);

	const struct network *vgg = loader_file(&l, &network_file, "vgg8", "");

	for (int i = 0; i < 3; i++) {
		loader_init(&l, arena, diag);
		loader_set(&l, arena_printf(arena, "node=%s", nodes[i]));
		loader_set(&l, arena_printf(arena, "converter.kind=%s", kinds[_i % 2]));
		loader_set(&l, "training=false");
		const struct design *z = loader_file(&l, &design_file, designs[_i / 2], "");
		ck_assert_ptr_nonnull(z);
		ck_assert(price_check(z, vgg, diag));
		const struct cost *c =
			price(arena, z, vgg, activity_default(arena, vgg, N_BATCH), N_IMAGES, N_BATCH);
		check_finite(c);
		ck_near(c->macs_per_image, 615.9e6, 1e-3);
		ck_assert(c->tops_per_w > 5 && c->tops_per_w < 1000);
		if (last) {
			ck_assert_double_lt(c->area, last->area);
			ck_assert_double_lt(c->phase[PHASE_FORWARD].energy, last->phase[PHASE_FORWARD].energy);
		}
		last = c;
	}
}
END_TEST

/* The same cells in other units, keys in another order: the same bytes. */
START_TEST(units_do_not_matter)
{
	static const char *const cell[] = {
		"{name: x, structure: crosspoint, geometry: {k_width_in_f: 2, k_height_in_f: 2}, g_min: 1 uS, "
		"g_max: 10 uS, read: {v_read: 0.9 V}, write: {up: {v: 1.5 V, t: 50 ns}, down: {v: 1.5 V, t: 50 ns}}, "
		"response: {kind: ideal, n_up: 64, n_down: 64}, variation: {}, selector: {v_threshold: 0.875 V, "
		"v_hold: 0.125 V, i_half: 1 nA, v_decade: 0.25 V}}",
		"{variation: {}, selector: {i_half: 1000 pA, v_decade: 250 mV, v_hold: 125 mV, v_threshold: 875 mV}, "
		"response: {kind: ideal, n_down: 64, n_up: 64}, write: {down: {t: 0.05 us, v: 1500 mV}, up: "
		"{t: 0.05 us, v: 1500 mV}}, read: {v_read: 900 mV}, g_max: 10000 nS, g_min: 1000 nS, geometry: "
		"{k_height_in_f: 2, k_width_in_f: 2}, structure: crosspoint, name: x}",
	};
	const struct cost *c[2];

	for (int i = 0; i < 2; i++)
		c[i] = cost(design_with(arena_printf(arena, "{kind: pair, cell: %s}", cell[i]), ""));
	ck_assert_int_eq(c[0]->n_entries, c[1]->n_entries);
	for (int i = 0; i < c[0]->n_entries; i++) {
		const struct entry *a = &c[0]->entry[i], *b = &c[1]->entry[i];
		ck_assert_str_eq(a->path, b->path);
		ck_assert(a->area == b->area && a->energy == b->energy && a->latency == b->latency &&
			  a->leakage == b->leakage);
	}
}
END_TEST

/* What a pulse takes grows with its length and, where the cell is a conductor, with the square of its
 * voltage; a pulse of charge with the voltage; an SRAM bit takes what its nodes take. */
START_TEST(pulses_scale)
{
	const struct design *z = design_with(synapses[_i], "");
	struct tech t = tech_at(z->node, z->temp);
	struct part part[SYNAPSE_MAX_PARTS];
	int n = synapse_parts(z->synapse, part);

	for (int i = 0; i < n; i++) {
		struct cell c = *part[i].cell;
		const struct cell_structure *s = cell_structure(&c);
		double e = s->e_pulse(&c, &t, PULSE_UP, 0.5);
		double e_top = s->e_pulse(&c, &t, PULSE_UP, 1);
		ck_assert(e > 0 && isfinite(e) && e_top >= e);
		c.write.up.t *= 2;
		double k_longer = s->e_pulse(&c, &t, PULSE_UP, 0.5) / e;
		ck_assert(s->needs_charge || s->g_of_node ? k_longer == 1 : fabs(k_longer - 2) < 1e-9);
		c.write.up.t /= 2;
		c.write.up.v *= 2;
		double k_higher = s->e_pulse(&c, &t, PULSE_UP, 0.5) / e;
		if (s->g_of_node)
			ck_near(k_higher, 1, 0);
		else if (s->i_unselected) /* the selector's drop does not double */
			ck_assert(k_higher >= 4 && k_higher < 4.5);
		else
			ck_near(k_higher, s->needs_capacitor || s->needs_charge || s->needs_track ? 2 : 4, 1e-9);
	}
}
END_TEST

/* Lines grow with the array, cells with it squared, and leakage of cells with their number. */
START_TEST(arrays_scale)
{
	struct design *z = design_with(synapses[_i], "array: {n_outputs_per_reference: 1}");
	struct tech t = tech_at(z->node, z->temp);
	struct subarray s = subarray_make(z, &t);

	z->array.n_rows *= 2;
	z->array.n_cols *= 2;

	struct subarray l = subarray_make(z, &t);

	for (int i = 0; i < s.n_arrays; i++) {
		const struct block *a = &s.block[i], *b = &l.block[i];
		ck_near(b->a_cells, 4 * a->a_cells, 1e-9);
		ck_near(b->column.r, 2 * a->column.r, 1e-9);
		ck_near(b->column.c + b->c_column, 2 * (a->column.c + a->c_column), 1e-9);
		ck_near(b->word.c + b->c_word + b->row.c, 2 * (a->word.c + a->c_word + a->row.c), 1e-9);
		ck_near(block_g(b, &t, 0.5), block_g(a, &t, 0.5), 0);
	}
}
END_TEST

/* Currents through cells that are not written: the bias and the selector decide. */
START_TEST(bias_decides_what_leaks)
{
	const char *const more[] = {"write: {bias: half}", "write: {bias: third}"};
	double e[2];

	for (int i = 0; i < 2; i++)
		e[i] = cost(design_with("{kind: pair, cell: cell-rram-1s1r}", more[i]))
			       ->phase[PHASE_UPDATE]
			       .energy;

	ck_assert(e[0] != e[1] && e[0] > 0 && e[1] > 0);
	/* without selectors half-selected cells conduct as they are */
	const char *bare =
		"{name: x, structure: crosspoint, geometry: {k_width_in_f: 2, k_height_in_f: 2}, g_min: 1 uS, "
		"g_max: 10 uS, read: {v_read: 0.2 V}, write: {up: {v: 1.6 V, t: 50 ns}, down: {v: 1.6 V, t: 50 ns}}, "
		"response: {kind: ideal, n_up: 128, n_down: 128}, variation: {}}";
	const struct design *z = design_with(arena_printf(arena, "{kind: pair, cell: %s}", bare), more[0]);

	ck_assert_double_gt(cost(z)->phase[PHASE_UPDATE].energy, 2 * e[0]);
	/* what an access transistor would take is saved */
	ck_assert_double_gt(area_of(design_with("{kind: pair, cell: cell-rram-40nm}", "")),
		area_of(design_with("{kind: pair, cell: cell-rram-1s1r}", "")));
}
END_TEST

/* Every shipped cell in every composition that takes it: leaves add up, nothing is NaN without activity,
 * and what is refused says why. */
START_TEST(every_cell_in_every_composition)
{
	static const char *const kinds[] = {"{kind: single, cell: %s}", "{kind: pair, cell: %s}",
		"{kind: sliced, n_cells: 3, cell: %s}", "{kind: sliced, n_cells: 2, sign: pair, cell: %s}",
		"{kind: hybrid, nonvolatile: %s, volatile: cell-capacitor-2t1c}",
		"{kind: hybrid, nonvolatile: cell-rram-40nm, volatile: %s}", "{kind: 2t1f, cell: %s}",
		"{kind: femfet, cell: %s}"};
	const struct network *n = lenet();
	struct activity *idle = activity_default(arena, n, N_BATCH);
	FILE *nowhere = fopen("/dev/null", "w");
	int n_good = 0, n_refused = 0;
	glob_t found;

	for (int i = 0; i < idle->n_layers; i++)
		idle->layer[i] = (struct layer_activity){.name = idle->layer[i].name};
	ck_assert_int_eq(glob("techfiles/cell-*.yaml", 0, NULL, &found), 0);
	ck_assert(found.gl_pathc > 10);
	for (size_t i = 0; i < found.gl_pathc; i++) {
		bool taken = false;
		for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
			struct diag *quiet = diag_new(arena, nowhere);
			const char *synapse = kinds[k];
			char text[400];
			struct design *z = NEW(arena, struct design, 1);
			struct loader l;
			int at = snprintf(text, sizeof text, "name: x\nnode: node-45nm-hp\nsynapse: ");
			const char *gap = strstr(synapse, "%s");
			at += snprintf(text + at, sizeof text - (size_t)at, "%.*s%s%s\n",
				(int)(gap - synapse), synapse, found.gl_pathv[i], gap + 2);
			ck_assert(at < (int)sizeof text);
			loader_init(&l, arena, quiet);
			struct yaml *y = yaml_read_text(arena, "design", text, strlen(text), false, quiet);
			if (!loader_bind(&l, design_file.fields, y, "", z) ||
				!design_file.check(z, arena, quiet)) {
				ck_assert_ptr_nonnull(diag_first(quiet));
				n_refused++;
				continue;
			}
			taken = true;
			n_good++;
			check_finite(cost(z));
			check_finite(price(arena, z, n, idle, N_IMAGES, N_BATCH));
		}
		ck_assert_msg(taken, "%s fits nothing", found.gl_pathv[i]);
	}
	globfree(&found);
	fclose(nowhere);
	ck_assert(n_good > 40 && n_refused > 40);
}
END_TEST

/* Rows that are read together are those of training; rows read one by one give exact sums. */
START_TEST(training_reads_the_same_rows)
{
	const struct design *z = design_with(synapses[0], "array: {n_rows_parallel: 32}");
	struct numerics n = design_numerics(z, cost(z));

	ck_assert_int_eq(n.n_rows, 32);
	ck_assert(!n.exact);
	z = design_with("{kind: sliced, cell: cell-sram-6t}",
		"array: {n_rows_parallel: 1}\nconverter: {kind: latch}");
	n = design_numerics(z, cost(z));
	ck_assert_int_eq(n.n_rows, 128);
	ck_assert(n.exact);
}
END_TEST

/* 400 rows on 128-row arrays, 32 at once: 4 + 4 + 4 + 1 groups. */
START_TEST(the_last_group_counts_as_it_is)
{
	struct groups g = groups_of(400, 4, 128, 32);

	ck_near(g.n, 13.0 / 4, 1e-15);
	ck_assert_int_eq(g.n_max, 4);
	g = groups_of(20, 1, 20, 128);
	ck_near(g.n, 1, 0);
	ck_assert_int_eq(g.n_max, 1);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("structure laws");
	TCase *c = tcase_create("synapses");

	tcase_add_checked_fixture(c, setup, teardown);
	tcase_add_loop_test(c, reads_pay_joule_heat, 0, N_SYNAPSES);
	tcase_add_loop_test(c, leaves_add_up, 0, N_SYNAPSES);
	tcase_add_loop_test(c, more_costs_more, 0, N_SYNAPSES);
	tcase_add_loop_test(c, row_groups_are_converted_one_by_one, 0, N_SYNAPSES);
	tcase_add_loop_test(c, inference_at_nodes, 0, 6);
	tcase_add_test(c, units_do_not_matter);
	tcase_add_loop_test(c, pulses_scale, 0, N_SYNAPSES);
	tcase_add_loop_test(c, arrays_scale, 0, N_SYNAPSES);
	tcase_add_test(c, bias_decides_what_leaks);
	tcase_add_test(c, every_cell_in_every_composition);
	tcase_add_test(c, training_reads_the_same_rows);
	tcase_add_test(c, the_last_group_counts_as_it_is);
	suite_add_tcase(s, c);
	return run_suite(s);
}
