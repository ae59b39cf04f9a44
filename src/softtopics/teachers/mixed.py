"""A teacher made of others: what a language model says of a document and the words in it, averaged over its neighbours.

y = normalise(sum_p w_p A y_p). A averages over a document and its nearest ones in a view (`neighbours`); y_p is the
soft label of another teacher at a temperature and calibration of its own, or the document's own words (tf-idf). The
scores are log y, so that softmax(scores) is the label: its temperature is 1, whatever the parts' are.

Completing bags of words by the nearest documents is kNNTM's (Lin et al., Findings of ACL 2024).
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from scipy import sparse
from sklearn.feature_extraction.text import TfidfTransformer

from softtopics.corpora.split import trained_on
from softtopics.teachers.views import ROWS, soft_labels

LEAST = 1e-12  # probability of a word that no part names


class Part(NamedTuple):
    """One part of a mixed label.

    Attributes:
        scores: N x V word scores of a teacher, or the N x V counts of the documents' own words.
        weight: its share.
        temperature, calibration: of a teacher's soft label, see `views.soft_labels`.
    """

    scores: np.ndarray | sparse.csr_matrix
    weight: float
    temperature: float = 1.0
    calibration: float = 0.0


def mixed_scores(
    parts: Sequence[Part], around: sparse.csr_matrix | None = None, held_out: np.ndarray | None = None
) -> tuple[np.ndarray, dict]:
    """log y of every document, and an account.

    Every part is brought to rows of sum 1 before it is weighted: a document with few words has as much of them as any
    other. A document goes without the part of its words if the vocabulary has none of them, nor of its neighbours'.
    Where no part says anything, the label is the mean of all.

    Args:
        parts: at least one.
        around: A, N x N (`neighbours.adjacency`); None: every document on its own.
        held_out: which of the N documents have no say in the means, nor in how rare a word is; None: all have.

    Returns:
        N x V float32 log-probabilities, and how many documents lack a part and how many all of them.
    """
    train = trained_on(held_out)
    label = np.zeros(parts[0].scores.shape, dtype=np.float32)
    lacking = []
    for part in parts:
        own = words_of(part.scores, train) if sparse.issparse(part.scores) else label_of(part, train)
        lacking.append(add(label, own, part.weight, around))
    total = label.sum(axis=1)
    label[total == 0] = label[train].sum(axis=0) / max(total[train].sum(), LEAST)
    label /= label.sum(axis=1, keepdims=True)
    np.log(np.maximum(label, LEAST, out=label), out=label)
    return label, {"documents_without_a_part": lacking, "documents_without_a_label": int((total == 0).sum())}


def words_of(bow: sparse.csr_matrix, train: np.ndarray | slice = slice(None)) -> sparse.csr_matrix:
    """tf-idf of the documents' words, rows of sum 1 (or 0, without words); counts enter by their logarithm.

    A word is as rare as it is in the training documents.
    """
    weights = TfidfTransformer(sublinear_tf=True, norm="l1").fit(bow[train])
    return weights.transform(bow).astype(np.float32)


def label_of(part: Part, train: np.ndarray | slice = slice(None)) -> np.ndarray:
    """N x V float32 soft labels."""
    made = np.empty(part.scores.shape, dtype=np.float32)
    for rows, labels in soft_labels(part.scores, part.temperature, part.calibration, train):
        made[rows] = labels
    return made


def add(label: np.ndarray, own: np.ndarray | sparse.csr_matrix, weight: float, around: sparse.csr_matrix | None) -> int:
    """Add `weight` times a part, averaged over neighbours, to the labels in place; how many documents it lacks."""
    lacking = 0
    for start in range(0, len(label), ROWS):
        rows = slice(start, start + ROWS)
        found = own[rows] if around is None else around[rows] @ own
        averaged = found if isinstance(found, np.ndarray) else found.toarray()
        total = averaged.sum(axis=1, keepdims=True)
        lacking += int((total == 0).sum())
        label[rows] += weight * averaged / np.where(total > 0, total, 1)
    return lacking


def account(parts: Sequence[dict], metas: Iterable[dict]) -> dict:
    """What `meta.json` says of the mixture: its parts, how their words were scored, and which words collide.

    Words collide if they do in every part; those of the documents' own words never do.

    Args:
        parts: as the config says them, each with `of`, weight, temperature and calibration.
        metas: of the parts that are teachers, in their order.
    """
    known = list(metas)
    teachers = iter(known)
    named = [{**part, **({"words": next(teachers)["words"]} if part["of"] != "words" else {})} for part in parts]
    collided = dict(known[0].get("collided_words", {})) if len(known) == len(parts) else {}
    for meta in known:
        collided = {word: tokens for word, tokens in collided.items() if word in meta.get("collided_words", {})}
    return {"dtype": "float32", "parts": named, "collisions": len(collided), "collided_words": collided}
