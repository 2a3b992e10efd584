#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The documents say what the program says: manual pages are those tools/man.sh makes; every console
# example ("$ mho ...") of README.md that states its output prints it.
B=$1
. tests/support/cases.sh

mkdir "$dir/doc"
tools/man.sh "$B/mho" "$dir/doc"
for page in "$dir"/doc/*; do
	same "doc/$(basename "$page") (tools/man.sh makes it anew)" "doc/$(basename "$page")" "$page"
done

tools/models.sh >"$dir/formulas.md"
same "doc/formulas.md (tools/models.sh makes it anew)" doc/formulas.md "$dir/formulas.md"

tools/gallery.sh "$PWD/$B/mho" >"$dir/cells.md"
same "doc/cells.md (make gallery makes it anew)" doc/cells.md "$dir/cells.md"
(cd techfiles && ls cell-*.yaml | sed 's/yaml$/svg/') >"$dir/cells.want"
(cd doc/cells && ls) >"$dir/cells.got"
same "doc/cells/: a figure of every cell (make gallery)" "$dir/cells.want" "$dir/cells.got"
# drawn by this gnuplot? Others write other bytes.
drawn=$(sed -n 's/.*Produced by GNUPLOT \(.*[0-9]\).*/gnuplot \1/p' doc/cells/cell-rram-40nm.svg)
if [ "$(gnuplot --version)" = "$drawn" ]; then
	tools/gallery.sh "$PWD/$B/mho" "$dir/cells"
	for figure in doc/cells/*.svg; do
		same "$figure (make gallery draws it anew)" "$figure" "$dir/cells/$(basename "$figure")"
	done
fi

# ```console blocks: lines that begin with "$ " are commands, the rest is what they print; a command
# that prints nothing here has to succeed
mkdir -p out
for page in README.md doc/tutorial-fit.md; do
	rm -f "$dir"/*.cmd "$dir"/*.want
	awk -v dir="$dir" '
		/^```console/ { on = 1; next }
		/^```/ { on = 0; close(want); next }
		on && /^\$ mho / { n++; cmd = sprintf("%s/%02d.cmd", dir, n); want = sprintf("%s/%02d.want", dir, n)
			print substr($0, 7) > cmd; close(cmd); printf "" > want; next }
		on && /^\$ / { want = "" ; next }
		on && want != "" { print > want }
	' "$page"
	for cmd in "$dir"/*.cmd; do
		[ -e "$cmd" ] || continue
		n=${cmd%.cmd}
		sh -c "$B/mho $(cat "$cmd")" >"$n.got" 2>&1
		status=$?
		[ -s "$n.want" ] || echo "exit status $status" >"$n.got"
		[ -s "$n.want" ] || echo "exit status 0" >"$n.want"
		same "$page: mho $(cat "$cmd")" "$n.want" "$n.got"
	done
done
count
