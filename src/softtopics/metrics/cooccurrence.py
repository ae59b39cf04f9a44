"""Boolean sliding windows over a text: all words and pairs of a vocabulary counted in one pass."""

import logging
import time
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from numba import njit

from softtopics.errors import InputError
from softtopics.metrics.counts import Counts, Windows

log = logging.getLogger(__name__)

WIDE, NARROW = 110, 10  # windows of C_V, and of NPMI and UCI (Röder et al. 2015)
WHOLE = np.iinfo(np.int64).max  # a window that no document fills


def count(
    batches: Iterable[tuple[np.ndarray, np.ndarray]], vocabulary: Sequence[str], *, name: str, c_v: str = "gensim"
) -> Counts:
    """Count the words of a text and the pairs of words that share a window, in one pass.

    A window holds so many tokens of one document in a row, words outside the vocabulary included. A document of L
    tokens has L - size + 1 windows; one that is shorter, an empty one included, is a single window.

    gensim drops a word from the window with the first of its tokens that leaves, also where another token of it is
    still inside (`text_analysis.WordOccurrenceAccumulator._slide_window`); Palmetto keeps it. Windows of 10 tokens
    are counted as gensim does, those of 110 as `c_v` says; the two differ where a word stands twice in a window.

    Args:
        batches: for some documents, the place in the vocabulary of each token (-1 for other words) in reading
            order, and the number of tokens of each document.
        vocabulary: V words.
        name: what errors call the text.
        c_v: `gensim` or `palmetto`.

    Raises:
        InputError: the text has no document or no word of the vocabulary.
    """
    n_words = len(vocabulary)
    kinds = {"wide": (WIDE, c_v == "palmetto"), "narrow": (NARROW, False), "documents": (WHOLE, False)}
    totals = dict.fromkeys(kinds, 0)
    occurrences = {kind: np.zeros(n_words, dtype=np.int64) for kind in kinds}
    changes = {kind: np.zeros((n_words, n_words), dtype=np.int64) for kind in kinds}
    tokens, started = 0, time.perf_counter()
    said = started
    for words, lengths in batches:
        for kind, (size, stays) in kinds.items():
            totals[kind] += slide(words, lengths, size, stays, occurrences[kind], changes[kind])
        tokens += len(words)
        if time.perf_counter() - said > 10:
            said = time.perf_counter()
            log.info("%d documents, %d words so far", totals["documents"], tokens)
    log.info("%d documents, %d words in %.1f s", totals["documents"], tokens, time.perf_counter() - started)
    if not totals["documents"]:
        raise InputError(f"{name}: there is no text in it; give one with documents in it")
    if not occurrences["documents"].any():
        raise InputError(f"{name}: no word of the vocabulary is in it; give a text in the language of the corpus")
    return Counts(
        list(vocabulary), c_v, **{kind: Windows(totals[kind], occurrences[kind], fold(changes[kind])) for kind in kinds}
    )


@njit(cache=True)
def slide(words, lengths, size, stays, occurrences, changes):  # pragma: no cover - compiled
    """Slide a window over documents, add to `occurrences` and `changes`, and return the number of windows.

    Window t of a document starts at its token t. A word that comes in with window t adds -t, one that goes out
    before window t adds +t, to its own count and to that with every other word then inside: each stay of two words
    side by side adds its length, and an event costs as much as there are distinct words inside.

    Args:
        words, lengths: a batch, see `count`.
        size: tokens of a window.
        stays: whether a word stays as long as any of its tokens does (Palmetto), or goes with the first (gensim).
        occurrences: V counts.
        changes: V x V; the count of a pair is changes[i, j] + changes[j, i].
    """
    inside = np.zeros(len(occurrences), dtype=np.int64)  # tokens of each word
    present = np.empty(len(occurrences), dtype=np.int64)  # the distinct words inside, in any order
    place = np.full(len(occurrences), -1, dtype=np.int64)  # of a word in `present`
    total = 0
    start = 0
    for length in lengths:
        n_present = 0
        for at in range(length):
            window = max(at - size + 1, 0)
            if window > 0:
                word = words[start + window - 1]
                if word >= 0:
                    inside[word] -= 1
                    if place[word] >= 0 and not (stays and inside[word] > 0):
                        n_present -= 1
                        present[place[word]] = present[n_present]
                        place[present[n_present]] = place[word]
                        place[word] = -1
                        occurrences[word] += window
                        for other in present[:n_present]:
                            changes[word, other] += window
            word = words[start + at]
            if word >= 0:
                inside[word] += 1
                if place[word] < 0:
                    if window > 0:
                        occurrences[word] -= window
                        for other in present[:n_present]:
                            changes[word, other] -= window
                    present[n_present] = word
                    place[word] = n_present
                    n_present += 1
        n_windows = max(length - size + 1, 1)
        for position in range(n_present):
            word = present[position]
            occurrences[word] += n_windows
            for other in present[:position]:
                changes[word, other] += n_windows
            place[word] = -1
        for at in range(n_windows - 1, length):
            if words[start + at] >= 0:
                inside[words[start + at]] = 0
        total += n_windows
        start += length
    return total


def fold(changes: np.ndarray) -> np.ndarray:
    """The counts of pairs i < j, row by row, out of V x V changes."""
    return (changes + changes.T)[np.triu_indices(len(changes), k=1)]


def encode_tokens(
    texts: Iterable[Sequence[str]], vocabulary: Sequence[str], batch: int = 2000
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Tokenised documents as the batches of `count`."""
    place = {word: position for position, word in enumerate(vocabulary)}
    words: list[int] = []
    lengths: list[int] = []
    for text in texts:
        words += [place.get(word, -1) for word in text]
        lengths.append(len(text))
        if len(lengths) == batch:
            yield np.array(words, dtype=np.int32), np.array(lengths, dtype=np.int64)
            words, lengths = [], []
    if lengths:
        yield np.array(words, dtype=np.int32), np.array(lengths, dtype=np.int64)
