"""A text of any size out of a file, a little at a time, and its words as places in a vocabulary."""

import gzip
import json
import logging
import lzma
import zlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from pyarrow import parquet

from softtopics.corpora.text import encode
from softtopics.errors import InputError

log = logging.getLogger(__name__)

OPENERS = {".gz": gzip.open, ".xz": lzma.open}
ENDINGS = (*(f"{kind}{packed}" for kind in (".jsonl", ".txt") for packed in ("", *OPENERS)), ".parquet")
SHARD = 2**21  # characters: a few seconds of work


def encode_file(
    path: str | Path, vocabulary: Sequence[str], *, text: str = "text", processes: int = 1, shard: int = SHARD
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """The words of a file's documents, tokenised as the corpora are (`text.encode`), a batch for every shard.

    Shards are read here and tokenised in so many `processes`; no more than twice as many are in memory.

    Args:
        path: a .jsonl, .txt (a document a line) or .parquet file; the first two also .gz or .xz.
        vocabulary: V words.
        text: the key or column with the documents.
        processes: 1 for none but this one.
        shard: characters after which a shard ends.

    Raises:
        InputError: the file is missing, damaged or not UTF-8, or a document is not where it should be.
    """
    work = partial(encode, vocabulary=list(vocabulary))
    return in_order(work, shards(read_texts(path, text), shard), processes)


def read_texts(path: str | Path, text: str = "text") -> Iterator[str]:
    """The documents of a file that are not blank, one by one; see `encode_file`."""
    path = Path(path)
    if not path.is_file():
        raise InputError(f"{path}: there is no such file; correct the reference text's path")
    if not path.name.lower().endswith(ENDINGS):
        raise InputError(f"{path}: the name ends in none of {', '.join(ENDINGS)}; convert or rename the file")
    if path.suffix.lower() == ".parquet":
        texts = parquet_texts(path, text)
    elif ".jsonl" in path.suffixes[-2:]:
        texts = (json_text(path, number, line, text) for number, line in lines(path))
    else:
        texts = (line for _, line in lines(path))
    blank = 0
    for document in texts:
        if document and not document.isspace():
            yield document
        else:
            blank += 1
    if blank:
        log.info("%s: %d blank documents are left out", path, blank)


def lines(path: Path) -> Iterator[tuple[int, str]]:
    """The lines of a plain or packed file that are not blank, with their numbers."""
    number = 0
    try:
        with OPENERS.get(path.suffix.lower(), open)(path, "rb") as stream:
            for number, line in enumerate(stream, start=1):
                if line := line.decode("utf-8-sig" if number == 1 else "utf-8").strip():
                    yield number, line
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: line {number} is not UTF-8 (byte {error.start}); save the file as UTF-8") from error
    except (gzip.BadGzipFile, lzma.LZMAError, zlib.error, EOFError) as error:
        raise InputError(f"{path}: damaged after line {number} ({error}); compress the file again") from error


def json_text(path: Path, number: int, line: str, key: str) -> str:
    """The document of one JSON object; null is a blank one."""
    try:
        row = json.loads(line)
        if not isinstance(row, dict):
            raise ValueError("it is no object")
        if key not in row:
            raise ValueError(f"there is no {key!r} among the keys {', '.join(row)}")
        text = "" if row[key] is None else row[key]
        if not isinstance(text, str):
            raise ValueError(f"{key} is no text")
        text.encode("utf-8")  # half of a surrogate pair, written \\ud83d, is valid JSON
    except ValueError as error:
        raise InputError(
            f"{path}: line {number} is not a JSON object with a text ({error}); correct it, or the key in `text`"
        ) from error
    return text


def parquet_texts(path: Path, column: str) -> Iterator[str]:
    try:
        file = parquet.ParquetFile(path)
        if column not in file.schema_arrow.names:
            raise InputError(
                f"{path}: there is no column {column!r} among {', '.join(file.schema_arrow.names)}; name one in `text`"
            )
        kind = file.schema_arrow.field(column).type
        if not (pa.types.is_string(kind) or pa.types.is_large_string(kind)):
            raise InputError(f"{path}: column {column!r} holds {kind}, not text; name another column")
        for batch in file.iter_batches(batch_size=1000, columns=[column]):
            yield from (document or "" for document in batch.column(0).to_pylist())
    except (pa.ArrowInvalid, OSError) as error:
        reason = str(error).splitlines()[0]
        raise InputError(f"{path}: this is not a readable Parquet file ({reason}); write it again") from error


def shards(texts: Iterable[str], size: int) -> Iterator[list[str]]:
    """Lists of documents of about `size` characters."""
    shard, length = [], 0
    for text in texts:
        shard.append(text)
        length += len(text)
        if length >= size:
            yield shard
            shard, length = [], 0
    if shard:
        yield shard


def in_order(work: Callable[[Any], Any], items: Iterable[Any], processes: int) -> Iterator[Any]:
    """`work` of every item, in their order, taking no more items ahead than keep the processes busy."""
    if processes == 1:
        yield from map(work, items)
        return
    # Forked: a spawned process would run the script of the rule once more.
    with ProcessPoolExecutor(processes, mp_context=get_context("fork")) as pool:
        waiting: deque = deque()
        for item in items:
            waiting.append(pool.submit(work, item))
            if len(waiting) == 2 * processes:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
