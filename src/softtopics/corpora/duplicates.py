"""The duplicate audit: which documents of a source are copies of others, and whether their classes agree."""

from collections.abc import Sequence
from textwrap import shorten

import pandas as pd

EXAMPLES = 5


def audit_copies(rows: pd.DataFrame, used: Sequence[int]) -> dict:
    """What is repeated among the rows of a source, and how far that matters.

    A document with a copy has that copy as its nearest neighbour under any representation: retrieval at 1 then counts
    copies, not topics.

    Args:
        rows: id, text (not empty, white space normalised) and label (or missing values) of every row read.
        used: ids of the documents that models see.

    Returns:
        distinct: texts that differ.
        groups: texts that stand more than once.
        groups_of_several_classes: those of them that have more than one label.
        largest_group: how often the most frequent text stands.
        rows_with_a_copy: the share of rows whose text stands in another row, too.
        documents_with_a_copy: the same share of the documents that models see, among themselves.
        nearly_repeated: distinct texts that differ from an earlier one in capitals, punctuation and spaces alone.
        largest_groups: the most frequent texts: how often they stand, the first row, how many classes, the beginning.
    """
    groups = rows.groupby("text", sort=False).agg(
        copies=("id", "size"), first_row=("id", "first"), classes=("label", "nunique")
    )
    copied = groups[groups["copies"] > 1].sort_values(["copies", "first_row"], ascending=[False, True])
    letters = groups.index.to_series().str.casefold().str.replace(r"[\W_]+", "", regex=True)
    examples = copied.head(EXAMPLES).reset_index().to_dict("records")
    return {
        "distinct": len(groups),
        "groups": len(copied),
        "groups_of_several_classes": int((copied["classes"] > 1).sum()),
        "largest_group": int(groups["copies"].max()),
        "rows_with_a_copy": float(copied["copies"].sum() / len(rows)),
        "documents_with_a_copy": float(rows["text"][rows["id"].isin(used)].duplicated(keep=False).mean()),
        "nearly_repeated": int((letters.duplicated() & (letters != "")).sum()),
        "largest_groups": [example | {"text": shorten(example["text"], 100)} for example in examples],
    }
