"""Tokens -> a vocabulary of some size and the bag of words over it, the same for every model."""

import logging
from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
from scipy import sparse
from sklearn.feature_extraction.text import CountVectorizer

from softtopics.errors import InputError

log = logging.getLogger(__name__)


Given = Callable[[Sequence[int], int], tuple[list[str], sparse.csr_matrix]]


def vocabulary_of(
    documents: pd.DataFrame, *, name: str, size: int = 2000, min_documents: int = 2, given: Given | None = None
) -> tuple[list[str], sparse.csr_matrix, dict]:
    """The vocabulary of prepared documents, their BoW and an account of both.

    Args:
        documents: N rows with the columns id, tokens and candidates (`corpora.prepare.prepare`).
        name: what errors call the corpus.
        size: V asked for; the account has the real one.
        min_documents: in how many documents a word must count at least.
        given: makes both of ids of documents and a size, for a source that brings its own; nothing is counted then.

    Returns:
        V words, the N x V counts, what is to be said about them. Documents without a word of the vocabulary are kept.

    Raises:
        InputError: no word is left.
    """
    if given:
        vocabulary, bow = given(documents["id"], size)
    else:
        vocabulary = build_vocabulary(documents["candidates"], size, min_documents)
        bow = count_words(documents["tokens"], vocabulary) if vocabulary else None
    if not vocabulary:
        raise InputError(
            f"{name}: no lower-case English word counts in {min_documents} of the {len(documents)} documents; "
            "give more text or lower min_documents"
        )
    account = {
        "vocabulary_size_asked": size,
        "vocabulary_size": len(vocabulary),
        "documents_without_vocabulary_words": int((bow.getnnz(axis=1) == 0).sum()),
    }
    return vocabulary, bow, account


def build_vocabulary(candidates: Sequence[str], size: int, min_documents: int) -> list[str]:
    """The `size` words that stand most often in N texts, out of those in `min_documents`; ties go by alphabet."""
    words = pd.Series(candidates, index=range(len(candidates))).str.split().explode().dropna()
    found = words.to_frame("word").rename_axis("document").reset_index().groupby("word")["document"]
    table = found.agg(["size", "nunique"]).reset_index()
    table = table[table["nunique"] >= min_documents].sort_values(["size", "word"], ascending=[False, True])
    if len(table) < size:
        log.warning("the vocabulary has %d words, fewer than the %d asked for", len(table), size)
    return table["word"].head(size).tolist()


def count_words(tokens: Sequence[str], vocabulary: Sequence[str]) -> sparse.csr_matrix:
    """BoW: N x V int32 counts of vocabulary words among all tokens, in capitals or not, wherever they stand."""
    return CountVectorizer(vocabulary=vocabulary, analyzer=str.split, dtype=np.int32).transform(tokens)
