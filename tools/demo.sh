#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# make demo: float, PCM alone and PCM + capacitor on the same network and images, side by side.
set -eu
cd "$(dirname "$0")/.."
mho=$1/mho
"$mho" run reports/demo/study.yaml -o out/demo
echo
echo "all numbers: out/demo/results.csv"
