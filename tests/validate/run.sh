#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The committed tables of validate/*.yaml beside a fresh run, byte by byte, and the errors of every class
# within the bounds that doc/validation.md states. make validate writes the tables anew.
B=$1
. tests/support/cases.sh
table() { # table, file
	"$mho" validate --table "$1" --format csv >"$dir/$1.csv" 2>/dev/null
	same "$2 (make validate makes it anew)" "$2" "$dir/$1.csv"
}
"$mho" check validate/*.yaml >"$dir/checked" 2>/dev/null
verdict "every macro is a good file" "0 $(ls validate/*.yaml | wc -l)" "$? $(grep -c ': good$' "$dir/checked")"
table points tests/ref/validation.csv
table classes tests/ref/validation-classes.csv
table shares tests/ref/validation-shares.csv
table fit tests/ref/validation-fit.csv
# a factor where it brings left-out chips nearer, and nowhere else
if awk -F, 'NR > 1 && $9 < $8 { sub(/access_time/, "time", $2); print $1, "k_" $2, $10 }' tests/ref/validation-fit.csv |
	cmp -s - <<END
$(awk '/^[a-z_]*:$/ { class = $1; sub(/:/, "", class) } /^  k_/ { sub(/:/, "", $1); sub(/,/, "", $3); print class, $1, $3 }' techfiles/calibration.yaml)
END
then
	passed=$((passed + 1))
else
	failed=$((failed + 1))
	echo "FAILED techfiles/calibration.yaml does not hold the factors of tests/ref/validation-fit.csv"
fi
while read -r class low high within; do
	case $class in '#'* | '') continue ;; esac
	if awk -F, -v c="$class" -v lo="$low" -v hi="$high" -v w="$within" '
		$1 == c && $2 == "all" { n++; if ($5 < lo || $5 > hi || $7 < w) bad = 1 }
		END { exit !(n == 1 && !bad) }' tests/ref/validation-classes.csv; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "FAILED $class: geometric mean $low to $high, $within % within a factor of two"
	fi
done <tests/validate/bounds
count
