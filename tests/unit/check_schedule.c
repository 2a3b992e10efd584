/* SPDX-License-Identifier: Apache-2.0 */
/* When blocks work and what they hold: buffers with limits, gradient units, double buffering,
 * pipelines, power gating. */
#include <check.h>
#include <math.h>
#include <stdlib.h>

#include "arch/chip.h"
#include "circuit/sram_cim.h"
#include "circuit/write_driver.h"
#include "load.h"
#include "near.h"

static double n_bits_in(const struct network *n)
{
	double sum = 0;

	for (int i = 0; i < n->n_weight_layers; i++)
		sum += 5.0 * shape_size(network_weight_layer(n, i)->in);
	return sum;
}

static double n_bits_error(const struct network *n)
{
	double sum = 0;

	for (int i = 1; i < n->n_weight_layers; i++) {
		const struct layer *l = network_weight_layer(n, i);
		sum += 8.0 * (shape_size(l->in) + shape_size(l->out));
	}
	return sum;
}

static struct chip chip_of(const struct design *z, const char *net)
{
	struct tech *t = NEW(arena, struct tech, 1);
	struct ledger l;

	*t = tech_at(z->node, z->temp);

	struct subarray s = subarray_make(z, t);
	struct mapping m = mapping_make(arena, z, &s, network(net), NULL);

	return chip_make(z, t, &s, &m, &(struct projection){.n_squares = 0}, &l);
}

/* lenet5 at 5 bits: what is kept of an image, and what a pipeline keeps of all images under way. */
START_TEST(test_storage)
{
	const struct network *n = network("lenet5");
	double n_error = 784.0 * 6 * 8, n_last = 5.0 * 84, n_flight = 0, n_errors = 0;
	struct chip plain = chip_of(design("rram-40nm", ""), "lenet5");
	struct chip piped = chip_of(design("rram-40nm", "execution=pipelined"), "lenet5");
	struct chip infer = chip_of(design("rram-40nm", "training=false"), "lenet5");
	struct chip both = chip_of(design("rram-40nm", "training=false;execution=pipelined"), "lenet5");

	ck_near(plain.storage.n_chip, n_bits_in(n) + 2 * n_error, 0);
	ck_near(plain.storage.n_gradient, 24 * network_weights(n), 0);
	for (int i = 0; i < 5; i++) {
		const struct layer *l = network_weight_layer(n, i);
		n_flight += (9 - 2 * i) * 5.0 * shape_size(l->in);
		n_errors += 8.0 * shape_size(l->out);
	}
	ck_near(piped.storage.n_chip, n_flight + 2 * n_errors, 0);
	/* the first layer with its pooled output is the largest */
	ck_near(infer.storage.n_chip, 5 * (784 + 196 * 6), 0);
	ck_near(infer.storage.n_gradient, 0, 0);
	ck_near(both.storage.n_chip, 2 * n_bits_in(n), 0);
	ck_assert_double_gt(n_bits_in(n), n_last);
}
END_TEST

/* What exceeds a limit crosses the pins: activations and errors once out and once back per image, sums of
 * gradients in and out per image and out once per batch. */
START_TEST(test_limits)
{
	const char *limits = "memory=dram;buffer.n_bytes_max=2000;gradient.n_bytes_max=100000";
	const struct design *z = design("rram-40nm", limits);
	const struct cost *c = cost_of(z, "lenet5"), *all = cost_of(design("rram-40nm", "memory=dram"), "lenet5");
	const struct network *n = network("lenet5");
	struct chip chip = chip_of(z, "lenet5"), whole = chip_of(design("rram-40nm", ""), "lenet5");
	double k = 1 - 16000 / whole.storage.n_chip, k_gradient = 1 - 8e5 / whole.storage.n_gradient;
	double n_bits = 5 * 784 + 2 * k * n_bits_in(n) + k * n_bits_error(n) +
			k_gradient * whole.storage.n_gradient * (2 + 1.0 / N_BATCH);
	const struct memory_dram *m = memory_of(z->memory);

	ck_near(chip.storage.n_chip, 16000, 0);
	ck_near(chip.storage.n_gradient, 8e5, 0);
	ck_near(entry(c, "chip/memory")->energy,
		n_bits * m->device->e_per_bit + m->device->p_idle * c->image.latency, 1e-9);
	ck_assert_double_lt(c->area, all->area);
	ck_assert_double_ge(c->phase[PHASE_GRADIENT].latency, all->phase[PHASE_GRADIENT].latency * (1 - 1e-9));

	/* just at the limit nothing jumps */
	double n_bytes = whole.storage.n_chip / 8;
	const char *at = arena_printf(arena, "memory=dram;buffer.n_bytes_max=%.17g", n_bytes);
	const char *below = arena_printf(arena, "memory=dram;buffer.n_bytes_max=%.17g", n_bytes * (1 - 1e-9));

	ck_near(cost_of(design("rram-40nm", at), "lenet5")->image.energy, all->image.energy, 1e-12);
	ck_near(cost_of(design("rram-40nm", below), "lenet5")->image.energy, all->image.energy, 1e-6);
}
END_TEST

