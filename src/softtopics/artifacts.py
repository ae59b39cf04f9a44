"""What passes between rules: each artifact is written whole or not at all, and checked on the way out."""

import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import sparse


@contextmanager
def atomic(path: str | Path) -> Iterator[Path]:
    """Yield a temporary path beside `path` that becomes `path` when the block succeeds.

    A job that is killed half-way leaves no half-written file under the final name.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.stem}.", suffix=path.suffix)
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
        temporary.chmod(0o644)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def write_text(path: str | Path, text: str) -> None:
    with atomic(path) as temporary:
        temporary.write_text(text, encoding="utf-8")


def write_json(path: str | Path, content: dict | list) -> None:
    write_text(path, json.dumps(content, indent=2, ensure_ascii=False) + "\n")


def read_json(path: str | Path) -> dict:
    return json.loads(Path(path).read_text(encoding="utf-8"))


def write_array(path: str | Path, array: np.ndarray) -> None:
    """Save a `.npy` file; NaN and infinity are refused.

    Raises:
        ValueError: the array holds a value that is not finite.
    """
    if not np.isfinite(array).all():
        raise ValueError(f"{path}: {np.count_nonzero(~np.isfinite(array))} values are not finite")
    with atomic(path) as temporary:
        np.save(temporary, array)


def read_array(path: str | Path) -> np.ndarray:
    """A `.npy` file, memory-mapped: only what is touched is read."""
    return np.load(path, mmap_mode="r")


def write_table(path: str | Path, table: pd.DataFrame, **columns: str) -> None:
    """Save a CSV file, with constant `columns` in front."""
    for position, (name, value) in enumerate(columns.items()):
        table.insert(position, name, value)
    with atomic(path) as temporary:
        table.to_csv(temporary, index=False)


@dataclass(frozen=True)
class Corpus:
    """The documents all models of an experiment see.

    Attributes:
        documents: N rows: id, text (as read), label and label_name (missing where unlabelled),
            tokens (lower-case alphabetic tokens joined by spaces).
        vocabulary: V words, the most frequent first.
        bow: N x V counts of vocabulary words.
        audit: what was read, dropped and kept (`corpora.prepare.prepare`).
    """

    documents: pd.DataFrame
    vocabulary: list[str]
    bow: sparse.csr_matrix
    audit: dict = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.documents)

    @cached_property
    def texts(self) -> list[str]:
        return self.documents["text"].tolist()

    @cached_property
    def tokens(self) -> list[list[str]]:
        """Every document's tokens in reading order, also those outside the vocabulary."""
        return [row.split() for row in self.documents["tokens"]]

    @cached_property
    def labels(self) -> np.ndarray | None:
        """N class numbers, or None where there are no labels or a single class."""
        if self.documents["label"].isna().any():
            return None
        codes, classes = pd.factorize(self.documents["label"], sort=True)
        return codes if len(classes) > 1 else None

    def save(self, folder: str | Path) -> None:
        folder = Path(folder)
        with atomic(folder / "documents.parquet") as temporary:
            self.documents.to_parquet(temporary, index=False)
        write_text(folder / "vocabulary.txt", "".join(f"{word}\n" for word in self.vocabulary))
        with atomic(folder / "bow.npz") as temporary:
            sparse.save_npz(temporary, self.bow)
        write_json(folder / "audit.json", self.audit)

    @classmethod
    def load(cls, folder: str | Path) -> "Corpus":
        folder = Path(folder)
        return cls(
            documents=pd.read_parquet(folder / "documents.parquet"),
            vocabulary=(folder / "vocabulary.txt").read_text(encoding="utf-8").split(),
            bow=sparse.load_npz(folder / "bow.npz").tocsr(),
            audit=read_json(folder / "audit.json"),
        )


@dataclass(frozen=True)
class Run:
    """One trained topic model: what every metric, table and figure is computed from.

    Attributes:
        beta: K x V weights of words in topics; a topic's words are its largest entries.
        theta: N x K shares of topics in documents; rows sum to 1.
        top_words: K lists of distinct vocabulary words, the strongest first.
        seed: the random state it was trained with.
        seconds: wall-clock time of the fit.
        versions: packages the model was computed with.
    """

    beta: np.ndarray
    theta: np.ndarray
    top_words: list[list[str]]
    seed: int
    seconds: float
    versions: dict[str, str]

    def check(self) -> None:
        """Refuse what no metric could be trusted on.

        Raises:
            ValueError: wrong shapes, values that are not finite, rows of theta that do not sum to 1,
                or a topic that names a word twice.
        """
        if self.beta.ndim != 2 or self.theta.ndim != 2 or self.theta.shape[1] != len(self.beta):
            raise ValueError(f"beta {self.beta.shape} and theta {self.theta.shape} disagree on the topics")
        if not (np.isfinite(self.beta).all() and np.isfinite(self.theta).all()):
            raise ValueError("beta or theta holds values that are not finite")
        if (self.theta < 0).any() or not np.allclose(self.theta.sum(axis=1), 1, atol=1e-4):
            raise ValueError("a row of theta is not a distribution over topics")
        if len(self.top_words) != len(self.beta) or any(len(set(t)) != len(t) for t in self.top_words):
            raise ValueError("the top words are not one list of distinct words per topic")


def save_cell(path: str | Path, runs: list[Run]) -> None:
    """Save the runs of one cell (one method, variant and K; a run per seed) as one `.npz`."""
    arrays: dict[str, np.ndarray] = {}
    about = []
    for run in runs:
        run.check()
        arrays[f"beta_{run.seed}"] = run.beta.astype(np.float32)
        arrays[f"theta_{run.seed}"] = run.theta.astype(np.float32)
        about.append({"seed": run.seed, "seconds": run.seconds, "top_words": run.top_words, "versions": run.versions})
    with atomic(path) as temporary:
        np.savez(temporary, about=json.dumps(about), **arrays)


def load_cell(path: str | Path) -> list[Run]:
    with np.load(path) as arrays:
        return [
            Run(beta=arrays[f"beta_{about['seed']}"], theta=arrays[f"theta_{about['seed']}"], **about)
            for about in json.loads(str(arrays["about"]))
        ]
