"""A text of any size from a file, a little at a time, and its words as places in a vocabulary."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import TypeVar

import numpy as np

from softtopics.corpora.files import read_texts
from softtopics.corpora.text import encode

SHARD = 2**21  # characters: a few seconds of work
Item = TypeVar("Item")
Result = TypeVar("Result")


def encode_file(
    path: str | Path,
    vocabulary: Sequence[str],
    *,
    text: str = "text",
    language: str = "en",
    processes: int = 1,
    shard: int = SHARD,
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """The words of a file's documents, tokenised like the corpora (`text.encode`), a batch for every shard.

    Shards are read here and tokenised in `processes` processes; at most twice as many shards are in memory.

    Args:
        path: the file, see `files.read_texts`.
        vocabulary: V words.
        text: the key or column with the documents.
        language: of the corpus, by whose rules words are found.
        processes: 1: only this one.
        shard: the number of characters after which a shard ends.

    Raises:
        InputError: the file is missing, damaged or not UTF-8, or a document is not where it should be.
    """
    work = partial(encode, vocabulary=list(vocabulary), language=language)
    return in_order(work, shards(read_texts(path, text), shard), processes)


def shards(texts: Iterable[str], size: int) -> Iterator[list[str]]:
    """Lists of documents of about `size` characters."""
    shard: list[str] = []
    length = 0
    for text in texts:
        shard.append(text)
        length += len(text)
        if length >= size:
            yield shard
            shard, length = [], 0
    if shard:
        yield shard


def in_order(work: Callable[[Item], Result], items: Iterable[Item], processes: int) -> Iterator[Result]:
    """`work` of every item, in their order, taking no more items in advance than keep the processes busy."""
    if processes == 1:
        yield from map(work, items)
        return
    # Forked, because a spawned process would run the rule's script again.
    with ProcessPoolExecutor(processes, mp_context=get_context("fork")) as pool:
        waiting: deque = deque()
        for item in items:
            waiting.append(pool.submit(work, item))
            if len(waiting) == 2 * processes:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