/* 150 rows of 5 bits, 100 positions, 16 outputs: one load down, six across (25 values each), on 4 banks
 * two turns. */
START_TEST(test_gradient_banks)
{
	const struct design *z = design("rram-40nm", "gradient.kind=sram_cim;gradient.bank.n_banks=4");
	struct tech t = tech_at(z->node, z->temp);
	struct gradient_unit u = gradient_unit_make(z, &t);
	struct matrix m = {150, 16, 100, 1};
	struct gradient_work w = gradient_unit_work(&u, z, &m, 0.25);
	struct sram_cim bank = {.n_rows = 128,
		.n_converters = 16,
		.n_columns_per_converter = 8,
		.n_bits_in = 7,
		.n_bits_converter = 4,
		.n_bits_value = 5,
		.k_ones = 0.25 * 100 / 128};
	double e_read = sram_cim_estimate(&bank, &t).energy, e_write = sram_cim_write(&bank, &t).energy;

	ck_near(w.t, 2 * (100 * u.write.latency + 16 * u.unit.latency), 1e-12);
	/* 150 values of 5 bits fill 750 of 768 columns */
	ck_near(w.e, 750.0 / 768 * 6 * (100 * e_write + 16 * e_read), 1e-9);
	ck_near(w.n_words, 150 * 16 / 16, 0);

	/* twice the positions: loads, sums and energy of the writes twice */
	struct matrix more = {150, 16, 256, 1};
	struct gradient_work v = gradient_unit_work(&u, z, &more, 0.25);

	ck_near(v.n_words, 2 * w.n_words, 0);
	ck_near(v.t, 3 * (128 * u.write.latency + 16 * u.unit.latency), 1e-12);
}
END_TEST

/* Without double buffering everything follows everything: never sooner, and the same joules but for
 * the leakage. */
START_TEST(test_double_buffer)
{
	const struct cost *both = cost_of(design("hybrid-pcm-40nm", ""), "lenet5");
	const struct cost *one = cost_of(design("hybrid-pcm-40nm", "double_buffer=false"), "lenet5");

	for (int p = 0; p < PHASE_TRANSFER; p++) {
		ck_assert_double_gt(one->phase[p].latency, both->phase[p].latency);
		ck_near(one->phase[p].energy - one->leakage * one->phase[p].latency,
			both->phase[p].energy - both->leakage * both->phase[p].latency, 1e-9);
	}
}
END_TEST

/* An image leaves a pipeline of inference in the time of its slowest layer, if nothing is shared by the
 * layers for longer. */
START_TEST(test_pipeline)
{
	const char *const sets = "training=false;execution=pipelined";
	const struct cost *c = cost_of(design("rram-40nm", sets), "lenet5");
	const struct cost *one = cost_of(design("rram-40nm", "training=false"), "lenet5");
	double t_slowest = 0;

	for (int i = 0; i < c->n_layers; i++)
		t_slowest = fmax(t_slowest, c->layer[i].phase[PHASE_FORWARD].latency);
	ck_near(1 / c->images_per_s, t_slowest, 1e-12);
	ck_near(c->phase[PHASE_FORWARD].latency, one->phase[PHASE_FORWARD].latency, 1e-9);
	ck_near(c->epoch.latency, N_IMAGES * t_slowest, 1e-12);
	ck_near(c->tops, 2e-12 * c->macs_per_image / t_slowest, 1e-12);
	/* everything leaks for the time between two images */
	ck_near(c->image.energy - c->leakage * t_slowest,
		one->image.energy - one->leakage * one->image.latency, 0.02);

	/* a bus of 8 bits serves all layers in turns: its sum of words counts */
	const struct cost *narrow =
		cost_of(design("rram-40nm", "training=false;execution=pipelined;bus.n_bits=8"), "resnet20");
	double t_narrow = 0;

	for (int i = 0; i < narrow->n_layers; i++)
		t_narrow = fmax(t_narrow, narrow->layer[i].phase[PHASE_FORWARD].latency);
	ck_assert_double_gt(1 / narrow->images_per_s, t_narrow);
}
END_TEST

