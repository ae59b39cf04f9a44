"""Text -> tokens, vocabulary and bag of words, the same for every model."""

import logging
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import spacy
from scipy import sparse
from spacy.attrs import IS_ALPHA, IS_LOWER, IS_STOP, LENGTH, LOWER, SENT_START

from softtopics.runtime import Progress

log = logging.getLogger(__name__)


class Tokens(NamedTuple):
    """The alphabetic tokens of all documents, one after another.

    Attributes:
        words: distinct lower-case forms.
        word: for each token, its place in `words`.
        document: for each token, its document.
        counts: for each token, whether it may make its word part of the vocabulary.
    """

    words: np.ndarray
    word: np.ndarray
    document: np.ndarray
    counts: np.ndarray


def tokenize(texts: Sequence[str]) -> Tokens:
    """Split texts with spaCy's English rules; no trained pipeline is needed.

    A token counts towards the vocabulary if it is alphabetic, written in lower case, longer than 2
    characters, not a stop word and not the first of its sentence: what is left are words, not names,
    abbreviations or the accidents of a sentence's beginning.
    """
    nlp = spacy.blank("en")
    nlp.add_pipe("sentencizer")
    nlp.max_length = max(map(len, texts), default=0) + 1
    parts, sizes = [], []
    with Progress("documents tokenized", len(texts)) as progress:
        for document in nlp.pipe(texts, batch_size=256):
            attributes = document.to_array([LOWER, IS_ALPHA, IS_LOWER, IS_STOP, LENGTH, SENT_START])
            attributes = attributes.reshape(-1, 6)
            parts.append(attributes[attributes[:, 1] == 1])
            sizes.append(len(parts[-1]))
            progress.advance(1)
    lower, _, is_lower, is_stop, length, start = np.concatenate(parts).T
    hashes, word = np.unique(lower, return_inverse=True)
    counts = (is_lower == 1) & (is_stop == 0) & (length > 2) & (start != 1)
    words = np.array([nlp.vocab.strings[int(key)] for key in hashes], dtype=object)
    return Tokens(words, word, np.repeat(np.arange(len(texts)), sizes), counts)


def build_vocabulary(tokens: Tokens, size: int, min_documents: int) -> list[str]:
    """The `size` most frequent counting words found in at least `min_documents` documents; ties go by alphabet."""
    word, document = tokens.word[tokens.counts], tokens.document[tokens.counts]
    frequency = np.bincount(word, minlength=len(tokens.words))
    pairs = np.unique(np.column_stack([word, document]), axis=0)
    documents = np.bincount(pairs[:, 0], minlength=len(tokens.words))
    candidates = np.flatnonzero((frequency > 0) & (documents >= min_documents))
    order = sorted(candidates, key=lambda index: (-frequency[index], tokens.words[index]))
    if len(order) < size:
        log.warning("the vocabulary has %d words, fewer than the %d asked for", len(order), size)
    return tokens.words[order[:size]].tolist()


def count_words(tokens: Tokens, vocabulary: list[str], n_documents: int) -> sparse.csr_matrix:
    """BoW: N x V counts of vocabulary words among the lower-cased tokens (a capitalised occurrence counts)."""
    column = {word: index for index, word in enumerate(vocabulary)}
    columns = np.array([column.get(word, -1) for word in tokens.words], dtype=np.int64)[tokens.word]
    known = columns >= 0
    ones = np.ones(known.sum(), dtype=np.int32)
    shape = (n_documents, len(vocabulary))
    return sparse.csr_matrix((ones, (tokens.document[known], columns[known])), shape=shape)


def joined(tokens: Tokens, n_documents: int) -> list[str]:
    """Each document's tokens, stop words included, as one string: the texts that coherence is measured in."""
    ends = np.cumsum(np.bincount(tokens.document, minlength=n_documents))[:-1]
    return [" ".join(part) for part in np.split(tokens.words[tokens.word], ends)]
