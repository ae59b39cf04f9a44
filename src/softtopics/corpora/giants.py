"""Giant tokens, such as attachments and runs of thousands of signs, cut before spaCy sees them.

The time in which its rules split what is between two spaces grows with the square of its length.
"""

import re
import unicodedata
from typing import NamedTuple

LONGEST = 250  # characters between two spaces; no token of the published corpora is longer
GIANT = re.compile(rf"(?<!\S)\S{{{LONGEST + 1},}}")
PART = re.compile(r"\S{0,99}\W|\S{1,100}")
NO_WORD = re.compile(r"[^\W_]{101,}")  # letters and digits in a row, more than any word has

PORTION = re.compile(r"(?s).{0,3999}[\n.!?\u3002\uff01\uff1f]|.{1,4000}")  # up to the end of a sentence, if it has one


class Cut(NamedTuple):
    """A text in parts to be split one by one, and how many giant tokens it holds."""

    parts: list[str]
    giants: int


def cut(text: str) -> Cut:
    """The parts of a text: one, or more where it holds giant tokens, which end at a sign if they can.

    What has more letters and digits in a row than any word is left out, but for scripts without capitals, of which some
    are written without spaces. Characters that are put together of several are made one.
    """
    text = unicodedata.normalize("NFC", text)
    giants = 0
    parts, end = [""], 0
    for found in GIANT.finditer(text):
        giants += 1
        parts[-1] += text[end : found.start()]
        pieces = PART.findall(NO_WORD.sub(without_word, found.group()))
        parts[-1] += pieces[0] if pieces else ""
        parts += pieces[1:]
        end = found.end()
    parts[-1] += text[end:]
    return Cut(parts, giants)


def portions(text: str) -> Cut:
    """A text of a language without spaces, in portions that its tokenizer takes; no token of it is giant."""
    return Cut(PORTION.findall(unicodedata.normalize("NFC", text)) or [""], 0)


def without_word(run: re.Match) -> str:
    text = run.group()
    return "" if text.lower() != text.upper() else text
