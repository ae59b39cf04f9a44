"""Text -> tokens, the same for every model."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import spacy
from spacy.attrs import ORTH, SPACY
from spacy.pipeline import Sentencizer

from softtopics.runtime import Progress

JOINERS = frozenset("-\N{HYPHEN}\N{NON-BREAKING HYPHEN}#@/\\=~&%$+")  # in compounds, tags, paths and formulas
SENTENCE_ENDS = frozenset(Sentencizer.default_punct_chars)
MORE_STOP_WORDS = frozenset({"etc"})  # "and so on", whose words are all on spaCy's list


class Tokens(NamedTuple):
    """The T alphabetic tokens of all documents in reading order, stop words included.

    Attributes:
        words: the distinct lower-case words.
        word: for each token, its word's place in `words`.
        document: for each token, its document.
        counts: for each token, whether it may bring its word into the vocabulary.
    """

    words: np.ndarray
    word: np.ndarray
    document: np.ndarray
    counts: np.ndarray


def tokenize(texts: Sequence[str]) -> Tokens:
    """Split English texts by spaCy's rules and lexical attributes; no trained pipeline is needed.

    A token counts towards the vocabulary if it is alphabetic, in lower case, longer than 2 characters, not a stop word,
    not the first word of a sentence, and a whole word (`pieces`). That leaves out names, headings, abbreviations in
    capitals and bits of code.
    """
    tokenizer = english()
    orth, spaces = [], []
    with Progress("documents tokenized", len(texts)) as progress:
        for parsed in tokenizer.pipe(texts):
            orth.append(parsed.to_array(ORTH))
            spaces.append(parsed.to_array(SPACY).astype(bool))
            progress.advance(1)
    document = np.repeat(np.arange(len(texts), dtype=np.int32), [len(part) for part in orth])
    space = np.concatenate(spaces)

    # Everything else is worked out for the distinct forms, which are few, and looked up for the tokens.
    form, hashes = pd.factorize(np.concatenate(orth))
    form = form.astype(np.int32)
    lexemes = [tokenizer.vocab[int(key)] for key in hashes]
    forms = [lexeme.text for lexeme in lexemes]
    ordinary = [x.is_lower and not x.is_stop and len(x.text) > 2 and x.text not in MORE_STOP_WORDS for x in lexemes]
    counts = np.array(ordinary)[form] & ~sentence_starts(forms, form, document)
    counts &= ~pieces(forms, form, space, document)
    alphabetic = holds(str.isalpha, forms)[form]
    word, words = pd.factorize(np.array([text.lower() for text in forms], dtype=object))
    return Tokens(words, word.astype(np.int32)[form[alphabetic]], document[alphabetic], counts[alphabetic])


def sentence_starts(forms: list[str], form: np.ndarray, document: np.ndarray) -> np.ndarray:
    """Which tokens are the first word of a document or the first after a mark that ends a sentence."""
    sentence = document + np.cumsum(holds(SENTENCE_ENDS.__contains__, forms)[form])  # grows from each to the next
    words = np.flatnonzero(holds(lambda text: text[0].isalnum() or text[-1].isalnum(), forms)[form])
    starts = np.zeros(len(form), dtype=bool)
    starts[words[np.unique(sentence[words], return_index=True)[1]]] = True
    return starts


def pieces(forms: list[str], form: np.ndarray, space: np.ndarray, document: np.ndarray) -> np.ndarray:
    """Which tokens are only a piece of what a reader sees as one word.

    They touch a letter, a digit or a joiner (halves of "gonna" and "non-zero", hashtags, paths, formulas, units that
    touch a number), or end in "n" and are followed by a lone "t" ("didn t", as some corpora write it).
    """
    next_ = np.append(document[1:] == document[:-1], False)
    last = np.roll(next_, 1)
    opens = holds(lambda text: text in JOINERS or text[0].isalnum(), forms)[form]
    closes = holds(lambda text: text in JOINERS or text[-1].isalnum(), forms)[form]
    t = holds(lambda text: text == "t", forms)[form]
    touches_next = next_ & ~space & np.roll(opens, -1)
    touches_last = last & ~np.roll(space, 1) & np.roll(closes, 1)
    negation = holds(lambda text: text.endswith("n"), forms)[form] & next_ & np.roll(t, -1)
    return touches_next | touches_last | negation


def english() -> Any:
    """spaCy's tokenizer for English, which, without a pipeline, takes texts of any length."""
    return spacy.blank("en").tokenizer


def holds(test: Callable[[str], bool], forms: list[str]) -> np.ndarray:
    """Which forms pass a test."""
    return np.fromiter(map(test, forms), dtype=bool, count=len(forms))


def running_text(tokens: Tokens, n_documents: int, chosen: np.ndarray | slice = slice(None)) -> list[str]:
    """Each document's tokens, or the chosen ones among them, joined by spaces.

    Stop words and short words are kept, because coherence slides a window of running words over these texts.
    """
    ends = np.cumsum(np.bincount(tokens.document[chosen], minlength=n_documents))[:-1]
    return [" ".join(part) for part in np.split(tokens.words[tokens.word[chosen]], ends)]


def encode(texts: Sequence[str], vocabulary: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """The same tokens as places in a vocabulary, for texts of which nothing else is needed.

    Returns:
        The place of each token of all texts in reading order, -1 for other words; the number of tokens of each text.
    """
    tokenizer = english()
    orth = [parsed.to_array(ORTH) for parsed in tokenizer.pipe(texts)]
    form, hashes = pd.factorize(np.concatenate(orth))
    forms = [tokenizer.vocab.strings[int(key)] for key in hashes]
    alphabetic = holds(str.isalpha, forms)[form]
    place = pd.Index(vocabulary).get_indexer([text.lower() for text in forms]).astype(np.int32)
    text = np.repeat(np.arange(len(texts)), [len(part) for part in orth])
    return place[form[alphabetic]], np.bincount(text[alphabetic], minlength=len(texts))
