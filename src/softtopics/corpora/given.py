"""A corpus of texts that are in memory already: for Python, and for documents that a trained model is applied to."""

from collections.abc import Sequence

import pandas as pd

from softtopics.artifacts import Corpus
from softtopics.corpora.text import running_text, tokenize
from softtopics.corpora.vocabulary import count_words, vocabulary_of
from softtopics.errors import InputError


def corpus_of(
    texts: Sequence[str],
    *,
    labels: Sequence[str] | None = None,
    vocabulary: list[str] | None = None,
    vocabulary_size: int = 2000,
    min_documents: int = 2,
    language: str = "en",
    lower_case: bool | None = None,
    capitalized: bool = True,
) -> Corpus:
    """Documents as `prepare` and `vocabulary_of` make them of a file, but every text is kept.

    >>> corpus = corpus_of(["a judge in court", "the judge and a jury"])
    >>> corpus.vocabulary, corpus.bow.toarray().tolist()
    (['judge'], [[1], [1]])

    Args:
        texts: N documents.
        labels: their classes; None: there are none.
        vocabulary: the words to count, those of a trained model say; None: those of the texts.
        vocabulary_size, min_documents: of the texts' own vocabulary, see `vocabulary_of`.
        language, lower_case, capitalized: see `prepare`.

    Raises:
        InputError: there is no text, or no word is left.
    """
    if not len(texts):
        raise InputError("there are no texts to make a corpus of; give at least one")
    tokens = tokenize(texts, language, lower_case)
    candidates = running_text(tokens, len(texts), tokens.counts)
    documents = pd.DataFrame(
        {
            "id": range(1, len(texts) + 1),
            "text": list(texts),
            "label": pd.Series(labels if labels is None else list(labels), index=range(len(texts)), dtype="str"),
            "tokens": running_text(tokens, len(texts)) if capitalized else candidates,
            "candidates": candidates,
        }
    )
    if vocabulary is not None:
        return Corpus(documents, vocabulary, count_words(documents["tokens"], vocabulary))
    words, bow, _ = vocabulary_of(documents, name="texts", size=vocabulary_size, min_documents=min_documents)
    return Corpus(documents, words, bow)
