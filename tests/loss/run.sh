#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Loss curves of short trainings on the small digits against reference runs (tests/ref/loss-*.csv: epoch, train and
# test loss). run.sh BUILD bless makes these anew.
# Tolerances, relative: float 1e-3; through arrays 0.1, because there the last digit of a product decides now and then
# which way a code or a pulse count is rounded, and three times that for the losses of the few test images. Seen between
# the kernels of OpenBLAS for four CPUs: 3e-7; 0.02 and 0.23.
B=$1
. tests/support/cases.sh
ref=$PWD/tests/ref

head='format: 1
name: small
input: {channels: 1, height: 8, width: 8}
classes: 10
layers:'
cp tests/support/norm.yaml "$dir/norm.yaml"
cat >"$dir/signed.yaml" <<END
$head
  - {kind: conv, out: 8, kernel: 3}
  - {kind: tanh}
  - {kind: conv, out: 8, kernel: 3, groups: 4}
  - {kind: hardtanh}
  - {kind: dense, out: 10}
END

# name, tolerance, words of mho train
curve() {
	name=$1 tolerance=$2
	shift 2
	(cd "$dir" && "$mho" train "$@" --recipe digits --epochs 4 -o run >said 2>&1) || cat "$dir/said"
	cut -d, -f1,2,4 "$dir/run/log.csv" >"$dir/now.csv"
	[ "$bless" ] && cp "$dir/now.csv" "$ref/loss-$name.csv"
	told=$(paste -d, "$ref/loss-$name.csv" "$dir/now.csv" | awk -F, -v k="$tolerance" '
		function off(a, b) { return a > b ? a / b - 1 : b / a - 1 }
		NR == 1 { next }
		$1 != $4 { print "epochs differ: " $0; exit }
		!(off($2, $5) <= k) || !(off($3, $6) <= (k > 0.01 ? 3 * k : k)) { print "epoch " $1 ": losses " $5 " and " $6 ", not " $2 " and " $3 }
		END { if (NR < 5) print "only " NR - 1 " epochs" }')
	if [ -z "$told" ]; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		printf 'FAILED loss curve %s\n%s\n' "$name" "$told"
	fi
	rm -rf "$dir/run"
}
bless=$2

curve float-mlp 1e-3 float mlp-64-32-10
curve float-norm 1e-3 float norm.yaml
curve float-signed 1e-3 float signed.yaml
curve pcm-mlp 0.1 pcm-40nm mlp-64-32-10
curve pcm-signed 0.1 pcm-40nm signed.yaml
curve pcm-widths 0.1 pcm-40nm signed.yaml --set input.encoding=pulse_width --set converter.n_bits=8
curve pcm-errors 0.1 pcm-40nm signed.yaml --set error.read=converter
curve hybrid-mlp 0.1 hybrid-pcm-40nm mlp-64-32-10
curve hybrid-norm 0.1 hybrid-pcm-40nm norm.yaml

count
