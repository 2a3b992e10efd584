#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Trainings killed at random and gone on with end with the same bytes as uninterrupted ones.
B=$1
. tests/support/cases.sh
preload=$(preload tests/resume/killer.c) || exit 1

# pseudo-random numbers below $1 from a fixed start
seed=12345
random() {
	seed=$(((seed * 1103515245 + 12345) % 2147483648))
	echo $((seed / 65536 % $1))
}
# cells with everything a cell can keep
all_of_it="--set synapse.cell.variation.k_write=0.01 --set synapse.cell.variation.k_device=0.1 --set synapse.cell.wear.n_half=300"
options() {
	case $design in
	pcm-40nm) echo "$all_of_it" ;;
	hybrid-pcm-40nm) echo "--set synapse.transfer.invert=true --set synapse.transfer.n_tries=3 --set error.read=converter" ;;
	tiki*) echo "--set update.kind=agad --set update.k_chop=0.2" ;;
	esac
}
train() { # further options; into $dir/run
	(cd "$dir" && exec "$mho" train "$design" $(options) mlp-64-32-10 --recipe digits --epochs 3 --checkpoint-every 7 \
		-o run "$@" 2>&1)
}
same_results() { # folder
	for f in checkpoint.safetensors activity.json run.json; do
		cmp "$1/$f" "$dir/run/$f" || return 1
	done
	[ "$(sed 's/,[^,]*$//' "$1/log.csv")" = "$(sed 's/,[^,]*$//' "$dir/run/log.csv")" ] || return 1
	echo same
}

# 44 batches an epoch, 6 checkpoints, the epoch's and its log: 24 renamings, then the three results
for design in float pcm-40nm hybrid-pcm-40nm tiki-taka-rram-40nm; do
	train >/dev/null || exit 1
	mv "$dir/run" "$dir/whole.$design"
	for round in 1 2 3; do
		kills=""
		for kill in 1 2; do
			at=$((1 + $(random 27)))
			after=$(random 2)
			kills="$kills $at/$after"
			LD_PRELOAD=$preload MHO_TEST_KILL=$at MHO_TEST_AFTER=$after train --resume >/dev/null 2>&1
		done
		train --resume >"$dir/said" || cat "$dir/said"
		verdict "$design killed at$kills" same "$(same_results "$dir/whole.$design" 2>&1)"
		rm -rf "$dir/run"
	done
	# at any moment: by the clock
	(cd "$dir" && exec "$mho" train "$design" $(options) mlp-64-32-10 --recipe digits --epochs 3 --checkpoint-every 7 \
		-o run >/dev/null 2>&1) &
	pid=$!
	sleep "0.0$(random 10)"
	kill -9 $pid 2>/dev/null
	wait $pid 2>/dev/null
	train --resume >/dev/null
	verdict "$design killed by the clock" same "$(same_results "$dir/whole.$design" 2>&1)"
done

# a finished network is what the training's last test saw, and comes back to it after aging
for design in float pcm-40nm hybrid-pcm-40nm tiki-taka-rram-40nm; do
	case $design in float) how="--at 0s,0ms" ;; *) how="--at 0s,1y,0ms --compensate gdc" ;; esac
	want=$(tail -n 1 "$dir/whole.$design/log.csv" | awk -F, '{printf "%s,%.10g", $5, $4}')
	got=$(cd "$dir" && "$mho" infer $design $(options) mlp-64-32-10 whole.$design/checkpoint.safetensors $how \
		--format csv | awk -F, '$1 == "0" {printf "%s%s,%.10g", n++ ? "\n" : "", $4, $5}')
	verdict "$design infers as it was trained" "$want
