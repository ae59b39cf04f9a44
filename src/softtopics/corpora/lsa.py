"""Latent semantic analysis: what a corpus says of its own documents, without any model (Deerwester et al. 1990)."""

from collections.abc import Sequence

import numpy as np
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer

from softtopics.config.usual import LSA_DIMENSIONS
from softtopics.errors import InputError

RAREST = 2  # documents that a word is in: one that is in a single document is near to no other


def lsa(tokens: Sequence[str], dimensions: int = LSA_DIMENSIONS, held_out: np.ndarray | None = None) -> np.ndarray:
    """Truncated SVD of tf-idf (log counts) of all words of the documents, also those outside a vocabulary.

    Args:
        tokens: N documents, each its words joined by spaces.
        dimensions: D; as many as there are, less one, in a corpus of fewer documents or words.
        held_out: which of the N documents have no say in idf and dimensions; None: all have.

    Returns:
        N x D float32 coordinates of the documents; a row of zeros for one that shares no word with another.

    Raises:
        InputError: there are not three words that two documents have in common.
    """
    train = [row for row, out in zip(tokens, held_out, strict=True) if not out] if held_out is not None else tokens
    counted = TfidfVectorizer(token_pattern=r"\S+", lowercase=False, min_df=RAREST, sublinear_tf=True)
    try:
        weights = counted.fit_transform(train)
    except ValueError:  # scikit-learn's, where no word is left
        weights = None
    if weights is None or min(weights.shape) < 3:
        raise InputError(
            f"views: {len(train)} documents have too few words in common for a part of: lsa; add documents, or take "
            "another view (and another evaluation.judges.documents)"
        )
    size = min(dimensions, min(weights.shape) - 1)
    reduced = TruncatedSVD(size, random_state=0)
    rows = reduced.fit_transform(weights)
    return (rows if held_out is None else reduced.transform(counted.transform(tokens))).astype(np.float32)
