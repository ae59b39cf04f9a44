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

log = logging.getLogger(__name__)

# Snakemake tells a job's threads to OpenMP and the BLAS libraries, and torch and pyarrow listen to OpenMP's variable.
# These have variables of their own: numba (UMAP), Rayon (tokenizers), joblib's processes.
FOLLOWERS = ("NUMBA_NUM_THREADS", "RAYON_NUM_THREADS", "LOKY_MAX_CPU_COUNT")


def follow_openmp() -> None:
    """Hold every library that is imported from here on to the threads that OMP_NUM_THREADS allows, if it is set."""
    if threads := os.environ.get("OMP_NUM_THREADS"):
        os.environ.update(dict.fromkeys(FOLLOWERS, threads))


@contextmanager
def job(name: str, log_path: str) -> Iterator[None]:
    """Run a rule's work: our log goes to the terminal and to `log_path`, all other output to `log_path` alone.

    Libraries imported inside use as many threads as the rule has, and no more.
    An `InputError` ends the process with its one sentence and exit code 1; any other exception with its
    last line, the traceback being in the log file. A signal that kills it is named, see `supervised`.
    """
    follow_openmp()
    Path(log_path).parent.mkdir(parents=True, exist_ok=True)
    supervised(name, log_path)
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
