#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# mho run leaves tables, figures and a page; mho report makes the same from results.csv and run.json alone,
# in every format; means, comparisons and error bars are those computed here from the rows.
B=$1
. tests/support/cases.sh
study=$PWD/tests/report/study.yaml
run=$dir/run
"$mho" run "$study" -o "$run" --set recipe.epochs=1 >"$dir/said" 2>"$dir/err"
verdict "exit status" 0 $?
verdict "the axes stand after point" study,point,label,gradient,design \
	"$(head -n 1 "$run/results.csv" | cut -d, -f1-5)"
verdict "values that go together" "0 SGD,0 averaged,4 SGD,4 averaged" \
	"$(sed 1d "$run/results.csv" | cut -d, -f3,4 | tr , ' ' | sort -u | paste -sd, -)"
for f in tables/comparison.csv tables/comparison.tex tables/labels.csv tables/labels.tex tables/energy.csv report.html \
	figures/accuracy.csv figures/accuracy.gp figures/accuracy.svg figures/gain.svg figures/trade.svg; do
	verdict "$f is there" 0 "$([ -s "$run/$f" ]; echo $?)"
done

# from results.csv by hand: means over the seeds, and differences seed by seed
by_hand() { # expression over the columns acc, rows selected by $1 $2 $3 = label gradient design
	awk -F, -v label="$1" -v gradient="$2" -v design="$3" -v column="$4" '
		NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i }
		$at["label"] == label && $at["gradient"] == gradient && $at["design"] == design { s += $at[column]; n++ }
		END { printf "%.9g", s / n }' "$run/results.csv"
}
value() { # file, row (regular expression), column
	awk -F, -v row="$2" -v key="$3" 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == key) c = i }
		NR > 1 && $0 ~ row { printf "%.9g", $c; exit }' "$1"
}
verdict "a mean of the table" "$(by_hand 4 SGD rram-40nm accuracy_percent)" \
	"$(value "$run/tables/labels.csv" '^4,' accuracy_percent:SGD)"
verdict "the same in the figure" "$(by_hand 4 SGD rram-40nm accuracy_percent)" \
	"$(awk -F, '/"SGD"/ && $3 == 4 { printf "%.9g", $4; exit }' "$run/figures/accuracy.csv")"
verdict "a ratio" 1 "$(awk -v a="$(by_hand 0 SGD rram-40nm training_energy_J)" -v b="$(by_hand 0 SGD digital-8b-40nm training_energy_J)" \
	-v c="$(value "$run/tables/energy.csv" '^0,SGD' training_energy_J)" 'BEGIN { d = a / b / c - 1; print (d < 1e-6 && d > -1e-6) }')"
verdict "a difference" 1 "$(awk -v a="$(by_hand 4 averaged rram-40nm accuracy_percent)" -v b="$(by_hand 4 SGD rram-40nm accuracy_percent)" \
	-v c="$(awk -F, '/"rram-40nm"/ && /"4"/ { print $4; exit }' "$run/figures/gain.csv")" 'BEGIN { d = a - b - c; print (d < 1e-6 && d > -1e-6) }')"
# two seeds: half of the 95 % interval is 12.706 / sqrt(2) deviations, and those |x1 - x2| / sqrt(2)
verdict "error bars" 1 "$(awk -F, 'NR == FNR { if (FNR == 1) for (i = 1; i <= NF; i++) at[$i] = i
		else if ($at["design"] == "rram-40nm" && $at["label"] == 4) x[$at["gradient"], $at["seed"]] = $at["accuracy_percent"]; next }
	/"rram-40nm"/ && /"4"/ { low = $5; high = $6 }
	END { d = (x["averaged", 1] - x["SGD", 1]) - (x["averaged", 2] - x["SGD", 2]); if (d < 0) d = -d
		e = (high - low) / 2 - 12.7062047 / 2 * d; print (d > 0 && e < 1e-4 && e > -1e-4) }' \
	"$run/results.csv" "$run/figures/gain.csv")"
