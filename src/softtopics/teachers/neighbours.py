"""The nearest documents of each document in a view, and averages over them.

Where documents are held out, neighbours are training documents: a training document's are what they would be without
the others, and a held-out document's are itself, as for every document, and then training documents. So both kinds of
rows are averages of as many documents, of which one is the document itself, and no held-out document sees another.
"""

import logging

import numpy as np
from scipy import sparse

from softtopics.runtime import Progress
from softtopics.threads import at_once, in_order

log = logging.getLogger(__name__)

MOST = 50  # neighbours that are kept of each document; who wants fewer takes the first of them
EXACT = 100_000  # documents up to which all pairs are compared
BLOCK_BYTES = 64 * 2**20  # of one block of similarities


def nearest(view: np.ndarray, count: int = MOST, seed: int = 0, held_out: np.ndarray | None = None) -> np.ndarray:
    """The documents of the largest cosine, the nearest first; a document is its own first neighbour.

    All pairs are compared, block by block, up to 100,000 documents; beyond that by nearest-neighbour descent (Dong et
    al. 2011, in the package pynndescent), which finds nearly all of them.

    Args:
        view: N x D rows.
        count: neighbours of each document, itself among them; at most N.
        seed: of the approximation.
        held_out: which of the N documents are nobody's neighbours but their own; None: none.

    Returns:
        N x count int32, the nearest first. Of several that are as near as the last, any may be among them.
    """
    if held_out is not None:
        train, test = np.flatnonzero(~held_out), np.flatnonzero(held_out)
        own = nearest(view[train], count, seed)
        others = closest(view[test], view[train], own.shape[1] - 1)
        found = np.empty((len(view), own.shape[1]), dtype=np.int32)
        found[train], found[test] = train[own], np.column_stack([test, train[others]])
        return found
    count = min(count, len(view))
    return descent(view, count, seed) if len(view) > EXACT else closest(view, view, count, own=True)


def closest(rows: np.ndarray, view: np.ndarray, count: int, own: bool = False) -> np.ndarray:
    """For each of R rows, the `count` rows of a view of the largest cosine, all of them compared: R x count int32.

    Args:
        own: the rows are those of the view, and each is its own first.
    """
    found = np.empty((len(rows), count), dtype=np.int32)
    if not count:
        return found
    size = max(1, BLOCK_BYTES // (view.itemsize * len(view)))
    columns = np.ascontiguousarray(view.T)
    lengths = np.maximum(np.linalg.norm(view, axis=1), 1e-12)
    columns /= lengths

    def compared(start: int) -> np.ndarray:
        similar = rows[start : start + size] @ columns
        if own:
            places = np.arange(len(similar))
            similar[places, start + places] = np.inf
        best = np.sort(np.argpartition(-similar, count - 1, axis=1)[:, :count], axis=1)
        order = np.argsort(-np.take_along_axis(similar, best, axis=1), axis=1, kind="stable")
        return np.take_along_axis(best, order, axis=1)

    starts = range(0, len(rows), size)
    with Progress("documents compared", len(rows)) as progress:
        for start, block in zip(starts, in_order(compared, starts, at_once()), strict=True):
            found[start : start + size] = block
            progress.advance(len(block))
    return found


def descent(view: np.ndarray, count: int, seed: int) -> np.ndarray:
    from pynndescent import NNDescent  # seconds of compilation, for large corpora alone

    log.info("%d documents: neighbours are found by nearest-neighbour descent", len(view))
    index, _ = NNDescent(view, metric="cosine", n_neighbors=count, random_state=seed).neighbor_graph
    own = np.arange(len(view))
    others = [row[row != document][: count - 1] for document, row in enumerate(index)]
    return np.concatenate([own[:, None], np.stack(others)], axis=1).astype(np.int32)


def adjacency(neighbours: np.ndarray, count: int, columns: int | None = None) -> sparse.csr_matrix:
    """A: N x N, 1 / count for each of the `count` nearest documents (at most as many as are known).

    N x `columns`, if the neighbours are among so many documents, of which the N are some.

    A @ X averages the rows of X over each document and its neighbours.
    """
    n_documents, known = neighbours.shape
    count = min(count, known)
    ends = np.arange(0, n_documents * count + 1, count)
    weights = np.full(n_documents * count, 1 / count, dtype=np.float32)
    return sparse.csr_matrix(
        (weights, neighbours[:, :count].ravel(), ends), shape=(n_documents, columns or n_documents)
    )
