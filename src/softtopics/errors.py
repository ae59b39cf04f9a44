"""The one error that a user is meant to read, and the hint at what they may have meant."""

import difflib
from collections.abc import Iterable
from textwrap import shorten


class InputError(ValueError):
    """Something the user gave is wrong: one sentence with what, where (file, row, key) and what to do.

    It stays in one line, whatever the user's text in it holds.
    """

    def __init__(self, sentence: str) -> None:
        super().__init__(r"\n".join(sentence.splitlines()))


def suggestion(name: str, known: Iterable[str]) -> str:
    """The end of a sentence about an unknown name: a known one that is close to it, or else those that are known."""
    known = list(known)
    close = difflib.get_close_matches(name, known, n=1)
    if close:
        return f"; did you mean {close[0]!r}?"
    if not known:
        return ""
    return f"; known are {shorten(', '.join(known), 500, placeholder=' ...')}"
