"""A rater judges how well the words of each topic go together; what it said once is kept."""

import hashlib
import json
import logging
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from pathlib import Path

import numpy as np
import pandas as pd

from softtopics.artifacts import Run
from softtopics.errors import InputError
from softtopics.metrics.raters.catalogue import RATERS

log = logging.getLogger(__name__)

Topics = Sequence[Sequence[str]]
Rate = Callable[[Topics], np.ndarray]

RATINGS = (1, 2, 3)
PROMPT = """\
Below are the words that a topic model found for one topic. Judge how closely the words are related to each other.
Answer with one digit and nothing else: 1 if they are not related, 2 if they are moderately related, 3 if they are \
very related.

Words: {words}"""


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


def place_words(prompt: str, words: str) -> str:
    """The prompt with `words` in the place of `{words}`.

    Raises:
        InputError: it has no such place.
    """
    if "{words}" not in prompt:
        raise InputError("rating.prompt: the prompt has no {words}; put it where the words of a topic should be")
    return prompt.replace("{words}", words)


class Cache:
    """Ratings that were asked for once, one JSON line each; a killed run keeps what it has."""

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self.ratings: dict[str, float] = {}
        lines = self.path.read_text(encoding="utf-8").splitlines() if self.path.is_file() else []
        for number, line in enumerate(lines, start=1):
            try:
                entry = json.loads(line) if line else None
            except json.JSONDecodeError:
                log.warning("%s: line %d was cut short; its topic will be rated again", path, number)
                continue
            if entry:
                self.ratings[entry["key"]] = entry["rating"]

    @staticmethod
    def key(*what: object) -> str:
        """A name for all that a rating depends on (JSON)."""
        return hashlib.sha256(json.dumps(what).encode()).hexdigest()

    def add(self, key: str, rating: float) -> None:
        self.ratings[key] = rating
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("a", encoding="utf-8") as stream:  # one short write: whole lines, also from several jobs
            # The line break comes first: it also ends a line that a kill cut short.
            stream.write("\n" + json.dumps({"key": key, "rating": rating}))
