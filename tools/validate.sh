#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# make validate: every macro of validate/ beside what was published. Remakes the committed tables in
# tests/ref, techfiles/calibration.yaml, doc/validation-tables.md, doc/validation.svg and the short table in README.md, and
# prints the comparison.
set -eu
mho=$1/mho
ref=tests/ref
"$mho" validate --table fit --format csv -o $ref/validation-fit.csv 2>/dev/null

# a factor where it brings left-out chips nearer (doc/validation.md); the calibrated columns below use them
factors=techfiles/calibration.yaml
{
	sed '/^name:/q' $factors
	awk -F, 'NR > 1 && $9 < $8 {
		if ($1 != class) { class = $1; print class ":" }
		sub(/access_time/, "time", $2)
		printf "  k_%s: {value: %s, source: assumed, note: fitted}\n", $2, $10 }' $ref/validation-fit.csv
} >$factors.new && mv $factors.new $factors

"$mho" validate 2>/dev/null
for t in points classes shares; do
	name=$ref/validation-$t.csv
	[ $t = points ] && name=$ref/validation.csv
	"$mho" validate --table $t --format csv -o "$name" 2>/dev/null
done

# CSV -> Markdown under a heading
markdown() {
	printf '\n## %s\n\n' "$2"
	awk -F, -v OFS=' | ' '{ $1 = $1; print "| " $0 " |" } NR == 1 { s = "|"; for (i = 1; i <= NF; i++) s = s " --- |"; print s }' "$1"
}
{
	echo "# Validation: the tables"
	echo
	echo "Made by \`make validate\`; what they mean and what was left out stands in [validation.md](validation.md). Ratios are"
	echo "estimated over published; \`calibrated\` columns have the factors of \`techfiles/calibration.yaml\`."
	markdown $ref/validation-classes.csv "Classes"
	markdown $ref/validation-fit.csv "Calibration: factors from half of the chips, tried on the others; leave-one-out"
	markdown $ref/validation-shares.csv "Shares of area and energy, in percent"
	markdown $ref/validation.csv "Every point"
} >doc/validation-tables.md

# the short table of README.md, between its markers
short=$(awk -F, 'NR > 1 && $2 == "all" {
	name = $1; gsub(/_/, " ", name); sub(/sram/, "SRAM", name)
	printf "| %s | %d | %d | %s | %.0f %% | %s | %.0f %% |\n", name, $3, $4, $5, $7, $8, $10 }' $ref/validation-classes.csv)
awk -v rows="$short" '
	/<!-- validation -->/ { print; print "| class | chips | figures | geometric mean | within 2x | calibrated | within 2x |"
		print "| --- | --- | --- | --- | --- | --- | --- |"; print rows; skip = 1; next }
	/<!-- end -->/ { skip = 0 }
	!skip' README.md >README.new && mv README.new README.md

command -v gnuplot >/dev/null || { echo "gnuplot is not installed: doc/validation.svg stays as it was" >&2; exit 0; }
gnuplot <<'END'
set terminal svg size 760,720 font "sans,13" enhanced background "white"
set output "doc/validation.svg"
set datafile separator ","
set logscale xy
set format "10^{%T}"
set xlabel "published"
set ylabel "estimated, nothing fitted"
set size square
unset mxtics
unset mytics
ref = "tests/ref/validation.csv"
classes = "resistive sram_current sram_charge sram_digital converter memory"
titles = "'resistive' 'SRAM, current' 'SRAM, charge' 'SRAM, digital' 'converter' 'memory'"
set multiplot layout 2,2 title "Estimates beside published silicon (dashes: a factor of two)"
do for [k = 1:3] {
	q = word("area access_time efficiency", k)
	set title word("'area [um^2]' 'access time [ns]' 'one-bit operations [TOPS/W]'", k)
	if (k == 1) { set xrange [100:1e7]; set yrange [100:1e7] }
	if (k == 2) { set xrange [0.1:1e5]; set yrange [0.1:1e5] }
	if (k == 3) { set xrange [1:1e5]; set yrange [1:1e5] }
	set key off
	plot x lc "gray40" lw 1, 2*x lc "gray70" dt 2, x/2 lc "gray70" dt 2, \
		for [i = 1:6] ref using (strcol(1) eq word(classes, i) && strcol(4) eq q ? $6 : NaN):7 pt 4+i lc i ps 0.7
}
set title "energy [pJ]"
set xrange [0.1:1e5]
set yrange [0.1:1e5]
set key top left samplen 1 font ",9"
plot x lc "gray40" lw 1 notitle, 2*x lc "gray70" dt 2 notitle, x/2 lc "gray70" dt 2 notitle, \
	for [i = 1:6] ref using (strcol(1) eq word(classes, i) && strcol(4) eq "energy" ? $6 : NaN):7 \
	pt 4+i lc i ps 0.7 title word(titles, i)
unset multiplot
END
