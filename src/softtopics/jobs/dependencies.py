"""Which of this package's files a piece of code depends on, worked out from the imports themselves.

Snakemake does not look into what a script imports. Every rule therefore has the fingerprint of these files among its
parameters: an edit, also one that brings back an older file, reruns exactly what depends on it, and a touch nothing.
"""

import ast
import hashlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).parents[1]


def source_files(*entries: str | Path) -> list[str]:
    """Files of this package that `entries` import or name, directly or not, and the entries themselves, sorted.

    Args:
        entries: Python files, or dotted modules of this package (`softtopics.models.lda`).
    """
    waiting = [path for entry in entries for path in (module_files(str(entry)) or (Path(entry),))]
    found: set[Path] = set()
    while waiting:
        path = waiting.pop()
        if path not in found:
            found.add(path)
            waiting += imports(path)
    return sorted(map(str, found))


@cache
def fingerprint(*entries: str | Path) -> str:
    """One word for the content of all that `entries` depend on, see `source_files`."""
    return hashlib.sha256(b"\0".join(map(content, source_files(*entries)))).hexdigest()[:12]


@cache
def content(path: str) -> bytes:
    return Path(path).read_bytes()


@cache
def imports(path: Path) -> tuple[Path, ...]:
    """Files of this package that a file imports, at its top or inside a function, and data beside it that it names."""
    return tuple(used_files(path)) if path.suffix == ".py" else ()


def used_files(path: Path) -> Iterator[Path]:
    data = {file.name: file for file in path.parent.iterdir() if file.is_file() and file.suffix != ".py"}
    for node in ast.walk(ast.parse(path.read_bytes(), path)):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield from module_files(alias.name)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                yield from module_files(f"{node.module}.{alias.name}")
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in data:
            yield data[node.value]


def module_files(name: str) -> tuple[Path, ...]:
    """The file of a module of this package and those of the packages around it; nothing for other names.

    The last part of `name` may be something that its module defines.
    """
    parts = name.split(".")
    if parts[0] != PACKAGE.name:
        return ()
    files, folder = [PACKAGE / "__init__.py"], PACKAGE
    for part in parts[1:]:
        if (folder / part).is_dir():
            folder = folder / part
            files.append(folder / "__init__.py")
        elif (folder / f"{part}.py").is_file():
            files.append(folder / f"{part}.py")
            break
        else:
            break
    return tuple(files)
