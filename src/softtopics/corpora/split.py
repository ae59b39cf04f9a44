"""Which documents are held out: the part of its source that a corpus names, or a share drawn at random.

A held-out text must be none of the training texts. Of a named part, copies of training documents are therefore dropped,
whatever else is done about duplicates; a share is drawn among distinct texts, and copies go where their text goes.
"""

import numpy as np
import pandas as pd

from softtopics.artifacts import HELD_OUT, held_out_of
from softtopics.errors import InputError


def trained_on(held_out: np.ndarray | None) -> np.ndarray | slice:
    """The rows of the training documents among all: what means, frequencies and vocabularies are of."""
    return slice(None) if held_out is None else ~held_out


def reader_settings(held_out: dict | None) -> dict:
    """What a reader must be told so that its rows say to which part they belong (`""`: a dataset's own splits)."""
    if held_out is None or "share" in held_out:
        return {}
    return {"split": held_out.get("column", "")}


def named(rows: pd.DataFrame, held_out: dict | None, name: str) -> np.ndarray:
    """Which rows belong to the part that is held out; none if a share is to be drawn, or nothing is held out.

    Raises:
        InputError: no row belongs to it, or all do.
    """
    if not reader_settings(held_out):
        return np.zeros(len(rows), dtype=bool)
    assert held_out is not None
    value = str(held_out.get("value", held_out.get("split")))
    found = (rows["split"].str.strip() == value).to_numpy(dtype=bool)
    where = f"column {held_out['column']!r}" if "column" in held_out else "the dataset's splits"
    if not found.any():
        known = rows["split"].dropna().unique()
        shown = ", ".join(map(repr, known[:5])) + (" ..." if len(known) > 5 else "")
        raise InputError(
            f"{name}: preparation.held_out: no row has {value!r} in {where}, which holds {shown or 'nothing'}; name "
            "another value"
        )
    if found.all():
        raise InputError(
            f"{name}: preparation.held_out: every row has {value!r} in {where}, and none is left to train on; name "
            "another value"
        )
    return found


def drawn(texts: pd.Series, held_out: dict, name: str) -> np.ndarray:
    """The random share of the distinct texts, as a mask of all; none if a named part is held out.

    It depends on how many texts there are, not on what they say.

    Raises:
        InputError: the share is of no text, or of all.
    """
    place, distinct = pd.factorize(texts.to_numpy(dtype=object))
    if "share" not in held_out:
        return np.zeros(len(texts), dtype=bool)
    count = round(held_out["share"] * len(distinct))
    if not 0 < count < len(distinct):
        raise InputError(
            f"{name}: preparation.held_out: a share of {held_out['share']:g} of {len(distinct)} different documents is "
            f"{count}; give another share, or more documents"
        )
    chosen = np.random.default_rng(held_out.get("seed", 0)).permutation(len(distinct))[:count]
    return np.isin(place, chosen)


def counted(documents: pd.DataFrame, name: str) -> dict:
    """What the audit says of training documents and, where there are some, held-out ones: how many, of which classes.

    Raises:
        InputError: no document is held out, or all are: the others were empty, copies, or without words.
    """
    held_out = held_out_of(documents)
    if held_out is None:
        return count(documents)
    if held_out.all() or not held_out.any():
        raise InputError(
            f"{name}: preparation.held_out: without those that are left out {(~held_out).sum()} documents remain to "
            f"train on, and {held_out.sum()} held out; hold out others"
        )
    return count(documents[~held_out]) | {HELD_OUT: count(documents[held_out])}


def count(documents: pd.DataFrame) -> dict:
    classes = documents["label_name"].value_counts()
    return {"documents": len(documents), "classes": {str(name): int(number) for name, number in classes.items()}}
