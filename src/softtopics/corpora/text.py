"""Text -> tokens, the same for every model."""

import unicodedata
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from softtopics.corpora import languages
from softtopics.corpora.giants import cut, portions
from softtopics.lean import without
from softtopics.runtime import Progress

with without("torch"):  # its tokenizers have no use for it, and the import would take three times as long
    from spacy.attrs import ORTH, SPACY
    from spacy.pipeline import Sentencizer

JOINERS = frozenset("-\N{HYPHEN}\N{NON-BREAKING HYPHEN}#@/\\=~&%$+")  # in compounds, tags, paths and formulas
SENTENCE_ENDS = frozenset(Sentencizer.default_punct_chars)
MORE_STOP_WORDS = {"en": frozenset({"etc"})}  # "and so on", whose words are all on spaCy's list
INSIDE_WORDS = frozenset("\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}")  # of Persian and of Indic scripts
# Why a token may not bring its word into the vocabulary; of several reasons the first.
RULES = ("without_case", "capitals", "stop_words", "short", "first_of_sentence", "pieces")


class Tokens(NamedTuple):
    """The T alphabetic tokens of all documents in reading order, stop words included.

    Attributes:
        words: the distinct lower-case words.
        word: for each token, its word's place in `words`.
        document: for each token, its document.
        counts: for each token, whether it may bring its word into the vocabulary.
        account: tokens: how many there are; left_out: how many do not count by which of the `RULES`; giant_tokens: how
            many giant tokens were cut (`giants`); documents_with_giant_tokens: in how many documents;
            first_document_with_giant_tokens: the place of the first of these.
    """

    words: np.ndarray
    word: np.ndarray
    document: np.ndarray
    counts: np.ndarray
    account: dict


def tokenize(texts: Sequence[str], language: str = "en", lower_case: bool | None = None) -> Tokens:
    """Split texts by spaCy's rules and lexical attributes; no trained pipeline is needed.

    A token counts towards the vocabulary if it is alphabetic, in lower case, longer than 2 characters, not a stop word,
    not the first word of a sentence, and a whole word (`pieces`). That leaves out names, headings, abbreviations in
    capitals and bits of code.

    Args:
        texts: the documents.
        language: a code of spaCy's. Where no space is between words, none is a piece, and one of Chinese, Japanese or
            Korean may be 2 characters long.
        lower_case: whether words in capitals and first words of sentences, whose capitals say nothing, do not count.
            None: they count where nouns are written with capitals. Scripts without capitals know no such rules.
    """
    if lower_case is None:
        lower_case = language not in languages.NOUNS_IN_CAPITALS
    with Progress("documents tokenized", len(texts)) as progress:
        split = Split.of(texts, language, progress.advance)

    # Everything else is worked out for the distinct forms, which are few, and looked up for the tokens.
    form, document, forms = split.form, split.document, [lexeme.text for lexeme in split.lexemes]
    alphabetic = holds(word_test(language), forms)[form]
    cased = holds(lambda text: text.lower() != text.upper(), forms)
    small = holds(str.islower if language == "en" else lambda text: text == text.lower(), forms)
    more, shortest = MORE_STOP_WORDS.get(language, frozenset()), languages.SHORTEST.get(language, 3)
    broken = {
        "without_case": (lower_case & ~small & ~cased)[form],
        "capitals": (lower_case & ~small & cased)[form],
        "stop_words": np.array([x.is_stop or x.text.lower() in more for x in split.lexemes], dtype=bool)[form],
        "short": holds(lambda text: len(text) < shortest, forms)[form],
        "first_of_sentence": lower_case & cased[form] & sentence_starts(forms, form, document),
        "pieces": pieces(forms, form, split.space, document) & (language not in languages.TOUCHING),
    }
    counts, left_out = alphabetic.copy(), {}
    for rule in RULES:
        left_out[rule] = int((counts & broken[rule]).sum())
        counts &= ~broken[rule]
    word, words = pd.factorize(np.array([text.lower() for text in forms], dtype=object))
    account = {"tokens": int(alphabetic.sum()), "left_out": left_out, **split.account}
    return Tokens(words, word.astype(np.int32)[form[alphabetic]], document[alphabetic], counts[alphabetic], account)


