"""Import a package without what it brings along and we do not use: plots, sentence encoders, clients of servers."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any


class StandIn(ModuleType):
    """A module that has whatever is asked of it, for a package that imports another without a condition."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return StandIn(f"{self.__name__}.{name}")


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
