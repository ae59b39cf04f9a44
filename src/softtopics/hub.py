"""Models and datasets of the Hugging Face hub at a pinned revision, and local folders that are laid out like them."""

import os
import re
from collections.abc import Sequence
from pathlib import Path

from softtopics.errors import InputError


def local_folder(id: str) -> Path | None:
    """The folder that an id names, or None for an id of the hub (`owner/name`, if there is no such folder here)."""
    folder = Path(id).expanduser()
    return folder if folder.is_dir() else None


def local_files(id: str | Path) -> list[str]:
    """The files of a local folder, sorted, without hidden ones; none for an id of the hub, which its revision pins."""
    folder = local_folder(str(id))
    if folder is None:
        return []
    files = []
    for top, folders, names in os.walk(folder, followlinks=True):
        here = Path(top).resolve()
        folders[:] = [f for f in folders if not (f.startswith(".") or here.is_relative_to((here / f).resolve()))]
        files += [str(Path(top) / name) for name in names if not name.startswith(".")]
    return sorted(files)


def find(where: str, id: str, revision: str | None, *, patterns: Sequence[str], kind: str = "model") -> Path:
    """The local folder that an id names, or the files of the hub's repository at a commit.

    Args:
        where: what errors call it.
        id: a folder, or `owner/name`.
        revision: a commit; not needed for a folder.
        patterns: the files that are wanted.
        kind: `model` or `dataset`.

    Raises:
        InputError: it is neither a folder nor pinned to a commit, or the hub does not have it.
    """
    check_id(where, id, revision)
    return local_folder(id) or snapshot(where, id, str(revision), patterns=patterns, kind=kind)


def check_id(where: str, id: str, revision: str | None) -> None:
    """An id must be a local folder's, or come with the commit to read, because branches and tags move.

    Raises:
        InputError: it is neither.
    """
    if local_folder(id):
        return
    if not re.fullmatch(r"[\w.-]+(/[\w.-]+)?", id) or id.startswith("."):
        raise InputError(f"{where}.id: there is no folder {id}, and ids of the hub look different; correct the path")
    if not re.fullmatch(r"[0-9a-f]{40}", revision or ""):
        given = f"is {revision!r}, not a commit" if revision else "is not given, and there is no folder of that name"
        raise InputError(
            f"{where}.revision of {id} {given}; copy the 40 hexadecimal digits of a commit from its history"
        )


def snapshot(where: str, id: str, revision: str, *, patterns: Sequence[str], kind: str = "model") -> Path:
    """The files of a repository at a revision, in the hub's own cache.

    Args:
        where: what errors call it.
        id: `owner/name`.
        revision: a commit.
        patterns: the files that are wanted.
        kind: `model` or `dataset`.

    Raises:
        InputError: there is no such repository or revision, it is not open, or neither network nor cache has it.
    """
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import (
        GatedRepoError,
        HFValidationError,
        LocalEntryNotFoundError,
        RepositoryNotFoundError,
        RevisionNotFoundError,
    )

    where = f"{where}: {id} at revision {revision}"
    try:
        return Path(snapshot_download(id, repo_type=kind, revision=revision, allow_patterns=list(patterns)))
    except GatedRepoError as error:
        raise InputError(f"{where} is gated; accept its licence on the hub and log in with `hf auth login`") from error
    except RepositoryNotFoundError as error:
        raise InputError(f"{where} does not exist or is private; check the id, or log in") from error
    except (RevisionNotFoundError, HFValidationError) as error:
        raise InputError(f"{where}: there is no such id or revision; copy both from the hub") from error
    except (LocalEntryNotFoundError, OSError) as error:
        option = "" if kind == "model" else f" --repo-type {kind}"
        other = (
            "a source of kind folder" if kind == "model" else "a local folder's path as id, or a source of kind table"
        )
        raise InputError(
            f"{where} could not be reached and is not in the cache; check the network, or run `hf download "
            f"{id}{option} --revision {revision}` where there is one and bring its cache (HF_HOME), or give {other}"
        ) from error
