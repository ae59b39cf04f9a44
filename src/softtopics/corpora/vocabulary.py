"""Tokens -> a vocabulary of a given size and the bag of words over it, the same for every model."""

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
    """The vocabulary of prepared documents, their bag of words and an account of both.

    Args:
        documents: N rows with the columns id, tokens and candidates (`corpora.prepare.prepare`).
        name: what errors call the corpus.
        size: the V asked for; the account has the real one.
        min_documents: the least number of documents in which a word must count.
        given: for a source with a vocabulary and counts of its own, makes both from ids of documents and a size.

    Returns:
        V words, N x V counts and the account. Documents without a word of the vocabulary are kept.

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
    """The `size` most frequent words of N texts among those in at least `min_documents`; ties in alphabetical order."""
    words = pd.Series(candidates, index=range(len(candidates))).str.split().explode().dropna()
    found = words.to_frame("word").rename_axis("document").reset_index().groupby("word")["document"]
    table = found.agg(["size", "nunique"]).reset_index()
    table = table[table["nunique"] >= min_documents].sort_values(["size", "word"], ascending=[False, True])
    if len(table) < size:
        log.warning("the vocabulary has %d words, fewer than the %d asked for", len(table), size)
    return table["word"].head(size).tolist()


def count_words(tokens: Sequence[str], vocabulary: Sequence[str]) -> sparse.csr_matrix:
    """N x V int32 counts of vocabulary words among all tokens, capitalised or not, anywhere in a sentence."""
    return CountVectorizer(vocabulary=vocabulary, analyzer=str.split, dtype=np.int32).transform(tokens)
