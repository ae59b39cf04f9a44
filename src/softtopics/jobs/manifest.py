"""What an experiment's files are: one list of sizes and checksums, gathered from their seals when a run is over.

Only the Snakemake that has run all jobs writes it, so that jobs at work at once cannot get into each other's way.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from softtopics import storage

NAME = "manifest.json"


def gather(folder: Path, jobs: Iterable[Any]) -> None:
    """Write the manifest of an experiment from the jobs of Snakemake's DAG, those that had nothing to do among them."""
    jobs = list(jobs)
    made = [file for job in jobs for file in job.output]
    write(folder, made, whole=any(job.rule.name == "all" for job in jobs))


def write(folder: Path, made: Iterable[str | Path], *, whole: bool) -> None:
    """Write `manifest.json` of an experiment's folder: path -> size and sha256.

    Args:
        folder: of the experiment.
        made: the outputs of its jobs, whether they ran now or before: files, or folders of files. Those that lie
            elsewhere, or were for other jobs alone and are gone, are left out.
        whole: they are all that the experiment has; else what was listed before stays.
    """
    from softtopics.artifacts import write_json  # with pandas, for which no start of Snakemake should wait

    known = {} if whole else read(folder)
    for output in (Path(path) for path in made if Path(path).is_relative_to(folder)):
        for path in output.rglob("*") if output.is_dir() else [output]:
            if path.is_file() and (seal := storage.read_seal(path)):
                known[path] = seal
    write_json(folder / NAME, {p.relative_to(folder).as_posix(): known[p]._asdict() for p in sorted(known)})


def read(folder: Path) -> dict[Path, storage.Seal]:
    """What the last finished run wrote down; nothing before the first has finished."""
    from softtopics.artifacts import read_json

    path = folder / NAME
    if not path.is_file():
        return {}
    return {folder / name: storage.Seal(**seal) for name, seal in read_json(path).items()}
