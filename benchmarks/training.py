"""Members trained together against one at a time: `python benchmarks/training.py`, results/benchmarks/training.md.

StackOverflow-sized: N = 20,000, V = 2,000, D = 576, K = 50, batches of 64. One pass over the documents of each way, in
turn, medians of the rounds; the unit is a step of one member. The numbers are random: no time depends on their values.
"""

import argparse
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from scipy import sparse
from torch.utils.data import DataLoader, Dataset

from softtopics.artifacts import write_text
from softtopics.models import ensemble, plain
from softtopics.models.ensemble import Documents, Member, Schedule
from softtopics.models.family import Shape
from softtopics.models.targets import SoftTargets
from softtopics.runtime import device

ROOT = Path(__file__).parents[1]
N, V, D, K, HIDDEN = 20_000, 2_000, 576, 50, 200
TEMPERATURES = (0.5, 1, 2, 3, 4, 5, 6, 7, 8, 9)


class PerDocument(Dataset):
    """A document at a time, as OCTIS's data sets hand them out: counts as a dense row and the input."""

    def __init__(self, logits: np.ndarray, inputs: np.ndarray) -> None:
        self.logits, self.inputs = logits, inputs

    def __len__(self) -> int:
        return len(self.logits)

    def __getitem__(self, row: int) -> dict[str, torch.Tensor]:
        return {"X": torch.FloatTensor(self.logits[row]), "X_bert": torch.FloatTensor(self.inputs[row])}


def schedule(batch_size: int) -> Schedule:
    return Schedule(1, batch_size, 2e-3, 0.99, 0.2, samples=1, clustering_weight=0.0)


def matrix_rate() -> float:
    """float32 products of 1,024 x 1,024 matrices, in FLOP/s, the best of some."""
    a = torch.rand(1024, 1024, device=device())
    spent = []
    for _ in range(10):
        started = time.perf_counter()
        (a @ a).sum().item()
        spent.append(time.perf_counter() - started)
    return 2 * 1024**3 / min(spent)


def flops_of_a_step(batch: int) -> float:
    """Of one member's matrix products: forwards, backwards to the weights and (but for the first layer) the inputs."""
    first, second, heads, decoder = D * HIDDEN, HIDDEN * HIDDEN, HIDDEN * 2 * K, K * V
    return 2 * batch * (2 * first + 3 * (second + heads + decoder))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--documents", type=int, default=N)
    asked = parser.parse_args()
    torch.set_num_threads(asked.threads)
    n = asked.documents
    rng = np.random.default_rng(0)
    logits, inputs = rng.normal(size=(n, V)).astype(np.float32), rng.normal(size=(n, D)).astype(np.float32)
    like = torch.zeros(0, device=device())
    shape = Shape(D, V, K, HIDDEN, "input", "prodlda")
    documents = Documents(sparse.csr_matrix((n, V), dtype=np.float32), torch.from_numpy(inputs).to(like), False, like)

    def labels(members: list[Member]) -> SoftTargets:
        count = len(members)
        return SoftTargets(
            logits,
            temperatures=[m.temperature for m in members],
            calibrations=[0.0] * count,
            keeps=[V] * count,
            like=like,
        )

    def together(seeds: int, temperatures: tuple, batch: int = 64, precision: str = "highest") -> Callable[[], float]:
        members = [Member(s, t, 1000.0) for s in range(seeds) for t in temperatures]

        def run() -> float:
            torch.set_float32_matmul_precision(precision)
            started = time.perf_counter()
            ensemble.train(shape, schedule(batch), members, documents, labels(members))
            torch.set_float32_matmul_precision("highest")
            return (time.perf_counter() - started) / len(members)

        return run

    def alone() -> float:
        started = time.perf_counter()
        plain.train_one(shape, schedule(64), Member(0, 3, 1000.0), documents, labels([Member(0, 3, 1000.0)]))
        return time.perf_counter() - started

    def loading() -> float:
        started = time.perf_counter()
        for _ in DataLoader(PerDocument(logits, inputs), batch_size=64, shuffle=True):
            pass
        return time.perf_counter() - started

    ways = {
        "plain loop": alone,
        "ensemble, 1 member": together(1, (3,)),
        "ensemble, 5 seeds": together(5, (3,)),
        "ensemble, 5 seeds x 10 temperatures": together(5, TEMPERATURES),
        "the same, products in bfloat16 (`precision: medium`)": together(5, (3,), precision="medium"),
        "ensemble, 5 seeds, batches of 256": together(5, (3,), batch=256),
        "ensemble, 5 seeds, batches of 256, bfloat16": together(5, (3,), batch=256, precision="medium"),
        "DataLoader's part alone": loading,
    }
    spent: dict[str, list[float]] = {name: [] for name in ways}
    alone(), together(1, (3,))()  # warm
    for number in range(asked.rounds):
        for name, way in ways.items():
            spent[name].append(way())
            print(f"round {number + 1}: {name}: {spent[name][-1]:.2f} s", flush=True)
    median = {name: statistics.median(values) for name, values in spent.items()}
    plain_loop = median["plain loop"]
    median["plain loop with a DataLoader"] = plain_loop + median.pop("DataLoader's part alone")
    loader_loop = median["plain loop with a DataLoader"]
    steps, rate = n / 64, matrix_rate()
    least = flops_of_a_step(64) / rate  # seconds
    lines = [
        "# Training members together",
        "",
        f"N = {n:,}, V = {V:,}, D = {D}, K = {K}; device {device()}, {asked.threads} thread(s), {asked.rounds} rounds.",
        "",
        "| way | ms for 64 documents and member | against the plain loop | against the DataLoader loop |",
        "| --- | ---: | ---: | ---: |",
        *(
            f"| {name} | {1e3 * seconds / steps:.2f} | {plain_loop / seconds:.1f}x | {loader_loop / seconds:.1f}x |"
            for name, seconds in median.items()
        ),
        "",
        f"Roofline: the matrix products of a step are {flops_of_a_step(64) / 1e6:.0f} MFLOP; at the {rate / 1e9:.0f} "
        f"GFLOP/s that this machine reaches in float32 they alone take {1e3 * least:.2f} ms, so nothing that computes "
        f"them in float32 is more than {plain_loop / steps / least:.1f}x the plain loop.",
    ]
    write_text(ROOT / "results/benchmarks/training.md", "\n".join(lines) + "\n")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
