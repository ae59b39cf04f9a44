"""Import a package without what it brings along and we do not use, and compile its functions once, not every time."""

import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from types import ModuleType
from typing import Any


class StandIn(ModuleType):
    """A module that has whatever is asked of it, for a package that imports another without a condition."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return StandIn(f"{self.__name__}.{name}")


class Later(ModuleType):
    """Stands for a module until something of it is asked for, which imports it."""

    importing = Lock()

    def __getattr__(self, name: str) -> Any:
        with self.importing:
            if sys.modules.get(self.__name__) is self:
                del sys.modules[self.__name__]
        return getattr(importlib.import_module(self.__name__), name)


def later(*modules: str) -> None:
    """Import modules only when something of them is asked for, whoever imports them before.

    A third of the time of scikit-learn's import is scipy.stats, which hardly anything of it uses.
    """
    for name in modules:
        sys.modules.setdefault(name, Later(name))


@contextmanager
def without(*packages: str, stand_in: bool = False) -> Iterator[None]:
    """Inside, the packages seem not to be installed; with `stand_in` they seem to be there and hold nothing.

    BERTopic's import takes 9 processor seconds and 4 without them, FASTopic's 6 and 3, spaCy's 4 and 1. Packages that
    are loaded already are left alone, and afterwards all can be imported as ever.
    """
    absent = [name for name in packages if name not in sys.modules]
    for name in absent:
        sys.modules[name] = StandIn(name) if stand_in else None  # type: ignore[assignment]
    try:
        yield
    finally:
        for name in absent:
            sys.modules.pop(name, None)


@contextmanager
def kept_compiled() -> Iterator[None]:
    """Inside, what is imported keeps on disk what numba compiles for it, as packages can ask for and UMAP does not.

    A reduction of 1,454 embeddings takes 16 processor seconds, of which ten are compilation; kept, six. Numba compiles
    anew for another processor, and where a package's file has changed.
    """
    import numba

    compiled = numba.njit
    numba.njit = lambda *given, **options: compiled(*given, **{"cache": True} | options)
    try:
        yield
    finally:
        numba.njit = compiled
