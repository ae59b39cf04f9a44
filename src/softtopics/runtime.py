"""The machine and the work on it: device, floating-point types, seeds, versions, progress."""

import ctypes
import logging
import os
import platform
import random
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

import numpy as np

from softtopics import __version__

log = logging.getLogger(__name__)

M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3  # of glibc's malloc.h


def seed_everything(seed: int) -> None:
    """Seed the global random states that third-party models draw from (torch only if it is loaded)."""
    random.seed(seed)
    np.random.seed(seed)
    if torch := sys.modules.get("torch"):
        torch.manual_seed(seed)


def device() -> str:
    """`cuda` if torch finds a GPU, else `cpu`."""
    import torch

    return "cuda" if torch.cuda.is_available() else "cpu"


def gpu_is_there() -> bool:
    """Whether torch finds a GPU; without a driver's device file, torch, whose import takes seconds, is not asked."""
    drivers = ("/dev/nvidiactl", "/dev/kfd", "/dev/dxg")
    return any(map(os.path.exists, drivers)) and device() == "cuda"


@contextmanager
def tiny_as_zero() -> Iterator[None]:
    """Torch's numbers too small for full precision (below 1e-38 in float32) are zero inside, on this thread's CPU.

    A CPU computes with such denormal numbers a hundred times slower. They are many in the squares of gradients that
    have passed saturated units: they made a training of CombinedTM five times slower by its end.
    """
    import torch

    before = torch.tensor(1e-39).item() == 0
    torch.set_flush_denormal(True)
    try:
        yield
    finally:
        torch.set_flush_denormal(before)


def keep_freed_memory(megabytes: int = 256) -> None:
    """Let the C library keep what was freed, up to so much, for what is asked for next.

    By default glibc gives gradients of some megabytes back to the system at the end of each step, and page by page the
    next step is given them anew: a fifth of CombinedTM's time. Other C libraries are left as they are.
    """
    if sys.platform == "linux" and (mallopt := getattr(ctypes.CDLL(None), "mallopt", None)):
        mallopt(M_TRIM_THRESHOLD, megabytes << 20)
        mallopt(M_MMAP_THRESHOLD, 32 << 20)  # the most that it takes; larger arrays go back as soon as they are freed


def fastest_dtype(where: str, rounds: int = 5, seconds: float = 0.03) -> str:
    """The floating-point type whose matrix product is fastest here, measured.

    On CPUs the rates differ by up to a factor of 100, and which type is fastest depends on the CPU. Half precision must
    win clearly, because float32 is exact. The types take turns and each counts by its best round, and a CPU's time is
    this thread's alone, so that other processes hardly matter.
    """
    import torch

    clock = time.thread_time if where == "cpu" else time.perf_counter
    size = 512 if where == "cpu" else 4096  # large enough on a GPU to hide the time that a kernel's start takes
    types = ("float32", "bfloat16", "float16")
    matrices = {name: torch.rand(size, size, device=where, dtype=getattr(torch, name)) for name in types}
    rates = dict.fromkeys(types, 0.0)
    for _ in range(rounds):
        for name, matrix in matrices.items():
            done, started = 0, clock()
            while clock() - started < seconds:
                (matrix @ matrix).sum().item()  # `item` waits for the device
                done += 1
            rates[name] = max(rates[name], done / (clock() - started))
    fastest = max(rates, key=lambda name: rates[name])
    log.info("matrix products a second: %s", ", ".join(f"{name} {rate:.0f}" for name, rate in rates.items()))
    return fastest if rates[fastest] > 1.5 * rates["float32"] else "float32"


def processor() -> str:
    """What this machine's processor is called."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:  # not Linux
        lines = []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor()


def versions(*packages: str) -> dict[str, str]:
    """Installed versions of this package and of `packages`."""
    return {"softtopics": __version__, **{name: version(name) for name in packages}}


class Progress:
    """Logs how far a long piece of work has got, at most every `every` seconds.

    >>> with Progress("documents", 2421) as progress:
    ...     progress.advance(64)
    """

    def __init__(self, unit: str, total: int, every: float = 10.0) -> None:
        self.unit, self.total, self.every = unit, total, every
        self.done = self.skipped = 0

    def __enter__(self) -> "Progress":
        self.started = self.said = time.perf_counter()
        return self

    def skip(self, count: int) -> None:
        """Count what was done before, which says nothing about the speed."""
        self.done += count
        self.skipped += count

    def advance(self, count: int) -> None:
        self.done += count
        now = time.perf_counter()
        if now - self.said >= self.every:
            rate = (self.done - self.skipped) / (now - self.started)
            left = (self.total - self.done) / rate
            log.info("%d of %d %s, %.1f/s, %.0f s left", self.done, self.total, self.unit, rate, left)
            self.said = now

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        if kind is None:
            seconds = time.perf_counter() - self.started
            done, kept = self.done - self.skipped, f" ({self.skipped} kept from before)" if self.skipped else ""
            log.info("%d %s in %.1f s, %.1f/s%s", done, self.unit, seconds, done / max(seconds, 1e-9), kept)
