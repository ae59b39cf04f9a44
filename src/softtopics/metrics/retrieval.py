"""Are a document's nearest neighbours of its class? Precision at k, block by block, never N x N.

Queries are the documents themselves, each among the others, or other documents.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from scipy import sparse
from sklearn.preprocessing import normalize

from softtopics.errors import InputError
from softtopics.metrics.catalogue import RANKS
from softtopics.metrics.evaluation import Evaluation
from softtopics.runtime import gpu_is_there

if TYPE_CHECKING:
    import torch

BLOCK_BYTES = 64 * 2**20  # of one block x N matrix in float64
GROUPS = 1024  # of columns whose minima are looked at first
WORTH_A_GPU = 1e11  # multiplications: seconds on one core; fewer are done before torch is imported
WIDE = 512  # columns beyond which the rows that all are compared with are kept in float32, like the N x V they are of
STEP = 4096  # of such rows that are in float64 at a time
TIED = 1e-12  # distances closer than this are equal: float64 matrix products differ by less

Distances = Callable[[slice | np.ndarray], "np.ndarray | torch.Tensor"]


def scores(evaluation: Evaluation) -> dict[str, float]:
    """P@k of theta, by divergence."""
    return precision_by_divergence(evaluation.run.theta, evaluation.labels)


def precision_by_divergence(
    theta: np.ndarray,
    labels: np.ndarray,
    ranks: Sequence[int] = RANKS,
    *,
    queries: np.ndarray | None = None,
    query_labels: np.ndarray | None = None,
    epsilon: float = 1e-12,
    device: str | None = None,
) -> dict[str, float]:
    """P@k when all other documents are ranked by KL(theta_i || theta_j), the smallest first.

    In float64: where topics are spread evenly, divergences of neighbours differ by less than float32 can tell, and
    P@10 by a hundredth.

    Args:
        theta: N x K distributions; entries below `epsilon` count as `epsilon`.
        labels: N class numbers.
        ranks: the k.
        queries: M x K of other documents i; None: the documents themselves.
        query_labels: their M class numbers.
        epsilon: keeps the logarithm finite.
        device: torch's; None for a GPU where there is one and it is worth it, else numpy.
    """
    return precision(divergences(theta, queries, epsilon=epsilon, device=device), labels, ranks, query_labels)


def divergences(
    theta: np.ndarray, queries: np.ndarray | None = None, *, epsilon: float = 1e-12, device: str | None = None
) -> Distances:
    """KL(theta_i || theta_j) of some documents i to all j, less what is the same for all j; arguments as above."""
    asked = theta if queries is None else queries
    # KL(i || j) = sum theta_i log theta_i - theta_i . log theta_j; the first term is the same for all j
    surprise = columns(theta, lambda rows: -np.log(np.maximum(normalized(rows), epsilon)))
    return products(lambda rows: normalized(asked[rows]), len(asked), surprise, device)


def columns(rows: np.ndarray, function: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
    """D x N of a function of N x D rows, some rows at a time: float64, or float32 if D is more than `WIDE`."""
    found = np.empty(rows.shape[::-1], dtype=np.float32 if rows.shape[1] > WIDE else np.float64)
    for start in range(0, len(rows), STEP):
        found[:, start : start + STEP] = function(rows[start : start + STEP]).T
    return found


def normalized(theta: np.ndarray) -> np.ndarray:
    """In float64, rows of sum 1: a sum that is off by 1e-7 would pass for a divergence."""
    theta = np.asarray(theta, dtype=np.float64)
    return theta / theta.sum(axis=1, keepdims=True)


def precision_by_cosine(
    vectors: np.ndarray | sparse.csr_matrix,
    labels: np.ndarray,
    ranks: Sequence[int] = RANKS,
    *,
    queries: np.ndarray | sparse.csr_matrix | None = None,
    query_labels: np.ndarray | None = None,
    device: str | None = None,
) -> dict[str, float]:
    """P@k when all other documents are ranked by the cosine of N x D rows, dense or sparse; arguments as above."""
    asked = vectors if queries is None else queries

    def unit(rows: Any) -> Any:
        return normalize(rows.astype(np.float64))

    if sparse.issparse(vectors):
        near = -unit(vectors).T.tocsr()
        return precision(lambda rows: (unit(asked[rows]) @ near).toarray(), labels, ranks, query_labels)
    near = columns(vectors, lambda rows: -unit(rows))
    return precision(products(lambda rows: unit(asked[rows]), len(asked), near, device), labels, ranks, query_labels)


def products(
    left: Callable[[slice | np.ndarray], np.ndarray], n_left: int, right: np.ndarray, device: str | None
) -> Distances:
    """Blocks of rows of `left @ right` in float64, on a device of torch or with numpy.

    Args:
        left: gives some rows of the left matrix.
        n_left: how many it has.
        right: D x N, float64 or float32.
        device: torch's; None for a GPU where there is one and it is worth it, else numpy.
    """
    worth_it = n_left * right.size > WORTH_A_GPU
    if device is None and not (worth_it and gpu_is_there()):
        return lambda rows: product(left(rows), right)
    import torch

    there = torch.from_numpy(right).to(device or "cuda", torch.float64)
    return lambda rows: torch.from_numpy(left(rows)).to(there.device) @ there


def product(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """`left @ right` in float64; of a `right` in float32 some columns at a time."""
    if right.dtype == np.float64:
        return left @ right
    found = np.empty((len(left), right.shape[1]))
    for start in range(0, right.shape[1], STEP):
        found[:, start : start + STEP] = left @ right[:, start : start + STEP].astype(np.float64)
    return found


def precision(
    distances: Distances, labels: np.ndarray, ranks: Sequence[int] = RANKS, query_labels: np.ndarray | None = None
) -> dict[str, float]:
    """Mean share of a document's k nearest others that are of its class.

    Corpora are often sorted by class, so ties must not go by position: where the k-th place is tied, the tied
    documents count with the share of places left to them, which is the expectation under random order.

    Args:
        distances: gives the rows of a slice of documents (or queries), rows x N; it may be overwritten.
        labels: N class numbers.
        ranks: the k.
        query_labels: of M queries that are none of the N documents; None: the documents are the queries.

    Returns:
        `p_at_<k>` for each k.

    Raises:
        InputError: a document has fewer than max(ranks) others.
    """
    n_documents, deepest = len(labels), max(ranks)
    if n_documents <= deepest:
        raise InputError(f"P@{deepest} needs more than {deepest} documents, not {n_documents}; add some, or no labels")
    totals, wanted = dict.fromkeys(ranks, 0.0), labels if query_labels is None else query_labels
    n_queries = None if query_labels is None else len(query_labels)
    for rows, near in nearest_by_block(distances, n_documents, deepest, n_queries=n_queries):
        same = labels[near.column] == wanted[rows][near.row]
        for k in ranks:
            totals[k] += matches(near, same, k).sum() / k
    return {f"p_at_{k}": float(totals[k] / len(wanted)) for k in ranks}


def nearest_by_block(
    distances: Distances, n_documents: int, count: int, *, own: np.ndarray | None = None, n_queries: int | None = None
) -> Iterator[tuple[slice, "Nearest"]]:
    """The nearest of N documents to some queries, some queries at a time.

    Args:
        distances: gives the rows of a slice of queries, rows x N.
        n_documents: N.
        count: how many.
        own: for each query, the document that it is, and which is not its own neighbour.
        n_queries: of queries that are none of the documents; without both, all documents are the queries.
    """
    if n_queries is None:
        own = np.arange(n_documents) if own is None else own
        n_queries = len(own)
    size = max(1, BLOCK_BYTES // (8 * n_documents))
    for start in range(0, n_queries, size):
        rows = slice(start, min(start + size, n_queries))
        block = distances(rows)
        if own is not None:
            block[np.arange(len(block)), own[rows]] = np.inf
        yield rows, nearest(block, count) if isinstance(block, np.ndarray) else nearest_on_device(block, count)


class Nearest(NamedTuple):
    """The columns of each of B rows that are as near as its `count` nearest or tied with the last of them.

    Attributes:
        borders: B x count, the smallest distances of each row in order.
        row, column, distance: of every such place, row by row.
    """

    borders: np.ndarray
    row: np.ndarray
    column: np.ndarray
    distance: np.ndarray


def nearest(block: np.ndarray, count: int) -> Nearest:
    """The nearest columns of a B x N block.

    The columns are dealt into groups. The `count` groups with the smallest minima hold the `count` smallest distances,
    and what is tied with them lies in groups whose minimum is: after one pass for the minima, few columns are left.
    """
    n_rows, n_columns = block.shape
    n_groups = min(GROUPS, n_columns)
    depth, rest = divmod(n_columns, n_groups)
    minima = block[:, : depth * n_groups].reshape(n_rows, depth, n_groups).min(axis=1)
    np.minimum(minima[:, :rest], block[:, depth * n_groups :], out=minima[:, :rest])

    def members(row: np.ndarray, group: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Columns of some groups and their distances; the last place of a group may be beyond the block."""
        columns = group[..., None] + n_groups * np.arange(depth + (rest > 0))
        distances = block[row[..., None], np.minimum(columns, n_columns - 1)]
        return columns, np.where(columns < n_columns, distances, np.inf)

    best = np.argpartition(minima, count - 1, axis=1)[:, :count]
    _, distances = members(np.arange(n_rows)[:, None], best)
    borders = np.sort(np.partition(distances.reshape(n_rows, -1), count - 1, axis=1)[:, :count], axis=1)

    row, group = np.nonzero(minima <= borders[:, -1:] + TIED)
    columns, distances = members(row, group)
    near = distances <= borders[row, -1:] + TIED
    return Nearest(borders, np.repeat(row, near.sum(axis=1)), columns[near], distances[near])


def nearest_on_device(block: "torch.Tensor", count: int) -> Nearest:
    """The same of a block on a GPU, where a pass over all columns costs little."""
    borders = block.topk(count, dim=1, largest=False).values
    row, column = (block <= borders[:, -1:] + TIED).nonzero(as_tuple=True)
    return Nearest(*(part.cpu().numpy() for part in (borders, row, column, block[row, column])))


def matches(near: Nearest, same: np.ndarray, k: int) -> np.ndarray:
    """For each row, the expected number of documents of its own class among its k nearest.

    Args:
        near: at least the k nearest of each row.
        same: for every place of `near`, whether that document is of the row's class.
        k: how many.
    """
    border = near.borders[near.row, k - 1]
    nearer = near.distance < border - TIED
    tied = ~nearer & (near.distance <= border + TIED)
    starts = np.searchsorted(near.row, np.arange(len(near.borders)))
    places, certain, drawn, of_class = (
        np.add.reduceat(chosen, starts, dtype=np.int32) for chosen in (nearer, nearer & same, tied, tied & same)
    )
    # The k-th itself is tied, so `drawn` is at least 1; without a tie it is the one place left.
    return certain + (k - places) * of_class / drawn
