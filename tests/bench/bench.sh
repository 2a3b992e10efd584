#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# make bench: the figures of the README, measured here and now. Compare ratios, not seconds, between
# machines.
B=$1
mho=$B/mho
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
now() { date +%s.%N; }
since() { echo "$1 $(now)" | awk '{printf "%.2f", $2 - $1}'; }

echo "machine: $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1), $(nproc) processors"
"$mho" version | sed -n 's/^kernels */kernels: /p; s/^BLAS */BLAS: /p'

echo
echo "mho estimate hybrid-pcm-40nm lenet5, whole process (wanted: <= 10 ms)"
"$mho" estimate hybrid-pcm-40nm lenet5 >/dev/null
t=$(now)
i=0
while [ $i -lt 50 ]; do
	"$mho" estimate hybrid-pcm-40nm lenet5 --format json >/dev/null
	i=$((i + 1))
done
echo "$t $(now)" | awk '{printf "  %.2f ms\n", ($2 - $1) / 50 * 1000}'

echo
echo "cells updated per second and core, in millions"
"$B/tests/bench/pulse"

echo
echo "one LeNet-5 epoch of 60 000 images, test included (float wanted: <= 8 s)"
for design in float pcm-40nm hybrid-pcm-40nm; do
	t=$(now)
	"$mho" train $design lenet5 --epochs 1 >/dev/null || exit 1
	echo "  $design: $(since "$t") s"
done

echo
echo "make demo, after the build (wanted: < 120 s)"
t=$(now)
"$mho" run reports/demo/study.yaml -o "$out/demo" | sed 's/^/  /'
echo "  $(since "$t") s"

echo
echo "same bytes for --threads 1 and --threads 2"
for n in 1 2; do
	"$mho" run reports/demo/study.yaml --quick --threads $n -o "$out/$n" >/dev/null || exit 1
	sed 's/,[^,]*$//' "$out/$n/results.csv" >"$out/$n.csv"
done
cmp "$out/1.csv" "$out/2.csv" && echo "  results.csv identical (without wall_s)"