$want" "$got"
done
# and so with what else changes a test: bits of the design or of the recipe, the loss
for set in "digital.n_bits=4" "recipe.bits={n_weight: 3, n_activation: 4}" "recipe.loss=squares"; do
	case $set in d*) design=digital-8b-40nm more="design.$set" ;; *) design=float more=recipe.seed=1 ;; esac
	(cd "$dir" && "$mho" train $design mlp-64-32-10 --recipe digits --epochs 1 --set "$set" -o few >/dev/null) || exit 1
	want=$(tail -n 1 "$dir/few/log.csv" | awk -F, '{printf "%s,%.10g", $5, $4}')
	got=$(cd "$dir" && "$mho" infer $design mlp-64-32-10 few/checkpoint.safetensors --set "$more" \
		--format csv | awk -F, 'NR == 2 {printf "%s,%.10g", $4, $5}')
	verdict "$set infers as it was trained" "$want" "$got"
	rm -r "$dir/few"
done
# weights of a float training on cells: nothing but rounding is lost (within 3 of 400 images)
hits() { (cd "$dir" && "$mho" infer "$@" mlp-64-32-10 whole.float/checkpoint.safetensors --format csv | tail -n 1 | cut -d, -f4); }
verdict "float weights on cells" near "$(echo "$(hits float) $(hits pcm-40nm)" | awk '{d = $1 - $2; print d * d < 0.76 * 0.76 ? "near" : $0}')"

# a fixed range of the converters is the design's, not the training's: one far too narrow makes it guess
narrow=$(cd "$dir" && "$mho" infer hybrid-pcm-40nm mlp-64-32-10 whole.hybrid-pcm-40nm/checkpoint.safetensors --format csv \
	--set converter.range=fixed --set converter.i_full_scale=1nA | tail -n 1 | cut -d, -f4)
verdict "a fixed range is the design's" guessed "$(echo "$narrow" | awk '{print ($1 < 40 ? "guessed" : $1)}')"

# batch norm statistics anew: after a year they win back what drift took, and they are put back afterwards
cp tests/support/norm.yaml "$dir/norm.yaml"
(cd "$dir" && "$mho" train pcm-40nm norm.yaml --recipe digits --epochs 3 -o norm >/dev/null) || exit 1
aged() { # times, compensation, more
	(cd "$dir" && "$mho" infer pcm-40nm norm.yaml norm/checkpoint.safetensors --at "$1" --compensate "$2" --format csv \
		| awk -F, 'NR > 1 {print $1, $4, $5}')
}
trained=$(tail -n 1 "$dir/norm/log.csv" | awk -F, '{print 0, $5, $4}')
verdict "adabs wins back" better "$(echo "$(aged 1y none) $(aged 1y adabs) $trained" |
	awk '{print ($5 > $2 + 10 && $5 < $8 + 3 ? "better" : $0)}')"
verdict "adabs leaves no trace" "$(aged 0s adabs)" "$(aged 1y,0s adabs | tail -n 1)"
(cd "$dir" && "$mho" train float norm.yaml --recipe digits --epochs 1 -o norm >/dev/null) || exit 1
verdict "adabs of a float network" anew "$(cd "$dir" && for how in none adabs; do
	"$mho" infer float norm.yaml norm/checkpoint.safetensors --compensate $how --format csv | cut -d, -f5 | tail -n 1
done | uniq | wc -l | sed 's/^2$/anew/')"

