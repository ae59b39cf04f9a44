"""What passes between rules: each artifact is written whole or not at all, and checked on the way out."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd
from pyarrow import parquet
from scipy import sparse

from softtopics.storage import atomic, reading

HELD_OUT = "held_out"  # the column of documents that a split has


def write_text(path: str | Path, text: str) -> None:
    with atomic(path) as temporary:
        temporary.write_text(text, encoding="utf-8")


def write_json(path: str | Path, content: dict | list) -> None:
    write_text(path, json.dumps(content, indent=2, ensure_ascii=False) + "\n")


def read_json(path: str | Path) -> dict:
    with reading(path, whole=True):
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


def read_array(path: str | Path, mode: Literal["r", "c"] | None = "r") -> np.ndarray:
    """A `.npy` file, memory-mapped: only what is touched is read.

    Args:
        path: of the file.
        mode: `r`; `c`, if what is read may be changed in memory; None: read all of it.
    """
    with reading(path):
        return np.load(path, mmap_mode=mode, allow_pickle=False)


def write_table(path: str | Path, table: pd.DataFrame, **columns: str) -> None:
    """Save a CSV file, with constant `columns` at the front."""
    for position, (name, value) in enumerate(columns.items()):
        table.insert(position, name, value)
    with atomic(path) as temporary:
        table.to_csv(temporary, index=False)


def read_table(path: str | Path, texts: Sequence[str] = ()) -> pd.DataFrame:
    """A CSV file of ours; names stay as they are, even if one is NA, null or 2020, and so do the columns of `texts`."""
    names = dict.fromkeys(("corpus", "method", "variant", "metric", *texts), "str")
    with reading(path, whole=True):
        numbers = [column for column in pd.read_csv(path, nrows=0).columns if column not in names]
        return pd.read_csv(path, dtype=names, keep_default_na=False, na_values=dict.fromkeys(numbers, ""))


def write_documents(path: str | Path, documents: pd.DataFrame) -> None:
    with atomic(path) as temporary:
        documents.to_parquet(temporary, index=False)


def read_documents(path: str | Path, columns: Sequence[str] | None = None) -> pd.DataFrame:
    """All columns of a documents file, or some, and `held_out` where there is a split, without reading the rest."""
    with reading(path):
        if columns is not None and HELD_OUT in parquet.read_schema(path).names:
            columns = [*columns, HELD_OUT]
        return pd.read_parquet(path, columns=columns)


def held_out_of(documents: pd.DataFrame) -> np.ndarray | None:
    """Which of N documents no model is trained on; None where a corpus has no split."""
    return documents[HELD_OUT].to_numpy() if HELD_OUT in documents else None


def read_held_out(path: str | Path) -> np.ndarray | None:
    return held_out_of(read_documents(path, ["id"]))


def read_texts(path: str | Path) -> list[str]:
    return read_documents(path, ["text"])["text"].tolist()


def write_words(path: str | Path, words: list[str]) -> None:
    write_text(path, "".join(f"{word}\n" for word in words))


def read_words(path: str | Path) -> list[str]:
    with reading(path, whole=True):
        return Path(path).read_text(encoding="utf-8").split()


def write_counts(path: str | Path, counts: sparse.csr_matrix) -> None:
    with atomic(path) as temporary:
        sparse.save_npz(temporary, counts)


def read_counts(path: str | Path) -> sparse.csr_matrix:
    with reading(path):
        return sparse.load_npz(path).tocsr()


@dataclass(frozen=True)
class Corpus:
    """The documents all models of an experiment see, and the vocabulary that some of them share.

    Attributes:
        documents: N rows, of training documents if others are held out: id, text (as read), label and label_name
            (missing if there are none), tokens (lower-case alphabetic tokens joined by spaces), candidates (those of
            them that may bring their word into a vocabulary).
        vocabulary: V words, the most frequent first.
        bow: N x V counts of vocabulary words.
        rows: where the N documents stand among all of the corpus's files (`of`).
        held_out: the documents that no model is trained on, with the same vocabulary; None without a split.
    """

    documents: pd.DataFrame
    vocabulary: list[str]
    bow: sparse.csr_matrix
    rows: np.ndarray | slice = field(default_factory=lambda: slice(None))
    held_out: "Corpus | None" = None

    def __len__(self) -> int:
        return len(self.documents)

    @cached_property
    def texts(self) -> list[str]:
        return self.documents["text"].tolist()

    @cached_property
    def tokens(self) -> list[list[str]]:
        """Every document's tokens in reading order, including those outside the vocabulary."""
        return [row.split() for row in self.documents["tokens"]]

    @cached_property
    def words(self) -> list[list[str]]:
        """Every document's vocabulary words in reading order."""
        vocabulary = set(self.vocabulary)
        return [[token for token in tokens if token in vocabulary] for tokens in self.tokens]

    @cached_property
    def labels(self) -> np.ndarray | None:
        """N class numbers, or None if there are no labels or only one class."""
        if self.documents["label"].isna().any():
            return None
        codes, classes = pd.factorize(self.documents["label"], sort=True)
        return codes if len(classes) > 1 else None

    @cached_property
    def held_out_labels(self) -> np.ndarray:
        """The classes of the held-out documents as `labels` numbers them, -1 for one that no training document has."""
        classes = pd.Index(pd.factorize(self.documents["label"], sort=True)[1])
        return classes.get_indexer(self.held_out.documents["label"]) if self.held_out else np.zeros(0, dtype=int)

    def of(self, array: np.ndarray) -> np.ndarray:
        """The rows of these documents in an array over all documents of the corpus; copies nothing without a split."""
        return array[self.rows]

    def split(self) -> "Corpus":
        """The training documents, with the held-out ones, by the documents' column `held_out`; itself without one."""
        if (held_out := held_out_of(self.documents)) is None:
            return self
        train, test = (
            Corpus(self.documents.iloc[own].reset_index(drop=True), self.vocabulary, self.bow[own], own)
            for own in (np.flatnonzero(~held_out), np.flatnonzero(held_out))
        )
        return replace(train, held_out=test)

    @classmethod
    def load(cls, documents: str | Path, vocabulary: str | Path, bow: str | Path) -> "Corpus":
        """The file of documents with the two files of one of their vocabularies, split as the documents are.

        Raises:
            ValueError: the files do not belong together.
        """
        corpus = cls(read_documents(documents), read_words(vocabulary), read_counts(bow))
        if corpus.bow.shape != (len(corpus), len(corpus.vocabulary)):
            raise ValueError(
                f"{bow} is {corpus.bow.shape}, but there are {len(corpus)} documents and {len(corpus.vocabulary)} words"
            )
        return corpus.split()


