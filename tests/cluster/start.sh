#!/bin/bash
# Starts munge, SLURM's controller and two nodes; SLURM is installed where it is missing. As root.
set -e
HERE=$(cd "$(dirname "$0")" && pwd)
RUN=/run/softtopics-slurm
"$HERE/install.sh"
"$HERE/stop.sh"
rm -rf $RUN
mkdir -p $RUN/ctld $RUN/spool.n1 $RUN/spool.n2 /etc/slurm
sed "s|HOST|$(hostname -s)|; s|RUN|$RUN|" "$HERE/slurm.conf" > /etc/slurm/slurm.conf
cp "$HERE/gres.conf" /etc/slurm/gres.conf
dd if=/dev/urandom of=$RUN/munge.key bs=1 count=1024 status=none
chmod 400 $RUN/munge.key
munged --force --key-file=$RUN/munge.key --socket=$RUN/munge.socket --pid-file=$RUN/munged.pid \
  --log-file=$RUN/munged.log --seed-file=$RUN/munge.seed
slurmctld -c
for node in n1 n2; do slurmd -N $node; done
for _ in $(seq 30); do
  [ "$(sinfo -h -N -p cpu -o %t 2> /dev/null | grep -c '^idle$')" = 2 ] && exit 0
  sleep 1
done
sinfo -N -l >&2
echo "the nodes of the test's cluster did not come up: see $RUN/*.log" >&2
exit 1
