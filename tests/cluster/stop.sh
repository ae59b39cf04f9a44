#!/bin/bash
# Stops what start.sh started, by the numbers in its own files, and takes its configuration away. As root.
RUN=/run/softtopics-slurm
[ -d $RUN ] || exit 0
[ -s $RUN/slurmctld.pid ] && scancel --user=root --quiet 2> /dev/null
for daemon in slurmd.n1 slurmd.n2 slurmctld munged; do
  [ -s $RUN/$daemon.pid ] && kill "$(cat $RUN/$daemon.pid)" 2> /dev/null
done
for _ in $(seq 10); do
  ls $RUN/*.pid > /dev/null 2>&1 || break
  sleep 1
done
rm -f /etc/slurm/slurm.conf /etc/slurm/gres.conf
exit 0
