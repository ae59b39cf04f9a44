"""A parent that needs no memory waits for a job: it says what killed the job, or what the job took."""

import ctypes
import os
import resource
import signal
import sys
import time
from pathlib import Path

PR_SET_PDEATHSIG = 1  # of Linux's prctl: what a process is sent when its parent dies
CAUSES = {
    signal.SIGKILL: "the machine's or the job's memory probably ran out; give it more, or run fewer jobs at once",
    signal.SIGTERM: "somebody cancelled it, or its time was up",
    signal.SIGBUS: "the disk is probably full, or a file that it read was cut",
}


def supervised(name: str, log_path: str, *, silent: bool = False) -> None:
    """Go on in a child process; this one waits for it, says what killed it, and ends with its exit code.

    Args:
        name: of the job.
        log_path: the sentence goes there and, unless `silent`, to the terminal. What the job took goes there alone.
    """
    parent, start = os.getpid(), time.monotonic()
    child = os.fork()
    if child == 0:
        die_with(parent)
        return
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # of a terminal: it reaches the child, too
    signal.signal(signal.SIGTERM, lambda number, _: os.kill(child, number))
    _, status, used = os.wait4(child, 0)
    code = os.waitstatus_to_exitcode(status)
    if code <= 0:  # of other codes the log has the reason
        sentence = killed(-code) if code else took(time.monotonic() - start, used)
        with Path(log_path).open("a", encoding="utf-8") as stream:
            stream.write(f"{sentence}\n")
        if code and not silent:
            print(f"    {name}: {sentence}", file=sys.stderr, flush=True)
    os._exit(code if code >= 0 else 128 - code)


def took(seconds: float, used: resource.struct_rusage) -> str:
    """What a job took, all of its threads and processes: Snakemake's benchmarks sample, and miss most of a short job.

    Args:
        seconds: of the clock.
        used: what the system counted.
    """
    unit = 1 if sys.platform == "darwin" else 1024  # bytes of `ru_maxrss`
    peak = used.ru_maxrss * unit / 2**20
    return f"took {seconds:.1f} s, {used.ru_utime + used.ru_stime:.1f} processor seconds, {peak:.0f} MiB at most"


def killed(number: int) -> str:
    """What a signal says of the job that it ended."""
    known = signal.Signals(number)
    cause = CAUSES.get(known, "a library that it uses is at fault")
    return f"killed by signal {number} ({known.name}): {cause}; `make all` goes on from here"


def die_with(parent: int) -> None:
    """Be killed when the parent is, so that no half of a job stays behind."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # it died meanwhile
            os.kill(os.getpid(), signal.SIGKILL)
