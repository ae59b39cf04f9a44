"""What stands in the way after a run was killed is cleared away: `python -m softtopics.jobs.resume my.yaml`.

Jobs of a dead Snakemake are ended; its lock, temporary files of dead writers and empty folders are removed. Nothing of
a run that lives is touched.
"""

import argparse
import logging
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import psutil

from softtopics import storage
from softtopics.config import files
from softtopics.errors import InputError
from softtopics.jobs import owners

log = logging.getLogger(__name__)
LOCKS = Path(".snakemake/locks")
SLURM_LOGS = Path(".snakemake/slurm_logs")  # the executor's: there once jobs have been submitted from here
PATIENCE = 10  # seconds that a job has to end by itself


def resume(results: Path) -> None:
    """Make a folder ready for Snakemake.

    Args:
        results: where temporary files may lie.

    Raises:
        InputError: jobs of an earlier run, or the run itself, may still live on other machines.
    """
    refuse_submitted(submitted())
    refuse_elsewhere()
    end(owners.orphans(Path.cwd()))
    unlock()
    for folder in {path.parent for path in results.rglob(".*~*~*")}:
        for path in storage.clear(folder):
            log.info("removed %s, which a killed job left", path)
    drop_empty(results)


def end(jobs: list[psutil.Process]) -> None:
    """End jobs without a Snakemake: what they would write counts as incomplete, and is made again."""
    for job in jobs:
        log.info("ending process %d, a job of a Snakemake that was killed", job.pid)
        try:
            job.terminate()
        except psutil.NoSuchProcess:
            continue
    for job in psutil.wait_procs(jobs, timeout=PATIENCE)[1]:
        job.kill()
    psutil.wait_procs(jobs, timeout=PATIENCE)


def left_locked() -> bool:
    """Whether there is a lock, and no Snakemake of this machine that may hold it."""
    live = any(owner.host == socket.gethostname() and owners.runs(owner) for owner in owners.noted().values())
    live = live or any(owners.is_controller(command) for _, command in owners.processes_in(Path.cwd()))
    return LOCKS.is_dir() and any(LOCKS.iterdir()) and not live


def refuse_elsewhere() -> None:
    """Raises InputError: the lock may be that of a Snakemake that lives on another machine; its jobs may be here."""
    for owner in owners.noted().values() if left_locked() else ():
        if owner.host != socket.gethostname():
            raise InputError(
                f".snakemake/locks: process {owner.process} on {owner.host} may still run here; if it does not, "
                "run `snakemake --unlock` and delete .snakemake/owners"
            )


def unlock() -> None:
    """Take away the locks of Snakemake, if all who may hold them are dead, and the notes of those who are."""
    if left_locked():
        shutil.rmtree(LOCKS)
        log.info("took away the lock of a Snakemake that was killed")
    for path, owner in owners.noted().items():
        if owner.host == socket.gethostname() and not owners.runs(owner):
            path.unlink(missing_ok=True)


def submitted() -> list[str]:
    """The numbers of SLURM's jobs of this user that work in this folder; none where none was ever submitted."""
    if not SLURM_LOGS.is_dir() or not shutil.which("squeue"):
        return []
    command = ["squeue", "--me", "--noheader", "--format=%i %Z"]
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    if found.returncode:
        log.warning("squeue does not answer (%s): jobs of an earlier run may still be queued", found.stderr.strip())
    rows = [line.split(maxsplit=1) for line in found.stdout.splitlines()]
    return [row[0] for row in rows if row[1:] == [os.getcwd()] and row[0] != os.environ.get("SLURM_JOB_ID")]


def refuse_submitted(jobs: list[str]) -> None:
    """Raises InputError: jobs of an earlier run are queued or run, and would be submitted a second time."""
    if jobs:
        raise InputError(
            f"SLURM still has {len(jobs)} jobs of this folder ({', '.join(jobs[:5])}{' ...' if jobs[5:] else ''}); let "
            f"the Snakemake that submitted them go on, wait for them, or end them with `scancel {' '.join(jobs)}`"
        )


def drop_empty(results: Path) -> None:
    """Remove folders of shards that hold nothing any more."""
    for shards in results.glob("*/shards"):
        for folder, _, _ in os.walk(shards, topdown=False):
            if not os.listdir(folder):
                os.rmdir(folder)


def main() -> None:
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    parser = argparse.ArgumentParser(prog="python -m softtopics.jobs.resume", description=__doc__.split("\n\n")[0])
    parser.add_argument("configfiles", nargs="*", help="of the run; only where its results lie is read")
    try:
        config = files.read([*files.bases(), *parser.parse_args().configfiles])
        resume(Path(str(config.get("results") or "results")).expanduser())
    except InputError as error:
        sys.exit(f"error: {error}")


if __name__ == "__main__":
    main()
