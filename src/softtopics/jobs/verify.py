"""Is every file of an experiment as it was written? `python -m softtopics.jobs.verify my.yaml`, or `make verify`.

All sealed files are compared with their checksums, all files of the manifest must be there, and the scores of some
cells are computed again.
"""

import argparse
import random
import shutil
import sys
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

import numpy as np

from softtopics import storage
from softtopics.artifacts import read_table
from softtopics.config import files, grid, settings
from softtopics.errors import InputError
from softtopics.jobs import manifest
from softtopics.jobs.paths import Paths
from softtopics.metrics.evaluate import evaluate_files

CLOSE = 1e-6  # other processors add in another order


def sealed_files(folder: Path) -> list[Path]:
    """The artifacts below a folder, there or not, but for the parts of readings under way."""
    seals = (path for path in folder.rglob(f".*{storage.SUFFIX}") if "shards" not in path.relative_to(folder).parts)
    return [storage.sealed(path) for path in seals]


def damaged_files(folder: Path) -> Iterator[tuple[Path, str]]:
    """The files of an experiment that are not as they were written, and what is wrong with each."""
    known = manifest.read(folder)
    for path in sorted({*sealed_files(folder), *known}):
        seal = storage.read_seal(path) or known.get(path)
        if not path.is_file():
            if path in known:
                yield path, "is missing"
        elif seal is None or storage.measure(path) != seal:
            yield path, "is damaged"


def damaged_models(store: Path) -> Iterator[tuple[Path, str]]:
    """The records of language models of which a file is missing or damaged; a rule makes the record and the folder."""
    for record in sorted(store.glob("*/source.json")):
        wrong = [
            path
            for path in sealed_files(record.parent)
            if not path.is_file() or storage.read_seal(path) != storage.measure(path)
        ]
        if wrong:
            yield record, f"belongs to a model of which {', '.join(map(str, wrong))} is damaged or missing"


def other_scores(config: dict, paths: Paths, cells: list[grid.Cell]) -> Iterator[tuple[Path, str]]:
    """The score files of some cells that hold other numbers than their runs give now."""
    evaluation = config["evaluation"]
    references = evaluation["coherence"]["references"]
    for cell in cells:
        size, path = paths.size_of(cell), Path(*paths.of_scores([cell]))
        again = evaluate_files(
            paths.of_runs([cell])[0],
            paths.of_corpus(cell.corpus, size),
            dict(zip(references, paths.of_counts(cell.corpus, size), strict=True)),
            paths.of_judges(cell.corpus, size),
            top_words=evaluation["top_words"],
            relevance=evaluation["relevance"],
        )
        kept = read_table(path)[["seed", "metric", "value"]]
        same = kept[["seed", "metric"]].values.tolist() == again[["seed", "metric"]].values.tolist()
        if not (same and np.allclose(kept["value"], again["value"], rtol=CLOSE, atol=CLOSE)):
            yield path, "holds other scores than its runs give when they are computed again"


def verify(config: dict, sample: int, seed: int = 0) -> tuple[list[tuple[Path, str]], int]:
    """All that is wrong with an experiment's files, and how many cells were scored again.

    Args:
        config: the whole of it, checked.
        sample: how many cells at most; none while a file is damaged.
        seed: of the sample.
    """
    paths = Paths(config)
    wrong = [*damaged_models(Path(paths.store) / "lms"), *damaged_files(Path(paths.results))]
    cells = [cell for cell in grid.all_cells(config) if Path(*paths.of_scores([cell])).is_file()]
    drawn = random.Random(seed).sample(cells, min(sample, len(cells))) if not wrong else []
    return [*wrong, *other_scores(config, paths, drawn)], len(drawn)


def to_make_again(wrong: Iterable[Path], known: Collection[Path], lms: Collection[str], data: Path) -> list[Path]:
    """What Snakemake can be asked for, so that damaged files are made again: nothing for those of earlier configs.

    Args:
        wrong: the files.
        known: those of the experiment's last run.
        lms: the keys of its models.
        data: the explorer's, whose jobs make folders.
    """
    outputs = []
    for path in wrong:
        if path.name == "source.json" and path not in known:
            outputs += [path] if path.parent.name in lms else []
        elif path.is_relative_to(data):
            parts = path.relative_to(data).parts
            outputs.append(data.joinpath(*parts[: 3 if parts[1] == "methods" else 2]))
        elif path in known:
            outputs.append(path)
    return list(dict.fromkeys(outputs))


def delete(wrong: Iterable[Path], outputs: Iterable[Path]) -> None:
    """Delete damaged files and the folders that jobs make again as a whole."""
    for path in wrong:
        path.unlink(missing_ok=True)
        storage.seal_path(path).unlink(missing_ok=True)
    for path in outputs:
        if path.is_dir():
            shutil.rmtree(path)


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m softtopics.jobs.verify", description=__doc__.split("\n\n")[0])
    parser.add_argument("configfiles", nargs="*", help="merged over config.yaml in this order, as by --configfile")
    parser.add_argument("--sample", type=int, default=5, help="how many cells are scored again")
    parser.add_argument("--delete", metavar="LIST", help="delete what is wrong, and write what to make again to LIST")
    given = parser.parse_args(arguments)
    try:
        config = settings.load(files.read([*files.bases(), *given.configfiles]), files.SCHEMA)
        folder, data = Path(Paths(config).results), Path(Paths(config).explorer_data)
        wrong, scored = verify(config, given.sample)
        files_there = sealed_files(folder)
        if not (wrong or files_there or given.delete):  # of nothing, `make repair` makes everything
            raise InputError(f"{folder}: there is no file of this experiment; run it first, or give its own config")
    except InputError as error:
        sys.exit(f"error: {error}")
    for path, what in wrong:
        print(f"{path} {what}")
    if given.delete:
        again = to_make_again([path for path, _ in wrong], manifest.read(folder), config["lms"], data)
        Path(given.delete).parent.mkdir(parents=True, exist_ok=True)
        Path(given.delete).write_text("".join(f"{path}\n" for path in again), encoding="utf-8")
        delete([path for path, _ in wrong], again)
        print(f"{len(wrong)} files deleted")
    elif wrong:
        sys.exit(f"error: {len(wrong)} files of {folder} are not as they were written; `make repair` makes them again")
    else:
        print(f"{folder}: {len(files_there)} files are as they were written; {scored} cells have the same scores")


if __name__ == "__main__":
    main()
