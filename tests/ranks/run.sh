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
count