verdict "the reference itself is left out" 0 "$(grep -c '"SGD"' "$run/figures/gain.csv")"
verdict "an axis of arrays says nothing to a digital chip" "0 0" "$(awk -F, '/"digital-8b-40nm"/ { printf "%s%s", s, $4; s = " " }' "$run/figures/gain.csv")"
verdict "a digital chip has no cells" 1 "$(grep -c '"no cells"' "$run/figures/trade.csv" | awk '{ print ($1 > 0) }')"
verdict "nothing white over bars and their errors" 0 "$(grep -c "scale([1-9][0-9.]*)' color='#FFFFFF'" "$run/figures/gain.svg")"
printf '%s\n' 'format: 1' 'name: percent' 'designs: [pcm-40nm]' 'networks: [mlp-64-32-10]' \
	"axes: {rows: {'10 %': {}, '<a> & \"b\" _#': {design.array.n_rows: 32}}}" \
	'figures: [{name: f, x: rows, y: area_mm2}]' >"$dir/percent.yaml"
"$mho" run "$dir/percent.yaml" -o "$dir/percent" >/dev/null 2>"$dir/err"
verdict "any text below an axis" "0 results in DIR/percent" "$? $(sed "s|$dir|DIR|" "$dir/err")"
verdict "as it is" 1 "$(grep -c '>10 %<' "$dir/percent/figures/f.svg")"

# the report of the folder, nothing else needed
mkdir "$dir/copy" && cp "$run/results.csv" "$run/run.json" "$dir/copy/"
"$mho" report "$dir/copy" --write
verdict "--write" 0 $?
for f in tables/labels.csv tables/labels.tex tables/comparison.csv figures/gain.svg figures/gain.csv figures/gain.gp report.html; do
	verdict "mho report makes the same $f" "" "$(cmp "$run/$f" "$dir/copy/$f" 2>&1)"
done
verdict "text" "$(cat "$dir/said")" "$("$mho" report "$run" --only comparison)"
verdict "csv" "$(cat "$run/tables/labels.csv")" "$("$mho" report "$run" --format csv --only labels)"
verdict "latex" "$(cat "$run/tables/labels.tex")" "$("$mho" report "$run" --format latex --only labels)"
verdict "html" "" "$("$mho" report "$run" --format html | cmp - "$run/report.html" 2>&1)"
"$mho" report "$run" --format svg --only gain -o "$dir/one.svg"
verdict "svg" "" "$(cmp "$dir/one.svg" "$run/figures/gain.svg" 2>&1)"
verdict "json" 3 "$("$mho" report "$run" --format json | grep -c '"panels": \[')"
verdict "the page asks for nothing from elsewhere" 0 "$(grep -c '<script\|<link\|src=\|@import' "$run/report.html")"
verdict "figures stand in the page" 3 "$(grep -c '<svg' "$run/report.html")"
verdict "a name is not said twice" "" "$(grep -o " id=['\"][^'\"]*['\"]" "$run/report.html" | sort | uniq -d)"
verdict "markup in a title" 1 "$(grep -c '<h3>Accuracy &lt; 100 %</h3>' "$run/report.html")"
verdict "assumed values are told" 1 "$(grep -c 'values in use are assumed' "$run/report.html")"
verdict "how to make it again" 1 "$(grep -c '<pre>mho run ' "$run/report.html")"

# other tables and figures of the same results
sed 's/^figures:/figures: [{name: other, kind: points, x: gradient, y: loss, series: [label], where: {design: rram-40nm}}]\nunused:/' "$study" |
	sed '/^unused:/,/^tables:/{/^tables:/!d}' >"$dir/other.yaml"
"$mho" report "$run" --study "$dir/other.yaml" --format json >"$dir/other.json"
verdict "--study" 1 "$(grep -c '"name": "other"' "$dir/other.json")"

