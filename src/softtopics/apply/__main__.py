"""Say which topics a trained model finds in the documents of a file."""

import argparse
import logging
import os
import sys
from pathlib import Path

from softtopics.errors import InputError
from softtopics.jobs.job import share_threads
from softtopics.storage import writing

ENDINGS = (".csv", ".parquet")


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m softtopics.apply", description=__doc__)
    parser.add_argument("run", help="results/<experiment>/runs/<corpus>/<method>/<variant>/k<K>.npz")
    parser.add_argument("file", help="a .csv, .tsv, .jsonl (also .gz) or .parquet file of documents")
    parser.add_argument("--seed", type=int, help="of the run; else the first of them")
    parser.add_argument("--text", help="the column with the documents; else that of the experiment's corpus")
    parser.add_argument("--output", type=Path, help="a .csv or .parquet file; else CSV to the standard output")
    given = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(message)s")
    try:
        if given.output and given.output.suffix not in ENDINGS:
            raise InputError(f"--output: the name {given.output} ends in none of {', '.join(ENDINGS)}; rename it")
        if given.output and not given.output.parent.is_dir():
            raise InputError(f"--output: there is no folder {given.output.parent} for {given.output}; make it first")
        from softtopics.apply.model import apply  # with all libraries, after their threads are known

        found = apply(given.run, given.file, seed=given.seed, text=given.text)
        if given.output is None:
            found.to_csv(sys.stdout, index=False)
            return
        with writing(given.output):
            write = found.to_csv if given.output.suffix == ".csv" else found.to_parquet
            write(given.output, index=False)
    except InputError as error:
        sys.exit(f"error: {error}")


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", str(os.cpu_count() or 1))
    share_threads()  # as in a job: a sum over several threads has other last digits
    main()
