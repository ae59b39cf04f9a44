"""Models trained together against one at a time: `python benchmarks/training.py`, results/benchmarks/training.md.

The size of StackOverflow: N = 20,000, V = 2,000, D = 576, K = 50, batches of 64. Each way makes one pass over the
documents in every round; the medians of the rounds are reported, per step of one model. The data are random numbers, of
which no denormal ones arise, and no other time depends on values.
"""

import argparse
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from scipy import sparse
from torch.utils.data import DataLoader, Dataset

from softtopics.artifacts import write_text
from softtopics.models.vae import plain, training
from softtopics.models.vae.data import Documents, SoftTargets
from softtopics.models.vae.network import Shape
from softtopics.models.vae.training import Member, Schedule
from softtopics.runtime import device

ROOT = Path(__file__).parents[1]
N, V, D, K, HIDDEN = 20_000, 2_000, 576, 50, 200
LOADING = "DataLoader's part alone"
TEMPERATURES = (0.5, 1, 2, 3, 4, 5, 6, 7, 8, 9)


class PerDocument(Dataset):
    """One document at a time, as OCTIS's data sets return them: counts as a dense row and the input."""

    def __init__(self, logits: np.ndarray, inputs: np.ndarray) -> None:
        self.logits, self.inputs = logits, inputs

    def __len__(self) -> int:
        return len(self.logits)

    def __getitem__(self, row: int) -> dict[str, torch.Tensor]:
        return {"X": torch.FloatTensor(self.logits[row]), "X_bert": torch.FloatTensor(self.inputs[row])}


@dataclass(frozen=True)
class Work:
    """Random documents and the ways to train on them; each returns the seconds of one pass for one model."""

    logits: np.ndarray
    inputs: np.ndarray

    @classmethod
    def of(cls, n: int) -> "Work":
        rng = np.random.default_rng(0)
        return cls(rng.normal(size=(n, V)).astype(np.float32), rng.normal(size=(n, D)).astype(np.float32))

    def arguments(self, members: list[Member], batch: int) -> tuple:
        """What `train` and `train_one` take, in their order."""
        like, count, n = torch.zeros(0, device=device()), len(members), len(self.logits)
        bow = sparse.csr_matrix((n, V), dtype=np.float32)
        documents = Documents(bow, torch.from_numpy(self.inputs).to(like), relative=False, like=like)
        labels = SoftTargets(
            self.logits,
            temperatures=[member.temperature for member in members],
            calibrations=[0.0] * count,
            keeps=[V] * count,
            like=like,
        )
        schedule = Schedule(1, batch, 2e-3, 0.99, 0.2, samples=1, clustering_weight=0.0)
        return Shape(D, V, K, HIDDEN, "input", "prodlda"), schedule, documents, labels

    def together(self, seeds: int, temperatures: tuple, batch: int = 64, precision: str = "highest") -> float:
        members = [Member(s, t, 1000.0) for s in range(seeds) for t in temperatures]

        def work() -> None:
            shape, schedule, documents, labels = self.arguments(members, batch)
            training.train(shape, schedule, members, documents, labels)

        torch.set_float32_matmul_precision(precision)
        spent = seconds(work)
        torch.set_float32_matmul_precision("highest")
        return spent / len(members)

    def alone(self) -> float:
        def work() -> None:
            member = Member(0, 3, 1000.0)
            shape, schedule, documents, labels = self.arguments([member], 64)
            plain.train_one(shape, schedule, member, documents, labels)

        return seconds(work)

    def loading(self) -> float:
        loader = DataLoader(PerDocument(self.logits, self.inputs), batch_size=64, shuffle=True)
        return seconds(lambda: [None for _ in loader])


def seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def matrix_rate() -> float:
    """FLOP/s of float32 products of 1,024 x 1,024 matrices, the best of ten."""
    a = torch.rand(1024, 1024, device=device())
    spent = []
    for _ in range(10):
        started = time.perf_counter()
        (a @ a).sum().item()
        spent.append(time.perf_counter() - started)
    return 2 * 1024**3 / min(spent)


def flops_of_a_step(batch: int) -> float:
    """Of one model's matrix products: forwards, backwards to the weights and (but for the first layer) the inputs."""
    first, second, heads, decoder = D * HIDDEN, HIDDEN * HIDDEN, HIDDEN * 2 * K, K * V
    return 2 * batch * (2 * first + 3 * (second + heads + decoder))


def measure(work: Work, rounds: int) -> dict[str, float]:
    """The median seconds of each way."""
    ways: dict[str, Callable[[], float]] = {
        "plain loop": work.alone,
        "together, 1 model": lambda: work.together(1, (3,)),
        "together, 5 seeds": lambda: work.together(5, (3,)),
        "together, 5 seeds x 10 temperatures": lambda: work.together(5, TEMPERATURES),
        "together, 5 seeds, products in bfloat16 (`precision: medium`)": lambda: work.together(
            5, (3,), precision="medium"
        ),
        "together, 5 seeds, batches of 256": lambda: work.together(5, (3,), batch=256),
        "together, 5 seeds, batches of 256, bfloat16": lambda: work.together(5, (3,), batch=256, precision="medium"),
        LOADING: work.loading,
    }
    spent: dict[str, list[float]] = {name: [] for name in ways}
    work.alone(), work.together(1, (3,))  # warm
    for number in range(rounds):
        for name, way in ways.items():
            spent[name].append(way())
            print(f"round {number + 1}: {name}: {spent[name][-1]:.2f} s", flush=True)
    return {name: statistics.median(values) for name, values in spent.items()}


def report(median: dict[str, float], n: int, threads: int, rounds: int) -> list[str]:
    """The lines of the report."""
    plain_loop = median["plain loop"]
    loader_loop = plain_loop + median[LOADING]
    rows = {name: spent for name, spent in median.items() if name != LOADING}
    rows["plain loop with a DataLoader"] = loader_loop
    steps, rate = n / 64, matrix_rate()
    least = flops_of_a_step(64) / rate  # seconds
    return [
        "# Training models together",
        "",
        f"N = {n:,}, V = {V:,}, D = {D}, K = {K}; device {device()}, {threads} thread(s), {rounds} rounds.",
        "",
        "| way | ms for 64 documents and one model | against the plain loop | against the DataLoader loop |",
        "| --- | ---: | ---: | ---: |",
        *(
            f"| {name} | {1e3 * spent / steps:.2f} | {plain_loop / spent:.1f}x | {loader_loop / spent:.1f}x |"
            for name, spent in rows.items()
        ),
        "",
        f"Roofline: the matrix products of a step are {flops_of_a_step(64) / 1e6:.0f} MFLOP; at the {rate / 1e9:.0f} "
        f"GFLOP/s that this machine reaches in float32 they alone take {1e3 * least:.2f} ms, so nothing that computes "
        f"them in float32 is more than {plain_loop / steps / least:.1f}x as fast as the plain loop.",
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--documents", type=int, default=N)
    asked = parser.parse_args()
    torch.set_num_threads(asked.threads)
    median = measure(Work.of(asked.documents), asked.rounds)
    lines = report(median, asked.documents, asked.threads, asked.rounds)
    write_text(ROOT / "results/benchmarks/training.md", "\n".join(lines) + "\n")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
