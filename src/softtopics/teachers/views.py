"""A view of a corpus: rows by whose cosine documents are near to each other, made of what teachers say of them.

A part is a teacher's states, its soft label, or the corpus's own words (LSA). Each is brought to rows of unit length,
so that weights alone say how much a part counts: the cosine of two rows of a view is the weighted mean of the cosines
of their parts, the weights squared.
"""

from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

import numpy as np
from scipy.special import softmax
from sklearn.preprocessing import normalize

from softtopics.corpora.split import trained_on

ROWS = 4096  # documents that are formed at once


class Part(NamedTuple):
    """One part of a view.

    Attributes:
        of: `states` (an encoder's embeddings or a language model's hidden states), `soft_label` or `lsa`.
        rows: N x D states or coordinates (`corpora.lsa`), or N x V word scores.
        standardize: states to zero mean and unit variance in each dimension, before rows are scaled: for hidden
            states, of which a few dimensions are huge.
        temperature: tau of a soft label.
        calibration: share of the corpus-mean score that is removed from a soft label.
        weight: of the part.
    """

    of: Literal["states", "soft_label", "lsa"]
    rows: np.ndarray
    standardize: bool = False
    temperature: float = 1.0
    calibration: float = 0.0
    weight: float = 1.0


def view(parts: Sequence[Part], held_out: np.ndarray | None = None) -> np.ndarray:
    """The parts side by side, N x (sum of their widths) float32.

    Args:
        parts: at least one.
        held_out: which of the N documents have no say in means and deviations; None: all have.

    Raises:
        ValueError: there is no part.
    """
    if not parts:
        raise ValueError("a view needs at least one part")
    train = trained_on(held_out)
    made = np.empty((len(parts[0].rows), sum(part.rows.shape[1] for part in parts)), dtype=np.float32)
    start = 0
    for part in parts:
        columns = made[:, start : start + part.rows.shape[1]]
        if part.of != "soft_label":
            columns[:] = part.rows
            if part.standardize:
                standardize(columns, train)
        else:
            for rows, label in soft_labels(part.rows, part.temperature, part.calibration, train):
                columns[rows] = np.sqrt(label)
            columns -= columns[train].mean(axis=0)
        normalize(columns, copy=False)  # rows of unit length; a row of zeros stays one
        columns *= part.weight
        start += part.rows.shape[1]
    return made


def soft_labels(
    scores: np.ndarray, temperature: float = 1.0, calibration: float = 0.0, train: np.ndarray | slice = slice(None)
) -> Iterator[tuple[slice, np.ndarray]]:
    """softmax((scores - calibration * corpus mean) / temperature), some documents at a time.

    In the geometry of distributions (Hellinger), where the square root of a label is its place and the cosine of two
    places their Bhattacharyya coefficient, what all documents have in common is taken away by removing the mean.

    Args:
        scores: N x V word scores; may be memory-mapped.
        train: the documents that the corpus mean is of.

    Yields:
        Rows and their labels, B x V float32.
    """
    removed = calibration * np.mean(scores[train], axis=0, dtype=np.float64) if calibration else 0.0
    for start in range(0, len(scores), ROWS):
        rows = slice(start, start + ROWS)
        yield rows, softmax(((scores[rows] - removed) / temperature).astype(np.float32), axis=1)


def standardize(columns: np.ndarray, train: np.ndarray | slice = slice(None)) -> None:
    """Zero mean and unit variance, of the training rows, in place; a dimension that does not vary becomes 0."""
    own = columns[train]
    varies = own.min(axis=0) < own.max(axis=0)  # a float32 mean of many equal values need not be that value
    columns -= own.mean(axis=0)
    deviation = columns[train].std(axis=0)
    columns /= np.where(varies & (deviation > 1e-6), deviation, np.inf)