# --resume: trainings are kept, prices are not
cp -r "$run" "$dir/again"
"$mho" run "$study" -o "$dir/again" --resume --set recipe.epochs=1 --set design.node.f_clock=200MHz >/dev/null 2>"$dir/err"
verdict "--resume takes every training" 1 "$(grep -c '^16 of 16 results: trained before, priced anew' "$dir/err")"
column() { # run, name
	awk -F, -v key="$2" 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == key) c = i } NR > 1 { print $c }' "$1/results.csv"
}
verdict "accuracies stay" "$(column "$run" accuracy_percent)" "$(column "$dir/again" accuracy_percent)"
verdict "prices move with the settings" 16 "$(column "$run" epoch_latency_s >"$dir/a"; column "$dir/again" epoch_latency_s |
	paste - "$dir/a" | awk '$1 > 1.01 * $2' | wc -l | tr -d ' ')"

# without gnuplot everything else is made
mkdir "$dir/bin"
for tool in sh cmp; do ln -s "$(command -v $tool)" "$dir/bin/$tool"; done
PATH="$dir/bin" "$mho" report "$dir/copy" --write 2>"$dir/err"
verdict "without gnuplot" "0 1" "$? $(grep -c 'no figures: gnuplot is not installed' "$dir/err")"

# what is no run
case_() { # name, status, text, command...
	name=$1 want="$2 $3"
	shift 3
	"$@" >"$dir/out" 2>"$dir/err"
	verdict "$name" "$want" "$? $(head -n 1 "$dir/err" | sed "s|$dir|DIR|g")"
}
mkdir "$dir/none"
case_ "no run there" 1 "error: 'DIR/none' holds no finished run: there is no 'results.csv' in it" "$mho" report "$dir/none"
case_ "no such folder" 1 "error: 'DIR/nowhere' holds no finished run: there is no 'results.csv' in it" "$mho" report "$dir/nowhere"
cp "$run/results.csv" "$dir/none/"
case_ "no run.json" 1 "error: 'DIR/none' holds no finished run: there is no 'run.json' in it" "$mho" report "$dir/none"
cp "$run/run.json" "$dir/none/"
head -c 1500 "$run/results.csv" >"$dir/none/results.csv"
case_ "results cut off" 1 "DIR/none/results.csv:3:1: error: the line does not end: the file is cut off" "$mho" report "$dir/none"
sed '3s/,ok,.*/,ok/' "$run/results.csv" >"$dir/none/results.csv"
case_ "a row too short" 1 "DIR/none/results.csv:3:1: error: 39 values, but there are 44 columns" "$mho" report "$dir/none"
: >"$dir/none/results.csv"
case_ "empty results" 1 "DIR/none/results.csv: error: the file is empty" "$mho" report "$dir/none"
sed 's/accuracy_percent/accuracy/' "$run/results.csv" >"$dir/none/results.csv"
case_ "results of another program" 1 "error: table 'comparison': results.csv has no column 'accuracy_percent'" "$mho" report "$dir/none"
cp "$run/results.csv" "$dir/none/"
head -c 700 "$run/run.json" >"$dir/none/run.json"
case_ "run.json cut off" 1 "" sh -c "'$mho' report '$dir/none' 2>&1 >/dev/null | grep -q 'run.json:[0-9:]* error: not JSON' && exit 1"
echo '{"version": "1"}' >"$dir/none/run.json"
case_ "run.json of something else" 1 "DIR/none/run.json: error: not the record of 'mho run': it lacks version, command or study" \
	"$mho" report "$dir/none"
case_ "unknown format" 2 "mho: --format: expected text, csv, latex, markdown, html, json or svg, found 'pdf'" "$mho" report "$run" --format pdf
case_ "which figure" 2 "mho: svg is one figure: choose by --only accuracy, gain or trade" "$mho" report "$run" --format svg
case_ "no such table" 2 "mho: --only: there is no table 'label', expected comparison, labels or energy" "$mho" report "$run" --only label
count