# studies: trainings that are done are taken from the store
cat >"$dir/study.yaml" <<'END'
format: 1
name: small
title: small
designs: [float, hybrid-pcm-40nm]
networks: [mlp-64-32-10]
recipes: [digits]
seeds: [1, 2, 3]
END
study() { (cd "$dir" && exec "$mho" run study.yaml --set recipe.epochs=3 "$@" 2>&1); }
rows() { sed 's/,[^,]*$//' "$dir/$1/results.csv"; }
walls() { sed '1d;s/.*,//' "$dir/$1/results.csv" | sort; }
study -o fresh >/dev/null || cat "$dir/study.yaml"
study --seed 2 -o parts >/dev/null
before=$(walls parts)
study -o parts --resume >"$dir/said" || cat "$dir/said"
verdict "a study gone on with" "$(rows fresh)" "$(rows parts)"
verdict "what was done is not done again" "2" "$(walls parts | grep -cF "$before")"
(cd "$dir" && exec "$mho" run study.yaml --set recipe.epochs=3 -o killed >/dev/null 2>&1) &
pid=$!
sleep 0.15
kill -9 $pid 2>/dev/null
wait $pid 2>/dev/null
study -o killed --resume >"$dir/said" || cat "$dir/said"
verdict "a study killed by the clock" "$(rows fresh)" "$(rows killed)"
# what makes currents of weights, or lies between the points of a curve, is another training
stored() { # change, design, settings: is the training in the store, with the change, without it, and again
	change=$1
	shift
	sed "s/^designs:.*/designs: [$1]/; s/^seeds:.*/seeds: [1]/" "$dir/study.yaml" >"$dir/one.yaml"
	shift
	for more in "$change" "" ""; do
		(cd "$dir" && exec "$mho" run one.yaml --set recipe.epochs=1 --set recipe.n_images=400 "$@" ${more:+--set "$more"} \
			--resume -o "$out" 2>&1 >/dev/null | grep -c '^1 of 1 results: trained before')
	done | paste -sd' ' -
}
verdict "the current of a weight" "0 0 1" "$(out=amperes stored design.synapse.cell.read.v_read=0.1V pcm-40nm \
	--set design.converter.range=fixed --set design.converter.i_full_scale=20uA)"
verdict "quantiles of a jump" "0 0 1" "$(out=jumps stored 'design.synapse.cell.response.up.p=[0.2, 0.8]' rram-40nm \
	--set design.synapse.cell.variation.k_cycle=0 \
	--set 'design.synapse.cell.response={kind: jump, up: {g: [0 S, 1 S], dg: [1 nS, 9 nS, 1 nS, 9 nS], p: [0.3, 0.7]}, down: {g: [0 S, 1 S], dg: [-9 nS, -1 nS, -9 nS, -1 nS], p: [0.3, 0.7]}}')"
