#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The gallery of cells from the program's own answers:
#     tools/gallery.sh MHO           prints doc/cells.md
#     tools/gallery.sh MHO FOLDER    draws FOLDER/NAME.svg of every cell, and removes those of none
set -eu
mho=$1
cd "$(dirname "$0")/.."
if [ $# -gt 1 ]; then
	dir=$(mktemp -d)
	trap 'rm -rf "$dir"' EXIT
	mkdir -p "$2"
	rm -f "$2"/*.svg
	for file in techfiles/cell-*.yaml; do
		name=$(basename "$file" .yaml)
		"$mho" device "$name" --format svg --panels curves,steps,retention --cells 100 -o "$dir/$name.svg"
		cp "$dir/$name.svg" "$2/"
	done
	exit 0
fi
cat <<'END'
# Cells

Made by `make gallery` from the techfiles; `mho device CELL` tells more of each, `mho check --assumed FILE` which of
its values nobody published. *States*: pulses across the window, up / down. *Asymmetry*: what one pulse up and one down
at mid-window leave, as a share of the window. *Energy*: one pulse at mid-window in the cell alone (lines and drivers are
priced by `mho estimate`). *Trust*: silicon (statistics of an array, as those who measured it published them; where the
pulse response is less, the file says so), fit (a model fitted to measured devices), simulation, or assumed (stand-in
values decide). Node of energies and of SRAM: 40 nm low power.

| cell | structure | response | states | window | asymmetry | energy up / down | source | trust |
| --- | --- | --- | --- | --- | --- | --- | --- | --- |
END
for file in techfiles/cell-*.yaml; do
	name=$(basename "$file" .yaml)
	"$mho" device "$name" --format json | awk -v name="$name" '
		function unit(x,   n) {
			if (x == "null" || x == "") return "– "
			x += 0
			for (n = 0; x > 0 && x < 0.9995 && n < 6; n++) x *= 1000
			return sprintf("%.3g %s", x, substr("munpfa", n, n > 0))
		}
		function small(x) { if (x == "null") return "–"; x += 0; return x < 1e-12 && x > -1e-12 ? "0" : sprintf("%.2g", x) }
		function count(x) { return x == "null" ? "–" : sprintf("%.4g", x) }
		/"sources": \[\]/ { next }
		/"sources": \[/ { inlist = 1; next }
		inlist && /\]/ { inlist = 0; next }
		inlist { s = $0; gsub(/[ ",]/, "", s); if (n++ < 2) source = source (source ? ", " : "") s; next }
		{ key = $1; gsub(/[":]/, "", key); text = $0; sub(/^[^:]*: /, "", text); gsub(/^"|",?$|,$/, "", text); v[key] = text }
		END {
			states = v["states_down"] == "null" ? count(v["states_up"]) " / erase" : count(v["states_up"]) " / " count(v["states_down"])
			printf "| [%s](cells/%s.svg) | %s | %s | %s | %sS – %sS | %s | %sJ / %sJ | %s | %s |\n", substr(name, 6), name, v["structure"], v["response"],
				states, unit(v["conductance_min_S"]), unit(v["conductance_max_S"]), small(v["asymmetry_per_pair"]),
				unit(v["energy_up_J"]), unit(v["energy_down_J"]), source ? source : "–", v["trust"]
		}'
done
echo
for file in techfiles/cell-*.yaml; do
	name=$(basename "$file" .yaml)
	title=$("$mho" device "$name" | sed -n '1s/^[^:]*: //p')
	printf '\n## %s\n\n%s\n\n![%s](cells/%s.svg)\n' "${name#cell-}" "$title" "${name#cell-}" "$name"
done
