"""A job whose process is killed says so: a parent that needs no memory waits for it."""

import ctypes
import os
import signal
import sys
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
        log_path: the sentence goes there and, unless `silent`, to the terminal.
    """
    parent = os.getpid()
    child = os.fork()
    if child == 0:
        die_with(parent)
        return
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # of a terminal: it reaches the child, too
    signal.signal(signal.SIGTERM, lambda number, _: os.kill(child, number))
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if code < 0:
        sentence = killed(-code)
        with Path(log_path).open("a", encoding="utf-8") as stream:
            stream.write(f"{sentence}\n")
        if not silent:
            print(f"    {name}: {sentence}", file=sys.stderr, flush=True)
    os._exit(code if code >= 0 else 128 - code)


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
