"""Are a document's nearest neighbours of its class? Precision at k, block by block, never N x N."""

from collections.abc import Callable, Sequence

import numpy as np
from scipy import sparse
from sklearn.preprocessing import normalize

RANKS = (1, 5, 10)
BLOCK_BYTES = 64 * 2**20  # of one block x N matrix in float32
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
    logarithms = np.log(np.maximum(theta, epsilon)).T.copy()
    # KL(i || j) = sum theta_i log theta_i - theta_i . log theta_j; the first term is the same for all j
    return precision(lambda rows: -(theta[rows] @ logarithms), labels, ranks)


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
    nearest = np.argpartition(block, deepest - 1, axis=1)[:, :deepest]
    nearest_distances = np.take_along_axis(block, nearest, axis=1)
    order = np.argsort(nearest_distances, axis=1)
    nearest = np.take_along_axis(nearest, order, axis=1)
    nearest_distances = np.take_along_axis(nearest_distances, order, axis=1)
    same = labels[nearest] == own[:, None]
    found = []
    for k in ranks:
        border = nearest_distances[:, k - 1, None]
        nearer = nearest_distances < border - TIED
        certain = (same & nearer).sum(axis=1)
        count = same[:, :k].sum(axis=1).astype(float)
        # Only rows with a tie across the k-th place need a look at all their documents.
        tied_rows = np.flatnonzero((block <= border + TIED).sum(axis=1) > k)
        tied = np.abs(block[tied_rows] - border[tied_rows]) <= TIED
        share = (tied & (labels == own[tied_rows, None])).sum(axis=1) / tied.sum(axis=1)
        count[tied_rows] = certain[tied_rows] + (k - nearer[tied_rows].sum(axis=1)) * share
        found.append(count)
    return found