/* Layers that share a subarray take turns. */
START_TEST(test_pipeline_packed)
{
	const char *const set = "training=false;execution=pipelined;double_buffer=true;mapping.pack=";
	const struct cost *apart = cost_of(design("rram-40nm", arena_printf(arena, "%sfalse", set)), "densenet40");
	const struct cost *packed = cost_of(design("rram-40nm", arena_printf(arena, "%strue", set)), "densenet40");

	ck_assert_double_lt(packed->images_per_s, apart->images_per_s);
	ck_assert_double_gt(packed->utilization, apart->utilization);
	ck_assert_double_lt(packed->area, apart->area);
}
END_TEST

/* A batch takes one passage and a period for each further image. */
START_TEST(test_pipeline_training)
{
	const struct cost *c = cost_of(design("hybrid-pcm-40nm", "execution=pipelined"), "lenet5");
	const struct cost *one = cost_of(design("hybrid-pcm-40nm", ""), "lenet5");
	double t_all = 0, t_period = 0, t_gradient = c->phase[PHASE_GRADIENT].latency;

	for (int p = 0; p <= PHASE_GRADIENT; p++)
		t_all += c->phase[p].latency;
	for (int i = 0; i < c->n_layers; i++)
		t_period = fmax(t_period, c->layer[i].phase[PHASE_FORWARD].latency +
						  c->layer[i].phase[PHASE_ERROR].latency);
	t_period = fmax(t_period, (c->t_batch - c->phase[PHASE_UPDATE].latency - t_all) / (N_BATCH - 1));
	ck_near(c->t_batch - c->phase[PHASE_UPDATE].latency, t_all + (N_BATCH - 1) * t_period, 1e-9);
	/* one gradient unit for all layers */
	ck_assert_double_ge(t_period, 0.9 * t_gradient);
	ck_assert_double_le(t_period, t_all);
	ck_assert_double_lt(c->epoch.latency, one->epoch.latency);
	ck_near(c->epoch.latency / N_IMAGES * N_BATCH,
		c->t_batch + c->t_transfer / 20, 1e-9);
	ck_near(1 / c->images_per_s, c->epoch.latency / N_IMAGES, 1e-12);
}
END_TEST

/* With nothing saved and nothing to wake, gating changes nothing; the more it saves the better. */
START_TEST(test_gating)
{
	static const char *const orders[] = {"layer_by_layer", "pipelined"};

	for (int i = 0; i < 2; i++) {
		const char *set = arena_printf(arena, "execution=%s", orders[i]);
		const struct cost *plain = cost_of(design("pcm-40nm", set), "lenet5"), *last = plain;
		for (double k = 1; k > -0.01; k -= 0.25) {
			const struct cost *c = cost_of(design("pcm-40nm",
				arena_printf(arena, "%s;power_gating={k_residual: %g, c_rail_per_a: 0 fF/um^2, "
						    "t_wake: 0 ns}", set, fmax(k, 0))), "lenet5");
			if (k == 1)
				ck_near(c->image.energy, plain->image.energy, 1e-12);
			else
				ck_assert_double_lt(c->image.energy, last->image.energy);
			ck_near(c->image.latency, plain->image.latency, 1e-12);
			last = c;
		}
	}

	/* two wakes per layer and image, one per update and transfer of t_wake each */
	const struct cost *plain = cost_of(design("pcm-40nm", ""), "lenet5");
	const struct cost *c = cost_of(design("pcm-40nm", "power_gating={t_wake: 1 us}"), "lenet5");

	ck_near(c->phase[PHASE_FORWARD].latency, plain->phase[PHASE_FORWARD].latency + 5e-6, 1e-9);
	ck_near(c->phase[PHASE_ERROR].latency, plain->phase[PHASE_ERROR].latency + 4e-6, 1e-9);
	ck_near(c->phase[PHASE_GRADIENT].latency, plain->phase[PHASE_GRADIENT].latency, 1e-9);
	ck_near(entry(c, "chip/tile/power_gate")->latency, 9e-6 + 5e-6 / N_BATCH * (1 + 1.0 / 20), 1e-9);
}
END_TEST

