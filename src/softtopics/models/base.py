"""The contract of a topic model, and the one way a cell of the benchmark is trained."""

import logging
import time
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import PackageNotFoundError
from typing import Self

import numpy as np
from scipy import sparse

from softtopics.artifacts import Corpus, Run, read_array
from softtopics.errors import InputError
from softtopics.runtime import seed_everything, versions

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class TrainingData:
    """What a model may learn from, or is asked about; every model gets the same documents in the same order.

    Attributes:
        texts: N documents as they were read.
        words: for each document, its vocabulary words in reading order (may be none).
        vocabulary: V words.
        bow: N x V counts.
        inputs: N x D hidden states or embeddings of the documents, or None.
        logits: N x V word scores of a teacher, or None.
        vectors: V x E word vectors, or None.
    """

    texts: list[str]
    words: list[list[str]]
    vocabulary: list[str]
    bow: sparse.csr_matrix
    inputs: np.ndarray | None = None
    logits: np.ndarray | None = None
    vectors: np.ndarray | None = None

    @classmethod
    def load(
        cls, corpus: Corpus, hidden: Sequence[str] = (), logits: Sequence[str] = (), vectors: Sequence[str] = ()
    ) -> Self:
        """A corpus with files of what a model reads: hidden states (side by side if several), logits, word vectors.

        Files hold all documents of the corpus; what is loaded are those of `corpus`, which may be one part of a split.
        """
        return cls(
            texts=corpus.texts,
            words=corpus.words,
            vocabulary=corpus.vocabulary,
            bow=corpus.bow,
            inputs=np.concatenate([corpus.of(read_array(path)) for path in hidden], axis=1) if hidden else None,
            logits=corpus.of(read_array(logits[0], "c")) if logits else None,
            vectors=read_array(vectors[0], None) if vectors else None,
        )


class TopicModel(ABC):
    """Scikit-learn style: `__init__` only stores parameters, what `fit` learns ends in `_`.

    Attributes:
        packages: distributions whose versions are recorded with the result.
        needs: the keys of a method's block that it cannot do without (`input`, `teacher`, `word_vectors`), each with
            the values of parameters at which that is so; a block that names others is refused. Where a class does not
            say it, a block may name anything. Read before anything runs, without importing the model.
        beta_: after `fit`, K x V weights of words in topics (finite; only their order within a topic counts).
        theta_: after `fit`, N x K shares of topics in the training documents; rows sum to 1.
            K is the number of topics found, which may be below `n_topics`.
        learned_: after `fit`, the arrays that `transform` needs, and nothing else does: they are saved beside the run,
            and a new model with the same parameters that is given them can `transform`. None for a model that has
            more to remember than arrays; it is trained again where it is applied.
    """

    packages: tuple[str, ...] = ()
    needs: tuple[tuple[str, dict[str, tuple[str, ...]]], ...]
    beta_: np.ndarray
    theta_: np.ndarray
    learned_: dict[str, np.ndarray] | None = None

    def __init__(self, n_topics: int, *, random_state: int) -> None:
        self.n_topics = n_topics
        self.random_state = random_state

    @abstractmethod
    def fit(self, data: TrainingData) -> Self:
        """Learn topics; the same data, parameters and `random_state` give the same result."""

    def transform(self, data: TrainingData) -> np.ndarray:
        """theta of documents that the model was not trained on: N' x K, rows sum to 1.

        Each document is looked at on its own: its row says nothing of the others of `data`, but for the noise of a
        model that draws row by row, and for BERTopic, whose UMAP places the documents together.

        Args:
            data: documents with the vocabulary of the training documents; `logits` and `vectors` are not needed.

        Raises:
            InputError: the model cannot do that, is not trained, or lacks what it reads.
        """
        raise InputError(f"methods: {type(self).__name__} has no `transform`, so it says nothing of new documents")

    def fit_transform(self, data: TrainingData) -> np.ndarray:
        """`fit`, and theta of the training documents."""
        return self.fit(data).theta_

    def learned(self) -> dict[str, np.ndarray]:
        """`learned_`, which `fit` sets.

        Raises:
            InputError: the model is not trained.
        """
        if self.learned_ is None:
            raise InputError(f"methods: this {type(self).__name__} is not trained; call `fit` first")
        return self.learned_

    @classmethod
    def fit_all(cls, models: Sequence[Self], data: TrainingData) -> list[float]:
        """Fit models that differ in their random state, one after another; return the seconds that each took."""
        seconds = []
        for model in models:
            seed_everything(model.random_state)
            started = time.perf_counter()
            model.fit(data)
            seconds.append(time.perf_counter() - started)
        return seconds


