"""All scores of the runs of one cell, as tidy rows."""

from collections.abc import Mapping, Sequence
from importlib import import_module

import numpy as np
import pandas as pd

from softtopics.artifacts import Corpus, Run, load_cell
from softtopics.errors import InputError, suggestion
from softtopics.metrics.catalogue import METRICS, modules
from softtopics.metrics.counts import Counts
from softtopics.metrics.evaluation import Evaluation
from softtopics.metrics.judges import Judges


def evaluate_files(
    run: str,
    corpus: Mapping[str, str],
    counts: Mapping[str, str],
    judges: Mapping[str, Sequence[str]],
    *,
    top_words: int,
    relevance: float,
) -> pd.DataFrame:
    """`evaluate_cell` of files.

    Args:
        run: of the cell's runs.
        corpus: by the names of `Corpus.load`.
        counts: of every reference.
        judges: by the names of `Judges.load`.
        top_words, relevance: as there.
    """
    read = Corpus.load(**corpus)
    return evaluate_cell(
        load_cell(run),
        read,
        {reference: Counts.load(path) for reference, path in counts.items()},
        top_words=top_words,
        relevance=relevance,
        judges=Judges.load(read.vocabulary, **judges).among(read),
    )


def evaluate_cell(
    runs: list[Run],
    corpus: Corpus,
    counts: Mapping[str, Counts],
    *,
    top_words: int,
    relevance: float = 1.0,
    judges: Judges | None = None,
) -> pd.DataFrame:
    """Score every seed by every module of the catalogue.

    What needs labels is left out where the corpus has none or a single class, and what needs held-out documents where
    none are.

    Args:
        runs: the runs of a cell.
        corpus: what they were trained on, with their vocabulary.
        counts: of every reference that coherence is measured in, `corpus` being the corpus itself.
        top_words: how many words stand for a topic in coherence and diversity.
        relevance: by which they are chosen, see `Run.top_words`.
        judges: of words and of documents; None for none.

    Returns:
        Columns seed, metric, value; the metrics are those of `catalogue.METRICS`, with those of an external reference
        called `c_v@reference`.

    Raises:
        InputError: a module's scores are not those that the catalogue names.
        ValueError: a score is not finite.
    """
    lacking = {"needs_labels": corpus.labels is None, "needs_split": corpus.held_out is None}
    measured = [name for name in modules() if not any(absent and needs(name, key) for key, absent in lacking.items())]
    rows = []
    for run in runs:
        others = [other for other in runs if other is not run]
        evaluation = Evaluation(run, corpus, counts, top_words, others, relevance, judges or Judges())
        for name in measured:
            found = import_module(f"softtopics.metrics.{name}").scores(evaluation)
            check_known(name, found)
            rows += [(run.seed, metric, value) for metric, value in found.items()]
    table = pd.DataFrame(rows, columns=["seed", "metric", "value"])
    if not np.isfinite(table["value"]).all():
        bad = table[~np.isfinite(table["value"])].iloc[0]
        raise ValueError(f"{bad.metric} of seed {bad.seed} is {bad.value}")
    return table


def check_known(module: str, scores: Mapping[str, float]) -> None:
    """Raises InputError: a module gives a score that the catalogue does not have, or not of that module."""
    if not isinstance(scores, Mapping):
        raise InputError(f"metrics/{module}.py: `scores` must return a dict of scores, not {type(scores).__name__}")
    own = [metric for metric, about in METRICS.items() if about.module == module]
    for metric in (str(name).partition("@")[0] for name in scores):
        if metric not in METRICS:
            known = suggestion(metric, own)
            raise InputError(
                f"metrics/{module}.py returned {metric!r}, which metrics/catalogue.py does not have{known}"
            )
        if metric not in own:
            where = METRICS[metric].module
            raise InputError(
                f"metrics/{module}.py returned {metric!r}, which metrics/catalogue.py has as one of "
                f"{where}.py; correct its row"
            )


def needs(module: str, what: str) -> bool:
    return any(getattr(metric, what) for metric in METRICS.values() if metric.module == module)
