"""Which topics are alike, which are merged, and the words that topics then have."""

import numpy as np
from scipy import sparse
from sklearn.cluster import AgglomerativeClustering

from softtopics.teachers.neighbours import adjacency, nearest

NEIGHBOURS = 10  # documents that stand around one, itself among them
BEHIND = 1e-9  # a topic's own words come before those that mark another more


def around(rows: np.ndarray | sparse.csr_matrix) -> sparse.csr_matrix:
    """A: N x N, the average over the 10 documents nearest by what is read, N x D; rows sum to 1."""
    dense = rows if isinstance(rows, np.ndarray) else rows.toarray().astype(np.float32)
    return adjacency(nearest(dense, NEIGHBOURS), NEIGHBOURS)


def by_places(theta: np.ndarray, rows: np.ndarray | sparse.csr_matrix) -> np.ndarray:
    """The cosines of topics' places: a topic lies at the mean of its documents, less the mean of all.

    Args:
        theta: N x F shares of topics.
        rows: N x D, what is read of the documents, dense or sparse.

    Returns:
        F x F.
    """
    places = np.asarray((rows.T @ (theta / theta.sum(axis=0))).T) - np.asarray(rows.mean(axis=0)).reshape(1, -1)
    lengths = np.linalg.norm(places, axis=1, keepdims=True)
    units = places / np.where(lengths > 0, lengths, 1)
    return units @ units.T


def by_neighbours(theta: np.ndarray, around: sparse.csr_matrix) -> np.ndarray:
    """How often documents of two topics stand around the same document, at most two steps away.

    s_ab = sum_i (A A theta)_ia (A A theta)_ib / (m_a m_b), with m the sums of theta's columns: likeness by shared
    neighbours, after Jarvis and Patrick ("Clustering using a similarity measure based on shared near neighbors", IEEE
    Transactions on Computers 1973), averaged over the documents of two topics. It follows where documents are dense.

    Args:
        theta: N x F shares of topics.
        around: A, N x N, rows sum to 1.

    Returns:
        F x F.
    """
    shares = around @ (around @ (theta / theta.sum(axis=0)))
    return shares.T @ shares


def merged(likeness: np.ndarray, count: int) -> np.ndarray:
    """Groups of topics, by their mean likeness (average linkage).

    Args:
        likeness: F x F.
        count: of groups, at most F.

    Returns:
        F x count float32, 1 where a topic belongs to a group, else 0.
    """
    merging = AgglomerativeClustering(count, metric="precomputed", linkage="average")
    return np.eye(count, dtype=np.float32)[merging.fit_predict(np.clip(likeness.max() - likeness, 0, None))]


def without_strays(groups: np.ndarray, likeness: np.ndarray, theta: np.ndarray, smallest: int) -> np.ndarray:
    """Let groups that are the largest of too few documents join the one most alike, the smallest group first.

    Args:
        groups: F x K.
        likeness: F x F, of the topics; of groups it is the mean, weighted by theta.
        theta: N x F shares of topics.
        smallest: documents that a group needs.

    Returns:
        F x K', with K' at most K and at least 1.
    """
    groups, masses = groups.copy(), theta.sum(axis=0)[:, None]
    while groups.shape[1] > 1:
        sizes = np.bincount((theta @ groups).argmax(axis=1), minlength=groups.shape[1])
        stray = int(sizes.argmin())
        if sizes[stray] >= smallest:
            break
        shares = masses * groups / (masses * groups).sum(axis=0)
        near = shares.T @ (likeness @ shares[:, stray])
        near[stray] = -np.inf
        groups[:, near.argmax()] += groups[:, stray]
        groups = np.delete(groups, stray, axis=1)
    return groups


def c_tf_idf(theta: np.ndarray, bow: sparse.csr_matrix) -> np.ndarray:
    """How much words mark topics (Grootendorst 2022), with theta for clusters; 0 for a topic without documents.

    Args:
        theta: N x K, how much a document counts for topics.
        bow: N x V counts.

    Returns:
        K x V float64.
    """
    counts = np.asarray((bow.T @ theta).T, dtype=np.float64)
    sizes = np.maximum(counts.sum(axis=1, keepdims=True), 1e-12)
    often = np.maximum(counts.sum(axis=0), 1e-12)
    return counts / sizes * np.log1p(sizes.mean() / often)


def own_words(beta: np.ndarray, theta: np.ndarray, around: sparse.csr_matrix, bow: sparse.csr_matrix) -> np.ndarray:
    """Words by what the model says and by what the corpus says, each first in the one topic that it marks most.

    The corpus's say is c-TF-IDF (Grootendorst 2022) with theta for clusters, in which a document counts for the topics
    of those that it is a neighbour of: the more documents it is near, the more it tells of what they have in common.
    A word's weight is p(w | k) of the model times that.

    Args:
        beta: K x V of the model: logits or, if none is below 0, weights.
        theta: N x K shares of topics.
        around: A, N x N, rows sum to 1.
        bow: N x V counts.

    Returns:
        K x V float32, not below 0.
    """
    marks = c_tf_idf(around.T @ theta, bow)
    logits = (beta < 0).any()
    likely = np.exp(beta - beta.max(axis=1, keepdims=True), dtype=np.float64) if logits else beta.astype(np.float64)
    weights = marks * likely / likely.sum(axis=1, keepdims=True)
    return np.where(marks == marks.max(axis=0), weights, BEHIND * weights).astype(np.float32)