class Split(NamedTuple):
    """All tokens of some texts, those that are no words too.

    Attributes:
        lexemes: spaCy's entries of the distinct forms.
        form: for each token, the place of its form.
        space: for each token, whether a space follows.
        document: for each token, its document.
        account: what is known about giant tokens, see `Tokens`.
    """

    lexemes: list
    form: np.ndarray
    space: np.ndarray
    document: np.ndarray
    account: dict

    @classmethod
    def of(cls, texts: Sequence[str], language: str, advance: Callable[[int], None] = lambda done: None) -> "Split":
        tokenizer, parts_of = languages.tokenizer(language), portions if language in languages.TOUCHING else cut
        cuts = [parts_of(text) for text in texts]
        owner = np.repeat(np.arange(len(texts), dtype=np.int32), [len(parts) for parts, _ in cuts])
        orth, spaces = [np.zeros(0, np.uint64)], [np.zeros(0, bool)]
        ends = np.append(owner[1:] != owner[:-1], True)
        parts = (part for parts, _ in cuts for part in parts)
        for parsed, end in zip(tokenizer.pipe(parts), ends, strict=len(texts) > 0):
            orth.append(parsed.to_array(ORTH))
            spaces.append(parsed.to_array(SPACY).astype(bool))
            advance(int(end))
        form, hashes = pd.factorize(np.concatenate(orth))
        giants = np.array([giants for _, giants in cuts])
        account = {
            "giant_tokens": int(giants.sum()),
            "documents_with_giant_tokens": int((giants > 0).sum()),
            "first_document_with_giant_tokens": int(giants.argmax()) if giants.any() else None,
        }
        document = np.repeat(owner, [len(part) for part in orth[1:]])
        lexemes = [tokenizer.vocab[int(key)] for key in hashes]
        return cls(lexemes, form.astype(np.int32), np.concatenate(spaces), document, account)


def word_test(language: str) -> Callable[[str], bool]:
    """What says whether a form is a word; English words need no marks, and published results were made without."""
    return str.isalpha if language == "en" else is_word


def is_word(text: str) -> bool:
    """Whether a form is alphabetic, with the marks that belong to letters."""
    return text.isalpha() or (
        text[0].isalpha()
        and all(x.isalpha() or unicodedata.category(x).startswith("M") or x in INSIDE_WORDS for x in text)
    )


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


def holds(test: Callable[[str], bool], forms: list[str]) -> np.ndarray:
    """Which forms pass a test."""
    return np.fromiter(map(test, forms), dtype=bool, count=len(forms))


def running_text(tokens: Tokens, n_documents: int, chosen: np.ndarray | slice = slice(None)) -> list[str]:
    """Each document's tokens, or the chosen ones among them, joined by spaces.

    Stop words and short words are kept, because coherence slides a window of running words over these texts.
    """
    ends = np.cumsum(np.bincount(tokens.document[chosen], minlength=n_documents))[:-1]
    return [" ".join(part) for part in np.split(tokens.words[tokens.word[chosen]], ends)]


def encode(texts: Sequence[str], vocabulary: Sequence[str], language: str = "en") -> tuple[np.ndarray, np.ndarray]:
    """The same tokens as places in a vocabulary, for texts of which nothing else is needed.

    Returns:
        The place of each token of all texts in reading order, -1 for other words; the number of tokens of each text.
    """
    split = Split.of(texts, language)
    forms = [lexeme.text for lexeme in split.lexemes]
    alphabetic = holds(word_test(language), forms)[split.form]
    place = pd.Index(vocabulary).get_indexer([text.lower() for text in forms]).astype(np.int32)
    return place[split.form[alphabetic]], np.bincount(split.document[alphabetic], minlength=len(texts))
