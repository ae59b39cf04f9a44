"""What a rule's script puts around its work: threads, a log, one sentence for an error."""

import logging
import os
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path

from softtopics.errors import InputError
from softtopics.jobs.supervise import supervised
from softtopics.lean import later
from softtopics.threads import AT_ONCE

log = logging.getLogger(__name__)

# A sum that several threads share is added up in another order for each number of threads, and its last digits differ.
# So arithmetic in a job has one thread, whatever the rule is given, and a rule's threads are batches worked on at once
# (`threads.at_once`). Torch, pyarrow and scikit-learn listen to OpenMP's variable.
ARITHMETIC = (
    *("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "GOTO_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"),
    *("NUMEXPR_NUM_THREADS", "NUMBA_NUM_THREADS", "LOKY_MAX_CPU_COUNT"),
)

PROFILE = "SOFTTOPICS_PROFILE"  # if set, what each function took is written beside the log, for `python -m pstats`
SILENT = "SOFTTOPICS_SILENT"  # set by `--logger progress`, which shows what jobs write to their log files


def share_threads() -> None:
    """Give arithmetic one thread, and what Snakemake allows the rule to batches and to tokenizers (Rayon)."""
    threads = os.environ.get("OMP_NUM_THREADS", "1")
    os.environ.update(dict.fromkeys(ARITHMETIC, "1"))
    os.environ.update({AT_ONCE: threads, "RAYON_NUM_THREADS": threads})


@contextmanager
def job(name: str, log_path: str) -> Iterator[None]:
    """Run a rule's work: our log goes to the terminal and to `log_path`, all other output to `log_path` alone.

    Libraries imported inside compute with one thread, so that results do not depend on how many a rule has.
    An `InputError` ends the process with its one sentence and exit code 1; any other exception with its
    last line, the traceback being in the log file. A signal that kills it is named, see `supervised`.
    """
    share_threads()
    later("scipy.stats")
    Path(log_path).parent.mkdir(parents=True, exist_ok=True)
    silent = SILENT in os.environ
    supervised(name, log_path, silent=silent)
    with (
        open(log_path, "w", encoding="utf-8", buffering=1) as stream,
        os.fdopen(os.dup(sys.stderr.fileno()), "w", buffering=1) as terminal,
    ):
        to_file = logging.StreamHandler(stream)
        to_file.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
        to_terminal = logging.StreamHandler(terminal)
        to_terminal.setFormatter(logging.Formatter(f"    {name}: %(message)s"))
        to_terminal.addFilter(lambda record: record.name.startswith("softtopics"))
        logging.basicConfig(level=logging.INFO, handlers=[to_file] if silent else [to_file, to_terminal], force=True)
        try:
            with redirect_stdout(stream), redirect_stderr(stream), profiled(log_path):
                yield
        except InputError as error:
            log.error("error: %s", error)
            sys.exit(1)
        except Exception as error:
            traceback.print_exc(file=stream)
            log.error("failed: %s: %s (see %s)", type(error).__name__, error, log_path)
            sys.exit(1)


@contextmanager
def profiled(log_path: str) -> Iterator[None]:
    """Measure every function of the first thread if the environment asks for it."""
    if PROFILE not in os.environ:
        yield
        return
    import cProfile  # no other job pays for it

    with cProfile.Profile() as profile:
        yield
    profile.dump_stats(Path(log_path).with_suffix(".prof"))
