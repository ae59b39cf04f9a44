#!/bin/bash
# SLURM from Debian's packages, where it is missing. Fails, with a sentence, where no SLURM can be started for a test.
set -e
missing() {
  for command in slurmctld slurmd munged sbatch; do
    command -v $command > /dev/null || return 0
  done
  return 1
}
say() {
  echo "$1" >&2
  exit 1
}
[ "$(id -u)" = 0 ] || say "SLURM's daemons are started by root alone"
if missing; then
  command -v apt-get > /dev/null || say "there is no SLURM here, and no apt-get to install it with"
  echo "installing SLURM"
  export DEBIAN_FRONTEND=noninteractive
  timeout 300 apt-get -qq update || say "apt-get update failed: is there a network?"
  timeout 300 apt-get -qq install --yes --no-install-recommends slurmctld slurmd slurm-client munge > /dev/null ||
    say "apt-get cannot install SLURM: is there a network?"
fi
# SLURM must find its configuration where it looks by itself: the executor's job step drops SLURM_CONF before srun.
if [ -e /etc/slurm/slurm.conf ] && ! grep -q "^ClusterName=softtopics$" /etc/slurm/slurm.conf; then
  say "/etc/slurm/slurm.conf is there: this machine belongs to a cluster, whose files are left alone"
fi
