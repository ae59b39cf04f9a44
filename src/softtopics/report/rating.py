"""What a rating is worth, said wherever the rating is shown: in a column's title and in a caption."""

from collections.abc import Iterable, Mapping
from pathlib import Path

import pandas as pd

from softtopics.artifacts import read_table
from softtopics.report.render import shortened

WORTH = ("llm_rating", "embedding_coherence")  # measures that are named together with their AUC
SHOWN = 3  # words swapped in the figure that is shown beside the rating


def read_validity(paths: Iterable[str | Path]) -> pd.DataFrame | None:
    """The rows of `metrics.validity` of several corpora, with columns corpus and metric; None where there are none."""
    parts = [read_table(path) for path in paths]
    return pd.concat(parts, ignore_index=True) if parts else None


def aucs(rows: pd.DataFrame, swapped: int, metric: str = "llm_rating") -> pd.Series:
    """AUC of the rating, or of another measure, by corpus.

    Raises:
        ValueError: it was not measured with this number of words swapped.
    """
    own = rows[(rows["metric"] == metric) & (rows["swapped"] == swapped)]
    if own.empty:
        raise ValueError(f"there is no validity of {metric} with {swapped} words swapped")
    return own.set_index("corpus")["auc"]


def titled(title: str, rows: pd.DataFrame, metric: str = "llm_rating") -> str:
    """The column title of the rating, or another measure, with its AUC in it, the mean over corpora."""
    return f"{title} (AUC {shortened(aucs(rows, SHOWN, metric).mean(), 2)})"


def sentence(rows: pd.DataFrame, rater: str, corpora: Mapping[str, str]) -> str:
    """What a caption says of the rating."""
    first, shown = aucs(rows, min(rows["swapped"])), aucs(rows, SHOWN)
    each = [f"{t} {shortened(shown[c], 2)} (one word {shortened(first[c], 2)})" for c, t in corpora.items()]
    return (
        f"Rating: {rater}. AUC: the probability that it puts a topic above one with {SHOWN} of its words swapped "
        f"for those of other topics, .5 by chance: {', '.join(each)}."
    )