def check_choices(model: TopicModel, choices: Mapping[str, tuple[str, ...]]) -> None:
    """Raises InputError: a setting of a model has a value that is none of its choices."""
    for name, known in choices.items():
        if (value := getattr(model, name)) not in known:
            kind = type(model).__module__.rpartition(".")[2]
            raise InputError(f"methods: {kind}'s {name} is {value!r}; write {' or '.join(known)}")


def load_model(name: str) -> type[TopicModel]:
    """The model in `softtopics/models/<name>.py`: the class that its `MODEL` names.

    Raises:
        InputError: there is no such model, or what `MODEL` names is none.
    """
    try:
        found = getattr(import_module(f"softtopics.models.{name}"), "MODEL", None)
    except ModuleNotFoundError as error:
        if error.name == f"softtopics.models.{name}":
            raise InputError(f"model: there is no src/softtopics/models/{name}.py") from error
        raise
    if not (isinstance(found, type) and issubclass(found, TopicModel)):
        raise InputError(f"src/softtopics/models/{name}.py: MODEL must name a class that is derived from TopicModel")
    return found


def train_cell(
    model: type[TopicModel],
    parameters: dict,
    data: TrainingData,
    *,
    n_topics: int,
    seeds: list[int],
    held_out: TrainingData | None = None,
) -> list[Run]:
    """Train one method at one K with every seed.

    Args:
        model, parameters: the method.
        data: the training documents.
        n_topics: K.
        seeds: of the runs.
        held_out: documents that the trained models then say their topics of; None: none.

    Raises:
        InputError: there are fewer documents than topics, a package that the model names is not installed, or `fit` or
            `transform` does not make what it must.
    """
    if n_topics > len(data.texts):
        raise InputError(
            f"run.topics: {n_topics} topics are more than the {len(data.texts)} documents of the corpus; ask for fewer"
        )
    used = versions_of(model)  # before hours of training
    models = [model(n_topics, random_state=seed, **parameters) for seed in seeds]
    seconds = model.fit_all(models, data)
    runs = []
    for fitted, spent in zip(models, seconds, strict=True):
        runs.append(run_of(fitted, data, held_out, spent, used))
        log.info("seed %d: %d topics in %.1f s", fitted.random_state, len(runs[-1].beta), spent)
    return runs


def run_of(
    model: TopicModel, data: TrainingData, held_out: TrainingData | None, seconds: float, used: dict[str, str]
) -> Run:
    """What a fitted model has learned and says of held-out documents, with its seconds and the versions it used.

    Raises:
        InputError: something is missing, or is no array of the shape that it must have.
    """
    beta = array_of(model, "beta_ after `fit`", getattr(model, "beta_", None), None, len(data.vocabulary))
    theta = array_of(model, "theta_ after `fit`", getattr(model, "theta_", None), len(data.texts), len(beta))
    said = None
    if held_out is not None:
        said = array_of(model, "theta of `transform`", model.transform(held_out), len(held_out.texts), len(beta))
    return Run(
        beta,
        theta,
        data.vocabulary,
        seed=model.random_state,
        seconds=seconds,
        versions=used,
        held_out_theta=said,
        learned=model.learned_,
    )


def array_of(model: TopicModel, what: str, found: object, documents: int | None, columns: int) -> np.ndarray:
    """Raises InputError: what was found is no array of documents x topics or, without documents, of topics x words."""
    rows = len(found) if isinstance(found, np.ndarray) and found.ndim and documents is None else documents
    if isinstance(found, np.ndarray) and found.shape == (rows, columns):
        return found
    has = f"an array of the shape {found.shape}" if isinstance(found, np.ndarray) else f"of type {type(found).__name__}"
    wanted = f"K topics x {columns} words" if documents is None else f"{documents} documents x {columns} topics"
    raise InputError(
        f"methods: {type(model).__name__}'s {what} is {'missing' if found is None else has}; it must be an array of "
        f"{wanted}"
    )


def versions_of(model: type[TopicModel]) -> dict[str, str]:
    """Installed versions of a model's packages.

    Raises:
        InputError: one is not installed.
    """
    if not isinstance(model.packages, tuple) or not all(model.packages):
        raise InputError(f'methods: {model.__name__}.packages must be a tuple of names, as in packages = ("numpy",)')
    try:
        return versions(*model.packages)
    except PackageNotFoundError as error:
        raise InputError(
            f"methods: {model.__name__}.packages names {error.name!r}, which is not installed; install it, or write "
            "the name that pip knows it by"
        ) from error
