"""What a rating is worth, beside the rating: a column's title, a sentence of the caption, a table."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from softtopics.report.table import Cell, Section, Table, shortened

if TYPE_CHECKING:
    from softtopics.report.scores import Layout

SHOWN = 3  # words swapped in the figure that stands beside the rating


def read_validity(paths: Iterable[str | Path]) -> pd.DataFrame | None:
    """The rows of `metrics.validity` of several corpora, with columns corpus and metric; None where there are none."""
    parts = [pd.read_csv(path) for path in paths]
    return pd.concat(parts, ignore_index=True) if parts else None


def rating_aucs(rows: pd.DataFrame, swapped: int) -> pd.Series:
    """AUC of the rating by corpus."""
    own = rows[(rows["metric"] == "llm_rating") & (rows["swapped"] == swapped)]
    if own.empty:
        raise ValueError(f"there is no validity of the rating with {swapped} words swapped")
    return own.set_index("corpus")["auc"]


def titled(title: str, rows: pd.DataFrame) -> str:
    """The rating's column title with the AUC, the mean over corpora, in it."""
    return f"{title} (AUC {shortened(rating_aucs(rows, SHOWN).mean(), 2)})"


def sentence(rows: pd.DataFrame, rater: str, corpora: Mapping[str, str]) -> str:
    """What a caption says of the rating."""
    first, shown = rating_aucs(rows, min(rows["swapped"])), rating_aucs(rows, SHOWN)
    each = [f"{t} {shortened(shown[c], 2)} (one word {shortened(first[c], 2)})" for c, t in corpora.items()]
    return (
        f"Rating: {rater}. AUC: the probability that it puts a topic above one with {SHOWN} of its words swapped "
        f"for those of other topics, .5 by chance: {', '.join(each)}."
    )


def validity_table(rows: pd.DataFrame, layout: "Layout", words: int) -> Table:
    """Measures x numbers of words swapped for every corpus: AUC with its interval, and the paired share.

    Args:
        rows: of `read_validity`.
        layout: order and titles.
        words: of a topic.
    """
    swaps = sorted(rows["swapped"].unique())
    sections = []
    for corpus, heading in layout.corpora.items():
        own = rows[rows["corpus"] == corpus].set_index(["metric", "swapped"])
        lines = []
        for metric in dict.fromkeys(rows["metric"]):
            found = [own.loc[(metric, swapped)] for swapped in swaps]
            aucs = [f"{shortened(r.auc, 2)} [{shortened(r.auc_low, 2)}, {shortened(r.auc_high, 2)}]" for r in found]
            name = "Rating" if metric == "llm_rating" else layout.about(metric).title
            lines.append([Cell(text) for text in (name, *aucs, *(shortened(r.paired, 2) for r in found))])
        sections.append(Section(f"{heading}, {int(own['topics'].iloc[0])} topics", lines))
    text = (
        f"Does a measure notice words that do not belong? Topics of the main results, {words} words each, against the "
        f"same with {', '.join(map(str, swaps))} words swapped for top words of other topics of the same model. AUC: "
        "the probability that a real topic is above a swapped one, with its 95% interval (bootstrap over topics); "
        "paired: above its own swapped version. Chance is .5; below it a measure prefers topics with words that do not "
        f"belong. 1 is out of reach: not all real topics make sense. Rating: {layout.rater}."
    )
    columns = ["Measure", *(f"AUC, {swapped}" for swapped in swaps), *(f"Paired, {swapped}" for swapped in swaps)]
    return Table("Validity of the rating", text, columns, sections, rows)
