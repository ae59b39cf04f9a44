"""What is known of a run while it runs: its jobs, what each last said, how long the rest will take."""

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Job:
    """A job of a rule; `started` is the clock when it began."""

    rule: str
    name: str
    log: Path | None
    started: float


@dataclass
class Run:
    """The jobs of a run, and how long those of each rule took.

    Attributes:
        total: of all jobs.
        planned: jobs of each rule.
        clock: gives seconds.
        done: how many jobs have ended.
        running: by their numbers, the jobs that run.
        took: seconds of the jobs of each rule that have ended.
    """

    total: int = 0
    planned: Counter[str] = field(default_factory=Counter)
    clock: Callable[[], float] = time.monotonic
    done: int = 0
    running: dict[int, Job] = field(default_factory=dict)
    took: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        self.started = self.clock()

    @property
    def gone(self) -> float:
        """Seconds since the start."""
        return self.clock() - self.started

    def end(self, number: int) -> tuple[str, float] | None:
        """Name and seconds of a job that has ended; None if nobody told of its start."""
        job = self.running.pop(number, None)
        if job is None:
            return None
        seconds = self.clock() - job.started
        self.took[job.rule].append(seconds)
        return job.name, seconds

    def left(self) -> float | None:
        """Seconds that the rest will take; None before a tenth of the jobs is done.

        A job takes as long as its rule's did so far on average, or, if none has ended, as all jobs did; as many run at
        once as did so far.
        """
        every = [seconds for ended in self.took.values() for seconds in ended]
        if self.done * 10 < self.total or not every or not self.gone:
            return None
        mean = {rule: sum(ended) / len(ended) for rule, ended in self.took.items()}
        waiting = self.planned - Counter({rule: len(ended) for rule, ended in self.took.items()})
        begun = sum(self.clock() - job.started for job in self.running.values())
        rest = sum(count * mean.get(rule, sum(every) / len(every)) for rule, count in waiting.items()) - begun
        at_once = max((sum(every) + begun) / self.gone, 1)
        return max(rest, 0) / at_once


def duration(seconds: float) -> str:
    """`7 s`, `4:05`, `1:00:00`."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    return f"{minutes}:{rest:02}" if minutes < 60 else f"{minutes // 60}:{minutes % 60:02}:{rest:02}"


def messages(log: Path) -> Iterator[tuple[str, str]]:
    """Level and message of each line that our code logged; libraries write into the same file."""
    for line in log.read_text(encoding="utf-8", errors="replace").splitlines() if log.is_file() else []:
        head, found, message = line.partition(": ")
        words = head.split()  # the date, the time, the level, the logger
        if found and len(words) == 4 and words[3].startswith("softtopics"):
            yield words[2], message


def last_said(log: Path | None) -> str:
    """A job's last message; nothing before its first."""
    said = [message for _, message in messages(log)] if log else []
    return said[-1] if said else ""


def why(log: Path) -> list[str]:
    """Why a job failed: its errors or, if it was killed before it could say any, the last line of its log."""
    found = [message for level, message in messages(log) if level == "ERROR"]
    return found or (log.read_text(encoding="utf-8", errors="replace").splitlines()[-1:] if log.is_file() else [])
