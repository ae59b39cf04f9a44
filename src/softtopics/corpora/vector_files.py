"""Word vectors in word2vec's or GloVe's text format, checked line by line."""

from collections.abc import Collection, Iterator
from itertools import chain
from pathlib import Path

import numpy as np
from gensim.models import KeyedVectors

from softtopics.corpora.lines import lines
from softtopics.errors import InputError


def read_vectors(path: str, words: Collection[str]) -> KeyedVectors:
    """The vectors of some words out of a plain or packed file.

    Each line has a word, which may hold spaces, and E numbers; word2vec's format has a line before them with the number
    of words and E.

    Raises:
        InputError: the file is missing, damaged or not UTF-8, has more or fewer words than its first line says, or a
            line has another number of values than the first, or a wanted word stands twice or has a value that is no
            finite number. (Words that nobody wants may stand twice, as one does in GloVe's own largest file.)
    """
    rows, count, size = opened(path)
    wanted = set(words)
    seen: dict[str, int] = {}
    vectors: dict[str, np.ndarray] = {}
    n_lines = 0
    for number, line in rows:
        word, values = fields(path, number, line, size)
        n_lines += 1
        if word not in wanted:
            continue
        if word in seen:
            raise InputError(
                f"word_vectors: {path} has the word {word!r} in line {seen[word]} and again in line {number}; take one "
                "of them out"
            )
        seen[word] = number
        vectors[word] = vector(path, number, word, values)
    if count not in (None, n_lines):
        raise InputError(
            f"word_vectors: {path} holds {n_lines} vectors where its first line says {count}; it is cut short or its "
            "first line is wrong, so get it again or correct the line"
        )
    found = KeyedVectors(size)
    if vectors:
        found.add_vectors(list(vectors), np.stack(list(vectors.values())))
    return found


def opened(path: str) -> tuple[Iterator[tuple[int, str]], int | None, int]:
    """The lines of vectors with their numbers, how many there should be if the file says so, and E.

    Raises:
        InputError: the file is missing or empty, or its first line is of neither format.
    """
    if not Path(path).is_file():
        raise InputError(f"word_vectors: there is no file {path}; correct its path")
    rows: Iterator[tuple[int, str]] = (
        (number, line.rstrip("\r\n ")) for number, line in lines(Path(path)) if line.strip()
    )
    first = next(rows, None)
    if first is None:
        raise InputError(f"word_vectors: {path} is empty; give a file with a word and its vector on each line")
    header = first[1].split(" ")
    if not header[1:] or not all(map(is_number, header[1:])):
        raise InputError(
            f"word_vectors: {path} is not a word2vec text file (line {first[0]}); convert it or correct it"
        )
    if len(header) == 2 and all(part.isdecimal() for part in header):
        return rows, int(header[0]), int(header[1])
    return chain([first], rows), None, len(header) - 1


def fields(path: str, number: int, line: str, size: int) -> tuple[str, list[str]]:
    """The word of a line and its values, which are as many as they should be.

    Raises:
        InputError: they are not.
    """
    word, *values = line.rsplit(" ", size) if size else [line]
    last = word.rpartition(" ")[2] if " " in word else ""
    if len(values) != size or not size or is_number(last):
        parts = line.split(" ")
        raise InputError(
            f"word_vectors: {path} has {len(parts) - 1} values for the word {parts[0]!r} in line {number}, not {size} "
            "as its first line says; correct the line, or convert the file to word2vec's text format"
        )
    return word, values


def is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def vector(path: str, number: int, word: str, values: list[str]) -> np.ndarray:
    """Raises InputError: a value is no finite number."""
    with np.errstate(over="ignore"):
        read = np.array([value if is_number(value) else "nan" for value in values], dtype=np.float32)
    if not np.isfinite(read).all():
        raise InputError(
            f"word_vectors: {path} has {values[np.isfinite(read).argmin()]!r} among the values of the word {word!r} in "
            f"line {number}, which is no finite number; correct the line or take it out"
        )
    return read
