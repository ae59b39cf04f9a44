"""Published numbers beside ours."""

import pandas as pd

from softtopics.report.layout import Layout
from softtopics.report.material import Material
from softtopics.report.paper.side_by_side import beside, shown
from softtopics.report.render import Cell, Section, Table, shortened


def table(material: Material) -> Table:
    """What differs is numbered, and spelled out below the table; in the CSV file it is spelled out in every row."""
    return published_table(material.title, beside(material), material.layout)


def published_table(title: str, rows: pd.DataFrame, layout: Layout) -> Table:
    """What `side_by_side` found, for people: means over K, but single K where ours are other K."""
    people = shown(rows)
    everywhere = set.intersection(*map(set, people["conditions"]))
    numbered = list(dict.fromkeys(note for notes in people["conditions"] for note in notes if note not in everywhere))
    sections = []
    for heading, part in people.groupby("corpus", sort=False):
        lines, before = [], None
        for row in part.itertuples():
            about = layout.about(row.metric)
            name = (row.method, row.ours)
            digits = [shortened(number, about.decimals) for number in (row.published, row.value)]
            spread = "" if pd.isna(row.std) else shortened(row.std, about.decimals)
            marks = ", ".join(str(place) for place, note in enumerate(numbered, start=1) if note in row.conditions)
            difference = shortened(row.difference, about.decimals)
            sign = "+" if row.difference > 0 and difference.strip("0.") else ""
            lines.append(
                [
                    *map(Cell, name if name != before else ("", "")),
                    *map(Cell, (about.title, marks, str(row.k), digits[0])),
                    Cell(digits[1], spread),
                    Cell(sign + difference),
                ]
            )
            before = name
        sections.append(Section(heading, lines))
    caption = (
        "Published: arXiv 2602.17907. Ours: mean ± standard deviation over K and seeds. Differs in: "
        + "".join(f"{number}: {note}; " for number, note in enumerate(numbered, start=1)).removesuffix("; ")
        + "."
        + (f" Everywhere: {'; '.join(sorted(everywhere))}." if everywhere else "")
        + " The CSV file compares every published K, too."
    )
    columns = ["Published as", "Ours", "Metric", "Differs in", "K", "Published", "Ours", "Difference"]
    data = rows.assign(conditions=rows["conditions"].map("; ".join))
    return Table(title, caption, columns, sections, data, text_columns=4)
