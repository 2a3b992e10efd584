/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Register file.
 *
 * Model    flip-flops; decoder for the write clock; read multiplexer of one NAND2 per bit and
 *          word, log2(n_words) of them charged per bit read
 * Source   [WesteHarris2010]
 * Assumes  one read and one write port; clocks of words not written are gated
 * Valid    up to some kilobit; above, SRAM is smaller
 * Checked  tests/unit/check_blocks.c
 */
#include "circuit/register_file.h"

#include <stddef.h>

#include "circuit/decoder.h"
#include "circuit/gate.h"
#include "circuit/register.h"

struct register_file_est register_file_estimate(const struct register_file *r, const struct tech *t)
{
	struct est word = reg_bits(t, r->n_bits);
	struct gate nand = gate_nand(t, 2, 1);
	struct est d = decoder_estimate(&(struct decoder){.n_bits = decoder_bits(r->n_words),
						.c_load = r->n_bits * nand.c_in},
		t);
	double n_nands = r->n_words > 1 ? (double)r->n_words * r->n_bits : 0;
	double e_read = t->node->activity.k_register * r->n_bits * (nand.c_in + nand.c_out) *
			t->node->layout.k_wiring * t->v_dd * t->v_dd * decoder_bits(r->n_words);
	struct est whole = {
		.area = r->n_words * word.area + n_nands * nand.a + d.area,
		.latency = d.latency + word.latency,
		.leakage = r->n_words * word.leakage + n_nands * nand.p_leak + d.leakage,
	};
	struct register_file_est both = {whole, whole};

	both.read.energy = d.energy + e_read;
	both.write.energy = d.energy + word.energy;
	return both;
}

static const struct field fields[] = {
	INT(register_file, n_words, 1, 65536, "16", "words"),
	INT(register_file, n_bits, 1, 4096, "32", "bits per word"),
	FIELD_END,
};

static struct est estimate(const struct module *m, const struct tech *t)
{
	struct register_file_est r = register_file_estimate((const struct register_file *)m, t);
	struct est e = r.read;

	e.energy += r.write.energy;
	return e;
}

const struct module_kind module_register_file = {
	.head = {"register_file", "words of flip-flops, one written and one read",
		"WesteHarris2010", sizeof(struct register_file), fields},
	.estimate = estimate,
};
