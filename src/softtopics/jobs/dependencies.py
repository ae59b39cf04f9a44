"""Which of this package's files a piece of code depends on, worked out from the imports themselves.

Snakemake reruns a rule when an input file changes, but does not look into what a script imports. Rules
therefore list these files as inputs: an edit reruns exactly what depends on it.
"""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).parent


def source_files(*entries: str | Path) -> list[str]:
    """Files of this package that `entries` import, directly or not, and the entries themselves, sorted.

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
def imports(path: Path) -> tuple[Path, ...]:
    """Files of this package that one file imports, at its top or inside a function."""
    return tuple(file for name in imported_names(path) for file in module_files(name))


def imported_names(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


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
