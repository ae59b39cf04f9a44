"""The duplicate audit of every corpus as a table."""

import pandas as pd

from softtopics.report.scores import Layout
from softtopics.report.table import Cell, Section, Table


def duplicates_table(audits: dict[str, dict], layout: Layout) -> Table:
    """How many documents of every corpus are copies of others."""
    columns = {
        "rows_read": "Rows read",
        "empty": "Empty",
        "distinct": "Distinct",
        "repeated": "Repeated",
        "largest_group": "Largest group",
        "rows_with_a_copy": "Rows with a copy",
        "groups_of_several_classes": "Classes disagree",
        "nearly_repeated": "Nearly repeated",
        "documents": "Documents",
        "documents_with_a_copy": "of those, with a copy",
    }
    rows, data = [], []
    for corpus, title in layout.corpora.items():
        facts = audits[corpus] | audits[corpus]["copies"]
        cells = [f"{facts[key]:.1%}" if isinstance(facts[key], float) else f"{facts[key]:,}" for key in columns]
        rows.append([Cell(title), *map(Cell, cells)])
        data.append({"corpus": corpus} | {key: facts[key] for key in columns})
    text = (
        "Copies are equal up to white space. The nearest neighbour of a row with a copy is that copy, whatever "
        "represents it: retrieval then counts copies. Repeated: rows behind the first of a group. Classes disagree: "
        "groups whose copies have several labels. Nearly repeated: distinct texts that differ from an earlier one in "
        "capitals, punctuation and spaces alone; they are kept. Documents: what models see, without copies unless "
        "preparation.deduplicate is false."
    )
    return Table("Duplicates", text, ["Corpus", *columns.values()], [Section("", rows)], pd.DataFrame(data))
