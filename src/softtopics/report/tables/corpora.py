"""What was read, dropped and kept of every corpus."""

import pandas as pd

from softtopics.artifacts import HELD_OUT
from softtopics.report.material import Material
from softtopics.report.render import Cell, Section, Table, counted

COLUMNS = {
    "rows_read": "Rows read",
    "empty": "Empty",
    "repeated": "Repeated",
    "repeated_with_another_label": "of those, other label",
    "sampled_away": "Sampled away",
    "documents": "Documents",
    "labels": "Labels",
    "vocabulary_size": "Words",
    "documents_without_vocabulary_words": "Without words",
    "tokens_median": "Tokens (median)",
}


def table(material: Material) -> Table:
    """The audits of documents and vocabularies side by side."""
    layout, audits = material.layout, material.audits
    rows = []
    for corpus, title in layout.corpora.items():
        found = [audits[corpus][key] for key in COLUMNS]
        rows.append([Cell(title), *(Cell(f"{x:,g}" if isinstance(x, float) else f"{x}") for x in found)])
    data = pd.DataFrame([{"corpus": corpus} | {k: audits[corpus][k] for k in COLUMNS} for corpus in layout.corpora])
    caption = (
        "What was found in each corpus and what all models see. Repeated: equal up to white space to an earlier "
        "document; dropped unless preparation.deduplicate is false. Words: size of the vocabulary."
    )
    for corpus, title in layout.corpora.items():
        if held_out := audits[corpus].get(HELD_OUT):
            more, copies = held_out["documents"], audits[corpus]["held_out_copies_of_training_documents"]
            caption += (
                f" {title}: Documents are those of training; {more:,} more {'is' if more == 1 else 'are'} held out"
            )
            if copies:
                caption += f", without {'a copy' if copies == 1 else f'{copies:,} copies'} of training documents"
            caption += "."
        if left_out := audits[corpus].get("without_words_left_out"):
            documents, were = counted(left_out, "document"), "was" if left_out == 1 else "were"
            caption += f" {title}: {documents} without a word of the vocabulary {were} left out."
        order = audits[corpus].get("source", {}).get("word_order", "known")
        caption += f" {title}: rebuilt from bags of words; the order of words is {order}." if order != "known" else ""
    return Table(material.title, caption, ["Corpus", *COLUMNS.values()], [Section("", rows)], data)
