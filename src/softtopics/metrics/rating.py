"""The ratings of all topics of some cells, by a rater of any kind."""

import logging
from collections.abc import Mapping, Sequence
from importlib import import_module

import numpy as np
import pandas as pd

from softtopics.artifacts import Run
from softtopics.metrics.raters.base import Rate, Topics
from softtopics.metrics.raters.catalogue import RATERS

log = logging.getLogger(__name__)


def load_rater(kind: str, **settings: object) -> Rate:
    """The rater of a kind: `server`, `lm` or `likelihood`, a module of `raters`; T topics -> T ratings.

    It sees topics of at least two words; the others have the lowest rating of its scale, as in coherence.
    """
    rate, lowest = import_module(f"softtopics.metrics.raters.{kind}").rater(**settings), RATERS[kind].lowest

    def rate_all(topics: Topics) -> np.ndarray:
        rated = np.array([len(words) > 1 for words in topics], dtype=bool)
        if not rated.all():
            log.warning("%d of %d topics have fewer than two words; they are rated %g", sum(~rated), len(rated), lowest)
        found = np.full(len(topics), float(lowest))
        if rated.any():
            found[rated] = rate([words for words in topics if len(words) > 1])
        return found

    return rate_all


def rate_cells(
    cells: Mapping[tuple, Sequence[Run]], rate: Rate, *, n_words: int, relevance: float = 1.0
) -> pd.DataFrame:
    """The mean rating of the topics of every run, as tidy rows; all topics are rated in one call.

    Args:
        cells: the runs of every (corpus, method, variant, k).
        rate: the rater.
        n_words: how many words it sees of a topic.
        relevance: by which they are chosen, see `Run.top_words`.

    Returns:
        Columns corpus, method, variant, k, seed, metric (`llm_rating`), value.

    Raises:
        ValueError: a rating is not finite.
    """
    runs = [(*cell, run.seed, run.top_words(n_words, relevance)) for cell, runs in cells.items() for run in runs]
    ratings = rate([words for *_, topics in runs for words in topics])
    if not np.isfinite(ratings).all():
        raise ValueError(f"{np.count_nonzero(~np.isfinite(ratings))} ratings are not finite")
    ends = np.cumsum([len(topics) for *_, topics in runs])[:-1]
    rows = [
        (*where, "llm_rating", float(part.mean()))
        for (*where, _), part in zip(runs, np.split(ratings, ends), strict=True)
    ]
    return pd.DataFrame(rows, columns=["corpus", "method", "variant", "k", "seed", "metric", "value"])
