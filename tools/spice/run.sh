#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Transistors and gates of the public model cards in ngspice: make spice PTM_DIR=... remakes
# tests/ref/spice-transistors.csv, spice-gates.csv and spice-supplies.csv. The cards stay where they are.
set -eu
cd "$(dirname "$0")"
out=../../tests/ref
cards=${PTM_DIR:?names the folder of the model cards}
command -v ngspice >/dev/null || { echo "ngspice is not installed" >&2 && exit 3; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

celsius="-40.15 -20.15 -0.15 26.85 46.85 66.85 86.85 106.85 126.85 149.85"
sections=$(for i in $(seq 20); do
	a=n$((i - 1)) b=n$i
	[ "$i" = 1 ] && a=a
	[ "$i" = 20 ] && b=b
	printf 'r%d %s %s {r/20}\\\nca%d %s 0 {c/40}\\\ncb%d %s 0 {c/40}\\\n' "$i" "$a" "$b" "$i" "$a" "$i" "$b"
done)
sections=${sections%?}

# deck, picoseconds of its time unit, units to simulate -> its RESULT lines
spice() {
	for file in cells.inc "$1.cir"; do
		sed -e "s|@card@|$cards/$card.pm|; s|@dir@|$dir|; s|@l@|$l|; s|@w_offset@|10n|; s|@celsius@|$celsius|" \
			-e "s|@vdd@|$vdd|g; s|@beta@|$beta|; s|@ts@|$2p|; s|@step@|${2}e-14|; s|@stop@|$(($2 * $3))p|" \
			-e "s|@t0@|$(($2 * 14))p|g; s|@t1@|$(($2 * 34))p|g; s|@sections@|$sections|" "$file" >"$dir/$file"
	done
	nice ngspice -b "$dir/$1.cir" >"$dir/log" 2>&1 || true # its status says whether it plotted
	if grep -E '^Error|^ERROR' "$dir/log" >&2; then exit 3; fi
	sed -n 's/^RESULT //p' "$dir/log"
}

# currents and charges -> rows node,quantity,temp,value; the alpha-power law (v - v_th)^alpha is fitted
# to the saturation currents from 0.6 to 1.0 of the supply, n and p apart, and averaged
rows() {
	awk -v node="$node" -v v="$vdd" '
	function row(q, t, x) { printf "%s,%s,%g,%.5g\n", node, q, t, x }
	function fit(list, i, u, sx, sy, sxx, sxy, syy, x, y, a, r, best) {
		best = 1e9
		for (u = 0; u < 0.59; u += 0.001) {
			sx = sy = sxx = sxy = syy = 0
			for (i = 6; i <= 10; i++) {
				x = log(i / 10 - u); y = log(list[i])
				sx += x; sy += y; sxx += x * x; sxy += x * y; syy += y * y
			}
			a = (sxy - sx * sy / 5) / (sxx - sx * sx / 5)
			r = syy - sy * sy / 5 - a * (sxy - sx * sy / 5)
			if (r < best) { best = r; k_th = u; k_alpha = a }
		}
	}
	$2 == "i_at_n" { n[$4 * 10] = $3; next }
	$2 == "i_at_p" { p[$4 * 10] = $3; next }
	$2 ~ /^i_o/ { row($2, $1 + 273.15, $3); if ($1 == 26.85) at[$2] = $3; next }
	{ at[$2] = $3 }
	END {
		fit(n); th = k_th / 2; alpha = k_alpha / 2
		fit(p); th += k_th / 2; alpha += k_alpha / 2
		row("v_th", 300, th * v); row("k_alpha", 300, alpha)
		row("i_gm_n", 300, n[7]); row("i_gm_p", 300, p[7])
		row("k_resistance", 300, (at["t_n"] * at["i_on_n"] + at["t_p"] * at["i_on_p"]) / 2 / log(2) / v)
		row("k_v_sat", 300, (at["i_on_n"] / at["g_n"] + at["i_on_p"] / at["g_p"]) / (1 - th) / v)
		row("k_stack", 300, at["k_stack"])
		n_dibl = log(at["s_full_n"] / at["s_low_n"]) / log(at["s_open_n"] / at["s_low_n"])
		p_dibl = log(at["s_full_p"] / at["s_low_p"]) / log(at["s_open_p"] / at["s_low_p"])
		row("k_dibl", 300, 0.05 * (n_dibl + p_dibl) / 2 / (0.4 * v))
		c = (at["c_edge_n"] + at["c_edge_p"])
		row("c_fringe_per_w", 300, c)
		row("c_ideal_per_w", 300, (at["c_gate_n"] + at["c_gate_p"]) / 2 - c)
		# what a swing sees is the mean over it: back to zero bias with the grading of a step junction
		# (exponent 1/2, sidewalls 1/3, built-in 1 V), which the cards share
		area = 2 * (sqrt(1 + v) - 1) / v; side = ((1 + v) ^ 0.67 - 1) / 0.67 / v
		row("c_per_a", 300, (at["c_bottom_n"] + at["c_bottom_p"]) / 2 / area)
		row("c_side_per_l", 300, (at["c_side_n"] + at["c_side_p"]) / 2 / side)
		row("c_channel_per_l", 300, (at["c_channel_n"] + at["c_channel_p"]) / 2 / side)
	}'
}

{
	echo "# Transistors of the PTM cards [PTM] in ngspice, made by tools/spice/run.sh: L as drawn, 1 um of"
	echo "# electrical width, nominal supply. Temperatures in K, values in SI units per metre of width."
	echo "node,quantity,temp,value"
} >"$dir/transistors"
{
	echo "# Gates of the PTM cards [PTM] in ngspice, made by tools/spice/run.sh: 300 K, nominal supply, n width 4 F (two"
	echo "# in series 8 F), p width as much larger as its current is smaller, diffusions 2.8 F wide. Seconds and joules."
	echo "# inverter, nand2: fan-out of four in a chain of its like, mean of both edges (nand2: the input next to"
	echo "#   ground); energy of a charge and a discharge"
	echo "# flipflop: minimum transistors (2 F), an inverter as load; energy per clock, data changing every clock or never"
	echo "# line: transmission gate of 20 F into 1 kOhm and 100 fF, steps of 0.2 v_dd (low) or v_dd (full), 50 % at the end,"
	echo "#   mean of up and down"
	echo "# repeater: 40 minimum inverters, 200 Ohm and 0.9 fF per nm of F between two (twice their input), one"
	echo "#   span"
	echo "node,quantity,value"
} >"$dir/gates"
{
	echo "# Inverter and NAND2 of spice-gates.csv at lower supplies, as shares of the nominal one; same conditions, made by"
	echo "# tools/spice/run.sh. Seconds and joules."
	echo "node,k_supply,quantity,value"
} >"$dir/supplies"
while read -r node card l vdd ts; do
	beta=1
	{ spice transistor 1 1 && spice dibl 1 1 && spice charge 1 1 | sort; } >"$dir/raw"
	rows <"$dir/raw" >>"$dir/transistors"
	beta=$(awk '$1 == 26.85 && $2 == "i_on_n" { n = $3 } $1 == 26.85 && $2 == "i_on_p" { p = $3 } END { print n / p }' "$dir/raw")
	{ spice gate "$ts" 21; spice flipflop $((ts * 5)) 37; spice line 1 1; spice repeater $((ts * 4)) 21; } |
		awk -v node="$node" '{ printf "%s,%s,%.4g\n", node, $1, $2 }' >>"$dir/gates"
	nominal=$vdd
	for k in 0.6 0.7 0.8 0.9; do
		vdd=$(awk -v v="$nominal" -v k=$k 'BEGIN { print v * k }')
		spice gate $((ts * 10)) 21 | awk -v node="$node" -v k=$k '{ printf "%s,%s,%s,%.4g\n", node, k, $1, $2 }'
	done >>"$dir/supplies"
done <<END
node-130nm-hp 130nm_bulk 130n 1.3 50
node-65nm-hp 65nm_bulk 65n 1.1 30
node-45nm-hp 45nm_HP 45n 1.0 20
node-45nm-lp 45nm_LP 45n 1.1 60
node-32nm-hp 32nm_HP 32n 0.9 20
node-22nm-hp 22nm_HP 22n 0.8 20
END
mv "$dir/transistors" $out/spice-transistors.csv
mv "$dir/gates" $out/spice-gates.csv
mv "$dir/supplies" $out/spice-supplies.csv
