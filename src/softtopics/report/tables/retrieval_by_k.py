"""P@1, P@5 and P@10 of every method at each K, as the paper prints them."""

from dataclasses import replace

import pandas as pd

from softtopics.report.comparison import Column, Row, cells, marked, representations, stand, tidy, unlabelled
from softtopics.report.material import Material
from softtopics.report.render import Cell, Section, Table


def table(material: Material) -> Table:
    """Means over seeds; rows without a topic model have no K and the same value at each.

    `material.settings`: metrics, and representations (kinds of reference rows).

    Raises:
        ValueError: a score that must be there is not.
    """
    layout, scores, settings = material.layout, material.scores, material.settings
    columns = [Column(metric, (k,)) for k in layout.topics for metric in settings["metrics"]]
    sections, data = [], []
    for corpus, heading in layout.corpora.items():
        found = stand(scores, layout, corpus, [Row(method) for method in layout.methods], columns)
        own = dict(zip(layout.methods.values(), found, strict=True))
        below = representations(scores, layout, corpus, settings["representations"], columns)
        rows = [[Cell(title), *cells(row, columns, layout, spread=False)] for title, row in own.items()]
        references = [[Cell(title), *cells(row, columns, layout, spread=False)] for title, row in below.items()]
        sections.append(Section(heading, rows, references))
        for k in layout.topics:
            for named, reference in ((own, False), (below, True)):
                for title, row in named.items():
                    at_k = {column: standing for column, standing in row.items() if column.topics == (k,)}
                    data += [{"k": k, **line} for line in tidy(corpus, title, at_k, reference=reference)]
    seeds = len(layout.seeds)
    caption = [
        f"Mean over {seeds} seeds; the CSV file has the standard deviations."
        if seeds > 1
        else "One run of each method at each K.",
        *marked(replace(layout, topics=layout.topics[:1]), len(layout.methods)),  # a column has one K
        "Rows in italics or below the rule are references, not topic models: they have no K and are not compared.",
        *unlabelled(layout),
    ]
    names = ["Method", *(f"{layout.about(c.metric).title}, K = {c.topics[0]}" for c in columns)]
    return Table(material.title, " ".join(caption), names, sections, pd.DataFrame(data))
