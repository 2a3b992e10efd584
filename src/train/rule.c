/* SPDX-License-Identifier: Apache-2.0 */
/* Learning rules: back-propagation, direct feedback alignment, and where feedback enters a network. */
#include "train/rule.h"

#include <stddef.h>

#include "base/diag.h"
#include "net/network.h"

static const char *const layers_words[] = {
	[DFA_ALL] = "all", [DFA_DENSE] = "fc", [DFA_BLOCKS] = "blocks", NULL};
static const char *const compensation_words[] = {[DFA_NONE] = "none",
	[DFA_REFERENCE] = "reference",
	[DFA_NORM] = "norm",
	[DFA_REPROGRAM] = "reprogram",
	NULL};

static const struct field bp_fields[] = {FIELD_END};

static const struct field dfa_fields[] = {
	WORD(rule_dfa, layers, layers_words, "all",
		"layers that get the output's error directly: all hidden ones, dense ones (fc), or the "
		"last of every block"),
	BOOL(rule_dfa, merged, "false", "one random matrix for all layers"),
	REAL(rule_dfa, k_feedback, DIM_NONE, 1e-6, 1e3, "0.03", "standard deviation of a feedback weight, times the root of a channel's positions"),
	REAL(rule_dfa, k_shape, DIM_NONE, 0, 3, "0.5",
		"sigma of the logarithm of a cell's conductance after one pulse; 0: normal weights"),
	REAL(rule_dfa, k_drift, DIM_NONE, 0, 1, "0", "mean drift exponent of the feedback cells"),
	REAL(rule_dfa, k_drift_spread, DIM_NONE, 0, 1, "0", "its standard deviation from cell to cell"),
	REAL(rule_dfa, t_first, DIM_SECOND, 1e-9, 1e9, "20 s", "time after programming from which drift is told"),
	WORD(rule_dfa, compensation, compensation_words, "none",
		"against drift: none, reference cells, the norm of what comes out, or programming anew"),
	INT(rule_dfa, n_reprogram, 1, 1000000000, "1000", "batches between two programmings"),
	FIELD_END,
};

static const struct kind_head rule_bp = {"bp", "back-propagation through the transposed arrays",
	"Rumelhart1986", sizeof(struct rule), bp_fields};
static const struct kind_head rule_dfa = {"dfa",
	"direct feedback alignment: random states carry the output's error to hidden layers", "Nokland2016",
	sizeof(struct rule_dfa), dfa_fields};

const struct kind_head *const rule_kinds[] = {&rule_bp, &rule_dfa, NULL};

const struct rule_dfa *rule_dfa_of(const struct rule *r)
{
	return r && r->kind == &rule_dfa ? (const struct rule_dfa *)r : NULL;
}

static bool is_pointwise(const struct layer *l)
{
	static const struct layer_kind *const kinds[] = {&layer_relu, &layer_relu6, &layer_hardtanh,
		&layer_tanh, &layer_sigmoid, &layer_batchnorm, &layer_dropout};

	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (l->kind == kinds[i])
			return true;
	return false;
}

int rule_entry(const struct rule_dfa *r, const struct network *net, int i_weight)
{
	const struct layer *l = network_weight_layer(net, i_weight);
	int i = l->index, last = network_weight_layer(net, net->n_weight_layers - 1)->index;
	bool dense = l->kind == &layer_dense;

	while (i < last && is_pointwise(network_layer(net, i + 1)))
		i++;
	if (i >= last || (r->layers == DFA_DENSE && !dense))
		return -1;
	if (r->layers == DFA_BLOCKS && !dense && network_layer(net, i + 1)->i_weight >= 0 &&
		network_layer(net, i + 1)->kind == &layer_conv)
		return -1;
	return i;
}

bool rule_fits(const struct rule *rule, const struct network *net, struct diag *d)
{
	const struct rule_dfa *r = rule_dfa_of(rule);
	int n = 0;

	if (!r)
		return true;
	for (int i = 0; i < net->layers.n; i++) {
		const struct layer *l = network_layer(net, i);
		if (l->n_from == 1 && l->from[0]->index == i - 1 && l->kind != &layer_lstm)
			continue;
		diag_error(d, diag_where(d, rule),
			"direct feedback alignment is for chains of layers without memory, not for "
			"'%s'",
			l->name);
		return false;
	}
	for (int i = 0; i < net->n_weight_layers; i++)
		n += rule_entry(r, net, i) >= 0;
	if (n == 0)
		diag_error(d, diag_where(d, &r->layers),
			"the network has no layers that 'layers: %s' names", layers_words[r->layers]);
	return n > 0;
}
