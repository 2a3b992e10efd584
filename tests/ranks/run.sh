#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# One, two and four ranks leave the same bytes. Passes over itself where there is no Open MPI.
B=$1
. tests/support/cases.sh
mpi=$PWD/$B/mho-mpi
if ! command -v mpirun >/dev/null || [ ! -x "$mpi" ]; then
	echo "no Open MPI: tests of several ranks left out" >&2
	echo "0 passed, 0 failed"
	exit 0
fi
preload=$(preload tests/resume/killer.c) || exit 1

export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 OMP_NUM_THREADS=1
ranks() { # n, words of mho
	n=$1
	shift
	mpirun -n "$n" --oversubscribe --bind-to none --mca btl self,vader "$mpi" "$@"
}
# what the two have in common: everything but the command's own words and wall_s
alike() { # folders
	for f in checkpoint.safetensors activity.json run.json; do
		cmp "$1/$f" "$2/$f" || return
	done
	[ "$(sed 's/,[^,]*$//' "$1/log.csv")" = "$(sed 's/,[^,]*$//' "$2/log.csv")" ] && echo alike
}
# a batch norm: shards meet within the passes; batches of 50: the last one is short
cp tests/support/norm.yaml "$dir/net.yaml"
for design in float hybrid-pcm-40nm; do
	for n in 0 1 2 4; do
		mkdir "$dir/$n"
		if [ $n = 0 ]; then run=$mho; else run="ranks $n"; fi
		(cd "$dir/$n" && $run train $design ../net.yaml --recipe digits --epochs 2 --set recipe.batch=50 \
			--set recipe.clip_norm=1 -o run >said 2>&1) || cat "$dir/$n/said"
		[ $n = 0 ] || verdict "$design on $n ranks" alike "$(alike "$dir/0/run" "$dir/$n/run" 2>&1)"
		[ $n = 0 ] || verdict "$design on $n ranks talks once" "$(cat "$dir/0/said")" "$(cat "$dir/$n/said")"
	done
	# killed alone, gone on with on four ranks
	rm -r "$dir/2/run"
	(cd "$dir/2" && LD_PRELOAD="$preload" MHO_TEST_KILL=3 MHO_TEST_AFTER=1 "$mho" train $design ../net.yaml --recipe digits \
		--epochs 2 --set recipe.batch=50 --set recipe.clip_norm=1 --checkpoint-every 10 -o run >said 2>&1)
	(cd "$dir/2" && ranks 4 train $design ../net.yaml --recipe digits --epochs 2 --set recipe.batch=50 \
		--set recipe.clip_norm=1 -o run --resume >said 2>&1)
	verdict "$design resumed on other ranks" alike "$(alike "$dir/0/run" "$dir/2/run" 2>&1)"
	rm -r "$dir"/[0124]
done
# an error is told once, and the status is mho's
ranks 2 train float mlp-64-32-10 --recipe digits --set recipe.learning_rate=20 --set recipe.k_decay=1 \
	--set recipe.momentum=0 --set recipe.k_warmup=0 >"$dir/said" 2>&1
verdict "an error on two ranks" "1 1" "$? $(grep -c 'no longer finite' "$dir/said")"
# ranks that cannot begin, or begin elsewhere than the first: all stop, and it is said
both() { # words of the first rank, words of the second
	timeout 60 mpirun --oversubscribe --bind-to none --mca btl self,vader -n 1 sh -c "$1" : -n 1 sh -c "$2" >"$dir/said" 2>&1
	echo $?
}
train="cd $dir; exec $mpi train float mlp-64-32-10 --recipe digits --epochs 2"
verdict "a rank without data" "1 1 1" "$(both "$train" "$train --data /nonexistent") $(grep -c '^on rank 1:$' "$dir/said") $(
	grep -c "^error: no data set 'digits' in '/nonexistent'" "$dir/said")"
(cd "$dir" && LD_PRELOAD="$preload" MHO_TEST_KILL=1 MHO_TEST_AFTER=1 "$mho" train float mlp-64-32-10 --recipe digits --epochs 2 -o run) >/dev/null 2>&1
mkdir -p "$dir/blind/studied"
verdict "a checkpoint that one rank does not see" "1 1" "$(both "$train -o run --resume" "$train -o blind/run --resume") $(
	grep -c '^error: rank 1 begins at step 0, rank 0 at step 44:' "$dir/said")"
printf 'format: 1\nname: x\ndesigns: [float]\nnetworks: [mlp-64-32-10]\nrecipes: [digits]\nseeds: [1, 2]\n' >"$dir/study.yaml"
study="cd $dir; exec $mpi run study.yaml --set recipe.epochs=1 --resume"
(cd "$dir" && "$mho" run study.yaml --seed 1 --set recipe.epochs=1 -o studied >/dev/null 2>&1)
verdict "a store that one rank does not see" "1 1" "$(both "$study -o studied" "$study -o blind/studied") $(
	grep -c '^error: rank 1 begins with other settings, data or weights than rank 0' "$dir/said")"
verdict "a rank that dies" "3 1" "$(both "$train" "$train --weights $dir") $(grep -c '^mho: ' "$dir/said")"
count
