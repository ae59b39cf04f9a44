"""Text -> tokens, vocabulary and bag of words, the same for every model."""

import logging
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
import spacy
from scipy import sparse
from spacy.attrs import ORTH, SPACY
from spacy.pipeline import Sentencizer

from softtopics.runtime import Progress

log = logging.getLogger(__name__)

JOINERS = frozenset("-\N{HYPHEN}\N{NON-BREAKING HYPHEN}#@/\\_=~&%$+^")  # build compounds, names, paths and formulas
SENTENCE_ENDS = frozenset(Sentencizer.default_punct_chars)
ABBREVIATION = "etc"  # says "and so on" as spaCy's stop words do, but is not among them


class Tokens(NamedTuple):
    """The T alphabetic tokens of all documents, in reading order.

    Attributes:
        words: the distinct lower-case forms.
        word: for each token, its place in `words`.
        document: for each token, its document.
        counts: for each token, whether it may make its word part of the vocabulary.
    """

    words: np.ndarray
    word: np.ndarray
    document: np.ndarray
    counts: np.ndarray


def tokenize(texts: Sequence[str]) -> Tokens:
    """Split English texts with spaCy's rules and lexical attributes; no trained pipeline is needed.

    A token counts towards the vocabulary if it is alphabetic, written in lower case, longer than 2 characters,
    not a stop word, not the first word of its sentence, and a whole word. So a name, a heading or an abbreviation
    in capitals does not count, and neither does a piece of something:

    - what touches a letter, a digit or one of `JOINERS`: the halves of "gonna" and "non-zero", hashtags, file
      paths, formulas, units behind their number;
    - what has lost an apostrophe and stands before a lone "t": "didn t".
    """
    tokenizer = spacy.blank("en").tokenizer  # on its own it takes texts of any length
    parts = []
    with Progress("documents tokenized", len(texts)) as progress:
        for parsed in tokenizer.pipe(texts):
            parts.append(parsed.to_array([ORTH, SPACY]))
            progress.advance(1)
    document = np.repeat(np.arange(len(texts)), [len(part) for part in parts])
    hashes, space = np.concatenate(parts).T
    form, hashes = pd.factorize(hashes)

    # Everything else follows from a token's form and its neighbours'; the form `edge` is beyond a document's ends.
    lexemes = [tokenizer.vocab[int(key)] for key in hashes]
    forms, edge = [lexeme.text for lexeme in lexemes] + [" "], len(lexemes)
    after = np.append(np.where(document[1:] == document[:-1], form[1:], edge), edge)
    before = np.append(edge, np.where(document[1:] == document[:-1], form[:-1], edge))

    def where(test: Callable[[str], bool]) -> np.ndarray:
        """Which forms pass."""
        return np.fromiter(map(test, forms), dtype=bool, count=len(forms))

    touches_next = (space == 0) & where(lambda text: text in JOINERS or text[0].isalnum())[after]
    touches_last = (np.append(1, space[:-1]) == 0) & where(lambda text: text in JOINERS or text[-1].isalnum())[before]
    lost_apostrophe = where(lambda text: text.endswith("n"))[form] & where(lambda text: text == "t")[after]
    piece = touches_next | touches_last | lost_apostrophe

    ordinary = [x.is_lower and len(x) > 2 and not x.is_stop and x.text not in MORE_STOP_WORDS for x in lexemes]
    starts = sentence_starts(where(SENTENCE_ENDS.__contains__)[form], where(str.isspace)[form], document)
    counts = np.array(ordinary, dtype=bool)[form] & ~starts & ~piece

    alphabetic = where(str.isalpha)[form]
    word, words = pd.factorize(np.array([text.lower() for text in forms], dtype=object))
    return Tokens(words, word[form[alphabetic]], document[alphabetic], counts[alphabetic])


def sentence_starts(ends: np.ndarray, skip: np.ndarray, document: np.ndarray) -> np.ndarray:
