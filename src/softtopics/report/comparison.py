"""Rows that compete within a group, column by column: standings, marked cells, tidy rows, and what captions say of it.

Every table of scores is this comparison; they differ in what a row is (a method, a value of an ablation), what a group
is (a corpus, a backbone) and what a column is (a metric over all K, or at one K).
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

import pandas as pd

from softtopics.metrics.catalogue import COHERENCE, CORPUS, DEEPEST, JUDGED, Metric, entry, with_references
from softtopics.metrics.significance import Standing, compare
from softtopics.report.layout import Layout
from softtopics.report.render import Cell, counted, shortened
from softtopics.report.scores import values

NOTHING = Cell("–")
FAVOURED = "†"


class Row(NamedTuple):
    """A method, or a variant of one."""

    method: str
    variant: str = "default"


class Column(NamedTuple):
    """A metric over some numbers of topics."""

    metric: str
    topics: tuple[int, ...]


Standings = Mapping[Column, Standing]


def columns_of(metrics: Sequence[str], layout: Layout, everywhere: Sequence[str] = ("c_v",)) -> list[Column]:
    """A column for every metric over all K: coherence for its reference texts, a judgement where there is a judge."""
    left_out = {"llm_rating": not layout.rated} | {metric: metric not in layout.judges for metric in JUDGED}
    left_out |= dict.fromkeys(("stability_rbo", "stability_nmi"), len(layout.seeds) < 2)
    shown = [metric for metric in metrics if not left_out.get(metric)]
    return [Column(name, tuple(layout.topics)) for name in with_references(shown, list(layout.references), everywhere)]


def stand(
    scores: pd.DataFrame, layout: Layout, corpus: str, rows: Sequence[Row], columns: Sequence[Column]
) -> list[dict[Column, Standing]]:
    """How each row stands among all of them, in every column that the corpus can be measured by.

    Where a metric has no best (`Metric.compared`), no row is it.

    Raises:
        ValueError: a score that must be there is not.
    """
    found: list[dict[Column, Standing]] = [{} for _ in rows]
    for column in columns:
        about = layout.about(column.metric)
        if about.needs_labels and corpus not in layout.labelled:
            continue
        where = {"corpus": corpus, "metric": column.metric}
        measured = {
            row: values(scores, layout.seeds, column.topics, method=row.method, variant=row.variant, **where)
            for row in rows
        }
        standings = compare(
            measured,
            blocks=len(column.topics),
            alpha=layout.alpha,
            higher_is_better=about.higher_is_better,
            correction=layout.correction,
        )
        for own, row in zip(found, rows, strict=True):
            own[column] = standings[row] if about.compared else replace(standings[row], best=False, not_different=False)
    return found


def representations(
    scores: pd.DataFrame, layout: Layout, corpus: str, kinds: Sequence[str], columns: Sequence[Column]
) -> dict[str, dict[Column, Standing]]:
    """What is no topic model, by its title: every row is measured on its own, so that none is best or marked."""
    titles = {"bow": "BoW (tf-idf)"}
    titles |= {f"soft_labels/{teacher}": f"raw soft labels, {title}" for teacher, title in layout.teachers.items()}
    for teacher, title in layout.readings.items():
        titles |= {f"kmeans/{teacher}": f"k-means, {title} states", f"hidden/{teacher}": f"raw states, {title}"}
    found: dict[str, dict[Column, Standing]] = {}
    own = scores[scores["corpus"] == corpus]
    for kind in kinds:
        for method, title in titles.items():
            if method.split("/")[0] == kind:
                groups = dict(iter(own[own["method"] == method].groupby("metric")["value"]))
                standings = {c: compare({method: groups[c.metric]})[method] for c in columns if c.metric in groups}
                found |= {title: standings} if standings else {}
    return found


def cells(
    standings: Standings,
    columns: Sequence[Column],
    layout: Layout,
    *,
    method: str = "",
    spread: bool = True,
) -> list[Cell]:
    """The cells of one row; columns that it was not measured by have a dash, those that favour its method a mark."""
    found = [cell(standings.get(column), layout.about(column.metric), spread) for column in columns]
    marks = [FAVOURED if method in layout.favoured.get(column.metric, ()) else "" for column in columns]
    return [replace(one, text=one.text + mark) for one, mark in zip(found, marks, strict=True)]


def cell(standing: Standing | None, about: Metric, spread: bool) -> Cell:
    if standing is None:
        return NOTHING
    hidden = standing.std is None or not about.compared or not spread
    deviation = "" if hidden or standing.std is None else shortened(standing.std, about.decimals)
    return Cell(shortened(standing.mean, about.decimals), deviation, standing.not_different)


def tidy(corpus: str, method: str, standings: Standings, *, reference: bool = False) -> list[dict]:
    """The numbers of one row, one metric a line."""
    return [
        {"corpus": corpus, "method": method, "reference": reference, "metric": column.metric, "mean": found.mean}
        | {"std": found.std, "cells": found.n, "best": found.best, "not_different": found.not_different}
        for column, found in standings.items()
    ]


# What captions say.

ROWS_BELOW = "Rows in italics or below the rule are references, not topic models, and are not compared."


def caption(layout: Layout, columns: Sequence[Column], compared: int, best: str) -> str:
    """What a table of groups says of its numbers; the arguments are those of `marked` and `measured_where`."""
    said = [averaged(layout), *marked(layout, compared, best), *unlabelled(layout), *measured_where(layout, columns)]
    return " ".join(said)


def averaged(layout: Layout) -> str:
    ks, seeds = ", ".join(map(str, layout.topics)), counted(len(layout.seeds), "seed")
    if runs_of_each(layout) == 1:
        return f"One run of each method, with K = {ks}."
    return f"Mean ± standard deviation over K = {ks} and {seeds} ({runs_of_each(layout)} runs a method)."


def runs_of_each(layout: Layout) -> int:
    return len(layout.topics) * len(layout.seeds)


def marked(layout: Layout, compared: int, best: str = "the best of the column") -> list[str]:
    """What bold means, if `compared` cells compete: nothing is bold without another to compare it with."""
    if compared < 2:
        return []
    if len(layout.seeds) == 1:
        return [f"Bold: {best}; what differs from it cannot be said of single runs."]
    corrected = "Holm's correction" if layout.correction == "holm" else "no correction"
    within = " of seeds within each K" if len(layout.topics) > 1 else ""
    return [
        f"Bold: {best} and whatever does not differ from it (Welch's t-test{within}, p >= {layout.alpha:g}; "
        f"{compared} cells compared, {corrected})."
    ]


def unlabelled(layout: Layout) -> list[str]:
    """Which corpora cannot be measured by labels and why, if some cannot."""
    found: dict[str, list[str]] = {}
    for corpus, title in layout.corpora.items():
        found.setdefault(layout.lack(corpus), []).append(title)
    return [f"{', '.join(t)}: {lack}, so what needs labels is left out." for lack, t in found.items() if lack]


def measured_where(layout: Layout, columns: Sequence[Column]) -> list[str]:
    """What coherence is measured in, if a column is measured in an external text."""
    external = [title for reference, title in layout.references.items() if reference != CORPUS]
    if not external or not any(column.metric.partition("@")[0] in COHERENCE for column in columns):
        return []
    also = " where so named, else in the corpus itself" if CORPUS in layout.references else ""
    return [f"Coherence is measured in {', '.join(external)}{also}."]


def judged(layout: Layout, columns: Sequence[Column], documents: Mapping[str, int], *, marks: bool = True) -> list[str]:
    """Who judges without labels, what chance gives, and which methods a judge may favour.

    Args:
        layout: of the table.
        columns: of the table; nothing is said where none needs a judge.
        documents: N by corpus.
        marks: whether the table marks these methods.
    """
    shown = [column.metric for column in columns if column.metric in JUDGED]
    said = [f"{entry(metric, {}).title}: by {layout.judges[metric]}." for metric in shown]
    if "neighbour_agreement" in shown:
        chance = [f"{t} {shortened(DEEPEST / (documents[c] - 1), 3)}" for c, t in layout.corpora.items()]
        said.append(f"By chance {DEEPEST} / (N - 1) of neighbours agree: {', '.join(chance)}.")
    if marks and any(layout.favoured[metric] for metric in shown):
        said.append(f"{FAVOURED}: the method has read something of what that judge is made of, and may please it.")
    return said
