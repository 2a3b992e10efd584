#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Makes doc/mho.1 and doc/mho-KIND.5 from the program's own tables, so that they cannot drift:
#     tools/man.sh build/release/mho [DIR]
set -eu
mho=$1
dir=${2:-doc}
head_() { # name section title
	printf '.\\" Made by tools/man.sh from the field tables; do not edit.\n.Dd January 1, 2026\n.Dt %s %s\n.Os mho\n' "$(echo "$1" | tr a-z A-Z)" "$2"
	printf '.Sh NAME\n.Nm %s\n.Nd %s\n' "$1" "$3"
}
{
	head_ mho 1 "accuracy, area, time and energy of networks trained on analog synapses"
	printf '.Sh SYNOPSIS\n.Nm\n.Ar command\n.Op Ar options\n.Sh COMMANDS\n'
	"$mho" --help | sed -n 's/^  \([a-z]*\)  *\(.*\)/\1 \2/p' | while read -r name summary; do
		printf '.Ss %s\n%s.\n.Bd -literal\n' "$name" "$summary"
		"$mho" "$name" --help | sed -n '1p; /^  /p'
		printf '.Ed\n'
	done
	printf '.Sh EXIT STATUS\n0 done, 1 the input is wrong, 2 the usage is wrong, 3 the machine failed.\n'
	printf '.Sh SEE ALSO\n'
	sep=""
	for kind in cell design dram macro network node recipe study; do
		printf '%s.Xr mho-%s 5' "$sep" "$kind"
		sep=" ,
"
	done
	printf '\n'
} >"$dir/mho.1"
for kind in cell design dram macro network node recipe study; do
	{
		head_ "mho-$kind" 5 "the $kind files of mho"
		printf '.Sh DESCRIPTION\nA YAML file that opens with\n.Ql format: 1 .\nDimensional values carry their unit; any value may be written\n.Ql {value: ..., source: ..., note: ...} .\n.Sh KEYS\n.Bl -tag -width Ds\n'
		"$mho" explain "$kind" --man
		printf '.El\n'
		[ "$kind" != network ] || cat <<'END'
.Sh FILES OF WEIGHTS
.Ql mho train --weights
and
.Ql mho infer
read safetensors files of F16, BF16, F32 or F64, of
.Ql mho train
or of other tools, by the names of tensors.
Behind a layer's
.Cm tensor
(its name if absent) stand:
.Bl -tag -width Ds
.It Ql .weight
of dense and linear [outputs][inputs], the inputs of dense in the order [channel][row][column]; of conv
[outputs][inputs / groups][kernel height][kernel width]; of lstm [4 x hidden][inputs + hidden], the outputs in the order
input gate, forget gate, cell, output gate; of batchnorm [channels].
.It Ql .bias
[outputs], or [channels] of batchnorm.
.It Ql .running_mean , Ql .running_var
[channels] of batchnorm.
.El
.Pp
Copies that a repeat makes of a layer add _1, _2 and so on to either name.
Every one of these tensors must be there, and none that no layer takes; other tensors are passed over.
Files of
.Ql mho train
also hold the states of the cells, and the layers, which must be those of the network.
END
		# a file to start from, where a page has one
		[ "$kind" != study ] || {
			printf '.Sh EXAMPLES\n.Bd -literal\n'
			sed -n '/^```yaml/,/^```/{/^```/!p}' doc/studies.md
			printf '.Ed\n'
		}
		printf '.Sh SEE ALSO\n.Xr mho 1\n'
	} >"$dir/mho-$kind.5"
done
