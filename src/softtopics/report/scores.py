"""Tidy scores from many small files, and what they must hold."""

from collections.abc import Iterable, Sequence
from pathlib import Path

import pandas as pd

from softtopics.artifacts import read_table

COLUMNS = ["corpus", "method", "variant", "k", "seed", "metric", "value"]


def read_scores(paths: Iterable[str | Path]) -> pd.DataFrame:
    """All rows of score files: corpus, method, variant, k, seed, metric, value.

    Raises:
        ValueError: a value is missing, or a row appears twice.
    """
    parts = [read_table(path, dtype={"variant": str})[COLUMNS] for path in paths]
    scores = pd.concat([part for part in parts if len(part)], ignore_index=True)
    if scores["value"].isna().any():
        raise ValueError(f"a score is missing: {describe(scores[scores['value'].isna()].iloc[0])}")
    if (repeated := scores.duplicated(COLUMNS[:-1])).any():
        raise ValueError(f"a score appears twice: {describe(scores[repeated].iloc[0])}")
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
