"""How many documents of every corpus are copies of others."""

import pandas as pd

from softtopics.report.material import Material
from softtopics.report.render import Cell, Section, Table

COLUMNS = {
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


def table(material: Material) -> Table:
    """The duplicate audit (`corpora.duplicates`) of every corpus."""
    rows, data = [], []
    for corpus, title in material.layout.corpora.items():
        facts = material.audits[corpus] | material.audits[corpus]["copies"]
        shown = [facts[key] for key in COLUMNS]
        rows.append([Cell(title), *(Cell(f"{x:.1%}" if isinstance(x, float) else f"{x:,}") for x in shown)])
        data.append({"corpus": corpus} | {key: facts[key] for key in COLUMNS})
    caption = (
        "Copies are equal up to white space. The nearest neighbour of a row with a copy is that copy, whatever "
        "represents it: retrieval then counts copies. Repeated: rows behind the first of a group. Classes disagree: "
        "groups whose copies have several labels. Nearly repeated: distinct texts that differ from an earlier one in "
        "capitals, punctuation and spaces alone; they are kept. Documents: what models see, without copies unless "
        "preparation.deduplicate is false."
    )
    return Table(material.title, caption, ["Corpus", *COLUMNS.values()], [Section("", rows)], pd.DataFrame(data))