@dataclass(frozen=True)
class Run:
    """The result of one trained topic model, from which every metric, table and figure is computed.

    Attributes:
        beta: K x V weights of words in topics; the words of a topic are those with the largest weights.
        theta: N x K shares of topics in documents; rows sum to 1.
        vocabulary: V words.
        seed: the random state it was trained with.
        seconds: wall-clock time of the fit.
        versions: of the packages that the model was trained with.
        held_out_theta: shares of topics in the corpus's held-out documents; None without a split.
        learned: what the model's `transform` needs (`models.base`), saved in a file of its own; None if nothing is.
    """

    beta: np.ndarray
    theta: np.ndarray
    vocabulary: list[str]
    seed: int
    seconds: float
    versions: dict[str, str]
    held_out_theta: np.ndarray | None = None
    learned: dict[str, np.ndarray] | None = None

    def top_words(self, count: int, relevance: float = 1.0) -> list[list[str]]:
        """For each of the K topics, the `count` most relevant words, the most relevant first.

        Where no weight is negative, a word of weight 0 is no word of the topic: a topic may have fewer words, or none.

        Args:
            count: words of each topic.
            relevance: lambda of Sievert and Shirley (2014): lambda log p(w | k) + (1 - lambda) log p(w | k) / p(w), so
                that 1 gives the words of the largest weights. p(w | k) is the row of beta normalised, by softmax where
                it has negative entries; p(w) is its mean over topics, weighted by their shares of the corpus.
        """
        weights = self.beta if relevance == 1 else self.relevance(relevance)
        order = np.argsort(-weights, axis=1, kind="stable")[:, :count]
        own = self.beta > 0 if (self.beta >= 0).all() else np.ones(self.beta.shape, dtype=bool)
        return [[self.vocabulary[word] for word in row if own[topic, word]] for topic, row in enumerate(order)]

    def relevance(self, weight: float) -> np.ndarray:
        """K x V, see `top_words`; a word that a topic gives no weight is the least relevant."""
        beta = self.beta.astype(np.float64)
        if (beta < 0).any():
            beta = np.exp(beta - beta.max(axis=1, keepdims=True))
        likely = beta / np.maximum(beta.sum(axis=1, keepdims=True), 1e-300)
        marginal = self.theta.mean(axis=0) @ likely
        with np.errstate(divide="ignore"):
            own = np.log(likely)
        return own - (1 - weight) * np.log(np.where(marginal > 0, marginal, 1))

    def check(self) -> None:
        """Refuse a result for which metrics would be meaningless.

        Raises:
            ValueError: shapes do not fit, values are not finite, a row of theta does not sum to 1, or a word appears
                twice in the vocabulary.
        """
        for theta in (self.theta, self.held_out_theta):
            if theta is None:
                continue
            if self.beta.ndim != 2 or theta.ndim != 2 or theta.shape[1] != len(self.beta):
                raise ValueError(f"beta {self.beta.shape} and theta {theta.shape} disagree on the topics")
            if not (np.isfinite(self.beta).all() and np.isfinite(theta).all()):
                raise ValueError("beta or theta holds values that are not finite")
            if (theta < 0).any() or not np.allclose(theta.sum(axis=1), 1, atol=1e-4):
                raise ValueError("a row of theta is not a distribution over topics")
        if not self.beta.shape[1] == len(self.vocabulary) == len(set(self.vocabulary)):
            raise ValueError(f"beta {self.beta.shape} has no column for each of {len(set(self.vocabulary))} words")


def save_cell(path: str | Path, runs: list[Run]) -> None:
    """Save the runs of one cell (one method, variant and K; a run per seed) as one `.npz`."""
    arrays: dict[str, Any] = {}
    about = []
    for run in runs:
        run.check()
        arrays[f"beta_{run.seed}"] = run.beta.astype(np.float32)
        arrays[f"theta_{run.seed}"] = run.theta.astype(np.float32)
        if run.held_out_theta is not None:
            arrays[f"held_out_theta_{run.seed}"] = run.held_out_theta.astype(np.float32)
        about.append({"seed": run.seed, "seconds": run.seconds, "versions": run.versions})
    with atomic(path) as temporary:
        np.savez(temporary, about=json.dumps({"vocabulary": runs[0].vocabulary, "runs": about}), **arrays)


def load_cell(path: str | Path) -> list[Run]:
    """The runs of one cell, as `save_cell` saved them."""
    with reading(path), np.load(path, allow_pickle=False) as arrays:
        about = json.loads(str(arrays["about"]))
        return [
            Run(
                arrays[f"beta_{run['seed']}"],
                arrays[f"theta_{run['seed']}"],
                about["vocabulary"],
                held_out_theta=arrays.get(f"held_out_theta_{run['seed']}"),
                **run,
            )
            for run in about["runs"]
        ]
