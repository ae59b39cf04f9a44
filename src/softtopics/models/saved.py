"""Trained models in a file beside their runs, as arrays: what `softtopics.apply` reads other documents with."""

import json
import os
from pathlib import Path
from typing import Any

import numpy as np

from softtopics.artifacts import Run
from softtopics.errors import InputError
from softtopics.storage import atomic, reading

SUFFIX = ".model.npz"  # where that of the runs is .npz


def save_learned(path: str | Path, runs: list[Run], about: dict, files: dict[str, list[str]]) -> None:
    """Save what the trained models of one cell need to read other documents, and what else is known of them.

    Args:
        path: of the `.npz`, beside that of the runs.
        runs: of the cell; `learned` is left out where it is None.
        about: the settings of the method and of what it reads, as JSON has them.
        files: what the models were trained on, by name; kept as paths from `experiment_of(path)`, which may be moved.
    """
    root = experiment_of(path)
    about = about | {"files": {name: [os.path.relpath(file, root) for file in own] for name, own in files.items()}}
    arrays: dict[str, Any] = {
        f"{run.seed}/{name}": array for run in runs if run.learned is not None for name, array in run.learned.items()
    }
    with atomic(path) as temporary:
        np.savez(temporary, about=json.dumps(about), **arrays)


def experiment_of(path: str | Path) -> Path:
    """The results folder of the experiment that a cell's file belongs to: runs/<corpus>/<method>/<variant>/k<K>.

    Raises:
        InputError: the file does not lie so deep.
    """
    parents = Path(os.path.abspath(path)).parents
    if len(parents) < 5:
        raise InputError(f"{path}: a run is read where it was made, below runs/ in its results; give its path there")
    return parents[4]


def model_path(runs: str | Path) -> Path:
    """The file of the models beside that of their runs."""
    return Path(runs).with_suffix(SUFFIX)


def load_learned(path: str | Path, seed: int) -> tuple[dict[str, np.ndarray] | None, dict]:
    """What `save_learned` saved of the model of one seed, and of the cell."""
    with reading(path), np.load(path, allow_pickle=False) as arrays:
        own = {name.partition("/")[2]: arrays[name] for name in arrays.files if name.startswith(f"{seed}/")}
        return own or None, json.loads(str(arrays["about"]))
