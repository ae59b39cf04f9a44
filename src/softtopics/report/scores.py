"""Tidy scores from many small files, and what they must hold."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Self

import pandas as pd

from softtopics.artifacts import read_json
from softtopics.metrics.catalogue import CORPUS, Metric, entry
from softtopics.report.validity import read_validity, titled

COLUMNS = ["corpus", "method", "variant", "k", "seed", "metric", "value"]


@dataclass(frozen=True)
class Layout:
    """Order, titles and colours of everything that tables and figures show, as config says them.

    Attributes:
        corpora, methods, teachers: titles by name, in order.
        readings: titles of the models whose states stand in the tables, by the name of a teacher that reads with them.
        colors: of methods, where config gives one.
        proposed: methods that learn from soft labels; they stand out in figures.
        topics: K.
        seeds: of every cell.
        labelled: corpora with at least two classes.
        rater: who rated the topics, and on which scale; empty if nobody did.
        validity: what the rating is worth, see `validity.read_validity`.
        alpha: level of the t-test behind the marks.
        references: titles of the texts that coherence is measured in, in order; `corpus` is the corpus itself.
        vectors: where word vectors come from, by the titles of the methods that start from some.
        correction: of the tests against the best of a column, `none` or `holm`.
    """

    corpora: dict[str, str]
    methods: dict[str, str]
    teachers: dict[str, str]
    readings: dict[str, str]
    topics: Sequence[int]
    seeds: Sequence[int]
    alpha: float
    labelled: frozenset[str] = frozenset()
    rater: str = ""
    validity: pd.DataFrame | None = None
    correction: str = "none"
    vectors: dict[str, str] = field(default_factory=dict)
    proposed: Sequence[str] = ()
    colors: dict[str, str] = field(default_factory=dict)
    references: dict[str, str] = field(default_factory=lambda: {CORPUS: CORPUS})

    @classmethod
    def load(cls, settings: dict, audits: Iterable[str | Path] = (), validity: Iterable[str | Path] = ()) -> Self:
        """The layout of `settings`; the corpora's audits (in their order) say which have classes."""
        found = zip(settings["corpora"], map(read_json, audits), strict=False)
        labelled = frozenset(name for name, audit in found if len(audit["classes"]) > 1)
        return cls(**settings, labelled=labelled, validity=read_validity(validity))

    @property
    def rated(self) -> bool:
        return bool(self.rater)

    def about(self, metric: str) -> Metric:
        """What the catalogue says of a metric, with the title of the text it is measured in.

        A rating is named with what it is worth, and without that not shown.
        """
        found = entry(metric, self.references)
        return replace(found, title=titled(found.title, self.validity)) if metric == "llm_rating" else found


def read_scores(paths: Iterable[str | Path]) -> pd.DataFrame:
    """All rows of score files: corpus, method, variant, k, seed, metric, value.

    Raises:
        ValueError: a value is missing, or a row stands twice.
    """
    parts = [pd.read_csv(path, dtype={"variant": str})[COLUMNS] for path in paths]
    scores = pd.concat([part for part in parts if len(part)], ignore_index=True)
    if scores["value"].isna().any():
        raise ValueError(f"a score is missing: {describe(scores[scores['value'].isna()].iloc[0])}")
    if (repeated := scores.duplicated(COLUMNS[:-1])).any():
        raise ValueError(f"a score stands twice: {describe(scores[repeated].iloc[0])}")
    return scores


def values(scores: pd.DataFrame, seeds: Sequence[int], topics: Sequence[int], **where: str) -> pd.Series:
    """The values of one method, variant, corpus and metric: one for every K and seed.

    Raises:
        ValueError: one is not there; tables and figures do without none.
    """
    rows = scores
    for column, value in where.items():
        rows = rows[rows[column] == value]
    rows = rows.set_index(["k", "seed"])["value"]
    for k in topics:
        for seed in seeds:
            if (k, seed) not in rows.index:
                raise ValueError(f"there is no score for {describe({**where, 'k': k, 'seed': seed})}")
    return rows.loc[[(k, seed) for k in topics for seed in seeds]]


def describe(row: dict | pd.Series) -> str:
    return ", ".join(f"{name} {row[name]}" for name in COLUMNS[:-1] if name in row)
