"""Train members of the family together, as stacked tensors: one pass over the documents for all of them."""

import warnings
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from scipy import sparse
from torch import Tensor

from softtopics.models import decoders, family
from softtopics.models.family import Moments, Parameters, Shape, Stream
from softtopics.models.likelihoods import Mixture, Product
from softtopics.models.targets import CountTargets, SoftTargets
from softtopics.runtime import Progress

INFERENCE_ROWS = 1024
# torch says of CSR tensors that not every operation takes them; the two products that are needed do.
warnings.filterwarnings("ignore", message="Sparse CSR tensor support")


@dataclass(frozen=True)
class Member:
    """What members that train together may differ in.

    Attributes:
        seed: of the stream of all its random numbers. Members of the same seed see the same initial weights, batches,
            noise and dropout: they differ by their settings alone.
        temperature: tau of the reconstruction.
        weight: of the reconstruction in the loss (lambda).
    """

    seed: int
    temperature: float
    weight: float


@dataclass(frozen=True)
class Schedule:
    epochs: int
    batch_size: int
    learning_rate: float
    momentum: float
    dropout: float
    samples: int
    clustering_weight: float


@dataclass(frozen=True)
class Documents:
    """What is read: counts N x V and/or inputs N x D (on the device, of the type to compute in)."""

    bow: sparse.csr_matrix
    inputs: Tensor | None
    relative: bool  # the encoder reads relative frequencies in place of counts
    like: Tensor

    def __len__(self) -> int:
        return self.bow.shape[0]

    def rows(self, shape: Shape, rows: Tensor) -> tuple[list[Tensor] | None, Tensor | None]:
        """Counts (U sparse B x V) and inputs (U x B x D) of the documents that U x B numbers name."""
        counts = None if shape.reads == "input" else [self.counts(one) for one in rows.cpu().numpy()]
        return counts, None if shape.reads == "bow" else self.inputs[rows]

    def counts(self, rows: np.ndarray) -> Tensor:
        batch = self.bow[rows]
        if self.relative:
            lengths = np.asarray(batch.sum(axis=1), dtype=batch.dtype).ravel()  # a row without words has no data either
            batch.data /= np.repeat(lengths, np.diff(batch.indptr))
        tensor = torch.sparse_csr_tensor(batch.indptr, batch.indices, batch.data, batch.shape, check_invariants=False)
        return tensor.to(self.like)


@dataclass(frozen=True)
class Trained:
    """Of one member: beta K x V, theta N x K, the mean loss of a document in every epoch."""

    beta: np.ndarray
    theta: np.ndarray
    losses: np.ndarray


def train(
    shape: Shape,
    schedule: Schedule,
    members: list[Member],
    documents: Documents,
    targets: SoftTargets | CountTargets,
    vectors: list[Tensor] | None = None,
) -> list[Trained]:
    """Train M members in one pass.

    Args:
        targets: gives the rows of each member's y.
        vectors: V x E word vectors of each member, for the decoders etm and ecrtm.
    """
    like = documents.like
    seeds = list(dict.fromkeys(member.seed for member in members))
    streams = [Stream(seed, like) for seed in seeds]
    # Members of one seed share what its stream gives: drawn once for each seed, then handed out.
    owner = [seeds.index(member.seed) for member in members]
    share = Sharing(torch.tensor(owner, device=like.device), len(seeds))
    first = {seed: next(i for i, m in enumerate(members) if m.seed == seed) for seed in seeds}
    drawn = [
        family.initial(shape, stream, vectors[first[seed]] if vectors else None)
        for seed, stream in zip(seeds, streams, strict=True)
    ]
    p = {name: share(torch.stack([one[name] for one in drawn])).clone().requires_grad_() for name in drawn[0]}
    fixed = torch.stack(vectors) if shape.decoder == "etm" else None
    moments = Moments(like, len(members), 2 * shape.n_topics)
    weights = like.new_tensor([member.weight for member in members])
    optimizer = torch.optim.Adam(p.values(), schedule.learning_rate, betas=(schedule.momentum, 0.99), fused=True)

    history = []
    with Progress("epochs", schedule.epochs) as progress:
        for _ in range(schedule.epochs):
            total = like.new_zeros(len(members))
            for rows in batches(streams, len(documents), schedule.batch_size):
                counts, inputs = (share(x) for x in documents.rows(shape, rows))
                features = family.encode(shape, p, counts, inputs)
                keep, noise, keep_theta = (share(x) for x in draws(shape, schedule, streams, rows.shape[1]))
                posterior = family.linear("posterior", p, features * keep)
                if shape.normalizes_posterior:
                    posterior, *batch_moments = family.normalize(posterior)
                    moments.update(*batch_moments)
                mean, log_variance = posterior.chunk(2, dim=2)
                theta = torch.softmax(mean + (log_variance / 2).exp() * noise, dim=2)
                gathered = targets.gather(rows)

                def y(member: int, gathered: Tensor = gathered) -> Tensor:
                    return targets.form(gathered[owner[member]], member)

                beta = decoders.beta(shape, p, fixed)
                if shape.decoder == "etm":
                    loss = Mixture.apply(theta, beta, y)
                else:
                    loss = Product.apply(theta * keep_theta, beta, y, [member.temperature for member in members])
                loss = weights * loss + family.divergence(shape, p, mean, log_variance)
                total += loss.detach()
                if shape.decoder == "ecrtm":
                    loss = loss + rows.shape[1] * schedule.clustering_weight * decoders.clustering_cost(p)
                optimizer.zero_grad()
                loss.sum().backward()
                optimizer.step()
            history.append(total / len(documents))
            progress.advance(1)
    theta = infer(shape, schedule, p, moments, documents, streams, share)
    with torch.inference_mode():
        beta = decoders.beta(shape, p, fixed).cpu().numpy()
    losses = torch.stack(history, dim=1).cpu().numpy()
    return [Trained(*one) for one in zip(beta, theta, losses, strict=True)]


