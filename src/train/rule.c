/* SPDX-License-Identifier: Apache-2.0 */
/* Learning rules: back-propagation, direct feedback alignment, and where feedback enters a network. */
#include "train/rule.h"

#include <stddef.h>

#include "base/diag.h"
#include "net/activity.h"
#include "net/network.h"

static const char *const compensation_words[] = {[DFA_NONE] = "none",
	[DFA_REFERENCE] = "reference",
	[DFA_NORM] = "norm",
	[DFA_REPROGRAM] = "reprogram",
	NULL};

static const struct field bp_fields[] = {FIELD_END};

static const struct field dfa_fields[] = {
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
#define DFA(name, which)                                                                           \
	{                                                                                          \
		"dfa-" name, "direct feedback alignment: random states carry the output's error to " which, \
			"Nokland2016", sizeof(struct rule_dfa), dfa_fields                          \
	}

static const struct kind_head dfa_kinds[] = {
	[DFA_ALL] = DFA("all", "every hidden layer"),
	[DFA_DENSE] = DFA("fc", "hidden dense layers"),
	[DFA_BLOCKS] = DFA("blocks", "the last layer of every block"),
};

const struct kind_head *const rule_kinds[] = {
	&rule_bp, &dfa_kinds[DFA_ALL], &dfa_kinds[DFA_DENSE], &dfa_kinds[DFA_BLOCKS], NULL};

const struct rule_dfa *rule_dfa_of(const struct rule *r)
{
	return r && r->kind != &rule_bp ? (const struct rule_dfa *)r : NULL;
}

bool rule_drifts(const struct rule *rule)
{
	const struct rule_dfa *r = rule_dfa_of(rule);

	return r && (r->k_drift > 0 || r->k_drift_spread > 0);
}

bool rule_check(const struct rule *rule, struct diag *d)
{
	const struct rule_dfa *r = rule_dfa_of(rule);

	if (r && r->compensation != DFA_NONE && !rule_drifts(rule))
		diag_warn(d, diag_where(d, &r->compensation),
			"nothing drifts that '%s' could compensate: it costs and does nothing good, give 'k_drift' or "
			"leave it out",
			compensation_words[r->compensation]);
	if (!r || r->compensation != DFA_REFERENCE || r->k_drift > 0 || r->k_drift_spread <= 0)
		return true;
	diag_error(d, diag_where(d, &r->compensation),
		"reference cells tell of the mean drift, and 'k_drift' is 0: expected norm, reprogram or a 'k_drift'");
	return false;
}

static bool takes(const struct rule_dfa *r, enum dfa_layers layers)
{
	return r->rule.kind == &dfa_kinds[layers];
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
	if (i >= last || (takes(r, DFA_DENSE) && !dense))
		return -1;
	if (takes(r, DFA_BLOCKS) && !dense && network_layer(net, i + 1)->i_weight >= 0 &&
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
		diag_error(d, diag_where(d, rule),
			"the network has no hidden layers that '%s' could give the output's error to", rule->kind->name);
	return n > 0;
}

void rule_count(const struct rule *rule, const struct network *net, struct activity *act)
{
	const struct rule_dfa *r = rule_dfa_of(rule);
	int widest = 0;

	if (!r)
		return;
	for (int i = 0; i < net->n_weight_layers; i++) {
		struct layer_activity *l = &act->layer[i];
		int at = rule_entry(r, net, i);
		l->n_feedback = l->n_feedback_own = at < 0 ? 0 : shape_size(network_layer(net, at)->out);
		if (l->n_feedback > act->layer[widest].n_feedback)
			widest = i;
	}
	for (int i = 0; r->merged && i < net->n_weight_layers; i++)
		if (i != widest)
			act->layer[i].n_feedback_own = 0;
	act->n_feedback_references = r->compensation == DFA_REFERENCE;
	act->n_feedback_squares = r->compensation == DFA_NORM;
	act->n_feedback_programs = r->compensation == DFA_REPROGRAM ? 1.0 / r->n_reprogram : 0;
}