/* Layers beyond the chip's subarrays come from the memory for every image, whole and once. */
START_TEST(test_reload)
{
	const char *const base = "training=false;memory=dram;mapping.n_subarrays_per_pe=1;mapping.n_subarrays_max";
	/* a chip that reloads has the logic to write */
	const struct design *all = design("rram-40nm", arena_printf(arena, "%s=1000000", base));
	const struct cost *c = cost_of(all, "resnet20"), *last = c;
	const struct memory_dram *m = memory_of(all->memory);
	struct chip whole = chip_of(all, "resnet20");
	int n_needed = whole.mapping.n_used;

	ck_near(cost_of(design("rram-40nm", arena_printf(arena, "%s=%d", base, n_needed)), "resnet20")->image.energy,
		c->image.energy, 0);
	for (int n_max = n_needed - 1; n_max > 1; n_max = n_max * 2 / 3) {
		const struct design *z = design("rram-40nm", arena_printf(arena, "%s=%d", base, n_max));
		const struct cost *less = cost_of(z, "resnet20");
		struct chip chip = chip_of(z, "resnet20");
		double n_weights = 0;
		int n_held = 0, n_most = 0;
		for (int i = 0; i < chip.mapping.n_layers; i++) {
			const struct placed *p = &chip.mapping.layer[i];
			n_weights += p->n_rounds > 0 ? p->n_weights : 0;
			n_held += p->n_rounds > 0 ? 0 : p->n_blocks;
			n_most = p->n_rounds > 0 && p->n_subarrays > n_most ? p->n_subarrays : n_most;
			ck_assert(p->n_rounds == 0 || p->n_rounds * p->n_subarrays >= p->n_blocks);
		}
		ck_assert_int_le(n_held + n_most, n_max);
		ck_near(entry(less, "chip/memory")->energy - m->device->p_idle * less->image.latency,
			entry(c, "chip/memory")->energy - m->device->p_idle * c->image.latency +
				10 * n_weights * m->device->e_per_bit, 1e-9);
		ck_near(less->entry[0].energy, less->image.energy, 1e-9);
		ck_near(less->entry[0].latency, less->image.latency, 1e-9);
		ck_assert_ptr_nonnull(entry(less, "chip/tile/pe/subarray/write_logic"));
		ck_assert_double_lt(less->area, last->area);
		ck_assert_double_gt(less->image.latency, c->image.latency);
		last = less;
	}

	/* no training, no pipeline, no weights from nowhere */
	static const char *const refused[] = {"", "training=false", "training=false;memory=dram;execution=pipelined"};
	FILE *nowhere = fopen("/dev/null", "w");
	struct diag *quiet = diag_new(arena, nowhere);

	for (int i = 0; i < 3; i++) {
		const struct design *z = design("rram-40nm", arena_printf(arena, "%s;mapping.n_subarrays_max=9", refused[i]));
		ck_assert(!price_check(z, network("resnet20"), quiet));
		ck_assert_int_eq(diag_errors(quiet), i + 1);
	}
	fclose(nowhere);
}
END_TEST

/* Tries multiply pulses and periods, reads follow each period; cells that forget are written blindly. */
START_TEST(test_verify)
{
	struct tries n = write_tries(10, 1, 20);
	double q = erfc(1 / sqrt(2)), n_mean = (1 - pow(q, 20)) / (1 - q), n_row = 0;
	const struct cost *blind = cost_of(design("rram-40nm", ""), "lenet5"), *last = blind;

	for (int k = 0; k < 20; k++)
		n_row += 1 - pow(1 - pow(q, k), 10);
	ck_near(n.n_mean, n_mean, 1e-12);
	ck_near(n.n_row, n_row, 1e-12);
	ck_near(write_tries(10, 40, 20).n_row, 1, 1e-12);

	for (double k = 0.05; k < 3; k *= 2) {
		const struct cost *c = cost_of(
			design("rram-40nm", arena_printf(arena, "write.verify={k_sigma: %g}", k)), "lenet5");
		ck_assert_double_ge(c->phase[PHASE_UPDATE].latency, last->phase[PHASE_UPDATE].latency);
		ck_assert_double_ge(c->phase[PHASE_UPDATE].energy, last->phase[PHASE_UPDATE].energy);
		ck_near(c->phase[PHASE_FORWARD].latency, blind->phase[PHASE_FORWARD].latency, 1e-6);
		last = c;
	}

	const struct cost *hybrid = cost_of(design("hybrid-pcm-40nm", ""), "lenet5");
	const struct cost *verified = cost_of(design("hybrid-pcm-40nm", "write.verify={k_sigma: 2}"), "lenet5");

	ck_near(verified->phase[PHASE_UPDATE].latency, hybrid->phase[PHASE_UPDATE].latency, 1e-6);
	ck_assert_double_gt(verified->phase[PHASE_TRANSFER].latency, hybrid->phase[PHASE_TRANSFER].latency);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("schedule");
	TCase *c = tcase_create("all");

	tcase_add_checked_fixture(c, setup, teardown);
	tcase_add_test(c, test_storage);
	tcase_add_test(c, test_limits);
	tcase_add_test(c, test_gradient_banks);
	tcase_add_test(c, test_double_buffer);
	tcase_add_test(c, test_pipeline);
	tcase_add_test(c, test_pipeline_packed);
	tcase_add_test(c, test_pipeline_training);
	tcase_add_test(c, test_gating);
	tcase_add_test(c, test_verify);
	tcase_add_test(c, test_reload);
	suite_add_tcase(s, c);
	return run_suite(s);
}
