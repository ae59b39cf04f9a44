"""How fast a machine is at what an experiment consists of: measured here in seconds, assumed for a GPU."""

import os
import time
from collections.abc import Callable
from typing import NamedTuple

UTILIZATION = 0.6  # of the matmul rate that a language model's forward pass reaches; we measured .46 to .78 on CPUs
BATCH = 64
INPUTS, HIDDEN, WORDS, TOPICS = 1024, 200, 2000, 75  # of the training step that is timed
RANKED, COMPONENTS = 3000, 75  # documents and K of the ranking that is timed


class Rates(NamedTuple):
    """What `cost` multiplies its counts with.

    Attributes:
        name: of the machine.
        flops: floating-point operations a second in matrix products, in `dtype`.
        dtype: the type these were measured in.
        step: seconds of one training step of a neural model: batch 64, 1,024 inputs, 2,000 words, K = 75.
        ranking: seconds of P@k for each pair of documents.
        workers: jobs that run side by side, where a job uses one core.
    """

    name: str
    flops: float
    dtype: str
    step: float
    ranking: float
    workers: int


# 989e12 is the dense bfloat16 peak of an H100 SXM; 45% of it in a large product is a cautious guess. The step is bound
# by the launch of some 100 kernels. Nothing of this was measured by us. Ranking and what has no GPU code runs on the
# cores of its host, taken to be as fast as this machine's.
H100 = Rates("one H100 with 16 cores (assumed)", 0.45 * 989e12, "bfloat16", 1.5e-3, 0.0, 16)


def measured(dtype: str = "auto") -> Rates:
    """The rates of this machine, in a few seconds.

    Args:
        dtype: as in `extraction.dtype`; auto takes the type that `runtime.fastest_dtype` takes.
    """
    import torch
    from threadpoolctl import threadpool_limits

    from softtopics.runtime import device, fastest_dtype

    where = device()
    cores = os.cpu_count() or 1
    hardware = torch.cuda.get_device_name() if where == "cuda" else f"{cores} cores"
    name = f"this machine ({hardware}, measured while its load was {os.getloadavg()[0]:.1f})"
    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # as a job has it, of which several run side by side
    try:
        with threadpool_limits(1):
            dtype = fastest_dtype(where) if dtype == "auto" else dtype
            step, ranked = training_step(where), ranking()
    finally:
        torch.set_num_threads(threads)
    return Rates(name, matmul_flops(where, dtype), dtype, step, ranked, cores)


def best_of(work: Callable[[], object], rounds: int = 5, seconds: float = 0.1) -> float:
    """Seconds of one call, in the best of some rounds: another process in one of them decides nothing."""
    best = float("inf")
    work()
    for _ in range(rounds):
        done, started = 0, time.perf_counter()
        while not done or time.perf_counter() - started < seconds:
            work()
            done += 1
        best = min(best, (time.perf_counter() - started) / done)
    return best


def matmul_flops(where: str, dtype: str) -> float:
    import torch

    size = 1024 if where == "cpu" else 8192
    matrix = torch.rand(size, size, device=where, dtype=getattr(torch, dtype))
    return 2 * size**3 / best_of(lambda: (matrix @ matrix).sum().item())


def training_step(where: str) -> float:
    """A step of an encoder and decoder of the sizes above with Adam, without the batch's assembly."""
    import torch
    from torch import nn

    encoder = nn.Sequential(
        nn.Linear(INPUTS, HIDDEN), nn.Softplus(), nn.Linear(HIDDEN, HIDDEN), nn.Softplus(), nn.Dropout(0.2),
        nn.Linear(HIDDEN, TOPICS), nn.BatchNorm1d(TOPICS, affine=False), nn.Softmax(dim=1),
        nn.Linear(TOPICS, WORDS, bias=False), nn.BatchNorm1d(WORDS, affine=False), nn.LogSoftmax(dim=1),
    ).to(where)  # fmt: skip
    optimizer = torch.optim.Adam(encoder.parameters())
    inputs = torch.rand(BATCH, INPUTS, device=where)
    targets = torch.rand(BATCH, WORDS, device=where).softmax(dim=1)

    def step() -> None:
        optimizer.zero_grad()
        loss = -(targets * encoder(inputs)).sum()
        loss.backward()
        optimizer.step()
        loss.item()

    return best_of(step)


def ranking() -> float:
    import numpy as np

    from softtopics.metrics.retrieval import precision_by_divergence

    generator = np.random.default_rng(0)
    theta = generator.dirichlet(np.full(COMPONENTS, 0.1), size=RANKED)
    labels = generator.integers(0, 20, size=RANKED)
    return best_of(lambda: precision_by_divergence(theta, labels), rounds=2, seconds=0) / RANKED**2
