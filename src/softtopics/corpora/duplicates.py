"""The audit of duplicates: which documents of a source are copies of others, and whether their classes agree."""

from collections.abc import Sequence
from textwrap import shorten

import pandas as pd

EXAMPLES = 5


def audit_duplicates(rows: pd.DataFrame, used: Sequence[int]) -> dict:
    """What is repeated among the rows of a source, and how much that matters.

    Under any representation, the nearest neighbour of a document with a copy is that copy, so precision at 1 counts
    copies, not topics.

    Args:
        rows: id, text (not empty, white space normalised) and label (or missing values) of every row read.
        used: ids of the documents that models see.

    Returns:
        distinct: how many texts are different.
        groups: how many of them occur more than once.
        groups_of_several_classes: how many of those have more than one label.
        largest_group: how often the most frequent text occurs.
        rows_with_a_copy: the share of rows whose text also occurs in another row.
        documents_with_a_copy: the same share among the documents that models see.
        nearly_repeated: distinct texts that differ from an earlier one only in capitals, punctuation and spaces.
        largest_groups: for the most frequent texts, their beginning, how often they occur, their first row and how
            many classes they have.
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
