"""A row for every method and value of one parameter; the values of a method compete."""

import pandas as pd

from softtopics.report.comparison import Row, caption, cells, columns_of, stand, tidy
from softtopics.report.material import Material
from softtopics.report.render import Cell, Section, Table


def table(material: Material) -> Table:
    """Mean and spread over K and seeds.

    `material.settings`: parameter (its name), metrics, and lines: for every corpus and method the pairs of a value and
    its variant.

    Raises:
        ValueError: a score that must be there is not.
    """
    layout, settings = material.layout, material.settings
    columns = columns_of(settings["metrics"], layout)
    sections, data = [], []
    for corpus, heading in layout.corpora.items():
        rows = []
        for method, pairs in settings["lines"][corpus].items():
            found = stand(material.scores, layout, corpus, [Row(method, variant) for _, variant in pairs], columns)
            for (value, _), standings in zip(pairs, found, strict=True):
                rows.append([Cell(layout.methods[method]), Cell(str(value)), *cells(standings, columns, layout)])
                data += [{**row, "value": str(value)} for row in tidy(corpus, method, standings)]
        sections.append(Section(heading, rows))
    compared = max(len(pairs) for methods in settings["lines"].values() for pairs in methods.values())
    said = caption(layout, columns, compared, "the best value of a method")
    parameter = settings["parameter"].replace("_", " ").capitalize()
    names = ["Method", parameter, *(layout.about(column.metric).title for column in columns)]
    return Table(material.title, said, names, sections, pd.DataFrame(data), text_columns=2)
