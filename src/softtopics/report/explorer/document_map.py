"""Every document's place on a map: near to what it is like."""

import numpy as np
from scipy import sparse
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfTransformer

from softtopics.lean import kept_compiled
from softtopics.teachers.views import standardize

NEIGHBOURS = 15  # UMAP's own default
FEWEST = 5  # fewer documents are put on a circle: there is nothing to learn from
COMPONENTS = 50  # of words, by SVD


def document_map(rows: np.ndarray | sparse.csr_matrix, seed: int = 0) -> np.ndarray:
    """UMAP (McInnes et al. 2018) of documents by the cosine of their rows; the same map every time.

    Args:
        rows: N x D states, or N x V counts of words: these by tf-idf and its largest singular vectors.
        seed: of the layout, which with a seed is computed on one thread.

    Returns:
        N x 2 float32.
    """
    count = rows.shape[0]
    if count < FEWEST:
        angles = 2 * np.pi * np.arange(count) / max(count, 1)
        return np.column_stack([np.cos(angles), np.sin(angles)]).astype(np.float32)
    with kept_compiled():
        from umap import UMAP  # seconds, and more before it has once been compiled

    mapper = UMAP(
        n_neighbors=min(NEIGHBOURS, count - 1),
        metric="cosine",
        random_state=seed,
        init="spectral" if count > 2 * NEIGHBOURS else "random",  # of few documents there are too few eigenvectors
        n_jobs=1,
    )
    return mapper.fit_transform(dense(rows, seed)).astype(np.float32)


def dense(rows: np.ndarray | sparse.csr_matrix, seed: int) -> np.ndarray:
    if not sparse.issparse(rows):
        return np.array(rows, dtype=np.float32)
    weighted = TfidfTransformer(sublinear_tf=True).fit_transform(rows)
    components = min(COMPONENTS, min(weighted.shape) - 1)
    return TruncatedSVD(components, random_state=seed).fit_transform(weighted).astype(np.float32)


def standardized(states: np.ndarray) -> np.ndarray:
    """Of a language model, a few of whose dimensions are huge and would alone say what is near."""
    made = np.array(states, dtype=np.float32)
    standardize(made)
    return made