# and so are other pictures in the same number
mkdir -p "$dir/data/digits"
for f in datasets/digits/*.gz; do gunzip -c "$f" >"$dir/data/digits/$(basename "$f" .gz)"; done
printf '\377' | dd of="$dir/data/digits/train-images-idx3-ubyte" bs=1 seek=16 conv=notrunc 2>/dev/null
pixel() { # folder of data: is the training in the store
	(cd "$dir" && MHO_DATA=$1 exec "$mho" run one.yaml --set recipe.epochs=1 --set recipe.n_images=64 -o pixel --resume 2>&1 \
		>/dev/null | grep -c '^1 of 1 results: trained before')
}
verdict "a pixel" "0 0 1" "$(pixel "") $(pixel data) $(pixel "")"
echo nonsense >"$dir/parts/store.sqlite"
study -o parts --resume >"$dir/said"
verdict "a store that is none" "1 error: 'parts/store.sqlite' is no store of this version: remove it, or run without --resume" \
	"$? $(head -n 1 "$dir/said")"

# what it must not go on with
design=float
(cd "$dir" && "$mho" train float mlp-64-32-10 --recipe digits --epochs 3 --seed 2 --resume -o run >/dev/null 2>said)
verdict "another seed" "1 run/checkpoint.safetensors: error: a checkpoint of another training: its recipe has 'seed 1', not 'seed 2': go on with the settings it was made with, or start from its weights with --weights in another folder" \
	"$? $(head -n 1 "$dir/said")"
(cd "$dir" && "$mho" train float mlp-64-32-10 --recipe digits --epochs 3 --data data --resume -o run >/dev/null 2>said)
verdict "other data" "1 run/checkpoint.safetensors: error: a checkpoint of another training: its data has 'sha256:" \
	"$? $(head -n 1 "$dir/said" | cut -c 1-90)"
cp "$dir/run/checkpoint.safetensors" "$dir/before"
# weights that grow 19-fold with every batch, until nothing can be computed any more
(cd "$dir" && "$mho" train float mlp-64-32-10 --recipe digits --set recipe.learning_rate=20 --set recipe.k_decay=1 \
	--set recipe.momentum=0 --set recipe.k_warmup=0 --checkpoint-every 10 -o wild >/dev/null 2>said)
verdict "a rate too high" "1 error: the loss is no longer finite in epoch 1, batch 14 (step 14), layer 'output': try a lower learning_rate than 20; the state after 10 steps is in 'wild/checkpoint.safetensors'" \
	"$? $(head -n 1 "$dir/said")"
verdict "the last good state is kept" "checkpoint.safetensors" "$(ls "$dir/wild")"
(cd "$dir" && "$mho" train float mlp-64-32-10 --recipe digits --weights wild/checkpoint.safetensors --epochs 1 >said 2>&1)
verdict "and can be started from" "0 epoch 1 " "$? $(cut -c 1-8 "$dir/said")"
# six batches an epoch: two epochs are good
(cd "$dir" && "$mho" train float mlp-64-32-10 --recipe digits --set recipe.n_images=192 --set recipe.learning_rate=20 \
	--set recipe.k_decay=1 --set recipe.momentum=0 --set recipe.k_warmup=0 --set recipe.schedule=constant -o third >/dev/null 2>said)
verdict "the log of the good epochs is kept" "1 epoch 1 2 in epoch 3, batch 2 (step 14)" \
	"$? $(cut -d, -f1 "$dir/third/log.csv" | paste -sd' ' -) $(grep -o 'in epoch [^,]*, batch [^,]*' "$dir/said")"
# the last batch of all ruins the weights: its loss was a number still
wild() { (cd "$dir" && exec "$mho" train float mlp-64-32-10 --recipe digits --epochs 1 --set recipe.n_images=352 --set recipe.learning_rate=1000 \
	--set recipe.loss=squares --set recipe.schedule=constant --set recipe.k_warmup=0 "$@" 2>&1); }
verdict "weights lost in the last batch" "1 error: the weights are no longer finite in epoch 1, batch 11 (step 11), layer 'output': try a lower learning_rate than 1000" \
	"$(wild >"$dir/said"; echo $?) $(head -n 1 "$dir/said")"
verdict "weights lost before the checkpoint" "1 error: the weights are no longer finite in epoch 1, batch 11 (step 11), layer 'output': try a lower learning_rate than 1000 []" \
	"$(wild -o lost >"$dir/said"; echo $?) $(head -n 1 "$dir/said") [$(ls "$dir/lost")]"
cat >"$dir/lost.yaml" <<'END'
format: 1
name: lost
designs: [float]
networks: [mlp-64-32-10]
recipes: [digits]
seeds: [1]
axes: {recipe.learning_rate: [0.1, 1000]}
END
(cd "$dir" && "$mho" run lost.yaml --set recipe.epochs=1 --set recipe.n_images=352 --set recipe.loss=squares --set recipe.schedule=constant \
	--set recipe.k_warmup=0 -o lost >/dev/null 2>said)
verdict "and in a study" "1 1 1" "$? $(grep -c ',ok$\|,ok,' "$dir/lost/results.csv") $(grep -c 'the weights are no longer finite in epoch 1, batch 11 (step 11)' "$dir/lost/results.csv")"
head -c 3000 "$dir/run/checkpoint.safetensors" >"$dir/cut"
mv "$dir/cut" "$dir/run/checkpoint.safetensors"
train --resume >"$dir/said"
verdict "a truncated checkpoint" "1 run/checkpoint.safetensors: error: truncated: a header of" \
	"$? $(head -n 1 "$dir/said" | cut -c 1-57)"
count
