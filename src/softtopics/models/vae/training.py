"""Train neural topic models together, as stacked tensors: one pass over the documents for all of them."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Tensor

from softtopics.models.vae import decoders, inference, network
from softtopics.models.vae.adam import Adam
from softtopics.models.vae.data import Documents, Targets
from softtopics.models.vae.losses import Mixture, Product
from softtopics.models.vae.network import BatchNorm, Parameters, Shape, Stream
from softtopics.runtime import Progress, keep_freed_memory, tiny_as_zero


@dataclass(frozen=True)
class Member:
    """The settings of one of the models that are trained together.

    Attributes:
        seed: of the stream of all its random numbers. Members of the same seed see the same initial weights, batches,
            noise and dropout: they differ only by their settings.
        temperature: tau of the reconstruction.
        weight: of the reconstruction in the loss (lambda).
    """

    seed: int
    temperature: float
    weight: float


@dataclass(frozen=True)
class Schedule:
    """How the models are trained.

    Attributes:
        epochs: passes over the documents.
        batch_size: documents in one step.
        learning_rate: Adam's.
        momentum: Adam's first beta.
        dropout: the share of features, and of topics in theta, that each step leaves out.
        samples: draws that theta is the mean of after training.
        clustering_weight: of ECRTM's regulariser.
    """

    epochs: int
    batch_size: int
    learning_rate: float
    momentum: float
    dropout: float
    samples: int
    clustering_weight: float


@dataclass(frozen=True)
class Trained:
    """The result of one member: beta K x V, theta N x K, the mean loss of a document in every epoch, its encoder."""

    beta: np.ndarray
    theta: np.ndarray
    losses: np.ndarray
    encoder: dict[str, np.ndarray] = field(default_factory=dict)


def train(
    shape: Shape,
    schedule: Schedule,
    members: list[Member],
    documents: Documents,
    targets: Targets,
    vectors: list[Tensor] | None = None,
) -> list[Trained]:
    """Train M members in one pass.

    Args:
        shape: what they have in common.
        schedule: how they are trained.
        members: the settings of each.
        documents: N documents that all of them read.
        targets: what each reconstructs.
        vectors: V x E word vectors of each member, for the decoders etm and ecrtm; equal for members of one seed.
    """
    training = Training(shape, schedule, members, documents, targets, vectors)
    history = []
    keep_freed_memory()
    with tiny_as_zero(), Progress("epochs", schedule.epochs) as progress:
        for _ in range(schedule.epochs):
            history.append(training.epoch())
            progress.advance(1)
    theta, beta = training.theta(), training.beta()
    losses = torch.stack(history, dim=1).cpu().numpy()
    encoders = [inference.encoder_of(training.p, training.norm, member) for member in range(len(members))]
    return [Trained(*one) for one in zip(beta, theta, losses, encoders, strict=True)]


class Training:
    """M members of U seeds while they are trained; arguments as for `train`."""

    def __init__(
        self,
        shape: Shape,
        schedule: Schedule,
        members: list[Member],
        documents: Documents,
        targets: Targets,
        vectors: list[Tensor] | None,
    ) -> None:
        self.shape, self.schedule, self.members = shape, schedule, members
        self.documents, self.targets = documents, targets
        like = documents.like
        seeds = list(dict.fromkeys(member.seed for member in members))
        self.streams = [Stream(seed, like) for seed in seeds]
        self.owner = [seeds.index(member.seed) for member in members]
        self.shared = Shared(self.owner, len(seeds), like.device)
        self.p = self.initial(vectors)
        learned = [parameter for name, parameter in self.p.items() if shape.learns(name)]
        self.optimizer = Adam(learned, schedule.learning_rate, (schedule.momentum, shape.second_momentum))
        self.norm = BatchNorm(like, len(members), 2 * shape.n_topics)
        self.weights = like.new_tensor([member.weight for member in members])
        self.temperatures = [member.temperature for member in members]

    def initial(self, vectors: list[Tensor] | None) -> Parameters:
        """Parameters of all members; those of one seed start with the same values."""
        drawn = []
        for seed, stream in enumerate(self.streams):
            own = vectors[self.owner.index(seed)] if vectors else None
            drawn.append(network.initial(self.shape, stream, own))
        return {name: self.shared(torch.stack([one[name] for one in drawn])).clone() for name in drawn[0]}

    def epoch(self) -> Tensor:
        """One pass over the documents; the M mean losses of a document."""
        total = self.documents.like.new_zeros(len(self.members))
        for rows in self.batches():
            total += self.step(rows)
        return total / len(self.documents)

    def batches(self) -> Iterator[Tensor]:
        """U x B row numbers of each batch; a last batch of one document is left out: batch norm needs two."""
        orders = torch.stack([stream.order(len(self.documents)) for stream in self.streams])
        return (rows for rows in orders.split(self.schedule.batch_size, dim=1) if rows.shape[1] > 1)

    def step(self, rows: Tensor) -> Tensor:
        """One step of the optimiser; the M losses of the batch, ECRTM's regulariser not included."""
        costs = decoders.squared_distances(self.p) if self.shape.decoder == "ecrtm" else None
        objective = loss = self.loss(rows, decoders.beta(self.shape, self.p, costs))
        if costs is not None:
            # The mean over the batch, as its authors take it: Adam's epsilon is not small beside its gradients.
            objective = loss / rows.shape[1] + self.schedule.clustering_weight * decoders.ClusteringCost.apply(costs)
        self.optimizer.zero_grad()
        objective.sum().backward()
        self.optimizer.step()
        return loss.detach()

    def loss(self, rows: Tensor, beta: Tensor) -> Tensor:
        """weight * reconstruction + KL(q || prior), summed over the batch: M values."""
        features = self.features(rows)
        keep, noise, keep_theta = self.draws(rows.shape[1])
        mean, log_variance = network.posterior(self.shape, self.p, features * keep, self.norm, training=True)
        theta = network.draw_theta(mean, log_variance, noise)
        reconstruction = self.reconstruction(rows, beta, theta, keep_theta)
        return self.weights * reconstruction + network.divergence(self.shape, self.p, mean, log_variance)

    def features(self, rows: Tensor) -> Tensor:
        """M x B x hidden, of the documents that U x B row numbers name."""
        counts, inputs = self.documents.read(rows, self.shape.reads)
        return network.encode(self.shape, self.p, self.shared.each(counts), self.shared(inputs))

    def draws(self, n_rows: int) -> tuple[Tensor, Tensor, Tensor]:
        """Dropout of the features (M x B x hidden), noise of theta and dropout of theta (M x B x K)."""
        features, noise, theta = [], [], []
        for stream in self.streams:  # the order of the draws is part of the result
            features.append(stream.dropout(n_rows, self.shape.hidden, share=self.schedule.dropout))
            noise.append(stream.normal(n_rows, self.shape.n_topics))
            theta.append(stream.dropout(n_rows, self.shape.n_topics, share=self.schedule.dropout))
        return self.shared(torch.stack(features)), self.shared(torch.stack(noise)), self.shared(torch.stack(theta))

    def reconstruction(self, rows: Tensor, beta: Tensor, theta: Tensor, keep_theta: Tensor) -> Tensor:
        """The M cross-entropies of y with y_hat, summed over the batch."""
        gathered = self.targets.gather(rows)

        def y(member: int) -> Tensor:
            return self.targets.form(gathered[self.owner[member]], member)

        if self.shape.decoder == "etm":
            return Mixture.apply(theta, beta, y)
        return Product.apply(theta * keep_theta, beta, y, self.temperatures, self.p.get("words_shift"))

    def theta(self) -> np.ndarray:
        """M x N x K of the documents, see `inference.theta`."""

        def posterior(rows: Tensor) -> tuple[Tensor, Tensor]:
            features = self.features(rows.expand(len(self.streams), -1))
            return network.posterior(self.shape, self.p, features, self.norm, training=False)

        def noise(count: int) -> Tensor:
            drawn = [stream.normal(count, self.shape.n_topics) for stream in self.streams]
            return self.shared(torch.stack(drawn))

        return inference.theta(self.shape, self.documents, self.schedule.samples, posterior, noise)

    @torch.inference_mode()
    def beta(self) -> np.ndarray:
        """M x K x V."""
        return decoders.beta(self.shape, self.p).cpu().numpy()


class Shared:
    """Hands what belongs to U seeds (U x ...) to their M members (M x ...); copies nothing if each has its own seed.

    Args:
        owner: for each member, the place of its seed.
        n_seeds: U.
        device: of the tensors.
    """

    def __init__(self, owner: list[int], n_seeds: int, device: torch.device) -> None:
        self.owner = owner if len(owner) > n_seeds else None
        self.places = torch.tensor(owner, device=device)

    def __call__(self, x: Tensor) -> Tensor:
        return x if self.owner is None else x[self.places]

    def each(self, x: list[Tensor]) -> list[Tensor]:
        """The same for tensors that cannot be stacked; none stay none."""
        return [x[seed] for seed in self.owner] if self.owner and x else x
