"""What an experiment's files are: one list of sizes and checksums, gathered from the seals when a run is over.

Only the Snakemake that has run all jobs writes it, so that jobs at work at once cannot get into each other's way.
"""

from collections.abc import Iterator
from pathlib import Path

from softtopics import storage
from softtopics.artifacts import read_json, write_json

NAME = "manifest.json"


def sealed_files(folder: Path) -> Iterator[Path]:
    """The artifacts below a folder, there or not, in order."""
    seals = (path for path in folder.rglob(f".*{storage.SUFFIX}") if "shards" not in path.relative_to(folder).parts)
    yield from sorted(path for path in map(storage.sealed, seals) if path != folder / NAME)


def write(folder: Path) -> None:
    """Write `manifest.json` of an experiment's folder: path -> size and sha256 of every artifact that is there."""
    found = {
        path.relative_to(folder).as_posix(): storage.read_seal(path) for path in sealed_files(folder) if path.is_file()
    }
    write_json(folder / NAME, {path: seal._asdict() for path, seal in found.items() if seal})


def read(folder: Path) -> dict[Path, storage.Seal]:
    """What the last finished run wrote down; nothing before the first has finished."""
    path = folder / NAME
    return {folder / name: storage.Seal(**seal) for name, seal in read_json(path).items()} if path.is_file() else {}
