"""Long readings survive: batches are computed shard by shard, and a job that was killed resumes at the next one."""

import hashlib
import json
import shutil
from collections.abc import Callable
from itertools import chain
from pathlib import Path

import numpy as np
import torch

from softtopics.artifacts import read_array, write_array
from softtopics.errors import InputError
from softtopics.runtime import Progress

BATCHES = 32  # in one shard: half a minute's work on a laptop

Compute = Callable[[list[int]], np.ndarray]


class WithinMemory:
    """Computes batches in parts that fit into the device's memory: when it runs out, the parts are halved.

    The parts stay that small for the following batches.
    """

    def __init__(self, compute: Compute) -> None:
        self.compute = compute
        self.parts = 1

    def __call__(self, rows: list[int]) -> np.ndarray:
        """Raises InputError: not even a single document fits."""
        while True:
            size = -(-len(rows) // self.parts)
            try:
                return np.concatenate([self.compute(rows[i : i + size]) for i in range(0, len(rows), size)])
            except torch.OutOfMemoryError as error:
                if size == 1:
                    raise InputError(
                        "extraction: the device's memory does not hold a single document; lower the prompt's "
                        "max_document_tokens or take a smaller model"
                    ) from error
            self.parts *= 2
            torch.cuda.empty_cache()


def compute_rows(
    batches: list[list[int]], compute: Compute, *, store: str | Path | None = None, key: object = None
) -> np.ndarray:
    """N x D results, from the results of batches of rows.

    Args:
        batches: every row once; the same batches every time, so that a resumed run gives the same numbers.
        compute: B rows -> B x D.
        store: folder of finished shards, which are read instead of computed; None: keep nothing. `forget` removes it.
        key: what the results depend on (JSON); shards of another key are not used.
    """
    n_rows = sum(map(len, batches))
    mark = hashlib.sha256(json.dumps([key, batches]).encode()).hexdigest()[:16]
    within_memory = WithinMemory(compute)
    result = np.empty((0, 0), dtype=np.float32)
    with Progress("documents", n_rows) as progress:
        for number, shard in enumerate(groups(batches)):
            rows = list(chain.from_iterable(shard))
            path = Path(store) / mark / f"{number:05}.npy" if store else None
            if path and path.is_file():
                part = read_array(path)
                progress.skip(len(rows))
            else:
                parts = []
                for batch in shard:
                    parts.append(within_memory(batch))
                    progress.advance(len(batch))
                part = np.concatenate(parts)
                if path:
                    write_array(path, part)
            if number == 0:
                result = np.empty((n_rows, part.shape[1]), dtype=part.dtype)
            result[rows] = part
    return result


def groups(batches: list[list[int]]) -> list[list[list[int]]]:
    """The batches of each shard."""
    return [batches[start : start + BATCHES] for start in range(0, len(batches), BATCHES)]


def forget(store: str | Path) -> None:
    """Remove the shards, once what they make up is saved."""
    shutil.rmtree(store, ignore_errors=True)
