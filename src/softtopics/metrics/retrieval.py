"""Are a document's nearest neighbours of its class? Precision at k, block by block, never N x N."""

from collections.abc import Callable, Sequence

import numpy as np
from scipy import sparse
from sklearn.preprocessing import normalize

RANKS = (1, 5, 10)
BLOCK_BYTES = 16 * 2**20  # of one block x N matrix in float32
TIED = 1e-5  # distances closer than this are equal: float32 matrix products differ by about as much

Distances = Callable[[slice], np.ndarray]


def precision_by_divergence(
    theta: np.ndarray, labels: np.ndarray, ranks: Sequence[int] = RANKS, epsilon: float = 1e-12
) -> dict[str, float]:
    """P@k when all other documents are ranked by KL(theta_i || theta_j), the smallest first.

    Args:
        theta: N x K distributions; entries below `epsilon` count as `epsilon`.
        labels: N class numbers.
        ranks: the k.
        epsilon: keeps the logarithm finite.
    """
    theta = np.asarray(theta, dtype=np.float32)
    surprise = np.maximum(theta, np.float32(epsilon))
    np.negative(np.log(surprise, out=surprise), out=surprise)
    # KL(i || j) = sum theta_i log theta_i - theta_i . log theta_j; the first term is the same for all j
    return precision(lambda rows: theta[rows] @ surprise.T, labels, ranks)


def precision_by_cosine(
    vectors: np.ndarray | sparse.csr_matrix, labels: np.ndarray, ranks: Sequence[int] = RANKS
) -> dict[str, float]:
    """P@k when all other documents are ranked by the cosine of N x D rows, dense or sparse."""
    unit = normalize(vectors.astype(np.float32))
    columns = unit.T.tocsc() if sparse.issparse(unit) else unit.T

    def distances(rows: slice) -> np.ndarray:
        cosines = unit[rows] @ columns
        return -(cosines.toarray() if sparse.issparse(cosines) else cosines)

    return precision(distances, labels, ranks)


def precision(distances: Distances, labels: np.ndarray, ranks: Sequence[int] = RANKS) -> dict[str, float]:
    """Mean share of a document's k nearest others that are of its class.

    Corpora are often sorted by class, so ties must not go by position: where the k-th place is tied, the tied
    documents count with the share of places left to them, which is the expectation under random order.

    Args:
        distances: gives the rows of a slice of documents, rows x N; it may be overwritten.
        labels: N class numbers.
        ranks: the k.

    Returns:
        `p_at_<k>` for each k.

    Raises:
        ValueError: a document has fewer than max(ranks) others.
    """
    n_documents, deepest = len(labels), max(ranks)
    if n_documents <= deepest:
        raise ValueError(f"P@{deepest} needs more than {deepest} documents, not {n_documents}")
    size = max(1, BLOCK_BYTES // (4 * n_documents))
    totals = dict.fromkeys(ranks, 0.0)
    for start in range(0, n_documents, size):
        rows = slice(start, min(start + size, n_documents))
        block = distances(rows)
        own = np.arange(rows.start, rows.stop)
        block[own - start, own] = np.inf
        for k, found in zip(ranks, matches(block, labels, labels[rows], ranks), strict=True):
            totals[k] += found.sum() / k
    return {f"p_at_{k}": float(totals[k] / n_documents) for k in ranks}


def matches(block: np.ndarray, labels: np.ndarray, own: np.ndarray, ranks: Sequence[int]) -> list[np.ndarray]:
    """For each k, the expected number of documents of the row's own class among its k nearest."""
    deepest = max(ranks)
    borders = np.sort(np.partition(block, deepest - 1, axis=1)[:, :deepest], axis=1)
    candidates = np.flatnonzero(block <= borders[:, -1:] + TIED)  # row by row; every row has some
    starts = np.searchsorted(candidates, np.arange(len(block)) * block.shape[1])
    row = np.repeat(np.arange(len(block), dtype=np.int32), np.diff(starts, append=len(candidates)))
    same = labels[candidates % block.shape[1]] == own[row]
    distance = block.ravel()[candidates]
    found = []
    for k in ranks:
        border = borders[row, k - 1]
        nearer = distance < border - TIED
        tied = ~nearer & (distance <= border + TIED)
        places, certain, drawn, of_class = (
            np.add.reduceat(chosen, starts, dtype=np.int32) for chosen in (nearer, nearer & same, tied, tied & same)
        )
        # The k-th itself is tied, so `drawn` is at least 1; without a tie it is the one place left.
        found.append(certain + (k - places) * of_class / drawn)
    return found
