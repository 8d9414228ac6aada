#!/usr/bin/env bash
# One task of a plan per element of a job array.
#
#   sbatch --array=0-$(( $(mellizo sweep plan.toml --count) - 1 )) examples/slurm/sweep.sh plan.toml
#
# Slurm may end a task at any time (SIGTERM, a minute before SIGKILL) and start it again: it goes on
# from its newest checkpoint, and a task that is done is not done again.
#SBATCH --job-name=mellizo
#SBATCH --cpus-per-task=4
#SBATCH --time=02:00:00
#SBATCH --requeue
#SBATCH --signal=TERM@60
#SBATCH --open-mode=append
#SBATCH --output=mellizo-%A_%a.log
set -uo pipefail

export RAYON_NUM_THREADS="${SLURM_CPUS_PER_TASK:-1}"
# `exec` so that the signal reaches the program and not a shell that waits for it.
exec "${MELLIZO:-mellizo}" sweep "$1" --index "$SLURM_ARRAY_TASK_ID"
