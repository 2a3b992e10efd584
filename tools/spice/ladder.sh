#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Crossbars of resistors in ngspice: remakes tests/ref/spice-ladder.csv. Conductances and drives are
# the multiples x/(2^31 - 1) of x <- 16807 x mod 2^31 - 1, from the seed on: cells row by row from 1 to 100 uS,
# then, where the drive is "random", a one for every driven line with an even x. Ones are 0.2 V.
set -eu
cd "$(dirname "$0")"
command -v ngspice >/dev/null || { echo "ngspice is not installed" >&2 && exit 3; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

deck() {
	awk -v read="$1" -v nr="$2" -v nc="$3" -v seed="$4" -v rr="$5" -v rc="$6" -v r_source="$7" -v r_sense="$8" \
		-v drive="$9" -v r0="${10}" -v rby="${11}" -v c0="${12}" -v cby="${13}" '
	function next_x() { seed = seed * 16807 % 2147483647; return seed }
	function on(k, from, by) { return k >= from && (k - from) % by == 0 }
	function volts() { x = next_x(); return drive == "ones" || x % 2 == 0 ? 0.2 : 0 }
	BEGIN {
		print "crossbar"
		for (i = 0; i < nr; i++)
			for (o = 0; o < nc; o++) {
				g = 1e-6 + 99e-6 * next_x() / 2147483647
				if (on(i, r0, rby) && on(o, c0, cby))
					printf "rg%d_%d r%d_%d c%d_%d %.12g\n", i, o, i, o + 1, i, o, 1 / g
				printf "rr%d_%d r%d_%d r%d_%d %g\n", i, o, i, o, i, o + 1, rr
				printf "rc%d_%d c%d_%d c%d_%d %g\n", i, o, i, o, i + 1, o, rc
			}
		forward = read == "forward"
		for (i = 0; i < nr; i++)
			if (on(i, r0, rby)) {
				printf "re%d r%d_0 er%d %g\n", i, i, i, forward ? r_source : r_sense
				printf "vr%d er%d 0 %g\n", i, i, forward ? volts() : 0
			}
		for (o = 0; o < nc; o++)
			if (on(o, c0, cby)) {
				printf "rs%d c%d_%d ec%d %g\n", o, nr, o, o, forward ? r_sense : r_source
				printf "vc%d ec%d 0 %g\n", o, o, forward ? 0 : volts()
			}
		print ".options gmin=1e-20 rshunt=1e15\n.control\nset numdgt=12\nop"
		n = forward ? nc : nr; from = forward ? c0 : r0; by = forward ? cby : rby
		for (k = from; k < n; k += by)
			printf "print i(v%s%d)\n", forward ? "c" : "r", k
		print ".endc\n.end"
	}'
}

{
	echo "# Crossbars with resistive wires in ngspice (operating point), made by tools/spice/ladder.sh, which says how"
	echo "# conductances and drives are drawn. Rows are driven (or sensed) before column 0, columns sensed (or driven)"
	echo "# behind the last row, through r_source (r_sense) and one more wire segment; r_row and r_column are ohms of"
	echo "# a wire from cell to cell. Cells take part on rows row_from, row_from + row_by, ... and columns likewise;"
	echo "# current in amperes into the sense node of the line."
	echo "read,rows,columns,seed,r_row,r_column,r_source,r_sense,drive,row_from,row_by,column_from,column_by,line,current"
} >"$dir/csv"
while read -r args; do
	deck $args >"$dir/deck.cir"
	nice ngspice -b "$dir/deck.cir" >"$dir/log" 2>&1 || true # its status says whether it plotted
	sed -n 's/^i(v[rc]\([0-9]*\)) = *\([-+0-9.e]*\)$/\1,\2/p' "$dir/log" |
		sed "s/^/$(echo "$args" | tr ' ' ',' ),/" >"$dir/rows"
	[ -s "$dir/rows" ] || { cat "$dir/log" >&2; exit 3; }
	cat "$dir/rows" >>"$dir/csv"
done <<END
forward 32 32 1 1 1 100 50 ones 0 1 0 1
forward 32 32 2 20 10 500 100 random 0 1 0 1
forward 64 64 3 2.5 1.5 60 40 ones 0 1 0 1
forward 64 64 4 5 5 200 150 random 0 1 0 1
transposed 64 64 5 3 4 80 120 random 0 1 0 1
forward 64 64 6 4 6 100 75 random 16 2 3 8
transposed 64 32 7 6 2 150 90 ones 5 8 0 1
END
mv "$dir/csv" ../../tests/ref/spice-ladder.csv
