#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Estimates that must not move unnoticed: each line of cases is a name and an mho command line; its CSV is
# compared with NAME.csv number by number at 1e-9 (libm may differ in the last digit between machines).
# `make golden` writes them anew and shows the difference, which belongs under "Numbers that moved".
B=$1
. tests/support/cases.sh
cd tests/golden || exit 1
while read -r name line; do
	if [ "$2" = bless ]; then
		sh -c "$mho $line" >"$name.csv"
		continue
	fi
	said=$(sh -c "$mho $line" | awk -F, -v want="$name.csv" '
		function differ(a, b) {
			if (a == b) return 0
			if (a + 0 == 0 && b + 0 == 0) return 1
			d = a - b; if (d < 0) d = -d
			m = a < 0 ? -a : a
			return a !~ /^[-+0-9.e]+$/ || d > 1e-9 * m
		}
		BEGIN { while ((getline row < want) > 0) line[++n] = row }
		{ k = split(line[NR], w, ",")
		  if (k != NF) { print "line " NR ": " $0; bad = 1; next }
		  for (i = 1; i <= NF; i++) if (differ(w[i], $i)) { print "line " NR " (" $1 ") column " i ": was " w[i] ", is " $i; bad = 1 } }
		END { if (NR != n) print NR " lines, expected " n }')
	if [ -z "$said" ]; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		printf 'FAILED golden %s\n%s\n' "$name" "$(printf '%s\n' "$said" | head -n 5)"
	fi
done <cases
count
