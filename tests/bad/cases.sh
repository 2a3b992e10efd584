# SPDX-License-Identifier: Apache-2.0
# Sourced by run.sh: broken input that is not one YAML file, and usage.

case_ "unknown command" 2 "mho: unknown command 'estimat', did you mean 'estimate'?" "$mho" estimat
case_ "unknown option" 2 "mho: unknown option '--formt', did you mean '--format'?" "$mho" estimate a b --formt json
case_ "missing words" 2 "mho: estimate: expected DESIGN NETWORK" "$mho" estimate pcm-40nm
case_ "one word too many" 2 "mho: estimate: 'c' is one argument too many" "$mho" estimate a b c
case_ "no threads" 2 "mho: --threads: expected a whole number from 1 to 4096, found '0'" \
	"$mho" train float lenet5 --threads 0
case_ "unknown instruction set" 2 "mho: --isa: 'mmx' is not a kernel set this machine can use" \
	"$mho" train float lenet5 --isa mmx
case_ "unknown data set" 2 "mho: data: unknown data set 'minst', expected fashion-mnist or mnist" "$mho" data minst
case_ "unknown thing" 2 "mho: list: 'cell' is not a thing to list, expected cells, nodes, memories, modules, synapses, converters, updates, rules, networks, datasets, designs, recipes or studies" \
	"$mho" list cell
case_ "float has no price" 2 "mho: estimate: the design 'float' has no hardware to price" "$mho" estimate float lenet5
case_ "unknown network" 1 "error: there is no network 'lenet6', did you mean 'lenet5'?: neither a file of that path nor networks/lenet6.yaml" \
	"$mho" estimate pcm-40nm lenet6
case_ "unknown key to explain" 1 "mho: no key 'g_maxx' in any of our files, did you mean 'g_max'?" "$mho" explain g_maxx
case_ "set without value" 1 "--set:1:1: error: expected PATH=VALUE" "$mho" estimate pcm-40nm lenet5 --set array
case_ "set of an unknown key" 1 "--set:1:1: error: no key 'design.array.n_row' here, did you mean 'design.array.n_rows'?" \
	"$mho" estimate pcm-40nm lenet5 --set array.n_row=64
case_ "missing file" 3 "mho: cannot open 'DIR/none.yaml': No such file or directory" "$mho" check "$dir/none.yaml"
case_ "a folder is no file" 3 "mho: cannot read 'DIR': it is a folder" "$mho" check "$dir"

# results that cannot be written
case_ "disk full" 3 "mho: cannot write '/dev/full': No space left on device" \
	"$mho" estimate pcm-40nm lenet5 --format json -o /dev/full
touch "$dir/file"
case_ "folder name taken" 3 "mho: cannot create the folder 'DIR/file': a file of that name is there" \
	"$mho" train float lenet5 -o "$dir/file"
"$mho" estimate pcm-40nm lenet5 >/dev/full 2>"$dir/full.txt"
verdict "disk full behind standard output" "3 mho: cannot write 'standard output': No space left on device" \
	"$? $(head -n 1 "$dir/full.txt")"
rm -f "$dir/full.txt" "$dir/file"
if [ "$(id -u)" != 0 ]; then
	mkdir -m 555 "$dir/locked"
	case_ "unwritable folder" 3 "mho: cannot create the folder 'DIR/locked/out': Permission denied" \
		"$mho" run reports/demo/study.yaml -o "$dir/locked/out"
	rmdir "$dir/locked"
fi
case_ "folder that cannot be made" 3 "mho: cannot create the folder '/proc/none': No such file or directory" \
	"$mho" run reports/demo/study.yaml -o /proc/none/out
