"""Long readings: jobs share them in parts, and a job that was killed resumes at the next shard of its part."""

import hashlib
import json
import shutil
from collections.abc import Callable
from contextlib import closing
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch

from softtopics.artifacts import read_array, write_array
from softtopics.errors import InputError
from softtopics.runtime import Progress, device
from softtopics.threads import at_once, in_order

BATCHES = 32  # in one shard: half a minute's work on a laptop

Compute = Callable[[list[int]], np.ndarray]


class Part(NamedTuple):
    """Which of the batches a job computes: every `of`-th, beginning with number `number`."""

    number: int = 0
    of: int = 1


WHOLE = Part()


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
    batches: list[list[int]],
    compute: Compute,
    *,
    store: str | Path | None = None,
    key: object = None,
    part: Part = WHOLE,
) -> np.ndarray:
    """N x D results, from the results of batches of rows.

    On a CPU as many batches are computed at once as the job has threads, each with the threads of torch.

    Args:
        batches: every row once; the same batches every time, so that a resumed run gives the same numbers.
        compute: B rows -> B x D.
        store: folder of finished shards, which are read instead of computed; None: keep nothing. `forget` removes it.
        key: what the results depend on (JSON); shards of another key are not used.
        part: the batches to compute; the rows of the others are NaN.
    """
    n_rows, own = sum(map(len, batches)), batches[part.number :: part.of]
    mark = hashlib.sha256(json.dumps([key, own]).encode()).hexdigest()[:16]
    paths = [Path(store) / mark / f"{number:05}.npy" if store else None for number in range(len(groups(own)))]
    within_memory, done = WithinMemory(compute), [bool(path and path.is_file()) for path in paths]

    @torch.inference_mode()  # of each thread
    def computed(batch: list[int]) -> np.ndarray:
        return within_memory(batch)

    missing = [batch for shard, there in zip(groups(own), done, strict=True) if not there for batch in shard]
    results = in_order(computed, missing, at_once() if device() == "cpu" else 1)
    result = np.empty((n_rows, 0), dtype=np.float32)
    with Progress("documents", sum(map(len, own))) as progress, closing(results):
        for shard, path, there in zip(groups(own), paths, done, strict=True):
            rows = list(chain.from_iterable(shard))
            if path and there:
                values = read_array(path)
                progress.skip(len(rows))
            else:
                values = np.concatenate([counted(progress, next(results)) for _ in shard])
                if path:
                    write_array(path, values)
            if not result.shape[1]:
                result = np.full((n_rows, values.shape[1]), np.nan, dtype=values.dtype)
            result[rows] = values
    return result


def counted(progress: Progress, rows: np.ndarray) -> np.ndarray:
    progress.advance(len(rows))
    return rows


def groups(batches: list[list[int]]) -> list[list[list[int]]]:
    """The batches of each shard."""
    return [batches[start : start + BATCHES] for start in range(0, len(batches), BATCHES)]


def forget(store: str | Path) -> None:
    """Remove the shards, once what they make up is saved."""
    shutil.rmtree(store, ignore_errors=True)
