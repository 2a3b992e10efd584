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
"$B/tests/bench/bench_pulse"

echo
echo "crossbars with resistive wires: eight drives, all effective weights"
"$B/tests/bench/bench_ladder"

echo
echo "one estimate inside the process, inference and training (wanted: vgg8 <= 5 ms, gpt2-xl <= 100 ms)"
"$B/tests/bench/bench_price" pcm-40nm vgg8 resnet50 gpt2-small gpt2-xl

echo
echo "10 080 chips for VGG-8, priced and not trained (wanted: 10 000 in <= 60 s)"
for n in 1 2; do
	t=$(now)
	"$mho" run tests/bench/sweep.yaml --threads $n -o "$out/sweep$n" >/dev/null 2>&1 || exit 1
	echo "  --threads $n: $(since "$t") s"
done

echo
echo "float training step against cblas_sgemm 2048^3, one thread each (wanted: VGG-8 >= 65 %, <= 2048 MiB)"
"$B/tests/bench/bench_train" 200 vgg8 lenet5

echo
echo "steps of every update rule and learning rule against float back-propagation, one thread each (wanted: >= 60 %)"
"$B/tests/bench/bench_schemes" lenet5 mlp-784-100-10

echo
echo "products through arrays (wanted: <= 1.15 x; >= 1 G per second and core)"
"$B/tests/bench/bench_mvm"

echo
echo "one LeNet-5 epoch of 60 000 images, test included (float wanted: <= 8 s)"
for design in float pcm-40nm hybrid-pcm-40nm; do
	t=$(now)
	"$mho" train $design lenet5 --epochs 1 >/dev/null || exit 1
	echo "  $design: $(since "$t") s"
done

echo
echo "the same epoch with the arrays' wires (batches of 64, solved after each)"
for how in first_order full; do
	t=$(now)
	"$mho" train pcm-40nm lenet5 --epochs 1 --set array.ir_drop=$how >/dev/null 2>&1 || exit 1
	echo "  pcm-40nm, $how: $(since "$t") s"
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