class Sharing:
    """Hands what belongs to U seeds (U x ...) to M members (M x ...); nothing is copied where they are the same."""

    def __init__(self, owner: Tensor, n_seeds: int) -> None:
        self.owner = None if len(owner) == n_seeds else owner

    def __call__(self, x: Tensor | list | None) -> Tensor | list | None:
        if x is None or self.owner is None:
            return x
        return [x[seed] for seed in self.owner.tolist()] if isinstance(x, list) else x[self.owner]


def batches(streams: list[Stream], n_documents: int, size: int) -> Iterator[Tensor]:
    """Numbers of the documents of each batch, U x B; batch norm needs two, so a last one alone is left out."""
    orders = torch.stack([stream.order(n_documents) for stream in streams])
    return (rows for rows in orders.split(size, dim=1) if rows.shape[1] > 1)


def draws(shape: Shape, schedule: Schedule, streams: list[Stream], n_rows: int) -> tuple[Tensor, Tensor, Tensor]:
    """Of each seed: dropout of the features, noise of theta, dropout of theta; U x B x hidden, K and K."""
    drawn = [
        (
            stream.dropout(n_rows, shape.hidden, share=schedule.dropout),
            stream.normal(n_rows, shape.n_topics),
            stream.dropout(n_rows, shape.n_topics, share=schedule.dropout),
        )
        for stream in streams
    ]
    return tuple(torch.stack(parts) for parts in zip(*drawn, strict=True))


@torch.inference_mode()
def infer(
    shape: Shape,
    schedule: Schedule,
    p: Parameters,
    moments: Moments,
    documents: Documents,
    streams: list[Stream],
    share: Sharing,
) -> np.ndarray:
    """theta, M x N x K, without dropout: the mean of `samples` draws; with ETM, as by its authors, no draw at all."""
    parts = []
    for rows in torch.arange(len(documents), device=documents.like.device).split(INFERENCE_ROWS):
        counts, inputs = (share(x) for x in documents.rows(shape, rows.expand(len(streams), -1)))
        posterior = family.linear("posterior", p, family.encode(shape, p, counts, inputs))
        if shape.normalizes_posterior:
            posterior = moments.apply(posterior)
        mean, log_variance = posterior.chunk(2, dim=2)
        if shape.decoder == "etm":
            theta = torch.softmax(mean, dim=2)
        else:
            theta = torch.zeros_like(mean)
            for _ in range(schedule.samples):
                noise = share(torch.stack([stream.normal(len(rows), shape.n_topics) for stream in streams]))
                theta += torch.softmax(mean + (log_variance / 2).exp() * noise, dim=2) / schedule.samples
        parts.append(theta.cpu())
    return torch.cat(parts, dim=1).numpy()
