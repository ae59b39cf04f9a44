"""Tokens -> a vocabulary of a given size and the bag of words over it, the same for every model."""

import logging
from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
from scipy import sparse
from sklearn.feature_extraction.text import CountVectorizer

from softtopics.artifacts import held_out_of
from softtopics.corpora.languages import title
from softtopics.corpora.split import trained_on
from softtopics.errors import InputError

log = logging.getLogger(__name__)

Given = Callable[[Sequence[int], int, np.ndarray | slice], tuple[list[str], sparse.csr_matrix]]


def vocabulary_of(
    documents: pd.DataFrame,
    *,
    name: str,
    size: int = 2000,
    min_documents: int = 2,
    given: Given | None = None,
    words: dict | None = None,
) -> tuple[list[str], sparse.csr_matrix, dict]:
    """The vocabulary of prepared documents, their bag of words and an account of both.

    Args:
        documents: N rows with the columns id, tokens and candidates (`corpora.prepare.prepare`). The words are those of
            the training documents alone, where a column held_out says which others there are.
        name: what errors call the corpus.
        size: the V asked for; the account has the real one.
        min_documents: the least number of documents in which a word must count.
        given: for a source with a vocabulary and counts of its own, makes both from ids of documents, a size, and the
            training documents among them.

    Returns:
        V words, N x V counts and the account. Documents without a word of the vocabulary are kept.

    Raises:
        InputError: no word is left.
    """
    train = trained_on(held_out_of(documents))
    candidates = documents["candidates"][train]
    if given:
        vocabulary, bow = given(documents["id"], size, train)
    else:
        vocabulary = build_vocabulary(candidates, size, min_documents)
        bow = count_words(documents["tokens"], vocabulary) if vocabulary else None
    if not vocabulary:
        raise no_word_is_left(name, candidates, min_documents, words)
    account = {
        "vocabulary_size_asked": size,
        "vocabulary_size": len(vocabulary),
        "documents_without_vocabulary_words": int((bow[train].getnnz(axis=1) == 0).sum()),
    }
    return vocabulary, bow, account


LEFT_OUT = {  # what the rules of `text.RULES` say of the words that they leave out
    "without_case": "are in a script without capitals",
    "capitals": "have capitals",
    "stop_words": "are stop words",
    "short": "are too short",
    "first_of_sentence": "are the first word of a sentence",
    "pieces": "are only a piece of a word",
}


def no_word_is_left(name: str, candidates: pd.Series, min_documents: int, words: dict | None) -> InputError:
    """What to raise where no candidate of the training documents makes it into the vocabulary of a corpus."""
    return InputError(f"{name}: no word is left for the vocabulary: {reasons(candidates, min_documents, words)}")


def reasons(candidates: pd.Series, min_documents: int, words: dict | None) -> str:
    """How many words each rule left out, and what to do about the one that matters."""
    rest = int(candidates.str.split().str.len().sum())
    found, left_out, other, language = rest, {}, None, None
    if words is not None:
        found, left_out, other, language = (words[key] for key in ("tokens", "left_out", "looks_like", "language"))
    said = [f"{left_out[rule]} {text}" for rule, text in LEFT_OUT.items() if left_out.get(rule)]
    said += [f"{rest} are in fewer than {min_documents} documents"] if rest else []
    case = sum(left_out.get(rule, 0) for rule in ("without_case", "capitals", "first_of_sentence"))
    if other:
        advice = f"the documents look like {title(other)}, so set preparation.language of the corpus to {other}"
    elif case > rest:
        advice = (
            "words are looked for in lower case inside sentences; set preparation.lower_case of the corpus to false "
            "to count words with capitals and first words of sentences, too"
        )
    elif rest:
        advice = "lower preparation.min_documents of the corpus, or give more text"
    elif not found:
        advice = "they hold numbers and signs alone, so name another text column"
    else:
        advice = "give documents of more words, or name another text column"
    by_rules = f" by the rules for {title(language)}" if language else ""
    account = f"of the {found} words{by_rules} {', '.join(said)}" if said else f"there is none{by_rules}"
    return f"{account}, in {len(candidates)} documents; {advice}"


def build_vocabulary(candidates: Sequence[str], size: int, min_documents: int) -> list[str]:
    """The `size` most frequent words of N texts among those in at least `min_documents`; ties in alphabetical order."""
    words = pd.Series(list(candidates), dtype="str").str.split().explode().dropna()
    found = words.to_frame("word").rename_axis("document").reset_index().groupby("word")["document"]
    table = found.agg(["size", "nunique"]).reset_index()
    table = table[table["nunique"] >= min_documents].sort_values(["size", "word"], ascending=[False, True])
    if 0 < len(table) < size:
        few = f"{len(table)} word" + ("" if len(table) == 1 else "s")
        log.warning("the vocabulary has %s, fewer than the %d asked for", few, size)
    return table["word"].head(size).tolist()


def count_words(tokens: Sequence[str], vocabulary: Sequence[str]) -> sparse.csr_matrix:
    """N x V int32 counts of vocabulary words among all tokens, capitalised or not, anywhere in a sentence."""
    return CountVectorizer(vocabulary=vocabulary, analyzer=str.split, dtype=np.int32).transform(tokens)
