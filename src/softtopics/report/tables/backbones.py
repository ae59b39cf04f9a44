"""Two more arrangements of the main scores, as the paper prints them: retrieval for each K, and method by backbone."""

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from softtopics.metrics.catalogue import METRICS, Metric, with_references
from softtopics.metrics.significance import Standing, compare
from softtopics.report.scores import Layout, values
from softtopics.report.table import Cell, Section, Table
from softtopics.report.tables import NOTHING, reference_rows, score_cell, standing, tidy

RETRIEVAL = ("p_at_1", "p_at_5", "p_at_10")
BACKBONE_METRICS = ("c_v", "topic_diversity", "i_rbo", "purity", "nmi", "p_at_10", "llm_rating")


def retrieval_by_k_table(scores: pd.DataFrame, layout: Layout) -> Table:
    """P@1, P@5 and P@10 of every method for each K; rows without a topic model have the same at every K.

    Raises:
        ValueError: a score that must be there is not.
    """
    columns = [(k, metric) for k in layout.topics for metric in RETRIEVAL]
    sections, data = [], []
    for corpus, heading in layout.corpora.items():
        standings = {
            (k, metric): standing(scores, replace(layout, topics=[k]), corpus, metric) for k, metric in columns
        }
        rows = [
            [Cell(title), *(plain(standings[column].get(method), METRICS[column[1]]) for column in columns)]
            for method, title in layout.methods.items()
        ]
        references = reference_rows(scores, layout, corpus, ["bow", "soft_labels", "hidden"])
        lines = [
            [Cell(label), *(plain(found.get(metric), METRICS[metric], competes=False) for _, metric in columns)]
            for label, found in references.items()
        ]
        sections.append(Section(heading, rows, lines))
        for k in layout.topics:
            own = {
                title: {m: standings[k, m][method] for m in RETRIEVAL if method in standings[k, m]}
                for method, title in layout.methods.items()
            }
            data += [{"k": k, **row} for row in [*tidy(corpus, own), *tidy(corpus, references, reference=True)]]
    text = (
        f"Mean over {len(layout.seeds)} seeds; the CSV file has the standard deviations. Bold: the best of the column "
        f"and whatever does not differ from it (Welch's t-test, p >= {layout.alpha:g}). Rows in italics or below the "
        "rule are references, not topic models: they have no K and are not compared."
    )
    names = ["Method", *(f"{METRICS[metric].title}, K = {k}" for k, metric in columns)]
    return Table("Retrieval by number of topics", text, names, sections, pd.DataFrame(data))


def plain(found: Standing | None, about: Metric, competes: bool = True) -> Cell:
    """A cell without its spread: twelve columns have no room for it."""
    return replace(score_cell(found, about, competes), spread="")


def backbones_table(backbones: dict[str, Sequence[str]], scores: pd.DataFrame, layout: Layout) -> Table:
    """Methods grouped by what they build on; within a group they compete.

    Args:
        backbones: for every backbone its methods, in order: the plain one, then those with soft labels.
        scores: tidy rows.
        layout: order and titles.

    Raises:
        ValueError: a score that must be there is not.
    """
    names = [metric for metric in BACKBONE_METRICS if metric != "llm_rating" or layout.rated]
    metrics = with_references(names, list(layout.references))
    sections, data = [], []
    for corpus, heading in layout.corpora.items():
        measured = [m for m in metrics if corpus in layout.labelled or not layout.about(m).needs_labels]
        rows = []
        for backbone, methods in backbones.items():
            found: dict[str, dict[str, Standing]] = {method: {} for method in methods}
            for metric in measured:
                where = {"corpus": corpus, "variant": "default", "metric": metric}
                cells = {m: values(scores, layout.seeds, layout.topics, method=m, **where) for m in methods}
                better = layout.about(metric).higher_is_better
                for method, result in compare(cells, alpha=layout.alpha, higher_is_better=better).items():
                    found[method][metric] = result
            for position, (method, own) in enumerate(found.items()):
                shown = [
                    score_cell(own[metric], layout.about(metric)) if metric in own else NOTHING for metric in metrics
                ]
                rows.append([Cell("" if position else backbone), Cell(layout.methods[method]), *shown])
            data += [
                {"backbone": backbone, **row} for row in tidy(corpus, {layout.methods[m]: found[m] for m in found})
            ]
        sections.append(Section(heading, rows))
    ks, seeds = ", ".join(map(str, layout.topics)), len(layout.seeds)
    text = (
        f"Mean ± standard deviation over K = {ks} and {seeds} seeds. Bold: the best of a backbone's methods and "
        f"whatever does not differ from it (Welch's t-test, p >= {layout.alpha:g})."
    )
    columns = ["Backbone", "Method", *(layout.about(metric).title for metric in metrics)]
    return Table("Backbones", text, columns, sections, pd.DataFrame(data), text_columns=2)
