#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A study without recipes prices its points and trains nothing: every combination has a row, a point that
# makes no sense has its error as status and does not stop the others, rows are the same for any number of
# threads, and say what mho estimate says.
B=$1
. tests/support/cases.sh
column() { # number of the column named $1
	head -n 1 "$dir/1/results.csv" | tr , '\n' | grep -nx "$1" | cut -d: -f1
}
for n in 1 2; do
	"$mho" run tests/study/sweep.yaml --threads $n -o "$dir/$n" >/dev/null 2>"$dir/said.$n"
	verdict "exit status with --threads $n" 1 $?
	sed 's/,[^,]*$//' "$dir/$n/results.csv" >"$dir/$n.csv"
done
verdict "same bytes for 1 and 2 threads" "" "$(cmp "$dir/1.csv" "$dir/2.csv" 2>&1)"
verdict "summary alike" "" "$(cmp "$dir/1/summary.csv" "$dir/2/summary.csv" 2>&1)"
verdict "one row per point" 73 "$(wc -l <"$dir/1/results.csv" | tr -d ' ')"
status=$(column status) area=$(column area_mm2)
verdict "good points" 48 "$(cut -d, -f"$status" "$dir/1/results.csv" | grep -cx ok)"
verdict "7 columns do not divide" 24 "$(cut -d, -f"$status" "$dir/1/results.csv" | grep -c n_columns_per_converter)"
verdict "the error is shown where it stands" 1 "$(grep -c 'sweep.yaml:7:45: error:' "$dir/said.1")"
row=$(grep '^sweep,54,' "$dir/1/results.csv")
want=$("$mho" estimate hybrid-pcm-40nm mlp-784-100-10 --set array.n_rows=64 --set array.n_columns_per_converter=8 \
	--set 'temp=300 K' --format json)
verdict "as mho estimate" 1 "$(printf '%s\n' "$want" | awk -v row="$row" -v c="$area" '
	/"area_m2"/ && !n++ { gsub(/[^-+0-9.e]/, "", $2); split(row, x, ","); d = $2 * 1e6 / x[c] - 1
		print (d < 1e-9 && d > -1e-9) }')"
verdict "the row of point 54" hybrid-pcm-40nm "$(printf '%s\n' "$row" | cut -d, -f6)"
verdict "settings of the first point of each pair" 4 "$(grep -c '"point":' "$dir/1/run.json")"
verdict "no accuracy without training" "" "$(cut -d, -f"$(column accuracy_percent)" "$dir/1/results.csv" | sed 1d | sort -u)"

# lifetimes of a fast and a slow array: from the pulses of each, the shorter one counts
"$mho" run tests/study/lifetime.yaml --quick -o "$dir/life" >/dev/null 2>&1
life=$(head -n 1 "$dir/life/results.csv" | tr , '\n' | grep -nx lifetime_trainings | cut -d: -f1)
verdict "the part that wears out first" "none none, fast 1000000 pulses of it, slow less, both slow" "$(
	awk -F, -v c="$life" -v m="$((life - 1))" 'NR > 1 { l[NR] = $c; most = $m }
		END { print (l[2] == "" ? "none none" : l[2]) ", fast " l[3] * most " pulses of it, slow " \
			(l[4] > 0 && l[4] < l[3] ? "less" : l[4]) ", both " (l[5] == l[4] ? "slow" : l[5]) }' "$dir/life/results.csv")"

# recipes without training: priced with their learning rules and batches
"$mho" run tests/study/rules.yaml -o "$dir/rules" >/dev/null 2>&1
cell() { # row, column
	cut -d, -f"$(head -n 1 "$dir/rules/results.csv" | tr , '\n' | grep -nx "$2" | cut -d: -f1)" "$dir/rules/results.csv" | sed -n "$(($1 + 1))p"
}
verdict "rules of the rows" "bp dfa-fc dfa-all" "$(cell 1 rule) $(cell 2 rule) $(cell 3 rule)"
verdict "nothing is trained" "" "$(cell 1 accuracy_percent)$(cell 3 training_energy_J)"
want=$("$mho" estimate pcm-40nm lenet5 --recipe mnist-dfa --set recipe.rule=dfa-all --format json)
verdict "as mho estimate --recipe" 1 "$(printf '%s\n' "$want" | awk -v x="$(cell 3 epoch_energy_J)" '
	/"epoch"/ { getline; while (!/energy_J/) getline; gsub(/[^-+0-9.e]/, "", $2); d = $2 / x - 1; print (d < 1e-9 && d > -1e-9); exit }')"
count
