"""A trained model out of an experiment's files, and what it says of the documents of another file."""

import logging
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd

from softtopics.apply.new_documents import NewDocuments
from softtopics.artifacts import Corpus, Run, load_cell
from softtopics.corpora.files import read_rows, strings
from softtopics.corpora.given import corpus_of
from softtopics.errors import InputError, suggestion
from softtopics.jobs import evaluated
from softtopics.models.base import TopicModel, TrainingData, load_model
from softtopics.models.saved import SUFFIX, experiment_of, load_learned, model_path
from softtopics.runtime import seed_everything

log = logging.getLogger(__name__)

LARGEST = 3  # topics of each document that are named
WORDS = 10  # of each of them
SAME = 1e-3  # how far beta may be from the stored one when a model is trained again


def apply(run: str | Path, file: str | Path, *, seed: int | None = None, text: str | None = None) -> pd.DataFrame:
    """What a trained model says of the documents of a file.

    Args:
        run: the file of a cell's runs, results/<experiment>/runs/<corpus>/<method>/<variant>/k<K>.npz.
        file: a `.csv`, `.tsv`, `.jsonl` (also `.gz`) or `.parquet` file.
        seed: of the run; None: the first.
        text: the column with the documents; None: that of the experiment's corpus.

    Returns:
        A row for each of the file: row (the first is 1); vocabulary_words, how many words of the model's vocabulary the
        document has; topic_1, share_1, words_1 and so on, its largest topics (the first topic is 0, as in beta), their
        shares and words, by the experiment's relevance as in its tables; theta_0 ... theta_<K - 1>.

    Raises:
        InputError: there is no such run, or the file or something that the model needs cannot be read.
    """
    cell = check_cell(run)
    runs = {one.seed: one for one in load_cell(cell)}
    seed = next(iter(runs)) if seed is None else seed
    if seed not in runs:
        raise InputError(f"{run}: there is no run of seed {seed}; take one of {', '.join(map(str, runs))}")
    learned, about = load_learned(model_path(cell), seed)
    new = corpus_of(texts_of(file, text, about["text"]), vocabulary=runs[seed].vocabulary, **about["preparation"])
    training = training_of(cell, about)
    model = trained(learned, about, runs[seed], cell, training)
    experiment = experiment_of(cell)
    config = {
        **{name: about[name] for name in ("teachers", "views", "prompts", "lms", "extraction", "states")},
        "corpora": {about["corpus"]: {"preparation": {"vocabulary_size": about["vocabulary_size"]}}},
        "results": str(experiment.parent),
        "experiment": experiment.name,
    }
    with tempfile.TemporaryDirectory() as folder:
        inputs = NewDocuments(new, training, config, about["corpus"], Path(folder)).inputs(about["input"])
    theta = model.transform(TrainingData(new.texts, new.words, new.vocabulary, new.bow, inputs))
    known = np.asarray(new.bow.sum(axis=1)).ravel()
    if unknown := np.count_nonzero(known == 0):
        log.warning("%s: %d of %d documents hold no word of the model's vocabulary", file, unknown, len(new))
    return described(theta, runs[seed], known, evaluated.relevance(experiment))


def texts_of(file: str | Path, text: str | None, usual: str) -> list[str]:
    """The documents in a column of a file; a missing one is empty.

    Args:
        file: as `apply` is given it.
        text: the column that was asked for, or None.
        usual: that of the experiment's corpus.

    Raises:
        InputError: the file cannot be read, has no such column, or no documents.
    """
    column = text or usual
    table = read_rows(file, [column], setting="the path of the file of documents")
    if column not in table.column_names:
        whose = "which --text names" if text else "that of the experiment's corpus; name another by --text"
        raise InputError(f"{file}: there is no column {column!r}, {whose}{suggestion(column, table.column_names)}")
    if not len(table):
        raise InputError(f"{file}: there are no documents in it, only names of columns; give a file with documents")
    return strings(file, table, column).fillna("").tolist()


def check_cell(run: str | Path) -> Path:
    """Raises InputError: there is no such file, or no model beside it."""
    path = Path(run)
    if not path.is_file() or path.name.endswith(SUFFIX):
        raise InputError(
            f"{run}: there are no runs in that file; give one of results/<experiment>/runs/<corpus>/<method>/<variant>"
        )
    if not model_path(path).is_file():
        raise InputError(f"{model_path(path)}, the model beside the runs, is not there; run the experiment again")
    return path


def training_of(cell: Path, about: dict) -> Corpus:
    """The training documents of the experiment, with the vocabulary of the cell."""
    return Corpus.load(*(files_of(cell, about, name)[0] for name in ("documents", "vocabulary", "bow")))


def files_of(cell: Path, about: dict, name: str) -> list[str]:
    """Raises InputError: one of the files that the model was trained on is gone."""
    found = [experiment_of(cell) / path for path in about["files"][name]]
    if missing := [path for path in found if not path.is_file()]:
        raise InputError(f"{missing[0]} is not there, on which the model was trained; run the experiment again")
    return [str(path) for path in found]


def trained(learned: dict[str, np.ndarray] | None, about: dict, run: Run, cell: Path, training: Corpus) -> TopicModel:
    """The model that has learned these arrays; one that keeps more than arrays is trained again.

    Raises:
        InputError: trained again, it has other topics.
    """
    model = load_model(about["model"])(about["n_topics"], random_state=run.seed, **about["parameters"])
    if learned is not None:
        model.learned_ = learned
        return model
    log.info("%s keeps more than arrays: it is trained again on the documents of the experiment", about["model"])
    files = {name: files_of(cell, about, name) for name in ("hidden", "logits", "vectors")}
    seed_everything(run.seed)
    model.fit(TrainingData.load(training, **files))
    if model.beta_.shape != run.beta.shape or not np.allclose(model.beta_, run.beta, atol=SAME):
        raise InputError(
            f"{cell}: trained again here, {about['model']} has other topics than those of the run: its packages or the "
            "machine are others; run the experiment again here"
        )
    return model


def described(theta: np.ndarray, run: Run, known: np.ndarray, relevance: float) -> pd.DataFrame:
    """theta, the largest topics and the number of known words of each document as a table."""
    words = [" ".join(topic) for topic in run.top_words(WORDS, relevance)]
    largest = np.argsort(-theta, axis=1, kind="stable")[:, :LARGEST]
    columns: dict[str, object] = {"row": np.arange(1, len(theta) + 1), "vocabulary_words": known}
    for place, topics in enumerate(largest.T, start=1):
        columns[f"topic_{place}"] = topics
        columns[f"share_{place}"] = np.take_along_axis(theta, topics[:, None], axis=1)[:, 0]
        columns[f"words_{place}"] = [words[topic] for topic in topics]
    return pd.DataFrame(columns | {f"theta_{topic}": shares for topic, shares in enumerate(theta.T)})
