"""Methods x metrics for every corpus: the main table, coherence, clustering, retrieval."""

import pandas as pd

from softtopics.metrics.catalogue import COHERENCE
from softtopics.report.comparison import (
    ROWS_BELOW,
    Row,
    averaged,
    cells,
    columns_of,
    judged,
    marked,
    measured_where,
    representations,
    stand,
    tidy,
    unlabelled,
)
from softtopics.report.layout import Layout
from softtopics.report.material import Material
from softtopics.report.rating import sentence
from softtopics.report.render import Cell, Section, Table

EMPTY = (
    "Empty topics: fewer than two words have a weight above 0; such a topic has the lowest coherence and rating, and "
    "without any word differs from no other."
)


def table(material: Material) -> Table:
    """Mean and spread over K and seeds.

    `material.settings`: metrics (the columns), representations (kinds of reference rows), every_reference (coherence
    in each reference text) and about_methods (the caption says how methods were rated and where word vectors are from).

    Raises:
        ValueError: a score that must be there is not.
    """
    layout, scores, settings = material.layout, material.scores, material.settings
    everywhere = COHERENCE if settings["every_reference"] else ("c_v",)
    columns = [
        column
        for column in columns_of(settings["metrics"], layout, everywhere)
        if worth_a_column(column.metric, scores)
    ]
    sections, data = [], []
    for corpus, heading in layout.corpora.items():
        found = stand(scores, layout, corpus, [Row(method) for method in layout.methods], columns)
        own = dict(zip(layout.methods.values(), found, strict=True))
        below = representations(scores, layout, corpus, settings["representations"], columns)
        rows = [
            [Cell(title), *cells(standings, columns, layout, method=method)]
            for (method, title), standings in zip(layout.methods.items(), found, strict=True)
        ]
        references = [[Cell(t), *cells(standings, columns, layout)] for t, standings in below.items()]
        sections.append(Section(heading, rows, references))
        data += [row for title, standings in own.items() for row in tidy(corpus, title, standings)]
        data += [row for title, standings in below.items() for row in tidy(corpus, title, standings, reference=True)]
    caption = [averaged(layout), *marked(layout, len(layout.methods)), ROWS_BELOW, *unlabelled(layout)]
    caption += [EMPTY] if any(column.metric == "empty_topics" for column in columns) else []
    caption += judged(layout, columns, {corpus: audit["documents"] for corpus, audit in material.audits.items()})
    caption += measured_where(layout, columns) + (of_methods(layout) if settings["about_methods"] else [])
    names = ["Method", *(layout.about(column.metric).title for column in columns)]
    return Table(material.title, " ".join(caption), names, sections, pd.DataFrame(data))


def worth_a_column(metric: str, scores: pd.DataFrame) -> bool:
    """Most models give every word some weight in every topic, and then nothing needs to be said of empty topics."""
    return metric != "empty_topics" or bool(scores.loc[scores["metric"] == metric, "value"].any())


def of_methods(layout: Layout) -> list[str]:
    """Where word vectors come from, who rated, and what that is worth."""
    said = []
    for source in dict.fromkeys(layout.vectors.values()):
        methods = [method for method, other in layout.vectors.items() if other == source]
        said.append(f"Word vectors of {', '.join(methods)}: from {source}.")
    if not layout.rated:
        return [*said, "Rating is left out: rating.enabled is false in the config."]
    return [*said, sentence(layout.validity, layout.rater, layout.corpora)]
