"""Files that are whole or say so: written under another name first, sealed with a checksum, checked when they are read.

Beside every artifact `name` stands `.name.sha256`, its size and checksum in the format of `sha256sum --check`. The job
that writes the artifact writes it, so that any number of jobs may run at once; it is there before the artifact is.
"""

import errno
import hashlib
import os
import re
import socket
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import psutil

from softtopics.errors import InputError

SUFFIX = ".sha256"
SMALL = 2**20  # bytes: so much is always read twice, once for its checksum
REFUSED = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EACCES, errno.EPERM, errno.EIO)
BROKEN = (ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error)  # what readers of formats raise


class Seal(NamedTuple):
    """What is known of a file that was written whole."""

    size: int
    sha256: str


@contextmanager
def atomic(path: str | Path) -> Iterator[Path]:
    """Yield a temporary path beside `path` that becomes `path`, sealed, when the block succeeds.

    A job that is killed half-way leaves no incomplete file under the final name. What it leaves under the temporary one
    is removed by the next job that writes `path`.

    Raises:
        InputError: the file could not be written: the disk is full, or whatever else the system said.
    """
    path = Path(path)
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
    clear(path.parent, path.name)
    temporary = path.parent / f".{path.name}~{socket.gethostname()}~{os.getpid()}{path.suffix}"
    try:
        with writing(path):
            yield temporary
            temporary.chmod(0o644)
            seal(temporary, path)
            temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


@contextmanager
def writing(path: str | Path) -> Iterator[None]:
    """Say of what cannot be written its path and why, in one sentence."""
    try:
        yield
    except Exception as error:
        number = refused(error)
        if number is None:
            raise
        raise InputError(
            f"{path} could not be written ({os.strerror(number)}); make room, or give `results` another "
            "folder, and run again"
        ) from error


def refused(error: Exception) -> int | None:
    """The system's reason not to write, if an error is about that.

    NumPy only counts ("40000 requested and 2544 written"), and safetensors has an exception of its own.
    """
    if isinstance(error, OSError) and error.errno in REFUSED:
        return error.errno
    if re.search(r"\d+ requested and \d+ written|No space left on device", str(error)):
        return errno.ENOSPC
    return None


def writer_of(path: Path) -> tuple[str, str, int] | None:
    """The final name, host and process of a temporary file; None for any other file."""
    parts = path.name.rsplit("~", 2)
    process = parts[-1].removesuffix(path.suffix)
    return (parts[0][1:], parts[1], int(process)) if len(parts) == 3 and process.isdigit() else None


def clear(folder: Path, name: str | None = None) -> list[Path]:
    """Remove the temporary files of writers of this machine that are dead, of one name or of all; return which."""
    found = []
    for path in folder.glob(".*~*~*"):
        writer = writer_of(path)
        if writer and writer[1] == socket.gethostname() and name in (None, writer[0]) and not alive(writer[2]):
            path.unlink(missing_ok=True)
            found.append(path)
    return found


def alive(process: int) -> bool:
    """Whether a process of this machine runs; one that is dead and was not fetched by its parent does not."""
    try:
        return psutil.Process(process).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def seal_path(path: Path) -> Path:
    return path.with_name(f".{path.name}{SUFFIX}")


def measure(path: Path) -> Seal:
    with path.open("rb") as stream:
        return Seal(path.stat().st_size, hashlib.file_digest(stream, "sha256").hexdigest())


def seal(content: Path, path: Path | None = None) -> None:
    """Write down the size and checksum of `content`, which is `path` or is about to become it."""
    path = path or content
    found = measure(content)
    temporary = content.with_name(content.name + SUFFIX)
    try:
        temporary.write_text(f"# {found.size} bytes\n{found.sha256}  {path.name}\n", encoding="utf-8")
        temporary.replace(seal_path(path))
    finally:
        temporary.unlink(missing_ok=True)


def read_seal(path: Path) -> Seal | None:
    """What was written down of a file; None if nothing was, or if what was is itself no seal."""
    try:
        words = seal_path(path).read_text(encoding="utf-8").split()
        return Seal(int(words[1]), words[3])
    except (FileNotFoundError, ValueError, IndexError):
        return None


def check(path: str | Path, *, whole: bool = True) -> None:
    """Refuse a file that is not as it was written.

    Args:
        path: of an artifact; one without a seal is not looked at.
        whole: compare its checksum; else only its size, unless it is small.

    Raises:
        InputError: it is damaged.
    """
    path = Path(path)
    known = read_seal(path)
    if known is None:
        return
    size = path.stat().st_size
    if size != known.size:
        raise damaged(path, f"it has {size} bytes of {known.size}")
    if (whole or size <= SMALL) and measure(path) != known:
        raise damaged(path, "its checksum is another")


def check_folder(folder: str | Path) -> None:
    """Refuse a folder in which a sealed file is missing or has another size.

    Raises:
        InputError: one is; the folder must be made anew.
    """
    for path in map(sealed, sorted(Path(folder).rglob(f".*{SUFFIX}"))):
        try:
            check(path, whole=False)
        except (InputError, FileNotFoundError) as error:
            reason = "is missing" if isinstance(error, FileNotFoundError) else "is not as it was written"
            raise InputError(f"{path} {reason}: delete the folder {folder} and run again") from error


def seal_folder(folder: Path) -> None:
    """Seal all files in a folder."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.name.endswith(SUFFIX):
            seal(path)


def sealed(path: Path) -> Path:
    """The file of a seal."""
    return path.with_name(path.name[1:].removesuffix(SUFFIX))


def damaged(path: str | Path, reason: object) -> InputError:
    return InputError(f"{path} is damaged: delete it and run again ({' '.join(str(reason).split())})")


@contextmanager
def reading(path: str | Path, *, whole: bool = False) -> Iterator[None]:
    """Check an artifact and name it in whatever its reader says of a format that is broken.

    Args:
        path: of the artifact.
        whole: compare its checksum, for formats in which a cut or another byte would not be noticed.

    Raises:
        InputError: the file is damaged.
    """
    check(path, whole=whole)
    try:
        yield
    except InputError:
        raise
    except OSError as error:
        if error.errno:  # not there, not allowed: the system names the path
            raise
        raise damaged(path, error) from error
    except BROKEN as error:
        raise damaged(path, error) from error
