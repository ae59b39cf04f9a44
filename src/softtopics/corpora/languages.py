"""Languages: spaCy's tokenizer and stop words of each, what is special about some, and which one texts look like."""

import importlib
import unicodedata
from collections import Counter
from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from softtopics.errors import InputError, suggestion

# Languages whose words are found by a package of its own, and what to install.
PACKAGES = {"zh": "jieba", "ja": "sudachipy sudachidict_core", "ko": "natto-py", "th": "pythainlp"}
TOUCHING = frozenset(PACKAGES)  # no space is between words there
SHORTEST = {"zh": 2, "ja": 2, "ko": 2}  # the letters of the shortest word that may count, where it is not 3
NOUNS_IN_CAPITALS = frozenset({"de", "lb"})
# Scripts that tell languages, the first of which is the likeliest; words of others are compared.
SCRIPTS: dict[str, tuple[str, ...]] = {
    "CJK": ("zh",),
    "HIRAGANA": ("ja",),
    "KATAKANA": ("ja",),
    "HANGUL": ("ko",),
    "THAI": ("th",),
}
SCRIPTS |= {"DEVANAGARI": ("hi", "mr", "ne", "sa"), "BENGALI": ("bn",), "TAMIL": ("ta",), "TELUGU": ("te",)}
SCRIPTS |= {"GREEK": ("el", "grc"), "HEBREW": ("he",), "ARMENIAN": ("hy",), "ETHIOPIC": ("am", "ti")}
# Languages that texts are compared with, by their stop words.
COMPARED = (
    *("en", "de", "fr", "es", "it", "pt", "nl", "da", "sv", "nb", "fi", "pl", "cs", "hu", "ro", "tr", "ru", "uk"),
    *("bg", "sr", "hr", "sk", "sl", "ca", "id", "ar", "fa", "ur"),
)
FREQUENT = 3000  # words, among which stop words are
SURE = 0.3  # the share of a language's stop words from which on no other is considered
SAMPLE = 1000  # documents, and characters of each, that are looked at for their script
NAMES = {"ar": "Arabic", "bg": "Bulgarian", "bn": "Bengali", "ca": "Catalan", "cs": "Czech", "da": "Danish"}
NAMES |= {"de": "German", "el": "Greek", "en": "English", "es": "Spanish", "fa": "Persian", "fi": "Finnish"}
NAMES |= {"fr": "French", "he": "Hebrew", "hi": "Hindi", "hr": "Croatian", "hu": "Hungarian", "id": "Indonesian"}
NAMES |= {"it": "Italian", "ja": "Japanese", "ko": "Korean", "nb": "Norwegian", "nl": "Dutch", "pl": "Polish"}
NAMES |= {"pt": "Portuguese", "ro": "Romanian", "ru": "Russian", "sk": "Slovak", "sl": "Slovenian", "sr": "Serbian"}
NAMES |= {"sv": "Swedish", "th": "Thai", "tr": "Turkish", "uk": "Ukrainian", "ur": "Urdu", "zh": "Chinese"}


def known() -> list[str]:
    """The codes of languages that spaCy has, found without importing it; not Vietnamese, whose words hold spaces."""
    spec = find_spec("spacy")
    folders = (
        Path(spec.submodule_search_locations[0], "lang").iterdir() if spec and spec.submodule_search_locations else []
    )
    return sorted(path.name for path in folders if (path / "__init__.py").is_file() and path.name not in ("vi", "xx"))


def check_language(where: str, language: str) -> None:
    """Raises InputError: spaCy has no such language; `where` says where it was given."""
    if language not in known():
        raise InputError(f"{where} is {language!r}, which is no language of spaCy{suggestion(language, known())}")


@cache
def tokenizer(language: str) -> Any:
    """spaCy's tokenizer, which, without a pipeline, takes texts of any length.

    Raises:
        InputError: there is no such language, or the package that finds its words is missing.
    """
    import spacy

    check_language("preparation.language", language)
    config = {"nlp": {"tokenizer": {"segmenter": "jieba"}}} if language == "zh" else {}
    try:
        if language in PACKAGES and language != "ko":
            importlib.import_module(PACKAGES[language].split()[0])  # some tokenizers import theirs only when they split
        return spacy.blank(language, config=config).tokenizer
    except ImportError as error:
        also = " and install mecab-ko with its dictionary" if language == "ko" else ""
        raise InputError(
            f"preparation.language: the words of {title(language)} are found by a package that is not installed; run "
            f"pip install {PACKAGES.get(language, f'spacy[{language}]')}{also}"
        ) from error


def title(language: str) -> str:
    return NAMES.get(language, f"the language {language}")


@cache
def stop_words(language: str) -> frozenset[str]:
    """spaCy's stop words of a language, of more than one letter; it has none of a few."""
    if find_spec(f"spacy.lang.{language}.stop_words") is None:
        return frozenset()
    module = importlib.import_module(f"spacy.lang.{language}.stop_words")
    return frozenset(word for word in module.STOP_WORDS if len(word) > 1)


def looks_like(texts: Sequence[str], words: np.ndarray, counts: np.ndarray, language: str) -> str | None:
    """The other language that texts seem to be written in: its stop words are far more of them, or it is its script.

    Args:
        texts: the documents.
        words: their distinct words, in lower case.
        counts: how often each word occurs.
        language: what they are taken to be.
    """
    if script := languages_of_script(texts):
        return None if language in script else script[0]
    total = max(counts.sum(), 1)
    numbers = {words[place]: int(counts[place]) for place in np.argsort(-counts, kind="stable")[:FREQUENT]}

    def share(other: str) -> float:
        return sum(numbers.get(word, 0) for word in stop_words(other)) / total

    own = share(language)
    if own > SURE:
        return None  # without reading the lists of other languages, which takes seconds
    shares = {other: share(other) for other in COMPARED if other != language}
    best = max(shares, key=lambda other: shares[other])
    return best if shares[best] > max(0.15, 1.5 * own) else None


def languages_of_script(texts: Sequence[str]) -> tuple[str, ...]:
    """Those whose script most letters are of, if it tells languages; kana among Chinese characters are Japanese."""
    letters: Counter[tuple[str, ...]] = Counter()
    for char, count in Counter("".join(text[:SAMPLE] for text in texts[:SAMPLE])).items():
        if char.isalpha():
            letters[SCRIPTS.get(unicodedata.name(char, "").split(" ")[0].split("-")[0], ())] += count
    best: tuple[str, ...] = max(letters, key=lambda script: letters[script], default=())
    return ("ja",) if best == ("zh",) and letters["ja",] > 0.05 * letters[best] else best
