"""Time and memory of a mixed teacher: `python benchmarks/mixed.py [documents ...]`.

A view of an encoder's embeddings and a soft label, the 50 nearest documents of each in it, and the mixture of the label
and the documents' own words over ten of them, on made-up data of the usual sizes (384 dimensions, 2,000 words, 12 words
a document). Every size runs in a process of its own, whose peak memory is counted from before the data are made.
"""

import argparse
import resource
import subprocess
import sys
import time

import numpy as np
import pandas as pd
from scipy import sparse

from softtopics.teachers.mixed import Part, mixed_scores
from softtopics.teachers.neighbours import adjacency, nearest
from softtopics.teachers.views import Part as ViewPart
from softtopics.teachers.views import view

SIZES = (4_000, 20_000, 60_000)
DIMENSIONS, WORDS, LENGTH, TOPICS = 384, 2000, 12, 50


def memory() -> float:
    """Peak memory of this process in GB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6


def measure(n_documents: int) -> None:
    """Print seconds of each step and memory as one line of CSV."""
    rng = np.random.default_rng(0)
    topic = rng.integers(0, TOPICS, n_documents)
    centres = rng.normal(size=(TOPICS, DIMENSIONS)).astype(np.float32)
    states = centres[topic] + rng.normal(size=(n_documents, DIMENSIONS)).astype(np.float32)
    scores = rng.normal(size=(TOPICS, WORDS)).astype(np.float32)[topic]
    scores += rng.normal(size=(n_documents, WORDS)).astype(np.float32)
    places = (np.repeat(np.arange(n_documents), LENGTH), rng.integers(0, WORDS, n_documents * LENGTH))
    bow = sparse.csr_matrix((np.ones(len(places[0])), places), shape=(n_documents, WORDS))
    data, times = memory(), [time.perf_counter()]
    rows = view([ViewPart("states", states), ViewPart("soft_label", scores, temperature=2, calibration=0.5)])
    times.append(time.perf_counter())
    around = adjacency(nearest(rows), 10)
    times.append(time.perf_counter())
    mixed_scores([Part(scores, 0.5, 2, 0.5), Part(bow, 0.5)], around)
    times.append(time.perf_counter())
    print(n_documents, *np.diff(times).round(1), round(data, 2), round(memory(), 2), sep=",")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("documents", nargs="*", type=int, default=SIZES)
    parser.add_argument("--one", type=int, help="measure this size here")
    given = parser.parse_args()
    if given.one:
        measure(given.one)
        return
    rows = []
    for size in given.documents:
        line = subprocess.run(
            [sys.executable, __file__, "--one", str(size)], capture_output=True, text=True, check=True
        )
        rows.append(line.stdout.strip().split(","))
    names = ["documents", "view, s", "neighbours, s", "mixture, s", "data, GB", "peak, GB"]
    print(pd.DataFrame(rows, columns=names).to_string(index=False))


if __name__ == "__main__":
    main()
