"""What a job needs around its work: seeds, device, the fastest type, logging, versions."""

import logging
import os
import random
import sys
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from importlib.metadata import version
from pathlib import Path

import numpy as np

from softtopics import __version__
from softtopics.errors import InputError

log = logging.getLogger(__name__)

# Snakemake tells a job's threads to OpenMP and the BLAS libraries, and torch and pyarrow listen to OpenMP's variable.
# These have variables of their own: numba (UMAP), Rayon (tokenizers), joblib's processes.
FOLLOWERS = ("NUMBA_NUM_THREADS", "RAYON_NUM_THREADS", "LOKY_MAX_CPU_COUNT")


def follow_openmp() -> None:
    """Hold every library that is imported from here on to the threads that OMP_NUM_THREADS allows, if it is set."""
    if threads := os.environ.get("OMP_NUM_THREADS"):
        os.environ.update(dict.fromkeys(FOLLOWERS, threads))


def seed_everything(seed: int) -> None:
    """Seed the global random states that third-party models draw from (torch only where it is loaded)."""
    random.seed(seed)
    np.random.seed(seed)
    if torch := sys.modules.get("torch"):
        torch.manual_seed(seed)


def device() -> str:
    """`cuda` where torch finds a GPU, else `cpu`."""
    import torch

    return "cuda" if torch.cuda.is_available() else "cpu"


def gpu_is_there() -> bool:
    """Whether torch finds a GPU; where no driver has a device file, torch, whose import takes seconds, is not asked."""
    drivers = ("/dev/nvidiactl", "/dev/kfd", "/dev/dxg")
    return any(map(os.path.exists, drivers)) and device() == "cuda"


def fastest_dtype(where: str, rounds: int = 5, seconds: float = 0.03) -> str:
    """The floating-point type whose matrix product is fastest here, measured.

    CPUs differ by a factor of 100 in the type they like. Half precision must win clearly: float32 is exact. The types
    take turns and each counts by its best round, so that another process in one of them decides nothing.
    """
    import torch

    size = 512 if where == "cpu" else 4096  # a GPU needs work enough to hide its start
    types = ("float32", "bfloat16", "float16")
    matrices = {name: torch.rand(size, size, device=where, dtype=getattr(torch, name)) for name in types}
    rates = dict.fromkeys(types, 0.0)
    for _ in range(rounds):
        for name, matrix in matrices.items():
            done, started = 0, time.perf_counter()
            while time.perf_counter() - started < seconds:
                (matrix @ matrix).sum().item()  # `item` waits for the device
                done += 1
            rates[name] = max(rates[name], done / (time.perf_counter() - started))
    fastest = max(rates, key=rates.get)
    log.info("matrix products a second: %s", ", ".join(f"{name} {rate:.0f}" for name, rate in rates.items()))
    return fastest if rates[fastest] > 1.5 * rates["float32"] else "float32"


def versions(*packages: str) -> dict[str, str]:
    """Installed versions of this package and of `packages`."""
    return {"softtopics": __version__, **{name: version(name) for name in packages}}


class Progress:
    """Says how far a long piece of work is, at most every `every` seconds.

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
        """So many were done before: they say nothing about the speed."""
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


@contextmanager
def job(name: str, log_path: str) -> Iterator[None]:
    """Run a rule's work: our log goes to the terminal and to `log_path`, all other output to `log_path` alone.

    Libraries imported inside use as many threads as the rule has, and no more.
    An `InputError` ends the process with its one sentence and exit code 1; any other exception with its
    last line, the traceback being in the log file.
    """
    follow_openmp()
    Path(log_path).parent.mkdir(parents=True, exist_ok=True)
    with (
        open(log_path, "w", encoding="utf-8", buffering=1) as stream,
        os.fdopen(os.dup(sys.stderr.fileno()), "w", buffering=1) as terminal,
    ):
        to_file = logging.StreamHandler(stream)
        to_file.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
        to_terminal = logging.StreamHandler(terminal)
        to_terminal.setFormatter(logging.Formatter(f"    {name}: %(message)s"))
        to_terminal.addFilter(lambda record: record.name.startswith("softtopics"))
        logging.basicConfig(level=logging.INFO, handlers=[to_file, to_terminal], force=True)
        try:
            with redirect_stdout(stream), redirect_stderr(stream):
                yield
        except InputError as error:
            log.error("error: %s", error)
            sys.exit(1)
        except Exception as error:
            traceback.print_exc(file=stream)
            log.error("failed: %s: %s (see %s)", type(error).__name__, error, log_path)
            sys.exit(1)
