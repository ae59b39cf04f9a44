"""Retrieval by KL: time and peak memory of exact P@k, compared with the plain loop over all pairs of documents.

    make .venv/ready && .venv/bin/python benchmarks/retrieval.py

Every measurement is a process of its own on one core, as in the workflow; seconds are the processor's. theta is drawn
from Dirichlet distributions that favour some topics in each of 20 classes. Writes results/benchmarks/retrieval.md.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from softtopics.artifacts import write_text
from softtopics.metrics.retrieval import RANKS, precision_by_divergence

ROOT = Path(__file__).parents[1]
TOPICS, CLASSES = 100, 20


def draw(n_documents: int, spread: float) -> tuple[np.ndarray, np.ndarray]:
    """theta (float32, as runs store it; mostly near 0 if `spread` is small) and labels."""
    rng = np.random.default_rng(0)
    labels = rng.integers(0, CLASSES, n_documents)
    favoured = np.arange(TOPICS) % CLASSES == labels[:, None]
    theta = rng.gamma(spread * (1 + 10 * favoured)) + 1e-12
    return (theta / theta.sum(axis=1, keepdims=True)).astype(np.float32), labels


def plain(theta: np.ndarray, labels: np.ndarray) -> dict[str, float]:
    """The obvious way: sort the divergences of each document to all others."""
    theta = np.maximum(theta.astype(np.float64) / theta.sum(axis=1, keepdims=True, dtype=np.float64), 1e-12)
    logs = np.log(theta)
    hits = np.zeros(len(RANKS))
    for i in range(len(theta)):
        divergence = (theta[i] * (logs[i] - logs)).sum(axis=1)
        divergence[i] = np.inf
        same = labels[np.argsort(divergence)[: max(RANKS)]] == labels[i]
        hits += [same[:k].mean() for k in RANKS]
    return {f"p_at_{k}": hit / len(theta) for k, hit in zip(RANKS, hits, strict=True)}


def product(theta: np.ndarray, labels: np.ndarray) -> dict[str, float]:
    """Only the matrix product, in the same blocks."""
    from softtopics.metrics import retrieval

    retrieval.nearest = lambda block, count: retrieval.Nearest(
        block[:, :count], np.arange(len(block)), np.zeros(len(block), dtype=int), block[:, 0]
    )
    return precision_by_divergence(theta, labels)


def alike(theta: np.ndarray, labels: np.ndarray) -> dict[str, float]:
    """The worst case: all documents have the same theta, so everything is tied."""
    return precision_by_divergence(np.broadcast_to(theta[0], theta.shape), labels)


KINDS: dict[str, Callable] = {"ours": precision_by_divergence, "product": product, "plain": plain, "alike": alike}


def measure(kind: str, n_documents: int, spread: float) -> dict:
    """Scores, seconds and peak memory of one kind, in a process with one thread."""
    command = [sys.executable, __file__, "--one", kind, str(n_documents), str(spread)]
    one = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    run = subprocess.run(command, env={**os.environ, **one}, capture_output=True, text=True, check=True)
    return json.loads(run.stdout)


def one(kind: str, n_documents: str, spread: str) -> None:
    theta, labels = draw(int(n_documents), float(spread))
    started = time.process_time()  # of the one thread, so that other processes hardly matter
    scores = KINDS[kind](theta, labels)
    seconds = time.process_time() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024  # MiB on Linux
    print(json.dumps({"scores": scores, "seconds": seconds, "mib": peak}))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[20_000, 100_000])
    parser.add_argument("--plain", type=int, default=20_000, help="documents of the plain loop; 0 leaves it out")
    parser.add_argument("--spread", type=float, default=0.05, help="of the Dirichlet; the smaller, the sparser theta")
    parser.add_argument("--one", nargs=3, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one:
        return one(*arguments.one)
    lines = ["| documents | what | seconds | documents/s | peak MiB |", "| ---: | --- | ---: | ---: | ---: |"]
    titles = {"ours": "exact P@1, 5, 10", "product": "of that, the matrix product", "plain": "plain loop",
              "alike": "exact, every document alike"}  # fmt: skip

    def row(kind: str, size: int) -> dict:
        found = measure(kind, size, arguments.spread)
        rate = size / found["seconds"]
        lines.append(f"| {size:,} | {titles[kind]} | {found['seconds']:.1f} | {rate:,.0f} | {found['mib']:,.0f} |")
        print(lines[-1], flush=True)
        return found

    for size in arguments.sizes:
        found = row("ours", size)
        row("product", size)
        if size == arguments.plain:
            row("alike", size)
            difference = max(abs(found["scores"][k] - value) for k, value in row("plain", size)["scores"].items())
            lines.append(f"\nThe largest difference of a score to the plain loop's is {difference:.1e}.\n")
            lines += lines[:2]
    text = f"K = {TOPICS} topics, {CLASSES} classes, one core.\n\n" + "\n".join(lines) + "\n"
    write_text(ROOT / "results/benchmarks/retrieval.md", text)


if __name__ == "__main__":
    main()
