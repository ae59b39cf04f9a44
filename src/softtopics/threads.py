"""How a job uses more than one core: it works on several batches at once, each with one thread."""

import os
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

AT_ONCE = "SOFTTOPICS_AT_ONCE"  # the threads of the rule, written down by `jobs.job`

Item = TypeVar("Item")
Result = TypeVar("Result")


def at_once() -> int:
    """How many batches to work on at once: the threads of the rule; outside of a job one."""
    return int(os.environ.get(AT_ONCE, "1"))


def in_order(function: Callable[[Item], Result], items: Iterable[Item], workers: int) -> Generator[Result, None, None]:
    """The results of `function`, in the order of `items`, of which `workers` are worked on at once.

    Libraries let go of Python's lock while they compute, so threads suffice. When one item fails, those that have not
    begun are dropped.
    """
    if workers == 1:
        yield from map(function, items)
    else:
        with ThreadPoolExecutor(workers) as pool:
            yield from pool.map(function, items)
