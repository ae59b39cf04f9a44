"""Methods grouped by the model that they build on; within a group they compete."""

import pandas as pd

from softtopics.report.comparison import Row, caption, cells, columns_of, stand, tidy
from softtopics.report.material import Material
from softtopics.report.render import Cell, Section, Table


def table(material: Material) -> Table:
    """Mean and spread over K and seeds.

    `material.settings`: metrics, and backbones: for every backbone its methods, first the plain one, then those that
    learn from soft labels.

    Raises:
        ValueError: a score that must be there is not.
    """
    layout, backbones = material.layout, material.settings["backbones"]
    columns = columns_of(material.settings["metrics"], layout)
    sections, data = [], []
    for corpus, heading in layout.corpora.items():
        rows = []
        for backbone, methods in backbones.items():
            found = stand(material.scores, layout, corpus, [Row(method) for method in methods], columns)
            for place, (method, standings) in enumerate(zip(methods, found, strict=True)):
                title = layout.methods[method]
                rows.append([Cell("" if place else backbone), Cell(title), *cells(standings, columns, layout)])
                data += [{"backbone": backbone, **row} for row in tidy(corpus, title, standings)]
        sections.append(Section(heading, rows))
    said = caption(layout, columns, max(map(len, backbones.values())), "the best of a backbone's methods")
    names = ["Backbone", "Method", *(layout.about(column.metric).title for column in columns)]
    return Table(material.title, said, names, sections, pd.DataFrame(data), text_columns=2)
