"""What is in the user's files, as one word: jobs depend on their content, not on their dates.

Snakemake goes by dates: an older file put in place of a newer one (`cp -p`, `git checkout`, `rsync`) would leave the
results of the other. So the rules have the user's files among their parameters, as `jobs.dependencies` has the code's,
and not among their inputs: there a brace in a path would be taken for a wildcard, too.

A file is read again only when its size, its dates or its inode differ from those it had when it was read last, which is
written down in the results folder: SHA-256 reads about 1.5 GB a second. A change of content always changes `ctime`,
which no program can set.
"""

import hashlib
import json
import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from softtopics.errors import InputError

KNOWN = "contents.json"  # in the folder of all experiments


class Contents:
    """The content of files, remembered by path, size, dates and inode.

    Args:
        folder: where to remember it, between runs as well.
    """

    def __init__(self, folder: str | Path) -> None:
        self.path = Path(folder) / KNOWN
        self.known: dict[str, list] = {}
        with suppress(OSError, ValueError):  # not there yet, or damaged: files are read again
            self.known = json.loads(self.path.read_text(encoding="utf-8"))

    def fingerprint(self, paths: Iterable[str]) -> str:
        """One word for the names and the content of some files; empty for none.

        Raises:
            InputError: one is not there or cannot be read.
        """
        before = dict(self.known)
        content = [(str(path), self.sha256(path)) for path in paths]
        if self.known != before:
            self.remember()
        return hashlib.sha256(json.dumps(content).encode()).hexdigest()[:12] if content else ""

    def sha256(self, path: str | Path) -> str:
        try:
            state = os.stat(path)
            now = [state.st_size, state.st_mtime_ns, state.st_ctime_ns, state.st_ino]
            name = os.path.abspath(path)
            if self.known.get(name, [])[:-1] != now:
                with open(path, "rb") as stream:
                    self.known[name] = [*now, hashlib.file_digest(stream, "sha256").hexdigest()]
        except OSError as error:
            raise InputError(f"{path}: {error.strerror}; paths start at the working directory") from error
        return self.known[name][-1]

    def remember(self) -> None:
        """Several runs may do this at once: each writes a whole file, and what one of them loses is read again."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        temporary = self.path.with_suffix(f".{os.getpid()}")
        temporary.write_text(json.dumps(self.known), encoding="utf-8")
        temporary.replace(self.path)
