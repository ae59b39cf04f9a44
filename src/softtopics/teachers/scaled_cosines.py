"""Word scores of a sentence encoder: how near a document and a word are."""

import numpy as np


def score_words(hidden: np.ndarray, words: np.ndarray, *, scale: float) -> np.ndarray:
    """`scale` times the cosine of documents (N x D unit rows) and words (V x D unit rows): N x V float32."""
    return scale * (hidden @ words.T)
