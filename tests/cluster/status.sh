#!/bin/bash
# cluster-generic-status-cmd for SLURM: running, success or failed.
case $(squeue --noheader --states=all --format=%T --job "$1") in
  COMPLETED) echo success ;;
  PENDING | CONFIGURING | RUNNING | COMPLETING | SUSPENDED | REQUEUED) echo running ;;
  *) echo failed ;;
esac
