#!/bin/bash
# Ends the jobs and daemons of what start.sh started, by the numbers in its own files, and takes its configuration away.
RUN=/run/softtopics-slurm
grep -qs "^ClusterName=softtopics$" /etc/slurm/slurm.conf || exit 0
if [ -s $RUN/slurmctld.pid ]; then
  timeout 10 scancel --user=root --quiet
  for _ in $(seq 10); do
    [ -z "$(timeout 5 squeue --noheader 2>&1)" ] && break
    sleep 1
  done
fi
for daemon in slurmd.n1 slurmd.n2 slurmctld munged; do
  [ -s $RUN/$daemon.pid ] && kill "$(cat $RUN/$daemon.pid)" 2> /dev/null
done
for _ in $(seq 10); do
  ls $RUN/*.pid > /dev/null 2>&1 || break
  sleep 1
done
# What no controller could end, because it died itself. (No other SLURM is here: install.sh refuses such a machine.)
for process in /proc/[0-9]*; do
  if [ "$(cat "$process/comm" 2> /dev/null)" = slurmstepd ] ||
    grep -qsz "^SLURM_CLUSTER_NAME=softtopics$" "$process/environ"; then
    kill -KILL "${process#/proc/}" 2> /dev/null
  fi
done
rm -f /etc/slurm/slurm.conf /etc/slurm/gres.conf
exit 0
