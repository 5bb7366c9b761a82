#!/bin/bash
# Workers as a Slurm array, eight of them: DATABASE=postgres://… sbatch slurm.sh
# The server runs on the login node or anywhere else that reaches the database. Not run where it was written (no Slurm there).
#SBATCH --job-name=study-worker
#SBATCH --array=1-8
#SBATCH --cpus-per-task=4
#SBATCH --gres=gpu:1
#SBATCH --time=24:00:00
# Two minutes before the time is up the worker is told to drain; what it cannot finish goes on elsewhere.
#SBATCH --signal=TERM@120
#SBATCH --requeue
set -eu
: "${DATABASE:?expected the address of the database}"
# srun passes the signal on to the worker; an idle worker gives its node back after ten minutes.
exec srun --kill-on-bad-exit=0 study worker --storage "$DATABASE" --slots 1 --gpu --drain 100 --idle-exit 600 \
  --artifacts "${ARTIFACTS:-$SLURM_SUBMIT_DIR/artifacts}"
