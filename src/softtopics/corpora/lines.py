"""The lines of users' files, plain or packed."""

import gzip
import lzma
import zlib
from collections.abc import Collection, Iterable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

from softtopics.errors import InputError


def lines(path: Path) -> Iterator[tuple[int, str]]:
    """The lines of a plain or packed file with their numbers, line ends included, without a byte order mark.

    Raises:
        InputError: the file is damaged or not UTF-8.
    """
    number = start = 0
    try:
        with opened(path) as stream:
            for number, line in enumerate(stream, start=1):
                text = line.decode("utf-8")
                yield number, text.removeprefix("\ufeff") if number == 1 else text
                start += len(line)
    except UnicodeDecodeError as error:
        raise InputError(
            f"{path}: line {number} is not UTF-8 (byte {start + error.start}); save the file as UTF-8"
        ) from error
    except (gzip.BadGzipFile, lzma.LZMAError, zlib.error, EOFError) as error:
        kind = {".gz": "gzip", ".xz": "xz"}[path.suffix.lower()]
        raise InputError(
            f"{path}: this is not a whole {kind} file, damaged after line {number} ({error}); compress it again"
        ) from error


def opened(path: Path) -> AbstractContextManager[Iterable[bytes]]:
    """A plain or packed file to be read line by line."""
    match path.suffix.lower():
        case ".gz":
            return gzip.open(path)
        case ".xz":
            return lzma.open(path)
        case _:
            return path.open("rb")


def check_filled(path: Path, content: Collection) -> None:
    """Raises InputError: there is no content."""
    if not content:
        raise InputError(f"{path}: the file is empty; give one with documents in it")
